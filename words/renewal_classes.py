"""Classes of cases in words: what they are filtered and grouped by."""

from collections.abc import Sequence

from services.renewals import UNKNOWN, Band
from terms.clients import ClientType
from terms.policies import Line
from terms.renewals import CaseClass, WindowStage
from terms.tiering import Tier
from words import _
from words.labels import label

_MEMBERS = {
    CaseClass.CLIENT_TYPE: ClientType,
    CaseClass.TIER: Tier,
    CaseClass.LINE: Line,
    CaseClass.WINDOW: WindowStage,
}


def class_name(by: CaseClass, code: str, bands: Sequence[Band]) -> str:
    """One class of ``by``, by its code; a code that means nothing is shown as it is."""
    if by is CaseClass.INSURED:
        return _band(code, bands)
    if code == UNKNOWN:
        return _("not known yet")
    members = {each.value: each for each in _MEMBERS[by]}
    return label(members[code]) if code in members else code


def _band(code: str, bands: Sequence[Band]) -> str:
    if code == UNKNOWN:
        return _("no sum insured on record")
    band = next((each for each in bands if each.code == code), None)
    if band is None:
        return code
    if band.below is None:
        return _("from ¥{low}0,000").format(low=f"{band.low:,}")
    if not band.low:
        return _("below ¥{below}0,000").format(below=f"{band.below:,}")
    return _("¥{low}0,000 to {below}0,000").format(low=f"{band.low:,}", below=f"{band.below:,}")
