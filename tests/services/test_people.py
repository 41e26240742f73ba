"""Signing in and out, passwords, roles and departures, on both databases."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from streamlit_authenticator.utilities.hasher import Hasher

from db.models import AuditEntry, SignInAttempt, SignInSession, SignInTicket, Staff
from services import people
from services.actor import SYSTEM, Actor
from services.errors import ChangedMeanwhile, NotPermitted
from services.people import passwords
from terms.people import Locale, Role, Scope
from tests.make import AT, ON, actor_of, make_actor, make_branch, make_staff, make_team

PASSWORD = "sieben graue Kraniche"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """bcrypt at its cheapest; the strength of the hash is not what these tests are about."""
    slow = passwords.bcrypt.gensalt
    monkeypatch.setattr(passwords.bcrypt, "gensalt", lambda _rounds: slow(4))


def employ(session: Session, **but: object) -> Staff:
    given = {"username": "zhoumin", "password_hash": people.hash_password(PASSWORD)}
    return make_staff(session, **{**given, **but})


def sign_in(
    session: Session, *, at=AT, username: str = "zhoumin", password: str = PASSWORD, on=ON
) -> object:
    check = people.check_password(session, username=username, password=password, on=on)
    return people.sign_in(session, check=check, at=at, address="10.0.0.8", browser="Chromium")


def enter(session: Session, **but: object) -> people.Entry:
    entry = sign_in(session, **but)
    assert isinstance(entry, people.Entry)
    return entry


def seen(session: Session, entry: people.Entry, *, at=AT, on=ON) -> people.SignedIn | None:
    return people.signed_in_by(session, session_id=entry.session_id, at=at, on=on)


def test_the_right_password_opens_a_session(session: Session) -> None:
    staff = employ(session)
    found = seen(session, enter(session))
    assert found is not None
    assert found.actor.staff_id == staff.id
    assert found.actor.roles == (Role.SPECIALIST,)
    assert found.actor.scope == Scope.OWN
    assert found.expires_at == AT + timedelta(hours=12)


def test_blanks_and_capitals_around_the_name_do_not_matter(session: Session) -> None:
    employ(session)
    assert isinstance(sign_in(session, username="  ＺｈｏｕMin "), people.Entry)


def test_blanks_in_the_password_do_matter(session: Session) -> None:
    employ(session)
    assert isinstance(sign_in(session, password=f" {PASSWORD}"), people.WrongPassword)


@pytest.mark.parametrize("username", ["zhoumin", "nobody", "departed", "passwordless"])
def test_a_wrong_password_says_the_same_of_every_name(session: Session, username: str) -> None:
    employ(session)
    employ(session, username="departed", in_service_to=ON - timedelta(days=1))
    employ(session, username="passwordless", password_hash=None)
    refused = sign_in(session, username=username, password="wrong password")
    assert isinstance(refused, people.WrongPassword)
    assert refused.data == {"left": 4}


def test_an_unknown_name_costs_a_hash_too(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = []
    real = passwords.bcrypt.checkpw
    monkeypatch.setattr(
        passwords.bcrypt, "checkpw", lambda *given: checked.append(given) or real(*given)
    )
    sign_in(session, username="nobody")
    sign_in(session, username="nobody", password="x" * 100)
    assert len(checked) == 2


def test_somebody_who_left_cannot_sign_in_with_the_right_password(session: Session) -> None:
    employ(session, in_service_to=ON - timedelta(days=1))
    assert isinstance(sign_in(session), people.WrongPassword)


def test_the_last_day_of_service_is_still_open(session: Session) -> None:
    employ(session, in_service_to=ON)
    assert isinstance(sign_in(session), people.Entry)


def test_the_fifth_failure_locks_the_name_for_the_right_password_too(session: Session) -> None:
    employ(session)
    answers = [sign_in(session, password="wrong", at=AT + n * MINUTE) for n in range(5)]
    assert [type(answer) for answer in answers] == [people.WrongPassword] * 4 + [people.NameLocked]
    assert isinstance(sign_in(session, at=AT + 6 * MINUTE), people.NameLocked)
    assert people.locked_until(session, username="zhoumin", at=AT + 6 * MINUTE) == AT + 15 * MINUTE


def test_the_lock_opens_when_the_failures_are_fifteen_minutes_old(session: Session) -> None:
    employ(session)
    for n in range(5):
        sign_in(session, password="wrong", at=AT + n * MINUTE)
    assert isinstance(sign_in(session, at=AT + 14 * MINUTE), people.NameLocked)
    assert isinstance(sign_in(session, at=AT + 15 * MINUTE), people.Entry)


def test_tries_while_locked_do_not_prolong_the_lock(session: Session) -> None:
    employ(session)
    for n in range(12):
        sign_in(session, password="wrong", at=AT + n * MINUTE)
    assert session.scalar(select(func.count()).select_from(SignInAttempt)) == 5
    assert isinstance(sign_in(session, at=AT + 15 * MINUTE), people.Entry)


def test_a_success_forgets_the_failures_before_it(session: Session) -> None:
    employ(session)
    for n in range(4):
        sign_in(session, password="wrong", at=AT + n * MINUTE)
    enter(session, at=AT + 4 * MINUTE)
    refused = sign_in(session, password="wrong", at=AT + 5 * MINUTE)
    assert isinstance(refused, people.WrongPassword)


def test_one_locked_name_leaves_the_others_open(session: Session) -> None:
    employ(session)
    for _ in range(5):
        sign_in(session, username="nobody")
    assert isinstance(sign_in(session), people.Entry)


def test_a_ticket_is_good_once(session: Session) -> None:
    employ(session)
    entry = enter(session)
    token = people.redeem_ticket(session, ticket=entry.ticket, at=AT + MINUTE)
    assert token is not None
    assert people.session_id_of(token) == entry.session_id
    assert people.actor_of(session, token=token, at=AT + MINUTE, on=ON) is not None
    assert people.redeem_ticket(session, ticket=entry.ticket, at=AT + MINUTE) is None


def test_an_old_or_foreign_ticket_is_no_good(session: Session) -> None:
    employ(session)
    entry = enter(session)
    assert people.redeem_ticket(session, ticket="made up", at=AT) is None
    assert people.redeem_ticket(session, ticket=entry.ticket, at=AT + 2 * MINUTE) is None
    assert session.scalar(select(func.count()).select_from(SignInTicket)) == 0


def test_the_tables_hold_nothing_that_opens_a_session(session: Session) -> None:
    employ(session)
    entry = enter(session)
    token = people.redeem_ticket(session, ticket=entry.ticket, at=AT)
    row = session.scalars(select(SignInSession)).one()
    assert token is not None
    assert token not in (row.id, entry.ticket)


def test_a_session_ends_after_an_hour_without_use(session: Session) -> None:
    employ(session)
    entry = enter(session)
    assert seen(session, entry, at=AT + 59 * MINUTE)
    assert seen(session, entry, at=AT + 60 * MINUTE) is None
    people.touch(session, session_id=entry.session_id, at=AT + 59 * MINUTE)
    assert seen(session, entry, at=AT + 60 * MINUTE)


def test_a_session_in_use_ends_after_twelve_hours(session: Session) -> None:
    employ(session)
    entry = enter(session)
    late = AT + timedelta(hours=12)
    people.touch(session, session_id=entry.session_id, at=late - MINUTE)
    assert seen(session, entry, at=late - MINUTE)
    assert seen(session, entry, at=late) is None


def test_the_use_of_a_session_is_written_down_once_a_minute(session: Session) -> None:
    employ(session)
    entry = enter(session)
    early, due = seen(session, entry, at=AT + 0.9 * MINUTE), seen(session, entry, at=AT + MINUTE)
    assert early is not None
    assert due is not None
    assert (early.is_touch_due, due.is_touch_due) == (False, True)


def test_signing_out_ends_this_session_only(session: Session) -> None:
    employ(session)
    one, other = enter(session), enter(session)
    assert people.sign_out(session, session_id=one.session_id, at=AT) == 1
    assert people.sign_out(session, session_id=one.session_id, at=AT) == 0
    assert seen(session, one) is None
    assert seen(session, other)


def actor_behind(session: Session, entry: people.Entry) -> Actor:
    found = seen(session, entry)
    assert found is not None
    return found.actor


def test_changing_the_password_ends_the_other_sessions(session: Session) -> None:
    staff = employ(session, must_change_password=True)
    mine, other = enter(session), enter(session)
    people.change_password(
        session,
        actor=actor_behind(session, mine),
        old_password=PASSWORD,
        new_password="acht weiße Schwäne",
        at=AT,
        keep_session=mine.session_id,
    )
    assert not staff.must_change_password
    assert seen(session, mine)
    assert seen(session, other) is None
    assert isinstance(sign_in(session), people.WrongPassword)
    assert isinstance(sign_in(session, password="acht weiße Schwäne"), people.Entry)
    assert audited(session) == ["people:change_password"]


@pytest.mark.parametrize(
    ("new", "refusal"),
    [
        ("kurz", people.PasswordTooShort),
        ("长" * 25, people.PasswordTooLong),
        ("password123", people.PasswordTooCommon),
        ("1234567890", people.PasswordTooCommon),
        ("aaaaaaaaaaaa", people.PasswordTooCommon),
        ("xx-zhoumin-2026-xx", people.PasswordHoldsUsername),
        (PASSWORD, people.PasswordUnchanged),
    ],
)
def test_a_weak_new_password_is_refused(
    session: Session, new: str, refusal: type[Exception]
) -> None:
    employ(session)
    actor = actor_behind(session, enter(session))
    with pytest.raises(refusal):
        people.change_password(session, actor=actor, old_password=PASSWORD, new_password=new, at=AT)


def test_the_old_password_is_asked_for(session: Session) -> None:
    employ(session)
    actor = actor_behind(session, enter(session))
    with pytest.raises(people.WrongPassword):
        people.change_password(
            session, actor=actor, old_password="wrong", new_password="acht Schwäne!", at=AT
        )


def test_the_hash_is_the_one_the_sign_in_library_makes() -> None:
    made = people.hash_password(PASSWORD)
    assert Hasher.is_hash(made)
    assert Hasher.check_pw(PASSWORD, made)


def hire(session: Session, actor: Actor, **but: object) -> people.StaffCard:
    given = {
        "username": "Hejing",
        "name": "何静",
        "roles": [Role.SPECIALIST],
        "password": PASSWORD,
        "in_service_from": date(2026, 1, 1),
        "at": AT,
    }
    return people.create_user(session, actor=actor, **{**given, **but})


def test_an_administrator_makes_a_person_who_must_change_the_first_password(
    session: Session,
) -> None:
    card = hire(session, make_actor(session, Role.ADMINISTRATOR))
    entry = enter(session, username="hejing")
    assert card.roles == (Role.SPECIALIST,)
    assert actor_behind(session, entry).must_change_password
    assert audited(session) == ["people:create"]


def test_nobody_else_makes_people(session: Session) -> None:
    with pytest.raises(NotPermitted):
        hire(session, make_actor(session, Role.MANAGER))


@pytest.mark.parametrize("username", ["x", "a b", "semi;colon", "long" * 11])
def test_an_odd_user_name_is_refused(session: Session, username: str) -> None:
    with pytest.raises(people.UsernameInvalid):
        hire(session, SYSTEM, username=username)


def test_a_taken_user_name_is_refused(session: Session) -> None:
    hire(session, SYSTEM)
    with pytest.raises(people.UsernameTaken):
        hire(session, SYSTEM, username="HEJING")


def test_new_roles_end_the_sessions_and_count_at_the_next(session: Session) -> None:
    staff = employ(session)
    entry = enter(session)
    people.set_roles(
        session,
        actor=make_actor(session, Role.ADMINISTRATOR),
        staff_id=staff.id,
        roles=[Role.TEAM_LEAD],
        at=AT,
        seen_version=staff.version,
    )
    assert seen(session, entry) is None
    assert actor_behind(session, enter(session)).roles == (Role.TEAM_LEAD,)
    assert audited(session) == ["people:set_roles"]


def test_nobody_gives_roles_to_themselves(session: Session) -> None:
    actor = make_actor(session, Role.ADMINISTRATOR)
    with pytest.raises(people.OwnRoles):
        people.set_roles(
            session, actor=actor, staff_id=actor.own_id, roles=list(Role), at=AT, seen_version=1
        )


def test_roles_are_not_given_on_an_old_view(session: Session) -> None:
    staff = employ(session)
    admin = make_actor(session, Role.ADMINISTRATOR)
    given = {"actor": admin, "staff_id": staff.id, "at": AT, "seen_version": staff.version}
    people.set_roles(session, roles=[Role.LEGAL], **given)
    with pytest.raises(ChangedMeanwhile):
        people.set_roles(session, roles=[Role.HR], **given)


def test_the_last_administrator_stays(session: Session) -> None:
    last = employ(session, roles=(Role.ADMINISTRATOR,))
    given = {"actor": SYSTEM, "staff_id": last.id, "at": AT, "seen_version": last.version}
    with pytest.raises(people.LastAdministrator):
        people.set_roles(session, roles=[Role.HR], **given)
    with pytest.raises(people.LastAdministrator):
        people.depart(session, last_day=ON, on=ON, **given)


def test_a_departure_ends_sessions_and_signing_in(session: Session) -> None:
    staff = employ(session)
    entry = enter(session)
    people.depart(
        session,
        actor=make_actor(session, Role.ADMINISTRATOR),
        staff_id=staff.id,
        last_day=ON - timedelta(days=1),
        on=ON,
        at=AT,
        seen_version=staff.version,
    )
    assert seen(session, entry) is None
    assert isinstance(sign_in(session), people.WrongPassword)
    assert audited(session) == ["people:depart"]


def test_a_departure_to_come_ends_the_session_on_its_day(session: Session) -> None:
    staff = employ(session)
    entry = enter(session)
    people.depart(
        session,
        actor=SYSTEM,
        staff_id=staff.id,
        last_day=ON,
        on=ON,
        at=AT,
        seen_version=staff.version,
    )
    assert seen(session, entry)
    assert seen(session, entry, on=ON + timedelta(days=1)) is None


def test_a_branch_scope_covers_the_branches_beneath(session: Session) -> None:
    top = make_branch(session)
    middle = make_branch(session, parent_id=top.id)
    low = make_branch(session, parent_id=middle.id)
    make_branch(session)
    employ(session, team=make_team(session, branch=top), roles=(Role.MANAGER,))
    found = actor_behind(session, enter(session))
    assert found.scope == Scope.BRANCH
    assert found.branch_ids == (top.id, middle.id, low.id)


def test_the_language_of_a_person_is_kept(session: Session) -> None:
    employ(session)
    entry = enter(session)
    people.choose_locale(session, actor=actor_behind(session, entry), locale=Locale.EN, at=AT)
    assert actor_behind(session, entry).locale == Locale.EN


def test_a_name_on_the_command_line_is_a_person_in_service(session: Session) -> None:
    employ(session, roles=(Role.ADMINISTRATOR,), in_service_to=ON)
    found = people.actor_named(session, username="ZhouMin", on=ON)
    assert found is not None
    assert found.roles == (Role.ADMINISTRATOR,)
    assert people.actor_named(session, username="zhoumin", on=ON + timedelta(days=1)) is None
    assert people.actor_named(session, username="nobody", on=ON) is None


def test_the_demo_shows_its_own_accounts_only(session: Session) -> None:
    employ(session, is_demo=True, roles=(Role.MANAGER, Role.COMPLIANCE))
    employ(session, username="real")
    employ(session, username="nologin", is_demo=True, password_hash=None)
    accounts = people.demo_accounts(session)
    assert [(one.username, set(one.roles)) for one in accounts] == [
        ("zhoumin", {Role.MANAGER, Role.COMPLIANCE})
    ]


def test_old_sign_ins_are_forgotten(session: Session) -> None:
    employ(session)
    sign_in(session, password="wrong")
    enter(session)
    assert people.clear_old_sign_ins(session, before=AT) == 0
    assert people.clear_old_sign_ins(session, before=AT + timedelta(days=1)) == 4


def audited(session: Session) -> list[str]:
    session.flush()
    return list(session.scalars(select(AuditEntry.event).order_by(AuditEntry.id)))


def test_two_saves_at_one_moment_are_two_versions(session: Session) -> None:
    staff = make_staff(session)
    actor = actor_of(session, staff)
    first = people.choose_locale(session, actor=actor, locale=Locale.EN, at=AT)
    second = people.choose_locale(session, actor=actor, locale=Locale.EN, at=AT)
    assert (second.version, first.version) == (3, 2)
