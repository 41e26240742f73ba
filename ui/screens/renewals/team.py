"""The lead's view: who carries how much, whose cases are where, and giving them to others."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from services import measures, renewals
from services.actor import Actor
from services.changes import Chapter
from services.measures import Figure
from services.permissions import Permission
from services.renewals import CaseFilter, CaseRow, GivenRow, PersonLoad
from terms.people import Locale
from terms.renewal_analysis import Dimension
from terms.undo import UndoKind
from ui.components.choices import without_icon
from ui.components.earlier_acts import earlier_acts
from ui.components.figure import figure, figures
from ui.components.queue_table import COMPACT_ROW, as_given, height
from ui.components.undoing import begin_unpicked
from ui.screens.renewals import address, case_list, classing, days, reopening
from ui.session import dialog, now, read, save, tell_later, today
from ui.shared import read_shared
from words import _, current_locale, formats, ngettext
from words.markdown import plain

PEOPLE, CASES, TO, REASON = (
    "renewals.people",
    "renewals.cases",
    "renewals.move-to",
    "renewals.move-reason",
)
MOVED = "renewals.moved"
"""Session state: cases were just given over, so the list begins with nothing picked."""
WHICH, DAY = "renewals.team-show", "day"
NOBODY = "nobody"
"""``person`` in the address for cases nobody has yet."""
FULL = 100


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose cases were picked; nobody's where ``staff_id`` is None."""

    staff_id: int | None
    name: str | None


Movable = CaseRow | GivenRow


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw the load of the actor's people and the cases of the one chosen."""
    people = read_shared(
        renewals.team_load,
        *(Chapter.RENEWALS, Chapter.CONTACTS, Chapter.RULES),
        actor=actor,
        on=today(),
    )
    with bar:
        st.space("stretch")
        _total(people)
    if not people:
        st.markdown(_("No specialist stands in your scope yet."))
        st.page_link("../pages/my_day.py", label=_("To my day"), icon=":material/checklist:")
        return
    choices = st.container(horizontal=True, key="renewals-team-choices")
    with choices:
        _which()
    if address.asked("show") == DAY:
        days.draw(actor, choices)
        return
    chosen = _chosen(people)
    _load(people, chosen)
    person = people[chosen]
    heading = (
        _("Cases nobody has yet")
        if person.staff_id is None
        else _("Open cases of {name}").format(name=plain(person.name))
    )
    st.subheader(heading, anchor=False)
    _figures_of(actor, person)
    where = classing.narrowed(_whose(person))
    is_narrowed = where != _whose(person)
    classing.button(is_narrowed=is_narrowed, on_change=_unpick)
    rows = read(
        renewals.case_list,
        actor=actor,
        on=today(),
        where=where,
        limit=case_list.shown_rows(),
    )
    if not rows and is_narrowed:
        st.markdown(_("No case here is of this class."))
        return
    if not rows:
        st.markdown(
            _("Everything is given to somebody.")
            if person.staff_id is None
            else _("{name} has no open case.").format(name=plain(person.name))
        )
        return
    begin_unpicked(CASES, MOVED)
    picked = case_list.draw(
        rows,
        actor=actor,
        where=where,
        total=_total_of(actor, person, where) if is_narrowed else person.open_cases,
        key=CASES,
        pick_many=actor.may(Permission.RENEWAL_ALLOCATE),
    )
    if picked:
        bar_of(actor, Holder(person.staff_id, person.name), [rows[place] for place in picked])
    if actor.may(Permission.RENEWAL_LEAD):
        earlier_acts(actor, (UndoKind.REASSIGN,), key="renewals")
        reopening.button(actor)


def _which() -> None:
    """The choice between what everybody carries and what everybody did on a day."""
    st.session_state[WHICH] = DAY if address.asked("show") == DAY else "load"
    names = {"load": _("Load"), DAY: _("Day by day")}
    st.segmented_control(
        _("Show"),
        list(names),
        key=WHICH,
        required=True,
        format_func=without_icon(lambda one: names[one]),
        label_visibility="collapsed",
        on_change=lambda: address.put(show=DAY if st.session_state[WHICH] == DAY else None),
    )


def _chosen(people: tuple[PersonLoad, ...]) -> int:
    """Whose cases are listed: who the address names, else the unassigned if there are any, else
    whoever carries most."""
    asked = address.asked("person")
    for place, person in enumerate(people):
        if asked and asked == (person.name or NOBODY):
            return place
    for place, person in enumerate(people):
        if person.staff_id is None and person.open_cases:
            return place
    return max(range(len(people)), key=lambda place: people[place].load_percent)


