"""``/audit``: acts with before and after, the access log, personal values masked."""

from sqlalchemy import func, select

from db.models import AccessEntry, Staff
from db.session import Database
from services import audit, audit_trail, people
from services.actor import SYSTEM, Actor
from terms.intake import AccessKind
from terms.people import Locale, Role
from tests.make import AT, actor_of, make_actor, make_client, make_staff
from tests.pages.conftest import OpenPage


def reader(running: Database, *roles: Role) -> Actor:
    with running.unaudited("test data") as session:
        return make_actor(session, *(roles or (Role.COMPLIANCE,)))


def edited(running: Database) -> str:
    """A client whose phone somebody changed; the number."""
    with running.unaudited("test data") as session:
        client = make_client(session, name="沈丽华")
        audit.record(
            session,
            actor=SYSTEM,
            event="client:contact_data",
            subject="party",
            subject_id=1,
            client_id=client.id,
            at=AT,
            detail={"version": 2, "fields": ["phone"]},
            personal={"before": {"phone": ["13800001111"]}, "after": {"phone": ["13900002222"]}},
        )
        return client.number


def said(page: object) -> str:
    return "\n".join(str(each.value) for each in (*page.markdown, *page.table))  # type: ignore[attr-defined]


def test_nothing_that_fits_is_said(open_page: OpenPage, running: Database) -> None:
    actor = reader(running)
    page = open_page("audit", actor, locale=Locale.EN, **{"from": "2020-01-01", "to": "2020-01-02"})
    assert "Nothing was found." in said(page)
    page = open_page("audit", actor, locale=Locale.EN, client="C404")
    assert page.warning[0].value == "There is no client with the number C404."


def test_an_act_stands_with_before_and_after_in_both_languages(
    open_page: OpenPage, running: Database
) -> None:
    actor = reader(running)
    with running.transaction() as session:
        staff = make_staff(session)
        people.choose_locale(session, actor=actor_of(session, staff), locale=Locale.EN, at=AT)
    audit_trail.seal(running, at=AT)
    for locale, words in (
        (Locale.EN, ("Language chosen", "Chinese", "English", "sealed")),
        (Locale.ZH, ("选择语言", "中文", "英语", "已封存")),
    ):
        page = open_page("audit", actor, locale=locale, event="people:choose_locale")
        text = said(page) + "".join(each.value for each in page.subheader)
        for word in words:
            assert word in text, (word, text)


def test_personal_values_are_masked_and_revealed_with_a_reason(
    open_page: OpenPage, running: Database
) -> None:
    number = edited(running)
    page = open_page("audit", reader(running), locale=Locale.EN, client=number)
    assert "138****1111" in said(page)
    assert "13800001111" not in said(page)
    assert not [button for button in page.button if button.key == "audit.reveal"]
    both = reader(running, Role.COMPLIANCE, Role.MANAGER)
    page = open_page("audit", both, locale=Locale.EN, client=number)
    page.button(key="audit.reveal").click().run()
    page.button(key="audit.reveal-go").click().run()
    assert "Say why" in page.error[0].value
    page.text_input(key="audit.reason").set_value("核对投诉").run()
    page.button(key="audit.reveal-go").click().run()
    assert "13800001111" in said(page)
    with running.reading() as session:
        kinds = select(func.count()).where(AccessEntry.kind == AccessKind.REVEALED)
        assert session.scalar(kinds) == 1


def test_the_access_log_says_who_saw_what(open_page: OpenPage, running: Database) -> None:
    actor = reader(running)
    with running.unaudited("test data") as session:
        staff = make_staff(session, name="何静")
        client = make_client(session, name="沈丽华")
        audit.record_access(
            session,
            actor=actor_of(session, session.get_one(Staff, staff.id)),
            kind=AccessKind.REVEALED,
            client_id=client.id,
            what="phone",
            reason="回电",
            at=AT,
        )
        username = staff.username
    page = open_page("audit", actor, locale=Locale.EN, view="seen", who=username)
    row = page.dataframe[0].value.iloc[0]
    assert (row["who"], row["kind"], row["what"], row["reason"]) == (
        "何静",
        "Revealed",
        "Phone",
        "回电",
    )
    page = open_page("audit", actor, locale=Locale.EN, view="seen", kind="exported")
    assert "Nothing was found." in said(page)
