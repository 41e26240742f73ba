"""Scripts: prepared, checked, approved by a second person, used, withdrawn; both databases."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Approval, AuditEntry, OutboxMessage, Rule, Script, ScriptVersion
from services import approvals, renewals, scripts
from services.actor import Actor
from services.approvals import OwnRequest, WorldMoved
from services.errors import BusinessError, ChangedMeanwhile, NotFound, NotPermitted
from services.messages import put_in_outbox
from services.permissions import ROLE_PERMISSIONS, Permission
from services.scripts import FaultCode, seed_scripts
from services.scripts.texts import SHIPPED
from services.wording import ForbiddenWords
from terms.people import Language, Locale, Role
from terms.policies import Line
from terms.renewals import ContactChannel
from terms.scripts import Objection, ScriptStage, ScriptState
from tests.make import (
    AT,
    ON,
    actor_of,
    make_actor,
    make_client,
    make_company,
    make_party,
    make_policy,
    make_renewal,
    make_staff,
)
from words import errors, in_locale
from words.scripts import filled, language_note, title

PLACE = "objection.price.motor"
ZH, EN = "上期{上期保费}，本期{本期保费}，{保费差额}。", "Last {premium}, now {new_premium}."


@pytest.fixture
def editor(session: Session) -> Actor:
    return make_actor(session, Role.TEAM_LEAD, name="陈建华")


@pytest.fixture
def second(session: Session) -> Actor:
    return make_actor(session, Role.COMPLIANCE, name="何静")


def drafted(session: Session, editor: Actor, **but: Any) -> int:
    place = but.pop("place", PLACE)
    version = scripts.start_draft(session, actor=editor, place=place, at=AT)
    given = {"text_zh": ZH, "text_en": EN, "why": "差额说得更清楚", "seen_version": version}
    return scripts.save_draft(session, actor=editor, place=place, at=AT, **{**given, **but})


def asked(session: Session, editor: Actor, **but: Any) -> str:
    place = but.get("place", PLACE)
    version = drafted(session, editor, **but)
    return scripts.ask_approval(
        session, actor=editor, place=place, on=ON, at=AT, seen_version=version
    )


def approve(session: Session, actor: Actor, number: str) -> None:
    version = session.scalar(select(Approval.version).where(Approval.number == number))
    assert version is not None
    approvals.approve(
        session, actor=actor, number=number, word="同意", on=ON, at=AT, seen_version=version
    )


def card(session: Session, actor: Actor, place: str = PLACE) -> scripts.ScriptCard:
    return scripts.script_card(session, actor=actor, place=place, on=ON)


def used(session: Session, actor: Actor, line: Line = Line.MOTOR) -> dict[str, str]:
    return {each.place: each.text_zh for each in scripts.usable(session, actor=actor, line=line)}


def events(session: Session) -> list[str]:
    found = session.scalars(select(AuditEntry.event).order_by(AuditEntry.id))
    return [event for event in found if event.startswith(("script:", "approval:"))]


def test_a_company_starts_with_the_shipped_scripts_in_use(session: Session, editor: Actor) -> None:
    rows = scripts.library(session, actor=editor, on=ON)
    assert len(rows) == len(SHIPPED)
    assert {row.state for row in rows} == {ScriptState.IN_FORCE}
    assert all(row.needs_confirmation and row.number == 1 for row in rows)
    assert [row.stage for row in rows] == sorted(
        (row.stage for row in rows), key=list(ScriptStage).index
    )
    assert seed_scripts(session, at=AT) == 0, "a second seeding adds nothing"


def test_an_approved_draft_is_used_from_the_decision_on(
    session: Session, editor: Actor, second: Actor
) -> None:
    number = asked(session, editor)
    assert used(session, editor)[PLACE] != ZH, "asking changes nothing"
    assert card(session, editor).waits == number
    approve(session, second, number)
    assert used(session, editor)[PLACE] == ZH
    found = card(session, editor)
    assert found.draft is None
    assert [each.number for each in found.versions] == [2, 1]
    assert (found.versions[0].asked_by, found.versions[0].approved_by) == ("陈建华", "何静")
    assert found.versions[1].ended_at == AT, "the version before it is kept and ended"
    assert found.in_force is not None
    assert not found.in_force.needs_confirmation
    assert events(session) == [
        "script:draft",
        "script:draft",
        "approval:ask",
        "script:approve",
        "approval:approve",
    ]


def test_nobody_approves_the_script_they_asked_for(session: Session, second: Actor) -> None:
    both = make_actor(session, Role.ADMINISTRATOR, name="周敏")
    number = asked(session, both)
    with pytest.raises(OwnRequest):
        approve(session, both, number)
    approve(session, second, number)
    assert used(session, both)[PLACE] == ZH


def test_a_decision_on_another_text_than_was_in_use_is_refused(
    session: Session, editor: Actor, second: Actor
) -> None:
    number = asked(session, editor)
    stands = card(session, editor).in_force
    assert stands is not None
    scripts.withdraw(
        session,
        actor=second,
        version_id=stands.id,
        why="误导",
        at=AT,
        seen_version=stands.version,
    )
    with pytest.raises(WorldMoved):
        approve(session, second, number)


@pytest.mark.parametrize(
    ("but", "code"),
    [
        ({"text_zh": "今天续保返现200元"}, FaultCode.FORBIDDEN),
        ({"text_en": ""}, FaultCode.EMPTY),
        ({"text_zh": "您好{星座}"}, FaultCode.UNKNOWN_HOLE),
        ({"text_zh": "您是五星级客户"}, FaultCode.NAMES_STARS),
        (
            {"place": "first_contact.any.any", "text_zh": "您好{客户称呼}，我是{专员姓名}。"},
            FaultCode.OPENING_LACKS,
        ),
    ],
)
def test_a_draft_with_a_fault_is_kept_and_cannot_be_asked_for(
    session: Session, editor: Actor, but: dict[str, str], code: FaultCode
) -> None:
    place = but.get("place", PLACE)
    version = drafted(session, editor, **but)
    draft = card(session, editor, place).draft
    assert draft is not None
    assert code in {fault.code for fault in draft.faults}
    with pytest.raises(scripts.ScriptNotReady) as refusal:
        scripts.ask_approval(session, actor=editor, place=place, on=ON, at=AT, seen_version=version)
    for locale in Locale:
        with in_locale(locale):
            assert "{0}" not in errors.sentence(refusal.value)


def test_a_word_forbidden_since_the_asking_stops_the_decision(
    session: Session, editor: Actor, second: Actor
) -> None:
    number = asked(session, editor, text_zh="这份方案特别划算。")
    session.add(
        Rule(
            key="renewal.forbidden_words",
            effective_from=ON,
            value=[
                {
                    "category": "exaggeration",
                    "lines": "every",
                    "weight": "refused",
                    "words": "特别划算",
                }
            ],
            source="test",
            created_at=AT,
            updated_at=AT,
        )
    )
    session.flush()
    with pytest.raises(scripts.ScriptNotReady):
        approve(session, second, number)


def test_a_text_in_use_is_marked_when_its_word_is_forbidden(
    session: Session, editor: Actor
) -> None:
    value = [{"category": "pressure", "lines": "every", "weight": "refused", "words": "两分钟"}]
    session.add(
        Rule(
            key="renewal.forbidden_words",
            effective_from=ON,
            value=value,
            source="test",
            created_at=AT,
            updated_at=AT,
        )
    )
    session.flush()
    rows = scripts.library(session, actor=editor, on=ON)
    marked = {row.place for row in rows if row.has_refused_words}
    assert "first_contact.any.any" in marked
    assert PLACE not in marked
    assert [each.said for each in card(session, editor, "first_contact.any.any").found_zh] == [
        "两分钟"
    ]


def test_what_waits_is_not_changed_and_the_later_of_two_is_told(
    session: Session, editor: Actor, second: Actor
) -> None:
    assert second.may(Permission.SCRIPT_APPROVE)
    other = make_actor(session, Role.MANAGER, name="何静")
    first = scripts.start_draft(session, actor=editor, place=PLACE, at=AT)
    given: dict[str, Any] = {"place": PLACE, "text_zh": ZH, "text_en": EN, "why": "x", "at": AT}
    saved = scripts.save_draft(session, actor=other, seen_version=first, **given)
    with pytest.raises(ChangedMeanwhile) as refusal:
        scripts.save_draft(session, actor=editor, seen_version=first, **given)
    assert refusal.value.data["who"] == "何静"
    scripts.ask_approval(session, actor=editor, place=PLACE, on=ON, at=AT, seen_version=saved)
    with pytest.raises(scripts.ScriptWaits):
        scripts.save_draft(session, actor=editor, seen_version=saved, **given)
    with pytest.raises(scripts.ScriptWaits):
        scripts.discard_draft(session, actor=editor, place=PLACE, at=AT, seen_version=saved)


def test_a_withdrawn_text_is_shown_to_nobody_at_once(session: Session, editor: Actor) -> None:
    stands = card(session, editor).in_force
    assert stands is not None
    given: dict[str, Any] = {"version_id": stands.id, "at": AT, "seen_version": stands.version}
    with pytest.raises(scripts.WithdrawalReasonMissing):
        scripts.withdraw(session, actor=editor, why=" ", **given)
    assert scripts.withdraw(session, actor=editor, why="说法过时", **given) == PLACE
    assert PLACE not in used(session, editor)
    assert "objection.price.any" in used(session, editor), "the one for every line stands in"
    found = card(session, editor)
    assert (found.state, found.versions[0].ended_by) == (ScriptState.WITHDRAWN, "陈建华")
    assert events(session) == ["script:withdraw"]
    with pytest.raises(scripts.ScriptNotInForce):
        scripts.withdraw(session, actor=editor, why="again", **given)
    assert seed_scripts(session, at=AT) == 0, "what was withdrawn does not come back by itself"


def test_a_new_place_is_opened_once_and_goes_with_its_draft(
    session: Session, editor: Actor
) -> None:
    given: dict[str, Any] = {"actor": editor, "at": AT}
    with pytest.raises(scripts.ObjectionNeeded):
        scripts.add_script(session, stage=ScriptStage.OBJECTION, objection=None, line=None, **given)
    with pytest.raises(scripts.ScriptThere):
        scripts.add_script(
            session,
            stage=ScriptStage.OBJECTION,
            objection=Objection.PRICE,
            line=Line.MOTOR,
            **given,
        )
    place = scripts.add_script(
        session, stage=ScriptStage.CLOSING, objection=None, line=Line.CARGO, **given
    )
    assert place == "closing.any.cargo"
    found = card(session, editor, place)
    assert found.state is ScriptState.DRAFTED
    assert place not in used(session, editor, Line.CARGO)
    there = scripts.discard_draft(
        session, actor=editor, place=place, at=AT, seen_version=found.version
    )
    assert not there
    with pytest.raises(NotFound):
        card(session, editor, place)


@pytest.mark.parametrize("role", Role)
def test_the_roles_do_what_the_table_says(session: Session, role: Role) -> None:
    actor = make_actor(session, role)
    stands = card(session, make_actor(session, Role.COMPLIANCE)).in_force
    assert stands is not None
    acts: list[tuple[frozenset[Permission], Any]] = [
        (
            frozenset({Permission.SCRIPT_READ}),
            lambda: scripts.library(session, actor=actor, on=ON),
        ),
        (
            frozenset({Permission.SCRIPT_READ}),
            lambda: scripts.usable(session, actor=actor, line=Line.MOTOR),
        ),
        (frozenset({Permission.SCRIPT_READ}), lambda: card(session, actor)),
        (
            frozenset({Permission.SCRIPT_EDIT}),
            lambda: scripts.start_draft(session, actor=actor, place=PLACE, at=AT),
        ),
        (
            frozenset({Permission.SCRIPT_EDIT}),
            lambda: scripts.add_script(
                session,
                actor=actor,
                stage=ScriptStage.WIN_BACK,
                objection=None,
                line=Line.HOME,
                at=AT,
            ),
        ),
        (
            frozenset({Permission.SCRIPT_EDIT, Permission.SCRIPT_APPROVE}),
            lambda: scripts.withdraw(
                session,
                actor=actor,
                version_id=stands.id,
                why="x",
                at=AT,
                seen_version=stands.version,
            ),
        ),
    ]
    for any_of, act in acts:
        if any_of & ROLE_PERMISSIONS[role]:
            act()
        else:
            with pytest.raises(NotPermitted):
                act()


def test_a_decision_waits_for_who_may_decide(session: Session, editor: Actor) -> None:
    make_actor(session, Role.COMPLIANCE)
    number = asked(session, editor)
    for role in (Role.TEAM_LEAD, Role.MANAGER, Role.SPECIALIST):
        with pytest.raises(BusinessError):
            approve(session, make_actor(session, role), number)


def test_an_opening_names_caller_company_and_number_in_both_languages(session: Session) -> None:
    make_company(session)
    staff = make_staff(session)
    client = make_client(session, owner=staff, party=make_party(session, name="沈丽华"))
    case = make_renewal(session, policy=make_policy(session, client=client), assignee=staff)
    actor = actor_of(session, staff)
    seen = renewals.brief(session, actor=actor, renewal_id=case.id, on=ON, at=AT)
    texts = {each.place: each for each in scripts.usable(session, actor=actor, line=seen.line)}
    opening = texts["first_contact.any.any"]
    for locale in Locale:
        with in_locale(locale):
            said = filled(opening, seen)
            assert "{" not in said
            assert title(opening, line=seen.line)
        for must in (staff.name, "长青保险经纪有限公司", str(staff.registration_number), "沈丽华"):
            assert must in said


@pytest.mark.parametrize(
    ("wish", "begins", "note"),
    [
        (None, "您好，沈丽华", ""),
        (Language.MANDARIN, "您好，沈丽华", ""),
        (Language.ENGLISH, "Good day, Mr 沈丽华", "按客户偏好，用英语。"),
        (Language.CANTONESE, "您好，沈丽华", "客户偏好粤语，没有对应话术，现用中文话术。"),
    ],
)
def test_a_case_is_opened_in_the_language_of_the_client(
    session: Session, wish: Language | None, begins: str, note: str
) -> None:
    make_company(session)
    staff = make_staff(session)
    party = make_party(session, name="沈丽华")
    client = make_client(session, owner=staff, party=party, preferred_language=wish)
    case = make_renewal(session, policy=make_policy(session, client=client), assignee=staff)
    actor = actor_of(session, staff)
    seen = renewals.brief(session, actor=actor, renewal_id=case.id, on=ON, at=AT)
    texts = {each.place: each for each in scripts.usable(session, actor=actor, line=seen.line)}
    opening = texts["first_contact.any.any"]
    with in_locale(Locale.ZH):
        said = filled(opening, seen)
        assert said.startswith(begins)
        assert "{" not in said
        assert language_note(opening, seen) == note
        if wish is Language.ENGLISH:
            assert "registration number" in said, "what is filled in is English too"


def test_a_message_with_a_refused_word_is_not_sent(session: Session) -> None:
    client = make_client(session)

    def put(body: str, line: Line | None) -> bool:
        return put_in_outbox(
            session,
            client_id=client.id,
            channel=ContactChannel.SMS,
            template="reminder",
            dedupe_key=body,
            recipient="13800000000",
            body=body,
            due_at=AT,
            at=AT,
            line=line,
        )

    with pytest.raises(ForbiddenWords) as refusal:
        put("本月缴费返现", None)
    with in_locale(Locale.ZH):
        assert "返现" in errors.sentence(refusal.value)
    with pytest.raises(ForbiddenWords):
        put("逾期将由法院处理", Line.LIFE)
    assert put("法院判决书已收到，请补充理赔材料", Line.MOTOR)
    assert put("本产品不保证收益，请留意应缴日", Line.LIFE)
    assert session.scalar(select(func.count(OutboxMessage.id))) == 2


def test_one_version_is_in_force_at_a_time(session: Session, editor: Actor, second: Actor) -> None:
    for text_zh in (ZH, ZH + "您看呢？"):
        approve(session, second, asked(session, editor, text_zh=text_zh))
    in_force = session.scalar(
        select(func.count(ScriptVersion.id))
        .join(Script, Script.id == ScriptVersion.script_id)
        .where(Script.place == PLACE, ScriptVersion.ended_at.is_(None))
    )
    assert in_force == 1
    assert card(session, editor).versions[0].from_at == AT
