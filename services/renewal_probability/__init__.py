"""The probability that a case renews 续保概率, from the company's own history.

``train`` reads decided cases as they were before their decisions, teaches a model on the older
ones, measures it on the newest and keeps it as a version; it comes in force only where it is better
than the average and not worse than the version before. ``score`` gives every open case its
probability and the reasons each morning; the queue reads both from the case. ``standing`` is what
the screen shows: the version in force, its figures, or why nothing is shown. It orders the house's
own work: it is never used for pay or price and never shown to a client.
"""

from services.renewal_probability.features import CODES
from services.renewal_probability.measures import bin_figures, case_figures, figures_of
from services.renewal_probability.queries import ModelVersion, Standing, standing
from services.renewal_probability.rules import Bin
from services.renewal_probability.scoring import Scored, score
from services.renewal_probability.training import LANDMARKS, train

__all__ = [
    "CODES",
    "LANDMARKS",
    "Bin",
    "ModelVersion",
    "Scored",
    "Standing",
    "bin_figures",
    "case_figures",
    "figures_of",
    "score",
    "standing",
    "train",
]
