"""What an applied import changes and makes, so that it can be undone."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from db.models import (
    Client,
    ClientAccess,
    ClientSearch,
    ClientSource,
    Instalment,
    Party,
    PartyAddress,
    PartyEmail,
    PartyPhone,
    Policy,
    Promise,
    Renewal,
    RenewalConflict,
    StagedClient,
    StagedPolicy,
    StagedTerm,
)
from terms.clients import AccessReason
from terms.renewals import PromiseState, RenewalState


def touched(run_id: int) -> list[tuple[type[Any], ColumnElement[bool]]]:
    """Which stored rows the run's statements may change, by table; what they make comes with
    ``made``, and what hangs on that goes along."""
    staged = StagedClient
    known = and_(staged.run_id == run_id, staged.is_new.is_(False))

    def clients(*given: Any) -> Any:
        return select(staged.client_id).where(known, or_(*given) if given else known)

    def parties(*given: Any) -> Any:
        return select(staged.party_id).where(known, *given)

    moved = clients(
        staged.owner_id.is_not(None), staged.team_id.is_not(None), staged.branch_id.is_not(None)
    )
    renamed = select(StagedTerm.client_id).where(StagedTerm.run_id == run_id)
    policies = select(StagedPolicy.policy_id).where(
        StagedPolicy.run_id == run_id, StagedPolicy.is_new.is_(False)
    )
    of_policies = select(StagedPolicy.client_id).where(
        StagedPolicy.run_id == run_id, StagedPolicy.client_id > 0
    )
    return [
        (Party, Party.id.in_(parties())),
        (Client, Client.id.in_(clients())),
        (
            ClientAccess,
            or_(
                ClientAccess.client_id.in_(moved),
                and_(
                    ClientAccess.reason == AccessReason.ASSIGNED_CASE,
                    ClientAccess.client_id.in_(of_policies),
                ),
            ),
        ),
        (ClientSource, ClientSource.client_id.in_(clients())),
        (
            ClientSearch,
            and_(ClientSearch.client_id.in_(clients()), ClientSearch.client_id.in_(renamed)),
        ),
        (PartyPhone, PartyPhone.party_id.in_(parties(staged.phone.is_not(None)))),
        (PartyEmail, PartyEmail.party_id.in_(parties(staged.email.is_not(None)))),
        (PartyAddress, PartyAddress.party_id.in_(parties(staged.address.is_not(None)))),
        (
            Renewal,
            or_(
                and_(Renewal.is_open, Renewal.client_id.in_(moved)),
                and_(
                    Renewal.client_id.in_(of_policies),
                    or_(Renewal.is_open, Renewal.state == RenewalState.RENEWED),
                ),
            ),
        ),
        (Promise, and_(Promise.state == PromiseState.OPEN, Promise.client_id.in_(of_policies))),
        (Policy, Policy.id.in_(policies)),
        (Instalment, Instalment.policy_id.in_(policies)),
    ]


def made(
    run_id: int, real: Callable[[Any, type[Any]], ColumnElement[int]]
) -> list[tuple[type[Any], Any]]:
    """The ids of what the run's statements made, by table.

    Args:
        real: turns a staged id into the one the row got.
    """
    clients = and_(StagedClient.run_id == run_id, StagedClient.is_new.is_(True))
    policies = and_(StagedPolicy.run_id == run_id, StagedPolicy.is_new.is_(True))
    new_policies = select(real(StagedPolicy.policy_id, Policy)).where(policies)
    return [
        (Party, select(real(StagedClient.party_id, Party)).where(clients)),
        (Client, select(real(StagedClient.client_id, Client)).where(clients)),
        (Policy, new_policies),
        (
            RenewalConflict,
            select(RenewalConflict.id).where(RenewalConflict.run_id == run_id),
        ),
        (Instalment, select(Instalment.id).where(Instalment.policy_id.in_(new_policies))),
    ]
