"""The search rows of many clients: names repeat, so each is read once."""

from itertools import chain

import numpy as np

from services.clients.search import search_terms
from services.demo_company.columns import Array, Table, table, texts
from terms.clients import ClientType

_known: dict[str, tuple[tuple[str, str], ...]] = {}
_MOST = 400_000


def _terms(name: str) -> tuple[tuple[str, str], ...]:
    found = _known.get(name)
    if found is None:
        found = tuple(
            sorted((kind.value, term) for kind, term in search_terms(name, ClientType.INDIVIDUAL))
        )
        if len(_known) < _MOST:
            _known[name] = found
    return found


def search_rows(client_id: Array, name: Array, is_group: Array) -> Table:
    """The rows of ``client_search``, in the order of its key as far as one chunk can."""
    found = [
        tuple((kind.value, term) for kind, term in search_terms(value, ClientType.GROUP))
        if group
        else _terms(value)
        for value, group in zip(name, is_group.tolist(), strict=True)
    ]
    sizes = [len(terms) for terms in found]
    rows = sorted(
        (kind, term, client)
        for (kind, term), client in zip(
            chain.from_iterable(found), np.repeat(client_id, sizes).tolist(), strict=True
        )
    )
    return table(
        "client_search",
        len(rows),
        kind=texts([row[0] for row in rows]),
        term=texts([row[1] for row in rows]),
        client_id=np.array([row[2] for row in rows], dtype=np.int64),
    )
