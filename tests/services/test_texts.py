"""A NUL in a text breaks nothing, on either database, wherever the text goes."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import SignInAttempt
from services import clients, people
from services.people.passwords import WrongPassword
from tests.make import AT, ON, actor_of, make_client, make_policy, make_staff


def test_a_nul_in_a_user_name_is_a_wrong_name(session: Session) -> None:
    make_staff(session, username="wang.jing", password_hash=people.hash_password("x", rounds=4))
    check = people.check_password(session, username="nobody\0", password="x\0", on=ON)
    assert isinstance(people.sign_in(session, check=check, at=AT), WrongPassword)
    assert session.scalars(select(SignInAttempt.username)).all() == ["nobody"]


def test_a_nul_is_left_out_of_texts_columns_and_documents(session: Session) -> None:
    client = make_client(session, name="王\0伟", needs="车\0险", extra_numbers={"a\0b": 1})
    policy = make_policy(session, client=client, cover={"x": "\0y"})
    session.expire_all()
    assert (client.name, client.needs, client.extra_numbers) == ("王伟", "车险", {"ab": 1})
    assert policy.cover == {"x": "y"}


def test_a_written_backslash_stays(session: Session) -> None:
    client = make_client(session, needs="\\u0000", extra_numbers={"\\u0000": 1})
    session.expire_all()
    assert (client.needs, client.extra_numbers) == ("\\u0000", {"\\u0000": 1})


@pytest.mark.parametrize("text", ["王\0", "\0", "138\x000000"])
def test_a_nul_in_a_search_finds_as_without_it(session: Session, text: str) -> None:
    owner = make_staff(session)
    actor = actor_of(session, owner)
    page = clients.find(session, actor=actor, filters=clients.ClientFilters(text=text), on=ON)
    assert page.rows == ()
