"""The clocks of instalments in words: grace, suspension, notice, reinstatement; gaps in cover.

▲ is late or without cover, ◆ runs now, ✓ is done.
"""

from collections.abc import Iterable
from datetime import date

from services import renewals
from services.errors import BusinessError
from services.notifications import Notice, NotificationKind
from services.renewals import CoverGap, InstalmentClock
from services.undo import BatchCard
from terms.instalments import (
    ClockShown,
    DemandMeans,
    GraceBasis,
    InstalmentStage,
    NoticeMeans,
    SuspensionState,
)
from words import N_, _, formats, labels, ngettext, notifications
from words.errors import says
from words.labels import label

labels.name_members(
    DemandMeans,
    {
        "registered_letter": N_("Registered letter"),
        "express_letter": N_("Express letter with receipt"),
        "by_hand": N_("By hand, against a receipt"),
        "notarised": N_("Through a notary"),
        "agreed_electronic": N_("To the agreed electronic address, with its receipt"),
    },
)
labels.name_members(
    NoticeMeans,
    {
        "letter": N_("Letter"),
        "express_letter": N_("Express letter"),
        "by_hand": N_("By hand"),
        "email": N_("E-mail"),
        "sms": N_("SMS"),
        "insurer": N_("Sent by the insurer"),
    },
)
labels.name_members(
    GraceBasis,
    {
        "after_due": N_("counted from the due day"),
        "after_demand": N_("counted from the formal demand"),
        "agreed": N_("as the contract says"),
    },
)
labels.name_members(
    InstalmentStage,
    {
        "due": N_("Payable"),
        "grace": N_("In grace"),
        "paid": N_("Paid"),
        "suspended": N_("Suspended"),
        "applied": N_("Reinstatement applied for"),
        "accepted": N_("Reinstatement accepted"),
        "refused": N_("Reinstatement refused"),
        "reinstated": N_("Reinstated"),
        "ended": N_("Ended"),
    },
)
labels.name_members(
    SuspensionState,
    {
        "suspended": N_("Suspended"),
        "applied": N_("Reinstatement applied for"),
        "accepted": N_("Reinstatement accepted"),
        "refused": N_("Reinstatement refused"),
        "reinstated": N_("Reinstated"),
        "ended": N_("Ended"),
        "set_aside": N_("Set aside: paid in time"),
    },
)
labels.name_members(
    ClockShown,
    {
        "all": N_("All suspended"),
        "notice": N_("Notice to send"),
        "answer": N_("Waits for an answer"),
        "payment": N_("Premium to be paid"),
        "ending": N_("Ends within 90 days"),
    },
)


def clock_lines(clock: InstalmentClock, *, on: date) -> list[str]:
    """Every clock of an instalment, a line each; the most pressing first."""
    if clock.suspended_on is None:
        return [_before(clock, on)]
    lines = [_("▲ Suspended since {day}").format(day=formats.day(clock.suspended_on))]
    lines.append(notice_said(clock, on=on))
    lines += _reinstatement(clock, on)
    return lines


def clock_sentence(clock: InstalmentClock, *, on: date) -> str:
    """All clocks of an instalment in one text."""
    return formats.sentences(clock_lines(clock, on=on))


def _before(clock: InstalmentClock, on: date) -> str:
    basis = label(clock.grace_basis)
    if clock.stage is InstalmentStage.DUE or clock.grace_left is None:
        left = (clock.due_on - on).days
        data = {"n": left, "day": formats.day(clock.grace_ends_on), "basis": basis}
        if left <= 0:
            return _("◆ Due today; grace until {day}, {basis}").format(**data)
        return ngettext(
            "○ Due in {n} day; grace until {day}, {basis}",
            "○ Due in {n} days; grace until {day}, {basis}",
            left,
        ).format(**data)
    if clock.grace_left == 0:
        return _("▲ The grace period ends today; unpaid, cover is suspended tomorrow")
    return ngettext(
        "◆ {n} day of grace left, until {day}, {basis}",
        "◆ {n} days of grace left, until {day}, {basis}",
        clock.grace_left,
    ).format(n=clock.grace_left, day=formats.day(clock.grace_ends_on), basis=basis)


