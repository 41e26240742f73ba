"""Stars stay in the house: a tell-tale rating, and everything that leaves, walked role by role."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.models import (
    Approval,
    Client,
    ClientStanding,
    Notification,
    OutboxMessage,
    Staff,
    TierChange,
    TierOverride,
    TierRun,
)
from db.session import Database
from services import approvals, clients, disclosure, documents, intake, measures, renewals, tiering
from services.actor import Actor
from services.documents import Audience, tickets
from services.errors import BusinessError, NotFound, NotPermitted
from services.measures.opening import _argument
from services.messages import put_in_outbox
from services.notifications import notices
from services.permissions import Permission
from services.settings import Process, use_process
from terms.people import Locale, Role
from terms.renewals import ContactChannel
from terms.tiering import TierAxis
from tests.conftest import settings_of
from tests.make import (
    AT,
    ON,
    actor_of,
    make_access,
    make_actor,
    make_branch,
    make_claim,
    make_client,
    make_company,
    make_complaint,
    make_contact,
    make_income,
    make_override,
    make_policy,
    make_promise,
    make_renewal,
    make_staff,
    make_team,
)
from words import audit_files, exports, in_locale, notifications
from words.documents import finished
from words.errors import learn_chapters
from words.tiering import star_text, stars_drawn

CANARY = 4711
"""Nobody has so many stars: wherever the number stands, a rating was read."""
SPOKEN = "四星级客户"
WROTE = f"{SPOKEN}，★★★★☆，请按 4 星标准；a 4-star client"
"""What a colleague wrote where one may write what one likes."""
HOUSE = {
    documents.DOCUMENT_KIND: "an original: what a scan shows nobody can read",
    documents.ORDER_KIND: "made before, and let through then",
    intake.REFUSED_KIND: "the importer's own rows",
    audit_files.ENTRIES: "the audit trail, for whoever reads it",
    audit_files.VIEWS: "the access log, for whoever reads it",
}
"""The files that stay with us, and why; everything else names no stars."""


@pytest.fixture(autouse=True)
def running(database: Database, tmp_path: Path) -> Iterator[None]:
    use_process(Process(settings_of(database, tmp_path), database))
    learn_chapters()
    yield
    use_process(None)


@pytest.fixture
def number(database: Database) -> str:
    """A client with a bit of everything, rated with the canary, much spoken of."""
    with database.unaudited("test data") as session:
        make_company(session)
        branch = make_branch(session)
        team = make_team(session, branch=branch)
        owner = make_staff(session, team=team, roles=(Role.CLIENT_MANAGER,), username="owner")
        make_staff(session, team=team, roles=(Role.COMPLIANCE,), username="decider")
        client = make_client(
            session, owner=owner, needs=WROTE, special_circumstances=WROTE, name="三星电子"
        )
        policy = make_policy(session, client=client, product="三星财险家财险")
        case = make_renewal(session, policy=policy, assignee=owner)
        make_claim(session, policy=policy, note=WROTE)
        make_complaint(session, client=client, summary=WROTE)
        make_income(session, client=client)
        make_contact(session, client=client, staff=owner, renewal_id=case.id, note=WROTE)
        make_promise(session, client=client, staff=owner, what=WROTE)
        found = client.number
    tiering.recalculate(database, on=ON, at=AT)
    with database.unaudited("test data") as session:
        session.execute(update(ClientStanding).values(stars=CANARY, stars_by_rule=CANARY))
        rated = session.scalars(select(Client).where(Client.number == found)).one()
        session.add(
            TierChange(
                client_id=rated.id,
                run_id=session.scalars(select(TierRun.id)).one(),
                axis=TierAxis.STARS,
                before="1",
                after=str(CANARY),
            )
        )
        make_override(session, client=rated, axis=TierAxis.STARS, held=str(CANARY))
    return found


def leaks(text: str) -> list[str]:
    """Where a text that a client may see gives a rating away."""
    return [sign for sign in (str(CANARY), "★", "☆", SPOKEN, "4 星", "4-star") if sign in text]


def arguments(session: Session, number: str) -> Mapping[str, list[dict[str, Any]]]:
    """Kind of file → what tickets of it may hold. A new kind is added here, or it fails."""
    client = session.scalars(select(Client).where(Client.number == number)).one()
    owner = session.scalars(select(Staff).where(Staff.username == "owner")).one()
    known = {
        "client": number,
        "to": ON.isoformat(),
        "view": "week",
        "person": str(owner.id),
        "team": str(owner.team_id),
        "import": "I000001",
        "side": "below",
        "column": "premium",
        "from": (ON - timedelta(days=30)).isoformat(),
    }
    return {
        exports.CLIENTS: [{}],
        exports.CASES: [{}],
        exports.COHORT: [
            renewals.cohort_filter_as_json(renewals.CohortFilter(13, code="", dimension=None))
        ],
        exports.NEAR: [{"side": "below"}, {"side": "above"}],
        clients.PRINT_KIND: [
            {
                "client_id": client.id,
                "number": number,
                "locale": locale.value,
                "with_contacts": True,
            }
            for locale in Locale
        ],
        measures.FIGURE_FILE: [
            _argument(measures.figure(each.code, 0, about={**known, "axis": axis}))
            for each in measures.every()
            for axis in (TierAxis.STARS, TierAxis.VALUE)
        ],
    }


def given_out(database: Database, actor: Actor, kind: str, argument: dict[str, Any]) -> str:
    """Name and content of a file as it goes out; empty where the actor may not have it."""
    with database.reading() as session:
        download = documents.Download(actor, kind, argument)
        try:
            actor.require(documents.permission_of(kind))
            file = documents.produce(session, download=download, at=AT)
            content = b"".join(finished(file, actor=actor, at=AT))
        except (NotPermitted, NotFound):
            return ""
    return f"{file.name}\n{content.decode()}"


def actors(database: Database, number: str, role: Role) -> list[Actor]:
    """Somebody of the role in each language, who may open the client."""
    with database.unaudited("test data") as session:
        owner = session.scalars(select(Staff).where(Staff.username == "owner")).one()
        client = session.scalars(select(Client).where(Client.number == number)).one()
        found = []
        for locale in Locale:
            staff = make_staff(
                session,
                team_id=owner.team_id,
                branch_id=owner.branch_id,
                roles=(role,),
                locale=locale,
            )
            make_access(session, client=client, staff=staff)
            found.append(actor_of(session, staff))
        return found


def test_every_kind_of_file_is_walked_or_said_to_stay_in_the_house(
    database: Database, number: str
) -> None:
    with database.reading() as session:
        walked = set(arguments(session, number))
    kept = {kind for kind, audience in documents.kinds().items() if audience is Audience.HOUSE}
    assert kept == set(HOUSE)
    assert walked == set(documents.kinds()) - kept


def test_the_walk_really_sees_files(database: Database, number: str) -> None:
    lead = actors(database, number, Role.TEAM_LEAD)[0]
    with database.reading() as session:
        walked = arguments(session, number)
    for kind in (exports.CLIENTS, exports.CASES, clients.PRINT_KIND):
        for argument in walked[kind]:
            assert "三星电子" in given_out(database, lead, kind, argument)
    figures = walked[measures.FIGURE_FILE]
    given = [given_out(database, lead, measures.FIGURE_FILE, one) for one in figures]
    assert sum("三星电子" in one for one in given) > len(given) // 7


@pytest.mark.parametrize("role", Role)
def test_no_file_that_leaves_names_a_rating(database: Database, number: str, role: Role) -> None:
    with database.reading() as session:
        walked = arguments(session, number)
    for actor in actors(database, number, role):
        for kind, every in walked.items():
            for argument in every:
                said = given_out(database, actor, kind, argument)
                assert leaks(said) == [], f"{role}: {kind} {argument}"


def test_what_only_looks_like_a_rating_stays(database: Database, number: str) -> None:
    with database.reading() as session:
        owner = session.scalars(select(Staff).where(Staff.username == "owner")).one()
        actor = actor_of(session, owner)
        argument = arguments(session, number)[clients.PRINT_KIND][0]
    said = given_out(database, actor, clients.PRINT_KIND, argument)
    assert "三星电子" in said
    assert "三星财险家财险" in said
    assert disclosure.COVER in said


@pytest.mark.parametrize(
    "plant",
    [
        lambda: stars_drawn(4),
        lambda: star_text(4),
        lambda: SPOKEN,
        lambda: "尊敬的五星客户",
        lambda: "客户星级：高",
        lambda: "Dear five-star client",
    ],
)
@pytest.mark.parametrize("locale", Locale)
def test_a_planted_leak_is_covered_in_a_file_and_refused_in_a_message(
    database: Database,
    number: str,
    monkeypatch: pytest.MonkeyPatch,
    plant: Callable[[], str],
    locale: Locale,
) -> None:
    with in_locale(locale):
        planted = plant()

    def leaking(
        _session: Session, *, actor: Actor, argument: Mapping[str, Any], at: Any
    ) -> documents.File:
        rows = [["王伟", planted], ["李娜", "三星财险"]]
        return documents.File(f"{planted}.csv", documents.CSV, documents.csv_chunks(["名"], rows))

    made = (leaking, Permission.CLIENT_EXPORT, Audience.CLIENT)
    monkeypatch.setitem(tickets._producers, "test.leak", made)
    with database.unaudited("test data") as session:
        lead = make_actor(session, Role.TEAM_LEAD)
        client = session.scalars(select(Client).where(Client.number == number)).one()
        client_id = client.id
    said = given_out(database, lead, "test.leak", {})
    assert not disclosure.names_stars(said)
    assert said.count(disclosure.COVER) >= 2
    assert "三星财险" in said
    assert said.splitlines()[1].startswith("\ufeff#")
    with pytest.raises(disclosure.StarsNamed), database.unaudited("test data") as session:
        send(session, client_id, planted)


def test_a_rating_given_away_as_a_bare_number_is_found(
    database: Database, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = exports._client

    def leaking(row: Any) -> list[object]:
        return [*before(row), CANARY]

    monkeypatch.setattr(exports, "_client", leaking)
    with database.reading() as session:
        owner = session.scalars(select(Staff).where(Staff.username == "owner")).one()
        team_id, branch_id = owner.team_id, owner.branch_id
    with database.unaudited("test data") as session:
        staff = make_staff(session, team_id=team_id, branch_id=branch_id, roles=(Role.TEAM_LEAD,))
        lead = actor_of(session, staff)
    assert leaks(given_out(database, lead, exports.CLIENTS, {})) == [str(CANARY)]


def send(session: Session, client_id: int | None, body: str) -> bool:
    return put_in_outbox(
        session,
        client_id=client_id,
        channel=ContactChannel.SMS,
        template="greeting",
        dedupe_key=f"greeting:{client_id}:{len(body)}",
        recipient="13812346721",
        body=body,
        due_at=AT,
        at=AT,
    )


def test_an_approval_for_that_client_opens_the_gate_and_nothing_else(
    database: Database, number: str
) -> None:
    with database.unaudited("test data") as session:
        client = session.scalars(select(Client).where(Client.number == number)).one()
        other = make_client(session)
        client_id, other_id = client.id, other.id
        session.execute(update(TierOverride).values(held="4"))
    with database.transaction() as session:
        owner = named(session, "owner")
        asked = tiering.ask_disclosure(
            session, actor=owner, number=number, until_on=ON, why="Asked for it", on=ON, at=AT
        )
    with pytest.raises(disclosure.StarsNamed), database.unaudited("test data") as session:
        send(session, client_id, "您是四星级客户")
    with database.transaction() as session:
        with pytest.raises(approvals.OwnRequest):
            approve(session, asked, named(session, "owner"))
        approve(session, asked, named(session, "decider"))
    with database.unaudited("test data") as session:
        assert send(session, client_id, "您是四星级客户")
        for somebody_else in (other_id, None):
            with pytest.raises(disclosure.StarsNamed):
                send(session, somebody_else, "您是四星级客户")
        actor = named(session, "owner")
        argument = arguments(session, number)[clients.PRINT_KIND][0]
        card = tiering.disclosure_of(session, actor=actor, number=number, on=ON)
    assert card.row is not None
    assert "4 星" in given_out(database, actor, clients.PRINT_KIND, argument)
    with database.transaction() as session:
        tiering.end_disclosure(
            session,
            actor=actor,
            disclosure_id=card.row.id,
            why="No longer",
            on=ON,
            at=AT,
            seen_version=card.row.version,
        )
    assert leaks(given_out(database, actor, clients.PRINT_KIND, argument)) == []
    with database.reading() as session:
        after = tiering.disclosure_of(session, actor=actor, number=number, on=ON)
        assert len(session.scalars(select(OutboxMessage)).all()) == 1
    assert (after.row, after.waits) == (None, None)


def test_a_disclosure_ends_by_itself(database: Database, number: str) -> None:
    with database.transaction() as session:
        asked = tiering.ask_disclosure(
            session,
            actor=named(session, "owner"),
            number=number,
            until_on=ON,
            why="Asked for it",
            on=ON,
            at=AT,
        )
    with database.transaction() as session:
        approve(session, asked, named(session, "decider"))
    with database.reading() as session:
        client = session.scalars(select(Client).where(Client.number == number)).one()
        assert disclosure.may_be_told(session, client_id=client.id, on=ON)
        assert not disclosure.may_be_told(session, client_id=client.id, on=ON + timedelta(days=1))


@pytest.mark.parametrize(
    ("but", "refusal"),
    [
        ({"until_on": ON - timedelta(days=1)}, tiering.OverrideEndPassed),
        ({"until_on": ON + timedelta(days=366)}, tiering.OverrideTooLong),
        ({"why": " "}, approvals.WhyMissing),
    ],
)
def test_a_disclosure_that_cannot_be_asked_for(
    database: Database, number: str, but: dict[str, Any], refusal: type[BusinessError]
) -> None:
    given = {"number": number, "until_on": ON, "why": "Asked for it", "on": ON, "at": AT}
    with pytest.raises(refusal), database.transaction() as session:
        tiering.ask_disclosure(session, actor=named(session, "owner"), **{**given, **but})
    with database.unaudited("test data") as session:
        specialist = make_actor(session, Role.SPECIALIST)
    with pytest.raises(NotPermitted), database.transaction() as session:
        tiering.ask_disclosure(session, actor=specialist, **given)


@pytest.mark.parametrize("locale", Locale)
def test_news_and_the_addresses_they_open_name_no_rating(
    database: Database, number: str, locale: Locale
) -> None:
    with database.transaction() as session:
        asked = tiering.ask_override(
            session,
            actor=named(session, "owner"),
            number=number,
            axis=TierAxis.STARS,
            held="4",
            until_on=ON,
            why=WROTE,
            on=ON,
            at=AT,
        )
    with database.transaction() as session:
        approve(session, asked, named(session, "decider"))
    with database.reading() as session:
        told = session.scalars(select(Notification)).all()
        assert len(told) == 2
        for each in told:
            assert leaks(f"{each.page} {each.query} {each.data}") == []
        with in_locale(locale):
            for username in ("owner", "decider"):
                actor = named(session, username)
                for notice in notices(session, actor=actor, on=ON, at=AT):
                    assert not disclosure.names_stars(notifications.in_words(notice))


def named(session: Session, username: str) -> Actor:
    staff = session.scalars(select(Staff).where(Staff.username == username)).one()
    return actor_of(session, staff)


def approve(session: Session, asked: str, actor: Actor) -> None:
    approvals.approve(
        session,
        actor=actor,
        number=asked,
        word="Agreed",
        on=ON,
        at=AT,
        seen_version=session.scalars(
            select(Approval.version).where(Approval.number == asked)
        ).one(),
    )
