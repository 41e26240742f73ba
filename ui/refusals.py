"""What a screen refuses is said and logged: a page, an act, a press that meets nothing.

The process's log names the operation; the access log, which compliance reads under ``/audit``,
names the permission. A page is logged once a tab, an act every time.

Streamlit drops a press of a button that this drawing does not have, without a word: the right to
it was taken away, a colleague changed what it stood for, or the message was never made by our
screen. Here the person reads that nothing was done; what no screen of this tab ever offered, and
what a lost right took away, is logged.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import streamlit as st
from streamlit.proto.Common_pb2 import StringTriggerValue
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx

from services import audit
from services.actor import Actor
from services.errors import BusinessError, NotFound, NotPermitted
from services.permissions import Permission
from services.settings import process
from terms.intake import AccessKind
from ui.transactions import writing
from words import _

PRESS, NOT_THEIRS = "press", "not_theirs"
"""``what`` in the access log: a press of something that was not on the screen; a record that is
not there or belongs to others."""
RIGHTS_KEY, SEEN_KEY, ACT_KEY = "frame.rights", "frame.refused", "frame.refused-act"
"""Session state: what the tab was last drawn with the right to, what it was refused to see, and
whether an act was refused since the last drawing."""
_BUTTONS = ("trigger_value", "string_trigger_value")
_TRIGGERS = (*_BUTTONS, "json_trigger_value")

_log = logging.getLogger("evergreen.access")


def log_page(actor: Actor, permission: Permission) -> None:
    """A page was refused for want of ``permission``."""
    _log.warning("page refused", extra={"staff_id": actor.staff_id, "permission": permission.value})
    _enter_once(actor, permission.value, permission.value)


def log_look(actor: Actor | None, error: BusinessError, asked: Callable[..., Any]) -> None:
    """Somebody looked at what is not theirs; once a tab, however often it is drawn."""
    what = _not_theirs(actor, error, asked)
    if what is not None and actor is not None:
        _enter_once(actor, what, f"{what} {error.data.get('number', '')} {asked.__name__}")


def log_act(actor: Actor | None, error: BusinessError, asked: Callable[..., Any]) -> None:
    """Somebody did what is not theirs to do; other refusals are ordinary work."""
    what = _not_theirs(actor, error, asked)
    if what is not None and actor is not None:
        st.session_state[ACT_KEY] = True
        _enter(actor, what)


def _not_theirs(actor: Actor | None, error: BusinessError, asked: Callable[..., Any]) -> str | None:
    """What the access log says was refused; None for what is no matter of rights."""
    match error:
        case NotPermitted():
            what = str(error.data.get("permission"))
        case NotFound(data={"kind": "client", "number": str(number)}):
            what = number
        case NotFound():
            what = NOT_THEIRS
        case _:
            return None
    _log.warning(
        "act refused",
        extra={
            "staff_id": actor.staff_id if actor else None,
            "act": f"{asked.__module__}.{asked.__name__}",
            "code": error.code,
            "permission": error.data.get("permission"),
        },
    )
    return what


@contextmanager
def watching(actor: Actor | None) -> Iterator[None]:
    """One drawing for ``actor``: whoever lost a right since the one before reads it, and so does
    whoever pressed what is not there."""
    pressed = _pressed()
    is_first = RIGHTS_KEY not in st.session_state
    has_lost = _lost(actor)
    try:
        yield
    except StopException:
        _met(actor, pressed, has_lost=has_lost, is_first=is_first)
        raise
    if _met(actor, pressed, has_lost=has_lost, is_first=is_first):
        st.toast(
            _("What you pressed is not on this screen any more. Nothing was done."),
            icon=":material/block:",
        )


def _met(
    actor: Actor | None, pressed: "tuple[_Pressed, ...]", *, has_lost: bool, is_first: bool
) -> bool:
    """Log what was pressed and refused by not being there; whether the person is to be told."""
    ctx = get_script_run_ctx()
    was_refused = st.session_state.pop(ACT_KEY, False)
    if actor is None or ctx is None:
        return False
    drawn = ctx.shared.widget_ids_this_run.snapshot()
    unmet = [each for each in pressed if each.id not in drawn]
    is_forged = not is_first and any(not each.is_known for each in unmet)
    if is_forged or (unmet and has_lost and not was_refused):
        _log.warning(
            "press refused",
            extra={"staff_id": actor.staff_id, "pressed": sorted(each.id for each in unmet)},
        )
        _enter(actor, PRESS)
    return any(not each.is_done for each in unmet)


def _lost(actor: Actor | None) -> bool:
    """Whether ``actor`` has fewer rights than this tab was last drawn with; they read it."""
    if actor is None:
        st.session_state.pop(RIGHTS_KEY, None)
        return False
    before: frozenset[Permission] = st.session_state.get(RIGHTS_KEY, frozenset())
    st.session_state[RIGHTS_KEY] = actor.permissions
    if before <= actor.permissions:
        return False
    st.toast(
        _("Your roles were changed: the screens show what they allow now."),
        icon=":material/badge:",
    )
    return True


@dataclass(frozen=True, slots=True)
class _Pressed:
    id: str
    is_known: bool
    """Whether a screen of this tab ever had it."""
    is_done: bool
    """Whether its work was a callback's: done by now, so that it may be gone."""


def _pressed() -> tuple[_Pressed, ...]:
    """What the browser says was pressed for this run."""
    ctx = get_script_run_ctx()
    if ctx is None:
        return ()
    found = []
    for sent in ctx.session_state.get_widget_states():
        kind = sent.WhichOneof("value")
        if kind not in _TRIGGERS or sent in (
            WidgetState(id=sent.id, trigger_value=False),
            WidgetState(id=sent.id, string_trigger_value=StringTriggerValue()),
        ):
            continue
        known = ctx.session_state._state.get_widget_metadata(sent.id)  # noqa: SLF001
        done = known is not None and bool(known.callback or known.callbacks)
        if known is None or kind in _BUTTONS:
            found.append(_Pressed(sent.id, known is not None, done))
    return tuple(found)


def _enter_once(actor: Actor, what: str, name: str) -> None:
    """``_enter``, at most once a tab for what is called ``name``."""
    seen: set[str] = st.session_state.setdefault(SEEN_KEY, set())
    if name not in seen:
        seen.add(name)
        _enter(actor, what)


def _enter(actor: Actor, what: str) -> None:
    """Write the line of the access log."""
    at = process().settings.business_now()
    with writing() as session:
        audit.record_access(session, actor=actor, kind=AccessKind.REFUSED, at=at, what=what[:80])
