"""Amounts as a colleague types and reads them in the closing of a case."""

from decimal import Decimal, InvalidOperation
from unicodedata import normalize

import pandas as pd

from services.money import fen, yuan


def in_yuan(amount_fen: int) -> str:
    """Fen as yuan without needless decimals."""
    return f"{yuan(amount_fen):f}".removesuffix(".00")


def as_typed(value: int | str) -> str:
    """A cover's amount, or its words."""
    return value if isinstance(value, str) else in_yuan(value)


def fen_of(typed: str) -> int | None:
    """What was typed in yuan as fen; None where it is no amount."""
    text = normalize("NFKC", typed).replace(",", "").strip()
    try:
        return fen(text) if Decimal(text) >= 0 else None
    except (InvalidOperation, ValueError):
        return None


def covers_of(typed: pd.DataFrame) -> dict[str, int | str]:
    """Item → fen where an amount was typed, else the words."""
    covers: dict[str, int | str] = {}
    for item, amount in zip(typed["item"], typed["amount"], strict=True):
        if not isinstance(item, str) or not item.strip() or not isinstance(amount, str):
            continue
        in_fen = fen_of(amount)
        covers[item.strip()] = amount.strip() if in_fen is None else in_fen
    return covers
