"""What one cell says: text, numbers, dates and yes/no, in the many ways offices write them.

Every function takes one distinct value of a column, so it runs once per value, not once
per row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, cast
from unicodedata import normalize

import numpy as np

from matchmaker.tables.schema import Choices, Column, Kind, match_key
from matchmaker.tables.writer import FORMULA_START

__all__ = ["EMPTY_MARKS", "Cell", "clean", "interpret", "interpret_plain"]

EMPTY_MARKS = frozenset({"无", "—", "——", "–", "―", "-", "--", "－", "/", "／", "\\", "空"})
"""What an office writes in a cell that may not stay blank."""

_WIDE_LETTERS = (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
_WIDE = {code: code - 0xFEE0 for code in _WIDE_LETTERS}
_ID_WIDE = {**_WIDE, 0xFF0D: 0x2D, 0xFF3F: 0x5F, 0xFF0E: 0x2E}
_SPACES = {0x3000: 0x20, 0xA0: 0x20, **dict.fromkeys((*range(0x200B, 0x2010), 0x2060, 0xFEFF))}
_ODD_SPACE = re.compile("[\u3000\u00a0\u200b-\u200f\u2060\ufeff]")
_ODD_WIDTH = re.compile("[０-９Ａ-Ｚａ-ｚ－＿．]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_DECIMAL_ID = re.compile(r"\d+\.0+")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SEPARATORS = re.compile(r"[、，,;；/／\n\r]+")
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
)
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?")
_LONGEST_NUMBER = 1e15  # a spreadsheet keeps 15 digits: longer numbers have lost their last ones
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 99_999  # 1927 to 2173
_UNTIDY = re.compile(
    "[\u3000\u00a0\u200b-\u200f\u2060\ufeff０-９Ａ-Ｚａ-ｚ－＿．\x00-\x09\x0b-\x1f\x7f']|^[^\\S\n]|[^\\S\n]$",
    re.MULTILINE,
)
_UNTIDY_ID = re.compile(r"^\d+\.0+$|^\d(?:\.\d+)?[eE]\+\d+$", re.MULTILINE)
_PLAIN_NUMBERS = re.compile(r"(?:(?:\d{1,14}(?:\.\d{1,12})?)?\n)*", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_YES = ("是", "有", "true", "yes", "y", "1", "√", "✓", "✔", "☑", "对", "参加", "可")
_NO = ("否", "无", "false", "no", "n", "0", "×", "✗", "✘", "☒", "x", "没有", "不参加", "不可")
_FLAGS: Mapping[str, bool] = {**dict.fromkeys(_YES, True), **dict.fromkeys(_NO, False)}


class Cell(NamedTuple):
    """A value understood, or the code of the fault that it is.

    ``marks`` are the codes of notes: what was normalised on the way.
    """

    value: str | float | bool | tuple[str, ...] | None = None
    fault: str = ""
    marks: tuple[str, ...] = ()


def clean(raw: object, *, as_id: bool, from_csv: bool) -> tuple[str, tuple[str, ...]]:
    """The text of a cell without what nobody meant to write, and what was taken off.

    Returns
    -------
    (text, codes of notes); the text of an empty cell is empty.
    """
    if not isinstance(raw, str):
        return _text_of(raw)
    if raw.isascii() and raw.isalnum():  # nothing to tidy: by far the most frequent case
        return raw, ()
    text, marks = raw, []
    if _ODD_WIDTH.search(text):
        wider = text.translate(_ID_WIDE if as_id else _WIDE)
        if wider != text:
            marks.append("tables.note.full_width")
            text = wider
    if _ODD_SPACE.search(text):
        text = text.translate(_SPACES)
        marks.append("tables.note.odd_spaces")
    if _CONTROL.search(text):
        text = _CONTROL.sub("", text)
        marks.append("tables.note.odd_spaces")
    text = text.strip()
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if from_csv and text.startswith("'") and FORMULA_START.match(text[1:]):
        text = text[1:]  # put there by the writer, so that no spreadsheet runs the cell
    elif as_id and text.startswith("'"):
        text = text[1:]
        marks.append("tables.note.apostrophe")
    if as_id and _DECIMAL_ID.fullmatch(text):
        text = text.split(".")[0]
        marks.append("tables.note.decimal_id")
    return text, tuple(marks)


def _text_of(raw: object) -> tuple[str, tuple[str, ...]]:
    if raw is None:
        return "", ()
    if isinstance(raw, (int, float)):
        number = float(raw)
        return (str(int(number)) if number.is_integer() else repr(number)), ()
    if isinstance(raw, datetime):
        midnight = raw.time() == datetime.min.time()
        return (raw.date().isoformat() if midnight else raw.isoformat(" ", "minutes")), ()
    return str(raw), ()


def interpret(
    raw: object, column: Column, choices: Choices | None, *, from_csv: bool, epoch_1904: bool
) -> Cell:
    """Understand one cell of `column`.

    Parameters
    ----------
    raw
        What the file reader found.
    column, choices
        The column's definition, and its list of codes as the dataset extends it.
    from_csv
        Whether the writer's own escaping has to be taken off.
    epoch_1904
        Whether date serials count from 1904.
    """
    kind = column.kind
    as_id = kind is Kind.ID
    if as_id and isinstance(raw, (int, float)) and abs(raw) >= _LONGEST_NUMBER:
        return Cell(fault="tables.id_as_number")
    if as_id and isinstance(raw, (date, timedelta)):
        return Cell(fault="tables.id_as_date")
    text, marks = clean(raw, as_id=as_id, from_csv=from_csv)
    if kind is Kind.FLAG:
        return _flag(text, marks)
    if not text or text in EMPTY_MARKS:
        empty = () if column.many else None
        return Cell(empty, marks=(*marks, "tables.note.empty_mark") if text else marks)
    if as_id and _SCIENTIFIC.fullmatch(text):
        return Cell(fault="tables.id_as_number")
    if column.is_number:
        return _number(raw, text, column, marks)
    if kind is Kind.DATE:
        return _date(raw, text, column.month, epoch_1904, marks)
    if column.many:
        return _several(text, choices, marks)
    if choices is not None:
        return _choice(text, choices, marks)
    return Cell(text, marks=marks)


def interpret_plain(raws: Sequence[object], column: Column) -> list[Cell] | None:
    """All the distinct cells of a column at once, or None where one of them needs `interpret`.

    One search over the joined cells shows that there is nothing to tidy, as in nearly
    every large column; the result is the same, some ten times as fast.
    """
    if column.many or column.choices is not None or column.kind in (Kind.FLAG, Kind.DATE):
        return None
    if not all(isinstance(raw, str) for raw in raws):
        return None
    texts = cast(Sequence[str], raws)
    joined = "\n".join(texts)
    if joined.count("\n") != len(texts) - 1:
        return None
    if column.is_number:
        return _plain_numbers(texts, joined, column)
    if _UNTIDY.search(joined) or any(mark in texts for mark in EMPTY_MARKS):
        return None
    if column.kind is Kind.ID and _UNTIDY_ID.search(joined):
        return None
    return [Cell(text or None) for text in texts]


def _plain_numbers(texts: Sequence[str], joined: str, column: Column) -> list[Cell] | None:
    if _PLAIN_NUMBERS.fullmatch(f"{joined}\n") is None:
        return None
    numbers = np.array([text or "nan" for text in texts], dtype=np.float64)
    filled = numbers[~np.isnan(numbers)]
    if column.kind is Kind.INTEGER and (filled != np.floor(filled)).any():
        return None
    if column.minimum is not None and (filled < column.minimum).any():
        return None
    if column.maximum is not None and (filled > column.maximum).any():
        return None
    return [Cell(number if text else None) for text, number in zip(texts, numbers.tolist(), strict=True)]


def _flag(text: str, marks: tuple[str, ...]) -> Cell:
    key = match_key(text)
    if key in _FLAGS:
        return Cell(_FLAGS[key], marks=marks)
    if not text or text in EMPTY_MARKS:
        return Cell(marks=(*marks, "tables.note.empty_mark") if text else marks)
    return Cell(fault="tables.bad_flag")


def _number(raw: object, text: str, column: Column, marks: tuple[str, ...]) -> Cell:
    if isinstance(raw, date):
        return Cell(fault="tables.bad_number")
    plain = normalize("NFKC", text)
    if plain != text and "tables.note.full_width" not in marks:
        marks = (*marks, "tables.note.full_width")
    for unit in sorted(column.units, key=len, reverse=True):
        if plain.endswith(unit):
            plain = plain.removesuffix(unit).rstrip()
            marks = (*marks, "tables.note.unit")
            break
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
        marks = (*marks, "tables.note.thousands")
    if _NUMBER.fullmatch(plain) is None:
        return Cell(fault="tables.bad_number")
    number = float(plain)
    if abs(number) >= _LONGEST_NUMBER:
        return Cell(fault="tables.bad_number")
    if column.kind is Kind.INTEGER and not number.is_integer():
        return Cell(fault="tables.bad_integer")
    if column.minimum is not None and number < column.minimum:
        return Cell(fault="tables.too_small")
    if column.maximum is not None and number > column.maximum:
        return Cell(fault="tables.too_large")
    return Cell(number + 0.0, marks=marks)


def _date(raw: object, text: str, month_only: bool, epoch_1904: bool, marks: tuple[str, ...]) -> Cell:
    if isinstance(raw, date):  # datetime is a date too
        return _day(raw.year, raw.month, raw.day, marks)
    plain = normalize("NFKC", text)
    full = _DATE.fullmatch(plain)
    if full:
        year, month, day = map(int, full.groups())
        usual = plain == f"{year:04}-{month:02}-{day:02}"
        return _day(year, month, day, marks if usual else _reformed(marks))
    if re.fullmatch(r"\d{8}", plain):
        return _day(int(plain[:4]), int(plain[4:6]), int(plain[6:]), _reformed(marks))
    if month_only:
        short = _MONTH.fullmatch(plain)
        # The number 1985.1 may have been 1985.10: that is for the office to say.
        if short and not (isinstance(raw, float) and len(short[2]) == 1):
            return _day(int(short[1]), int(short[2]), 1, _reformed(marks))
        if re.fullmatch(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])", plain):
            return _day(int(plain[:4]), int(plain[4:]), 1, _reformed(marks))
    if re.fullmatch(r"\d{5}(?:\.\d+)?", plain) and _FIRST_SERIAL <= float(plain) <= _LAST_SERIAL:
        first = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)
        day_meant = first + timedelta(days=int(float(plain)))
        return _day(day_meant.year, day_meant.month, day_meant.day, (*marks, "tables.note.date_serial"))
    return Cell(fault="tables.bad_date")


def _reformed(marks: tuple[str, ...]) -> tuple[str, ...]:
    return (*marks, "tables.note.date_format")


def _day(year: int, month: int, day: int, marks: tuple[str, ...]) -> Cell:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return Cell(fault="tables.bad_date")
    try:
        return Cell(date(year, month, day).isoformat(), marks=marks)
    except ValueError:
        return Cell(fault="tables.bad_date")


def _several(text: str, choices: Choices | None, marks: tuple[str, ...]) -> Cell:
    parts = [part.strip() for part in _SEPARATORS.split(text)]
    parts = [part for part in parts if part and part not in EMPTY_MARKS]
    if choices is not None:
        codes = [choices.code(part) for part in parts]
        if choices.closed and None in codes:
            return Cell(fault="tables.unknown_code")
        parts = [code or part for code, part in zip(codes, parts, strict=True)]
    return Cell(tuple(dict.fromkeys(parts)), marks=marks)


def _choice(text: str, choices: Choices, marks: tuple[str, ...]) -> Cell:
    code = choices.code(text)
    if code is None and choices.closed:
        return Cell(fault="tables.unknown_code")
    return Cell(code or text, marks=marks)
