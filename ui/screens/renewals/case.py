"""One case beside the queue: its brief in words, the form's choices, and saving what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import InvalidOperation
from functools import lru_cache
from typing import Any
from unicodedata import normalize

from sqlalchemy.orm import Session

from services import drafts, renewals, scripts, wording
from services.actor import Actor
from services.changes import Chapter
from services.errors import BusinessError, ChangedMeanwhile
from services.money import fen, yuan
from services.permissions import Permission
from services.renewals import Brief as Facts
from services.rule_tables import rule, rules
from services.working_calendar import SHANGHAI
from terms.clients import ClientType
from terms.policies import Line
from terms.renewals import ContactChannel, ContactOutcome, Intention, RefusalReason
from ui.components import contact_form as form
from ui.screens.renewals import script, times
from ui.session import now, today, try_read, try_save
from ui.shared import read_shared
from words import N_, _, errors, formats, ngettext, probability
from words.instalments import case_warnings
from words.labels import label
from words.renewal_cases import due_in_brief, grace_left
from words.renewals import refusal
from words.scripts import change_said, objection_name

DOT = " · "
AHEAD = timedelta(days=14)
"""How far ahead other appointments are looked at."""
RULES = ("renewal.refusal_reasons", "renewal.grace_days", "renewal.motor_quote_days")
"""What a drawing of the case goes by, asked for at once."""
PREMIUM = "premium"
"""The first item of the terms; the others are called what the policy calls them."""


class PremiumNotANumber(BusinessError):
    """The new premium is no amount of yuan."""

    code = "premium_not_a_number"


errors.says(PremiumNotANumber, N_("Say the new premium in yuan, for example 6480.50."))


@dataclass(frozen=True, slots=True)
class Guide:
    """What everybody goes by who speaks to clients about one line."""

    texts: tuple[scripts.ScriptText, ...]
    """Approved texts; none for who may not read them."""
    words: tuple[wording.Word, ...]
    """What is never said to a client."""
    objections: tuple[str, ...]
    """Codes of the objections the form offers."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a drawing of the open case needs, read in one go."""

    facts: Facts
    guide: Guide
    draft: dict[str, str] = field(default_factory=dict)
    """What the actor typed about the case and did not save."""
    busy: tuple[renewals.Appointment, ...] = ()
    """What whoever has the case promised to others in the days an appointment is offered for."""


def in_form(
    opened: Opened,
    *,
    actor: Actor,
    reference: str,
    next_name: str | None,
    answer: form.Answer | None,
    phone: str | None,
) -> form.Case:
    """``opened`` as the contact form shows it.

    Args:
        reference: the case's address; also the subject of its draft.
        next_name: whose case opens after saving.
        phone: the full number, once it was asked for.
    """
    facts = opened.facts
    taken = [one.at for one in opened.busy]
    first, *later = times.suggested(now(), preferred=facts.preferred_time, taken=taken)
    channel = facts.preferred_channel or ContactChannel.PHONE
    premium = facts.proposed_premium_fen or facts.premium_fen
    return form.Case(
        reference=reference,
        draft_form=renewals.CONTACT_DRAFT,
        draft_subject=str(facts.id),
        version=facts.version,
        brief=_brief(opened, phone=phone),
        channels=tuple(form.Choice(one.value, label(one)) for one in ContactChannel),
        reasons=tuple(
            form.Choice(code, f"{place} {refusal(code)}")
            for place, code in enumerate(facts.refusal_reasons, 1)
        ),
        objections=tuple(
            form.Choice(code, objection_name(code)) for code in opened.guide.objections
        ),
        busy=tuple((_local(one.at), one.client_name) for one in opened.busy),
        next_times=tuple(
            form.Choice(_local(at), formats.moment(at, on=today()), key)
            for at, key in zip((first, *later), "ASD", strict=False)
        ),
        next_from=now().astimezone(SHANGHAI),
        channel=channel.value,
        premium=f"{yuan(premium):f}".removesuffix(".00"),
        next_name=next_name,
        draft=opened.draft,
        answer=answer,
        can_work=facts.is_open and (facts.is_mine or actor.may(Permission.RENEWAL_LEAD)),
        can_reveal=facts.is_open and facts.is_mine and facts.phone_masked is not None,
    )


