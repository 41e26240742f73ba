"""A client's file on paper: what the screens show, masked, in the language chosen for it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from services import clients, disclosure, documents, tiering
from services.actor import Actor
from services.clients import ClientFile
from services.permissions import Permission
from services.privacy import mask_within
from services.settings import process
from services.working_calendar import local_date
from terms.clients import ClientType
from terms.people import Locale
from terms.tiering import TierAxis
from words import _, formats, in_locale, paper
from words.clients import client_title, due_sentence, missing_sentence, tenure, when_due
from words.labels import label
from words.renewals import refusal
from words.tiering import star_text

CONTACTS = 20
LANGUAGES = {Locale.ZH.value: "中文", Locale.EN.value: "English"}
"""Each language in its own words."""


@documents.producer(clients.PRINT_KIND, Permission.CLIENT_READ)
def print_client(
    session: Session, *, actor: Actor, argument: Mapping[str, Any], at: datetime
) -> documents.File:
    """The client's file as a page to print."""
    zone = process().settings.timezone
    on, number, locale = local_date(at, zone), str(argument["number"]), Locale(argument["locale"])
    file = clients.client_file(session, actor=actor, number=number, on=on)
    with in_locale(locale):
        title = client_title(file.name, file.number)
        foot = _(
            "{number} · printed by {who} ({username}), {time} · personal values masked"
        ).format(
            number=file.number,
            who=actor.name,
            username=actor.username,
            time=formats.date_time(at, zone=zone),
        )
        parts = [
            *_person(file, _stars(session, actor, argument, on)),
            *_to_do(file, on),
            *_records(session, actor, number, on),
            *(_talks(session, actor, number, at, on) if argument["with_contacts"] else ()),
            paper.paragraph(_("For internal use. Not to be given to the client."), kind="quiet"),
        ]
        content, policy = paper.page(
            title,
            _head(file),
            parts,
            foot=foot,
            button=_("Print"),
            language="zh-CN" if locale is Locale.ZH else "en",
        )
    name = documents.file_name(file.number, actor=actor, at=at, zone=zone, extension="html")
    return documents.File(name, "text/html; charset=utf-8", [content], policy)


def _stars(session: Session, actor: Actor, argument: Mapping[str, Any], on: date) -> str:
    """The client's stars where an approval stands to tell them (R30), else nothing."""
    if not disclosure.may_be_told(session, client_id=argument.get("client_id"), on=on):
        return ""
    number = str(argument["number"])
    card = tiering.standing_of(session, actor=actor, number=number, on=on)
    return star_text(card.stars.holds) if card and card.stars.holds else ""


def _head(file: ClientFile) -> str:
    parts = (
        file.number,
        label(file.client_type),
        label(file.stage),
        _("owner {name}").format(name=file.owner) if file.owner else _("no owner"),
        file.team,
        _("client for {time}").format(time=tenure(file.tenure_months))
        if file.tenure_months is not None
        else "",
    )
    return " · ".join(part for part in parts if part)


def _person(file: ClientFile, stars: str) -> Iterator[str]:
    card = file.policyholder
    yield paper.heading(_("Company") if file.client_type is ClientType.GROUP else _("Person"))
    times = {
        "morning": _("in the morning"),
        "afternoon": _("in the afternoon"),
        "evening": _("in the evening"),
    }
    pairs = [
        (_("Sex"), label(card.sex) if card.sex else ""),
        (_("Date of birth"), formats.day(card.birth_on, missing="")),
        (_("Occupation"), card.occupation or ""),
        (_("Region"), card.region or ""),
        (_("Phone"), " / ".join(one.masked for one in card.phones)),
        (label(card.id_type) if card.id_type else _("ID number"), card.id_masked or ""),
        (_("E-mail address"), " / ".join(one.masked for one in card.emails)),
        (_("Address"), " / ".join(one.masked for one in card.addresses)),
        (_("Channel"), label(file.preferred_channel) if file.preferred_channel else ""),
        (_("Time"), times.get(file.preferred_time or "", file.preferred_time or "")),
        (_("Language"), label(file.preferred_language) if file.preferred_language else ""),
        (_("Risk preference"), label(file.risk_preference) if file.risk_preference else ""),
        (_("Risk tolerance"), label(file.risk_tolerance) if file.risk_tolerance else ""),
        (label(TierAxis.STARS), stars),
        (
            _("Agreed to"),
            formats.listing([label(one.purpose) for one in file.consents if one.holds]),
        ),
    ]
    yield paper.facts((title, value) for title, value in pairs if value)
    if file.do_not_contact:
        yield paper.paragraph(_("■ The client wants no commercial contact."))
    for title, text in (
        (_("Insurance needs"), file.needs),
        (_("Special circumstances"), file.special_circumstances),
    ):
        if text:
            yield paper.heading(title)
            yield paper.paragraph(mask_within(text), kind="text")


