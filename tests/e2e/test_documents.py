"""Files in Chromium: an export is saved with who and when in it, a file is printed, a document
comes back as it was, and the framework's own doors are shut.
"""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage, keyed, settle
from tests.e2e.serving import Server
from tests.make.papers import PDF

expect.set_options(timeout=20_000)


def saved(page: Page, press: str) -> Path:
    """The file a press of the button gives."""
    with page.expect_download() as download:
        keyed(page, press).locator("button").first.click()
    return Path(download.value.path())


def test_the_client_list_is_saved_with_who_and_when_in_it(open_as: OpenPage) -> None:
    page = open_as("manager", "/clients")
    text = saved(page, "clients.export").read_text(encoding="utf-8-sig")
    assert text.startswith("# 由")
    assert "（manager）" in text.splitlines()[0]
    assert len(text.splitlines()) > 10


def test_a_document_is_stored_and_comes_back_as_it_was(open_as: OpenPage, tmp_path: Path) -> None:
    page = open_as("manager", "/clients")
    number = saved(page, "clients.export").read_text(encoding="utf-8-sig").splitlines()[2]
    page.goto(
        page.url.partition("/clients")[0] + f"/client?id={number.split(',')[0]}&view=documents"
    )
    settle(page)
    keyed(page, "client.document-add").locator("button").first.click()
    keyed(page, "client.document-kind").locator("input").click()
    page.get_by_role("option").first.click()
    paper = tmp_path / "委托书.pdf"
    paper.write_bytes(PDF)
    page.locator("[role=dialog] input[type=file]").set_input_files(paper)
    expect(page.locator("[role=dialog]").get_by_text("委托书.pdf")).to_be_visible()
    keyed(page, "client.document-save").locator("button").click()
    expect(page.get_by_text("1 份文件")).to_be_visible()
    page.locator("[class*=st-key-client-document-open] button").first.click()
    reason = keyed(page, "client.document-why").locator("input")
    reason.fill("协助客户理赔")
    reason.press("Enter")
    settle(page)
    assert saved(page, "client.document-fetch").read_bytes() == PDF


def test_a_file_is_printed_under_its_own_policy(open_as: OpenPage) -> None:
    page = open_as("manager", "/clients")
    number = saved(page, "clients.export").read_text(encoding="utf-8-sig").splitlines()[2]
    page.goto(page.url.partition("/clients")[0] + f"/client?id={number.split(',')[0]}")
    settle(page)
    keyed(page, "client.print").locator("button").first.click()
    keyed(page, "client.print-make").locator("button").click()
    with page.context.expect_page() as opened:
        keyed(page, "client.print-open").locator("a").click()
    paper = opened.value
    paper.wait_for_load_state()
    expect(paper.locator("footer")).to_contain_text("manager")
    assert paper.evaluate("getComputedStyle(document.querySelector('h2')).color") != "rgb(0, 0, 0)"


def test_a_chart_offers_neither_data_nor_picture(open_as: OpenPage) -> None:
    page = open_as("lead", "/renewals?view=analysis")
    page.locator("[data-testid=stVegaLiteChart]").first.hover()
    for name in ("Show data", "Download as PNG", "Copy Vega-Lite spec"):
        expect(page.locator(f'[aria-label^="{name}"]').first).to_be_hidden()


def test_media_and_uploads_are_shut_to_strangers(page: Page, server: Server) -> None:
    assert page.request.get(f"{server.url}/media/abc.png").status == 401
    assert page.request.put(f"{server.url}/_stcore/upload_file/x/y").status == 401
