"""Excel workbooks to grids, and what kind of file the bytes are, whatever they are called."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Literal

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from matchmaker.tables.grids import Grid, Ledger, Merge
from matchmaker.tables.prescan import MAX_AREA, MAX_COLUMNS, SheetScan, WorkbookScan, prescan

__all__ = ["content_kind", "read_workbook"]

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def content_kind(content: bytes) -> Literal["empty", "zip", "ole", "html", "text"]:
    """What the bytes are by their beginning; an extension says nothing reliable."""
    if not content.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        return "empty"
    if content.startswith((_ZIP, b"PK\x05\x06")):
        return "zip"
    if content.startswith(_OLE):
        return "ole"
    head = content[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"<style")):
        return "html"
    return "text"


def read_workbook(
    file: str, content: bytes, wanted: Callable[[str], bool], ledger: Ledger
) -> tuple[list[Grid], list[str]]:
    """The grids of the sheets whose name is wanted.

    Parameters
    ----------
    file
        Name of the file, for places.
    content
        Its bytes: .xlsx, .xlsm or the older .xls (also as .et).
    wanted
        Whether a sheet name is a table's; other sheets are not parsed at all. A
        workbook of a single worksheet is parsed under whatever name.
    ledger
        Receives faults and warnings.

    Returns
    -------
    (grids, other sheet names)
    """
    is_zip = content_kind(content) == "zip"
    scan = prescan(content) if is_zip else WorkbookScan()
    if not is_zip and _ENCRYPTED in content:
        scan = WorkbookScan(fault="tables.password")
    if scan.fault:
        ledger.file_fault(scan.fault, file, found=scan.at)
        return [], []
    try:
        return _read(file, content, scan, wanted, ledger)
    except PasswordError:
        ledger.file_fault("tables.password", file)
    except CalamineError as error:
        ledger.file_fault("tables.damaged_file", file, found=str(error))
    return [], []


def _read(
    file: str, content: bytes, scan: WorkbookScan, wanted: Callable[[str], bool], ledger: Ledger
) -> tuple[list[Grid], list[str]]:
    grids, others = [], []
    with CalamineWorkbook.from_filelike(BytesIO(content)) as book:
        sheets = [each for each in book.sheets_metadata if each.typ == SheetTypeEnum.WorkSheet]
        for sheet in sheets:
            if not wanted(sheet.name) and len(sheets) > 1:
                others.append(sheet.name)
                continue
            seen = scan.sheets.get(sheet.name, SheetScan())
            if seen.fault:
                ledger.file_fault(seen.fault, file, sheet.name, found=seen.at)
                continue
            cells = book.get_sheet_by_name(sheet.name)
            height, width = cells.total_height, cells.total_width
            if width > MAX_COLUMNS or height * width > MAX_AREA:
                ledger.file_fault("tables.far_cell", file, sheet.name, found=f"{height} × {width}")
                continue
            rows: list[list[object]] = [
                ["TRUE" if cell is True else "FALSE" if cell is False else cell for cell in row]
                for row in cells.to_python(skip_empty_area=False)
            ]
            merges = [Merge(*start, *end) for start, end in cells.merged_cell_ranges or ()]
            grids.append(
                Grid(
                    file,
                    sheet.name,
                    rows,
                    merges=tuple(merges),
                    damaged=seen.damaged,
                    hidden=sheet.visible != SheetVisibleEnum.Visible,
                    hidden_rows=seen.hidden_rows,
                    epoch_1904=scan.epoch_1904,
                )
            )
    if scan.external_links and grids:
        ledger.note("tables.warning.external_links", grids[0].place())
    return grids, others
