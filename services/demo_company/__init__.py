"""The demo company: a Chinese insurance broker that never was, with 24 months behind it.

``create`` fills an empty database with it; ``generate`` makes its rows, the same for the same
seed, and ``load`` writes them the raw way; ``give_tiers`` runs the
first pass over the clients and tells of the weeks of passes before it. Clients and their contracts are told forward in time,
so that every term, call, payment and renewal follows from the one before; in between stand the
planted patterns of ``docs/demo-world.md`` that the charts are to find.
"""

from services.demo_company.bulk_load import load, row_values
from services.demo_company.columns import Table
from services.demo_company.generation import CHUNK, generate
from services.demo_company.operations import DatabaseNotEmpty, DemoCompany, create
from services.demo_company.organisation import ACCOUNTS, OVERLOADED
from services.demo_company.patterns import PLANTED, THIN_BRANCH, Planted, price_rise_month
from services.demo_company.products import COMPLAINED_PRODUCT, LOSING_PRODUCT
from services.demo_company.served import MOST_CLIENTS, tell_service
from services.demo_company.tier_history import give_tiers

__all__ = [
    "ACCOUNTS",
    "CHUNK",
    "COMPLAINED_PRODUCT",
    "LOSING_PRODUCT",
    "MOST_CLIENTS",
    "OVERLOADED",
    "PLANTED",
    "THIN_BRANCH",
    "DatabaseNotEmpty",
    "DemoCompany",
    "Planted",
    "Table",
    "create",
    "generate",
    "give_tiers",
    "load",
    "price_rise_month",
    "row_values",
    "tell_service",
]
