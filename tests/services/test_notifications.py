"""The bell: told once, in the reader's language, outside their quiet hours, and forgotten."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AuditEntry, Notification
from services import notifications
from services.actor import Actor
from services.notifications import NotificationKind, Opens, Quiet
from services.working_calendar import SHANGHAI
from terms.people import Locale, Role
from tests.make import AT, ON, actor_of, make_access, make_actor, make_client, make_staff
from words import in_locale
from words.notifications import in_words


def tell(session: Session, *people: Actor, occasion: str = "cases:1", **but: object) -> int:
    given: dict[str, object] = {
        "staff_ids": [one.own_id for one in people],
        "kind": NotificationKind.CASES_GIVEN,
        "occasion": occasion,
        "data": {"n": 3},
        "opens": Opens("renewals", {"view": "mine"}),
        "at": AT,
    }
    return notifications.notify(session, **{**given, **but})  # type: ignore[arg-type]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_nobody_is_told_twice_of_one_occasion(session: Session) -> None:
    one, other = make_actor(session), make_actor(session)
    assert tell(session, one) == 1
    assert tell(session, one, other) == 1
    assert tell(session, one, occasion="cases:2") == 1
    assert notifications.unread_count(session, actor=one, at=AT) == 2
    assert notifications.unread_counts(session, staff_ids=[one.own_id, other.own_id, 0], at=AT) == {
        0: 0,
        one.own_id: 2,
        other.own_id: 1,
    }


def test_who_causes_it_and_who_has_left_is_not_told(session: Session) -> None:
    lead, there = make_actor(session, Role.TEAM_LEAD), make_actor(session)
    gone = make_staff(session)
    left = actor_of(session, gone)
    gone.in_service_to = ON - timedelta(days=1)
    session.flush()
    assert tell(session, lead, there, left, by=lead) == 1
    (notice,) = notifications.notices(session, actor=there, on=ON, at=AT)
    assert notice.by_name == lead.name
    assert (notice.page, notice.query) == ("renewals", {"view": "mine"})


def test_words_are_made_when_it_is_read(session: Session) -> None:
    lead, reader = make_actor(session, Role.TEAM_LEAD), make_actor(session)
    tell(session, reader, by=lead)
    (notice,) = notifications.notices(session, actor=reader, on=ON, at=AT)
    with in_locale(Locale.EN):
        assert in_words(notice) == f"{lead.name} gave you 3 renewal cases."
    with in_locale(Locale.ZH):
        assert in_words(notice) == f"{lead.name}分给您3件续保"


def test_a_client_is_named_to_whoever_may_open_the_file(session: Session) -> None:
    client = make_client(session)
    staff, stranger = make_staff(session), make_actor(session)
    reader = actor_of(session, staff)
    make_access(session, client=client, staff=staff)
    tell(session, reader, stranger, client_id=client.id)
    (seen,) = notifications.notices(session, actor=reader, on=ON, at=AT)
    (hidden,) = notifications.notices(session, actor=stranger, on=ON, at=AT)
    assert seen.client_name == client.name
    assert hidden.client_name is None


def test_reading_is_ones_own(session: Session) -> None:
    reader, other = make_actor(session), make_actor(session)
    tell(session, reader, other)
    tell(session, reader, occasion="cases:2")
    first, _second = notifications.notices(session, actor=reader, on=ON, at=AT)
    notifications.mark_read(session, actor=other, notification_id=first.id, at=AT)
    assert notifications.unread_count(session, actor=reader, at=AT) == 2
    notifications.mark_read(session, actor=reader, notification_id=first.id, at=AT)
    assert notifications.unread_count(session, actor=reader, at=AT) == 1
    assert notifications.mark_all_read(session, actor=reader, at=AT) == 1
    assert notifications.unread_count(session, actor=other, at=AT) == 1
    shown = notifications.notices(session, actor=reader, on=ON, at=AT)
    assert [one.is_read for one in shown] == [True, True]


def test_quiet_hours_hold_news_back_until_they_end(session: Session) -> None:
    reader = make_actor(session)
    evening, morning = local("2026-11-20T22:15"), local("2026-11-21T07:30")
    quiet = Quiet(20 * 60, 7 * 60 + 30)
    notifications.choose_quiet_hours(session, actor=reader, quiet=quiet, at=AT)
    assert notifications.quiet_hours(session, actor=reader) == quiet
    tell(session, reader, at=evening)
    before = morning - timedelta(seconds=1)
    assert notifications.unread_count(session, actor=reader, at=before) == 0
    assert notifications.notices(session, actor=reader, on=ON, at=before) == ()
    assert notifications.unread_count(session, actor=reader, at=morning) == 1
    events = session.scalars(select(AuditEntry.event)).all()
    assert events == ["people:choose_quiet_hours"]


def test_without_quiet_hours_what_waited_shows(session: Session) -> None:
    reader, evening = make_actor(session), local("2026-11-20T22:15")
    notifications.choose_quiet_hours(session, actor=reader, quiet=Quiet(20 * 60, 450), at=AT)
    tell(session, reader, at=evening)
    assert notifications.choose_quiet_hours(session, actor=reader, quiet=None, at=evening) is None
    assert notifications.unread_count(session, actor=reader, at=evening) == 1


def test_days_off_are_quiet_by_the_working_calendar(session: Session) -> None:
    """The Spring Festival of 2026 is over on the 24th of February."""
    reader = make_actor(session)
    quiet = Quiet(20 * 60, 8 * 60, also_days_off=True)
    notifications.choose_quiet_hours(session, actor=reader, quiet=quiet, at=AT)
    tell(session, reader, at=local("2026-02-17T10:00"))
    (row,) = session.scalars(select(Notification))
    assert row.shows_at == local("2026-02-24T08:00")


@pytest.mark.parametrize("quiet", [Quiet(60, 60), Quiet(-1, 60), Quiet(0, 1440)])
def test_quiet_hours_that_are_none_are_refused(session: Session, quiet: Quiet) -> None:
    with pytest.raises(notifications.QuietHoursInvalid):
        notifications.choose_quiet_hours(session, actor=make_actor(session), quiet=quiet, at=AT)


def test_old_news_is_forgotten(session: Session) -> None:
    reader = make_actor(session)
    tell(session, reader, at=AT - timedelta(days=91))
    tell(session, reader, occasion="cases:2")
    gone = notifications.forget_notifications(session, before=AT - timedelta(days=90))
    assert gone == 1
    assert notifications.unread_count(session, actor=reader, at=AT) == 1
