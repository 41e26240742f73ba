"""Leave: who is away or will be, of one person or of all, and who stands in for them."""

from datetime import date, timedelta

import streamlit as st

from services import people, renewals
from services.actor import Actor
from services.people import LeaveRow, StaffFile
from services.permissions import Permission
from terms.people import LeaveKind
from ui.components.asking import ask, forget, form, form_button
from ui.components.foreseen import foreseen_moves
from ui.components.queue_table import COMPACT_ROW, height
from ui.session import now, read, save, tell_later, today
from words import _, formats
from words.labels import label
from words.markdown import plain, quiet


def draw(actor: Actor) -> None:
    """Everybody's leave from today on, the earliest first."""
    rows = read(people.leaves, actor=actor, on=today())
    if not rows:
        st.markdown(_("Nobody is away, and no leave is noted. It is noted at each person."))
        return

    def opened() -> None:
        chosen = st.session_state["people.leaves"]["selection"]["rows"]
        if chosen:
            username = rows[chosen[0]].username
            st.query_params.clear()
            st.query_params["id"] = username

    text = st.column_config.TextColumn
    st.dataframe(
        {
            "name": [row.name for row in rows],
            "kind": [label(row.kind) for row in rows],
            "from": [formats.day_and_weekday(row.from_on) for row in rows],
            "to": [formats.day_and_weekday(row.to_on) for row in rows],
            "state": [
                "◆ " + _("away today") if row.from_on <= today() else _("to come") for row in rows
            ],
            "substitute": [row.substitute or _("nobody") for row in rows],
        },
        key="people.leaves",
        height=height(len(rows), row=COMPACT_ROW, most=16),
        row_height=COMPACT_ROW,
        hide_index=True,
        on_select=opened,
        selection_mode="single-row",
        column_config={
            "name": text(_("Name"), width=130),
            "kind": text(_("Kind"), width=110),
            "from": text(_("First day"), width=150),
            "to": text(_("Last day"), width=150),
            "state": text(_("State"), width=110),
            "substitute": text(_("Substitute"), width=130),
        },
        alt=_("Leave, the earliest first; Shift+Space opens the person"),
    )


def of_person(actor: Actor, person: StaffFile) -> None:
    """The leave of one person, and the way to note some."""
    st.subheader(_("Leave"), anchor=False)
    if not person.leaves:
        st.markdown(quiet(_("No leave is noted.")))
    for row in person.leaves:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            days = _("{kind} · {first} to {last}").format(
                kind=label(row.kind),
                first=formats.day(row.from_on),
                last=formats.day(row.to_on),
            )
            stand_in = (
                _("substitute {name}").format(name=row.substitute)
                if row.substitute
                else _("no substitute")
            )
            st.markdown(plain(f"{days} · {stand_in}"))
            if not person.may_arrange_leave:
                continue
            st.space("stretch")
            st.button(
                _("Change leave"), key=f"people.leave-{row.id}", on_click=ask, args=(_name(row),)
            )
            if st.session_state.get("frame.form") == _name(row):
                form(_("Change leave"), _form, actor, person, row)
    if person.may_arrange_leave and form_button(
        _("Note leave"), "people.leave-new", icon=":material/event_busy:"
    ):
        form(_("Note leave"), _form, actor, person, None)
    if not person.may_arrange_leave and actor.may(Permission.STAFF_LEAVE):
        st.markdown(quiet(_("Their leave is noted by their own lead or by human resources.")))


def _name(row: LeaveRow) -> str:
    return f"people.leave-form-{row.id}"


def _form(actor: Actor, person: StaffFile, row: LeaveRow | None) -> None:
    key = f"people.leave-{row.id if row else 'new'}"
    kind = st.selectbox(
        _("Kind"),
        list(LeaveKind),
        index=list(LeaveKind).index(row.kind) if row else 0,
        key=f"{key}-kind",
        format_func=label,
    )
    kind = kind or LeaveKind.HOLIDAY
    first, second = st.columns(2)
    from_on = first.date_input(
        _("First day"), value=row.from_on if row else today() + timedelta(days=1), key=f"{key}-from"
    )
    to_on = second.date_input(
        _("Last day"), value=row.to_on if row else today() + timedelta(days=5), key=f"{key}-to"
    )
    others = read(people.colleagues, actor=actor, on=today(), but=person.id)
    names = {staff_id: f"{name} · {team}" if team else name for staff_id, name, team in others}
    ids = list(names)
    held = row.substitute_id if row else None
    substitute_id = st.selectbox(
        _("Substitute"),
        ids,
        index=ids.index(held) if held in names else None,
        key=f"{key}-substitute",
        placeholder=_("No substitute"),
        format_func=names.__getitem__,
        help=_("Decides approvals in their place while they are away."),
    )
    if kind is LeaveKind.SICK:
        _foreseen(actor, person, from_on, to_on, substitute_id, key)
    with st.container(horizontal=True):
        wants = st.button(_("Save"), key=f"{key}-save", type="primary")
        takes_back = row is not None and st.button(_("Take the leave back"), key=f"{key}-cancel")
    if row is not None and takes_back:
        done: object = save(
            people.cancel_leave, actor=actor, leave_id=row.id, at=now(), seen_version=row.version
        )
    elif not wants:
        return
    elif row is None:
        done = save(
            people.give_leave,
            actor=actor,
            staff_id=person.id,
            kind=kind,
            from_on=from_on,
            to_on=to_on,
            substitute_id=substitute_id,
            at=now(),
        )
    else:
        done = save(
            people.change_leave,
            actor=actor,
            leave_id=row.id,
            kind=kind,
            from_on=from_on,
            to_on=to_on,
            substitute_id=substitute_id,
            at=now(),
            seen_version=row.version,
        )
    if done is not None:
        forget()
        tell_later(_("The leave of {name} is saved.").format(name=person.name))
        st.rerun()


def _foreseen(
    actor: Actor,
    person: StaffFile,
    from_on: date,
    to_on: date,
    substitute_id: int | None,
    key: str,
) -> None:
    """What sick leave that has begun does to the person's due cases once it is saved."""
    plan = read(
        renewals.foresee_cover,
        actor=actor,
        staff_id=person.id,
        from_on=from_on,
        to_on=to_on,
        substitute_id=substitute_id,
        on=today(),
    )
    foreseen_moves(plan, key=key)
    if plan.to:
        st.caption(_("They come back when the leave is over; a lead can take it back before."))
