"""A client's file by the rules: search terms, ID numbers, completeness, age and tenure."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.clients.rules import (
    age_years,
    born_on,
    completeness,
    id_problem,
    is_email,
    is_phone,
    next_birthday,
    sex_of,
    tenure_months,
)
from services.clients.search import (
    MAX_READINGS,
    TERM_LENGTH,
    bigrams,
    initials,
    read_query,
    search_terms,
)
from terms.clients import ClientType, FileItem, FoundBy, IdProblem, IdType, SearchKind, Sex


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("单晓", "sx"),
        ("单晓", "dx"),
        ("曾国强", "zgq"),
        ("曾国强", "cgq"),
        ("解缙", "xj"),
        ("解缙", "jj"),
        ("仇英", "qy"),
        ("仇英", "cy"),
        ("欧阳修", "oyx"),
        ("万俟卨", "mqx"),
        ("重长行", "ccx"),
        ("John Smith", "js"),
    ],
)
def test_a_name_has_the_initials_of_every_reading(name: str, typed: str) -> None:
    assert typed in initials(name)


def test_a_name_of_many_readings_keeps_few_terms_and_every_reading_of_the_surname() -> None:
    found = initials("单长行重乐")
    assert len(found) <= MAX_READINGS
    assert {term[0] for term in found} >= {"s", "d", "c"}


def test_a_group_is_found_by_any_two_characters() -> None:
    terms = search_terms("杭州华信科技有限公司", ClientType.GROUP)
    assert {(SearchKind.BIGRAM, piece) for piece in ("杭州", "华信", "公司")} <= terms
    assert (SearchKind.INITIALS, "hzhxkjyxgs") in terms


def test_two_characters_across_a_bracket_are_neighbours() -> None:
    assert "国华" in bigrams("中国（华东）公司")


@pytest.mark.parametrize("name", [None, "", "  ", "（）", "=+-@"])
def test_a_name_without_letters_has_no_terms(name: str | None) -> None:
    assert search_terms(name, ClientType.INDIVIDUAL) == set()


@given(st.text(max_size=60))
def test_any_name_has_terms_that_fit_their_column(name: str) -> None:
    for client_type in ClientType:
        assert all(len(term) <= TERM_LENGTH for _, term in search_terms(name, client_type))


@given(st.text(max_size=120))
def test_any_text_can_be_searched_for(text: str) -> None:
    assert all(way.terms for way in read_query(text))


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("6721", {FoundBy.NUMBER, FoundBy.POLICY, FoundBy.LAST_FOUR}),
        ("李", {FoundBy.NAME}),
        ("华信", {FoundBy.NAME, FoundBy.PIECE}),
        ("zgq", {FoundBy.NAME, FoundBy.PIECE, FoundBy.INITIALS}),
        ("", set()),
    ],
)
def test_a_text_is_read_in_every_way_it_may_be_meant(text: str, ways: set[FoundBy]) -> None:
    assert {way.by for way in read_query(text)} == ways


def test_a_whole_phone_is_no_last_four_and_may_be_a_number() -> None:
    found = {way.by for way in read_query("138 1234 6721")}
    assert FoundBy.PHONE in found
    assert FoundBy.LAST_FOUR not in found


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("110105198001010016", None),
        ("11010519800101001 6", None),
        ("１１０１０５１９８００１０１００１６", None),
        ("11010519491231002X", None),
        ("110105800101001", None),
        ("110105198001010017", IdProblem.CHECK_DIGIT),
        ("110105198002300012", IdProblem.BIRTH_DATE),
        ("11010519800101001", IdProblem.LENGTH),
        ("11010519800101OO16", IdProblem.CHARACTERS),
    ],
)
def test_a_resident_id_is_right_by_check_digit_and_date(
    number: str, problem: IdProblem | None
) -> None:
    assert id_problem(IdType.RESIDENT_ID, number) == problem


def test_an_abolished_region_is_no_reason_to_refuse() -> None:
    assert id_problem(IdType.RESIDENT_ID, "510202195001010013") is None


def test_nobody_is_born_after_today() -> None:
    number = "110105203001010011"
    found = id_problem(IdType.RESIDENT_ID, number, born_before=date(2026, 11, 20))
    assert found == IdProblem.BIRTH_DATE


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("91350100M000100Y43", None),
        ("91350100M000100Y44", IdProblem.CHECK_DIGIT),
        ("91350100M000100I43", IdProblem.CHARACTERS),
        ("91350100", IdProblem.LENGTH),
    ],
)
def test_a_credit_code_is_right_by_its_check_character(
    number: str, problem: IdProblem | None
) -> None:
    assert id_problem(IdType.UNIFIED_CREDIT_CODE, number) == problem


@pytest.mark.parametrize("id_type", [IdType.PASSPORT, IdType.TAIWAN_PERMIT, IdType.OTHER, None])
def test_other_documents_are_not_checked(id_type: IdType | None) -> None:
    assert id_problem(id_type, "whatever") is None


def test_a_resident_id_states_birth_date_and_sex() -> None:
    assert born_on("110105198001010016") == date(1980, 1, 1)
    assert sex_of("110105198001010016") is Sex.MALE
    assert sex_of("11010519491231002X") is Sex.FEMALE


def test_completeness_is_rounded_down_and_full_only_without_gaps() -> None:
    found = completeness(["name", "phone", "needs"], {FileItem.NAME, FileItem.NEEDS})
    assert (found.percent, found.missing) == (66, (FileItem.PHONE,))
    assert completeness(["name"], {FileItem.NAME}).percent == 100
    assert completeness(["name", "an item nobody knows"], {FileItem.NAME}).percent == 100


@pytest.mark.parametrize(
    ("on", "age"),
    [
        (date(2026, 2, 28), 25),
        (date(2026, 3, 1), 26),
        (date(2028, 2, 28), 27),
        (date(2028, 2, 29), 28),
    ],
)
def test_whoever_was_born_on_29_february_is_older_from_1_march(on: date, age: int) -> None:
    assert age_years(date(2000, 2, 29), on) == age


@pytest.mark.parametrize(
    ("on", "day"),
    [
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2027, 2, 28)),
        (date(2027, 12, 31), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_a_birthday_on_29_february_comes_every_year(on: date, day: date) -> None:
    assert next_birthday(date(2000, 2, 29), on) == day


def test_tenure_counts_full_months() -> None:
    assert tenure_months(date(2021, 3, 31), date(2021, 4, 30)) == 0
    assert tenure_months(date(2021, 3, 1), date(2026, 11, 20)) == 68
    assert tenure_months(date(2027, 1, 1), date(2026, 11, 20)) == 0


@pytest.mark.parametrize("text", ["13812346721", "+86 138-1234-6721", "0571 8888 6666", "95511"])
def test_a_number_that_can_be_dialled(text: str) -> None:
    assert is_phone(text)


@pytest.mark.parametrize("text", ["", "1234", "138x12346721", "1" * 20])
def test_a_number_that_cannot_be_dialled(text: str) -> None:
    assert not is_phone(text)


def test_an_email_address_has_a_name_and_a_domain() -> None:
    assert is_email("li.jianguo@example.com")
    assert not is_email("li.jianguo@")
    assert not is_email("li jianguo@example.com")
