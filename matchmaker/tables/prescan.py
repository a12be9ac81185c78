"""A look into a workbook's zip before it is parsed: what would hurt, lose or mislead.

The parser shows an error cell and a formula that was never calculated as empty, and one
stray cell in a far corner makes it allocate the whole rectangle. So the XML is searched
first, as bytes, with patterns only: about 0.2 s for 21,000 rows.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import join, normpath
from xml.etree import ElementTree

__all__ = [
    "MAX_AREA",
    "MAX_COLUMNS",
    "MAX_EXPANDED_BYTES",
    "MAX_ROWS",
    "SheetScan",
    "WorkbookScan",
    "prescan",
]

MAX_EXPANDED_BYTES = 200_000_000
MAX_COLUMNS = 300
MAX_ROWS = 1_000_000
MAX_AREA = 12_000_000
"""Most cells of the rectangle that a sheet spans: at 32 bytes a cell, some 400 MB."""

_BEYOND_300 = re.compile(rb' r="((?:K[O-Z]|[L-Z][A-Z]|[A-Z]{3})\d+)"')  # KN is the 300th column
_FAR_ROW = re.compile(rb' r="([A-Z]{0,3})(\d{6,})"')
_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?r="(\d+)"')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?hidden="(?:1|true)"')
_LETTERS = re.compile(rb'<(?:\w+:)?c r="([A-Z]+)')
_ERROR = re.compile(rb'<(?:\w+:)?c ([^>]*?t="e"[^>]*)>(.*?)</(?:\w+:)?c>', re.DOTALL)
_FORMULA = re.compile(
    rb"<(?:\w+:)?c ([^>]*)>\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)(.*?)</(?:\w+:)?c>", re.DOTALL
)
_VALUE = re.compile(rb"<(?:\w+:)?v[^>/]*>([^<]+)<")
_ADDRESS = re.compile(rb'r="([A-Z]+)(\d+)"')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class SheetScan:
    """What was seen in one sheet.

    Parameters
    ----------
    fault
        Code of a fault that forbids parsing the sheet, or empty; ``at`` is its cell or number.
    damaged
        0-based (row, column) to (fault code, content).
    hidden_rows
        Number of hidden rows.
    """

    fault: str = ""
    at: str = ""
    damaged: Mapping[tuple[int, int], tuple[str, str]] = field(default_factory=dict)
    hidden_rows: int = 0


@dataclass(frozen=True)
class WorkbookScan:
    """What was seen in a workbook.

    Parameters
    ----------
    fault
        Code of a fault that forbids parsing anything, or empty; ``at`` tells more.
    sheets
        Sheet name to scan, for worksheets.
    external_links
        Whether cells may come from other files.
    epoch_1904
        Whether date serials count from 1904.
    """

    fault: str = ""
    at: str = ""
    sheets: Mapping[str, SheetScan] = field(default_factory=dict)
    external_links: bool = False
    epoch_1904: bool = False


def prescan(content: bytes) -> WorkbookScan:
    """Search the parts of an .xlsx or .xlsm file; nothing of it is executed or fetched."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _scan(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ElementTree.ParseError, OSError):
        return WorkbookScan(fault="tables.damaged_file")
    except (RuntimeError, NotImplementedError):  # an encrypted or oddly compressed member
        return WorkbookScan(fault="tables.password")


def _scan(archive: zipfile.ZipFile) -> WorkbookScan:
    size = sum(info.file_size for info in archive.infolist())
    if size > MAX_EXPANDED_BYTES:
        return WorkbookScan(fault="tables.zip_bomb", at=str(size // 1_000_000))
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names:
        return WorkbookScan(fault="tables.unsupported_workbook")
    for name in sorted(names):
        if name.endswith((".xml", ".rels")) and not name.startswith("xl/worksheets/"):
            head = archive.read(name)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                return WorkbookScan(fault="tables.doctype", at=name)
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    parts = _parts(archive)
    sheets: dict[str, SheetScan] = {}
    for element in book.iter():
        if not element.tag.endswith("}sheet"):
            continue
        part = parts.get(element.get(_RELATION, ""), "")
        if part in names and part.startswith("xl/worksheets/"):
            xml = archive.read(part)
            if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
                return WorkbookScan(fault="tables.doctype", at=part)
            sheets[element.get("name", "")] = _scan_sheet(xml)
    properties = next((element for element in book.iter() if element.tag.endswith("}workbookPr")), None)
    return WorkbookScan(
        sheets=sheets,
        external_links=any(name.startswith("xl/externalLinks/") for name in names),
        epoch_1904=properties is not None and properties.get("date1904") in ("1", "true"),
    )


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Relation id to the name of the part it points to."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    parts = {}
    for relation in relations:
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        parts[relation.get("Id", "")] = path
    return parts


def _scan_sheet(xml: bytes) -> SheetScan:
    far = _BEYOND_300.search(xml)
    if far is not None:
        return SheetScan(fault="tables.far_cell", at=far[1].decode())
    last = max((int(row) for _, row in _FAR_ROW.findall(xml)), default=0)
    if last > MAX_ROWS:
        return SheetScan(fault="tables.too_many_rows", at=str(last))
    if last:  # rows of six digits: is the rectangle full, or does one cell span it?
        columns = max(_position(letters) for letters in {*_LETTERS.findall(xml), b"A"}) + 1
        if last * columns > MAX_AREA or last > 100 * len(_ROW.findall(xml)) + 1000:
            return SheetScan(fault="tables.far_cell", at=f"{last}:{last}")
    damaged = {}
    if b't="e"' in xml:
        for attributes, body in _ERROR.findall(xml):
            value = _VALUE.search(body)
            damaged[_cell(attributes)] = ("tables.error_cell", value[1].decode() if value else "#")
    if b"<f" in xml or b":f>" in xml or b":f " in xml:
        for attributes, body in _FORMULA.findall(xml):
            # t="str" with an empty value is a formula whose result is the empty text.
            if b'="str"' not in attributes and b'="e"' not in attributes and _VALUE.search(body) is None:
                damaged[_cell(attributes)] = ("tables.formula_without_value", "=…")
    return SheetScan(damaged=damaged, hidden_rows=len(_HIDDEN_ROW.findall(xml)))


def _position(letters: bytes) -> int:
    position = 0
    for letter in letters:
        position = position * 26 + letter - 64
    return position - 1


def _cell(attributes: bytes) -> tuple[int, int]:
    found = _ADDRESS.search(attributes)
    return (int(found[2]) - 1, _position(found[1])) if found else (0, 0)
