"""What the figures of the tier screens mean: the definition of each, as the select of its rows.

The screens read the same numbers from what the passes counted; these are what those must agree
with. Stars are internal: no file has them (R30).
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Numeric,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    select,
    union_all,
)

from db.models import Branch, Client, ClientStanding, Team
from services import measures
from services.measures import Asked, Column, ColumnKind, Measure, Sums, Work, Worked
from services.permissions import Permission
from services.tiering.asked import TierFilter, conditions_of, parts_of, tier_filter_of, within
from services.tiering.concentration import FIFTH, INCOME, has_number
from services.tiering.counting import near_points
from services.tiering.listing import Side, near_scores
from services.tiering.missing import is_missing, is_open
from services.tiering.movement import net
from services.tiering.rulebook import rulebook
from terms.measures import Formula, Period, Unit
from terms.tiering import EXTRA, Tier, TierAxis

CLIENT = (
    Column("client_number", ColumnKind.CLIENT),
    Column("client_name", ColumnKind.NAME),
    Column("branch"),
    Column("team"),
    Column("value_tier", ColumnKind.CODE, Tier),
    Column("risk_tier", ColumnKind.CODE, Tier),
    Column("value_score", ColumnKind.NUMBER),
    Column("risk_score", ColumnKind.NUMBER),
    Column("premium_fen", ColumnKind.MONEY),
)
_TABLES = ("client_standing", "client", "branch", "team")
_NEVER = literal(0) == literal(1)


def _standings(
    asked: Asked, *where: Any, filters: TierFilter | None = None, **more: Any
) -> Select[*tuple[Any, ...]]:
    """The standings of the actor that fit ``about``, with the columns of ``CLIENT`` and more."""
    wanted = tier_filter_of(asked.about) if filters is None else filters
    conditions = conditions_of(asked.session, wanted)
    ids = [
        within(select(ClientStanding.client_id), part)
        for part in parts_of(asked.actor, on=asked.on)
    ]
    mine = () if _sees_all(asked) else (ClientStanding.client_id.in_(union_all(*ids)),)
    return (
        select(
            *measures.client_columns(asked.actor, on=asked.on),
            Branch.name.label("branch"),
            Team.name.label("team"),
            ClientStanding.value_tier,
            ClientStanding.risk_tier,
            ClientStanding.value_score,
            ClientStanding.risk_score,
            ClientStanding.premium_fen,
            *(column.label(name) for name, column in more.items()),
        )
        .select_from(ClientStanding)
        .join(Client, Client.id == ClientStanding.client_id)
        .outerjoin(Branch, Branch.id == ClientStanding.branch_id)
        .outerjoin(Team, Team.id == ClientStanding.team_id)
        .where(*mine, *((_NEVER,) if conditions is None else conditions), *where)
        .order_by(ClientStanding.client_id.desc())
    )


def _sees_all(asked: Asked) -> bool:
    return parts_of(asked.actor, on=asked.on)[:1] != () and not any(
        part.client or part.given is not None for part in parts_of(asked.actor, on=asked.on)
    )


def _all(asked: Asked) -> Select[*tuple[Any, ...]]:
    return _standings(asked)


def _rated(asked: Asked) -> Select[*tuple[Any, ...]]:
    return _standings(asked, is_rated=measures.mark(ClientStanding.stars.is_not(None)))


def _scored(asked: Asked) -> Select[*tuple[Any, ...]]:
    is_risk = asked.about.get("axis") == TierAxis.RISK
    score = ClientStanding.risk_score if is_risk else ClientStanding.value_score
    return _standings(asked, score=score)


def _moved(asked: Asked) -> Select[*tuple[Any, ...]] | None:
    axis, since = TierAxis(asked.about["axis"]), date.fromisoformat(asked.about["from"])
    where = tier_filter_of({k: v for k, v in asked.about.items() if k in ("branch", "team")})
    found = net(asked.session, asked.actor, asked.on, axis, since, where)
    if not found:
        return None
    pairs = union_all(*found).subquery()
    nothing: Any = literal(None, String())
    is_told = axis is not TierAxis.STARS
    return _standings(
        asked,
        pairs.c.is_moved,
        filters=where,
        before=pairs.c.before if is_told else nothing,
        after=pairs.c.after if is_told else nothing,
    ).join(pairs, pairs.c.client_id == ClientStanding.client_id)


def _near(asked: Asked) -> Select[*tuple[Any, ...]]:
    scale = rulebook(asked.session, on=asked.on).value
    near = near_points(asked.session, on=asked.on)
    scores = [score for _, score in near_scores(scale, Side(asked.about["side"]), near)]
    return _standings(asked, ClientStanding.value_score.in_(scores))


def _missing(asked: Asked) -> Select[*tuple[Any, ...]]:
    wanted = asked.about.get("factor")
    pieces = [
        select(ClientStanding.client_id, literal(scored.factor, String()).label("factor")).where(
            is_open(), is_missing(scored.factor)
        )
        for scored in rulebook(asked.session, on=asked.on).value.factors
        if wanted in (None, scored.factor)
    ]
    lacking = union_all(*pieces).subquery()
    return _standings(asked, factor=lacking.c.factor).join(
        lacking, lacking.c.client_id == ClientStanding.client_id
    )


def _spread(asked: Asked) -> Select[*tuple[Any, ...]]:
    """Every client of the place with a number in the column, those with most of it first."""
    column, branch, team = asked.about["column"], asked.number("branch"), asked.number("team")
    amount: Any = ClientStanding.premium_fen
    if column == INCOME:
        amount = func.coalesce(ClientStanding.realised_fen, 0) + func.coalesce(
            ClientStanding.expected_fen, 0
        )
    elif column.startswith(EXTRA):
        number = Client.extra_numbers[column.removeprefix(EXTRA)].as_float()
        amount = cast(func.round(cast(number * 100, Numeric(30, 6))), BigInteger)
    place = [
        whose == row_id
        for whose, row_id in ((ClientStanding.branch_id, branch), (ClientStanding.team_id, team))
        if row_id is not None
    ]
    order = (amount.desc(), ClientStanding.client_id)
    rank = func.row_number().over(order_by=order)
    fifth = (func.count().over() + (FIFTH - 1)) / literal(FIFTH)
    return (
        _standings(
            asked,
            has_number(column),
            *place,
            filters=TierFilter(),
            amount=amount,
            top_amount=case((rank <= func.floor(fifth), amount), else_=0),
        )
        .order_by(None)
        .order_by(*order)
    )


def _held(sums: Sums) -> Worked:
    return Worked(int(sums.of["top_amount"]), sums.of["amount"], sums.rows)


def _of_tiers(
    code: str,
    rows: measures.Rows,
    work: Work | None = None,
    *,
    unit: Unit = Unit.CLIENT,
    period: Period = Period.NOW,
    also: tuple[Column, ...] = (),
    by: tuple[str, ...] = (),
    tables: tuple[str, ...] = _TABLES,
) -> Measure:
    chosen = work or measures.count()
    return Measure(
        code, Permission.TIER_READ, unit, period, tables, CLIENT + also, rows, chosen, by
    )


measures.register(
    _of_tiers("tiers.listed", _all),
    _of_tiers("tiers.matrix", _all, by=("value_tier", "risk_tier")),
    _of_tiers("tiers.by_branch", _all, by=("branch", "value_tier")),
    _of_tiers("tiers.by_team", _all, by=("team", "value_tier")),
    _of_tiers(
        "tiers.rated",
        _rated,
        measures.share("is_rated"),
        unit=Unit.PERCENT,
        also=(Column("is_rated", ColumnKind.MARK),),
    ),
    _of_tiers("tiers.scores", _scored, also=(Column("score", ColumnKind.NUMBER),), by=("score",)),
    _of_tiers(
        "tiers.moved",
        _moved,
        period=Period.RANGE,
        also=(Column("before", ColumnKind.CODE, Tier), Column("after", ColumnKind.CODE, Tier)),
        by=("before", "after"),
        tables=(*_TABLES, "tier_change", "tier_run"),
    ),
    _of_tiers("tiers.near", _near),
    _of_tiers(
        "tiers.missing",
        _missing,
        unit=Unit.FACT,
        also=(Column("factor"),),
        by=("factor",),
    ),
    _of_tiers(
        "tiers.top_fifth",
        _spread,
        Work(Formula.PART_OF_SUM, _held, "top_amount", "amount"),
        unit=Unit.PERCENT,
        also=(
            Column("amount", ColumnKind.MONEY),
            Column("top_amount", ColumnKind.MONEY),
        ),
    ),
)
