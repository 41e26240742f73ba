"""Reads that many open screens share: asked once per change, whoever looks first.

Where a change draws a hundred screens anew, those of one person or of one scope ask the database
the same. ``read_shared`` keeps the answer under the counters of the chapters it is made from, so
it is never older than they are, and asks again when one of them rises.
"""

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

import streamlit as st
from sqlalchemy.orm import Session

from services.actor import Actor
from services.changes import Chapter
from services.errors import BusinessError
from terms.people import Scope
from ui.session import counters, read, try_read

T = TypeVar("T")


def read_shared(query: Callable[..., T], *chapters: Chapter, **kwargs: Any) -> T:
    """What ``query`` finds for ``kwargs``, which hold the actor; from the cache while none of
    ``chapters`` changed. For figures and short lists: the answer is copied for each reader.

    What the business refuses becomes a sentence and ends the drawing, as with ``read``.
    """
    actor: Actor = kwargs["actor"]
    seen, is_whole = counters(), actor.scope is Scope.ALL
    rest = tuple(sorted((name, repr(value)) for name, value in kwargs.items() if name != "actor"))
    try:
        found: T = _found(
            f"{query.__module__}.{query.__qualname__}",
            None if is_whole else actor.staff_id,
            tuple(sorted(actor.permissions)),
            () if is_whole else (actor.scope, actor.team_id, actor.branch_ids),
            rest,
            tuple(seen.get(chapter, 0) for chapter in (*chapters, Chapter.PEOPLE)),
            lambda: try_read(query, **kwargs),
        )
    except BusinessError as error:
        return read(_refuse, error=error)
    return found


def _refuse(_session: Session, *, error: BusinessError) -> NoReturn:
    raise error


@st.cache_data(ttl=300, max_entries=400, show_spinner=False)
def _found(
    name: str,  # noqa: ARG001 - all but the last are the key: what is asked, by whom, as of when
    staff_id: int | None,  # noqa: ARG001
    permissions: tuple[str, ...],  # noqa: ARG001
    scope: tuple[object, ...],  # noqa: ARG001
    rest: tuple[tuple[str, str], ...],  # noqa: ARG001
    seen: tuple[int, ...],  # noqa: ARG001
    _ask: Callable[[], Any],
) -> Any:
    return _ask()
