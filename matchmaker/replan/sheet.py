"""The sheet of changes, read beside the plan that it is about; every fault of it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd

from matchmaker.errors import Detail, Fault, InputError, Place
from matchmaker.model import Dataset
from matchmaker.tables import TABLES, match_key, read_dataset
from matchmaker.tables.cells import interpret
from matchmaker.tables.definitions_lists import PARTY_TABLES

__all__ = ["Change", "ChangeKind", "Sheet", "parent_table", "read_changes"]

TABLE = "changes"


class ChangeKind(StrEnum):
    """What may happen to a row during the year, as the ``change_kind`` list of codes has it."""

    LEAVES = "leaves"
    ILL = "ill"
    RETURNS = "returns"
    COMES = "comes"
    MOVES = "moves"
    MERGES = "merges"
    SPLITS = "splits"
    CLOSES = "closes"


WORDS = ("party_id", "new_id", "new_name", "into_id", "replaces_id", "date", "until", "reason")
"""Columns of text that a row is read from."""

NEW = (ChangeKind.COMES, ChangeKind.SPLITS)
"""Kinds by which a row comes into being."""


@dataclass(frozen=True)
class Change:
    """One row of the sheet, rows by id.

    Parameters
    ----------
    kind : ChangeKind
    table : str
        Of the row that changes.
    id : str
        The row; of a newcomer its new id.
    into : str
        Where it goes: the row above a newcomer or of one that moves, the one that it merges into,
        the part into which it splits; empty where nothing is said.
    replaces : str
        Whom a newcomer takes over from.
    name : str
        Of a newcomer, and of a part.
    share : float
        Part of the whole that a part has; NaN where nothing is said.
    date, until, reason : str
    values : mapping of str to object
        Further columns of the row that comes into being, or of the one merged into.
    """

    kind: ChangeKind
    table: str
    id: str
    into: str = ""
    replaces: str = ""
    name: str = ""
    share: float = float("nan")
    date: str = ""
    until: str = ""
    reason: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Sheet:
    """The sheet as the ``changes`` table has it, every row by its id, and its rows."""

    table: pd.DataFrame
    changes: tuple[Change, ...]

    def of(self, *kinds: ChangeKind) -> tuple[Change, ...]:
        """The changes of some kinds, in the order of the sheet."""
        return tuple(change for change in self.changes if change.kind in kinds)


def parent_table(table: str) -> tuple[str, str] | None:
    """Column and table of what stands above a table's rows; None where nothing does."""
    definition = TABLES.get(table)
    return None if definition is None else definition.parent


def read_changes(path: Path, dataset: Dataset) -> Sheet:
    """Read a sheet of changes to the rows of a dataset.

    Raises
    ------
    InputError
        With every fault: unknown rows and words, a row that changes twice, newcomers without a
        name or a place, mergers into nothing, no row at all.
    """
    kinds = read_dataset(path).dataset.frame(TABLE)
    meant = {name: dataset.tables[name] for name in _tables_of(kinds) if name in dataset.tables}
    beside = Dataset(meant, dataset.keys, dataset.parents)
    frame = read_dataset(path, beside=beside, records=True).dataset.frame(TABLE)
    place = Place(file=path.name)
    if not len(frame):
        raise InputError([Fault("replan.no_sheet", place)])
    reading = _Reading(frame, dataset, place)
    changes = [reading.change(row) for row in _rows(frame)]
    faults = [*reading.faults, *_twice(changes, place)]
    if faults:
        raise InputError(faults)
    resolved = frame.assign(
        party_id=pd.Series(
            [None if one.kind is ChangeKind.COMES else one.id for one in changes], dtype=object
        ),
        new_id=pd.Series([_new_id(one) for one in changes], dtype=object),
        new_name=pd.Series([one.name or None for one in changes], dtype=object),
        into_id=pd.Series([one.into or None for one in changes], dtype=object),
    )
    return Sheet(resolved, tuple(changes))


def _tables_of(frame: pd.DataFrame) -> set[str]:
    """Tables that a sheet's rows are about, those above them, and the office's own codes."""
    found = {"codes"}
    for kind in pd.unique(frame["party_kind"]) if len(frame) else ():
        for table in PARTY_TABLES[str(kind)]:
            above = parent_table(table)
            found |= {table, *(() if above is None else (above[1],))}
    return found


def _new_id(change: Change) -> str | None:
    return {ChangeKind.COMES: change.id, ChangeKind.SPLITS: change.into}.get(change.kind)


