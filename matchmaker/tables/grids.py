"""What the file readers hand over: a plain grid of cells that knows its addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from matchmaker.errors import Detail, Fault, Note, Place

__all__ = ["Grid", "Ledger", "Merge", "cell_address", "column_letters"]


def column_letters(position: int) -> str:
    """Spreadsheet letters of a 0-based column position: 0 is A, 26 is AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_address(row: int, column: int) -> str:
    """Address such as ``C17`` of 0-based positions."""
    return f"{column_letters(column)}{row + 1}"


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range, 0-based and inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """The cells of one CSV file or one sheet, from its very first cell on.

    Parameters
    ----------
    file, sheet
        Where it comes from; a CSV file has no sheet.
    rows
        Row lists; a cell is text, a number, a date, or empty (``""`` or None). Rows of
        a CSV file may differ in length.
    lines
        For a CSV file the 1-based line on which each row starts; None for a sheet.
    merges
        Merged ranges of a sheet.
    damaged
        (row, column) to (fault code, what stands there): cells whose value is lost,
        such as ``#REF!``.
    hidden, hidden_rows
        Whether the sheet is hidden, and how many of its rows are.
    epoch_1904
        Whether date serials count from 1904.
    """

    file: str
    sheet: str
    rows: Sequence[list[object]]
    lines: Sequence[int] | None = None
    merges: tuple[Merge, ...] = ()
    damaged: Mapping[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    hidden: bool = False
    hidden_rows: int = 0
    epoch_1904: bool = False

    def place(self, row: int = -1, column: int = -1) -> Place:
        """The place of a cell, of a row (``column`` -1), or of the grid (both -1)."""
        line = self.lines[row] if self.lines is not None and 0 <= row < len(self.lines) else 0
        if row < 0:
            cell = ""
        elif column < 0:
            cell = "" if line else f"{row + 1}:{row + 1}"
        else:
            cell = cell_address(row, column)
        return Place(self.file, self.sheet, cell, line)


class Ledger:
    """Gathers the faults and notes of a whole reading, to be told together."""

    def __init__(self) -> None:
        self._faults: dict[tuple[str, str, int, int, str, str], Fault] = {}
        self._notes: dict[tuple[str, Place, tuple[tuple[str, Detail], ...]], int] = {}

    def fault(
        self, code: str, grid: Grid, row: int = -1, position: int = -1, found: object = "", **details: Detail
    ) -> None:
        """Record a fault at a cell, a row (`position` -1) or the whole of `grid` (both -1)."""
        place = grid.place(row, position)
        self._add(Fault(code, place, str(found), MappingProxyType(details)), row, position)

    def file_fault(
        self, code: str, file: str, sheet: str = "", found: object = "", **details: Detail
    ) -> None:
        """Record a fault of a file or sheet that gave no grid."""
        self._add(Fault(code, Place(file, sheet), str(found), MappingProxyType(details)), -1, -1)

    def _add(self, fault: Fault, row: int, column: int) -> None:
        key = (fault.place.file, fault.place.sheet, row, column, fault.code, fault.found)
        self._faults.setdefault(key, fault)

    def note(self, code: str, place: Place, count: int = 1, **details: Detail) -> None:
        """Add `count` to the note `code` of that place and those details."""
        if count:
            key = (code, place, tuple(sorted(details.items())))
            self._notes[key] = self._notes.get(key, 0) + count

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All faults, in the order of file, sheet, row and column."""
        return tuple(self._faults[key] for key in sorted(self._faults))

    @property
    def notes(self) -> tuple[Note, ...]:
        """All notes, in the order of their places."""
        order = sorted(self._notes, key=lambda key: (key[1], key[0], str(key[2])))
        return tuple(
            Note(code, place, self._notes[code, place, details], MappingProxyType(dict(details)))
            for code, place, details in order
        )
