"""How a person gets to each operation of the matrix: what it is done to, and the way to its last
button.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from db.models import (
    Client,
    Engagement,
    PartyPhone,
    Policy,
    Renewal,
    Rule,
    RuleDraft,
    ServicePlan,
    Staff,
)
from services import approvals, clients, renewals, rule_book, scripts, tiering
from services.access import visible_clients
from services.actor import Actor
from services.clients import TogetherChange, TogetherField
from services.permissions import Permission
from terms.clients import ClientType, LifecycleStage
from terms.policies import Line
from terms.renewals import ContactChannel
from terms.scripts import ScriptStage
from terms.tiering import TierAxis
from tests.e2e.tab import Failed, Tab
from tests.e2e.world import AT, ON, World
from tests.make import make_instalment, make_policy
from tests.make.papers import PDF
from ui.components.contact_form import BLANK

P = Permission
LOCKOUT, SESSION = "people.lockout", "people.session"
"""Rules whose change is asked for and decided."""
_number = count(1)
BOOK = "客户号,姓名,保单号,产品,保费,到期日期\nX{n},王一,XP{n},车险,1200,2026-12-31\n"


@dataclass(slots=True)
class Target:
    """What one cell is about: whose account presses, at which address, on what."""

    actor: Actor
    query: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.facts[name]


Prepare = Callable[[World, Actor], Target]
Act = Callable[[Tab, Target], None]


def presses(*keys: str) -> Act:
    """Press the buttons with these keys, one after the other."""

    def act(tab: Tab, target: Target) -> None:
        for key in keys:
            tab.press(key.format(**target.facts))

    return act


def fetches(key: str) -> Act:
    """Press an export and fetch the file it gives, if it gives one."""

    def act(tab: Tab, _target: Target) -> None:
        tab.press(key)
        address = tab.errand.get("fetch")
        if address is not None:
            status, _headers, body = tab.ask("GET", address)
            if status != 200 or not body:
                raise Failed(f"{address}: {status} {body[:200]!r}")

    return act


def nothing(_tab: Tab, _target: Target) -> None:
    """The button stands on the page itself."""


# --- clients ---------------------------------------------------------------------------------


def client(world: World, actor: Actor) -> Target:
    """A client of the account's, not verified that day; one is given to who has none left."""
    return _of_the_accounts(
        world, actor, or_(Client.verified_on.is_(None), Client.verified_on != ON)
    )


def with_phone(world: World, actor: Actor) -> Target:
    """A client of the account's whose number is kept; one is given to who has none."""
    return _of_the_accounts(world, actor, Client.party_id.in_(select(PartyPhone.party_id)))


def _of_the_accounts(world: World, actor: Actor, which: ColumnElement[bool]) -> Target:
    wanted = (
        select(Client.number, Client.id)
        .where(Client.client_type == ClientType.INDIVIDUAL, which)
        .order_by(Client.id)
    )
    with world.database.unaudited("test data") as session:
        row = session.execute(wanted.where(visible_clients(actor, on=ON))).first()
        if row is None:
            row = session.execute(wanted).first()
            assert row is not None, "no client is like that"
            world.open_to(session, actor, row.id)
    return Target(actor, f"id={row.number}", {"number": row.number})


def in_documents(world: World, actor: Actor) -> Target:
    """The documents of a client of the account's."""
    target = client(world, actor)
    target.query += "&view=documents"
    return target


def owing(world: World, actor: Actor) -> Target:
    """A client of the account's with an instalment that is payable."""
    target = client(world, actor)
    with world.database.unaudited("test data") as session:
        wanted = session.scalars(select(Client).where(Client.number == target["number"])).one()
        policy = make_policy(
            session, client=wanted, number=f"XL{next(_number)}", line=Line.LIFE, expiry_on=None
        )
        due = make_instalment(session, policy=policy, due_on=ON + timedelta(days=3))
        target.facts["instalment"] = due.id
    target.query += "&view=instalments"
    return target


def reach_payment(tab: Tab, target: Target) -> None:
    tab.press(f"client.paid-{target['instalment']}")


def engaged(world: World, actor: Actor) -> Target:
    """A client of the account's with an engagement in force and no plan; one is given to who has
    none."""
    wanted = (
        select(Client.number, Client.id)
        .join(Engagement, Engagement.client_id == Client.id)
        .where(
            Engagement.is_current,
            or_(Engagement.ends_on.is_(None), Engagement.ends_on >= ON),
            Client.stage == LifecycleStage.FORMAL,
            Client.id.not_in(select(ServicePlan.client_id)),
        )
        .order_by(Client.id)
    )
    with world.database.unaudited("test data") as session:
        row = session.execute(wanted.where(visible_clients(actor, on=ON))).first()
        if row is None:
            row = session.execute(wanted).first()
            assert row is not None, "every client has a plan"
            world.open_to(session, actor, row.id)
    return Target(actor, f"id={row.number}&view=service", {"number": row.number})


