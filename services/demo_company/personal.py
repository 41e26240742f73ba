"""The keyed indexes of many personal values at once; equal to ``services.privacy`` one by one."""

import numpy as np

from db.crypto import current_cipher
from services.demo_company.columns import Array, texts
from services.privacy import account_index, email_index, id_index, last_four_index, phone_index

_INDEX = {"id": id_index, "phone": phone_index, "email": email_index, "account": account_index}


def blind_indexes(kind: str, values: Array) -> Array:
    """The index of each value; null stays null.

    Args:
        kind: ``id``, ``phone``, ``email`` or ``account``.
        values: in their normal form already, as this package makes them.
    """
    index = current_cipher().blind_index
    head = kind + ":"
    for value in values[:1]:
        if value is not None and _INDEX[kind](value) != index(head + value):
            raise ValueError(f"{kind} is not in its normal form: the index would never be found")
    return texts([None if value is None else index(head + value) for value in values])


def last_four_indexes(phones: Array) -> Array:
    """The index of each phone's last four digits; there are only ten thousand of them."""
    four = np.array([int(value[-4:]) for value in phones], dtype=np.int64)
    wanted = np.unique(four)
    known = np.empty(10_000, dtype=object)
    for value in wanted.tolist():
        known[value] = last_four_index(f"{value:04d}")
    return known[four]
