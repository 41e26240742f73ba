"""Pure decisions about requests: what has moved since one was asked."""

from collections.abc import Sequence

from services.approvals.rows import Change

WHY_LIMIT = 2000
"""Characters of a reason and of a decision's word."""


def moved(asked: Sequence[Change], now: Sequence[Change]) -> tuple[Change, ...]:
    """What stands differently now from what the asker saw: field, as seen, as it is.

    A field that is no longer changed at all has moved too: somebody did it meanwhile.
    """
    present = {change.field: change for change in now}
    seen = {change.field: change for change in asked}
    found = [
        Change(field, before=change.before, after=present[field].before)
        if field in present
        else Change(field, before=change.before, after=change.after)
        for field, change in seen.items()
        if field not in present or present[field].before != change.before
    ]
    found.extend(
        Change(field, before=None, after=change.before)
        for field, change in present.items()
        if field not in seen
    )
    return tuple(found)
