"""What the figure of the screen Possible duplicates means."""

from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from db.models import Client, DuplicatePair
from services import measures
from services.access import client_id_by_number
from services.duplicates.queries import COUNT_CAP, visible_pairs
from services.measures import Asked, Column, ColumnKind, Measure
from services.permissions import Permission
from terms.duplicates import Band, PairState
from terms.measures import Period, Unit

_one, _two = aliased(Client), aliased(Client)


def _pairs(asked: Asked) -> Select[*tuple[Any, ...]]:
    pairs = (
        select(
            _one.number.label("client_number"),
            _one.name.label("client_name"),
            _two.number.label("other_number"),
            _two.name.label("other_name"),
            DuplicatePair.band,
            DuplicatePair.found_at,
        )
        .join(_one, _one.id == DuplicatePair.client_id)
        .join(_two, _two.id == DuplicatePair.other_id)
        .where(DuplicatePair.state == PairState.OPEN)
        .order_by(DuplicatePair.band.desc(), DuplicatePair.score.desc(), DuplicatePair.client_id)
    )
    if "band" in asked.about:
        pairs = pairs.where(DuplicatePair.band == Band(asked.about["band"]))
    if "client" in asked.about:
        of = client_id_by_number(
            asked.session, actor=asked.actor, number=asked.about["client"], on=asked.on
        )
        pairs = pairs.where(or_(DuplicatePair.client_id == of, DuplicatePair.other_id == of))
    chosen: Select[*tuple[Any, ...]] = visible_pairs(pairs, asked.actor, asked.on)
    return chosen


measures.register(
    Measure(
        "duplicates.pairs",
        Permission.CLIENT_READ,
        Unit.PAIR,
        Period.NOW,
        ("duplicate_pair", "client"),
        (
            Column("client_number", ColumnKind.CLIENT),
            Column("client_name", ColumnKind.NAME),
            Column("other_number", ColumnKind.CLIENT),
            Column("other_name", ColumnKind.NAME),
            Column("band", ColumnKind.CODE, Band),
            Column("found_at", ColumnKind.INSTANT),
        ),
        _pairs,
        counts_to=2 * COUNT_CAP,
    )
)
