"""What single cells say, in the ways offices write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.tables import Column, Kind
from matchmaker.tables.cells import Cell, interpret, interpret_plain
from matchmaker.tables.code_lists import CHOICES


def understood(raw: object, column: Column, *, from_csv: bool = True) -> Cell:
    return interpret(raw, column, column.choices, from_csv=from_csv, epoch_1904=False)


ID = Column("agency_id", "单位编码", Kind.ID)
TEXT = Column("name", "名称")
COUNT = Column("households", "户数", Kind.INTEGER, minimum=0, units=("户",))
NUMBER = Column("strength", "力量等级", Kind.NUMBER, minimum=1, maximum=5)
FLAG = Column("active", "是否参加", Kind.FLAG)
DATE = Column("date", "日期", Kind.DATE)
MONTH = Column("birth", "出生年月", Kind.DATE, month=True)
CODES = Column("function_codes", "职能类别", many=True, choices=CHOICES["category"])
CLOSED = Column("side", "填报方类型", choices=CHOICES["party_kind"])


@pytest.mark.parametrize(
    ("raw", "value", "mark"),
    [
        ("0012", "0012", ""),  # 2: stays text
        (12.0, "12", ""),
        ("13800000000.0", "13800000000", "tables.note.decimal_id"),  # 3
        ("Ａ００１２", "A0012", "tables.note.full_width"),  # 5
        ("\u3000A1\u200b\u00a0", "A1", "tables.note.odd_spaces"),  # 6
        ("'0012", "0012", "tables.note.apostrophe"),
        ("无", None, "tables.note.empty_mark"),
    ],
)
def test_ids(raw: object, value: str | None, mark: str) -> None:
    assert understood(raw, ID) == Cell(value, marks=(mark,) if mark else ())


@pytest.mark.parametrize("raw", [1.10101199001011e17, "1.10101E+17"])
def test_long_id_stored_as_number_is_a_fault(raw: object) -> None:  # 1
    assert understood(raw, ID).fault == "tables.id_as_number"


def test_id_that_became_a_date_is_a_fault() -> None:
    assert understood(date(2026, 3, 1), ID).fault == "tables.id_as_date"


@pytest.mark.parametrize("name", ["NA", "None", "nan", "null", "N/A"])
def test_names_that_look_missing_are_literal(name: str) -> None:  # 17
    assert understood(name, TEXT).value == name


@pytest.mark.parametrize("mark", ["无", "—", "——", "／", "/", "-", "空", "", "  ", None])
def test_marks_of_emptiness(mark: str | None) -> None:
    for column in (ID, TEXT, COUNT, DATE):
        assert understood(mark, column).value is None
    assert understood(mark, CODES).value == ()


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("120", 120),
        (120.0, 120),
        ("１２０", 120),
        ("120户", 120),
        ("1,200", 1200),
        ("１，２００", 1200),
        (" 7 ", 7),
    ],
)
def test_whole_numbers(raw: object, value: float) -> None:
    assert understood(raw, COUNT).value == value


@pytest.mark.parametrize(
    ("raw", "column", "fault"),
    [
        ("约120", COUNT, "tables.bad_number"),
        ("nan", COUNT, "tables.bad_number"),
        ("inf", NUMBER, "tables.bad_number"),
        ("12.5", COUNT, "tables.bad_integer"),
        ("-1", COUNT, "tables.too_small"),
        ("6", NUMBER, "tables.too_large"),
        (date(2026, 1, 2), COUNT, "tables.bad_number"),
        ("也许", FLAG, "tables.bad_flag"),
        ("2026年13月1日", DATE, "tables.bad_date"),
        ("2026-02-30", DATE, "tables.bad_date"),
        ("长期", DATE, "tables.bad_date"),
        ("1985-03", DATE, "tables.bad_date"),
        (1985.1, MONTH, "tables.bad_date"),
        ("示例", CLOSED, "tables.unknown_code"),
    ],
)
def test_faulty_cells(raw: object, column: Column, fault: str) -> None:
    assert understood(raw, column).fault == fault


@pytest.mark.parametrize("raw", ["是", "有", "true", "TRUE", "1", "√", "Yes", 1.0])
def test_yes(raw: object) -> None:
    assert understood(raw, FLAG).value is True


@pytest.mark.parametrize("raw", ["否", "无", "false", "0", "×", "No", 0.0])
def test_no(raw: object) -> None:
    assert understood(raw, FLAG).value is False


@pytest.mark.parametrize(
    "raw",
    ["2026-01-02", "2026/1/2", "20260102", "2026年1月2日", "2026.1.2", "２０２６年１月２日", 46024.0, "46024",
     date(2026, 1, 2), datetime(2026, 1, 2, 3, 4), "2026-01-02 00:00:00", 20260102.0],
)  # fmt: skip
def test_dates(raw: object) -> None:  # 16
    assert understood(raw, DATE).value == "2026-01-02"


def test_date_serials_count_from_1904_where_the_workbook_says_so() -> None:
    assert interpret(44562.0, DATE, None, from_csv=False, epoch_1904=True).value == "2026-01-02"


@pytest.mark.parametrize("raw", ["1985-03", "1985年3月", "1985.03", "1985/3", "198503", 198503.0, 1985.03])
def test_months(raw: object) -> None:
    assert understood(raw, MONTH).value == "1985-03-01"


@pytest.mark.parametrize("separator", ["、", "，", ",", ";", "；", "/", "／", "\n"])
def test_several_values_in_one_cell(separator: str) -> None:
    cell = understood(f"就业{separator} law{separator}摄影{separator}就业", CODES)
    assert cell.value == ("employ", "law", "摄影")


@pytest.mark.parametrize("raw", ["agency", "单位", "机关单位", " 单 位 ", "Agency"])
def test_codes_by_any_name(raw: str) -> None:
    assert understood(raw, CLOSED).value == "agency"


def test_the_writers_apostrophe_is_taken_off_in_csv_only() -> None:
    assert understood("'=1+1", TEXT).value == "=1+1"
    assert understood("''=1+1", TEXT).value == "'=1+1"
    assert understood("'=1+1", TEXT, from_csv=False).value == "'=1+1"
    assert understood("'引文'", TEXT).value == "'引文'"


odd_text = st.text(st.sampled_from(list("aZ09Ａ９　 \u00a0\u200b'=+-.,、/无—是否示年月日\n\t\r")), max_size=8)


@given(odd_text, st.sampled_from([ID, TEXT, CODES]))
def test_normalising_twice_is_normalising_once(raw: str, column: Column) -> None:
    once = understood(raw, column, from_csv=False).value
    if column.many:
        assert isinstance(once, tuple)
        assert understood("、".join(once), column, from_csv=False).value == once
    elif once is not None:
        again = understood(once, column, from_csv=False).value
        # Peeling one apostrophe or one “.0” may uncover another only in cells nobody types.
        assert again == once or "'" in raw


@given(st.lists(odd_text | st.from_regex(r"\A-?\d{1,5}(\.\d{1,3})?\Z"), max_size=6, unique=True))
def test_the_short_way_agrees_with_the_long_one(raws: list[str]) -> None:
    for column in (ID, TEXT, COUNT, NUMBER):
        quick = interpret_plain(raws, column)
        if quick is not None:
            assert quick == [understood(raw, column) for raw in raws]