def notice_said(clock: InstalmentClock, *, on: date) -> str:
    """What the notice of suspension needs, or when it went out."""
    if clock.notice_sent_on is not None:
        means = label(clock.notice_means) if clock.notice_means else ""
        return _("✓ Notice of suspension sent {day}, {means} {reference}").format(
            day=formats.day(clock.notice_sent_on),
            means=means,
            reference=clock.notice_reference or "",
        )
    return notice_due_said(clock.notice_due_on, clock.notice_is_provisional, on=on)


def notice_due_said(due_on: date | None, is_provisional: bool, *, on: date) -> str:
    """Until when the notice must go out."""
    if due_on is None:
        return ""
    left = (due_on - on).days
    day = formats.day(due_on)
    if left < 0:
        said = ngettext(
            "▲ Notice of suspension was due by {day}, {n} day late",
            "▲ Notice of suspension was due by {day}, {n} days late",
            -left,
        ).format(day=day, n=-left)
    else:
        said = _("◆ Notice of suspension to be sent by {day}").format(day=day)
    return said + provisional(is_provisional)


def provisional(is_provisional: bool) -> str:
    """The mark of a day counted past the official calendar."""
    return _(" (provisional: no official calendar yet)") if is_provisional else ""


def _reinstatement(clock: InstalmentClock, on: date) -> list[str]:
    until = formats.day(clock.reinstatable_until)
    match clock.stage:
        case InstalmentStage.APPLIED:
            return [answer_said(clock.applied_on, clock.answer_due_on, on=on)]
        case InstalmentStage.ACCEPTED if clock.is_deemed:
            return [
                _("✓ Not answered within the time: accepted since {day}").format(
                    day=formats.day(clock.answered_on)
                ),
                _("◆ Cover comes back on the day the premium is paid"),
            ]
        case InstalmentStage.ACCEPTED:
            return [
                _("✓ Reinstatement accepted {day}").format(day=formats.day(clock.answered_on)),
                _("◆ Cover comes back on the day the premium is paid"),
            ]
        case InstalmentStage.REFUSED:
            return [
                _("▲ Reinstatement refused {day}: {why}").format(
                    day=formats.day(clock.answered_on), why=clock.answer_note or "–"
                ),
                _("○ Can be reinstated until {day}").format(day=until),
            ]
        case _:
            return [_("○ Can be reinstated until {day}").format(day=until)]


def answer_said(applied_on: date | None, due_on: date | None, *, on: date) -> str:
    """Until when the insurer can refuse an application."""
    left = (due_on - on).days if due_on else 0
    return ngettext(
        "◆ Applied {applied}; the insurer answers by {day} ({n} day left), "
        "or it counts as accepted",
        "◆ Applied {applied}; the insurer answers by {day} ({n} days left), "
        "or it counts as accepted",
        left,
    ).format(applied=formats.day(applied_on), day=formats.day(due_on), n=left)


def gap_said(gap: CoverGap) -> str:
    """Days without cover after a term."""
    if gap.covered_from is None:
        return ngettext(
            "▲ Without cover for {n} day, since {day}",
            "▲ Without cover for {n} days, since {day}",
            gap.days,
        ).format(n=gap.days, day=formats.day(gap.ended_on))
    return ngettext(
        "▲ {n} day without cover: ended {ended}, next term from {begun}",
        "▲ {n} days without cover: ended {ended}, next term from {begun}",
        gap.days,
    ).format(n=gap.days, ended=formats.day(gap.ended_on), begun=formats.day(gap.covered_from))


def quote_from_said(from_on: date) -> str:
    """From when a motor quote may be promised."""
    return _("quote from {day}").format(day=formats.short_day(from_on))


def case_warnings(
    *, clock: InstalmentClock | None, gap: CoverGap | None, quote_from: date | None, on: date
) -> list[str]:
    """What runs for a case beside its due day, as the brief says it."""
    said = clock_lines(clock, on=on) if clock is not None else []
    if gap is not None:
        said.append(gap_said(gap))
    if quote_from is not None:
        said.append(_("○ A quote may be promised from {day}").format(day=formats.day(quote_from)))
    return said


def with_quote_day(step: str, quote_from: date | None, *, on: date) -> str:
    """The next step of a row; of a motor case that cannot be quoted yet, from when it can."""
    if quote_from is None or on >= quote_from:
        return step
    return f"{step} · {quote_from_said(quote_from)}"


_ACTS = {
    "demand": N_("Formal demand, {policy}"),
    "agreed_grace": N_("Grace of the contract, {policy}"),
    "notice": N_("Notice of suspension, {policy}"),
    "application": N_("Reinstatement applied for, {policy}"),
    "answer": N_("Answer to the application, {policy}"),
    "payment": N_("Premium paid, {policy}"),
}


