"""One client's file: the head that stands over every view, and the switch between the views."""

from collections.abc import Callable

import streamlit as st

from services import clients, duplicates
from services.actor import Actor
from services.clients import ClientFile
from services.permissions import Permission
from ui.components import frame
from ui.components.asking import forget
from ui.components.choices import without_icon
from ui.screens.client import (
    documents,
    edit,
    instalments,
    overview,
    people,
    policies,
    printing,
    service,
    talks,
    trail,
)
from ui.session import now, read, save, switch_to, today
from words import _, formats
from words.clients import client_title, tenure
from words.labels import badge, label
from words.markdown import plain, tag

VIEW, OPENED = "client.view", "client.opened"

View = Callable[[Actor, ClientFile], None]


def draw(actor: Actor) -> None:
    """Draw the file the address names; the first drawing of an opening is logged."""
    number = st.query_params.get("id", "").strip()
    if not _opened(actor, number):
        frame(_("Client file"))
        st.markdown(_("There is no such record, or it is not yours to open."))
        st.page_link("../pages/clients.py", label=_("To the clients"), icon=":material/group:")
        return
    file = read(clients.client_file, actor=actor, number=number, on=today())
    frame(plain(client_title(file.name, file.number)), _who(file))
    _state(actor, file)
    views = _views()
    if not actor.may(Permission.PLAN_READ):
        del views["service"]
    chosen = _switch(list(views), {name: title for name, (title, _view) in views.items()})
    views[chosen][1](actor, file)


def _opened(actor: Actor, number: str) -> bool:
    """Log the opening once: when the address names another client, or one came from elsewhere."""
    if not number:
        return False
    if st.session_state.get(OPENED) == number and VIEW in st.session_state:
        return True
    forget()
    opened = save(clients.open_file, actor=actor, number=number, at=now(), on=today())
    if opened:
        st.session_state[OPENED] = number
    else:
        st.session_state.pop(OPENED, None)
    return bool(opened)


def _who(file: ClientFile) -> str:
    parts = [
        plain(file.number),
        label(file.client_type),
        _("owner {name}").format(name=plain(file.owner)) if file.owner else _("no owner"),
        plain(file.team),
        _("client for {time}").format(time=tenure(file.tenure_months))
        if file.tenure_months is not None
        else "",
    ]
    return " · ".join(part for part in parts if part)


def _state(actor: Actor, file: ClientFile) -> None:
    """Badges of what matters, and what one can do with the file."""
    with st.container(key="client-state", horizontal=True, vertical_alignment="center"):
        st.markdown(_badges(file))
        st.space("stretch")
        _duplicates(actor, file)
        printing.button(actor, file)
        if actor.may(Permission.CLIENT_WRITE):
            st.button(
                _("Verified today"),
                key="client.verify",
                icon=":material/fact_check:",
                help=_("You went through the file with the client and everything is right."),
                disabled=file.verified_on == today(),
                on_click=_verify,
                args=(actor, file),
            )
            edit.button(actor, file)


def _duplicates(actor: Actor, file: ClientFile) -> None:
    """The way to those who look like this client; looks again where somebody asks."""
    if not actor.may(Permission.CLIENT_MERGE):
        return
    found = len(read(duplicates.pairs_of, actor=actor, number=file.number, on=today()))
    said = _("Possible duplicates")
    if st.button(
        f"{said} {found}" if found else said,
        key="client.duplicates",
        icon=":material/join_inner:",
        help=_("Other files that may be the same client"),
    ):
        switch_to("clients", view="duplicates", of=file.number)


def _badges(file: ClientFile) -> str:
    found = [badge(file.stage)]
    if file.do_not_contact:
        found.append(tag("red", _("No commercial contact"), "notifications_off"))
    colour = "green" if not file.missing else "orange" if file.completeness >= 60 else "red"
    complete = _("File {percent}% complete").format(percent=file.completeness)
    found.append(f":{colour}-badge[:material/folder: {complete}]")
    if file.verified_on:
        verified = _("verified {day}").format(day=formats.day(file.verified_on))
        found.append(f":gray-badge[:material/fact_check: {verified}]")
    else:
        found.append(tag("orange", _("never verified"), "schedule"))
    return " ".join(found)


def _verify(actor: Actor, file: ClientFile) -> None:
    save(
        clients.verify,
        actor=actor,
        number=file.number,
        at=now(),
        on=today(),
        seen_version=file.version,
    )


def _views() -> dict[str, tuple[str, View]]:
    return {
        "overview": (_("Overview"), overview.draw),
        "policies": (_("Policies"), policies.draw),
        "instalments": (_("Instalments"), instalments.draw),
        "service": (_("Service"), service.draw),
        "talks": (_("Contacts and promises"), talks.draw),
        "people": (_("People and relations"), people.draw),
        "documents": (_("Documents"), documents.draw),
        "history": (_("History"), trail.draw),
    }


def _switch(names: list[str], titles: dict[str, str]) -> str:
    asked = st.query_params.get("view", "")
    chosen = asked if asked in names else names[0]
    st.session_state[VIEW] = chosen
    st.segmented_control(
        _("View"),
        names,
        key=VIEW,
        required=True,
        format_func=without_icon(titles.__getitem__),
        label_visibility="collapsed",
        on_change=_to_view,
    )
    return chosen


def _to_view() -> None:
    st.query_params["view"] = st.session_state[VIEW]
