"""One person: data and roles on the left; leave, sign-in and leaving on the right."""

import streamlit as st

from services import people
from services.actor import Actor
from services.errors import NotFound
from services.people import StaffFile
from services.permissions import Permission
from services.settings import clock_now
from terms.people import HoldingKind
from ui import navigation
from ui.components.asking import form, form_button
from ui.screens.people import away, person_forms
from ui.session import link_to, now, save, tell_later, today, try_read
from words import _, formats, ngettext
from words.labels import label
from words.markdown import plain, quiet
from words.people import browser_name

_WAYS: dict[HoldingKind, tuple[str, dict[str, str]]] = {
    HoldingKind.CLIENTS: ("clients", {"owner": "{username}"}),
    HoldingKind.CASES: ("renewals", {"view": "team"}),
    HoldingKind.PROMISES: ("renewals", {"view": "team"}),
    HoldingKind.SUBSTITUTIONS: ("people", {"view": "leave"}),
}
"""Where each kind of thing is handed over."""


def draw(actor: Actor, username: str) -> None:
    """Draw the person of the address."""
    st.button(_("To the list"), key="people.back", icon=":material/arrow_back:", on_click=_to_list)
    try:
        # sessions and locks count on the real clock
        person = try_read(
            people.staff_file, actor=actor, username=username, on=today(), at=clock_now()
        )
    except NotFound:
        st.warning(_("There is nobody with the user name {name}.").format(name=plain(username)))
        return
    _head(person)
    left, right = st.columns(2, gap="large")
    with left:
        _data(actor, person)
    with right:
        away.of_person(actor, person)
        if actor.may(Permission.STAFF_MANAGE):
            _sign_in(actor, person)
            _leaving(actor, person)


def _head(person: StaffFile) -> None:
    marks = [f":gray-badge[{label(role)}]" for role in person.roles]
    if person.in_service_to is not None and person.in_service_to < today():
        left = _("left {day}").format(day=formats.day(person.in_service_to))
        marks.append(f":gray-badge[:material/logout: {left}]")
    if person.locked_until is not None:
        until = formats.date_time(person.locked_until)
        locked = _("locked until {time}").format(time=until)
        marks.append(f":red-badge[:material/lock: {locked}]")
    with st.container(horizontal=True, vertical_alignment="center", key="people-head"):
        st.subheader(plain(person.name), anchor=False, width="content")
        st.markdown(" ".join(marks) or quiet(_("no role")), width="content")


def _data(actor: Actor, person: StaffFile) -> None:
    missing = "–"
    rows = {
        _("User name"): person.username,
        _("Branch"): person.branch or missing,
        _("Department"): label(person.department) if person.department else missing,
        _("Team"): person.team or missing,
        _("Registration number"): person.registration_number or missing,
        _("Renewal cases a week"): formats.number(person.weekly_capacity),
        _("Authorised product lines"): _listed([label(line) for line in person.lines]),
        _("Languages spoken with clients"): _listed([label(each) for each in person.languages]),
        _("Language of the screens"): label(person.locale),
        _("In service since"): formats.day(person.in_service_from),
    }
    st.table({_("Data"): list(rows), _("Content"): list(rows.values())})
    if not actor.may(Permission.STAFF_MANAGE):
        return
    with st.container(horizontal=True):
        if form_button(_("Change data"), "people.edit", icon=":material/edit:"):
            form(_("Change data"), person_forms.edit, actor, person)
        is_own = actor.staff_id == person.id
        if form_button(_("Change roles"), "people.roles", icon=":material/badge:", disabled=is_own):
            form(_("Change roles"), person_forms.roles, actor, person)
    if is_own:
        st.markdown(quiet(_("Nobody changes their own roles: ask another administrator.")))


def _sign_in(actor: Actor, person: StaffFile) -> None:
    st.subheader(_("Sign-in"), anchor=False)
    if not person.has_password:
        st.markdown(_("No password yet: reset it to let them in."))
    elif person.must_change_password:
        st.markdown(_("A one-time password waits for the first sign-in."))
    with st.container(horizontal=True):
        is_own = actor.staff_id == person.id
        if form_button(
            _("Reset password"), "people.password", icon=":material/key:", disabled=is_own
        ):
            form(_("Reset password"), person_forms.password, actor, person)
        if person.locked_until is not None and st.button(
            _("Unlock"), key="people.unlock", icon=":material/lock_open:"
        ):
            done = save(people.unlock, actor=actor, staff_id=person.id, at=now())
            if done is not None:
                tell_later(_("{name} can try again.").format(name=person.name))
                st.rerun()
    if not person.sessions:
        st.markdown(quiet(_("Not signed in anywhere.")))
        return
    for place, session in enumerate(person.sessions):
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            seen = formats.date_time(session.last_seen_at)
            said = _("{browser} · last used {time}").format(
                browser=browser_name(session.browser), time=seen
            )
            where = f" · {session.address}" if session.address else ""
            st.markdown(plain(said + where))
            st.space("stretch")
            st.button(
                _("End"),
                key=f"people.end-{place}",
                on_click=_end,
                args=(actor, person, session.id),
            )
    if len(person.sessions) > 1:
        st.button(
            _("End all sessions"), key="people.end-all", on_click=_end, args=(actor, person, None)
        )


def _end(actor: Actor, person: StaffFile, session_id: str | None) -> None:
    ended = save(
        people.end_sessions,
        actor=actor,
        staff_id=person.id,
        session_id=session_id,
        at=clock_now(),
    )
    if ended is not None:
        said = ngettext("{n} session ended.", "{n} sessions ended.", ended)
        tell_later(said.format(n=ended))


def _leaving(actor: Actor, person: StaffFile) -> None:
    st.subheader(_("Leaving"), anchor=False)
    if person.in_service_to is not None:
        day = formats.day(person.in_service_to)
        st.markdown(_("Last day in service: {day}.").format(day=day))
        if st.button(_("Take the departure back"), key="people.stay"):
            stays = save(
                people.come_back,
                actor=actor,
                staff_id=person.id,
                at=now(),
                seen_version=person.version,
            )
            if stays is not None:
                tell_later(_("{name} is in service again.").format(name=person.name))
                st.rerun()
        return
    if person.held:
        st.markdown(
            _("Before {name} can leave, this has to be handed over:").format(
                name=plain(person.name)
            )
        )
        for held in person.held:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.markdown(f"**{formats.number(held.count)}** {label(held.kind)}")
                page, query = _WAYS.get(held.kind, ("", {}))
                if page and actor.may(navigation.item_of(page).permission):
                    asked = {k: v.format(username=person.username) for k, v in query.items()}
                    link_to(page, _("See them"), icon=":material/arrow_forward:", **asked)
        return
    is_own = actor.staff_id == person.id
    if form_button(
        _("Record a departure"), "people.depart", icon=":material/logout:", disabled=is_own
    ):
        form(_("Record a departure"), person_forms.depart, actor, person)
    st.markdown(quiet(_("Nothing is theirs any more: they may leave.")))


def _listed(names: list[str]) -> str:
    return formats.listing(names) or "–"


def _to_list() -> None:
    st.query_params.clear()