def read_case(session: Session, *, actor: Actor, renewal_id: int, on: date, at: datetime) -> Opened:
    """The brief, what to go by, the actor's draft and appointments."""
    rules(session, RULES, on=on)
    facts = renewals.brief(session, actor=actor, renewal_id=renewal_id, on=on, at=at)
    chapters = (Chapter.RULES, Chapter.SCRIPTS)
    guide = read_shared(_guide, *chapters, actor=actor, line=facts.line, on=on)
    if not facts.is_open:
        return Opened(facts, guide)
    draft = drafts.kept(session, actor=actor, form=renewals.CONTACT_DRAFT, subject=str(renewal_id))
    busy = renewals.appointments(
        session, actor=actor, renewal_id=renewal_id, since=at, until=at + AHEAD
    )
    return Opened(facts, guide, draft, busy)


def _guide(session: Session, *, actor: Actor, line: Line, on: date) -> Guide:
    may = actor.may(Permission.SCRIPT_READ)
    return Guide(
        texts=scripts.usable(session, actor=actor, line=line) if may else (),
        words=wording.forbidden_words(session, on=on),
        objections=tuple(rule(session, "renewal.objections", on)),
    )


def record(
    sent: Mapping[str, Any], *, actor: Actor, renewal_id: int
) -> tuple[form.Answer, renewals.RenewalCard | None]:
    """Save what the form sent; the answer the form shows, and the case where it was saved.

    Never raises for a refusal.
    """
    said = {"attempt": sent["attempt"], "case": sent["case"]}
    try:
        card = try_save(_record, actor=actor, renewal_id=renewal_id, sent=sent, at=now())
    except (ChangedMeanwhile, renewals.RenewalAlreadyClosed) as error:
        facts = _facts(actor, renewal_id)
        if facts is not None and _is_recorded(sent, facts, actor):
            return form.Answer(**said, ok=True, text=_("This was saved already")), None
        return form.Answer(**said, ok=False, text=_overtaken(error, facts)), None
    except BusinessError as error:
        return form.Answer(**said, ok=False, text=errors.sentence(error)), None
    name = card.client_name or card.client_number
    text = _("Saved {time} · {name}").format(time=formats.time_of_day(now()), name=name)
    return form.Answer(**said, ok=True, text=text), card


def _record(
    session: Session, *, actor: Actor, renewal_id: int, sent: Mapping[str, Any], at: datetime
) -> renewals.RenewalCard:
    """One act of the form as one transaction; a note beside any other act is a contact too."""
    act, version = sent["act"], int(sent["version"])
    common: dict[str, Any] = {"actor": actor, "renewal_id": renewal_id, "at": at}
    if act != "contact":
        drafts.drop(session, actor=actor, form=renewals.CONTACT_DRAFT, subject=str(renewal_id))
    market = sent.get("market", "").strip()
    if act == "contact" or sent["note"].strip() or market:
        outcome, intention = _said(sent)
        card = renewals.record_contact(
            session,
            **common,
            channel=ContactChannel(sent["channel"]),
            outcome=outcome,
            intention=intention,
            refusal_reason=sent["reason"] or None,
            objection=sent.get("objection") or None,
            note=sent["note"],
            market=market,
            next_at=_next_at(sent) if act == "contact" else None,
            seen_version=version,
        )
        if act == "contact":
            return card
        version = card.version
    if act == "lost":
        return renewals.close_lost(
            session,
            **common,
            reason=sent["reason"],
            competitor=sent.get("competitor"),
            competitor_premium_fen=_premium(sent["their_premium"])
            if sent.get("their_premium", "").strip()
            else None,
            seen_version=version,
        )
    close = renewals.close_renewed if act == "renewed" else renewals.quote
    return close(session, **common, premium_fen=_premium(sent["premium"]), seen_version=version)


