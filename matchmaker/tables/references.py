"""References between tables: a name or an id becomes the id, or a fault with a suggestion."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.errors import Detail
from matchmaker.tables.canonical import TABLES, distinct
from matchmaker.tables.columns import Reading, details_of
from matchmaker.tables.grids import Ledger
from matchmaker.tables.schema import Column, Table, match_key

__all__ = ["Directory", "check_keys", "resolve_references"]

_NEIGHBOURS = 60
_VARIANTS = str.maketrans(
    "囯國圀萬區龍號員園辦鎮鄉東華業樓門廣場馬橋陳張劉勞學會體裏喆昇陞峯甯寧寕興陽長麗蘭",
    "国国国万区龙号员园办镇乡东华业楼门广场马桥陈张刘劳学会体里哲升升峰宁宁宁兴阳长丽兰",
)
"""Characters that look alike or differ only in style, and that NFKC keeps apart."""


class Directory:
    """The rows of one table by id and by name.

    Parameters
    ----------
    table
        The table's definition.
    frames
        Its rows, which may come from several places; those of one id are one row.
    """

    def __init__(self, table: Table, *frames: pd.DataFrame) -> None:
        frame = pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]
        self._keys: list[str | None] = frame[table.key].tolist() if table.key in frame else []
        self._spellings = [frame[name].tolist() for name in table.names if name in frame]
        self.ids: frozenset[str] = frozenset(each for each in self._keys if each is not None)

    @cached_property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """Match key of a name, to the ids that bear it."""
        names: dict[str, tuple[str, ...]] = {}
        for spellings in self._spellings:
            for key, words in zip(self._keys, spellings, strict=True):
                if key is not None and words is not None:
                    spelled = match_key(words)
                    known = names.get(spelled, ())
                    names[spelled] = known if key in known else (*known, key)
        return names

    @cached_property
    def _written(self) -> Mapping[str, str]:
        """Match key of every id and name, to how it is written."""
        names = (words for spellings in self._spellings for words in spellings if words is not None)
        return {match_key(words): words for words in (*names, *sorted(self.ids))}

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._written)

    @cached_property
    def _without_zeros(self) -> Mapping[str, str]:
        digits = (each for each in sorted(self.ids) if each.startswith("0") and each.isdigit())
        return {each.lstrip("0"): each for each in digits}

    @cached_property
    def _folded(self) -> Mapping[str, str]:
        return {key.translate(_VARIANTS): words for key, words in self._written.items()}

    def lost_zeros(self, words: str) -> str:
        """The id that `words` would be with the leading zeros a spreadsheet takes away, or empty."""
        return self._without_zeros.get(words, "") if words.isdigit() else ""

    def variant(self, words: str) -> str:
        """The name that differs from `words` only in variant characters, or empty."""
        return self._folded.get(match_key(words).translate(_VARIANTS), "")

    def near(self, words: str) -> list[str]:
        """Ids and names close to `words`; of long lists only those around it in order."""
        known, key = self._sorted, match_key(words)
        if len(known) > 20 * _NEIGHBOURS:
            at = bisect_left(known, key)
            known = known[max(at - _NEIGHBOURS, 0) : at + _NEIGHBOURS]
        return [self._written[each] for each in get_close_matches(key, known, n=3, cutoff=0.6)]


def check_keys(reading: Reading, ledger: Ledger) -> None:
    """Faults for keys (or columns that together are one) that repeat, or that lost their zeros."""
    table, frame, grid = reading.table, reading.frame, reading.layout.grid
    columns = [table.key] if table.key else list(table.unique)
    if not columns or any(column not in frame for column in columns) or frame.empty:
        return
    keys = frame[columns]
    filled = keys.notna().all(axis=1).to_numpy()
    repeated = np.flatnonzero(keys.duplicated(keep="first").to_numpy() & filled)
    position = reading.position(columns[0])
    headers = "+".join(column.zh for column in table.columns if column.id in columns)
    firsts: dict[tuple[object, ...], int] = {}
    if len(repeated):
        for at, values in enumerate(keys.itertuples(index=False, name=None)):
            firsts.setdefault(values, at)
    for at in repeated.tolist():
        values = tuple(keys.iloc[at])
        first = grid.place(reading.layout.rows[firsts[values]], position).cell
        ledger.fault(
            "tables.duplicate_key", grid, reading.layout.rows[at], position, " + ".join(map(_said, values)),
            header=headers, column="+".join(columns), first=first,
        )  # fmt: skip
    if table.key:
        _check_zeros(reading, ledger)


def _said(value: object) -> str:
    """A value as a cell has it."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _check_zeros(reading: Reading, ledger: Ledger) -> None:
    """Ids of digits that are shorter than all those with leading zeros have probably lost theirs."""
    keys = [key for key in reading.frame[reading.table.key].tolist() if key]
    lengths = {len(key) for key in keys if key.isdigit() and key.startswith("0")}
    if len(lengths) != 1:
        return
    length = lengths.pop()
    position = reading.position(reading.table.key)
    for at, key in enumerate(reading.frame[reading.table.key].tolist()):
        if key and key.isdigit() and len(key) < length:
            ledger.fault(
                "tables.lost_zeros", reading.layout.grid, reading.layout.rows[at], position, key,
                near=key.zfill(length),
            )  # fmt: skip


