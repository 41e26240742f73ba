"""Renewals in words: why a case stands where it stands, what is next, how a call opens, refusals.

Reasons are read in a narrow wrapped column: short, and in Chinese without spaces around digits.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from services import renewals
from services.errors import BusinessError
from services.overview import DayItem, DayKind
from services.renewals import Above, SpokenAbout, Why
from terms.clients import ClientType, Sex
from terms.people import Locale
from terms.renewals import (
    AboveCode,
    NextStep,
    QueueView,
    RefusalReason,
    RenewalState,
    UnplacedReason,
    WhyCode,
)
from terms.service import ServiceKind
from words import N_, _, current_locale, formats, labels, ngettext
from words.errors import says

labels.speak_in_sentences(WhyCode)
labels.speak_in_sentences(AboveCode)
labels.name_members(
    NextStep,
    {
        "call_back": N_("Call back"),
        "call": N_("Call"),
        "first_contact": N_("First contact"),
        "other_time": N_("Try another time"),
        "quote": N_("Quote"),
        "explain_price": N_("Explain the price"),
        "ask_decision": N_("Ask for the decision"),
        "finish": N_("Complete it"),
        "remind": N_("Remind"),
        "wait": N_("Wait"),
    },
)
labels.name_members(
    QueueView,
    {
        "all": N_("All"),
        "appointment": N_("Appointments"),
        "week": N_("Within 7 days"),
        "uncovered": N_("Without cover"),
        "grace": N_("Instalments in grace"),
    },
)
labels.name_members(
    UnplacedReason,
    {
        "nobody": N_("No specialist in the team"),
        "absent": N_("Everybody is on leave"),
        "unregistered": N_("Nobody has a registration number"),
        "line": N_("Nobody is authorised for the line"),
        "capacity": N_("Nobody has weekly capacity"),
        "language": N_("Nobody speaks the client's language"),
        "full": N_("Everybody is at the ceiling"),
    },
)


def why(
    reason: Why, *, on: date, above: Above | None = None, zone: ZoneInfo = formats.SHANGHAI
) -> str:
    """Why the case stands here and above the next, as one short sentence without a full stop.

    The numbers are the money at risk of this case and of the next, as their column shows it.
    """
    if reason.code is WhyCode.PINNED:
        sentence = _pinned(reason, above, on, zone)
    else:
        sentence = _clause(reason, reason.code, on, zone)
        if above is not None and reason.code is not WhyCode.MOST_AT_RISK:
            sentence = _above(above, sentence)
    return sentence[:1].upper() + sentence[1:]


def _pinned(reason: Why, above: Above | None, on: date, zone: ZoneInfo) -> str:
    if reason.also is WhyCode.APPOINTMENT_TODAY and reason.at is not None:
        time = formats.time_of_day(reason.at, zone=zone)
        known = _("agreed to call at {time}").format(time=time)
    else:
        known = _clause(reason, reason.also or WhyCode.REMIND, on, zone)
    is_first = above is not None and above.code is AboveCode.PINNED_EARLIER
    if reason.by_name is None:
        said = _("you pinned first: {reason}") if is_first else _("you pinned: {reason}")
    elif is_first:
        said = _("{name} pinned first: {reason}")
    else:
        said = _("{name} pinned: {reason}")
    return said.format(name=reason.by_name, reason=known)


def _above(above: Above, reason: str) -> str:
    own, after = _yuan(above.own_fen), _yuan(above.next_fen)
    match above.code:
        case AboveCode.MORE:
            if own == after:
                own, after = f"{above.own_fen / 100:,.2f}", f"{above.next_fen / 100:,.2f}"
            return _("{own} > {next}: {reason}").format(own=own, next=after, reason=reason)
        case AboveCode.NEWER:
            return _("{own} to save, as much as the next; the newer case first").format(own=own)
        case AboveCode.NEXT_WAITS:
            return _("the next one waits: {reason}").format(reason=reason)
        case AboveCode.PINNED_EARLIER:
            return reason


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}"


def next_step(step: NextStep) -> str:
    """What to do about it, in two or three words."""
    return labels.label(step)


def refusal(code: str) -> str:
    """A refusal reason's name; an administrator's own code is shown as it is."""
    known = code in set(RefusalReason)
    return labels.label(RefusalReason(code)) if known else code


def _clause(reason: Why, code: WhyCode, on: date, zone: ZoneInfo) -> str:
    match code:
        case WhyCode.MOST_AT_RISK:
            also = reason.also or WhyCode.REMIND
            return _("most to save; {reason}").format(reason=_clause(reason, also, on, zone))
        case WhyCode.PINNED:
            return _pinned(reason, None, on, zone)
        case WhyCode.APPOINTMENT_TODAY | WhyCode.APPOINTMENT_MISSED | WhyCode.APPOINTMENT_LATER:
            return _appointment(reason, code, on, zone)
        case WhyCode.CALLED_TODAY if reason.count:
            return _("not reached today; try again tomorrow")
        case WhyCode.CALLED_TODAY:
            return _("spoken to today; follow up another day")
        case WhyCode.UNCOVERED:
            return _uncovered(reason)
        case WhyCode.GRACE:
            return _grace(reason)
        case WhyCode.AGREED:
            return _("has agreed; see it through to the end")
        case WhyCode.PRICE_UP:
            return _("premium up {percent}%; explain it first").format(percent=reason.percent)
        case WhyCode.UNREACHED:
            return ngettext(
                "not reached {n} time; try another time",
                "not reached {n} times; try another time",
                reason.count,
            ).format(n=reason.count)
        case _:
            return (
                _ON_THE_DAY[code]()
                if not reason.days and code in _ON_THE_DAY
                else _aged(reason, code)
            )


_ON_THE_DAY = {
    WhyCode.NOT_QUOTED: lambda: _("due today and not quoted yet"),
    WhyCode.NOT_CALLED: lambda: _("given to you today; nobody has called yet"),
    WhyCode.REMIND: lambda: _("due today; remind them"),
}


def _aged(reason: Why, code: WhyCode) -> str:
    n = reason.days
    match code:
        case WhyCode.REFUSED:
            return ngettext(
                "refused {n} day ago ({reason}); ask again",
                "refused {n} days ago ({reason}); ask again",
                n,
            ).format(n=n, reason=refusal(reason.reason or RefusalReason.OTHER))
        case WhyCode.THINKING:
            said = ngettext(
                "wanted to think {n} day ago; ask now",
                "wanted to think {n} days ago; ask now",
                n,
            )
        case WhyCode.NOT_QUOTED:
            said = ngettext(
                "due in {n} day and not quoted yet", "due in {n} days and not quoted yet", n
            )
        case WhyCode.QUOTED:
            said = ngettext("quoted; no answer for {n} day", "quoted; no answer for {n} days", n)
        case WhyCode.NOT_CALLED:
            said = ngettext(
                "yours for {n} day and nobody has called",
                "yours for {n} days and nobody has called",
                n,
            )
        case _:
            said = ngettext(
                "due in {n} day; a reminder is enough",
                "due in {n} days; a reminder is enough",
                n,
            )
    return said.format(n=n)


def _appointment(reason: Why, code: WhyCode, on: date, zone: ZoneInfo) -> str:
    if reason.at is None:
        return ""
    if code is WhyCode.APPOINTMENT_TODAY:
        time = formats.time_of_day(reason.at, zone=zone)
        return _("agreed to call at {time}; appointments come first").format(time=time)
    when = _when(reason.at, on, zone)
    if code is WhyCode.APPOINTMENT_LATER:
        return _("agreed for {when}; call then").format(when=when)
    return _("agreed for {when} and not called; call first").format(when=when)


def _uncovered(reason: Why) -> str:
    if reason.count:
        return ngettext(
            "no cover for {n} day, {count} not reached",
            "no cover for {n} days, {count} not reached",
            reason.days,
        ).format(n=reason.days, count=_attempts(reason.count))
    if reason.days == 1:
        return _("ended yesterday; harder each day")
    return _("ended {n} days ago; harder each day").format(n=reason.days)


def _grace(reason: Why) -> str:
    if reason.days == 0:
        return _("the grace period ends today")
    left = ngettext("{n} day of grace left", "{n} days of grace left", reason.days).format(
        n=reason.days
    )
    if not reason.count:
        return left
    return _("{left}, {count} failed").format(left=left, count=_attempts(reason.count))


def _attempts(count: int) -> str:
    return ngettext("{n} attempt", "{n} attempts", count).format(n=count)


def _when(at: datetime, on: date, zone: ZoneInfo) -> str:
    moment = formats.moment(at, on=on, zone=zone)
    return moment.replace(" ", "") if current_locale() is Locale.ZH else moment


def client_form_of_address(brief: SpokenAbout) -> str:
    """How the client is spoken to: ``沈丽华女士``; the name alone where the sex is unknown."""
    name = brief.client_name or _("Sir or Madam")
    if brief.client_name is None or brief.client_type is not ClientType.INDIVIDUAL:
        return name
    if brief.sex is Sex.FEMALE:
        return _("Ms {name}").format(name=name)
    if brief.sex is Sex.MALE:
        return _("Mr {name}").format(name=name)
    return name


def day_item(item: DayItem) -> str:
    """What a line of my day asks for."""
    match item.kind:
        case DayKind.APPOINTMENT:
            return item.what or _("Call as agreed")
        case DayKind.PROMISE:
            return item.what or _("Keep what was promised")
        case kind if kind in _OF_A_LINE:
            return _(_OF_A_LINE[kind]).format(line=_line(item))
        case DayKind.UNASSIGNED:
            return ngettext(
                "{n} renewal of the team has nobody yet",
                "{n} renewals of the team have nobody yet",
                item.count,
            ).format(n=formats.number(item.count))
        case DayKind.APPROVALS:
            return ngettext(
                "{n} request waits for your decision",
                "{n} requests wait for your decision",
                item.count,
            ).format(n=formats.number(item.count))
        case DayKind.CONFLICTS | DayKind.WIN_BACK:
            return _ending(item)
        case DayKind.REFERRAL | DayKind.REFERRAL_ANSWERED | DayKind.REFERRAL_LATE:
            return _referral(item)
        case DayKind.PLAN_ITEM:
            kinds = {kind.value: kind for kind in ServiceKind}
            what = labels.label(kinds[item.what]) if item.what in kinds else item.what
            return _("Service plan: {what}").format(what=what)
        case DayKind.IMPORT_REFUSED:
            return ngettext(
                "{n} row of {file} was refused", "{n} rows of {file} were refused", item.count
            ).format(n=formats.number(item.count), file=item.what or "")
        case _:
            return ""


_OF_A_LINE = {
    DayKind.RENEWAL_SOON: N_("Renewal, {line}"),
    DayKind.RENEWAL_OVERDUE: N_("No cover, {line}"),
    DayKind.INSTALMENT_GRACE: N_("Instalment in grace, {line}"),
    DayKind.SUSPENSION_NOTICE: N_("Send the notice of suspension, {line}"),
    DayKind.REINSTATEMENT_ANSWER: N_("Reinstatement: get the answer, {line}"),
}


def _referral(item: DayItem) -> str:
    question = (item.what or "").splitlines()[0][:40]
    if item.kind is DayKind.REFERRAL:
        return _("Answer: {question}").format(question=question)
    if item.kind is DayKind.REFERRAL_ANSWERED:
        return _("Answered, read it: {question}").format(question=question)
    return _("Answer is late: {question}").format(question=question)


def _ending(item: DayItem) -> str:
    if item.kind is DayKind.CONFLICTS:
        return ngettext(
            "{n} imported policy contradicts a case",
            "{n} imported policies contradict a case",
            item.count,
        ).format(n=formats.number(item.count))
    if item.what:
        return _("Win back from {competitor}").format(competitor=item.what)
    return _("Win back")


def _line(item: DayItem) -> str:
    return labels.label(item.line) if item.line else ""


def _not_yours(error: BusinessError) -> str:
    name = error.data.get("name")
    if not name:
        return _("This renewal has not been given to anybody yet. Ask your lead for it.")
    return _("This renewal is {name}'s. What you typed is kept as your draft.").format(name=name)


def _already_closed(error: BusinessError) -> str:
    state, closed_on = error.data.get("state"), error.data.get("closed_on")
    return _("This renewal was closed on {day} ({state}). Nothing was changed.").format(
        day=formats.day(closed_on if isinstance(closed_on, date) else None),
        state=labels.label(RenewalState(str(state))),
    )


def _unfit(error: BusinessError) -> str:
    return _("{name} cannot be given these renewals: {reason}. Nothing was moved.").format(
        name=error.data.get("name", ""), reason=_UNFIT[str(error.data.get("reason"))]()
    )


_UNFIT = {
    "nobody": lambda: _("not a renewal specialist you lead"),
    "absent": lambda: _("on leave or out of service that day"),
    "unregistered": lambda: _("no registration number on file"),
    "line": lambda: _("not authorised for every product line among them"),
    "capacity": lambda: _("a weekly capacity of 0"),
}

says(renewals.NotYourCase, _not_yours)
says(renewals.RenewalAlreadyClosed, _already_closed)
says(renewals.AllocationTargetUnfit, _unfit)
says(renewals.RefusalReasonNeeded, N_("Choose why the client refuses, then save again."))
says(
    renewals.UnknownRefusalReason,
    N_("This reason is no longer in the list. Choose another, then save again."),
)
says(
    renewals.UnknownObjection,
    N_("This objection is no longer in the list. Choose another, then save again."),
)
says(
    renewals.MoreAttemptsNeeded,
    N_("“Cannot be reached” needs {needed} failed attempts in a row; so far there are {attempts}."),
)
says(
    renewals.AppointmentInThePast,
    N_("The next appointment lies in the past. Choose a later time, then save again."),
)
says(
    renewals.NoteTooLong,
    N_("The note has {length} characters; {limit} is the most. Shorten it, then save again."),
)
says(
    renewals.ClientDoesNotWantContact,
    N_("This client asked not to be contacted. Record only what the client brings to the counter."),
)
says(renewals.PremiumNotPositive, N_("Enter a premium above 0, then save again."))
says(
    renewals.NotExpiredYet,
    N_("The cover still runs to {due_on}; it can be closed as expired only after that day."),
)
says(renewals.NoPhoneKnown, N_("There is no phone number on file for this client."))