def _total(people: tuple[PersonLoad, ...]) -> None:
    cases = sum(person.open_cases for person in people)
    at_risk = sum(person.at_risk_fen for person in people)
    figure(measures.figure("renewals.team_cases", cases))
    figure(measures.figure("renewals.team_to_save", at_risk))


def _whose(person: PersonLoad) -> CaseFilter:
    if person.staff_id is None:
        return CaseFilter(unassigned=True, team_id=person.team_id)
    return CaseFilter(assignee_id=person.staff_id)


def _total_of(actor: Actor, person: PersonLoad, where: CaseFilter) -> int:
    counted = read(renewals.count_cases, actor=actor, where=where, most=person.open_cases)
    return person.open_cases if counted is None else counted


def _unpick() -> None:
    st.session_state.pop(CASES, None)


def _figures_of(actor: Actor, person: PersonLoad) -> None:
    """The numbers of the chosen row of the table, each of which opens."""
    about: dict[str, object] = {"person": person.staff_id}
    if person.staff_id is None:
        about = {"person": NOBODY, "team": person.team_id}
    shown = [
        measures.figure("renewals.team_cases", person.open_cases, about=about),
        measures.figure("renewals.team_due_week", person.due_week, about=about),
        measures.figure("renewals.team_premium", person.premium_fen, about=about),
        measures.figure("renewals.team_to_save", person.at_risk_fen, about=about),
    ]
    if person.staff_id is not None:
        shown += [
            measures.figure(
                "renewals.load", person.in_window, of=person.window_capacity, about=about
            ),
            measures.figure("renewals.done_today", person.done_today, about=about),
        ]
    figures(*shown, key="person")
    if person.staff_id is not None:
        with st.container(horizontal=True, key="renewals-member-day", gap="small"):
            for place, one in enumerate(_day_of(actor, person.staff_id)):
                figure(one, key=f"member-{place}")


def _day_of(actor: Actor, staff_id: int) -> list[Figure]:
    """What the person did today and this week, what waits past its day, and how many renew."""
    on = today()
    day = read_shared(
        renewals.member_day,
        *(Chapter.RENEWALS, Chapter.CONTACTS),
        actor=actor,
        staff_id=staff_id,
        on=on,
    )
    about = {"person": str(staff_id)}
    first, last = renewals.months_later(on, -3), renewals.last_day(renewals.months_later(on, -1))
    months = read_shared(
        renewals.outcomes_by_month,
        Chapter.RENEWALS,
        actor=actor,
        first=first,
        last=last,
        by=Dimension.PERSON,
        code=str(staff_id),
    )
    found = [
        measures.figure(
            "renewals.member_contacts",
            day.contacts_today,
            about={**about, "from": on.isoformat(), "to": on.isoformat()},
        ),
        measures.figure(
            "renewals.member_contacts", day.contacts_week, about={**about, **renewals.week_to(on)}
        ),
        measures.figure("renewals.member_overdue", day.overdue, about=about),
    ]
    clients = sum(each.clients for each in months)
    if clients:
        rate = measures.figure(
            "renewals.rate_clients",
            sum(each.clients_renewed for each in months),
            of=clients,
            about={
                "from": first.isoformat(),
                "to": last.isoformat(),
                "by": Dimension.PERSON.value,
                "code": str(staff_id),
            },
        )
        found.append(rate)
    return found


def _load(people: tuple[PersonLoad, ...], chosen: int) -> None:
    def pick() -> None:
        rows = st.session_state[PEOPLE]["selection"]["rows"]
        if rows:
            address.put(person=people[rows[0]].name or NOBODY)
            st.session_state.pop(CASES, None)

    wanted = {"selection": {"rows": [chosen]}}
    if st.session_state.get(PEOPLE, {}).get("selection", {}).get("rows") != [chosen]:
        st.session_state[PEOPLE] = wanted
    locale = current_locale()
    st.dataframe(
        _load_table(people, locale),
        key=PEOPLE,
        height=height(len(people), row=COMPACT_ROW, most=8),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config=_load_columns(
            locale, most_load=max(FULL, *(person.load_percent for person in people))
        ),
        on_select=pick,
        selection_mode="single-row-required",
        alt=_("Load per person; Shift+Space opens a person's cases"),
    )


@lru_cache(maxsize=64)
def _load_table(people: tuple[PersonLoad, ...], _locale: Locale) -> pa.Table:
    """``people`` in words; most drawings show the same ones again."""
    return pa.table(
        {
            "name": [person.name or _("Nobody yet") for person in people],
            "team": [person.team_name or "–" for person in people],
            "open": [person.open_cases for person in people],
            "week": [person.due_week for person in people],
            "premium": [formats.yuan(person.premium_fen) for person in people],
            "at_risk": [formats.yuan(person.at_risk_fen) for person in people],
            "load": [None if person.staff_id is None else person.load_percent for person in people],
            "done": [person.done_today for person in people],
            "state": [_state(person) for person in people],
        }
    )


