"""Amounts, phones, identity numbers, codes and headers as files write them."""

from decimal import Decimal
from enum import StrEnum

import pytest

from services.intake import codes, values
from services.intake.synonyms import SYNONYMS, extra_key, header_key
from terms.clients import IdType, Sex
from terms.intake import ImportField as F
from terms.policies import Line, PaymentMode, PolicyStatus


@pytest.mark.parametrize(
    ("cell", "fen"),
    [
        ("1234.5", 123450),
        ("1,234,567.89", 123456789),
        ("12,3456.00", 12345600),
        ("¥1,280", 128000),
        ("￥1，280.50", 128050),
        ("RMB 300元", 30000),
        ("1.2万", 1200000),
        ("３万元", 3000000),
        ("0.5亿", 5000000000),
        ("１２３．４５", 12345),
        ("(100.00)", -10000),
        ("-5", -500),
        ("1.234,56", 123456),
        ("1.2E+3", 120000),
        ("0.005", 1),
        ("2763.519279", 276352),
    ],
)
def test_an_amount_becomes_fen_exactly(cell: str, fen: int) -> None:
    assert values.amount_fen(cell) == fen


@pytest.mark.parametrize("cell", ["", "面议", "12 34x", "1,2,3", "--5", "1e99"])
def test_what_is_no_amount_is_none(cell: str) -> None:
    assert values.amount_fen(cell) is None


def test_a_header_in_ten_thousands_scales_its_column() -> None:
    assert values.amount_fen("1.5", scale=values.header_scale("保费（万元）")) == 1500000
    assert values.header_scale("保费（元）") == Decimal(1)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("11010519491231002X", IdType.RESIDENT_ID),
        ("110105491231002", IdType.RESIDENT_ID),
        ("91330100MA27XF4A1B", IdType.UNIFIED_CREDIT_CODE),
        ("E12345678", IdType.PASSPORT),
        ("H12345678", IdType.HK_MACAO_PERMIT),
        ("军字第1号", IdType.OTHER),
    ],
)
def test_the_document_is_guessed_from_its_number(number: str, kind: IdType) -> None:
    assert values.guessed_id_type(number) is kind


def test_a_number_the_spreadsheet_rounded_is_recognised() -> None:
    assert values.lost_digits("3.30106E+17")
    assert values.lost_digits("1.1010119900307123e+17")
    assert not values.lost_digits("330106199003071234")


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        (F.SEX, "男", Sex.MALE),
        (F.SEX, "F", Sex.FEMALE),
        (F.LINE, "车险", Line.MOTOR),
        (F.LINE, "Personal Auto", Line.MOTOR),
        (F.LINE, "雇主责任保险", Line.EMPLOYERS),
        (F.LINE, "某某百万医疗2024", Line.MEDICAL),
        (F.PAYMENT_MODE, "月交", PaymentMode.MONTHLY),
        (F.POLICY_STATUS, "效力中止", PolicyStatus.SUSPENDED),
        (F.SEX, "不详", None),
    ],
)
def test_the_words_of_a_code_are_known(field: F, cell: str, code: StrEnum | None) -> None:
    assert codes.code_of(field, cell)[0] is code


def test_a_word_that_says_more_than_its_code_is_kept() -> None:
    assert codes.code_of(F.LINE, "motor") == (Line.MOTOR, True)
    assert codes.code_of(F.LINE, "Corporate Auto") == (Line.MOTOR, False)


def test_headers_are_compared_without_case_width_and_units() -> None:
    assert header_key("Policy_Number") == header_key("policy number") == header_key("ＰolicyNumber")
    assert header_key("保费(元)") == header_key("保费")
    assert extra_key("Vehicle_Class") == extra_key(" Vehicle  Class ")


def test_every_field_has_names_in_both_languages() -> None:
    for field in F:
        names = SYNONYMS[field]
        assert any(name.isascii() for name in names), field
        assert any(not name.isascii() for name in names), field
