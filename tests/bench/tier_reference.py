"""The fastest way we know to give every client their points and classes: polars over ADBC.

It reads what the pass reads and stores the points and the classes, nothing else: no facts, no
points per factor, no history, no counts, no audit. What it says is compared with what the pass
said, client by client.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
import pyarrow as pa
from sqlalchemy import Select

from db.arrow import Reader, reader
from db.session import Database
from services.rule_tables import DEFAULTS
from services.tiering import facts
from services.tiering.rules import Scale, attitude
from terms.clients import ClientType, RiskLevel
from terms.policies import Line

_LINES, _LEVELS = tuple(Line), (None, *RiskLevel)
_TIERS = ("low", "mid", "high")
_DAYS = ("since", "anchor", "booked_on", "service_from", "service_to")
"""SQLite keeps days as text."""
TABLE = "bench_standing"
COLUMNS = ("client_id", "value_score", "value_tier", "risk_score", "risk_tier", "stars")


def prepare(database: Database) -> None:
    """An empty table of its own."""
    with database.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {TABLE}")
        connection.exec_driver_sql(
            f"CREATE TABLE {TABLE} (client_id BIGINT PRIMARY KEY, value_score SMALLINT, "
            "value_tier VARCHAR(8), risk_score SMALLINT, risk_tier VARCHAR(8), stars SMALLINT)"
        )


def run(database: Database, on: date) -> int:
    """One pass.

    Returns:
        How many clients changed.
    """
    with reader(database) as source:
        new = _classes(_facts(source, on))
        old = _frame(source.table_of(f"SELECT {', '.join(COLUMNS)} FROM {TABLE}"))
    old = old.with_columns(pl.col(name).cast(new.schema[name]) for name in COLUMNS)
    changed = new.join(old, on=list(COLUMNS), how="anti", nulls_equal=True)
    _write(database, changed)
    return changed.height


def _facts(source: Reader, on: date) -> pl.DataFrame:
    def read(statement: Select[Any]) -> pl.DataFrame:
        return _frame(source.table(statement))

    clients = read(facts._clients())
    policies = read(facts._policies(on)).with_columns(
        bit=pl.lit(1).cast(pl.Int64) * (2 ** pl.col("line").cast(pl.Int64))
    )
    held = (
        policies.filter(pl.col("in_force") == 1)
        .group_by("client_id")
        .agg(
            premium=pl.col("premium_fen").sum(),
            lines=pl.col("line").n_unique(),
            bits=pl.col("bit").unique().sum(),
        )
    )
    written = (
        policies.filter(pl.col("recent") == 1)
        .group_by("client_id")
        .agg(written=pl.col("premium_fen").sum())
    )
    counts = {name: read(statement) for name, (statement, _) in facts._counts(on).items()}
    found = clients.rename({"id": "client_id"})
    for frame in (held, written):
        found = found.join(frame, on="client_id", how="left")
    for name, frame in counts.items():
        found = found.join(frame.rename({"n": name}), on="client_id", how="left")
    found = found.join(_income(read(facts._incomes(on)), clients, on), on="client_id", how="left")
    return found.with_columns(_derived(on))


def _derived(on: date) -> list[pl.Expr]:
    usual = DEFAULTS["tiering.usual_lines"].value
    wanted = {
        kind: sum(1 << _LINES.index(Line(line)) for line in usual[kind.value])
        for kind in ClientType
    }
    bits = pl.col("bits").fill_null(0).cast(pl.Int64)
    gaps = (
        pl.when(pl.col("is_group") == 1)
        .then(wanted[ClientType.GROUP])
        .otherwise(wanted[ClientType.INDIVIDUAL])
        & ~bits
    )
    since = pl.col("since")
    months = (
        (on.year - since.dt.year()) * 12
        + on.month
        - since.dt.month()
        - (since.dt.day() > on.day).cast(pl.Int32)
    )
    answers = {
        place * len(_LEVELS) + other: attitude(one, two)
        for place, one in enumerate(_LEVELS)
        for other, two in enumerate(_LEVELS)
    }
    asked = pl.col("preference").cast(pl.Int64) * len(_LEVELS) + pl.col("tolerance").cast(pl.Int64)
    return [
        pl.col("premium").fill_null(0),
        pl.col("lines").fill_null(0),
        gaps.bitwise_count_ones().alias("gaps"),
        pl.max_horizontal(months, 0).alias("tenure"),
        asked.replace_strict(answers, return_dtype=pl.Int64).alias("attitude"),
        (1 + pl.col("circle").fill_null(0) + pl.col("parties").fill_null(0)).alias("household"),
        pl.col("claims").fill_null(0),
        pl.when(pl.col("written") > 0)
        .then(pl.col("fen").fill_null(0) * 100 // pl.col("written"))
        .alias("claims_ratio"),
        pl.col("complaints").fill_null(0),
        pl.col("late").fill_null(0),
    ]


def _income(ledger: pl.DataFrame, clients: pl.DataFrame, on: date) -> pl.DataFrame:
    """Income of the service year: whole in the year it begins in, or spread by days."""
    anchors = clients.select(client_id="id", anchor=pl.col("anchor"))
    ledger = ledger.join(anchors, on="client_id", how="left").with_columns(
        anchor=pl.col("anchor").fill_null(date(on.year, 1, 1)),
        first=pl.col("service_from"),
        last=pl.col("service_to"),
        booked=pl.col("booked_on"),
    )
    this = _in_year(pl.col("anchor"), pl.lit(on.year))
    begins = (
        pl.when(this > on).then(_in_year(pl.col("anchor"), pl.lit(on.year - 1))).otherwise(this)
    )
    ledger = ledger.with_columns(year_first=begins).with_columns(
        year_last=_in_year(pl.col("anchor"), pl.col("year_first").dt.year() + 1)
        - timedelta(days=1),
        starts=pl.when(pl.col("first").is_null() | pl.col("last").is_null())
        .then(pl.col("booked"))
        .otherwise(pl.col("first")),
    )
    whole = (
        pl.col("first").is_null()
        | pl.col("last").is_null()
        | (pl.col("last") < _in_year(pl.col("starts"), pl.col("starts").dt.year() + 1))
    )
    inside = pl.col("starts").is_between(pl.col("year_first"), pl.col("year_last"))
    total = (pl.col("last") - pl.col("starts")).dt.total_days() + 1
    before = (pl.col("year_first") - pl.col("starts")).dt.total_days()
    until = (pl.col("year_last") - pl.col("starts")).dt.total_days() + 1
    before, until = (
        pl.min_horizontal(pl.max_horizontal(each, 0), total) for each in (before, until)
    )
    amount = pl.col("amount_fen")
    share = (
        pl.when(whole).then(amount).otherwise(amount * until // total - amount * before // total)
    )
    counts = pl.when(whole).then(inside).otherwise(until > before)
    return ledger.filter(counts).group_by("client_id").agg(income=share.sum())


def _in_year(anchor: pl.Expr, year: pl.Expr) -> pl.Expr:
    """The anniversary; 29 February is the 28th in common years."""
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    day = (
        pl.when((anchor.dt.month() == 2) & (anchor.dt.day() == 29) & ~leap)
        .then(28)
        .otherwise(anchor.dt.day())
    )
    return pl.date(year, anchor.dt.month(), day)


def _classes(found: pl.DataFrame) -> pl.DataFrame:
    made: dict[str, pl.Expr] = {"client_id": pl.col("client_id")}
    for name in ("value", "risk"):
        scale = Scale.of(DEFAULTS[f"tiering.{name}"].value)
        score = sum((_points(factor) for factor in scale.factors), pl.lit(0, pl.Int32))
        made[f"{name}_score"] = score
        made[f"{name}_tier"] = (
            pl.when(score >= scale.high)
            .then(pl.lit(_TIERS[2]))
            .when(score >= scale.mid)
            .then(pl.lit(_TIERS[1]))
            .otherwise(pl.lit(_TIERS[0]))
        )
    star = DEFAULTS["tiering.stars"].value
    reached = [
        (pl.col("income") >= star[name]).cast(pl.Int8) for name in ("two", "three", "four", "five")
    ]
    made["stars"] = sum(reached, pl.lit(1, pl.Int8))
    return found.select(**made)


def _points(factor: Any) -> pl.Expr:
    """Points of a factor, none where the fact is not known."""
    column, points = pl.col(factor.factor), pl.lit(0, pl.Int32)
    for step in factor.steps:
        points = (
            pl.when(column >= step.at * factor.unit)
            .then(pl.lit(factor.points_at(step), pl.Int32))
            .otherwise(points)
        )
    return points


def _write(database: Database, changed: pl.DataFrame) -> None:
    engine = database.engine.execution_options(writes=True)
    with engine.begin() as connection:
        raw: Any = connection.connection.dbapi_connection
        if engine.dialect.name != "postgresql":
            raw.executemany(
                f"INSERT INTO {TABLE} VALUES (?,?,?,?,?,?) ON CONFLICT (client_id) "
                f"DO UPDATE SET {_news()}",
                changed.rows(),
            )
            return
        with raw.cursor() as cursor:
            cursor.execute(f"CREATE TEMP TABLE given (LIKE {TABLE}) ON COMMIT DROP")
            with cursor.copy("COPY given FROM STDIN") as copy:
                for row in changed.iter_rows():
                    copy.write_row(row)
            cursor.execute(
                f"INSERT INTO {TABLE} SELECT * FROM given ON CONFLICT (client_id) "
                f"DO UPDATE SET {_news()}"
            )


def _news() -> str:
    return ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "client_id")


def _frame(table: Any) -> pl.DataFrame:
    for place, field in enumerate(table.schema):
        if isinstance(field.type, pa.OpaqueType):  # PostgreSQL's sums are numeric
            whole = table.column(place).combine_chunks().cast(pa.int64())
            table = table.set_column(place, field.name, whole)
    found = pl.from_arrow(table)
    assert isinstance(found, pl.DataFrame)
    return found.with_columns(
        pl.col(name).str.to_date()
        for name in _DAYS
        if name in found.columns and found.schema[name] == pl.String
    )


def said_by_both(database: Database) -> Mapping[str, int]:
    """How many clients the pass and this reference hold alike, and how many they do not."""
    names = ", ".join(f"a.{name} IS NOT DISTINCT FROM b.{name}" for name in COLUMNS[1:])
    same = names.replace(", ", " AND ")
    with database.engine.connect() as connection:
        alike, all_of_them = connection.exec_driver_sql(
            f"SELECT SUM(CASE WHEN {same} THEN 1 ELSE 0 END), COUNT(*) "
            f"FROM client_standing a JOIN {TABLE} b ON b.client_id = a.client_id"
        ).one()
    return {"alike": int(alike), "clients": int(all_of_them)}
