"""Lists as files: the client list and the renewal cases, filtered and scoped as on screen."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from services import clients, documents, renewals, tiering
from services.actor import Actor
from services.clients import ClientRow
from services.money import yuan
from services.permissions import Permission
from services.renewals import CaseRow, CohortPolicy
from services.settings import process
from services.tiering import NearRow, Side
from services.working_calendar import local_date
from terms.people import Locale
from words import N_, _, formats, in_locale
from words.documents import call_export
from words.labels import label
from words.renewals import refusal
from words.tiering import lift_sentence, potential

Row = TypeVar("Row")

CLIENTS, CASES, NEAR = "clients.list", "renewals.cases", "tiers.near"
COHORT = "renewals.cohort"
AT_ONCE = 500

call_export(CLIENTS, N_("Clients"))
call_export(CASES, N_("Renewal cases"))
call_export(COHORT, N_("Policies of a cohort"))
call_export(NEAR, N_("Clients near a limit of the value tier"))


@documents.producer(CLIENTS, Permission.CLIENT_EXPORT)
def client_list(
    session: Session, *, actor: Actor, argument: Mapping[str, Any], at: datetime
) -> documents.File:
    """The clients the filters leave in the actor's scope, in the list's order."""
    rows = clients.each_found(
        session,
        actor=actor,
        on=local_date(at, process().settings.timezone),
        filters=clients.filters_of(argument),
    )
    with in_locale(actor.locale):
        header = [
            _("Client number"),
            _("Client"),
            _("Type"),
            _("Stage"),
            _("Owner"),
            _("Team"),
            _("Next expiry"),
            _("Policies in force"),
            _("Premium in force, yuan"),
            _("File complete, %"),
            _("No commercial contact"),
        ]
        stem = _("Clients")
    return _file(stem, header, rows, _client, actor=actor, at=at)


def _client(row: ClientRow) -> list[object]:
    return [
        row.number,
        row.name,
        label(row.client_type),
        label(row.stage),
        row.owner,
        row.team,
        formats.day(row.next_expiry_on, missing=""),
        row.policies_in_force,
        yuan(row.premium_in_force_fen),
        row.completeness,
        _("yes") if row.do_not_contact else "",
    ]


@documents.producer(CASES, Permission.CLIENT_EXPORT)
def case_list(
    session: Session, *, actor: Actor, argument: Mapping[str, Any], at: datetime
) -> documents.File:
    """The renewal cases the filter leaves in the actor's scope, by due day."""
    rows = renewals.each_case(
        session,
        actor=actor,
        on=local_date(at, process().settings.timezone),
        where=renewals.filter_of(argument),
    )
    with in_locale(actor.locale):
        header = [
            _("Client number"),
            _("Client"),
            _("Line"),
            _("Product"),
            _("Kind of renewal"),
            _("Due on"),
            _("Days left"),
            _("State"),
            _("With"),
            _("Premium, yuan"),
            _("To save, yuan"),
            _("Unreached"),
            _("Last contact"),
            _("Next appointment"),
            _("Reason"),
        ]
        stem = _("Renewal cases")
    return _file(stem, header, rows, _case, actor=actor, at=at)


def _case(row: CaseRow) -> list[object]:
    return [
        row.client_number,
        row.client_name,
        label(row.line),
        row.product,
        label(row.kind),
        row.due_on.isoformat(),
        row.days_left,
        label(row.state),
        row.assignee_name,
        yuan(row.premium_fen),
        yuan(row.at_risk_fen),
        row.attempts,
        formats.date_time(row.last_contact_at, missing=""),
        formats.date_time(row.next_at, missing=""),
        refusal(row.refusal_reason) if row.refusal_reason else "",
    ]


@documents.producer(COHORT, Permission.CLIENT_EXPORT)
def cohort_list(
    session: Session, *, actor: Actor, argument: Mapping[str, Any], at: datetime
) -> documents.File:
    """The policies of the cohorts somebody chose, in the order they began."""
    rows = renewals.each_cohort_policy(
        session,
        actor=actor,
        on=local_date(at, process().settings.timezone),
        where=renewals.cohort_filter_of(argument),
    )
    with in_locale(actor.locale):
        header = [
            _("Client number"),
            _("Client"),
            _("Owner"),
            _("Policy number"),
            _("Line"),
            _("Product"),
            _("Cover from"),
            _("State"),
            _("Yearly premium, yuan"),
            _("Paid in that month"),
        ]
        stem = _("Policies of a cohort")
    return _file(stem, header, rows, _policy, actor=actor, at=at)


def _policy(row: CohortPolicy) -> list[object]:
    return [
        row.client_number,
        row.client_name,
        row.owner_name,
        row.policy_number,
        label(row.line),
        row.product,
        row.inception_on.isoformat(),
        label(row.status),
        yuan(row.premium_fen),
        _("yes") if row.is_kept else _("no"),
    ]


@documents.producer(NEAR, Permission.CLIENT_EXPORT)
def near_list(
    session: Session, *, actor: Actor, argument: Mapping[str, Any], at: datetime
) -> documents.File:
    """The clients near a limit of the value tier, the fewest points first; without stars (R30)."""
    side = Side(argument["side"])
    rows = tiering.each_near(
        session,
        actor=actor,
        on=local_date(at, process().settings.timezone),
        side=side,
        where=tiering.tier_filter_of(argument),
    )
    with in_locale(actor.locale):
        header = [
            _("Client number"),
            _("Client"),
            _("Owner"),
            _("Team"),
            _("Value tier"),
            _("Points"),
            _("Missing") if side is Side.BELOW else _("Points above"),
            _("Would be") if side is Side.BELOW else _("Then falls to"),
            _("Potential"),
            _("Smallest change"),
            _("Premium in force, yuan"),
        ]
        stem = _("Could rise") if side is Side.BELOW else _("Could fall")
    return _file(stem, header, rows, _near, actor=actor, at=at)


def _near(row: NearRow) -> list[object]:
    return [
        row.client.number,
        row.client.name,
        row.client.owner,
        row.client.team,
        label(row.client.value),
        row.client.score,
        row.points if row.side is Side.BELOW else row.points - 1,
        label(row.other),
        potential(row.has_needs, row.gaps),
        lift_sentence(row.lift) if row.lift else "",
        yuan(row.client.premium_fen),
    ]


def _file(
    stem: str,
    header: list[str],
    rows: Iterator[Row],
    say: Callable[[Row], list[object]],
    *,
    actor: Actor,
    at: datetime,
) -> documents.File:
    zone = process().settings.timezone
    name = documents.file_name(stem, actor=actor, at=at, zone=zone)
    said = _spoken(rows, say, actor.locale)
    return documents.File(name, documents.CSV, documents.csv_chunks(header, said))


def _spoken(
    rows: Iterable[Row], say: Callable[[Row], list[object]], locale: Locale
) -> Iterator[list[object]]:
    """The rows in words, some at a time: a file is read in steps that know no language."""
    every = iter(rows)
    while some := list(islice(every, AT_ONCE)):
        with in_locale(locale):
            said = [say(row) for row in some]
        yield from said