def resolve_references(
    reading: Reading, directories: Mapping[str, Directory], ledger: Ledger, records: bool = False
) -> pd.DataFrame:
    """The frame of `reading` with every reference to a known table turned into an id.

    Parameters
    ----------
    records
        Whether the sheet is one of records of the year.
    """
    frame = reading.frame.copy(deep=False)
    for field in reading.layout.fields:
        column = field.column
        if column is None or not column.is_reference:
            continue
        if column.chooser is None:
            groups = [(column.refers_to, np.ones(len(frame), bool))]
        elif column.chooser.column in frame:
            kinds = np.asarray(frame[column.chooser.column], dtype=object)
            groups = [(tables, kinds == code) for code, tables in column.chooser.tables.items()]
        else:
            groups = []
        values = np.asarray(frame[field.name], dtype=object).copy()
        for tables, rows in groups:
            if tables and rows.any():
                strict = column.strict or (records and column.strict_in_records)
                _resolve_group(
                    reading, column, field.position, tables, rows, values, directories, ledger, strict
                )
        frame[field.name] = pd.Series(values, dtype=object)
    return frame


def _resolve_group(
    reading: Reading,
    column: Column,
    position: int,
    tables: Sequence[str],
    rows: NDArray[np.bool_],
    values: NDArray[np.object_],
    directories: Mapping[str, Directory],
    ledger: Ledger,
    strict: bool,
) -> None:
    """Resolve, in place, the values of the given rows against `tables`."""
    grid = reading.layout.grid
    present = [directories[table] for table in tables if table in directories]
    label = "、".join(f"{TABLES[table].zh}({table})" for table in tables)
    at = np.flatnonzero(rows)
    codes, uniques = distinct(values[at])
    counts = np.bincount(codes, minlength=len(uniques)).tolist()
    strict &= all(table in directories or table in column.may_lack for table in tables)
    strict &= bool(present)
    found: list[object] = []
    for value, count in zip(uniques, counts, strict=True):
        parts = value if isinstance(value, tuple) else () if value is None else (value,)
        ids: list[str] = []
        for part in parts:
            matches = _matches(part, present)
            if len(matches) == 1:
                ids.append(matches[0])
                continue
            ids.append(part)
            if not strict:
                code = "tables.note.table_absent" if not present else "tables.warning.unresolved"
                ledger.note(code, grid.place(), count, **details_of(column), table=label)
                continue
            fault, details = _why(part, matches, present)
            for row in at[codes == len(found)].tolist():
                ledger.fault(
                    fault, grid, reading.layout.rows[row], position, part,
                    **details_of(column), **details, table=label,
                )  # fmt: skip
        found.append(tuple(dict.fromkeys(ids)) if isinstance(value, tuple) else ids[0] if ids else None)
    resolved = np.empty(len(found), dtype=object)
    for number, each in enumerate(found):
        resolved[number] = each
    values[at] = resolved[codes]


def _matches(words: str, directories: Sequence[Directory]) -> tuple[str, ...]:
    """The ids that `words` may mean: an id means itself, in the first table that has it."""
    for directory in directories:
        if words in directory.ids:
            return (words,)
    key = match_key(words)
    for directory in directories:
        if key in directory.names:
            return directory.names[key]
    return ()


def _why(
    words: str, matches: Sequence[str], directories: Sequence[Directory]
) -> tuple[str, dict[str, Detail]]:
    """The code and details of the fault that `words` names no row, or several."""
    if matches:
        return "tables.ambiguous_name", {"ids": "、".join(matches)}
    for directory in directories:
        if directory.lost_zeros(words):
            return "tables.lost_zeros", {"near": directory.lost_zeros(words)}
        if directory.variant(words):
            return "tables.variant_character", {"near": directory.variant(words)}
    near = [each for directory in directories for each in directory.near(words)][:3]
    if near:
        return "tables.orphan_near", {"near": "、".join(near)}
    return "tables.orphan", {}
