"""A client's file on paper: what the screens show, masked, with who and when, nothing run."""

import re

import pytest
from sqlalchemy.orm import Session

from db.models import Client, Staff
from services import clients, documents
from services.actor import Actor
from services.errors import NotFound, NotPermitted
from services.settings import Process, use_process
from terms.people import Locale, Role
from tests.conftest import settings_of
from tests.make import AT, ON, actor_of, make_actor, make_client, make_policy
from words.errors import learn_chapters


@pytest.fixture
def client(session: Session) -> Client:
    made = make_client(session, name="<b>王伟</b>", needs="<script>x</script> 13812346721")
    make_policy(session, client=made, product="家用车综合险")
    return made


@pytest.fixture
def owner(session: Session, client: Client) -> Actor:
    return actor_of(session, session.get_one(Staff, client.owner_id))


@pytest.fixture(autouse=True)
def running(database, tmp_path):  # type: ignore[no-untyped-def]
    use_process(Process(settings_of(database, tmp_path), database))
    learn_chapters()
    yield
    use_process(None)


def printed(
    session: Session, actor: Actor, client: Client, locale: Locale = Locale.ZH
) -> documents.File:
    argument = {
        "client_id": client.id,
        "number": client.number,
        "locale": locale.value,
        "with_contacts": True,
    }
    download = documents.Download(actor, clients.PRINT_KIND, argument)
    return documents.produce(session, download=download, at=AT)


def text(file: documents.File) -> str:
    return b"".join(file.chunks).decode()


@pytest.mark.parametrize(
    ("locale", "heading", "foot"),
    [(Locale.ZH, "保单", "打印于 2026-11-20 09:12"), (Locale.EN, "Policies", "printed by")],
)
def test_the_page_speaks_the_language_asked_for_and_says_who_and_when(
    session: Session, owner: Actor, client: Client, locale: Locale, heading: str, foot: str
) -> None:
    page = text(printed(session, owner, client, locale))
    assert f"<h2>{heading}</h2>" in page
    assert foot in page
    assert owner.username in page
    assert "家用车综合险" in page


def test_what_people_wrote_is_text_and_numbers_in_it_are_masked(
    session: Session, owner: Actor, client: Client
) -> None:
    page = text(printed(session, owner, client))
    assert "<b>王伟" not in page
    assert "&lt;b&gt;王伟" in page
    assert "<script>x" not in page
    assert "13812346721" not in page


def test_the_policy_allows_the_pages_own_style_and_button_alone(
    session: Session, owner: Actor, client: Client
) -> None:
    file = printed(session, owner, client)
    assert file.policy is not None
    assert file.policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in file.policy
    assert len(re.findall(r"<script>|<style>", text(file))) == 2


def test_a_stranger_gets_no_page_and_who_may_not_read_no_ticket(
    session: Session, client: Client
) -> None:
    with pytest.raises(NotFound):
        printed(session, make_actor(session), client)
    asked = {"number": client.number, "locale": Locale.ZH, "with_contacts": True}
    with pytest.raises(NotPermitted):
        clients.print_ticket(session, actor=make_actor(session, Role.HR), at=AT, on=ON, **asked)
    with pytest.raises(NotFound):
        clients.print_ticket(session, actor=make_actor(session), at=AT, on=ON, **asked)
