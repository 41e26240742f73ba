"""Every command: help, exit codes, and one JSON object with nothing beside it."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db import crypto
from db.models import AccessEntry, AuditEntry, Client, SignInSession, Staff, StaffRole
from db.session import Database
from jobs.__main__ import COMMANDS, cli
from services import people
from services.actor import SYSTEM
from services.retention import forget_old
from services.settings import ROOT, BadSetting, clock_now, process
from services.soundness import refuse_demo_accounts
from terms.intake import AccessKind
from terms.people import Role
from tests import make
from tests.jobs.conftest import Call


def in_a_process(var: Path, *arguments: str, **but: str) -> "subprocess.CompletedProcess[str]":
    """``python -m jobs …`` as a person calls it."""
    outside = {name: text for name, text in os.environ.items() if "EVERGREEN" not in name}
    return subprocess.run(
        [sys.executable, "-m", "jobs", *arguments],
        cwd=ROOT,
        env={**outside, "EVERGREEN_VAR": str(var), **but},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_is_where_the_list_says(name: str, call: Call) -> None:
    said = call(name, "--help")
    assert said.code == 0
    assert said.out.startswith("Usage: ")
    if name != "run":
        assert "--json" in said.out


def test_the_list_of_commands_loads_nothing_heavy() -> None:
    found = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys; from click.testing import CliRunner; from jobs.__main__ import cli;"
            "said = CliRunner().invoke(cli, ['--help']); assert said.exit_code == 0, said.output;"
            "print([name for name in ('sqlalchemy', 'pandas', 'dbos') if name in sys.modules])",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout == "[]\n"


@pytest.mark.parametrize(
    "arguments",
    [("nothing",), ("check", "--nothing"), ("create-user",), ("create-user", "a", "--role", "x")],
)
def test_a_wrong_call_ends_with_two(call: Call, arguments: tuple[str, ...]) -> None:
    said = call(*arguments, "--json")
    assert said.code == 2
    assert said.object["ok"] is False
    assert "Usage:" in said.err
    plain = call(*arguments)
    assert (plain.code, plain.out) == (2, "")


def test_a_company_starts_from_nothing(tmp_path: Path) -> None:
    first = in_a_process(tmp_path, "migrate", "--json")
    assert first.returncode == 0, first.stderr
    assert '"migrated": true' in first.stdout
    again = in_a_process(tmp_path, "migrate", "--json")
    assert '"migrated": false' in again.stdout
    assert '"rules_added": 0' in again.stdout
    assert (tmp_path / "keys.env").stat().st_mode & 0o077 == 0


def test_a_wrong_setting_is_named_and_fails(tmp_path: Path) -> None:
    said = in_a_process(tmp_path, "check", "--json", EVERGREEN_NOW="2026-11-20T09:12:00")
    assert said.returncode == 1
    assert "EVERGREEN_NOW has no zone" in said.stdout
    assert "Traceback" not in said.stderr


def test_postgresql_does_not_start_without_keys(tmp_path: Path) -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    said = in_a_process(tmp_path, "check", EVERGREEN_DATABASE_URL=url)
    assert said.returncode == 1
    assert "EVERGREEN_SECRET_KEY is missing" in said.stderr
    assert not (tmp_path / "keys.env").exists()


def test_a_new_user_signs_in_and_must_choose_a_password(call: Call, running: Database) -> None:
    said = call("create-user", "Ann", "--role", "administrator", "--name", "安", "--json")
    assert said.code == 0
    with running.reading() as session:
        staff = session.scalars(select(Staff)).one()
        assert (staff.username, staff.name, staff.must_change_password) == ("ann", "安", True)
        roles = session.scalars(select(StaffRole.role)).all()
        assert roles == [Role.ADMINISTRATOR]
        assert session.scalars(select(AuditEntry.event)).all() == ["people:create"]
        check = people.check_password(
            session, username="ann", password=said.object["password"], on=make.ON
        )
        assert check.staff_id == staff.id


def test_a_given_password_is_not_shown(call: Call, running: Database) -> None:
    secret = "correct-horse-battery-staple"
    said = call("create-user", "ann", "--role", "hr", "--password-stdin", typed=secret + "\n")
    assert said.code == 0
    assert secret not in said.out + said.err


def test_a_taken_name_is_refused_in_a_sentence(call: Call, running: Database) -> None:
    call("create-user", "ann", "--role", "hr")
    said = call("create-user", "ann", "--role", "hr", "--json")
    assert said.code == 1
    assert said.object["code"] == "username_taken"
    assert said.object["error"].endswith(".")


def test_a_new_user_belongs_to_the_teams_branch(call: Call, running: Database) -> None:
    with running.unaudited("test data") as session:
        team = make.make_team(session, name="续保一组")
        branch_id = team.branch_id
    call("create-user", "ann", "--role", "specialist", "--team", "续保一组")
    with running.reading() as session:
        assert session.scalars(select(Staff.branch_id)).one() == branch_id
    assert call("create-user", "bob", "--role", "specialist", "--team", "nowhere").code == 1


@pytest.fixture
def sound(running: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database whose tables came from the models counts as migrated."""
    monkeypatch.setattr("services.soundness.is_at_head", lambda _database: True)
    return running


