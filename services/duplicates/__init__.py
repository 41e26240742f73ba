"""Duplicates: clients that may be one, and making one of them.

``look_for`` keeps, for every client, keyed hashes of what another may share with it, compares
those who share one, and keeps the pairs whose weights add up to a band, with the reasons. A person
says "not the same", which is remembered, or merges: ``merge`` moves everything that refers to the
one to the other, keeps the old number as a way to find it, and can be undone.
"""

from services.duplicates import measures as _measures  # noqa: F401 - what its figure means
from services.duplicates.finding import Looked, look_for
from services.duplicates.merging import (
    FIELDS,
    OF_PARTY,
    DifferentKinds,
    Merged,
    SameClientTwice,
    merge,
    suggested,
)
from services.duplicates.operations import look_again, say_not_same
from services.duplicates.queries import (
    MergeSheet,
    PairCounts,
    PairRow,
    PairSide,
    SheetSide,
    merge_sheet,
    pair_counts,
    pairs,
    pairs_of,
)
from services.duplicates.rules import BANDS_RULE, WEIGHTS_RULE, Reason

__all__ = [
    "BANDS_RULE",
    "FIELDS",
    "OF_PARTY",
    "WEIGHTS_RULE",
    "DifferentKinds",
    "Looked",
    "MergeSheet",
    "Merged",
    "PairCounts",
    "PairRow",
    "PairSide",
    "Reason",
    "SameClientTwice",
    "SheetSide",
    "look_again",
    "look_for",
    "merge",
    "merge_sheet",
    "pair_counts",
    "pairs",
    "pairs_of",
    "say_not_same",
    "suggested",
]
