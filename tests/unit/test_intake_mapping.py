"""What columns mean: suggested from headers and values, fitted to another file's headers."""

import pyarrow as pa

from services.intake.converting import convert
from services.intake.mapping import ColumnMapping, missing_required, suggest
from services.intake.reading import Table
from terms.intake import DateOrder, ImportKind, Problem
from terms.intake import ImportField as F
from terms.policies import Line
from tests.make.moment import ON


def table(columns: dict[str, list[str]]) -> Table:
    count = len(next(iter(columns.values())))
    return Table(pa.table(columns), list(range(2, count + 2)), 1, "utf-8", ",")


def suggested(columns: dict[str, list[str]], kind: ImportKind = ImportKind.BOOK) -> dict[str, F]:
    return dict(suggest(table(columns).columns, kind=kind, on=ON).fields)


def test_chinese_headers_are_recognised() -> None:
    found = suggested(
        {
            "客户编号": ["C1", "C2"],
            "投保人姓名": ["王伟", "李娜"],
            "客户手机号码": ["13800000001", "13900000002"],
            "保单号": ["P1", "P2"],
            "险种": ["车险", "意外险"],
            "起保日期": ["2026-01-05", "2026-02-01"],
            "终保日期": ["2027-01-04", "2027-01-31"],
            "保费（元）": ["1,200.00", "80"],
            "备注": ["", "好"],
        }
    )
    assert found == {
        "客户编号": F.CLIENT_NUMBER,
        "投保人姓名": F.CLIENT_NAME,
        "客户手机号码": F.PHONE,
        "保单号": F.POLICY_NUMBER,
        "险种": F.LINE,
        "起保日期": F.INCEPTION_ON,
        "终保日期": F.EXPIRY_ON,
        "保费（元）": F.PREMIUM,
    }


def test_a_header_with_two_meanings_is_settled_by_its_values() -> None:
    number = suggested({"Customer": ["AB1", "CD2", "EF3"], "Policy": ["PX-1", "PX-2", "PX-3"]})
    assert number == {"Customer": F.CLIENT_NUMBER, "Policy": F.POLICY_NUMBER}
    product = suggested(
        {"Client No": ["1", "2"], "Customer": ["王伟", "李娜"], "Policy": ["Gold", "Gold"]}
    )
    assert product == {
        "Client No": F.CLIENT_NUMBER,
        "Customer": F.CLIENT_NAME,
        "Policy": F.PRODUCT,
    }


def test_an_unknown_header_is_recognised_by_phones_and_identity_numbers() -> None:
    found = suggested(
        {
            "客户号": ["C1", "C2", "C3"],
            "字段七": ["13800000001", "13900000002", "13700000003"],
            "字段八": ["11010519491231002X"] * 3,
        }
    )
    assert found["字段七"] is F.PHONE
    assert found["字段八"] is F.ID_NUMBER


def test_a_known_header_over_other_values_is_left_alone() -> None:
    assert F.EXPIRY_ON not in suggested({"客户号": ["C1", "C2"], "到期日": ["甲", "乙"]}).values()


def test_only_the_fields_of_the_kind_are_suggested() -> None:
    columns = {"客户号": ["C1", "C2"], "姓名": ["王伟", "李娜"], "保单号": ["P1", "P2"]}
    assert F.POLICY_NUMBER not in suggested(columns, ImportKind.CLIENTS).values()
    staff = suggested({"工号": ["s1", "s2"], "姓名": ["王伟", "李娜"]}, ImportKind.STAFF)
    assert set(staff.values()) == {F.USERNAME, F.STAFF_NAME}


def test_a_missing_required_column_is_named() -> None:
    assert missing_required(ColumnMapping({"姓名": F.CLIENT_NAME}), kind=ImportKind.BOOK) == (
        F.CLIENT_NUMBER,
    )


def test_a_saved_mapping_fits_headers_written_a_little_differently() -> None:
    saved = ColumnMapping({"Client_Number": F.CLIENT_NUMBER}, {"Birth Date": DateOrder.DMY})
    fitted = saved.fitted_to(["client number", "birth_date"])
    assert fitted.fields == {"client number": F.CLIENT_NUMBER}
    assert fitted.orders == {"birth_date": DateOrder.DMY}
    assert ColumnMapping.from_json(saved.as_json()) == saved


def test_odd_cells_are_named_and_their_text_is_kept() -> None:
    file = table(
        {
            "客户号": ["C1", "C2"],
            "出生日期": ["1980-02-30", "1990-05-06"],
            "手机": ["12", "13800000001"],
            "险种": ["Corporate Auto", "车险"],
        }
    )
    mapping = suggest(file.columns, kind=ImportKind.BOOK, on=ON)
    mapping = ColumnMapping({**mapping.fields, "出生日期": F.BIRTH_ON, "手机": F.PHONE})
    rows = convert(file, mapping, on=ON)
    assert rows.fields[F.LINE] == [Line.MOTOR, Line.MOTOR]
    codes = [(problem["column"], problem["code"]) for problem in rows.problems[0]]
    assert codes == [("出生日期", Problem.DATE_ODD), ("手机", Problem.PHONE_ODD)]
    assert rows.kept[0] == {"出生日期": "1980-02-30", "手机": "12", "险种": "Corporate Auto"}
    assert 1 not in rows.problems


def test_a_wrong_identity_number_is_a_warning_and_an_abolished_region_is_nothing() -> None:
    file = table(
        {
            "客户号": ["C1", "C2", "C3", "C4"],
            "证件号码": [
                "110105194912310021",
                "110105194913310028",
                "132201194912310021",
                "E12345678",
            ],
        }
    )
    mapping = ColumnMapping({"客户号": F.CLIENT_NUMBER, "证件号码": F.ID_NUMBER})
    rows = convert(file, mapping, on=ON)
    codes = {place: listed[0]["code"] for place, listed in rows.problems.items()}
    assert codes[0] == Problem.ID_CHECK_DIGIT
    assert codes[1] in (Problem.ID_DATE, Problem.ID_FORM)
    assert 3 not in codes
    assert all(rows.fields[F.ID_NUMBER])


def test_a_blank_is_odd_only_where_the_column_is_otherwise_full() -> None:
    full = [f"C{n}" for n in range(100)]
    one_blank = ["x"] * 99 + [""]
    many_blanks = ["x"] * 60 + [""] * 40
    file = table({"客户号": full, "姓名": one_blank, "备注": many_blanks})
    rows = convert(file, ColumnMapping({"客户号": F.CLIENT_NUMBER}), on=ON)
    assert list(rows.problems) == [99]
    assert rows.problems[99][0]["column"] == "姓名"


def test_rows_equal_but_for_the_number_are_flagged_with_the_earlier_line() -> None:
    row = ["x", "y", "z", "q"]
    columns = {"客户号": ["C1", "C2", "C3", "C1"]}
    columns |= {f"列{n}": [row[n]] * 3 + [row[n]] for n in range(4)}
    columns["列0"] = ["x", "other", "x", "x"]
    rows = convert(table(columns), ColumnMapping({"客户号": F.CLIENT_NUMBER}), on=ON)
    assert rows.duplicate_of == {2: 2}