def reach_member(tab: Tab, _target: Target) -> None:
    tab.press("client.team-add")
    tab.choose("client.team-person")
    tab.put("client.team-duties", "跟进续期", sends=True)


def in_list(_world: World, actor: Actor) -> Target:
    return Target(actor)


def kept(session: Session, target: Target, column: Any) -> Any:
    """What the file of the target's client says now."""
    return session.scalar(select(column).where(Client.number == target["number"]))


def reach_edit(tab: Tab, target: Target) -> None:
    tab.press("client.edit")
    target.facts["needs"] = f"矩阵 {next(_number)}"
    tab.put("client.edit-needs", target["needs"], sends=True)


def reach_reveal(tab: Tab, _target: Target) -> None:
    found = sorted(key for key in tab.widgets if key.startswith("client.reveal-"))
    if not found:
        raise Failed(f"nothing to reveal: {sorted(tab.widgets)}")
    tab.press(found[0])
    tab.choose("client.reveal-reason")


def reach_document(tab: Tab, _target: Target) -> None:
    tab.press("client.document-add")
    tab.choose("client.document-kind")
    assert (
        tab.upload("client.document-file", "保单.pdf", PDF + f"%{next(_number)}\n".encode()) == 204
    )


def reach_new(tab: Tab, target: Target) -> None:
    tab.press("clients.new")
    target.facts["number"] = f"M{next(_number):06}"
    tab.put("clients.new-name", "赵矩阵", sends=True)
    tab.put("clients.new-number", target["number"], sends=True)


def reach_together(tab: Tab, _target: Target) -> None:
    tab.pick_rows("clients.list", 0, 1)
    tab.press("clients.together")
    tab.choose("clients.together-value-owner", 0)
    if tab.widgets["clients.together-go"].body.disabled:
        tab.choose("clients.together-value-owner", 1)


def pair(world: World, actor: Actor) -> Target:
    """Two new clients of the account's, to be merged."""
    pair = [f"M{next(_number):06}" for _ in range(2)]
    with world.database.transaction() as session:
        for number in pair:
            clients.create_client(
                session,
                actor=actor,
                client_type=ClientType.INDIVIDUAL,
                data={"name": "赵矩阵"},
                number=number,
                at=AT,
                on=ON,
            )
    return Target(
        actor, f"view=duplicates&keep={pair[0]}&merge={pair[1]}", {"keep": pair[0], "lose": pair[1]}
    )


def changed_together(world: World, actor: Actor) -> Target:
    """An act on two clients of the account's, to be taken back."""
    with world.database.transaction() as session:
        found = session.execute(
            select(Client.number, Client.version, Client.preferred_channel)
            .where(visible_clients(actor, on=ON))
            .order_by(Client.id)
            .limit(2)
        ).all()
        channel = next(
            each for each in ContactChannel if each not in {row.preferred_channel for row in found}
        )
        done = clients.change_together(
            session,
            actor=actor,
            seen={row.number: row.version for row in found},
            change=TogetherChange(TogetherField.PREFERRED_CHANNEL, channel.value),
            at=AT,
            on=ON,
        )
    return Target(actor, facts={"batch": done.batch_id, "number": found[0].number, "to": channel})


def reach_share(tab: Tab, _target: Target) -> None:
    tab.pick_from_menu("clients.views", -2 if len(lines(tab)) > 1 else -1)
    tab.put("views.name", f"矩阵 {next(_number)}", sends=True)
    tab.press("views.save")
    tab.pick_from_menu("clients.views", -1)


def press_share(tab: Tab, _target: Target) -> None:
    tab.choose(max(key for key in tab.widgets if key.startswith("views.share-")), 1)


def lines(tab: Tab) -> list[str]:
    return list(tab.widgets["clients.views"].body.options)


# --- renewals --------------------------------------------------------------------------------


def case(world: World, actor: Actor) -> Target:
    """An open case, given to the account, with a phone number to call."""
    with world.database.unaudited("test data") as session:
        row = session.execute(
            select(Renewal.id, Policy.number, Renewal.due_on, Renewal.client_id)
            .join(Policy, and_(Policy.id == Renewal.policy_id))
            .where(Renewal.is_open, Renewal.due_on >= ON)
            .where(Renewal.id.not_in(world.taken))
            .order_by(Renewal.due_on, Renewal.id)
        ).first()
        assert row is not None, "no open case is left"
        world.taken.add(row.id)
        session.execute(
            update(Renewal).where(Renewal.id == row.id).values(assignee_id=actor.staff_id)
        )
        world.open_to(session, actor, row.client_id)
    reference = renewals.reference(row.number, row.due_on)
    return Target(actor, f"view=mine&case={reference}", {"id": row.id, "case": reference})


