"""The words in which a table is defined: tables, columns, and what a cell may hold.

Reading, validation, templates and the documentation follow from these definitions; the
definitions themselves stand in `definitions_people`, `definitions_places`,
`definitions_roles`, `definitions_service`, `definitions_lists`, `definitions_records` and
`definitions_changes`, the closed and open lists of codes in `code_lists`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

__all__ = ["Choices", "Chooser", "Column", "Kind", "Option", "Table", "match_key"]

_SPACES = re.compile(r"[\s\u00a0\u3000\u200b-\u200f\u2060\ufeff]+")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_REMARK = re.compile(r"\([^()]*\)$")
_CHINESE_NUMERALS = "零一二三四五六七八九十"


def match_key(words: str) -> str:
    """`words` as they are compared: half-width, lower case, without any space.

    Idempotent. Only ever a key for comparing: names are kept as the user wrote them.
    """
    return _SPACES.sub("", words).translate(_WIDE).lower()


class Kind(StrEnum):
    """What one value of a column is. Numbers of both kinds are stored as float64."""

    ID = "id"
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Option:
    """One entry of a list of codes: the stored code, its names, other accepted spellings."""

    code: str
    zh: str
    en: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choices:
    """A list of codes.

    Parameters
    ----------
    id, zh
        Name of the list; a dataset's ``codes`` table extends the list under either.
    options
        Its entries, in the order in which they are shown.
    closed
        Whether a value outside the list is a fault. In an open list such a value is
        kept as it is written.
    """

    id: str
    zh: str
    options: tuple[Option, ...]
    closed: bool = True

    @cached_property
    def codes(self) -> Mapping[str, str]:
        """Match key of every accepted spelling, to its code."""
        return {
            match_key(spelling): option.code
            for option in reversed(self.options)
            for spelling in (*option.aliases, option.en, option.zh, option.code)
            if spelling
        }

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Code to its Chinese name."""
        return {option.code: option.zh for option in self.options}

    def code(self, words: str) -> str | None:
        """The code that `words` stand for (a code or a name, Chinese or English), or None."""
        return self.codes.get(match_key(words))

    def extended(self, options: tuple[Option, ...]) -> Choices:
        """The list with further entries; an entry already there keeps its names."""
        known = self.names
        return replace(self, options=(*self.options, *(o for o in options if o.code not in known)))


@dataclass(frozen=True)
class Chooser:
    """The column of the same row whose code says which tables a reference points to.

    ``tables`` maps that code to the tables, tried in order; a code that maps to no
    table leaves the reference as free text.
    """

    column: str
    tables: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    id, zh
        English id and Chinese header.
    kind
        What a value is.
    aliases
        Further headers accepted on reading.
    required
        Whether the header must be there and every row must hold a value.
    many
        Whether a cell may hold several values, stored as a tuple of text.
    sensitive
        Personal data: masked outside the office's own working sheets.
    choices
        The list of codes that values are taken from.
    refers_to, chooser
        The tables a reference points to (tried in order), fixed or chosen per row.
    strict
        Whether a reference to nothing is a fault; otherwise it is kept and counted
        (a member may live outside the area that the dataset describes).
    strict_in_records
        Whether a reference to nothing is a fault all the same in records of the year:
        these are about who is there, what is kept of earlier years may be about who has left.
    may_lack
        Of the tables it refers to, those without which a value outside all others is a fault all the same.
    minimum, maximum
        Bounds of a number.
    units
        Words of measure that may follow a number in a cell: ``120户``.
    month
        Whether a date may stop at the month; it is then stored as its first day.
    series
        Whether the column may continue: ``wish_3`` goes on to ``wish_4``, ….
    """

    id: str
    zh: str
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    required: bool = False
    many: bool = False
    sensitive: bool = False
    choices: Choices | None = None
    refers_to: tuple[str, ...] = ()
    chooser: Chooser | None = None
    strict: bool = True
    strict_in_records: bool = False
    may_lack: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    units: tuple[str, ...] = ()
    month: bool = False
    series: bool = False

    @property
    def is_reference(self) -> bool:
        """Whether values are ids of rows of other tables."""
        return bool(self.refers_to) or self.chooser is not None

    @property
    def is_number(self) -> bool:
        """Whether values are stored as float64."""
        return self.kind in (Kind.INTEGER, Kind.NUMBER)


@dataclass(frozen=True)
class Table:
    """One table: its columns in order, its key, its parent in the trees.

    Parameters
    ----------
    id, zh, aliases
        English id, Chinese sheet name, further accepted names.
    columns
        Every known column, in the order in which sheets are written.
    key
        Id of the key column, or empty.
    parent
        (column, parent table), or None.
    unique
        Columns that together may not repeat, for tables without a key.
    one_of
        Columns of which every row fills at least one.
    names
        Columns whose text may stand for the key in a reference, where it is unique.
    """

    id: str
    zh: str
    columns: tuple[Column, ...]
    key: str = ""
    parent: tuple[str, str] | None = None
    unique: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    _by_id: dict[str, Column] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {column.id: column for column in self.columns})

    @cached_property
    def _by_header(self) -> Mapping[str, Column]:
        return {
            match_key(header): column
            for column in reversed(self.columns)
            for header in (*column.aliases, column.zh, column.id)
        }

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header that `find` knows as its own, Chinese and English, for suggestions."""
        return tuple(header for column in self.columns for header in (column.zh, column.id))

    def column(self, column_id: str) -> Column | None:
        """The column with that English id, also of a continued series, or None."""
        return self._by_id.get(column_id) or self._continued(column_id)

    def find(self, header: str) -> Column | None:
        """The column that a header names: in Chinese or English, with marks like ``*``, or None."""
        key = match_key(header).strip("*").removesuffix("(必填)").removesuffix("(选填)").strip("*:")
        for candidate in (key, _REMARK.sub("", key), key.replace("-", "_")):
            column = self._by_header.get(candidate) or self._continued(candidate)
            if column is not None:
                return column
        spaced = match_key(header.strip().replace(" ", "_").replace("-", "_"))
        return self._by_header.get(spaced) or self._continued(spaced)

    def _continued(self, header: str) -> Column | None:
        """The column `wish_4` or 第四意向 of a series that the definition ends at the third."""
        found = re.fullmatch(r"([a-z_]+_)(\d{1,2})|第([一二三四五六七八九十]|\d{1,2})(.+)", header)
        if found is None:
            return None
        stem, digits, ordinal, rest = found.groups()
        for column in self.columns:
            if not column.series:
                continue
            same_english = stem is not None and column.id.startswith(stem)
            same_chinese = rest is not None and column.zh.endswith(rest)
            if same_english or same_chinese:
                text = digits or ordinal
                number = int(text) if text.isdigit() else _CHINESE_NUMERALS.index(text)
                last = int(column.id.rsplit("_", 1)[1])
                if number > last:
                    return replace(
                        column,
                        id=f"{column.id.rsplit('_', 1)[0]}_{number}",
                        zh=_ordinal_header(column.zh, number),
                        required=False,
                        aliases=(),
                    )
        return None


def _ordinal_header(header: str, number: int) -> str:
    ordinal = _CHINESE_NUMERALS[number] if number <= 10 else str(number)
    return re.sub(r"第.", f"第{ordinal}", header, count=1)
