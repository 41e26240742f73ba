"""What the figures of the client list and of a client's file mean."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union_all

from db.models import Claim, Client, ClientRelation, Complaint, Policy, Staff, Team
from services import measures
from services.access import client_id_by_number, may_open
from services.clients.finding import ids_found
from services.clients.rows import COUNT_CAP, LIVE, ClientFilters
from services.measures import Asked, Column, ColumnKind, Measure
from services.permissions import Permission
from terms.clients import ClientType, LifecycleStage, RelationKind
from terms.complaints import ComplaintState, Dispute
from terms.measures import Period, Unit
from terms.policies import ClaimStatus, Line, PolicyStatus

_CLIENT = (
    Column("client_number", ColumnKind.CLIENT),
    Column("client_name", ColumnKind.NAME),
    Column("client_type", ColumnKind.CODE, ClientType),
    Column("stage", ColumnKind.CODE, LifecycleStage),
    Column("owner"),
    Column("team"),
    Column("completeness", ColumnKind.NUMBER),
)
_POLICY = (
    Column("policy_number"),
    Column("line", ColumnKind.CODE, Line),
    Column("product"),
    Column("policy_status", ColumnKind.CODE, PolicyStatus),
    Column("inception_on", ColumnKind.DAY),
    Column("expiry_on", ColumnKind.DAY),
    Column("premium_fen", ColumnKind.MONEY),
)
_CLAIM = (
    Column("claim_number"),
    Column("policy_number"),
    Column("reported_on", ColumnKind.DAY),
    Column("settled_on", ColumnKind.DAY),
    Column("amount_fen", ColumnKind.MONEY),
    Column("claim_status", ColumnKind.CODE, ClaimStatus),
)
_COMPLAINT = (
    Column("complaint_number"),
    Column("received_at", ColumnKind.INSTANT),
    Column("dispute", ColumnKind.CODE, Dispute),
    Column("complaint_state", ColumnKind.CODE, ComplaintState),
    Column("closed_on", ColumnKind.DAY),
)


def about_filters(filters: ClientFilters) -> dict[str, str]:
    """``filters`` as the ``about`` of a figure."""
    given = {name: value for name, value in asdict(filters).items() if value not in (None, "")}
    return {"filters": json.dumps(given, ensure_ascii=False)} if given else {}


def filters_of(about: Mapping[str, str]) -> ClientFilters:
    """The filters ``about_filters`` wrote."""
    given = json.loads(about.get("filters", "{}"))
    enums: tuple[tuple[str, Any], ...] = (
        ("line", Line),
        ("stage", LifecycleStage),
        ("client_type", ClientType),
    )
    for name, enum in enums:
        if name in given:
            given[name] = enum(given[name])
    return ClientFilters(**given)


def _found(asked: Asked) -> Select[*tuple[Any, ...]] | None:
    ids = ids_found(asked.session, actor=asked.actor, on=asked.on, filters=filters_of(asked.about))
    if ids is None:
        return None
    return (
        select(
            Client.number.label("client_number"),
            Client.name.label("client_name"),
            Client.client_type,
            Client.stage,
            Staff.name.label("owner"),
            Team.name.label("team"),
            Client.completeness,
        )
        .outerjoin(Staff, Staff.id == Client.owner_id)
        .outerjoin(Team, Team.id == Client.team_id)
        .where(Client.id.in_(ids))
        .order_by(Client.id.desc())
    )


def _client(asked: Asked) -> int:
    return client_id_by_number(
        asked.session, actor=asked.actor, number=asked.about["client"], on=asked.on
    )


def _policy_columns() -> tuple[Any, ...]:
    return (
        Policy.number.label("policy_number"),
        Policy.line,
        Policy.product,
        Policy.status.label("policy_status"),
        Policy.inception_on,
        Policy.expiry_on,
        Policy.premium_fen,
    )


def _live(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    return (
        Policy.status.in_(LIVE),
        Policy.expiry_on.is_(None) | (Policy.expiry_on >= asked.on),
    )


def _in_force(asked: Asked) -> Select[*tuple[Any, ...]]:
    return (
        select(*_policy_columns())
        .where(Policy.client_id == _client(asked), *_live(asked))
        .order_by(Policy.expiry_on, Policy.id)
    )


def _together(asked: Asked) -> Select[*tuple[Any, ...]]:
    """Policies in force of the client and of everybody it belongs with whom the actor may open."""
    own = _client(asked)
    of_family = ClientRelation.kind != RelationKind.REFERRER
    belongs = union_all(
        select(ClientRelation.other_id).where(ClientRelation.client_id == own, of_family),
        select(ClientRelation.client_id).where(ClientRelation.other_id == own, of_family),
    )
    seen = Client.id.in_(belongs) & may_open(asked.actor, on=asked.on)
    return (
        select(
            Client.number.label("client_number"),
            Client.name.label("client_name"),
            *_policy_columns(),
        )
        .join(Client, Client.id == Policy.client_id)
        .where((Client.id == own) | seen, *_live(asked))
        .order_by(Client.number, Policy.expiry_on, Policy.id)
    )


def _claims(asked: Asked) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Claim.number.label("claim_number"),
            Policy.number.label("policy_number"),
            Claim.reported_on,
            Claim.settled_on,
            Claim.amount_fen,
            Claim.status.label("claim_status"),
        )
        .outerjoin(Policy, Policy.id == Claim.policy_id)
        .where(Claim.client_id == _client(asked))
        .order_by(Claim.reported_on.desc(), Claim.id)
    )


def _complaints(asked: Asked) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Complaint.number.label("complaint_number"),
            Complaint.received_at,
            Complaint.dispute,
            Complaint.state.label("complaint_state"),
            Complaint.closed_on,
        )
        .where(
            Complaint.client_id == _client(asked),
            Complaint.about_staff_id.is_distinct_from(asked.actor.staff_id),
        )
        .order_by(Complaint.received_at.desc(), Complaint.id)
    )


def _open_complaints(asked: Asked) -> Select[*tuple[Any, ...]]:
    return _complaints(asked).where(Complaint.closed_on.is_(None))


def _of_file(
    code: str,
    unit: Unit,
    tables: tuple[str, ...],
    columns: tuple[Column, ...],
    rows: measures.Rows,
    work: measures.Work | None = None,
) -> Measure:
    counted = work or measures.count()
    return Measure(code, Permission.CLIENT_READ, unit, Period.NOW, tables, columns, rows, counted)


measures.register(
    Measure(
        "clients.found",
        Permission.CLIENT_READ,
        Unit.CLIENT,
        Period.NOW,
        ("client", "client_access", "policy", "staff", "team"),
        _CLIENT,
        _found,
        counts_to=COUNT_CAP,
    ),
    _of_file(
        "clients.premium",
        Unit.YUAN,
        ("policy",),
        _POLICY,
        _in_force,
        measures.total("premium_fen"),
    ),
    _of_file("clients.policies", Unit.POLICY, ("policy",), _POLICY, _in_force),
    _of_file(
        "clients.together",
        Unit.YUAN,
        ("policy", "client_relation", "client"),
        _CLIENT[:2] + _POLICY,
        _together,
        measures.total("premium_fen"),
    ),
    _of_file("clients.claims", Unit.CLAIM, ("claim", "policy"), _CLAIM, _claims),
    _of_file("clients.complaints", Unit.COMPLAINT, ("complaint",), _COMPLAINT, _complaints),
    _of_file(
        "clients.open_complaints", Unit.COMPLAINT, ("complaint",), _COMPLAINT, _open_complaints
    ),
)