def _said(sent: Mapping[str, Any]) -> tuple[ContactOutcome, Intention | None]:
    """How the contact went; a closing says it where the form did not ask."""
    match sent["act"]:
        case "renewed":
            return ContactOutcome.REACHED, Intention.RENEWS
        case "lost" if sent["reason"] == RefusalReason.UNREACHABLE:
            return ContactOutcome.NO_ANSWER, None
        case "lost":
            return ContactOutcome.REACHED, Intention.REFUSES
        case "quoted":
            return ContactOutcome.REACHED, None
    outcome, intention = ContactOutcome(sent["outcome"]), sent["intention"]
    is_talk = outcome is ContactOutcome.REACHED and intention
    return outcome, Intention(intention) if is_talk else None


def _next_at(sent: Mapping[str, Any]) -> datetime | None:
    chosen = sent["next_other"] if sent["next"] == "other" else sent["next"]
    return datetime.fromisoformat(chosen).replace(tzinfo=SHANGHAI) if chosen else None


def _premium(typed: str) -> int:
    text = normalize("NFKC", typed).replace(",", "").strip()
    try:
        return fen(text)
    except (InvalidOperation, ValueError):
        raise PremiumNotANumber from None


def _facts(actor: Actor, renewal_id: int) -> Facts | None:
    try:
        return try_read(renewals.brief, actor=actor, renewal_id=renewal_id, on=today(), at=now())
    except BusinessError:
        return None


def _is_recorded(sent: Mapping[str, Any], facts: Facts, actor: Actor) -> bool:
    """Whether the newest contact is this very attempt, saved before its answer was lost."""
    if sent["act"] != "contact":
        return not facts.is_open and facts.is_mine
    last = facts.contacts[0] if facts.contacts else None
    return (
        last is not None
        and last.staff_name == actor.name
        and last.outcome == sent["outcome"]
        and (last.note or "") == sent["note"].strip()
        and now() - last.happened_at < timedelta(minutes=30)
    )


def _overtaken(error: BusinessError, facts: Facts | None) -> str:
    last = facts.contacts[0] if facts and facts.contacts else None
    if not isinstance(error, ChangedMeanwhile) or last is None:
        return errors.sentence(error)
    return _(
        "{who} saved this case at {time}; it stands above. Your text is still here:"
        " save again to add it"
    ).format(who=last.staff_name, time=formats.time_of_day(last.happened_at))


def _brief(opened: Opened, *, phone: str | None) -> form.Brief:
    facts = opened.facts
    offered = script.offered(facts, opened.guide.texts)
    promise = facts.promises[0] if facts.promises else None
    return form.Brief(
        name=facts.client_name or facts.client_number,
        href=f"/client?id={facts.client_number}",
        phone=form.Phone(facts.phone_masked, phone),
        due=form.Badge(
            *due_in_brief(
                kind=facts.kind,
                line=facts.line,
                days_left=facts.days_left,
                grace_left=grace_left(facts.grace_ends_on, days_left=facts.days_left, on=today()),
            )
        ),
        facts=_who(facts),
        promise=form.Line(
            formats.moment(promise.due_at, on=today()) + " ",
            promise.what or label(promise.kind),
        )
        if promise
        else None,
        warning=_warning(facts),
        pinned=_pinned(facts),
        terms=tuple(_term(item) for item in facts.terms if _says_something(item)),
        history=_history(facts, opened.guide.words),
        scripts=offered,
        script_head=_("Script · {title}").format(title=label(facts.line)),
        unscripted=""
        if offered or not facts.is_open
        else _("No script is approved for this yet: prepare one under Scripts."),
    )