def press_contact(tab: Tab, target: Target) -> None:
    sent = {
        **BLANK,
        "outcome": "reached",
        "intention": "renews",
        "note": "同意续保",
        "case": target["case"],
        "version": json.loads(*tab.data_of("renewals.form"))["version"],
        "attempt": f"a{next(_number)}",
    }
    tab.trigger("renewals.form", "save", sent)


def press_phone(tab: Tab, target: Target) -> None:
    tab.trigger("renewals.form", "reveal", {"case": target["case"]})


def team(_world: World, actor: Actor) -> Target:
    return Target(actor, "view=team")


def reach_move(tab: Tab, _target: Target) -> None:
    tab.pick_rows("renewals.cases", 0)
    tab.press("renewals.move")
    tab.choose("renewals.move-to")
    tab.put("renewals.move-reason", "负荷太高", sends=True)


# --- the house -------------------------------------------------------------------------------


def colleague(world: World, actor: Actor) -> Target:
    """Somebody without a demo account whose leave the account may arrange."""
    reach: list[Any] = []
    if not actor.may(P.STAFF_MANAGE) and Permission.CLIENT_READ in actor.permissions:
        reach = (
            [Staff.team_id == actor.team_id]
            if actor.team_id is not None
            else [Staff.branch_id.in_(actor.branch_ids)]
        )
    with world.database.reading() as session:
        row = session.execute(
            select(Staff.id, Staff.username)
            .where(Staff.id != actor.staff_id, *reach)
            .order_by(Staff.password_hash.is_not(None), Staff.id.desc())
        ).first()
    assert row is not None, f"{actor.username} has nobody"
    return Target(actor, f"id={row.username}", {"id": row.id, "username": row.username})


def reach_leave(tab: Tab, _target: Target) -> None:
    tab.press("people.leave-new")
    first = date(2030, 1, 1) + timedelta(days=next(_number))
    tab.put("people.leave-new-from", first, sends=True)
    tab.put("people.leave-new-to", first, sends=True)


def reach_roles(tab: Tab, target: Target) -> None:
    tab.press("people.roles")
    key = f"people.roles-{target['id']}"
    offered = list(tab.widgets[key].body.options)
    tab.put(key, [offered[next(_number) % len(offered)]], sends=True)


def reach_edit_staff(tab: Tab, target: Target) -> None:
    tab.press("people.edit")
    target.facts["name"] = f"钱矩阵{next(_number)}"
    name = next(key for key in tab.widgets if key.startswith("people.edit-") and "name" in key)
    tab.put(name, target["name"], sends=True)


def reach_branch(tab: Tab, target: Target) -> None:
    tab.press("people.branch-new")
    tab.put("people.branch-new-name", f"矩阵分公司{next(_number)}", sends=True)
    tab.put("people.branch-new-province", "四川", sends=True)


def trying(_world: World, actor: Actor) -> Target:
    return Target(actor, "view=whatif", {"name": f"矩阵草案{next(_number)}"})


def reach_draft(tab: Tab, target: Target) -> None:
    tab.put("tiering.name", target["name"], sends=True)


def places(_world: World, actor: Actor) -> Target:
    return Target(actor, "view=places")


def rule(world: World, actor: Actor) -> Target:
    """A rule nobody prepares a change of."""
    with world.database.reading() as session:
        key = session.scalars(
            select(Rule.key)
            .where(Rule.key.not_in(select(RuleDraft.key)), Rule.key.not_in((LOCKOUT, SESSION)))
            .order_by(Rule.key)
        ).first()
    assert key, "every rule has a draft"
    return Target(actor, f"rule={key}", {"key": key})


def _take_back(world: World, session: Session, author: Actor) -> None:
    """Withdraw what anybody asked for: its subjects may be asked for again."""
    for waiting in world.waiting(session):
        approvals.withdraw(
            session,
            actor=replace(author, staff_id=waiting.asked_by_id),
            number=waiting.number,
            at=AT,
            seen_version=waiting.version,
        )


