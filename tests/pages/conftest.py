"""Screens without a browser: the shell run by AppTest, somebody signed in, rows that were made."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from db.models import Staff
from db.session import Database
from services.actor import Actor
from services.settings import Process, use_process
from terms.people import Locale
from tests.conftest import settings_of
from tests.house.sources import ROOT
from tests.make import make_sign_in
from ui.session import LOCALE_KEY, SESSION_KEY

SHELL = ROOT / "ui" / "shell.py"

OpenPage = Callable[..., AppTest]


@pytest.fixture(scope="session", params=["sqlite"])
def backend(request: pytest.FixtureRequest) -> str:
    """Screens run on SQLite alone: what they read and write is tested on both in services."""
    name: str = request.param
    return name


@pytest.fixture
def running(database: Database, tmp_path: Path, no_browser: None) -> Iterator[Database]:
    """The process runs on the test's database; business time stands at ``tests.make.AT``."""
    use_process(Process(settings_of(database, tmp_path), database))
    st.cache_data.clear()
    st.cache_resource.clear()
    yield database
    use_process(None)


@pytest.fixture
def open_page(running: Database) -> OpenPage:
    """``open_page("renewals", actor, locale=Locale.EN, view="team")`` → the drawn page.

    ``actor`` None opens it signed out; ``tables`` are the keys of charts whose table is open;
    further keywords stand in the address.
    """

    def opened(
        name: str,
        actor: Actor | None,
        *,
        locale: Locale = Locale.ZH,
        tables: tuple[str, ...] = (),
        **query: str,
    ) -> AppTest:
        page = AppTest.from_file(str(SHELL), default_timeout=30)
        page.session_state[LOCALE_KEY] = locale.value
        if actor is not None:
            with running.unaudited("test data") as session:
                staff = session.get_one(Staff, actor.own_id)
                page.session_state[SESSION_KEY] = make_sign_in(session, staff=staff).id
        page.run()
        for table in tables:
            page.session_state[f"{table}-table"] = True
        for key, value in query.items():
            page.query_params[key] = value
        page.switch_page(f"../pages/{name}.py").run()
        assert not page.exception, "\n".join(
            line for found in page.exception for line in (found.message, *found.stack_trace)
        )
        return page

    return opened


def figures_on(page: AppTest) -> dict[str, str]:
    """The figures of a drawn page: code → the number as it is said."""
    return {
        button.key.removeprefix("figure."): button.label
        for button in page.button
        if button.key and button.key.startswith("figure.")
    }
