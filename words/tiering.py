"""Tiers in words: the steps, what is scored, and in which unit."""

from services.tiering import Lift, Standing
from terms.clients import RiskLevel
from terms.tiering import EXTRA, MONEY, Factor, PassStage, Tier, TierAxis
from words import N_, _, formats, labels
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
