"""Sheets of pairs that somebody has made by hand: which sheet is of which stage, which cell names whom.

A sheet is of the stage that its name says, or its rows say so in a column of their own. Heads
are Chinese or English: what the rows are called, their ids or names, or just source and target.
Whom the words mean is found out later (`matchmaker.pair_names`), when the stages before are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matchmaker.called import noun
from matchmaker.columns import NAMING
from matchmaker.errors import InputError
from matchmaker.messages import LANGUAGES
from matchmaker.model import SideName
from matchmaker.row_names import stages_by_name
from matchmaker.scheme.definitions import Scheme, StageDefinition
from matchmaker.tables import TABLES, match_key
from matchmaker.tables.csv_files import read_csv
from matchmaker.tables.grids import Grid, Ledger
from matchmaker.tables.layouts import bare_names, is_footer, sums_up, table_named
from matchmaker.tables.workbooks import content_kind, read_workbook

__all__ = ["SheetCell", "SheetRow", "read_pair_sheets"]

HEADER_ROWS = 12
"""A title and who filled in may stand above the heads; no more than this."""

SUFFIXES = ("安排表", "结对表", "结对安排", "安排", "表")
"""What a sheet's name may have behind a stage's."""

ROSTERS = frozenset({"history", "baseline"})
"""Tables whose rows name their stage themselves."""

STAGE_HEADS = frozenset({"stage", "relation", "关系", "环节"})
YEAR_HEADS = frozenset({"year", "年度", "年份"})
GENERAL: Mapping[SideName, tuple[frozenset[str], frozenset[str]]] = {
    "source": (frozenset({"source_id", "来源编码", "sourceid"}), frozenset({"source", "来源"})),
    "target": (frozenset({"target_id", "对象编码", "targetid"}), frozenset({"target", "对象"})),
}
"""Heads of either side, whatever its table: of its ids, and of its names or ids."""

SIDES: tuple[SideName, SideName] = ("source", "target")
_FILES = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".et"})
NUMBERED = re.compile(r"\(\d\)$")
_REMARK = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True)
class SheetCell:
    """What one row says of one side.

    Parameters
    ----------
    id, name : str
        As written; either may be empty.
    above : mapping of str to str
        Table above the side to what the row says of it, the nearest first.
    column : int
        Of the cell that counts, for places.
    """

    id: str
    name: str
    above: Mapping[str, str]
    column: int

    @property
    def words(self) -> str:
        """The id, or the name where there is no id."""
        return self.id or self.name


@dataclass(frozen=True)
class SheetRow:
    """One row that names a pair, and where it stands."""

    grid: Grid
    row: int
    source: SheetCell
    target: SheetCell

    def side(self, which: SideName) -> SheetCell:
        """What it says of one side."""
        return self.source if which == "source" else self.target


def read_pair_sheets(path: Path, scheme: Scheme, ledger: Ledger) -> dict[str, list[SheetRow]]:
    """Read a workbook, a CSV file, or a folder of them.

    Parameters
    ----------
    path
        The file or folder.
    scheme
        Whose stages the sheets are about.
    ledger
        Gets every fault: files that cannot be read, sheets without heads, rows that name one side only.

    Returns
    -------
    mapping of str to list of SheetRow
        The rows of each stage that the sheets are about, in the order of the sheets.

    Raises
    ------
    InputError
        When there is no such file, or no sheet is of any stage.
    """
    if not path.exists():
        ledger.file_fault("import.not_found", str(path))
        raise InputError(ledger.faults)
    reading = _Reading(scheme, ledger)
    for file in (
        sorted(each for each in path.iterdir() if each.suffix.lower() in _FILES) if path.is_dir() else [path]
    ):
        for grid in reading.grids(file):
            reading.read(grid, file.stem)
    if not reading.found and not ledger.faults:
        titles = "、".join(stage.title for stage in scheme.stages)
        ledger.file_fault("import.no_stage", path.name, found="、".join(reading.others), stages=titles)
    if not reading.found:
        raise InputError(ledger.faults)
    return reading.rows


@dataclass
class _Roles:
    """Which columns say what of one stage's rows."""

    ids: dict[SideName, int] = field(default_factory=dict)
    names: dict[SideName, int] = field(default_factory=dict)
    above: dict[SideName, dict[str, int]] = field(default_factory=lambda: {"source": {}, "target": {}})

    @property
    def complete(self) -> bool:
        return all(side in self.ids or side in self.names for side in SIDES)

    @property
    def count(self) -> int:
        return len(self.ids) + len(self.names) + sum(map(len, self.above.values()))


