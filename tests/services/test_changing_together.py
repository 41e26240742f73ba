"""Many clients or cases changed at once: previewed, done, undone."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Client, ClientAccess, Renewal
from services import clients, renewals, undo
from services.actor import Actor
from services.clients import LeftOut, TogetherChange, TogetherField
from services.errors import NotPermitted
from terms.clients import AccessReason
from terms.people import Language, Role
from terms.renewals import ContactChannel
from tests.make import (
    AT,
    ON,
    actor_of,
    make_actor,
    make_client,
    make_policy,
    make_promise,
    make_renewal,
    make_staff,
    make_team,
)
from tests.make.tables import all_rows, differences

LATER = AT + timedelta(hours=1)
WECOM = TogetherChange(TogetherField.PREFERRED_CHANNEL, ContactChannel.EMAIL.value)


class Team:
    """A lead, two specialists, clients of the first with a case each."""

    def __init__(self, session: Session, clients_: int = 4) -> None:
        team = make_team(session)
        self.one, self.two = (make_staff(session, team=team) for _ in range(2))
        self.lead = make_actor(session, Role.TEAM_LEAD, team=team)
        self.clients = [make_client(session, owner=self.one) for _ in range(clients_)]
        self.cases = []
        for client in self.clients:
            policy = make_policy(session, client=client)
            case = make_renewal(session, policy=policy, assignee=self.one)
            make_promise(session, client=client, staff=self.one, renewal_id=case.id)
            self.cases.append(case)
        session.flush()
        self.seen = {client.number: client.version for client in self.clients}

    def change(
        self, session: Session, change: TogetherChange, *, actor: Actor | None = None
    ) -> clients.Together:
        return clients.change_together(
            session, actor=actor or self.lead, seen=self.seen, change=change, at=LATER, on=ON
        )


def test_the_preview_says_what_changes_and_who_is_left_out(session: Session) -> None:
    team = Team(session)
    team.clients[0].preferred_channel = ContactChannel.EMAIL
    stranger = make_client(session)
    session.flush()
    plan = clients.preview_together(
        session,
        actor=team.lead,
        numbers=[*team.seen, stranger.number],
        change=WECOM,
        on=ON,
    )
    assert [row.left_out for row in plan.rows].count(LeftOut.SAME) == 1
    assert len(plan.changing) == 3
    assert plan.not_yours == 1
    assert session.scalars(
        select(Client.id).where(Client.preferred_channel == ContactChannel.EMAIL)
    ).all() == [team.clients[0].id]


def test_a_client_saved_since_the_preview_is_left_out(session: Session) -> None:
    team = Team(session)
    team.seen[team.clients[1].number] = 99
    done = team.change(session, WECOM)
    assert (done.changed, done.left_out) == (3, 1)
    assert session.get_one(Client, team.clients[1].id).preferred_channel != ContactChannel.EMAIL


def test_a_new_owner_opens_the_clients_and_the_old_one_keeps_what_they_work(
    session: Session,
) -> None:
    team = Team(session)
    done = team.change(session, TogetherChange(TogetherField.OWNER, team.two.id))
    assert done.changed == 4
    access = {
        (row.staff_id, row.reason)
        for row in session.scalars(
            select(ClientAccess).where(ClientAccess.client_id == team.clients[0].id)
        )
    }
    assert access == {
        (team.two.id, AccessReason.OWNER),
        (team.one.id, AccessReason.ASSIGNED_CASE),
    }


@pytest.mark.parametrize("field", list(TogetherField))
def test_a_change_of_many_clients_undone_leaves_every_table_as_it_was(
    session: Session, field: TogetherField
) -> None:
    team = Team(session)
    before = all_rows(session)
    value = {
        TogetherField.OWNER: team.two.id,
        TogetherField.PREFERRED_CHANNEL: ContactChannel.EMAIL.value,
        TogetherField.PREFERRED_LANGUAGE: list(Language)[-1].value,
    }[field]
    done = team.change(session, TogetherChange(field, value))
    assert done.batch_id is not None
    assert differences(before, all_rows(session))
    undo.undo(session, actor=team.lead, batch_id=done.batch_id, at=LATER, on=ON)
    assert differences(before, all_rows(session)) == {}


def test_clients_edited_since_are_left_and_named(session: Session) -> None:
    team = Team(session)
    done = team.change(session, WECOM)
    edited = session.get_one(Client, team.clients[2].id)
    clients.edit(
        session,
        actor=team.lead,
        number=edited.number,
        data={"needs": "医疗"},
        at=LATER,
        on=ON,
        seen_version=edited.version,
    )
    assert done.batch_id is not None
    plan = undo.undo(session, actor=team.lead, batch_id=done.batch_id, at=LATER, on=ON)
    assert [row.name for row in plan.left] == [edited.number]
    assert plan.restored == {"client": 3}


def test_a_specialist_changes_no_clients_together(session: Session) -> None:
    team = Team(session)
    with pytest.raises(NotPermitted):
        team.change(session, WECOM, actor=actor_of(session, team.one))


def test_nobody_outside_the_team_becomes_the_owner(session: Session) -> None:
    team = Team(session)
    with pytest.raises(clients.OwnerUnfit):
        team.change(session, TogetherChange(TogetherField.OWNER, make_staff(session).id))
    names = {one.staff_id for one in clients.owner_choices(session, actor=team.lead, on=ON)}
    assert {team.one.id, team.two.id} <= names


def test_cases_given_over_are_given_back_by_an_undo(session: Session) -> None:
    team = Team(session)
    before = all_rows(session)
    done = renewals.reassign(
        session,
        actor=team.lead,
        cases={case.id: team.one.id for case in team.cases},
        to_staff_id=team.two.id,
        reason="休假",
        on=ON,
        at=LATER,
    )
    assert done.batch_id is not None
    assert set(session.scalars(select(Renewal.assignee_id))) == {team.two.id}
    plan = undo.undo(session, actor=team.lead, batch_id=done.batch_id, at=LATER, on=ON)
    assert plan.left_count == 0
    assert differences(before, all_rows(session)) == {}
