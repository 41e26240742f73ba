"""The demo company as columns, for tests that count in it without a database."""

from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from db.crypto import use_cipher
from services.demo_company import Table, generate
from services.demo_company.columns import NO_INT
from tests.databases import cipher
from tests.make.moment import ON


@cache
def demo_tables(
    clients: int = 2_000, seed: int = 1, on: date = ON, is_worked: bool = True
) -> dict[str, pd.DataFrame]:
    """Every table of a demo company; missing whole numbers are NaN, as in any data frame."""
    use_cipher(cipher())
    parts: dict[str, list[pd.DataFrame]] = {}
    for made in generate(clients=clients, seed=seed, on=on, password_hash="x", is_worked=is_worked):
        parts.setdefault(made.name, []).append(_frame(made))
    return {name: pd.concat(some, ignore_index=True) for name, some in parts.items()}


def _frame(made: Table) -> pd.DataFrame:
    columns = {}
    for name, values in made.columns.items():
        if isinstance(values, np.ndarray) and values.dtype.kind == "i":
            columns[name] = np.where(values == NO_INT, np.nan, values)
        elif isinstance(values, np.ndarray) and values.dtype.kind == "M":
            columns[name] = values.astype("datetime64[s]")
        elif isinstance(values, np.ndarray) and values.dtype.kind == "O":
            columns[name] = pd.Series(values, dtype=object)
        else:
            columns[name] = values
    return pd.DataFrame(columns, index=range(made.rows))
