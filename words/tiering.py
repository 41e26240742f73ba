"""Tiers in words: the steps, what is scored, and in which unit."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from services import disclosure, tiering
from services.approvals import Change, Payload
from services.errors import BusinessError
from services.tiering import CreditEvidence, Lift, Push, Standing
from terms.approvals import ApprovalKind
from terms.clients import RiskLevel
from terms.tiering import (
    EXTRA,
    MONEY,
    CreditGrade,
    Factor,
    PassStage,
    ReceptionClass,
    Tier,
    TierAxis,
)
from words import N_, _, approvals, formats, labels, ngettext
from words.errors import says
from words.labels import label

labels.name_members(
    Tier,
    {Tier.LOW: N_("Low tier"), Tier.MID: N_("Mid tier"), Tier.HIGH: N_("High tier")},
)
labels.name_members(
    TierAxis,
    {
        TierAxis.VALUE: N_("Value tier"),
        TierAxis.RISK: N_("Risk tier"),
        TierAxis.STARS: N_("Client stars"),
        TierAxis.RECEPTION: N_("Class of reception"),
        TierAxis.CREDIT: N_("Credit grade"),
    },
)
labels.name_members(
    ReceptionClass,
    {
        ReceptionClass.A: N_("A · senior management"),
        ReceptionClass.B: N_("B · department director"),
        ReceptionClass.C: N_("C · department"),
        ReceptionClass.D: N_("D · supervisor or owner"),
    },
)
labels.name_members(
    CreditGrade,
    {
        CreditGrade.GOOD: N_("Good credit"),
        CreditGrade.FAIR: N_("Fair credit"),
        CreditGrade.POOR: N_("Poor credit"),
    },
)
labels.name_members(
    CreditEvidence,
    {
        CreditEvidence.PAID_LATE: N_("Instalment paid late"),
        CreditEvidence.UNPAID: N_("Instalment not paid"),
        CreditEvidence.CLAIM: N_("Claim on file"),
        CreditEvidence.COMPLAINT: N_("Complaint on file"),
        CreditEvidence.DOCUMENT: N_("Credit material"),
    },
)
labels.name_members(
    PassStage,
    {
        PassStage.READING: N_("Reading clients"),
        PassStage.WRITING: N_("Writing what changed"),
        PassStage.DONE: N_("Finished"),
    },
)
labels.name_members(
    Factor,
    {
        Factor.PREMIUM: N_("Premium in force, yuan"),
        Factor.INCOME: N_("Income of the service year, yuan"),
        Factor.LINES: N_("Lines held"),
        Factor.TENURE: N_("Tenure, months"),
        Factor.NEEDS: N_("Needs on file"),
        Factor.HOUSEHOLD: N_("Household or group known"),
        Factor.GAPS: N_("Gaps in cover"),
        Factor.ATTITUDE: N_("Attitude to risk"),
        Factor.CLAIMS: N_("Claims, 3 years"),
        Factor.CLAIMS_RATIO: N_("Claims in % of premium, 3 years"),
        Factor.COMPLAINTS: N_("Complaints, 2 years"),
        Factor.LATE: N_("Late instalments, 2 years"),
    },
)

MOST_STARS = 5
CLASS_TYPES: Mapping[TierAxis, type[StrEnum]] = {
    TierAxis.VALUE: Tier,
    TierAxis.RISK: Tier,
    TierAxis.RECEPTION: ReceptionClass,
    TierAxis.CREDIT: CreditGrade,
}
_ATTITUDES = (RiskLevel.LOW, RiskLevel.MID, RiskLevel.HIGH)


def factor_name(factor: str) -> str:
    """What a factor is called; a column of the company's own as it stands."""
    if factor.startswith(EXTRA):
        return factor.removeprefix(EXTRA)
    return label(Factor(factor))


def fact_text(factor: str, fact: float | None) -> str:
    """What is known of a client, as people read it."""
    if fact is None:
        return _("not known")
    if factor in MONEY:
        return formats.money(int(fact))
    if factor == Factor.ATTITUDE:
        return label(_ATTITUDES[int(fact)])
    if factor == Factor.NEEDS:
        return _("yes") if fact else _("no")
    return formats.number(fact)


def lift_sentence(lift: Lift) -> str:
    """The one change that would bring a client into the next tier."""
    return _("{tier} with {factor} from {to} on; now {fact}").format(
        tier=label(lift.tier),
        factor=factor_name(lift.factor),
        to=fact_text(lift.factor, lift.to),
        fact=fact_text(lift.factor, lift.fact),
    )


def missing_sentence(standing: Standing) -> str:
    """What is not known, and what it could still change."""
    names = formats.listing([factor_name(part.factor) for part in standing.missing])
    if standing.could_be is standing.tier:
        return _("Not known: {names}; the tier stays the same").format(names=names)
    return _("Not known: {names}; could be {tier}").format(
        names=names, tier=label(standing.could_be)
    )


