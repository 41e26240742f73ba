"""A page's only door: who is signed in, what it reads, what it saves, and what time it is.

A page never holds a database session. ``read`` calls a query on one that cannot write: the first
of a drawing opens it, all of the drawing share it, and it is closed before anything is saved and
when the drawing ends. ``save`` runs one operation as one transaction. Both turn what the business
refuses into one sentence; every other exception stays a bug and reaches the server's error handler.

Streamlit reruns a fragment or a dialog without the shell, and calls callbacks before it, so
pages use ``fragment`` and ``dialog`` from here: they check the sign-in and set the language
again. In a callback ``save`` keeps its sentence and shows it at the next drawing.
"""

import functools
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import streamlit as st
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from services import changes, people, rule_tables
from services.actor import Actor
from services.changes import Chapter
from services.errors import BusinessError, ChangedMeanwhile, NotFound, NotPermitted
from services.permissions import Permission
from services.settings import clock_now, process
from services.working_calendar import local_date
from terms.people import Locale
from ui import navigation, refusals
from ui.preload import settle
from ui.transactions import one_reader, reading, writing
from ui.turns import turn
from words import N_, _, errors, markdown, use_locale

P = ParamSpec("P")
T = TypeVar("T")

COOKIE = "evergreen_sid"
"""The HttpOnly cookie with the session token; ``web`` sets and clears it."""

SESSION_KEY = "frame.session"
"""Session state: the id of the sign-in session this browser tab runs under."""
ERRAND_KEY = "frame.errand"
"""Session state: what the browser still has to do; ``ui.components.sign_in`` carries it."""
STAFF_KEY = "frame.staff"
"""Session state: the staff id of whoever this tab was last drawn for."""
LOCALE_KEY = "frame.locale"
NOTICES_KEY = "frame.notices"
UNATTENDED_KEY = "frame.unattended"
"""Session state: whether this run was asked for by a change elsewhere, not by the person."""

_actor: ContextVar[Actor | None] = ContextVar("actor", default=None)
_drawing: ContextVar[bool] = ContextVar("drawing", default=False)
_once: ContextVar[dict[str, Any] | None] = ContextVar("once", default=None)
_refusal: ContextVar[BusinessError | None] = ContextVar("refusal", default=None)


class SignInEnded(BusinessError):
    """Whoever the screen was drawn for is no longer signed in at this tab."""

    code = "sign_in_ended"


errors.says(SignInEnded, N_("Your sign-in has ended. Sign in again to go on where you were."))


def signed_in(permission: Permission) -> Actor:
    """The person at the screen, who holds ``permission``; the first line of every page.

    Fails closed: with nobody signed in it shows nothing and stops, also when Streamlit runs the
    page's file alone. Somebody signed in without the permission reads a sentence and the way
    home; the refusal is logged.
    """
    actor = who()
    if actor is None or (actor.must_change_password and not process().settings.demo):
        st.stop()
    if not actor.may(permission):
        refusals.log_page(actor, permission)
        st.title(_("This screen is not open to your role"))
        st.write(_("Ask your administrator if you need it for your work."))
        if st.button(_("To my start page"), key="frame.home", type="primary"):
            switch_to("home")
        st.stop()
    return actor


def who() -> Actor | None:
    """Whoever is signed in at this browser; looked up once per rerun."""
    return _actor.get() if _drawing.get() else _look_up()


