"""Scripts without a database: forbidden words, placeholders, differences, the right one."""

from dataclasses import dataclass

import pytest

from services import wording
from services.rule_texts import FORBIDDEN_WORDS
from services.scripts import CaseState, FaultCode, Hole, Spoken, filled, in_order, spoken_in
from services.scripts.rules import differences, faults, found_words, holes
from services.scripts.texts import SHIPPED
from terms.people import Language, Locale
from terms.policies import Line
from terms.renewals import Intention, RenewalKind, RenewalState
from terms.scripts import Objection, ScriptStage

WORDS = wording.words_of(FORBIDDEN_WORDS)
OPENING = "您好{客户称呼}，我是{公司名称}的{专员姓名}，{执业编号}。"
OPENING_EN = "Good day {client}, {staff} of {company}, {registration}."


def refused(text: str, line: Line | None = Line.MOTOR) -> list[str]:
    return [each.said for each in wording.find(text, WORDS, line=line) if each.is_refused]


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("今天续保就返现 200 元", Line.MOTOR, ["返现"]),
        ("年化收益保 证 收 益", Line.LIFE, ["保 证 收 益"]),
        ("再不缴费我们就起诉，法院会找您", Line.LIFE, ["起诉", "法院"]),
        ("事故的判决书法院已经寄出", Line.MOTOR, []),
        ("给您退旧买新", Line.ANNUITY, ["退旧买新"]),
        ("renew today and get Cash-Back and a gift card", Line.HOME, ["Cash-Back", "gift card"]),
        ("these are rebates", None, ["rebates"]),
        ("a courtly offer", Line.LIFE, []),
        ("送您一本保险手册", Line.MOTOR, []),
    ],
)
def test_refused_words_are_found_where_they_hold(
    text: str, line: Line | None, found: list[str]
) -> None:
    assert refused(text, line) == found


@pytest.mark.parametrize(
    "text",
    [
        "按规定我们不能给您返佣",
        "本产品不保证收益",
        "严禁返现",
        "There is no cash back",
        "we cannot give you any rebate",
    ],
)
def test_what_is_denied_is_shown_and_not_refused(text: str) -> None:
    found = wording.find(text, WORDS, line=Line.LIFE)
    assert [each.is_denied for each in found] == [True]
    assert refused(text, Line.LIFE) == []


@pytest.mark.parametrize(
    "text",
    [
        "这款产品不但利率高，而且保证收益",
        "不会少了您的返佣",
        "您不用担心，返现马上到账",
        "not only a guaranteed return but more",
    ],
)
def test_a_no_that_denies_nothing_lets_no_word_through(text: str) -> None:
    assert refused(text, Line.LIFE)


def test_every_word_knows_its_place_in_the_text() -> None:
    text = "先返现，再送礼"
    found = wording.find(text, WORDS, line=None)
    assert [text[each.start : each.end] for each in found] == ["返现", "送礼"]


def test_a_text_for_every_line_keeps_to_the_words_of_all_lines() -> None:
    assert [each.said for each in found_words("法院见", WORDS, None)] == ["法院"]
    assert found_words("法院见", WORDS, Line.MOTOR) == ()


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda each: f"{each.stage}-{each.line}")
def test_what_is_shipped_could_be_asked_for(shipped: object) -> None:
    given = shipped
    assert (
        faults(
            given.zh,  # type: ignore[attr-defined]
            given.en,  # type: ignore[attr-defined]
            stage=given.stage,  # type: ignore[attr-defined]
            line=given.line,  # type: ignore[attr-defined]
            words=WORDS,
            names_stars=(False, False),
        )
        == ()
    )


def test_every_stage_and_objection_is_shipped_for_every_line() -> None:
    general = {(each.stage, each.objection) for each in SHIPPED if each.line is None}
    assert general == {
        *((stage, None) for stage in ScriptStage if stage is not ScriptStage.OBJECTION),
        *((ScriptStage.OBJECTION, objection) for objection in Objection),
    }


def codes(text_zh: str, text_en: str, stage: ScriptStage) -> list[tuple[FaultCode, bool]]:
    found = faults(
        text_zh, text_en, stage=stage, line=None, words=WORDS, names_stars=(False, False)
    )
    return [(each.code, each.is_chinese) for each in found]


def test_the_opening_states_name_company_and_registration_number() -> None:
    stage = ScriptStage.FIRST_CONTACT
    assert codes(OPENING, OPENING_EN, stage) == []
    assert codes(OPENING.replace("{执业编号}", ""), OPENING_EN, stage) == [
        (FaultCode.OPENING_LACKS, True)
    ]
    assert codes(OPENING, "Good day {client}", stage) == [(FaultCode.OPENING_LACKS, False)]
    assert codes("您好", "Good day", ScriptStage.FOLLOW_UP) == []


def test_an_unknown_placeholder_an_empty_text_and_a_long_one_are_faults() -> None:
    stage = ScriptStage.QUOTE
    assert codes("{星座}", "ok", stage) == [(FaultCode.UNKNOWN_HOLE, True)]
    assert codes("好", " ", stage) == [(FaultCode.EMPTY, False)]
    assert codes("好" * 1501, "ok", stage) == [(FaultCode.TOO_LONG, True)]