def drafted(world: World, actor: Actor) -> Target:
    """A draft that may be asked for: a longer lockout."""
    key, author = LOCKOUT, world.everything("admin")
    with world.database.transaction() as session:
        _take_back(world, session, author)
        draft = rule_book.start_draft(session, actor=author, key=key, on=ON, at=AT)
        if draft.version == 1:
            value = {**draft.value, "minutes": draft.value["minutes"] + next(_number)}
            rule_book.save_draft(
                session,
                actor=author,
                key=key,
                value=value,
                effective_from=date(2027, 1, 1) + timedelta(days=next(_number)),
                source="测试",
                needs_confirmation=False,
                why="矩阵",
                at=AT,
                seen_version=draft.version,
            )
    return Target(actor, f"rule={key}", {"key": key})


def asked(world: World, actor: Actor) -> Target:
    """A request of a colleague's that waits for a decision."""
    key = SESSION
    author = world.everything("hr" if actor.username == "admin" else "admin")
    with world.database.transaction() as session:
        _take_back(world, session, author)
        draft = rule_book.start_draft(session, actor=author, key=key, on=ON, at=AT)
        draft = rule_book.save_draft(
            session,
            actor=author,
            key=key,
            value={**draft.value, "idle_minutes": 60 + next(_number)},
            effective_from=date(2027, 1, 1) + timedelta(days=next(_number)),
            source="测试",
            needs_confirmation=False,
            why="矩阵",
            at=AT,
            seen_version=draft.version,
        )
        number = rule_book.ask_publication(
            session, actor=author, key=key, on=ON, at=AT, seen_version=draft.version
        )
    return Target(actor, f"id={number}", {"number": number})


def reach_class(tab: Tab, _target: Target) -> None:
    tab.press("client.tier-override")
    tab.choose("client.tier-axis")
    tab.choose("client.tier-held")
    tab.put("client.tier-until", _some_day(), sends=True)
    tab.put("client.tier-why", "影响力大", sends=True)


def _some_day() -> date:
    """Another last day each time, so that a request always changes something."""
    return ON + timedelta(days=1 + next(_number) % 80)


def unasked(world: World, actor: Actor) -> Target:
    """A client of the account's about whom nothing waits."""
    with world.database.transaction() as session:
        _take_back(world, session, world.everything("admin"))
    return client(world, actor)


def class_asked(world: World, actor: Actor) -> Target:
    """A colleague's request for a class, of a client of the account's."""
    author = world.everything("admin")
    target = client(world, actor)
    with world.database.transaction() as session:
        _take_back(world, session, author)
        number = tiering.ask_override(
            session,
            actor=author,
            number=target["number"],
            axis=TierAxis.VALUE,
            held=tiering.CLASSES[TierAxis.VALUE][0],
            until_on=_some_day(),
            why="影响力大",
            on=ON,
            at=AT,
        )
    return Target(actor, f"id={number}", {"number": number})


def script(world: World, actor: Actor) -> Target:
    """A script in use of which nobody prepares a version."""
    place, author = "objection.price.motor", world.everything("admin")
    with world.database.transaction() as session:
        card = scripts.script_card(session, actor=author, place=place, on=ON)
        if card.draft is not None:
            scripts.discard_draft(
                session, actor=author, place=place, at=AT, seen_version=card.version
            )
    return Target(actor, f"id={place}", {"place": place})


def script_asked(world: World, actor: Actor) -> Target:
    """A colleague's draft that waits for a decision, in a place of its own."""
    author = world.everything("hr" if actor.username == "admin" else "admin")
    stages = [stage for stage in ScriptStage if stage is not ScriptStage.OBJECTION]
    with world.database.transaction() as session:
        there = {row.place for row in scripts.library(session, actor=author, on=ON)}
        stage, line = next(
            (stage, line)
            for stage in stages
            for line in Line
            if scripts.place_of(stage, None, line) not in there
        )
        place = scripts.add_script(
            session, actor=author, stage=stage, objection=None, line=line, at=AT
        )
        version = scripts.save_draft(
            session,
            actor=author,
            place=place,
            text_zh="您好，{客户称呼}，我是{公司名称}的{专员姓名}，{执业编号}。",
            text_en="Good day, {client}, I am {staff} of {company}, {registration}.",
            why="矩阵",
            at=AT,
            seen_version=1,
        )
        number = scripts.ask_approval(
            session, actor=author, place=place, on=ON, at=AT, seen_version=version
        )
    return Target(actor, f"id={number}", {"number": number})


def reach_word(tab: Tab, target: Target) -> None:
    tab.put(f"approvals.word-{target['number']}", "同意")


def reach_file(tab: Tab, _target: Target) -> None:
    book = BOOK.format(n=next(_number)).encode()
    assert tab.upload("import.file", "book.csv", book) == 204
