"""The steps from an empty database to the first book: what is done, and what comes next.

What is done is read from the data, so the guide can be left and taken up again anywhere.
"""

from collections.abc import Callable

import streamlit as st

from services import company
from services.actor import Actor
from services.company import SetUp
from ui.screens.first_steps import colleagues, places, profile
from ui.session import now, read, save, switch_to, tell_later, today
from ui.waiting import forget_first_steps
from words import _
from words.markdown import quiet

OPEN = "first_steps.open"
Step = tuple[str, str, str, bool, Callable[[Actor], None]]


def draw(actor: Actor) -> None:
    """Draw the steps; the first that is not done stands open."""
    state = read(company.set_up, actor=actor, on=today())
    steps = _steps(state)
    done = sum(is_done for _n, _t, _w, is_done, _d in steps)
    if done == len(steps) or state.is_closed:
        forget_first_steps()
        _finished(actor)
        return
    st.progress(
        done / len(steps), text=_("{done} of {all} steps done").format(done=done, all=len(steps))
    )
    first = next(name for name, _t, _w, is_done, _d in steps if not is_done)
    asked = st.session_state.get(OPEN)
    chosen = asked if asked in {name for name, *_rest in steps} else first
    for number, (name, title, why, is_done, body) in enumerate(steps, 1):
        with st.container(border=True, key=f"first-steps-{name}"):
            _head(
                number, name, title, is_done=is_done, is_open=name == chosen, is_next=name == first
            )
            if name == chosen:
                st.markdown(quiet(why))
                body(actor)
    _close(actor)


def _steps(state: SetUp) -> list[Step]:
    return [
        (
            "profile",
            _("The company"),
            _("Every call names the company and its licence number: that is the law."),
            state.has_profile,
            profile.draw,
        ),
        (
            "places",
            _("Branches and teams"),
            _("Branch and team decide who sees which client. One of each is enough to begin."),
            state.has_places,
            places.draw,
        ),
        (
            "colleagues",
            _("Colleagues"),
            _("Renewals are given to people in a team. Add them one by one, or import a list."),
            state.has_colleagues,
            colleagues.draw,
        ),
        (
            "book",
            _("The first book"),
            _("Clients and policies from a CSV or XLSX file; you see what it would do first."),
            state.has_book,
            _book,
        ),
    ]


def _head(
    number: int, name: str, title: str, *, is_done: bool, is_open: bool, is_next: bool
) -> None:
    done, following = _("done"), _("next")
    with st.container(horizontal=True, vertical_alignment="center"):
        if is_done:
            mark = f":green[:material/check_circle:] {title} :green-badge[{done}]"
        elif is_next:
            mark = f"{number}. {title} :blue-badge[{following}]"
        else:
            mark = f":gray[{number}. {title}]"
        st.subheader(mark, anchor=False)
        if not is_open:
            st.space("stretch")
            st.button(
                _("Look or add") if is_done else _("Do this now"),
                key=f"first_steps.open-{name}",
                type="tertiary",
                on_click=lambda: st.session_state.update({OPEN: name}),
            )


def _book(_actor: Actor) -> None:
    if st.button(
        _("To the import"),
        key="first_steps.import",
        type="primary",
        icon=":material/upload_file:",
    ):
        switch_to("import_book")


def _finished(actor: Actor) -> None:
    st.success(_("Everything that is needed to begin is there."), icon=":material/check_circle:")
    card = read(company.company, actor=actor)
    if card is not None and card.set_up_at is None:
        save(company.close_guide, actor=actor, at=now())
    with st.container(horizontal=True):
        if st.button(_("To the clients"), key="first_steps.clients", type="primary"):
            switch_to("clients")
        if st.button(_("Import more"), key="first_steps.more"):
            switch_to("import_book")
    st.markdown(
        quiet(_("Cases are opened and given out every working day at 06:30 by the worker."))
    )


def _close(actor: Actor) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(quiet(_("You may leave at any time: what is done stays done.")))
        st.space("stretch")
        if st.button(
            _("I need no guide"),
            key="first_steps.close",
            type="tertiary",
            help=_("Puts the guide away for everybody."),
        ):
            if save(company.close_guide, actor=actor, at=now()):
                forget_first_steps()
                tell_later(_("The guide is put away."))
                switch_to("my_day")
            else:
                st.warning(
                    _("Write down who the company is first: every call names it."),
                    icon=":material/warning:",
                )
