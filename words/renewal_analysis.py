"""The analysis of renewals in words: what it is broken down by, its rates, its bars."""

from services.renewals import SPOKEN
from terms.policies import Line
from terms.renewal_analysis import (
    AnalysisPart,
    CountScope,
    Dimension,
    PersistencyExclusion,
    PriceBand,
    RateOf,
)
from terms.tiering import Tier
from words import N_, _, labels
from words.labels import label

labels.name_members(
    AnalysisPart,
    {
        "due": N_("Due by week"),
        "funnel": N_("Funnel and contacts"),
        "rates": N_("Renewal rates"),
        "persistency": N_("Persistency"),
        "reasons": N_("Reasons"),
    },
)
labels.name_members(
    Dimension,
    {
        "person": N_("Person"),
        "team": N_("Team"),
        "branch": N_("Branch"),
        "line": N_("Line"),
        "insurer": N_("Insurer"),
        "product": N_("Product"),
        "tier": N_("Value tier"),
        "price": N_("Price change"),
    },
)
labels.name_members(
    PriceBand,
    {
        "lower": N_("over 5% cheaper"),
        "same": N_("within ±5%"),
        "higher": N_("5% to 15% dearer"),
        "much_higher": N_("over 15% dearer"),
        "not_quoted": N_("not quoted"),
    },
)
labels.name_members(
    RateOf,
    {
        "clients": N_("By clients"),
        "policies": N_("By policies"),
        "premium": N_("By premium"),
        "in_time": N_("In time"),
    },
)
labels.name_members(
    CountScope, {"company": N_("Company"), "branch": N_("Branch"), "team": N_("Team")}
)
labels.name_members(
    PersistencyExclusion,
    {
        "cooling_off": N_("Given back within the cooling-off days"),
        "ended": N_("Ended by its event or at its term"),
    },
)

_CODES = {Dimension.LINE: Line, Dimension.TIER: Tier, Dimension.PRICE: PriceBand}


def bar_name(by: Dimension, name: str) -> str:
    """A bar of a breakdown; ``name`` is a code where its dimension has codes."""
    if not name:
        return _("nobody") if by is Dimension.PERSON else _("none")
    return label(_CODES[by](name)) if by in _CODES else name


def group_key(by: Dimension, name: str) -> str:
    """A bar as the rows of a figure name it."""
    return f"{by.value}:{name}" if by in SPOKEN else name


def group_text(group: str) -> str:
    """What the rows of a figure name a bar, as people say it."""
    prefix, mark, code = group.partition(":")
    spoken = {each.value: each for each in SPOKEN}
    if mark and prefix in spoken:
        return bar_name(spoken[prefix], code) if code else "–"
    return group