class _Reading:
    """Rows of the sheet, one after the other; ids of what comes into being are known to all."""

    def __init__(self, frame: pd.DataFrame, dataset: Dataset, place: Place) -> None:
        self.faults: list[Fault] = []
        self._dataset, self._place = dataset, place
        definition = TABLES[TABLE]
        self._further = [str(name) for name in frame.columns if definition.column(str(name)) is None]
        self._free: dict[str, tuple[str, int, int]] = {}
        self._ids: list[str] = []
        self._coming: dict[str, dict[str, str]] = {}
        for row in _rows(frame):
            self._ids.append(self._announced(row))
        self._at = -1

    def change(self, row: Mapping[str, Any]) -> Change:
        """The next row as a change; its faults are gathered."""
        self._at += 1
        kind, table = ChangeKind(row["kind"]), PARTY_TABLES[row["party_kind"]][0]
        given = {name: _text(row.get(name)) for name in WORDS}
        into, name = given["into_id"], given["new_name"]
        if kind is ChangeKind.COMES:
            one, into = self._ids[self._at], self._into(into, table, row)
            if given["party_id"]:
                self._tell("replan.comes_already", given["party_id"], row)
            if not name:
                self._tell("replan.no_name", "", row)
        else:
            one = given["party_id"]
            if not one:
                self._tell("replan.no_party", "", row)
            elif self._dataset.positions(table, [one])[0] < 0:
                self._tell("replan.unknown_party", one, row, table=_title(table))
        if kind is ChangeKind.SPLITS:
            into = self._ids[self._at] or (one if one and given["into_id"] == one else "")
            if not into:
                self._tell("replan.split_into", given["into_id"], row)
        elif kind is ChangeKind.MERGES:
            into = self._merged(into, one, table, row)
        elif kind is ChangeKind.MOVES:
            into = self._into(into, table, row)
        return Change(
            kind, table, one, into, given["replaces_id"], name, _number(row.get("share")),
            given["date"], given["until"], given["reason"], self._values(table, row) if kind in
            (*NEW, ChangeKind.MERGES, ChangeKind.MOVES) else {},
        )  # fmt: skip

    def _announced(self, row: Mapping[str, Any]) -> str:
        """The id of what comes into being by a row, empty where nothing does."""
        kind, table = ChangeKind(row["kind"]), PARTY_TABLES[row["party_kind"]][0]
        name, wanted = _text(row.get("new_name")), _text(row.get("new_id"))
        if kind not in NEW or (kind is ChangeKind.SPLITS and not (name or wanted)):
            return ""
        known = self._coming.setdefault(table, {})
        if wanted and (self._dataset.positions(table, [wanted])[0] >= 0 or wanted in known.values()):
            self._tell("replan.id_taken", wanted, row, table=_title(table))
        one = wanted or self._next_id(table)
        known[match_key(one)] = one
        if name:
            known[match_key(name)] = one
        return one

    def _next_id(self, table: str) -> str:
        """An id after all that the table has, written like the last one."""
        if table not in self._free:
            ids = [str(one) for one in self._dataset.ids(table)]
            last = max((one for one in ids if one[-1:].isdigit()), key=_number_of, default=f"{table}0")
            digits = len(last) - len(last.rstrip("0123456789"))
            self._free[table] = (last[: len(last) - digits], digits, int(last[len(last) - digits :]))
        stem, digits, number = self._free[table]
        self._free[table] = (stem, digits, number + 1)
        return f"{stem}{number + 1:0{digits}d}"

    def _into(self, words: str, table: str, row: Mapping[str, Any]) -> str:
        """The row above a newcomer, or above one that moves."""
        above = parent_table(table)
        if above is None:
            if words:
                self._tell("replan.nothing_above", words, row, table=_title(table))
            return ""
        if not words:
            self._tell("replan.no_into", "", row, table=_title(above[1]))
            return ""
        return self._found(words, above[1], row)

    def _merged(self, words: str, one: str, table: str, row: Mapping[str, Any]) -> str:
        """The row that another one merges into."""
        if not words or words == one:
            self._tell("replan.no_successor", words, row, table=_title(table))
            return ""
        return self._found(words, table, row)

    def _found(self, words: str, table: str, row: Mapping[str, Any]) -> str:
        coming = self._coming.get(table, {})
        if self._dataset.positions(table, [words])[0] >= 0:
            return words
        if match_key(words) in coming:
            return coming[match_key(words)]
        self._tell("replan.unknown_into", words, row, table=_title(table))
        return words

    def _values(self, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """What the sheet's further columns say of the row, by column of its table."""
        definition, frame = TABLES[table], self._dataset.frame(table)
        values: dict[str, Any] = {}
        for header in self._further:
            raw = row[header]
            if raw is None or raw == () or raw != raw:
                continue
            column = definition.column(header) or definition.find(header)
            if column is None:
                if header in frame:
                    values[header] = raw
                else:
                    self._tell("replan.unknown_column", header, row, table=_title(table))
                continue
            cell = interpret(raw, column, column.choices, from_csv=True, epoch_1904=False)
            if cell.fault:
                self._tell("replan.bad_value", str(raw), row, column=column.zh)
            else:
                values[column.id] = list(cell.value) if isinstance(cell.value, tuple) else cell.value
        return values

    def _tell(self, code: str, found: str, row: Mapping[str, Any], **details: Detail) -> str:
        about = _text(row.get("party_id")) or _text(row.get("new_id")) or "—"
        self.faults.append(Fault(code, self._place, found, {"date": row["date"], "about": about, **details}))
        return ""


def _twice(changes: list[Change], place: Place) -> list[Fault]:
    """Rows that several changes are about; only the parts of one split may be several."""
    kinds: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        if change.id:
            kinds.setdefault((change.table, change.id), []).append(change)
    return [
        Fault("replan.twice", place, key[1], {"date": several[1].date, "about": key[1]})
        for key, several in kinds.items()
        if len(several) > 1 and any(one.kind is not ChangeKind.SPLITS for one in several)
    ]


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _title(table: str) -> str:
    return f"{TABLES[table].zh}({table})"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


def _number_of(one: str) -> tuple[int, str]:
    digits = one[len(one.rstrip("0123456789")) :]
    return int(digits), one
