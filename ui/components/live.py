"""What follows the changes of others: the only way a part of a screen is drawn again by itself.

``live(Chapter.RENEWALS, key="…")`` as the first line of a fragment draws that fragment again when
somebody changes the chapter, in whatever process. The browser decides when (``live.js``): never
while a key or a pointer is down, a run is under way or the last click is younger than a second;
and where a form is being typed in or a table is in use it offers the news instead.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from time import monotonic_ns

import streamlit as st

from services.changes import PERSONAL, Chapter
from ui import session
from words import _

HERE = Path(__file__).parent
_STYLE = """
.offer {
  position: fixed; right: 1.5rem; bottom: 1.5rem; z-index: 1000;
  padding: 0.5rem 1rem; min-height: 40px;
  border: 1px solid var(--st-primary-color); border-radius: 999px;
  background: var(--st-background-color); color: var(--st-text-color);
  font: inherit; font-size: 0.875rem; cursor: pointer;
  box-shadow: 0 2px 12px rgb(0 0 0 / 18%);
}
.offer:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.offer:disabled { opacity: 0.6; }
"""
_mount = st.components.v2.component(
    "evergreen_live", css=_STYLE, js=(HERE / "live.js").read_text(encoding="utf-8")
)


def live(
    *chapters: Chapter,
    key: str,
    mine: Iterable[Chapter] = (),
    scope: str | None = None,
    is_in_use: bool = False,
    offers: bool = False,
    every: float = 2.0,
    again: float | None = None,
    menu: Mapping[str, str] | None = None,
) -> None:
    """Draw the fragment this stands in again when ``chapters`` change.

    Call it before the fragment reads anything: what changes in between is then noticed.

    Args:
        key: ``<page>.<thing>``.
        mine: chapters of ``changes.PERSONAL`` of which only the reader's own part counts: their
            bell, their cases.
        scope: the key of the container that holds what is drawn again; a form or a table in use
            inside it makes the part offer its news. The whole page where it is not given.
        is_in_use: whether something is held that a new drawing would take away, such as rows
            picked for an act.
        offers: never draw by itself, always offer.
        every: seconds between two drawings at least, for parts that cost more than a count.
        again: draw again after so many seconds even if nothing changes, also in a tab nobody looks
            at; for what time alone changes.
        menu: counts to write beside the menu's titles, by address.
    """
    mine = tuple(mine)
    if not PERSONAL.issuperset(mine):
        raise ValueError(f"nobody is told what is theirs of {set(mine) - PERSONAL}")
    seen = session.counters()
    with st.container(key=f"live-{key.replace('.', '-')}"):
        _mount(
            key=key,
            data=[
                {
                    "key": key,
                    "chapters": [chapter.value for chapter in chapters],
                    "mine": [chapter.value for chapter in mine],
                    "seen": {one.value: seen.get(one, 0) for one in (*chapters, *mine)},
                    "scope": scope.replace(".", "-") if scope else None,
                    "isInUse": is_in_use,
                    "offers": offers,
                    "every": every,
                    "again": again,
                    "menu": dict(menu or {}),
                    "words": _("There is something new: show it"),
                    "drawing": str(monotonic_ns()),
                }
            ],  # in a list: of a mapping each value is searched for data frames
            on_changed_change=session.redrawn_by_itself,
        )
