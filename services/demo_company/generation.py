"""The whole company, chunk by chunk: ``generate`` yields the rows of every table in turn."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date

import numpy as np

from services.demo_company.client_rows import client_tables
from services.demo_company.clients import Clients, Dealings, Ids, make_clients
from services.demo_company.columns import NO_INT, Array, Draw, Table
from services.demo_company.instalments import Instalments, long_terms
from services.demo_company.organisation import World, make_world
from services.demo_company.organisation_rows import organisation_tables
from services.demo_company.policies import (
    IS_LONG,
    Cases,
    Contracts,
    Policies,
    make_contracts,
)
from services.demo_company.records import rows_of_policies
from services.demo_company.terms_told import short_terms
from services.demo_company.working import case_tables

CHUNK = 20_000
"""Clients made at a time: what is in memory at once."""


def generate(
    *,
    clients: int,
    seed: int,
    on: date,
    password_hash: str,
    is_worked: bool = True,
) -> Iterator[Table]:
    """Every row of the demo company, table by table and chunk by chunk.

    The same arguments give the same rows with the same ids; nothing depends on the database or
    the clock. Personal values are in clear: the loading encrypts them.

    Args:
        clients: how many.
        seed: another seed, another company.
        on: the business day the company is seen on; history goes back 24 months.
        password_hash: of the password the demo accounts share.
        is_worked: whether the first cases of that morning are done already.
    """
    world = make_world(on=on, seed=seed, clients=clients, is_worked=is_worked)
    yield from organisation_tables(world, password_hash=password_hash)
    ids = Ids()
    for number, start in enumerate(range(0, clients, CHUNK), start=1):
        draw = np.random.default_rng([seed, number, 7])
        yield from _chunk(draw, world, ids, min(CHUNK, clients - start))


def _chunk(draw: Draw, world: World, ids: Ids, count: int) -> Iterator[Table]:
    client = make_clients(draw, world, ids, count)
    contracts = make_contracts(draw, client)
    client.is_late_payer &= np.isin(np.arange(count), contracts.client[IS_LONG[contracts.product]])
    policies, rows, cases = _all_terms(draw, world, client, contracts, ids)
    yield from client_tables(draw, world, ids, client, _dealings(client, policies, cases))
    yield from rows_of_policies(draw, world, ids, client, policies, rows, cases)
    yield from case_tables(draw, world, ids, client, policies, cases)


def _all_terms(
    draw: Draw, world: World, client: Clients, contracts: Contracts, ids: Ids
) -> tuple[Policies, Instalments, Cases]:
    """Short and long contracts in one order, by client, with their ids."""
    short, short_cases = short_terms(draw, world, client, contracts)
    long, rows, long_cases = long_terms(draw, world, client, contracts, ids)
    offset = len(short.id)
    both = Policies(**{f.name: _joined(short, long, f.name) for f in fields(Policies)})
    order = np.argsort(both.client, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    policies = Policies(**{f.name: getattr(both, f.name)[order] for f in fields(Policies)})
    policies.previous = _moved(policies.previous, rank)
    policies.id = ids.take("policy", len(order))
    long_cases.policy = long_cases.policy + offset
    cases = Cases(**{f.name: _joined(short_cases, long_cases, f.name) for f in fields(Cases)})
    cases.policy = rank[cases.policy]
    cases.renewed_policy = _moved(cases.renewed_policy, rank)
    rows.policy = rank[rows.policy + offset]
    return policies, rows, cases


def _joined(one: object, two: object, name: str) -> Array:
    return np.concatenate([getattr(one, name), getattr(two, name)])


def _moved(index: Array, rank: Array) -> Array:
    """An index of rows after they were put in another order; none stays none."""
    return np.where(index == NO_INT, NO_INT, rank[np.maximum(index, 0)])


def _dealings(client: Clients, policies: Policies, cases: Cases) -> Dealings:
    never = np.datetime64("9999-01-01", "D")
    first = np.full(client.count, never)
    np.minimum.at(first, policies.client, policies.inception_on)
    live = np.isin(policies.status, ["in_force", "grace"])
    live[cases.policy[cases.is_open]] = True
    return Dealings(
        first_on=np.where(first == never, np.datetime64("NaT", "D"), first),
        live=np.bincount(policies.client[live], minlength=client.count),
    )
