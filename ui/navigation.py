"""The menu: one table of section, page, address, title, icon and permission.

Every page is declared on every run, also while nobody is signed in, so that deep links, reloads
and bookmarks survive signing in. The menu hides, the page refuses, the operation decides.
"""

from contextvars import ContextVar
from copy import copy
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import streamlit as st

from services.actor import Actor
from services.permissions import Permission
from terms.people import Role
from words import N_, _

PAGES = Path(__file__).resolve().parents[1] / "pages"
_drawn: ContextVar[str] = ContextVar("drawn_page", default="")


@dataclass(frozen=True, slots=True)
class Item:
    """One screen: the file ``pages/<name>.py`` at the address ``/<address>``."""

    name: str
    address: str
    title: str
    icon: str
    permission: Permission
    section: str = ""
    is_hidden: bool = False
    counts: str = ""
    """Which number stands beside the title; see ``ui.shell.waiting``."""
    is_passing: bool = False
    """In the menu only while something is counted."""


TODAY, CLIENTS, RENEWALS = N_("Today"), N_("Clients"), N_("Renewals")
ADMIN = N_("Admin")

MENU: tuple[Item, ...] = (
    Item(
        "first_steps",
        "first-steps",
        N_("First steps"),
        "flag",
        Permission.STAFF_MANAGE,
        TODAY,
        counts="first_steps",
        is_passing=True,
    ),
    Item("my_day", "my-day", N_("My day"), "checklist", Permission.DAY_READ, TODAY),
    Item(
        "exports",
        "exports",
        N_("My exports"),
        "download",
        Permission.DAY_READ,
        TODAY,
        is_hidden=True,
    ),
    Item("clients", "clients", N_("Clients"), "group", Permission.CLIENT_READ, CLIENTS),
    Item("tiering", "tiering", N_("Client tiers"), "leaderboard", Permission.TIER_READ, CLIENTS),
    Item(
        "client",
        "client",
        N_("Client file"),
        "person",
        Permission.CLIENT_READ,
        CLIENTS,
        is_hidden=True,
    ),
    Item("plans", "plans", N_("Service plans"), "event_note", Permission.PLAN_READ, CLIENTS),
    Item(
        "renewals",
        "renewals",
        N_("Renewal queue"),
        "autorenew",
        Permission.RENEWAL_READ,
        RENEWALS,
        counts="renewals",
    ),
    Item(
        "approvals",
        "approvals",
        N_("Approvals"),
        "approval",
        Permission.APPROVAL_READ,
        ADMIN,
        counts="approvals",
    ),
    Item("rules", "rules", N_("Rules"), "rule", Permission.RULE_READ, ADMIN),
    Item("scripts", "scripts", N_("Scripts"), "chat", Permission.SCRIPT_READ, ADMIN),
    Item("people", "people", N_("Staff"), "badge", Permission.STAFF_READ, ADMIN),
    Item("audit", "audit", N_("Audit"), "policy", Permission.AUDIT_READ, ADMIN),
    Item(
        "import_book",
        "import",
        N_("Import"),
        "upload_file",
        Permission.IMPORT_RUN,
        ADMIN,
    ),
)

LANDING: dict[Role, tuple[str, ...]] = {
    Role.TEAM_LEAD: ("morning", "my_day"),
    Role.MANAGER: ("renewals", "my_day"),
    Role.EXECUTIVE: ("satisfaction", "my_day"),
    Role.COMPLIANCE: ("audit", "my_day"),
    Role.ADMINISTRATOR: ("audit", "my_day"),
}
"""Where a role lands; the first screen that exists. Everybody else lands on My day."""


def path_of(name: str) -> Path:
    """The file of the screen ``name``; ``home`` sends each role to its own."""
    return PAGES / f"{name}.py"


@cache
def existing() -> tuple[Item, ...]:
    """The menu's screens that are there."""
    return tuple(item for item in MENU if path_of(item.name).is_file())


def item_of(name: str) -> Item:
    """The menu's row for the screen ``name``."""
    return next(item for item in MENU if item.name == name)


def open_to(actor: Actor | None) -> tuple[Item, ...]:
    """The screens ``actor`` may open; none for a stranger."""
    if actor is None:
        return ()
    return tuple(item for item in existing() if actor.may(item.permission))


def landing_of(actor: Actor) -> str | None:
    """The screen ``actor`` lands on; None when no screen of theirs is there."""
    open_names = [item.name for item in open_to(actor)]
    wanted = [name for role in actor.roles for name in LANDING.get(role, ())]
    return next((name for name in (*wanted, "my_day", *open_names) if name in open_names), None)


def declare(actor: Actor | None, waiting: dict[str, int] | None = None) -> "st.Page":
    """Tell Streamlit every page and draw the menu of ``actor``; the page to run.

    Args:
        waiting: what waits for the actor, by ``Item.counts``; shown beside the title.
    """
    sections: dict[str, list[st.Page]] = {"": [copy(_home(_("Home")))]}
    listed = {item.name for item in open_to(actor) if not item.is_hidden}
    for item in existing():
        is_open = item.name in listed
        title = _(item.title)
        count = (waiting or {}).get(item.counts, 0)
        is_open = is_open and bool(count or not item.is_passing)
        if is_open and count:
            title = f"{title} :gray-badge[{count}]"
        sections.setdefault(_(item.section), []).append(copy(_page(item, title, is_open)))
    page = st.navigation(sections, position="hidden" if actor is None else "sidebar", expanded=True)
    _drawn.set(next((one.name for one in existing() if one.address == page.url_path), "home"))
    return page


def drawn() -> str:
    """The name of the screen this run draws."""
    return _drawn.get()


@lru_cache(maxsize=1000)
def _page(item: Item, title: str, is_listed: bool) -> "st.Page":
    """A page as declared; runs take copies, since ``st.navigation`` writes on what it gets."""
    return st.Page(
        path_of(item.name),
        title=title,
        icon=f":material/{item.icon}:",
        url_path=item.address,
        visibility="visible" if is_listed else "hidden",
    )


@lru_cache(maxsize=10)
def _home(title: str) -> "st.Page":
    return st.Page(path_of("home"), title=title, default=True, visibility="hidden")
