"""Every figure of every screen on both databases; `make test` draws a sample on PostgreSQL."""

import pytest

from tests.pages import conftest as pages
from tests.pages import test_every_figure as figures

running, open_page = pages.running, pages.open_page
backend, drawn, world, counted = figures.backend, figures.drawn, figures.world, figures.counted
look, decider, twins = figures.look, figures.decider, figures.twins
brought, served = figures.brought, figures.served
test_every_figure_on_every_screen_follows_from_its_rows = (
    figures.test_every_figure_on_every_screen_follows_from_its_rows
)


@pytest.fixture
def look_at_each() -> int:
    return 1