def _who(facts: Facts) -> str:
    parts = []
    if facts.client_type is ClientType.GROUP:
        parts.append(label(facts.client_type))
    if facts.client_years:
        parts.append(
            ngettext("client for {n} year", "client for {n} years", facts.client_years).format(
                n=facts.client_years
            )
        )
    if facts.sex is not None:
        parts.append(label(facts.sex))
    if facts.age is not None:
        parts.append(ngettext("{n} year old", "{n} years old", facts.age).format(n=facts.age))
    if facts.preferred_channel is not None:
        wish = _("prefers {channel}").format(channel=label(facts.preferred_channel))
        times = {
            "morning": _("in the morning"),
            "afternoon": _("in the afternoon"),
            "evening": _("in the evening"),
        }
        parts.append(wish)
        if facts.preferred_time:
            parts.append(times.get(facts.preferred_time, facts.preferred_time))
    if facts.special_circumstances:
        parts.append(facts.special_circumstances)
    if facts.probability is not None:
        told = probability.reasons(facts.probability_reasons)
        parts.append(
            _("renewal chance {percent}% ({reasons})").format(
                percent=facts.probability, reasons=told
            )
            if told
            else _("renewal chance {percent}%").format(percent=facts.probability)
        )
    if not facts.is_mine:
        parts.append(
            _("with {name}").format(name=facts.assignee_name)
            if facts.assignee_name
            else _("nobody has this case yet")
        )
    return DOT.join(parts)


def _warning(facts: Facts) -> str:
    said = []
    if facts.do_not_contact:
        said.append(_("▲ The client does not want to be contacted: legal notices only"))
    if facts.lacks_engagement:
        said.append(_("◆ Still a prospect: a quote waits for the written engagement"))
    if facts.open_complaints:
        said.append(
            ngettext(
                "◆ {n} complaint is open: read it before the call",
                "◆ {n} complaints are open: read them before the call",
                facts.open_complaints,
            ).format(n=facts.open_complaints)
        )
    said += case_warnings(clock=facts.clock, gap=facts.gap, quote_from=facts.quote_from, on=today())
    return " ".join(said)


def _pinned(facts: Facts) -> str:
    if facts.pinned_at is None:
        return ""
    when = formats.moment(facts.pinned_at, on=today())
    if facts.pinned_by is None:
        return _("Pinned {time}").format(time=when)
    return _("Pinned by {name}, {time}").format(name=facts.pinned_by, time=when)


def _says_something(item: renewals.TermItem) -> bool:
    """The premium always; a cover once there is something to compare it with."""
    return item.item == PREMIUM or item.proposed is not None


def _term(item: renewals.TermItem) -> tuple[str, str, str, str]:
    is_premium = item.item == PREMIUM

    def said(value: int | str | None) -> str:
        if value is None:
            return _("no quote yet") if is_premium else "–"
        if isinstance(value, str):
            return value
        return formats.money(value) if is_premium else formats.money_short(value)

    name = _("Premium") if is_premium else item.item
    return name, said(item.last), said(item.proposed), change_said(item, is_premium=is_premium)


def _history(facts: Facts, words: Sequence[wording.Word]) -> tuple[form.Line, ...]:
    lines = []
    for contact in facts.contacts:
        when = f"{contact.happened_at.astimezone(SHANGHAI):%m-%d} {label(contact.channel)}"
        said = [label(contact.outcome)]
        if contact.intention is not None:
            said.append(label(contact.intention))
        if contact.refusal_reason:
            said.append(refusal(contact.refusal_reason))
        if contact.objection:
            said.append(objection_name(contact.objection))
        if contact.note:
            said.append(contact.note)
            warning = script.flagged(contact.note, facts.line, words)
            said += [warning] if warning else []
        if contact.market:
            said.append(_("market: {text}").format(text=contact.market))
        lines.append(form.Line(when, DOT.join(said)))
    if facts.claim is not None:
        claim = facts.claim
        what = DOT.join((label(claim.status), formats.money_with_unit(claim.amount_fen)))
        when = _("{day} claim").format(day=formats.short_day(claim.reported_on))
        lines.append(form.Line(when, what))
    return tuple(lines)


@lru_cache(maxsize=10_000)
def _local(at: datetime) -> str:
    """As the form's fields have it; a hundred appointments are said at every drawing."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}"