def _to_do(file: ClientFile, on: date) -> Iterator[str]:
    yield paper.heading(_("What to do first"))
    if file.missing:
        yield paper.paragraph(missing_sentence(file.missing))
    if file.due:
        yield paper.table(
            [_("When"), _("What"), _("Day")],
            [(when_due(due, on), due_sentence(due), formats.day(due.on)) for due in file.due],
        )
    elif not file.missing:
        yield paper.paragraph(_("Nothing is due in the coming 90 days and the file is complete."))


def _records(session: Session, actor: Actor, number: str, on: date) -> Iterator[str]:
    asked: dict[str, Any] = {"actor": actor, "number": number, "on": on}
    policies = clients.policies_of(session, **asked)
    yield paper.heading(_("Policies"))
    if policies:
        yield paper.table(
            [
                _("Line"),
                _("Product"),
                _("Insurer"),
                _("Policy number"),
                _("From"),
                _("Until"),
                _("Premium, yuan"),
                _("Status"),
            ],
            [
                (
                    label(row.line),
                    row.product,
                    row.insurer,
                    row.number,
                    formats.day(row.inception_on),
                    formats.day(row.expiry_on),
                    formats.money(row.premium_fen),
                    label(row.status),
                )
                for row in policies
            ],
            numbers=frozenset({6}),
        )
    else:
        yield paper.paragraph(_("No policy is known."))
    claims = clients.claims_of(session, **asked)
    if claims:
        yield paper.heading(_("Claims"))
        yield paper.table(
            [_("Number"), _("Reported"), _("Amount, yuan"), _("State")],
            [
                (
                    row.number,
                    formats.day(row.reported_on),
                    formats.money(row.amount_fen),
                    label(row.status),
                )
                for row in claims
            ],
            numbers=frozenset({2}),
        )
    complaints = clients.complaints_of(session, **asked)
    if complaints:
        yield paper.heading(_("Complaints"))
        yield paper.table(
            [_("Number"), _("Received"), _("About"), _("State")],
            [
                (
                    row.number,
                    formats.local_day(row.received_at),
                    label(row.dispute),
                    label(row.state),
                )
                for row in complaints
            ],
        )
    relations = [row for row in clients.relations_of(session, **asked) if row.number]
    if relations:
        yield paper.heading(_("Relations"))
        yield paper.table(
            [_("Client"), _("Client number"), _("Relation")],
            [
                (client_title(row.name, row.number or ""), row.number or "", label(row.kind))
                for row in relations
            ],
        )


def _talks(session: Session, actor: Actor, number: str, at: datetime, on: date) -> Iterator[str]:
    promises = clients.promises_of(session, actor=actor, number=number, at=at, on=on)
    if promises:
        yield paper.heading(_("Promises and appointments"))
        yield paper.table(
            [_("When"), _("What"), _("By"), _("State")],
            [
                (
                    formats.date_time(row.due_at),
                    mask_within(row.what) if row.what else label(row.kind),
                    row.by,
                    label(row.state),
                )
                for row in promises[:CONTACTS]
            ],
        )
    contacts = clients.contacts_of(session, actor=actor, number=number, on=on)
    if contacts:
        yield paper.heading(_("Contact log"))
        yield paper.table(
            [_("When"), _("By"), _("Channel"), _("Outcome"), _("Note")],
            [
                (
                    formats.date_time(row.at),
                    row.by,
                    label(row.channel),
                    " · ".join(
                        part
                        for part in (
                            label(row.outcome),
                            label(row.intention) if row.intention else "",
                            refusal(row.refusal_reason) if row.refusal_reason else "",
                        )
                        if part
                    ),
                    mask_within(row.note or ""),
                )
                for row in contacts[:CONTACTS]
            ],
        )