def read(query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``query`` finds; what the business refuses becomes a sentence and ends the drawing.

    ``read(renewals.queue_for, actor=actor, on=today())``
    """
    try:
        return try_read(query, *args, **kwargs)
    except BusinessError as error:
        refused = error
    _speak_in_callback()
    _show(errors.sentence(refused), "error")
    return st.stop()


def try_read(query: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """``read`` for a page that answers a refusal itself; raises the ``BusinessError``."""
    present = _present(kwargs)
    try:
        with reading() as session:
            return query(session, *args, **present)
    except (NotFound, NotPermitted) as error:
        refusals.log_look(who(), error, query)
        raise


def save(
    operation: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
) -> T | None:
    """Run one operation as one transaction; its value, or None when the business refused.

    ``if save(renewals.record_contact, actor=actor, …) is not None: st.rerun()``

    A refusal is shown as one sentence where the page stands (after the next drawing, if this is
    a callback) and can be read with ``refusal()``. Nothing of the transaction is kept then.
    """
    _refusal.set(None)
    try:
        present = _present(kwargs)
        with writing() as session:
            return operation(session, *args, **present)
    except BusinessError as error:
        refused = error
    except StaleDataError:
        refused = ChangedMeanwhile()
    refusals.log_act(who(), refused, operation)
    _refusal.set(refused)
    if not isinstance(refused, SignInEnded) or who() is not None:
        tell(errors.sentence(refused), kind="error")
    return None


def try_save(
    operation: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """``save`` for a form that answers a refusal itself; raises the ``BusinessError``."""
    present = _present(kwargs)
    try:
        with writing() as session:
            return operation(session, *args, **present)
    except StaleDataError:
        raise ChangedMeanwhile from None
    except (NotFound, NotPermitted) as error:
        refusals.log_act(who(), error, operation)
        raise


def _present(kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of an operation or a query with the actor as they are now, whose language is
    spoken.

    A callback runs before the shell, a form or a fragment without it: both hold the actor of an
    earlier drawing, who may have been signed out or have lost a role since.

    Raises:
        SignInEnded: nobody is signed in at this tab any more, or somebody else.
    """
    given = dict(kwargs)
    drawn_for = given.get("actor")
    actor = who()
    if not _drawing.get():
        _speak(actor)
    if isinstance(drawn_for, Actor):
        if actor is None or actor.staff_id != drawn_for.staff_id:
            raise SignInEnded
        given["actor"] = actor
    return given


def refusal() -> BusinessError | None:
    """Why the last ``save`` of this run was refused, for a page that shows more than the
    sentence."""
    return _refusal.get()


def tell(sentence: str, *, kind: str = "success") -> None:
    """Show one sentence: now while the page is drawn, at the next drawing from a callback.

    Args:
        sentence: translated, without markup.
        kind: ``success`` (a toast), ``error`` or ``warning``.
    """
    if _drawing.get():
        _show(sentence, kind)
    else:
        tell_later(sentence, kind=kind)


def tell_later(sentence: str, *, kind: str = "success") -> None:
    """Show one sentence at the next drawing: before ``st.rerun()`` or ``switch_to``."""
    st.session_state.setdefault(NOTICES_KEY, []).append((kind, sentence))


def show_notices() -> None:
    """Show what callbacks and earlier runs left to say; the frame and fragments call it."""
    for kind, sentence in st.session_state.pop(NOTICES_KEY, ()):
        _show(sentence, kind)


def counters() -> Mapping[Chapter, int]:
    """How often each chapter had changed when this drawing first asked; for ``live``."""
    return once("counters", lambda: read(_counters))


def _counters(session: Session) -> Mapping[Chapter, int]:
    """What changed; from here on the drawing knows what others were told of rules since."""
    counted = changes.counters(session)
    rule_tables.share(session, _told_since(counted.get(Chapter.RULES, 0)))
    return counted


@st.cache_resource(ttl=300, max_entries=2, show_spinner=False)
def _told_since(changes: int) -> rule_tables.Told:  # noqa: ARG001 - how often rules had changed
    return {}


def once(name: str, make: Callable[[], T]) -> T:
    """What ``make`` gives, asked for at most once a drawing; ``name`` says what it is."""
    held = _once.get()
    if held is None:
        return make()
    if name not in held:
        held[name] = make()
    return cast("T", held[name])


def redrawn_by_itself() -> None:
    """This run was asked for by a change elsewhere: it is no use of the session, which ends when
    nobody has worked in it for its idle limit, however much happens on its screen."""
    st.session_state[UNATTENDED_KEY] = True


def is_unattended() -> bool:
    """Whether this drawing was asked for by a change elsewhere."""
    return bool(st.session_state.get(UNATTENDED_KEY))


def now() -> datetime:
    """The business's instant, UTC; stands still where ``EVERGREEN_NOW`` is set."""
    return process().settings.business_now()


def today() -> date:
    """The business day."""
    return local_date(now(), process().settings.timezone)


def switch_to(page: str, **query: str) -> None:
    """Go to the screen ``page`` (the name of its file) with ``query`` in the address."""
    st.switch_page(str(navigation.path_of(page)), query_params=query or None)


def link_to(page: str, label: str, *, icon: str | None = None, **query: str) -> None:
    """A link to the screen ``page`` with ``query`` in the address."""
    st.page_link(str(navigation.path_of(page)), label=label, icon=icon, query_params=query or None)


def fragment(function: Callable[P, T] | None = None, **options: Any) -> Callable[..., Any]:
    """``st.fragment`` that checks the sign-in and sets the language on its own reruns too.

    Args:
        options: as ``st.fragment``: ``key``, ``run_every``, ``parallel``.
    """
    if function is None:
        return lambda inner: fragment(inner, **options)
    return st.fragment(_entering(function), **options)


def dialog(title: str, **options: Any) -> Callable[[Callable[P, T]], Callable[P, Any]]:
    """``st.dialog`` that checks the sign-in and sets the language on its own reruns too.

    Use it inside the drawing, where ``title`` is translated: ``dialog(_("Case"))(draw)(row)``.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, Any]:
        @functools.wraps(function)
        def inside(*args: P.args, **kwargs: P.kwargs) -> T:
            theme = "dark" if st.context.theme.type == "dark" else "light"
            with st.container(key=f"dialog-{theme}"):
                return function(*args, **kwargs)

        return cast("Callable[P, Any]", st.dialog(title, **options)(_entering(inside)))

    return decorate


@contextmanager
def drawing() -> Iterator[Actor | None]:
    """One run of the script: look up who is signed in, once, and speak their language.

    The shell enters it around everything; ``fragment`` and ``dialog`` enter it when they rerun
    alone.
    """
    with turn(), one_reader():
        actor = _look_up()
        if actor is not None:
            _leave_nothing_to(actor)
        seen, drawn, held = _actor.set(actor), _drawing.set(True), _once.set({})
        _refusal.set(None)
        _speak(actor)
        if actor is None and st.session_state.pop(SESSION_KEY, None):
            tell_later(errors.sentence(SignInEnded()), kind="warning")
        try:
            with refusals.watching(actor):
                yield actor
        finally:
            st.session_state.pop(UNATTENDED_KEY, None)
            _actor.reset(seen)
            _drawing.reset(drawn)
            _once.reset(held)
            settle()


def choose_locale(locale: Locale) -> None:
    """Speak ``locale`` in this tab from the next drawing on, and keep it for a signed-in person.

    Their page is loaded again: tables break lines by the letters they have measured so far, and
    after Chinese ones they would cut English sentences.
    """
    st.session_state[LOCALE_KEY] = locale.value
    actor = who()
    if actor is None or actor.locale == locale:
        return
    if save(people.choose_locale, actor=actor, locale=locale, at=now()) is not None:
        send_errand(reload=True)


def enter_as(session_id: str, *, ticket: str) -> None:
    """Run this tab under a fresh sign-in session and have the browser fetch its cookie."""
    st.session_state[SESSION_KEY] = session_id
    send_errand(ticket=ticket)


def leave() -> None:
    """Revoke the session of this tab, forget everything in it, have the cookie dropped."""
    for session_id in _session_ids():
        save(people.sign_out, session_id=session_id, at=clock_now())
    chosen = st.session_state.get(LOCALE_KEY)
    for key in list(st.session_state):
        del st.session_state[key]
    if chosen:
        st.session_state[LOCALE_KEY] = chosen
    send_errand(leave=True)


def send_errand(**what: object) -> None:
    """Have the browser do something once: keep or drop its cookie, change the theme."""
    st.session_state[ERRAND_KEY] = {"id": secrets.token_hex(8), **what}


def own_session_id() -> str | None:
    """The sign-in session this tab runs under."""
    found: str | None = st.session_state.get(SESSION_KEY)
    return found


def _entering(function: Callable[P, T]) -> Callable[P, T | None]:
    @functools.wraps(function)
    def inside(*args: P.args, **kwargs: P.kwargs) -> T | None:
        if _drawing.get():
            return function(*args, **kwargs)
        with drawing() as actor:
            if actor is None:
                st.rerun()
            show_notices()
            return function(*args, **kwargs)

    return inside


def _session_ids() -> list[str]:
    """The sessions this tab may run under, its own before the cookie of the page load."""
    own = st.session_state.get(SESSION_KEY)
    token = st.context.cookies.get(COOKIE)
    found = [own] if own else []
    if token:
        of_cookie = people.session_id_of(token)
        if of_cookie != own:
            found.append(of_cookie)
    return found


def _look_up() -> Actor | None:
    at = clock_now()
    unattended = st.session_state.get(UNATTENDED_KEY, False)
    for session_id in _session_ids():
        with reading() as session:
            found = people.signed_in_by(session, session_id=session_id, at=at, on=today())
        if found is None:
            continue
        if found.is_touch_due and not unattended:
            with process().database.transaction() as session:
                people.touch(session, session_id=session_id, at=at)
        if st.session_state.get(SESSION_KEY) != session_id:
            st.session_state[SESSION_KEY] = session_id
        return found.actor
    return None


def _leave_nothing_to(actor: Actor) -> None:
    """Forget what the tab holds of somebody else: whose session ended may sign in again and go
    on, the next person at the desk sees nothing of theirs."""
    last = st.session_state.get(STAFF_KEY)
    if last is not None and last != actor.staff_id:
        for key in list(st.session_state):
            if key not in (SESSION_KEY, ERRAND_KEY, LOCALE_KEY):
                del st.session_state[key]
    if last != actor.staff_id:
        st.session_state[STAFF_KEY] = actor.staff_id


def _speak(actor: Actor | None) -> None:
    """Set the language of this run: chosen in this tab, else the person's, else the browser's."""
    chosen = st.session_state.get(LOCALE_KEY)
    use_locale(chosen or (actor.locale if actor else _browser_locale()))


def _speak_in_callback() -> None:
    if not _drawing.get():
        _speak(_look_up())


def _browser_locale() -> Locale:
    wanted = (st.context.locale or Locale.ZH).lower()
    return Locale.ZH if wanted.startswith("zh") else Locale.EN


def _show(sentence: str, kind: str) -> None:
    sentence = markdown.sentence(sentence)
    match kind:
        case "error":
            st.error(sentence, icon=":material/block:")
        case "warning":
            st.warning(sentence, icon=":material/warning:")
        case _:
            st.toast(sentence, icon=":material/check_circle:")