def act_said(batch: BatchCard) -> str:
    """What was recorded, for the list of acts."""
    said = _ACTS.get(str(batch.detail.get("act")), N_("Instalment, {policy}"))
    return _(said).format(policy=batch.detail.get("policy", ""))


def _notices(notice: Notice) -> str:
    n = int(notice.data.get("n", 1))
    return ngettext(
        "{n} notice of suspension is to be sent, the first by {day}.",
        "{n} notices of suspension are to be sent, the first by {day}.",
        n,
    ).format(n=n, day=_first(notice))


def _answers(notice: Notice) -> str:
    n = int(notice.data.get("n", 1))
    return ngettext(
        "{n} reinstatement application waits for its answer, the first until {day}.",
        "{n} reinstatement applications wait for their answer, the first until {day}.",
        n,
    ).format(n=n, day=_first(notice))


def _first(notice: Notice) -> str:
    return formats.day(date.fromisoformat(str(notice.data["first_on"])))


notifications.says(NotificationKind.NOTICES_DUE, _notices, icon="outgoing_mail")
notifications.says(NotificationKind.ANSWERS_DUE, _answers, icon="hourglass_bottom")


def _too_early(error: BusinessError) -> str:
    from_on = error.data.get("from_on")
    return _(
        "{insurer} quotes motor cover here no earlier than {days} days before the end: promise "
        "it from {day}. What you typed is kept."
    ).format(
        insurer=error.data.get("insurer") or _("The insurer"),
        days=error.data.get("days"),
        day=formats.day(from_on if isinstance(from_on, date) else None),
    )


def _with_days(sentence: str, *names: str) -> "_Sentence":
    return _Sentence(sentence, names)


class _Sentence:
    """A sentence whose days are said in the language spoken."""

    def __init__(self, text: str, days: Iterable[str]) -> None:
        self._text, self._days = text, tuple(days)

    def __call__(self, error: BusinessError) -> str:
        data = dict(error.data)
        for name in self._days:
            day = data.get(name)
            data[name] = formats.day(day if isinstance(day, date) else None)
        return _(self._text).format(**data)


def _needs(error: BusinessError) -> str:
    return _("{amount} is unpaid. Less than that does not end it; nothing was recorded.").format(
        amount=formats.money_with_unit(int(str(error.data.get("needed_fen", 0))))
    )


def _in_state(error: BusinessError) -> str:
    state = label(SuspensionState(str(error.data.get("state"))))
    return _("It stands as “{state}”; this step does not follow from there.").format(state=state)


says(renewals.QuoteTooEarly, _too_early)
says(
    renewals.InstalmentPaid,
    _with_days(N_("This instalment was paid on {paid_on}. Nothing was changed."), "paid_on"),
)
says(
    renewals.DemandedAlready,
    _with_days(
        N_("The formal demand of {demanded_on} stands, and its 30 days count from there."),
        "demanded_on",
    ),
)
says(
    renewals.CoverSuspended,
    _with_days(N_("Cover has been suspended since {suspended_on}."), "suspended_on"),
)
says(
    renewals.DayOutOfPlace,
    _with_days(N_("Choose a day from {first} to {last}."), "first", "last"),
)
says(
    renewals.ProofMissing,
    N_("Say what proves it: the number of the letter, the receipt or the deed."),
)
says(
    renewals.NoticeSentAlready,
    _with_days(N_("The notice was sent on {sent_on} already."), "sent_on"),
)
says(renewals.SuspensionOver, _in_state)
says(renewals.NotThisStep, _in_state)
says(
    renewals.ReinstatementTooLate,
    _with_days(
        N_("Reinstatement was possible until {until}; an application is too late."), "until"
    ),
)
says(
    renewals.RefusalTooLate,
    _with_days(
        N_(
            "The insurer could refuse until {answer_due_on}. Silence until then counts as "
            "acceptance, so a later refusal is not recorded."
        ),
        "answer_due_on",
    ),
)
says(renewals.AnswerReasonNeeded, N_("Say why the insurer refuses."))
says(
    renewals.ReinstatementNeeded,
    _with_days(
        N_(
            "Cover has been suspended since {suspended_on}: a payment alone does not bring it "
            "back. Record the application and its acceptance first."
        ),
        "suspended_on",
    ),
)
says(renewals.PaymentTooSmall, _needs)
