"""The import screen: empty, from a file to its rows in the database, problems, both languages."""

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db.models import Client, ImportRun
from db.session import Database
from services import intake
from services.actor import SYSTEM, Actor
from terms.intake import ImportField
from terms.people import Locale, Role
from tests.make import AT, make_actor
from tests.pages.conftest import OpenPage, figures_on
from tests.services.intake_ground import book, line


def employ(database: Database, *roles: Role) -> Actor:
    with database.unaudited("test data") as session:
        return make_actor(session, *roles)


def work(database: Database) -> None:
    """What the worker does each second."""
    with database.reading() as session:
        waiting = intake.runs_waiting(session)
    for run in waiting:
        intake.work_on(database, run_id=run.id, at=AT)


def drawn(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception, [found.message for found in page.exception]
    return page


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click()
    return drawn(page)


def texts(page: AppTest) -> str:
    said = (*page.markdown, *page.warning, *page.error, *page.info, *page.success, *page.title)
    return "\n".join(str(one.value) for one in said)


def uploaded(page: AppTest, content: bytes, name: str = "book.csv") -> AppTest:
    page.file_uploader(key="import.file").set_value((name, content, "text/csv"))
    drawn(page)
    return press(page, "import.start")


@pytest.mark.parametrize(
    ("locale", "title", "empty"),
    [
        (Locale.ZH, "导入", "还没有导入过"),
        (Locale.EN, "Import", "Nothing has been imported yet"),
    ],
)
def test_with_no_imports_the_screen_asks_for_a_file(
    open_page: OpenPage, running: Database, locale: Locale, title: str, empty: str
) -> None:
    page = open_page("import_book", employ(running, Role.ADMINISTRATOR), locale=locale)
    assert page.title[0].value == title
    assert empty in texts(page)


def test_a_specialist_is_shown_the_way_home(open_page: OpenPage, running: Database) -> None:
    page = open_page("import_book", employ(running, Role.SPECIALIST))
    assert not page.file_uploader


def test_a_file_goes_from_upload_to_the_database(open_page: OpenPage, running: Database) -> None:
    page = open_page("import_book", employ(running, Role.ADMINISTRATOR), locale=Locale.EN)
    uploaded(page, book(line(), line(客户号="", 保单号="P2")))
    assert "IM" in str(page.query_params["run"])
    work(running)
    drawn(page)
    assert "**14** of 15 columns" in texts(page)
    press(page, "import.check")
    work(running)
    drawn(page)
    assert figures_on(page)["intake.refused"] == "**1**"
    press(page, "import.apply")
    work(running)
    drawn(page)
    assert "The rows are in." in texts(page)
    with running.reading() as session:
        assert session.scalars(select(Client.number)).all() == ["C1"]


def test_the_refused_rows_come_as_a_download(open_page: OpenPage, running: Database) -> None:
    page = open_page("import_book", employ(running, Role.ADMINISTRATOR), locale=Locale.EN)
    uploaded(page, book(line(), line(客户号="", 保单号="P2")))
    work(running)
    press(drawn(page), "import.check")
    work(running)
    press(drawn(page), "import.refused")
    link = next(one for one in page.get("link_button"))
    assert link.proto.url.startswith("/download/")


def test_garbage_ends_in_a_sentence(open_page: OpenPage, running: Database) -> None:
    page = open_page("import_book", employ(running, Role.ADMINISTRATOR), locale=Locale.EN)
    uploaded(page, bytes(5000), name="book.xlsx")
    work(running)
    drawn(page)
    assert "not an XLSX workbook" in texts(page)
    press(page, "import.cancel")
    with running.reading() as session:
        assert session.scalars(select(ImportRun.state)).one().value == "cancelled"


def test_an_unknown_import_in_the_address_is_said_to_be_unknown(
    open_page: OpenPage, running: Database
) -> None:
    page = open_page("import_book", employ(running, Role.ADMINISTRATOR), run="IM999999")
    assert "IM999999" in texts(page)


def test_a_colleagues_mapping_is_used_with_one_click(
    open_page: OpenPage, running: Database
) -> None:
    odd = book({"编号": "C1", "叫什么": "王伟"})
    hers = open_page("import_book", employ(running, Role.ADMINISTRATOR), locale=Locale.EN)
    uploaded(hers, odd)
    work(running)
    with running.transaction() as session:
        run = session.scalars(select(ImportRun)).one()
        intake.save_mapping(
            session,
            actor=SYSTEM,
            run_id=run.id,
            name="分公司",
            columns=intake.ColumnMapping(
                {"编号": ImportField.CLIENT_NUMBER, "叫什么": ImportField.CLIENT_NAME}
            ),
            at=AT,
        )
    mine = open_page("import_book", employ(running, Role.ADMINISTRATOR), locale=Locale.EN)
    uploaded(mine, odd)
    work(running)
    drawn(mine)
    assert "**分公司** fits this file: it knows 2 columns" in texts(mine)
    press(mine, "import.use")
    work(running)
    drawn(mine)
    assert figures_on(mine)["intake.created"] == "**1**"


def test_an_import_is_undone_from_its_screen_after_saying_what_goes(
    open_page: OpenPage, running: Database
) -> None:
    actor = employ(running, Role.ADMINISTRATOR)
    page = uploaded(open_page("import_book", actor, locale=Locale.ZH), book(line()))
    for step in ("import.check", "import.apply"):
        work(running)
        drawn(page)
        press(page, step)
    work(running)
    drawn(page)
    press(page, "import.undo")
    assert "客户：1条删除" in texts(page)
    press(page, "import.undo-go")
    assert "已于" in texts(page)
    with running.reading() as session:
        assert session.scalars(select(Client)).all() == []
