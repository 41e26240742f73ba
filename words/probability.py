"""The renewal probability in words: what it goes by, why a case has it, why none is shown."""

from collections.abc import Callable, Sequence
from typing import Any

from services.renewal_probability import CODES, Bin, ModelVersion, Standing
from terms.policies import Line
from terms.probability import CalibrationKind, Factor, ModelKind, Verdict
from terms.renewals import ContactChannel
from terms.tiering import Tier
from words import N_, _, formats, labels, ngettext
from words import tiering as _tiers  # noqa: F401 - what tiers are called
from words.labels import label
from words.probability_measure_names import bin_text

labels.name_members(
    Factor,
    {
        "late": N_("Late payments"),
        "price": N_("Change of premium"),
        "quoted": N_("Quoted or not"),
        "claims": N_("Claims"),
        "claims_paid": N_("Claims paid"),
        "claims_refused": N_("Claims refused"),
        "complaints": N_("Complaints"),
        "tenure": N_("Years as a client"),
        "lines": N_("Lines held"),
        "talks": N_("Talks about this renewal"),
        "unreached": N_("Calls without an answer"),
        "renewed": N_("Earlier renewals"),
        "lost": N_("Earlier losses"),
        "premium": N_("Size of the premium"),
        "days_left": N_("Days left"),
        "channel": N_("Last channel"),
        "value_tier": N_("Value tier"),
        "risk_tier": N_("Risk tier"),
        "line": N_("Line"),
        "kind": N_("New term or instalment"),
        "region": N_("Branch"),
    },
)
labels.name_members(ModelKind, {"points": N_("Points per factor"), "trees": N_("Decision trees")})
labels.name_members(
    CalibrationKind, {"sigmoid": N_("S-shaped curve"), "isotonic": N_("Rising steps")}
)
labels.name_members(
    Verdict,
    {
        "in_force": N_("In force"),
        "worse": N_("Worse than the one held"),
        "average": N_("No better than the average"),
        "too_few": N_("Too few outcomes"),
    },
)

MOST = 3


def reasons(told: Sequence[Sequence[Any]]) -> str:
    """What speaks against and for a renewal, ``against: 60% of payments late; for: …``."""
    against = [_reason(Factor(name), amount) for name, sign, amount in told if sign < 0]
    in_favour = [_reason(Factor(name), amount) for name, sign, amount in told if sign > 0]
    said = []
    if against:
        said.append(_("against it: {reasons}").format(reasons=formats.listing(against[:MOST])))
    if in_favour:
        said.append(_("for it: {reasons}").format(reasons=formats.listing(in_favour[:MOST])))
    return _("; ").join(said)


_COUNTED: dict[Factor, Callable[[int], str]] = {
    Factor.CLAIMS: lambda n: ngettext("{n} claim in three years", "{n} claims in three years", n),
    Factor.CLAIMS_PAID: lambda n: ngettext("{n} claim paid", "{n} claims paid", n),
    Factor.CLAIMS_REFUSED: lambda n: ngettext("{n} claim refused", "{n} claims refused", n),
    Factor.COMPLAINTS: lambda n: ngettext("{n} complaint", "{n} complaints", n),
    Factor.TENURE: lambda n: ngettext("client for {n} year", "client for {n} years", n),
    Factor.LINES: lambda n: ngettext("holds {n} line", "holds {n} lines", n),
    Factor.TALKS: lambda n: ngettext("{n} talk so far", "{n} talks so far", n),
    Factor.UNREACHED: lambda n: ngettext("not reached {n} time", "not reached {n} times", n),
    Factor.RENEWED: lambda n: ngettext("renewed {n} time before", "renewed {n} times before", n),
    Factor.LOST: lambda n: ngettext("lost {n} time before", "lost {n} times before", n),
}


def _reason(factor: Factor, amount: float) -> str:
    n = int(amount) if factor is Factor.TENURE else round(amount)
    if factor in _COUNTED and n:
        return _COUNTED[factor](n).format(n=n)
    if factor is Factor.PRICE:
        return _price(n)
    if factor is Factor.LATE and n > 0:
        return _("{percent}% of payments late").format(percent=n)
    return _named(factor, n)


def _price(percent: int) -> str:
    if percent > 0:
        return _("premium up {percent}%").format(percent=percent)
    if percent < 0:
        return _("premium down {percent}%").format(percent=-percent)
    return _("premium unchanged")


_NONE = {
    Factor.LATE: N_("always paid on time"),
    Factor.TENURE: N_("a client for less than a year"),
    Factor.CLAIMS: N_("no claims in three years"),
    Factor.CLAIMS_PAID: N_("no claim paid"),
    Factor.CLAIMS_REFUSED: N_("no claim refused"),
    Factor.COMPLAINTS: N_("no complaints"),
    Factor.TALKS: N_("not spoken to yet"),
    Factor.UNREACHED: N_("no call unanswered"),
    Factor.RENEWED: N_("never renewed before"),
    Factor.LOST: N_("nothing lost before"),
    Factor.LINES: N_("holds no line"),
}


def _named(factor: Factor, n: int) -> str:
    """Factors whose amount is a place in a list of words, and counts of none."""
    if factor in _NONE:
        return _(_NONE[factor])
    if factor is Factor.PREMIUM:
        return _("premium {yuan}").format(yuan=formats.money_with_unit(n * 100))
    if factor is Factor.CHANNEL:
        return _("last by {channel}").format(channel=label(_of(ContactChannel, factor, n)))
    if factor in (Factor.VALUE_TIER, Factor.RISK_TIER):
        return f"{label(factor)}: {label(_of(Tier, factor, n))}"
    if factor is Factor.LINE:
        return label(_of(Line, factor, n))
    return label(factor)


def _of(kind: Any, factor: Factor, place: int) -> Any:
    return kind(CODES[factor][place])


def state(found: Standing) -> str:
    """Whether a probability is shown, and if not, why not and what comes next."""
    if found.in_force is not None:
        return _("In force since {day}: the queue goes by it.").format(
            day=formats.day(found.in_force.trained_at.date())
        )
    if not found.versions:
        return _("No model has been trained yet; it is on the first of each month.")
    last = found.versions[0]
    if last.verdict is Verdict.TOO_FEW:
        return _(
            "Hidden: {cases} decided cases, the rules ask for {needed}. The queue goes by the"
            " table of likely losses."
        ).format(cases=formats.number(last.cases), needed=formats.number(last.needed))
    return _(
        "Hidden: on the newest cases it is no better than the average. The queue goes by the table"
        " of likely losses."
    )


def period(version: ModelVersion) -> str:
    """Which cases it was made from."""
    if version.data_from is None or version.data_to is None:
        return "–"
    return _("due {first} to {last}").format(
        first=formats.day(version.data_from), last=formats.day(version.data_to)
    )


def sample(version: ModelVersion) -> str:
    """How many cases it was measured on."""
    return ngettext(
        "{n} case of the newest period", "{n} cases of the newest period", version.newest_cases
    ).format(n=formats.number(version.newest_cases))


def given(each: Bin, band: str) -> str:
    """What was given to the readings of a band, on average."""
    return _("{band} · given {given} · n = {n}").format(
        band=bin_text(band), given=formats.percent(each.mean, decimals=1), n=f"{each.readings:,}"
    )


def score(figure: float | None) -> str:
    """A figure between 0 and 1 with four decimals."""
    return "–" if figure is None else f"{figure:.4f}"