def found_codes(call: Call) -> tuple[int, set[str]]:
    said = call("check", "--json")
    return said.code, {finding["code"] for finding in said.object["findings"]}


def test_a_sound_company_passes_the_check_with_a_warning(call: Call, sound: Database) -> None:
    assert found_codes(call) == (0, {"calendar_ends"})


def _owner_without_access(session: Session) -> None:
    client = make.make_client(session)
    client.owner_id = make.make_staff(session).id


def _no_policyholder(session: Session) -> None:
    client = make.make_client(session)
    session.flush()
    session.execute(_of("client_party").where(_of_client("client_party", client)))


def _no_search_terms(session: Session) -> None:
    client = make.make_client(session)
    session.execute(_of("client_search").where(_of_client("client_search", client)))


def _assignee_without_access(session: Session) -> None:
    make.make_renewal(session, assignee_id=make.make_staff(session).id)


def _of(table: str):  # type: ignore[no-untyped-def]
    return Client.metadata.tables[table].delete()


def _of_client(table: str, client: Client):  # type: ignore[no-untyped-def]
    return Client.metadata.tables[table].c.client_id == client.id


@pytest.mark.parametrize(
    ("breaks", "code"),
    [
        (_owner_without_access, "owner_without_access"),
        (_no_policyholder, "client_without_party"),
        (_no_search_terms, "client_not_found"),
        (_assignee_without_access, "assignee_without_access"),
    ],
)
def test_the_check_finds_what_is_broken(
    call: Call, sound: Database, breaks: object, code: str
) -> None:
    with sound.unaudited("test data") as session:
        breaks(session)  # type: ignore[operator]
    ended, codes = found_codes(call)
    assert ended == 1
    assert code in codes


def test_values_written_with_a_lost_key_are_found(
    call: Call, sound: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sound.unaudited("test data") as session:
        make.make_phone(session, party=make.make_party(session))
    kept = crypto.current_cipher()
    crypto.use_cipher(crypto.FieldCipher({"other": b"o" * 32}, b"i" * 32))
    try:
        ended, codes = found_codes(call)
    finally:
        crypto.use_cipher(kept)
    assert (ended, "unreadable" in codes) == (1, True)


def test_a_database_that_was_never_migrated_is_told_what_to_do(tmp_path: Path) -> None:
    said = in_a_process(tmp_path, "check", "--json")
    assert said.returncode == 1
    assert "python -m jobs migrate" in said.stdout


def test_no_demo_account_is_served_outside_the_demo(sound: Database, tmp_path: Path) -> None:
    with sound.unaudited("test data") as session:
        make.make_staff(session, is_demo=True)
    settings = process().settings
    refuse_demo_accounts(settings, sound)
    with pytest.raises(BadSetting, match="EVERGREEN_DEMO"):
        refuse_demo_accounts(replace(settings, demo=False), sound)


def test_old_sign_ins_and_the_old_access_log_are_forgotten(running: Database) -> None:
    with running.unaudited("test data") as session:
        staff = make.make_staff(session)
        for days in (1, 3 * 366):
            happened = make.AT - timedelta(days=days)
            session.add(
                AccessEntry(happened_at=happened, staff_id=staff.id, kind=AccessKind.OPENED)
            )
        old = clock_now() - timedelta(days=40)
        make.make_sign_in(session, staff=staff, expires_at=old)
        make.make_sign_in(session, staff=staff)
    with running.transaction() as session:
        gone = forget_old(
            session,
            actor=SYSTEM,
            at=make.AT,
            clock=clock_now(),
            zone=process().settings.timezone,
        )
    assert (gone.sign_ins, gone.access_entries) == (1, 1)
    with running.reading() as session:
        assert len(session.scalars(select(AccessEntry.id)).all()) == 1
        assert len(session.scalars(select(SignInSession.id)).all()) == 1
        assert session.scalars(select(AuditEntry.event)).all() == ["privacy:forget"]


def test_the_group_says_its_exit_codes() -> None:
    assert "0 done, 1 failed, 2 wrong call" in (cli.help or "")
