"""One client's file on screen: every view, masked, logged; edited by two people at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from db.models import AccessEntry, Client, Staff
from db.session import Database
from services import clients, people
from services.actor import Actor
from services.clients import ClientEdit
from services.settings import clock_now
from terms.clients import ClientType, RelationKind
from terms.intake import AccessKind
from terms.people import Locale, Role
from tests.make import (
    AT,
    ON,
    actor_of,
    make_access,
    make_actor,
    make_claim,
    make_client,
    make_consent,
    make_contact,
    make_email,
    make_engagement,
    make_group_client,
    make_instalment,
    make_party,
    make_phone,
    make_policy,
    make_policy_event,
    make_promise,
    make_relation,
    make_sign_in,
    make_staff,
)
from tests.make.client_files import make_contact_person
from tests.pages.conftest import OpenPage
from ui.session import SESSION_KEY

NUMBER = "C0000001"
VIEWS = ("overview", "policies", "instalments", "talks", "people", "history")
PHONE, ID = "13812346721", "110105198001010016"


def full(session: Session) -> Actor:
    owner = make_staff(session, name="周敏")
    party = make_party(session, name="**李** [建国](http://x)", id_number=ID)
    client = make_client(session, owner=owner, party=party, number=NUMBER, needs="医疗险")
    make_phone(session, party=party, number=PHONE)
    make_email(session, party=party)
    first = make_policy(session, client=client, expiry_on=ON - timedelta(days=1))
    second = make_policy(session, client=client, previous_id=first.id, premium_fen=350_000)
    make_policy(session, client=client, expiry_on=None)
    make_policy_event(session, policy=second)
    make_instalment(session, policy=second)
    make_claim(session, policy=second)
    make_contact(session, client=client, staff=owner, note="# 下周再联系")
    make_promise(session, client=client, staff=owner)
    make_engagement(session, client=client)
    make_consent(session, client=client)
    other = make_client(session, owner=owner)
    make_relation(session, client=client, other=other, kind=RelationKind.FAMILY)
    return actor_of(session, owner)


def bare(session: Session) -> Actor:
    owner = make_staff(session)
    party = make_party(session, name=None, id_number=None, birth_on=None, sex=None)
    make_client(session, owner=owner, party=party, number=NUMBER, client_since_on=None)
    return actor_of(session, owner)


def group(session: Session) -> Actor:
    owner = make_staff(session)
    client = make_group_client(session, owner=owner, number=NUMBER)
    for name in ("王芳", "赵敏"):
        make_contact_person(session, client=client, name=name)
    assert client.client_type is ClientType.GROUP
    return actor_of(session, owner)


@pytest.fixture
def opened(running: Database, open_page: OpenPage) -> Callable[..., AppTest]:
    def make(rows: Callable[[Session], Actor], **query: str) -> AppTest:
        with running.unaudited("test data") as session:
            actor = rows(session)
        locale = Locale(query.pop("locale", Locale.ZH.value))
        return open_page("client", actor, locale=locale, **{"id": NUMBER, **query})

    return make


Opened = Callable[..., AppTest]


def words_on(page: AppTest) -> str:
    found = [*page.title, *page.subheader, *page.markdown, *page.text, *page.code]
    return "\n".join(str(one.value) for one in found)


def accesses(running: Database, kind: AccessKind) -> int:
    with running.reading() as session:
        asked = select(func.count()).select_from(AccessEntry).where(AccessEntry.kind == kind)
        return session.execute(asked).scalar_one()


@pytest.mark.parametrize("locale", [locale.value for locale in Locale])
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("rows", [full, bare, group], ids=["full", "bare", "group"])
def test_every_view_is_drawn_and_masked(
    opened: Opened, rows: Callable[[Session], Actor], view: str, locale: str
) -> None:
    page = opened(rows, view=view, locale=locale)
    said = words_on(page)
    assert PHONE not in said
    assert ID not in said
    assert not page.error


def test_a_name_is_shown_as_written(opened: Opened) -> None:
    page = opened(full)
    assert page.title[0].value == "\\*\\*李\\*\\* \\[建国\\]\\(http\u2060\\://x\\)"


def test_an_opening_is_logged_once_however_often_the_page_is_drawn(
    opened: Opened, running: Database
) -> None:
    page = opened(full)
    page.run()
    page.segmented_control(key="client.view").set_value("policies").run()
    assert accesses(running, AccessKind.OPENED) == 1
    page.switch_page("../pages/my_day.py").run()
    page.switch_page("../pages/client.py")
    page.query_params["id"] = NUMBER
    page.run()
    assert accesses(running, AccessKind.OPENED) == 2


@pytest.mark.parametrize("number", ["C9999999", "", "'; --"])
def test_a_wrong_number_says_not_found(opened: Opened, running: Database, number: str) -> None:
    page = opened(full, id=number)
    assert "没有这条记录" in words_on(page)
    assert accesses(running, AccessKind.OPENED) == 0


def test_anothers_client_says_the_same_and_is_logged(
    running: Database, open_page: OpenPage
) -> None:
    with running.unaudited("test data") as session:
        full(session)
        stranger = make_actor(session)
    page = open_page("client", stranger, id=NUMBER)
    assert "没有这条记录" in words_on(page)
    assert "李" not in words_on(page)
    assert accesses(running, AccessKind.REFUSED) == 1


def test_a_phone_is_revealed_with_a_reason(opened: Opened, running: Database) -> None:
    page = opened(full)
    reveal = next(b for b in page.button if str(b.key).startswith("client.reveal-phone"))
    reveal.click().run()
    page.button(key="client.reveal-now").click().run()
    assert PHONE not in words_on(page)
    assert accesses(running, AccessKind.REVEALED) == 0
    page.selectbox(key="client.reveal-reason").select_index(0).run()
    page.button(key="client.reveal-now").click().run()
    assert PHONE in words_on(page)
    assert accesses(running, AccessKind.REVEALED) == 1


def test_an_edit_is_saved(opened: Opened, running: Database) -> None:
    page = opened(full)
    page.button(key="client.edit").click().run()
    page.text_input(key="client.edit-occupation").set_value("教师").run()
    page.button(key="client.edit-save").click().run()
    assert not page.error
    assert "教师" in words_on(page)


def test_typed_text_is_still_there_at_the_next_opening(opened: Opened, running: Database) -> None:
    page = opened(full)
    page.button(key="client.edit").click().run()
    page.text_area(key="client.edit-needs").set_value("预算五千以内").run()
    again = AppTest.from_file(str(page._script_path), default_timeout=30)
    for key in ("frame.locale", "frame.session"):
        again.session_state[key] = page.session_state[key]
    again.run()
    again.switch_page("../pages/client.py")
    again.query_params["id"] = NUMBER
    again.run()
    again.button(key="client.edit").click().run()
    assert again.text_area(key="client.edit-needs").value == "预算五千以内"
    again.button(key="client.edit-discard").click().run()
    assert again.text_area(key="client.edit-needs").value == "医疗险"


def test_two_people_on_one_file_see_both_texts(opened: Opened, running: Database) -> None:
    page = opened(full)
    page.button(key="client.edit").click().run()
    page.text_area(key="client.edit-needs").set_value("我的话").run()
    with running.transaction() as session:
        colleague = make_staff(session, name="王小明")
        client = session.scalars(select(Client).where(Client.number == NUMBER)).one()
        make_access(session, client=client, staff=colleague)
        clients.edit(
            session,
            actor=actor_of(session, session.get_one(Staff, colleague.id)),
            number=NUMBER,
            data=ClientEdit(needs="他的话", occupation="医生"),
            at=AT,
            on=ON,
            seen_version=client.version,
        )
    page.button(key="client.edit-save").click().run()
    said = words_on(page)
    assert "我的话" in said
    assert "他的话" in said
    assert "王小明" in "\n".join(one.value for one in page.warning)
    assert page.text_input(key="client.edit-occupation").value == "医生"
    page.button(key="client.edit-mine-needs").click().run()
    page.button(key="client.edit-save").click().run()
    with running.reading() as session:
        kept = session.scalars(select(Client).where(Client.number == NUMBER)).one()
        assert kept.needs == "我的话"


def test_readers_see_no_buttons_that_write(running: Database, open_page: OpenPage) -> None:
    with running.unaudited("test data") as session:
        full(session)
        reader = make_actor(session, Role.COMPLIANCE)
    page = open_page("client", reader, id=NUMBER)
    keys = {str(button.key) for button in page.button}
    assert not {key for key in keys if key.startswith(("client.edit", "client.verify"))}
    assert not {key for key in keys if key.startswith("client.reveal")}


def test_a_click_after_the_sign_in_was_revoked_changes_nothing(
    open_page: OpenPage, running: Database
) -> None:
    with running.unaudited("test data") as session:
        actor = full(session)
    page = open_page("client", actor, locale=Locale.EN, id=NUMBER)
    with running.transaction() as session:
        people.sign_out(session, session_id=page.session_state[SESSION_KEY], at=clock_now())
    page.button(key="client.verify").click().run()
    assert [one.value for one in page.warning] == [
        "Your sign-in has ended. Sign in again to go on where you were."
    ]
    assert not page.error
    with running.reading() as session:
        assert session.scalars(select(Client.verified_on)).first() is None


def test_the_next_person_at_the_tab_finds_nothing_of_the_one_before(
    open_page: OpenPage, running: Database
) -> None:
    with running.unaudited("test data") as session:
        actor = full(session)
        other = make_sign_in(session, staff=make_staff(session)).id
    page = open_page("client", actor, id=NUMBER)
    page.session_state["renewals.phone"] = {"id": 1, "number": PHONE}
    page.session_state[SESSION_KEY] = other
    page.run()
    assert "renewals.phone" not in page.session_state
