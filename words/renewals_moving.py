"""Moving cases in words: what two leads at once are told."""

from typing import cast

from services import renewals
from services.errors import BusinessError
from words import N_, _, formats, ngettext
from words.errors import says


def _moved_meanwhile(error: BusinessError) -> str:
    count = cast("int", error.data["count"])
    names = list(cast("tuple[str, ...]", error.data["who"]))
    if not names:
        return _(
            "Nothing was moved: some of these cases are nobody's now. "
            "Reload the list and pick again."
        )
    return ngettext(
        "Nothing was moved: {n} of these cases has gone to {who} in the meantime. "
        "Reload the list and pick again.",
        "Nothing was moved: {n} of these cases have gone to {who} in the meantime. "
        "Reload the list and pick again.",
        count,
    ).format(n=count, who=formats.listing(names))


says(renewals.CasesMovedMeanwhile, _moved_meanwhile)
says(
    renewals.RecallChanged,
    N_("Nothing was recalled: what is untouched has changed since it was shown. Look again."),
)
