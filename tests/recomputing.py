"""Figures worked out anew with pandas, from the file a person would take out: what the code of
``services.measures`` says of a figure is not asked.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from math import ceil, isclose
from typing import Any

import pandas as pd

from db.session import Database
from services import documents, measures
from services.actor import Actor
from services.measures import Figure
from terms.renewals import ContactOutcome, RenewalState
from terms.tiering import Tier
from tests.make.moment import AT
from words import in_locale
from words import measures_file as _file  # noqa: F401 - how the rows become a file
from words.documents import finished
from words.labels import label
from words.measures import header_of
from words.probability_measure_names import bin_text
from words.renewal_analysis import group_text
from words.renewals import refusal
from words.tiering import factor_name


@dataclass(frozen=True)
class Anew:
    """A figure worked out from its file."""

    value: int
    of: float | None = None
    parts: dict[tuple[str, ...], int] = field(default_factory=dict)


Recompute = Callable[[pd.DataFrame], Anew]


def taken_out(database: Database, actor: Actor, figure: Figure) -> bytes:
    """The file of ``figure`` by way of a ticket, as the browser gets it."""
    with database.transaction() as session:
        ticket = measures.export_ticket(session, actor=actor, figure=figure, at=AT)
    with database.transaction() as session:
        download = documents.redeem(session, actor=actor, ticket=ticket, at=AT)
    with database.reading() as session:
        file = documents.produce(session, download=download, at=AT)
        return b"".join(finished(file, actor=actor, at=AT))


def rows_in(content: bytes) -> pd.DataFrame:
    """The rows of the file, every cell as text; its first line says who took it out and when."""
    first, _, rest = content.decode("utf-8-sig").partition("\r\n")
    assert first.startswith("# "), "a file says in its first line who took it out"
    return pd.read_csv(io.StringIO(rest), dtype=str, keep_default_na=False)


def disagreements(database: Database, actor: Actor, figure: Figure) -> list[str]:
    """What the file says otherwise than the screen; nothing when they agree."""
    rows = rows_in(taken_out(database, actor, figure))
    with in_locale(actor.locale):
        anew = RECOMPUTE[figure.code](rows)
        shown = {_spoken(figure.code, key): number for key, number in figure.parts}
    odd = []
    if figure.is_capped:
        odd += [] if anew.value > figure.value else [f"{figure.code}: not more than {figure.value}"]
    elif anew.value != figure.value:
        odd.append(f"{figure.code}: {figure.value} on screen, {anew.value} from its rows")
    if figure.of is not None and len(rows) and not isclose(anew.of or 0, figure.of, abs_tol=1e-6):
        odd.append(f"{figure.code}: of {figure.of} on screen, of {anew.of} from its rows")
    if shown != anew.parts:
        odd.append(f"{figure.code}: {shown} on screen, {anew.parts} from its rows")
    return odd


def _spoken(code: str, key: tuple[str, ...]) -> tuple[str, ...]:
    if code in ("renewals.refusals", "renewals.refusal_premium"):
        return (refusal(key[0]),)
    if code in IN_GROUPS:
        return (group_text(key[0]),)
    if code == "renewals.model_reliability":
        return (bin_text(key[0]),)
    if code.startswith("tiers."):
        return _tier_key(code, key)
    *first, state = key
    return (*first, label(RenewalState(state)))


def _tier_key(code: str, key: tuple[str, ...]) -> tuple[str, ...]:
    """Tiers by their names; places and points stand for themselves."""
    if code == "tiers.missing":
        return (factor_name(key[0]),)
    if code == "tiers.scores":
        return key
    *place, last = key
    names = place if code.startswith("tiers.by_") else [label(Tier(one)) for one in place]
    return (*names, label(Tier(last)))


def _of(rows: pd.DataFrame, column: str) -> "pd.Series[Any]":
    return rows[header_of(column)]


def _fen(cells: "pd.Series[Any]") -> int:
    return int(sum((Decimal(cell) for cell in cells if cell), Decimal(0)) * 100)


def _whole(cells: "pd.Series[Any]") -> int:
    return sum(int(cell) for cell in cells if cell)


def _count(rows: pd.DataFrame) -> Anew:
    return Anew(len(rows))


def _sum(column: str) -> Recompute:
    return lambda rows: Anew(_fen(_of(rows, column)))


def _things(column: str) -> Recompute:
    return lambda rows: Anew(_whole(_of(rows, column)))


def _done_of_plan(rows: pd.DataFrame) -> Anew:
    done = _whole(_of(rows, "is_done"))
    weekly = int(_of(rows, "weekly_capacity").iloc[0].removesuffix(".0")) if len(rows) else 0
    left = max(ceil(weekly / 5) - done, _whole(_of(rows, "is_appointment")), 0)
    return Anew(done, done + min(_whole(_of(rows, "is_workable")), left))


def _load(rows: pd.DataFrame) -> Anew:
    capacity = float(_of(rows, "capacity").iloc[0]) if len(rows) else None
    return Anew(_whole(_of(rows, "is_in_window")), capacity)


def _evenness(rows: pd.DataFrame) -> Anew:
    months = pd.to_numeric(_of(rows, "month_percent"))
    return Anew(int(months.sum() ** 2), float(len(rows) * (months**2).sum()) or None)


def _by_week(measure: Callable[[pd.DataFrame], int]) -> Recompute:
    def anew(rows: pd.DataFrame) -> Anew:
        due = pd.to_datetime(_of(rows, "due_on"))
        monday = due.map(lambda day: (day - timedelta(days=day.weekday())).strftime("%Y-%m-%d"))
        groups = rows.groupby([monday, _of(rows, "state")])
        return Anew(measure(rows), None, {key: measure(part) for key, part in groups})

    return anew


STAGES = ("extracted", "contacted", "quoted", "agreed", "renewed")


def _by_stage(measure: Callable[[pd.DataFrame], int]) -> Recompute:
    def anew(rows: pd.DataFrame) -> Anew:
        names = [label(RenewalState(stage)) for stage in STAGES]
        place = _of(rows, "reached").map(names.index)
        parts = {(name,): measure(rows[place >= at]) for at, name in enumerate(names)}
        return Anew(measure(rows), None, parts)

    return anew


def _by_reason(measure: Callable[[pd.DataFrame], int]) -> Recompute:
    def anew(rows: pd.DataFrame) -> Anew:
        groups = rows.groupby(_of(rows, "refusal_reason"))
        return Anew(measure(rows), None, {(key,): measure(part) for key, part in groups})

    return anew


def _premium(rows: pd.DataFrame) -> int:
    return _fen(_of(rows, "premium_fen"))


def _parts(*columns: str) -> Recompute:
    """All rows, and how many have each pair of cells; rows without any count in the whole alone."""

    def anew(rows: pd.DataFrame) -> Anew:
        groups = rows.groupby([_of(rows, column) for column in columns])
        found = {tuple(map(str, key)): len(part) for key, part in groups}
        nothing = ("",) * len(columns)
        return Anew(len(rows), None, {key: n for key, n in found.items() if key != nothing})

    return anew


def _rated(rows: pd.DataFrame) -> Anew:
    return Anew(_whole(_of(rows, "is_rated")), len(rows))


def _top_fifth(rows: pd.DataFrame) -> Anew:
    """Not by what the file marks: by the column itself."""
    amounts = _of(rows, "amount").map(lambda cell: int(Decimal(cell) * 100))
    most = amounts.sort_values(ascending=False).head(ceil(len(rows) / 5))
    assert int(most.sum()) == _fen(_of(rows, "top_amount"))
    return Anew(int(most.sum()), float(amounts.sum()))


def _capacity(rows: pd.DataFrame) -> Anew:
    """Of each person the whole cases of their days there."""
    weekly, days = (_of(rows, name).astype(int) for name in ("weekly_cases", "days_there"))
    return Anew(int((weekly * days // 5).sum()))


def _in_groups(
    numerator: Callable[[pd.DataFrame], int], denominator: Callable[[pd.DataFrame], int] = len
) -> Recompute:
    """A share of the rows; of each group what its rows have in the numerator."""

    def anew(rows: pd.DataFrame) -> Anew:
        groups = rows.groupby(_of(rows, "group"))
        found = {(str(key),): numerator(part) for key, part in groups}
        parts = {} if set(found) <= {("",)} else found
        return Anew(numerator(rows), denominator(rows), parts)

    return anew


def _counted_in_groups(rows: pd.DataFrame) -> Anew:
    groups = rows.groupby(_of(rows, "group"))
    return Anew(len(rows), None, {(str(key),): len(part) for key, part in groups})


def _on_time(rows: pd.DataFrame) -> Anew:
    return Anew(_whole(_of(rows, "is_on_time")), len(rows))


def _reached_contacts(rows: pd.DataFrame) -> Anew:
    """Not by what the file marks: by the outcome."""
    is_reached = _of(rows, "contact_outcome") == label(ContactOutcome.REACHED)
    return Anew(int(is_reached.sum()), len(rows))


def _renewed(rows: pd.DataFrame) -> int:
    return int((_of(rows, "state") == label(RenewalState.RENEWED)).sum())


def _renewed_premium(rows: pd.DataFrame) -> int:
    return _premium(rows[_of(rows, "state") == label(RenewalState.RENEWED)])


def _before_the_end(rows: pd.DataFrame) -> int:
    """Not by what the file marks: by the days."""
    done = rows[_of(rows, "state") == label(RenewalState.RENEWED)]
    return int((_of(done, "closed_on") <= _of(done, "due_on")).sum())


def _clients_renewed(rows: pd.DataFrame) -> int:
    return int((_of(rows, "renewed").astype(int) > 0).sum())


def _at_least_once(column: str) -> Callable[[pd.DataFrame], int]:
    return lambda rows: int((_of(rows, column).astype(int) > 0).sum())


def _wholes(column: str) -> Callable[[pd.DataFrame], int]:
    return lambda rows: _whole(_of(rows, column))


def _kept_premium(rows: pd.DataFrame) -> int:
    return _fen(_of(rows, "received_fen"))


def _given(rows: pd.DataFrame) -> "tuple[pd.Series[Any], pd.Series[Any]]":
    """The probability of each row, in ten-thousandths, and whether it renewed."""
    return _of(rows, "probability").astype(int), _of(rows, "is_renewed").astype(int)


def _brier(rows: pd.DataFrame) -> Anew:
    given, renewed = _given(rows)
    return Anew(int(((given - 10_000 * renewed) ** 2).sum()), len(rows) * 10_000**2)


def _brier_of_rate(rows: pd.DataFrame) -> Anew:
    """Every row given the rate of them all: n × the mean of (rate − outcome)² × n."""
    _, renewed = _given(rows)
    missed = ((len(rows) * renewed - renewed.sum()) ** 2).sum() // len(rows)
    return Anew(int(missed), len(rows) ** 2)


def _in_order(rows: pd.DataFrame) -> Anew:
    """Pair by pair."""
    given, renewed = _given(rows)
    won = 0
    for one in given[renewed == 1]:
        others = given[renewed == 0]
        won += 2 * int((others < one).sum()) + int((others == one).sum())
    return Anew(won, 2 * int(renewed.sum() * (1 - renewed).sum()))


def _calibrated(rows: pd.DataFrame) -> Anew:
    given, came, readings = (_of(rows, name).astype(int) for name in ("given", "came", "readings"))
    return Anew(int((given - came).abs().sum()), float(readings.sum() * 10_000))


def _of_band(rows: pd.DataFrame) -> Anew:
    given, renewed = _given(rows)
    assert (given // 1000).nunique() <= 1
    return Anew(int(renewed.sum()), len(rows))


def _reliable(rows: pd.DataFrame) -> Anew:
    """By the band the probability itself falls in."""
    given, renewed = _given(rows)
    low = given // 1000 * 10
    bands = low.map(lambda each: f"{each}–{each + 10}%")
    assert list(bands) == list(_of(rows, "bin"))
    parts = {(str(key),): int(part.sum()) for key, part in renewed.groupby(bands)}
    return Anew(int(renewed.sum()), len(rows), parts)


IN_GROUPS: dict[str, Recompute] = {
    "renewals.contact_rate": _in_groups(_at_least_once("contacts")),
    "renewals.effective_contacts": _in_groups(_wholes("effective_contacts"), _wholes("contacts")),
    "renewals.first_contact": _in_groups(_wholes("first_contact_minutes")),
    "renewals.open_by_group": _counted_in_groups,
    "renewals.persistency": _in_groups(_kept_premium, _premium),
    "renewals.rate_clients": _in_groups(_clients_renewed),
    "renewals.rate_in_time": _in_groups(_before_the_end),
    "renewals.rate_policies": _in_groups(_renewed),
    "renewals.rate_premium": _in_groups(_renewed_premium, _premium),
    "renewals.refusal_rate": _in_groups(_wholes("is_refused")),
    "renewals.reach_rate": _in_groups(_at_least_once("effective_contacts")),
}
"""Figures that a breakdown names a group of rows by."""

RECOMPUTE: dict[str, Recompute] = {
    **IN_GROUPS,
    "approvals.waiting": _count,
    "clients.claims": _count,
    "clients.complaints": _count,
    "clients.found": _count,
    "clients.open_complaints": _count,
    "clients.policies": _count,
    "clients.premium": _sum("premium_fen"),
    "clients.together": _sum("premium_fen"),
    "duplicates.pairs": _count,
    "intake.changed": _count,
    "intake.created": _count,
    "intake.duplicates": _count,
    "intake.refused": _count,
    "intake.same": _count,
    "intake.warnings": _count,
    "overview.due": _things("things"),
    "overview.late": _things("late_things"),
    "plans.cost": _sum("cost_fen"),
    "plans.mine": _count,
    "plans.on_time": lambda rows: Anew(_whole(_of(rows, "is_on_time")), len(rows)),
    "renewals.done_today": _count,
    "renewals.due_by_week": _by_week(len),
    "renewals.funnel": _by_stage(len),
    "renewals.funnel_premium": _by_stage(_premium),
    "renewals.evenness": _evenness,
    "renewals.given_today": _count,
    "renewals.load": _load,
    "renewals.member_contacts": _count,
    "renewals.member_first": _on_time,
    "renewals.member_overdue": _count,
    "renewals.model_auc": _in_order,
    "renewals.model_average": _brier_of_rate,
    "renewals.model_band": _of_band,
    "renewals.model_brier": _brier,
    "renewals.model_calibration": _calibrated,
    "renewals.model_cases": _count,
    "renewals.model_reliability": _reliable,
    "renewals.model_renewed": lambda rows: Anew(_whole(_of(rows, "is_renewed")), len(rows)),
    "renewals.member_reached": _reached_contacts,
    "renewals.member_renewed": _count,
    "renewals.my_cases": _count,
    "renewals.my_done_today": _done_of_plan,
    "renewals.my_to_save": _sum("at_risk_fen"),
    "renewals.premium_by_week": _by_week(_premium),
    "renewals.refusal_premium": _by_reason(_premium),
    "renewals.refusals": _by_reason(len),
    "renewals.team_cases": _count,
    "renewals.team_due_week": _count,
    "renewals.team_premium": _sum("premium_fen"),
    "renewals.team_to_save": _sum("at_risk_fen"),
    "renewals.waiting": _count,
    "renewals.week_capacity": _capacity,
    "tiers.by_branch": _parts("branch", "value_tier"),
    "tiers.by_team": _parts("team", "value_tier"),
    "tiers.listed": _count,
    "tiers.matrix": _parts("value_tier", "risk_tier"),
    "tiers.missing": _parts("factor"),
    "tiers.moved": _parts("before", "after"),
    "tiers.near": _count,
    "tiers.rated": _rated,
    "tiers.scores": _parts("score"),
    "tiers.top_fifth": _top_fifth,
}
"""How each figure follows from its rows, written down a second time."""
