"""One list on one worksheet: head lines of the form, table, totals, signature line, print set-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any
from unicodedata import east_asian_width

import numpy as np
from xlsxwriter.utility import xl_range

from matchmaker.messages import Language, text
from matchmaker.plans import CHANGE_MOVED, CHANGE_NEW
from matchmaker.reports.sheet import Cell, Column, Sheet
from matchmaker.reports.styles import LOW_FILL, MOVED_FILL, NEW_FILL, Styles
from matchmaker.rules.fit import MISMATCHED_BELOW
from matchmaker.tables.writer import FORMULA_START

__all__ = ["Form", "SheetWriter", "lines_of", "page_setup", "text_width", "unique_tab"]

LONGEST_CELL = 32_767
LONGEST_TAB = 31
LINE_HEIGHT = 14
SLIMNESS = 0.95
"""Width of the sheets' characters in the unit of column widths, half a Chinese one."""
_SUBTOTAL = {"sum": 109, "mean": 101}
"""Functions of SUBTOTAL that leave filtered rows out."""

_A4 = 9


@dataclass(frozen=True)
class Form:
    """What every sheet of one workbook says around its table.

    Parameters
    ----------
    organizer : str
        Who hands the sheets in.
    demo : bool
        Whether the data are made up.
    language : str
    """

    organizer: str
    demo: bool
    language: Language

    def say(self, key: str, **details: object) -> str:
        """A text of the workbook."""
        return text(key, self.language, **details)


