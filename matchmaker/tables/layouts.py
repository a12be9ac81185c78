"""From a grid to a table's layout: which table, which row is the header, which rows are data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from matchmaker.errors import Detail
from matchmaker.tables.canonical import TABLES
from matchmaker.tables.grids import Grid, Ledger
from matchmaker.tables.schema import Column, Table, match_key

__all__ = [
    "Field",
    "Layout",
    "bare_names",
    "find_layout",
    "is_footer",
    "near_table",
    "sums_up",
    "table_named",
]

_HEADER_ROWS = 12
_NUMBER_HEADERS = frozenset({"序号", "序", "行号", "no", "no.", "#"})
_TOTALS = re.compile(r"(?:合|总|小|共)\s*计[:：]?|total[:：]?", re.IGNORECASE)
_FOOTER = re.compile(
    r"(?:注|备注|说明|填表说明|填表人|填报人|审核人|制表人?|主要负责人(?:签字)?|填表日期|填报日期)[:：]"
)
_PREFIX = re.compile(r"^(?:附件|附表|表)?[\d一二三四五六七八九十.、_:-]*")
_SUFFIX = re.compile(r"(?:\([^()]*\)|[\d.年度_-]+)$")


def _name_key(name: str) -> str:
    return match_key(name).replace("_", "").replace("-", "")


_NAMES: Mapping[str, str] = {
    _name_key(name): table.id for table in TABLES.values() for name in (*table.aliases, table.zh, table.id)
}


def table_named(name: str) -> Table | None:
    """The table that a file stem or sheet name means: 街道(镇)表, 附件1 街道表, sub-districts."""
    return next((TABLES[_NAMES[candidate]] for candidate in bare_names(name) if candidate in _NAMES), None)


def bare_names(name: str) -> tuple[str, ...]:
    """What a file stem or sheet name may mean, as it is compared: without 附件1 before, (2027年度) behind."""
    key = _name_key(name)
    bare = _PREFIX.sub("", key)
    return key, bare, _SUFFIX.sub("", key), _SUFFIX.sub("", bare)


def near_table(name: str) -> Table | None:
    """The table whose name is so close to `name` that a slip of the pen is likely."""
    near = get_close_matches(_name_key(name), list(_NAMES), n=1, cutoff=0.75)
    return TABLES[_NAMES[near[0]]] if near else None


@dataclass(frozen=True)
class Field:
    """One column of the file: where it stands, its definition if known, its name in the dataset."""

    position: int
    name: str
    header: str
    column: Column | None


@dataclass(frozen=True)
class Layout:
    """Where a table's fields and rows stand in its grid (0-based)."""

    table: Table
    grid: Grid
    header_row: int
    fields: tuple[Field, ...]
    rows: tuple[int, ...]


def find_layout(table: Table, grid: Grid, ledger: Ledger) -> Layout | None:
    """Locate header, fields and data rows of `table` in `grid`.

    A title line and a line of who filled it in may stand above the header; a 序号
    column, empty rows, a total row at the end and a footer are left out and counted.

    Returns
    -------
    Layout, or None where there is no header (a fault) or nothing at all.
    """
    if not any(_text(cell) for row in grid.rows for cell in row):
        if grid.sheet:
            ledger.note("tables.note.empty_sheet", grid.place())
        else:
            ledger.fault("tables.empty_file", grid)
        return None
    header_row = _header_row(table, grid)
    if header_row is None:
        headers = "、".join(column.zh for column in table.columns if column.required)
        first = "，".join(filter(None, (_text(cell) for cell in grid.rows[0]))) if grid.rows else ""
        ledger.fault("tables.no_header", grid, found=first[:60], headers=headers, table=_label(table))
        return None
    fields = _fields(table, grid, header_row, ledger)
    rows = _data_rows(table, grid, header_row, fields, ledger)
    _check_merges(grid, header_row, rows, fields, ledger)
    if not rows:
        ledger.note("tables.warning.no_rows", grid.place(), table=_label(table))
    return Layout(table, grid, header_row, fields, rows)


def _label(table: Table) -> str:
    return f"{table.zh}({table.id})"


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _header_row(table: Table, grid: Grid) -> int | None:
    """The row that names the most columns: a 联系人 line above may name two by accident."""
    best, most = None, 1
    for position, row in enumerate(grid.rows[:_HEADER_ROWS]):
        named = {column.id for cell in row if _text(cell) and (column := table.find(_text(cell)))}
        if len(named) > most:
            best, most = position, len(named)
    return best