def class_text(axis: TierAxis, held: str | int | None) -> str:
    """A class as people say it: a tier, or so many stars."""
    if held is None:
        return _("not known")
    if axis is TierAxis.STARS:
        return star_text(int(held))
    return label(CLASS_TYPES[axis](str(held)))


def class_code(axis: TierAxis, held: str | None) -> str:
    """A class where there is little room: a class of reception by its letter."""
    return held if axis is TierAxis.RECEPTION and held else class_text(axis, held)


def star_text(stars: int) -> str:
    """``4 stars``. Internal: never for a client's eyes (R30)."""
    return ngettext("{n} star", "{n} stars", stars).format(n=stars)


def stars_drawn(stars: int) -> str:
    """``★★★☆☆ 3 stars``."""
    return f"{'★' * stars}{'☆' * (MOST_STARS - stars)} {star_text(stars)}"


def companions_sentence(companions: Sequence[tuple[int, int]]) -> str:
    """How many of ours go along, by the number of guests (R39)."""
    *fewer, (_most, ours) = companions
    said = [
        _("up to {guests} guests {n}").format(guests=guests, n=count) for guests, count in fewer
    ]
    return _("Companions: {numbers}").format(
        numbers=formats.listing([*said, _("more guests {n} or more").format(n=ours)])
    )


def push_sentence(push: Push) -> str:
    """In which month what comes in changes the stars."""
    said = _("{month}: up to {stars}") if push.is_up else _("{month}: down to {stars}")
    return said.format(month=formats.month(push.on), stars=star_text(push.stars))


def _title(payload: Payload) -> str:
    axis = TierAxis(payload["axis"])
    return _("{axis}: {held} until {day}").format(
        axis=label(axis),
        held=class_text(axis, payload["held"]),
        day=formats.day(date.fromisoformat(payload["until"])),
    )


def _change(payload: Payload, change: Change) -> approvals.Told:
    axis = TierAxis(payload["axis"])
    if change.field == "until":
        before = "–" if change.before is None else formats.day(date.fromisoformat(change.before))
        after = formats.day(date.fromisoformat(change.after))
        return approvals.Told(_("Holds until"), before, after)
    return approvals.Told(
        label(axis), class_text(axis, change.before), class_text(axis, change.after)
    )


def _too_long(error: BusinessError) -> str:
    latest = error.data["latest"]
    assert isinstance(latest, date)
    return _("A decision holds at most {days} days: until {day}. Choose an earlier day.").format(
        days=error.data["days"], day=formats.day(latest)
    )


def _is_over(error: BusinessError) -> str:
    until = error.data["until"]
    assert isinstance(until, date)
    return _("This decision holds no longer (last day {day}). Nothing was changed.").format(
        day=formats.day(until)
    )


def _disclosure(payload: Payload) -> str:
    return _("The client may be told their stars until {day}").format(
        day=formats.day(date.fromisoformat(payload["until"]))
    )


def _disclosed(_payload: Payload, change: Change) -> approvals.Told:
    before = _("stay in the house")
    if change.before is not None:
        before = formats.day(date.fromisoformat(change.before))
    after = formats.day(date.fromisoformat(change.after))
    return approvals.Told(_("Stars may be told until"), before, after)


approvals.speaks(ApprovalKind.TIER_OVERRIDE, title=_title, change=_change)
approvals.speaks(ApprovalKind.STAR_DISCLOSURE, title=_disclosure, change=_disclosed)
says(
    disclosure.StarsNamed,
    N_(
        "This text speaks of the client's stars (“{words}”). They stay in the house: write it "
        "without them, or have their disclosure approved on the client's file first."
    ),
)
says(tiering.NoSuchClass, N_("There is no such class. Choose one of the list."))
says(
    tiering.OverrideEndPassed,
    N_("The last day is past. Choose today or a later day, and ask anew."),
)
says(tiering.OverrideTooLong, _too_long)
says(tiering.OverrideOver, _is_over)
says(
    tiering.EndingReasonMissing,
    N_("Say why it ends early, in at most {limit} characters: it is kept with your name."),
)


def column_name(column: str) -> str:
    """A column of numbers whose spread is shown; the company's own as it stands."""
    if column.startswith(EXTRA):
        return column.removeprefix(EXTRA)
    names = {Factor.PREMIUM.value: _("premium in force"), Factor.INCOME.value: _("income")}
    return names[column]


def potential(has_needs: bool, gaps: int) -> str:
    """What speaks for a client who could be worth more (R37)."""
    said = [_("needs known")] if has_needs else []
    if gaps:
        said.append(ngettext("{n} gap", "{n} gaps", gaps).format(n=gaps))
    return formats.listing(said) if said else "–"
