"""What everybody did on a day, what stands out first; and the days of the one chosen (R160)."""

from datetime import date

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from services import measures, renewals
from services.actor import Actor
from services.measures import Figure
from services.renewals import MemberDaily, WorkedDay
from terms.renewal_analysis import Dimension
from ui.components.figure import figures
from ui.components.queue_table import COMPACT_ROW, height
from ui.screens.renewals import address
from ui.session import read, today
from words import _, formats
from words.markdown import plain, quiet
from words.renewal_days import sentence

PEOPLE, DAY = "renewals.day-people", "renewals.day"


def draw(actor: Actor, choices: DeltaGenerator) -> None:
    """Draw the day of the actor's people and the ten days of the one chosen."""
    on = today()
    offered = read(renewals.days_to_look_at, on=on)
    day = address.day("day")
    if day not in offered:
        day = offered[1]
    with choices:
        _day_control(offered, day)
    people = read(
        renewals.daily,
        actor=actor,
        day=day,
        on=on,
        fewest=read(measures.fewest, on=on),
    )
    if not people:
        st.markdown(_("No specialist stands in your scope yet."))
        return
    _note(people, is_over=day < on)
    chosen = _chosen(people)
    _table(people, chosen)
    person = people[chosen]
    with st.container(horizontal=True, vertical_alignment="center", key="renewals-day-person"):
        said = _("{name} on {day}").format(
            name=plain(person.name), day=formats.day_and_weekday(day)
        )
        st.subheader(said, anchor=False, width="content")
        st.button(
            _("Their open cases"),
            key="renewals.day-cases",
            type="tertiary",
            icon=":material/list:",
            on_click=lambda: address.put(show=None, day=None, person=person.name),
        )
    figures(*_figures(person, on), key="member-day")
    _days(read(renewals.member_days, actor=actor, staff_id=person.staff_id, day=day))


def _day_control(offered: tuple[date, ...], day: date) -> None:
    st.session_state[DAY] = day

    def put() -> None:
        address.put(day=st.session_state[DAY].isoformat())

    st.selectbox(
        _("Day"),
        offered,
        key=DAY,
        format_func=formats.day_and_weekday,
        label_visibility="collapsed",
        width=190,
        on_change=put,
    )


def _note(people: tuple[MemberDaily, ...], *, is_over: bool) -> None:
    """How many stand out; the first one named."""
    odd = [one for one in people if one.stands_out is not None]
    if odd:
        said = _("{n} of {all} people stand out, {name} first.").format(
            n=len(odd), all=len(people), name=plain(odd[0].name)
        )
    else:
        said = _("Nobody stands out.")
    if not is_over:
        said += " " + _("The day is not over: how many contacts there were is not judged yet.")
    st.markdown(quiet(said))


def _chosen(people: tuple[MemberDaily, ...]) -> int:
    asked = address.asked("person")
    return next((place for place, one in enumerate(people) if one.name == asked), 0)


def _table(people: tuple[MemberDaily, ...], chosen: int) -> None:
    def pick() -> None:
        rows = st.session_state[PEOPLE]["selection"]["rows"]
        if rows:
            address.put(person=people[rows[0]].name)

    if st.session_state.get(PEOPLE, {}).get("selection", {}).get("rows") != [chosen]:
        st.session_state[PEOPLE] = {"selection": {"rows": [chosen]}}
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    st.dataframe(
        pa.table(
            {
                "name": [one.name for one in people],
                "odd": [sentence(one) for one in people],
                "contacts": [one.worked.contacts for one in people],
                "usual": [formats.number(round(one.usual, 1)) for one in people],
                "reached": [_part(one.worked.reached, one.worked.contacts) for one in people],
                "first": [_part(one.worked.first_on_time, one.worked.first) for one in people],
                "renewed": [one.worked.renewed for one in people],
                "rate": [
                    formats.percent(one.clients_renewed / one.clients) if one.clients else "–"
                    for one in people
                ],
                "team": [one.team_name or "–" for one in people],
                "state": ["–" if one.is_there else "■ " + _("away") for one in people],
            }
        ),
        key=PEOPLE,
        height=height(len(people), row=COMPACT_ROW, most=8),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "name": text(_("Specialist"), width=100),
            "odd": text(_("Stands out"), width=180),
            "contacts": number(_("Contacts"), width=74),
            "usual": text(
                _("Usually"), help=_("A day, over the ten working days before"), width=66
            ),
            "reached": text(_("Reached"), width=72),
            "first": text(_("First contacts on time"), width=150),
            "renewed": number(_("Renewed"), width=74),
            "rate": text(_("Renewal rate, 3 months"), width=155),
            "team": text(_("Team"), width=104),
            "state": text(_("State"), width=72),
        },
        on_select=pick,
        selection_mode="single-row-required",
        alt=_("The day of each person, what stands out first; Shift+Space opens a person's days"),
    )


def _part(part: int, whole: int) -> str:
    return f"{part:,} / {whole:,}" if whole else "–"


def _figures(person: MemberDaily, on: date) -> list[Figure]:
    """The numbers of the chosen row, each of which opens."""
    done = person.worked
    who = {"person": str(person.staff_id)}
    of_day = {**who, "from": done.day.isoformat(), "to": done.day.isoformat()}
    found = [measures.figure("renewals.member_contacts", done.contacts, about=of_day)]
    if done.contacts:
        found.append(
            measures.figure("renewals.member_reached", done.reached, of=done.contacts, about=of_day)
        )
    if done.first:
        found.append(
            measures.figure(
                "renewals.member_first", done.first_on_time, of=done.first, about=of_day
            )
        )
    found.append(measures.figure("renewals.member_renewed", done.renewed, about=of_day))
    if person.clients:
        first = renewals.months_later(on, -3)
        last = renewals.last_day(renewals.months_later(on, -1))
        about = {
            "from": first.isoformat(),
            "to": last.isoformat(),
            "by": Dimension.PERSON.value,
            "code": str(person.staff_id),
        }
        found.append(
            measures.figure(
                "renewals.rate_clients", person.clients_renewed, of=person.clients, about=about
            )
        )
    return found


def _days(days: tuple[WorkedDay, ...]) -> None:
    """The ten working days of one person, the newest first."""
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    st.dataframe(
        pa.table(
            {
                "day": [formats.day_and_weekday(one.day) for one in days],
                "contacts": [one.contacts for one in days],
                "reached": [_part(one.reached, one.contacts) for one in days],
                "first": [_part(one.first_on_time, one.first) for one in days],
                "renewed": [one.renewed for one in days],
            }
        ),
        key="renewals.member-days",
        height=height(len(days), row=COMPACT_ROW, most=10),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "day": text(_("Day"), width=130),
            "contacts": number(_("Contacts"), width=90),
            "reached": text(_("Reached"), width=90),
            "first": text(_("First contacts on time"), width=140),
            "renewed": number(_("Renewed"), width=90),
        },
        alt=_("The ten working days of the person chosen, the newest first"),
    )