def test_placeholders_are_filled_in_either_language() -> None:
    assert holes("{客户称呼}，{client}，{客户称呼}") == ("客户称呼", "client")
    given = {Hole.CLIENT: "沈丽华女士"}
    assert filled("{客户称呼} {client} {due}", given) == "沈丽华女士 沈丽华女士 {due}"


def test_differences_give_both_texts_back() -> None:
    before, after = "保费{上期保费}，涨了 36 元", "保费{本期保费}，多了 36 元"
    said = differences(before, after)
    assert "".join(text for mark, text in said if mark != "+") == before
    assert "".join(text for mark, text in said if mark != "-") == after
    assert ("-", "{上期保费}") in said


@dataclass(frozen=True)
class At:
    stage: ScriptStage
    objection: Objection | None = None
    line: Line | None = None


S, OF = ScriptStage, Objection
LIBRARY = (
    At(S.CLOSING),
    At(S.FIRST_CONTACT),
    At(S.FOLLOW_UP),
    At(S.QUOTE),
    At(S.OBJECTION, OF.PRICE),
    At(S.OBJECTION, OF.PRICE, Line.MOTOR),
    At(S.OBJECTION, OF.PRICE, Line.HOME),
    At(S.OBJECTION, OF.LATER),
    At(S.UNCOVERED),
    At(S.GRACE),
    At(S.INSTALMENT),
    At(S.REINSTATEMENT),
)


def state(**but: object) -> CaseState:
    given: dict[str, object] = {
        "kind": RenewalKind.TERM,
        "line": Line.MOTOR,
        "state": RenewalState.ALLOCATED,
        "days_left": 20,
        "was_reached": False,
        "last_intention": None,
        "objection": None,
    }
    return CaseState(**{**given, **but})  # type: ignore[arg-type]


INSTALMENT = {"kind": RenewalKind.INSTALMENT, "line": Line.LIFE}


@pytest.mark.parametrize(
    ("case", "first"),
    [
        (state(), At(S.FIRST_CONTACT)),
        (state(state=RenewalState.CONTACTED, was_reached=True), At(S.FOLLOW_UP)),
        (state(state=RenewalState.QUOTED, was_reached=True), At(S.QUOTE)),
        (state(was_reached=True, objection=OF.PRICE), At(S.OBJECTION, OF.PRICE, Line.MOTOR)),
        (
            state(was_reached=True, objection=OF.PRICE, line=Line.CARGO),
            At(S.OBJECTION, OF.PRICE),
        ),
        (
            state(was_reached=True, last_intention=Intention.THINKING),
            At(S.OBJECTION, OF.LATER),
        ),
        (state(state=RenewalState.AGREED, was_reached=True, objection=OF.PRICE), At(S.CLOSING)),
        (state(days_left=-2), At(S.UNCOVERED)),
        (state(**INSTALMENT), At(S.INSTALMENT)),
        (state(**INSTALMENT, days_left=-5), At(S.GRACE)),
        (state(**INSTALMENT, days_left=-90, is_suspended=True), At(S.REINSTATEMENT)),
        (state(objection=OF.CLAIM, was_reached=True), At(S.FOLLOW_UP)),
    ],
)
def test_a_case_gets_the_script_it_calls_for(case: CaseState, first: At) -> None:
    order = in_order(case, LIBRARY)
    assert LIBRARY[order[0]] == first


def test_the_others_stand_behind_it_in_the_order_of_the_library_and_of_the_line() -> None:
    order = [LIBRARY[at] for at in in_order(state(line=Line.HOME), LIBRARY)]
    assert order[:4] == [
        At(S.FIRST_CONTACT),
        At(S.FOLLOW_UP),
        At(S.QUOTE),
        At(S.OBJECTION, OF.PRICE, Line.HOME),
    ]
    assert At(S.OBJECTION, OF.PRICE) not in order, "the line's own stands in for it"
    assert {each.line for each in order} == {None, Line.HOME}
    assert not {each.stage for each in order} & {S.INSTALMENT, S.GRACE, S.REINSTATEMENT}


def test_without_any_script_there_is_none() -> None:
    assert in_order(state(), ()) == ()


@pytest.mark.parametrize(
    ("wish", "screen", "text_en", "spoken"),
    [
        (None, Locale.EN, "en", Spoken(Locale.EN)),
        (None, Locale.EN, " ", Spoken(Locale.ZH)),
        (Language.ENGLISH, Locale.ZH, "en", Spoken(Locale.EN)),
        (Language.ENGLISH, Locale.ZH, "", Spoken(Locale.ZH, is_as_wished=False)),
        (Language.MANDARIN, Locale.EN, "en", Spoken(Locale.ZH)),
        (Language.CANTONESE, Locale.EN, "en", Spoken(Locale.ZH, is_as_wished=False)),
    ],
)
def test_a_text_is_said_in_the_clients_language_where_there_is_one(
    wish: Language | None, screen: Locale, text_en: str, spoken: Spoken
) -> None:
    assert spoken_in("中", text_en, wish=wish, otherwise=screen) == spoken
