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
    ``chapters`` changed. For figures and short lists: all readers are given the same answer, which
    nothing can change.

    What the business refuses becomes a sentence and ends the drawing, as with ``read``.

    Raises:
        TypeError: the answer could be changed, such as a list or a table of pandas.
    """
    actor: Actor = kwargs["actor"]
    seen, is_whole = counters(), actor.scope is Scope.ALL
    key = (
        f"{query.__module__}.{query.__qualname__}",
        None if is_whole else actor.staff_id,
        sorted(actor.permissions),
        () if is_whole else (actor.scope, actor.team_id, actor.branch_ids),
        sorted((name, repr(value)) for name, value in kwargs.items() if name != "actor"),
        [seen.get(chapter, 0) for chapter in (*chapters, Chapter.PEOPLE)],
    )
    try:
        found: T = _found(repr(key), lambda: try_read(query, **kwargs))
    except BusinessError as error:
        return read(_refuse, error=error)
    return found


def _refuse(_session: Session, *, error: BusinessError) -> NoReturn:
    raise error


@st.cache_resource(ttl=300, max_entries=400, show_spinner=False)
def _found(key: str, _ask: Callable[[], Any]) -> Any:  # noqa: ARG001 - what is asked, and by whom
    found = _ask()
    hash(found)
    return found