class _Reading:
    """Grids, one after the other."""

    def __init__(self, scheme: Scheme, ledger: Ledger) -> None:
        self.rows: dict[str, list[SheetRow]] = {}
        self.others: list[str] = []
        self.found = False
        self._scheme, self._ledger = scheme, ledger
        self._stages = {
            name.replace("_", "").replace("-", ""): stage for name, stage in stages_by_name(scheme).items()
        }
        self._from: dict[str, str] = {}

    def grids(self, file: Path) -> list[Grid]:
        """The grids of one file that may be of a stage."""
        content = file.read_bytes()
        kind = content_kind(content)
        if kind == "text":
            grid = read_csv(file.name, content, self._ledger)
            return [] if grid is None else [grid]
        if kind in ("empty", "html"):
            self._ledger.file_fault("tables.empty_file" if kind == "empty" else "tables.html", file.name)
            return []
        grids, others = read_workbook(file.name, content, self._wanted, self._ledger)
        self.others += others
        return grids

    def read(self, grid: Grid, stem: str) -> None:
        """The rows of one grid."""
        stage = self._stage(grid.sheet) or self._stage(stem)
        heads = _header(grid, [self._scheme.stage(stage)] if stage else list(self._scheme.stages))
        if heads is None:
            if stage is None and not (grid.sheet and table_named(grid.sheet)):
                self.others.append(grid.sheet or grid.file)
            else:
                self._no_header(grid, stage)
            return
        row, named = heads
        by_row = _column_of(grid.rows[row], STAGE_HEADS)
        if stage is None and by_row is None:
            fitting = [one for one, roles in named.items() if roles.complete]
            if len(fitting) != 1:
                self.others.append(grid.sheet or grid.file)
                return
            stage = fitting[0]
        self.found = True
        if by_row is not None and stage is None:
            self._rows_of_stages(grid, row, by_row, named)
        elif stage is not None:
            if stage in self._from and NUMBERED.search(match_key(grid.sheet)):
                # another list of the same name: workbooks call the second one 名称 (2)
                self._ledger.note(
                    "import.note.second_sheet", grid.place(), stage=self._scheme.stage(stage).title
                )
                return
            if stage in self._from:
                title = self._scheme.stage(stage).title
                self._ledger.fault("import.two_sheets", grid, found=title, other=self._from[stage])
                return
            self._from[stage] = grid.sheet or grid.file
            self.rows.setdefault(stage, [])  # heads alone: nobody is put anywhere
            for at in self._data(grid, row):
                self._add(grid, at, stage, named[stage])

    def _wanted(self, sheet: str) -> bool:
        table = table_named(sheet)
        return self._stage(sheet) is not None or (table is not None and table.id in ROSTERS)

    def _stage(self, name: str) -> str | None:
        """The stage that a sheet or file is named after."""
        for bare in bare_names(name):
            for candidate in (bare, *(bare.removesuffix(suffix) for suffix in SUFFIXES)):
                if candidate in self._stages:
                    return self._stages[candidate]
        return None

    def _no_header(self, grid: Grid, stage: str | None) -> None:
        definition = self._scheme.stage(stage) if stage else self._scheme.stages[0]
        heads = "、".join(noun(table, "zh") for table in (definition.from_, definition.to))
        self._ledger.fault("import.no_header", grid, stage=definition.title, heads=heads)

    def _rows_of_stages(self, grid: Grid, header: int, column: int, named: Mapping[str, _Roles]) -> None:
        """Rows that say themselves of which stage they are; of several years the last one counts."""
        year = _column_of(grid.rows[header], YEAR_HEADS)
        rows = list(self._data(grid, header))
        if year is not None:
            last = max((_text(grid.rows[at], year) for at in rows), default="")
            older = [at for at in rows if _text(grid.rows[at], year) != last]
            self._ledger.note("import.note.older_years", grid.place(), len(older), year=last)
            rows = [at for at in rows if _text(grid.rows[at], year) == last]
        for at in rows:
            words = _text(grid.rows[at], column)
            stage = self._stage(words)
            if stage is None:
                titles = "、".join(one.title for one in self._scheme.stages)
                self._ledger.fault("import.unknown_stage", grid, at, column, words, stages=titles)
            else:
                self._add(grid, at, stage, named[stage])

    def _data(self, grid: Grid, header: int) -> Iterator[int]:
        """Rows below the heads that are neither empty nor totals nor the foot of a form."""
        left_out = 0
        for at in range(header + 1, len(grid.rows)):
            row = grid.rows[at]
            if not any(_text(row, position) for position in range(len(row))):
                continue
            if sums_up(row) or is_footer(row):
                left_out += 1
            else:
                yield at
        self._ledger.note("import.note.left_out", grid.place(), left_out)

    def _add(self, grid: Grid, at: int, stage: str, roles: _Roles) -> None:
        row = _merged(grid, at)
        cells = [_cell(row, roles, side) for side in SIDES]
        filled = [bool(cell.words) for cell in cells]
        rows = self.rows.setdefault(stage, [])
        if all(filled):
            rows.append(SheetRow(grid, at, cells[0], cells[1]))
        elif any(filled):
            lacking = cells[filled.index(False)]
            definition = self._scheme.stage(stage)
            missing = noun(definition.to if filled[0] else definition.from_, "zh")
            words = cells[filled.index(True)].words
            self._ledger.fault("import.half_pair", grid, at, lacking.column, words, missing=missing)