@lru_cache(maxsize=64)
def _load_columns(_locale: Locale, *, most_load: int) -> dict[str, Any]:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return as_given(
        {
            "name": text(_("Specialist"), width=110),
            "team": text(_("Team"), width=110),
            "open": number(_("Open"), width=70, format="localized"),
            "week": number(_("Due in 7 days"), width=90, format="localized"),
            "premium": number(_("Premium ¥"), width=110, format="localized"),
            "at_risk": number(_("To save ¥"), width=110, format="localized"),
            "load": st.column_config.ProgressColumn(
                _("Load"),
                help=_("Open cases in the contact window ÷ what the person can work in it"),
                format="%d%%",
                min_value=0,
                max_value=most_load,
                width=120,
            ),
            "done": number(_("Done today"), width=80),
            "state": text(_("State"), width=100),
        }
    )


def _state(person: PersonLoad) -> str:
    if person.staff_id is None:
        return "◆ " + _("to be given out") if person.open_cases else "–"
    if person.is_on_leave:
        return "■ " + _("on leave")
    if person.load_percent > FULL:
        return "▲ " + _("over capacity")
    return _("takes cases") if person.may_take else "–"


def bar_of(actor: Actor, person: Holder, picked: Sequence[Movable]) -> None:
    """What can be done with picked cases of one person: give them to somebody else."""
    with st.container(horizontal=True, vertical_alignment="center", key="renewals-acts"):
        said = ngettext("{n} case picked", "{n} cases picked", len(picked)).format(n=len(picked))
        st.markdown(f"**{said}**", width="content")
        if st.button(_("Give to somebody else…"), key="renewals.move", type="primary"):
            dialog(_("Give cases to somebody else"))(_move)(actor, person, picked)


def _move(actor: Actor, person: Holder, picked: Sequence[Movable]) -> None:
    """The dialog: whom, why, and what it will change."""
    fit = [
        one
        for one in read(renewals.assignees, actor=actor, on=today())
        if one.may_take and one.staff_id != person.staff_id
    ]
    if not fit:
        st.markdown(_("Nobody in your scope can take cases today."))
        return
    target = st.selectbox(
        _("To"),
        range(len(fit)),
        key=TO,
        index=None,
        placeholder=_("Choose a person"),
        format_func=lambda place: _("{name} · load {load}%").format(
            name=fit[place or 0].name, load=fit[place or 0].load_percent
        ),
    )
    reason = st.text_input(_("Reason"), key=REASON, max_chars=200, live=True)
    if target is not None:
        st.markdown(_preview(person, fit[target], picked))
    st.caption(_("The clients' files open to the new person at once; giving back undoes it."))
    is_ready = target is not None and bool(reason.strip())
    given = st.button(
        _("Give them over"), key="renewals.move-go", type="primary", disabled=not is_ready
    )
    if not given or target is None:
        return
    to = fit[target]
    done = save(
        renewals.reassign,
        actor=actor,
        cases={row.id: row.assignee_id for row in picked},
        to_staff_id=to.staff_id or 0,
        reason=reason.strip(),
        on=today(),
        at=now(),
    )
    if done is not None:
        for name in (TO, REASON):
            st.session_state.pop(name, None)
        st.session_state[MOVED] = True
        tell_later(
            ngettext("{n} case is {name}'s now", "{n} cases are {name}'s now", done.moved).format(
                n=done.moved, name=to.name
            )
        )
        st.rerun()


def _preview(person: Holder, to: PersonLoad, picked: Sequence[Movable]) -> str:
    n = len(picked)
    data = {
        "n": n,
        "premium": formats.money_with_unit(sum(row.premium_fen for row in picked)),
        "of": plain(person.name),
        "to": plain(to.name),
    }
    if person.staff_id is None:
        moved = ngettext(
            "**{n}** case with **{premium}** of premium that nobody has goes to {to}.",
            "**{n}** cases with **{premium}** of premium that nobody has go to {to}.",
            n,
        ).format(**data)
    else:
        moved = ngettext(
            "**{n}** case with **{premium}** of premium goes from {of} to {to}.",
            "**{n}** cases with **{premium}** of premium go from {of} to {to}.",
            n,
        ).format(**data)
    after = _("{to} then has {after} open cases instead of {before}.").format(
        to=plain(to.name), before=to.open_cases, after=to.open_cases + n
    )
    return f"{moved} {after}"
