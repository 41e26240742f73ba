"""Money: integers of fen in, never floats."""

from decimal import ROUND_HALF_UP, Decimal

FEN_PER_YUAN = 100


def fen(yuan: Decimal | int | str) -> int:
    """Yuan → fen, rounded half up to the fen.

    Raises:
        decimal.InvalidOperation: ``yuan`` is no number.
    """
    return int((Decimal(yuan) * FEN_PER_YUAN).quantize(Decimal(1), ROUND_HALF_UP))


def yuan(amount_fen: int) -> Decimal:
    """Fen → yuan, exact."""
    return Decimal(amount_fen) / FEN_PER_YUAN


def share(amount_fen: int, parts: int, whole: int) -> int:
    """``amount × parts ÷ whole`` in fen, rounded half up."""
    return (2 * amount_fen * parts + whole) // (2 * whole)