def _fields(table: Table, grid: Grid, header_row: int, ledger: Ledger) -> tuple[Field, ...]:
    headers = [_text(cell) for cell in grid.rows[header_row]]
    for merge in grid.merges:  # a header cell merged downwards keeps its text at the top
        if merge.left == merge.right and merge.top < header_row == merge.bottom and merge.left < len(headers):
            headers[merge.left] = headers[merge.left] or _text(grid.rows[merge.top][merge.left])
    fields: dict[str, Field] = {}
    unknown: list[Field] = []
    for position, header in enumerate(headers):
        column = table.find(header) if header else None
        if column is None and match_key(header) in _NUMBER_HEADERS:
            continue
        if not header:
            below = [row[position] for row in grid.rows[header_row + 1 :] if position < len(row)]
            filled = sum(bool(_text(cell)) for cell in below)
            ledger.note("tables.warning.no_header_text", grid.place(header_row, position), filled)
            continue
        name = column.id if column else re.sub(r"\s+", " ", header)
        if name in fields:
            first = grid.place(header_row, fields[name].position).cell
            ledger.fault("tables.duplicate_header", grid, header_row, position, header, first=first)
            continue
        fields[name] = Field(position, name, header, column)
        if column is None:
            unknown.append(fields[name])
    _report_missing(table, grid, header_row, fields, unknown, ledger)
    return tuple(fields.values())


def _report_missing(
    table: Table,
    grid: Grid,
    header_row: int,
    fields: Mapping[str, Field],
    unknown: list[Field],
    ledger: Ledger,
) -> None:
    """Faults for required columns that are not there, warnings for headers that look like a slip."""
    absent = {
        header: column
        for column in table.columns
        if column.id not in fields
        for header in (*column.aliases, column.zh, column.id)
    }
    required = [header for header, column in absent.items() if column.required]
    optional = [header for header, column in absent.items() if not column.required]
    meant: dict[str, Field] = {}
    for each in unknown:
        key = match_key(each.name)
        # Half of the characters will do where something is missing for certain.
        if near := get_close_matches(key, required, n=1, cutoff=0.5):
            meant.setdefault(absent[near[0]].id, each)
        elif near := get_close_matches(key, optional, n=1, cutoff=0.7):
            column, place = absent[near[0]], grid.place(header_row, each.position)
            label = f"{column.zh}({column.id})"
            ledger.note("tables.warning.near_header", place, header=each.header, near=label)
    for column in table.columns:
        if not column.required or column.id in fields:
            continue
        details: dict[str, Detail] = {"header": column.zh, "column": column.id}
        if column.id in meant:
            slip = meant[column.id]
            ledger.fault("tables.near_header", grid, header_row, slip.position, slip.header, **details)
        else:
            first_free = len(grid.rows[header_row])
            ledger.fault("tables.missing_header", grid, header_row, first_free, "", **details)


def _data_rows(
    table: Table, grid: Grid, header_row: int, fields: tuple[Field, ...], ledger: Ledger
) -> tuple[int, ...]:
    filled = [
        row for row in range(header_row + 1, len(grid.rows)) if any(_text(cell) for cell in grid.rows[row])
    ]
    key = next((field.position for field in fields if field.name == table.key), None)
    first_columns = {0, 1, *(field.position for field in fields[:2])}
    totals = [row for row in filled if _is_total(grid.rows[row], key, first_columns)]
    while filled and (is_footer(grid.rows[filled[-1]]) or filled[-1] in totals):
        row = filled.pop()
        total = row in totals
        code = "tables.note.total_row" if total else "tables.note.footer"
        ledger.note(code, grid.place())
        if total:
            totals.remove(row)
    for row in totals:
        texts = [_text(cell) for cell in grid.rows[row]]
        position = next(at for at, words in enumerate(texts) if words)
        ledger.fault("tables.total_row", grid, row, position, texts[position])
    inside = set(totals)
    return tuple(row for row in filled if row not in inside)


def sums_up(row: list[object]) -> bool:
    """Whether a row says in a cell of its own that it is a total."""
    return any(isinstance(cell, str) and _TOTALS.fullmatch(match_key(cell)) for cell in row)


def _is_total(row: list[object], key: int | None, first_columns: set[int]) -> bool:
    """Whether a row sums up others: it says so in front, and its key is empty or says so too."""
    front = [row[position] for position in first_columns if position < len(row)]
    if not any(isinstance(cell, str) and _TOTALS.search(cell) for cell in front):  # nearly every row
        return False
    at = _text(row[key]) if key is not None and key < len(row) else ""
    if at and not _TOTALS.fullmatch(match_key(at)):
        return False
    return any(_TOTALS.fullmatch(match_key(_text(cell))) for cell in front)


def is_footer(row: list[object]) -> bool:
    """Whether a row is a remark or a line for signatures below a form's table."""
    return _FOOTER.match(match_key(_first_text(row))) is not None


def _first_text(row: list[object]) -> str:
    return next((_text(cell) for cell in row if _text(cell)), "")


def _check_merges(
    grid: Grid, header_row: int, rows: tuple[int, ...], fields: tuple[Field, ...], ledger: Ledger
) -> None:
    if not grid.merges:
        return
    data, columns = set(rows), {field.position for field in fields}
    for merge in grid.merges:
        if merge.bottom <= header_row:
            continue
        inside = any(row in data for row in range(merge.top, merge.bottom + 1))
        if inside and any(column in columns for column in range(merge.left, merge.right + 1)):
            end = grid.place(merge.bottom, merge.right).cell
            start = grid.place(merge.top, merge.left).cell
            ledger.fault("tables.merged_cells", grid, merge.top, merge.left, found=f"{start}:{end}")
