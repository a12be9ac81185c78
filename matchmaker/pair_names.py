"""Whom the words of a hand-made sheet mean: by id, by a name that only one bears, by what lies above."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

import numpy as np
import pandas as pd

from matchmaker.called import noun, row_names
from matchmaker.decided import BETWEEN_NAMES
from matchmaker.model import Assignment, Dataset, Objects, SideName
from matchmaker.pair_sheets import SIDES, SheetCell, SheetRow
from matchmaker.scheme.definitions import StageDefinition
from matchmaker.tables import TABLES, match_key
from matchmaker.tables.grids import Ledger

__all__ = ["located_pairs"]

SEVERAL = re.compile(r"[、,，;；\n]+")
"""Between several names in one cell."""

NAMED = 5
"""How many rows of one name a message lists."""

SEARCHED = 2000
"""For so many unknown names of one sheet, at most, ids and names that come close are looked for."""


def located_pairs(
    stage: StageDefinition, rows: list[SheetRow], dataset: Dataset, ledger: Ledger
) -> Assignment:
    """The pairs that a sheet's rows name.

    Parameters
    ----------
    stage
        That they are of.
    rows
        As they stand in the sheet; a cell may name several, which then are all paired.
    dataset
        With the tables of both sides; earlier stages that are sides are tables too.
    ledger
        Gets a fault for every name that is unknown or borne by several, and for every pair given twice.
    """
    tables: dict[SideName, str] = {"source": stage.from_, "target": stage.to}
    known = {table: _Names(dataset, table) for table in tables.values()}
    first: dict[tuple[str, str], SheetRow] = {}
    for row in rows:
        both = [_meant(row, side, known[tables[side]], ledger) for side in SIDES]
        for source in both[0]:
            for target in both[1]:
                if (source, target) in first:
                    other = _where(first[source, target])
                    ledger.fault(
                        "import.twice",
                        row.grid,
                        row.row,
                        row.source.column,
                        f"{source}–{target}",
                        other=other,
                    )
                else:
                    first[source, target] = row
    sources, targets = (np.array([pair[at] for pair in first], dtype=object) for at in (0, 1))
    return Assignment.of(stage.id, sources, targets)


def _where(row: SheetRow) -> str:
    place = row.grid.place(row.row)
    return " ".join(filter(None, (place.file, place.sheet, place.cell, str(place.line or ""))))


def _meant(row: SheetRow, side: SideName, names: _Names, ledger: Ledger) -> list[str]:
    """The ids that a cell means; none, with a fault, where it is not clear."""
    cell = row.side(side)
    found = names.meant(cell)
    if len(found) == 1:
        return found
    parts = [part for part in SEVERAL.split(cell.words) if part.strip()]
    if not found and len(parts) > 1:
        several = [
            (part.strip(), names.meant(SheetCell("", part.strip(), cell.above, cell.column)))
            for part in parts
        ]
        for part, ids in several:
            if len(ids) != 1:
                _fault(row, cell, part, ids, names, ledger)
        return [ids[0] for _, ids in several if len(ids) == 1]
    _fault(row, cell, cell.words, found, names, ledger)
    return []


def _fault(row: SheetRow, cell: SheetCell, words: str, ids: list[str], names: _Names, ledger: Ledger) -> None:
    if ids:
        listed = "、".join(ids[:NAMED]) + ("、…" if len(ids) > NAMED else "")
        ledger.fault("import.ambiguous", row.grid, row.row, cell.column, words, table=names.title, ids=listed)
    else:
        near = names.near(words) or "—"
        ledger.fault("import.unknown", row.grid, row.row, cell.column, words, table=names.title, near=near)


class _Names:
    """One table's rows by what they may be called."""

    def __init__(self, dataset: Dataset, table: str) -> None:
        self.title = f"{noun(table, 'zh')}({table})"
        self._dataset, self._table = dataset, table
        self._ids = dataset.ids(table)
        self._row_of = {str(one): row for row, one in enumerate(self._ids.tolist())}
        self._rows: dict[str, dict[int, None]] = {}  # an ordered set of rows by name
        for words, row in _called(dataset, table):
            self._rows.setdefault(match_key(words), {})[row] = None
        self._above: dict[str, _Names] = {}
        self._searched = 0

    def meant(self, cell: SheetCell) -> list[str]:
        """Ids of the rows that a cell may mean, the names above taken into account."""
        return [str(self._ids[row]) for row in self._meant(cell)]

    def near(self, words: str) -> str:
        """Names and ids that come close to some words, three at most."""
        self._searched += 1
        if self._searched > SEARCHED // max(len(self._rows) // 1000, 1):
            return ""
        return "、".join(get_close_matches(match_key(words), self._rows, n=3, cutoff=0.6))

    def _meant(self, cell: SheetCell) -> list[int]:
        row = self._row_of.get(cell.words)
        return self._called(cell.words, cell.above) if row is None else [row]

    def _called(self, words: str, above: Mapping[str, str]) -> list[int]:
        """Rows of a name: of a short one (第03网格) by the names of places before it, the nearest first."""
        full, rows = words, list(self._rows.get(match_key(words), ()))
        for place in above.values():
            if rows:
                break
            full = place + full
            rows = list(self._rows.get(match_key(full), ()))
        for table, place in above.items():
            if len(rows) > 1:
                rows = self._below(rows, table, place)
        return rows

    def _below(self, rows: list[int], table: str, place: str) -> list[int]:
        """Those of some rows that lie below a row of that name; all where the name says nothing."""
        climbed = self._dataset.ancestors(self._table, table)
        if climbed is None or not len(climbed):
            return rows
        names = self._above.setdefault(table, _Names(self._dataset, table))
        meant = set(names._meant(SheetCell("", place, {}, -1)))
        return [row for row in rows if int(climbed[row]) in meant] or rows


def _called(dataset: Dataset, table: str) -> Iterator[tuple[str, int]]:
    """Whatever each row may be called: its id, its names in the table, its name on sheets."""
    columns: list[Objects] = [dataset.ids(table), row_names(dataset, table)]
    definition, frame = TABLES.get(table), dataset.frame(table)
    if definition is not None:
        columns += [np.asarray(frame[name], object) for name in (*definition.names, "name") if name in frame]
    elif table in dataset.joins and len(frame):
        columns.append(_shown_pairs(dataset, table, frame))
    for column in columns:
        for row, words in enumerate(column.tolist()):
            if words is not None and words == words:
                yield str(words), row


def _shown_pairs(dataset: Dataset, stage: str, frame: pd.DataFrame) -> Objects:
    """Pairs of a stage as sheets show them: the names of both sides as sheets show those."""
    shown = []
    for side, table in (("source_id", dataset.parents[stage][1]), ("target_id", dataset.joins[stage][1])):
        rows = dataset.positions(table, frame[side])
        shown.append(np.array([*row_names(dataset, table), ""], object)[rows])
    joined: Objects = shown[0] + BETWEEN_NAMES + shown[1]
    return joined
