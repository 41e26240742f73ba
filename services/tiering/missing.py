"""Which facts are not known, as conditions on ``client_standing``."""

from sqlalchemy import ColumnElement, and_, select

from db.models import Client, ClientStanding
from terms.tiering import EXTRA, Factor, Tier


def is_open() -> ColumnElement[bool]:
    """What is not known could still change the value tier."""
    could, now = ClientStanding.value_could, ClientStanding.value_by_rule
    return and_(could.in_((Tier.HIGH, Tier.MID)), now.in_((Tier.MID, Tier.LOW)), could != now)


def is_missing(factor: str) -> ColumnElement[bool]:
    """The fact of ``factor`` is not known."""
    if factor.startswith(EXTRA):
        number = Client.extra_numbers[factor.removeprefix(EXTRA)].as_float()
        known = select(Client.id).where(Client.id == ClientStanding.client_id)
        return ~known.where(number.is_not(None)).exists()
    if factor == Factor.INCOME:
        return and_(ClientStanding.realised_fen.is_(None), ClientStanding.expected_fen.is_(None))
    column: ColumnElement[bool] = getattr(
        ClientStanding, "premium_fen" if factor == Factor.PREMIUM else factor
    ).is_(None)
    return column
