"""The fields of a person's data, for a new one and for one who is there."""

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from services.people import BranchRow, StaffData, StaffFile, TeamRow
from terms.people import Language
from terms.policies import Line
from words import _
from words.labels import label

Row = TypeVar("Row", BranchRow, TeamRow)


def fields(
    prefix: str, places: tuple[BranchRow, ...], person: StaffFile | None = None
) -> StaffData:
    """Draw the fields and give back what stands in them.

    Args:
        prefix: of the fields' keys.
        person: whose data they begin with.
    """
    name = st.text_input(
        _("Name"), value=person.name if person else "", key=f"{prefix}-name", max_chars=80
    )
    first, second = st.columns(2)
    with first:
        branch = _one(f"{prefix}-branch", _("Branch"), places, person.branch_id if person else None)
    of = branch.id if branch else 0
    teams = branch.teams if branch else ()
    departments = branch.departments if branch else ()
    with second:
        team = _one(f"{prefix}-team-{of}", _("Team"), teams, person.team_id if person else None)
    department_ids = [row.id for row in departments]
    kinds = {row.id: label(row.kind) for row in departments}
    held = person.department_id if person else None
    with first:
        department_id = st.selectbox(
            _("Department"),
            department_ids,
            index=department_ids.index(held) if held in department_ids else None,
            key=f"{prefix}-department-{of}",
            placeholder=_("None"),
            format_func=kinds.__getitem__,
        )
    with second:
        registration = st.text_input(
            _("Registration number"),
            value=(person.registration_number or "") if person else "",
            key=f"{prefix}-registration",
            max_chars=40,
        )
    capacity = st.number_input(
        _("Renewal cases a week"),
        min_value=0,
        max_value=2_000,
        value=person.weekly_capacity if person else 150,
        step=10,
        key=f"{prefix}-capacity",
    )
    lines = st.multiselect(
        _("Authorised product lines"),
        list(Line),
        default=list(person.lines) if person else list(Line),
        key=f"{prefix}-lines",
        format_func=label,
        placeholder=_("Choose"),
    )
    languages = st.multiselect(
        _("Languages spoken with clients"),
        list(Language),
        default=list(person.languages) if person else [Language.MANDARIN],
        key=f"{prefix}-languages",
        format_func=label,
        placeholder=_("Choose"),
    )
    return StaffData(
        name=name,
        branch_id=branch.id if branch else None,
        department_id=department_id,
        team_id=team.id if team else None,
        registration_number=registration or None,
        weekly_capacity=int(capacity),
        lines=tuple(lines),
        languages=tuple(languages),
    )


def _one(prefix: str, title: str, rows: Sequence[Row], held: int | None) -> Row | None:
    places = range(len(rows))
    at = next((place for place in places if rows[place].id == held), None)
    chosen = st.selectbox(
        title,
        places,
        index=at,
        key=prefix,
        placeholder=_("None"),
        format_func=lambda place: rows[place].name,
    )
    return None if chosen is None else rows[chosen]