def _header(grid: Grid, stages: Sequence[StageDefinition]) -> tuple[int, dict[str, _Roles]] | None:
    """The row that names both sides of some stage and most columns, and what its columns say by stage."""
    best: tuple[int, dict[str, _Roles]] | None = None
    most = 0
    for at, row in enumerate(grid.rows[:HEADER_ROWS]):
        named = {stage.id: _roles(row, stage) for stage in stages}
        complete = [roles.count for roles in named.values() if roles.complete]
        if complete and max(complete) > most:
            best, most = (at, named), max(complete)
    return best


def _roles(heads: Sequence[object], stage: StageDefinition) -> _Roles:
    roles = _Roles()
    tables: dict[SideName, str] = {"source": stage.from_, "target": stage.to}
    for position in range(len(heads)):
        words = _text(heads, position)
        key = match_key(words)
        keys = {key, _REMARK.sub("", key)}
        if not words:
            continue
        told = [(side, kind) for side in SIDES if (kind := _kind(keys, words, side, tables[side]))]
        if len(told) == 1:
            ((side, kind),) = told
            (roles.ids if kind == "id" else roles.names).setdefault(side, position)
            continue
        for side in SIDES:
            for above in _above(tables[side]):
                if _is_above(keys, words, tables[side], above):
                    roles.above[side].setdefault(above, position)
    for side in SIDES:
        order = _above(tables[side])
        roles.above[side] = dict(sorted(roles.above[side].items(), key=lambda item: order.index(item[0])))
    return roles


def _kind(keys: set[str], words: str, side: SideName, table: str) -> str:
    """Whether a head is of a side's ids (``id``), of its names (``name``), or of neither (empty)."""
    ids, either = GENERAL[side]
    if keys & ids:
        return "id"
    nouns = {match_key(noun(table, language)) for language in LANGUAGES}
    if keys & (either | nouns | {f"name({one})" for one in nouns}):
        return "name"
    if keys & {f"{one}编码" for one in nouns} or keys & {f"id({one})" for one in nouns}:
        return "id"
    column = TABLES[table].find(words) if table in TABLES else None
    if column is None or match_key(words) in ("name", "名称"):
        return ""
    return "id" if column.id == TABLES[table].key else "name" if column.id in NAMING else ""


def _above(table: str) -> list[str]:
    """The tables above one, the nearest first."""
    found = []
    while table in TABLES and (parent := TABLES[table].parent) is not None:
        table = parent[1]
        found.append(table)
    return found


def _is_above(keys: set[str], words: str, table: str, above: str) -> bool:
    parent, column = TABLES[table].parent, TABLES[table].find(words)
    if parent is not None and parent[1] == above and column is not None and column.id == parent[0]:
        return True
    names = {match_key(noun(above, language)) for language in LANGUAGES}
    own = TABLES[above].find(words)
    is_own = (
        own is not None
        and own.id in (TABLES[above].key, *NAMING)
        and match_key(words) not in ("name", "名称")
    )
    return bool(keys & names) or is_own


def _column_of(heads: Sequence[object], names: frozenset[str]) -> int | None:
    return next((at for at in range(len(heads)) if match_key(_text(heads, at)) in names), None)


def _text(row: Sequence[object], position: int) -> str:
    cell = row[position] if position < len(row) else None
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # spreadsheets hand ids of digits over as numbers
    return "" if cell is None else str(cell).strip()


def _merged(grid: Grid, at: int) -> list[object]:
    """A row in which cells merged downwards have the text that stands at their top."""
    row = list(grid.rows[at])
    for merge in grid.merges:
        if (
            merge.top < at <= merge.bottom
            and merge.left < len(grid.rows[merge.top])
            and merge.left < len(row)
        ):
            row[merge.left] = grid.rows[merge.top][merge.left]
    return row


def _cell(row: Sequence[object], roles: _Roles, side: SideName) -> SheetCell:
    at_id, at_name = roles.ids.get(side, -1), roles.names.get(side, -1)
    one = _text(row, at_id) if at_id >= 0 else ""
    name = _text(row, at_name) if at_name >= 0 else ""
    above = {table: words for table, position in roles.above[side].items() if (words := _text(row, position))}
    return SheetCell(one, name, above, at_id if one or at_name < 0 else at_name)