class SheetWriter:
    """Writes sheets into one workbook."""

    def __init__(self, book: Any, styles: Styles, form: Form) -> None:
        self.book, self.styles, self.form = book, styles, form
        self._tabs: set[str] = set()

    def add_worksheet(self, name: str) -> Any:
        """An empty worksheet under a valid tab name that no other has."""
        tab = unique_tab(name, self._tabs)
        self._tabs.add(tab.lower())
        return self.book.add_worksheet(tab)

    def write(self, sheet: Sheet, annex: int) -> None:
        """A list with everything around it, as annex number `annex`."""
        page = self.add_worksheet(sheet.name)
        running = Column(self.form.say("head.number"), range(1, len(sheet) + 1), "number", 7)
        columns = (running, *sheet.columns)
        widths = [_column_width(column) for column in columns]
        for at, width in enumerate(widths):
            page.set_column(at, at, width)
        head = self._write_top(page, sheet, annex, len(columns) - 1)
        self._write_head(page, head, columns, widths)
        for row, lines in enumerate(_lines(columns, widths), head + 1):
            page.set_row(row, LINE_HEIGHT * lines + 4)
        band = (sheet.band % 2).astype(bool).tolist() or [False] * len(sheet)
        for at, column in enumerate(columns):
            self._write_column(page, head + 1, at, column, band)
        last = head + len(sheet)
        self._highlight(page, head + 1, last, columns)
        if len(sheet):
            page.autofilter(head, 0, last, len(columns) - 1)
            last = self._write_totals(page, head + 1, last, columns)
        self._write_bottom(page, last + 1, sheet, len(columns) - 1)
        page.freeze_panes(head + 1, sheet.fixed)
        page.repeat_rows(head)
        page_setup(page, self.form, landscape=True)

    def put(self, page: Any, row: int, at: int, value: Cell, kind: str) -> None:
        """One cell with borders."""
        if value is None or value == "":
            page.write_blank(row, at, None, self.styles.cell(kind))
        elif isinstance(value, str):
            quoted = FORMULA_START.match(value) is not None
            page.write_string(row, at, value[:LONGEST_CELL], self.styles.cell(kind, quoted=quoted))
        else:
            page.write_number(row, at, value, self.styles.cell(kind))

    def merge(self, page: Any, row: int, first: int, last: int, value: str, style: Any) -> None:
        """A text over several columns; one column is not merged, which would be a fault."""
        value = value[:LONGEST_CELL]
        if first == last:
            page.write_string(row, first, value, style)
        else:
            page.merge_range(row, first, row, last, "", style)
            page.write_string(row, first, value, style)

    def _write_top(self, page: Any, sheet: Sheet, annex: int, last: int) -> int:
        """Annex number and mark, title, who fills in; returns the row of the column heads."""
        styles, say = self.styles, self.form.say
        middle = max(last // 2, 0)
        self.merge(page, 0, 0, middle, say("book.annex", number=annex), styles.heading(font_size=12))
        mark = styles.heading(font_size=11, bold=True, align="right", font_color="#C00000")
        self.merge(page, 0, middle + 1, max(last, middle + 1), say("book.internal"), mark)
        self.merge(page, 1, 0, last, sheet.title, styles.title)
        page.set_row(1, 32)
        row = 2
        if self.form.demo:
            self.merge(page, row, 0, last, say("book.demo"), styles.of(align="center", font_color="#7F7F7F"))
            row += 1
        filled = say("book.filled_by", organizer=self.form.organizer)
        self.merge(page, row, 0, middle, filled, styles.of(font_size=11))
        style = styles.of(font_size=11, align="right")
        self.merge(page, row, middle + 1, max(last, middle + 1), say("book.filled_on"), style)
        page.set_row(row, 20)
        return row + 1

    def _write_head(self, page: Any, row: int, columns: Sequence[Column], widths: Sequence[float]) -> None:
        room = [max(int(width) - 3, 4) for width in widths]  # the filter's button takes three
        lines = max(-(-text_width(column.title) // each) for column, each in zip(columns, room, strict=True))
        page.set_row(row, LINE_HEIGHT * max(lines, 1) + 9)
        for at, column in enumerate(columns):
            page.write_string(row, at, column.title, self.styles.head)

    def _write_column(self, page: Any, first: int, at: int, column: Column, band: Sequence[bool]) -> None:
        # formats are made once: asking for them cell by cell would take most of the time
        formats = {
            kind: [
                [self.styles.cell(kind, band=on, quoted=quoted) for on in (False, True)]
                for quoted in (False, True)
            ]
            for kind in {column.kind, *column.kinds}
        }
        write_string, write_number, write_blank = page.write_string, page.write_number, page.write_blank
        kinds = column.kinds or [column.kind] * len(column.values)
        for row, (value, on, kind) in enumerate(zip(column.values, band, kinds, strict=True), first):
            plain, quoted = formats[kind]
            if value is None or value == "":
                write_blank(row, at, None, plain[on])
            elif isinstance(value, str):
                style = quoted[on] if FORMULA_START.match(value) else plain[on]
                write_string(row, at, value[:LONGEST_CELL], style)
            else:
                write_number(row, at, value, plain[on])

    def _highlight(self, page: Any, first: int, last: int, columns: Sequence[Column]) -> None:
        if last < first:
            return
        for at, column in enumerate(columns):
            if column.highlight == "change":
                for change, fill in ((CHANGE_NEW, NEW_FILL), (CHANGE_MOVED, MOVED_FILL)):
                    word = self.form.say(f"book.change.{change}")
                    style = self.styles.highlight(fill)
                    rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": style}
                    page.conditional_format(first, at, last, at, rule)
            elif column.highlight == "fit":
                red = self.styles.highlight(LOW_FILL)
                # an empty cell counts as 0 in a comparison
                blank = {"type": "blanks", "stop_if_true": True}
                page.conditional_format(first, at, last, at, blank)
                rule = {"type": "cell", "criteria": "<", "value": MISMATCHED_BELOW}
                page.conditional_format(first, at, last, at, {**rule, "format": red})

    def _write_totals(self, page: Any, first: int, last: int, columns: Sequence[Column]) -> int:
        """The total row; sums and means follow the filter."""
        row = last + 1
        for at, column in enumerate(columns):
            if at == 0:
                page.write_string(row, at, self.form.say("book.total"), self.styles.total("text"))
            elif column.total in _SUBTOTAL:
                numbers = [value for value in column.values if isinstance(value, int | float)]
                result = sum(numbers) / (len(numbers) if column.total == "mean" and numbers else 1)
                area = xl_range(first, at, last, at)
                formula = f"=SUBTOTAL({_SUBTOTAL[column.total]},{area})"
                page.write_formula(row, at, formula, self.styles.total(column.kind), result)
            elif column.total:
                page.write_string(row, at, column.total, self.styles.total("text"))
            else:
                page.write_blank(row, at, None, self.styles.total("text"))
        page.set_row(row, 20)
        return row

    def _write_bottom(self, page: Any, row: int, sheet: Sheet, last: int) -> None:
        """Notes and the signature line."""
        for note in sheet.notes:
            self.merge(page, row, 0, last, note, self.styles.of(font_size=9, text_wrap=True))
            row += 1
        self.merge(page, row, 0, last, self.form.say("book.signed"), self.styles.of(font_size=11))
        page.set_row(row, 30)


def page_setup(page: Any, form: Form, *, landscape: bool) -> None:
    """A4, one page wide, page numbers, the marks at the top of every page."""
    page.set_paper(_A4)
    if landscape:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.65)
    page.center_horizontally()
    demo = form.say("book.demo_short") if form.demo else ""
    page.set_header(f"&L&9{demo}&R&9{form.say('book.internal')}", {"margin": 0.3})
    page.set_footer(f"&C&9{form.say('book.page')}", {"margin": 0.3})
    page.hide_gridlines(1)


def text_width(value: object) -> int:
    """Width of a text in characters of the Latin alphabet: a Chinese one takes two."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in str(value))


def lines_of(value: object, width: float) -> int:
    """Lines that a text takes in a column of this width."""
    return max(1, ceil(text_width(value) * SLIMNESS / (width - 1.5)))


def unique_tab(name: str, taken: set[str]) -> str:
    """A tab name that spreadsheets accept and that differs from those taken (in lower case)."""
    clean = "".join("_" if each in "[]:*?/\\" or ord(each) < 32 else each for each in name).strip(" '")
    clean = clean[:LONGEST_TAB].rstrip(" '") or "_"
    if clean.lower() == "history":  # reserved
        clean += "_"
    tab, number = clean, 2
    while tab.lower() in taken:
        suffix = f" ({number})"
        tab, number = clean[: LONGEST_TAB - len(suffix)] + suffix, number + 1
    return tab


def _lines(columns: Sequence[Column], widths: Sequence[float]) -> list[int]:
    """Lines that each row needs where text wraps; not every program finds the height by itself."""
    needed = np.ones(len(columns[0].values), np.int64)
    for column, width in zip(columns, widths, strict=True):
        if column.kind in ("text", "centre"):
            of_value = {value: lines_of(value or "", width) for value in set(column.values)}
            needed = np.maximum(needed, [of_value[value] for value in column.values])
    lines: list[int] = needed.tolist()
    return lines


def _column_width(column: Column) -> float:
    """Wide enough for the cells up to the column's limit, and for the title on two lines."""
    longest = max((text_width(value) for value in set(column.values) if value is not None), default=0)
    if column.kind == "points":
        longest = 5
    half_title = -(-text_width(column.title) // 2)
    if half_title <= 4:
        half_title = text_width(column.title)
    return float(min(max(longest, half_title + 2, 4), column.widest) + 2.5)
