"""Excel files as they come: damaged, protected, misnamed, full of traps (11 to 33)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from matchmaker.tables import read_dataset
from matchmaker.tables.prescan import MAX_COLUMNS, MAX_ROWS
from tests.tables.conftest import COMMUNITY_HEADER, SUB_DISTRICTS, codes_of, csv_text, faults_of, notes_of

SHEET = "街道表"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with one of its parts changed."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, change(content) if name == part else content)
    return path


def in_sheet(path: Path, old: bytes, new: bytes) -> Path:
    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new, 1)

    return rewritten(path, "xl/worksheets/sheet1.xml", change)


@pytest.fixture
def plain(workbook: Callable[..., Path]) -> Path:
    return workbook(**{SHEET: SUB_DISTRICTS})


def test_read(plain: Path) -> None:
    reading = read_dataset(plain)
    assert list(reading.dataset.ids("sub_districts")) == ["S1", "S2"]
    assert reading.notes == ()
    assert reading.files == (plain,)


def test_long_id_stored_as_number(workbook: Callable[..., Path]) -> None:  # 1
    path = workbook(**{SHEET: [["街道编码", "名称"], [440307000000000001, "示例东街道"]]})
    (fault,) = faults_of(path)
    assert (fault.code, fault.place.sheet, fault.place.cell) == ("tables.id_as_number", SHEET, "A2")


def test_numbers_as_ids(workbook: Callable[..., Path]) -> None:  # 2, 3
    path = workbook(**{SHEET: [["街道编码", "名称", "联系电话"], [12, "示例东街道", 13800000000.0]]})
    frame = read_dataset(path).dataset.tables["sub_districts"]
    assert frame.loc[0, ["sub_district_id", "phone"]].tolist() == ["12", "13800000000"]


def test_merged_cells_among_the_data(workbook: Callable[..., Path]) -> None:  # 11
    def edit(book: openpyxl.Workbook) -> None:
        book[SHEET].merge_cells("A1:C1")
        book[SHEET].merge_cells("B3:B4")

    rows = [["示例区街道一览表"], ["街道编码", "名称", "人口"], ["S1", "示例东街道", 5], ["S2", None, 6]]
    (fault,) = faults_of(workbook(edit, **{SHEET: rows}))
    assert (fault.code, fault.place.cell, fault.found) == ("tables.merged_cells", "B3", "B3:B4")


def test_header_merged_downwards_is_read(workbook: Callable[..., Path]) -> None:
    def edit(book: openpyxl.Workbook) -> None:
        book[SHEET].merge_cells("A1:A2")
        book[SHEET].merge_cells("B1:C1")

    rows = [["街道编码", "基本情况", None], [None, "名称", "人口"], ["S1", "示例东街道", 5]]
    assert list(read_dataset(workbook(edit, **{SHEET: rows})).dataset.ids("sub_districts")) == ["S1"]


def test_hidden_rows_and_sheets_are_read_with_a_warning(workbook: Callable[..., Path]) -> None:  # 12, 13
    def edit(book: openpyxl.Workbook) -> None:
        book[SHEET].row_dimensions[2].hidden = True
        book["社区表"].sheet_state = "veryHidden"

    communities = [COMMUNITY_HEADER, ["C1", "示例社区01", "S1", 9, "强"]]
    path = workbook(edit, **{SHEET: SUB_DISTRICTS, "社区表": communities})
    assert notes_of(path) == {"tables.warning.hidden_rows": 1, "tables.warning.hidden_sheet": 1}
    assert read_dataset(path).dataset.has("communities")


def test_error_cells_and_formulas_without_values(workbook: Callable[..., Path]) -> None:  # 14, 15
    header = ["街道编码", "名称", "人口", "户数"]
    path = workbook(**{SHEET: [header, ["S1", "示例东街道", 1, 2], ["S2", "示例西街道", 1, 2]]})
    path = in_sheet(path, b'<c r="C2" t="n"><v>1</v></c>', b'<c r="C2" t="e"><f>A1</f><v>#REF!</v></c>')
    path = in_sheet(path, b'<c r="D3" t="n"><v>2</v></c>', b'<c r="D3"><f>1+1</f><v></v></c>')
    assert [(fault.code, fault.place.cell, fault.found) for fault in faults_of(path)] == [
        ("tables.error_cell", "C2", "#REF!"),
        ("tables.formula_without_value", "D3", "=…"),
    ]


def test_calculated_formulas_are_values(plain: Path) -> None:
    typed = b'<c r="A2" t="inlineStr"><is><t>S1</t></is></c>'
    path = in_sheet(plain, typed, b'<c r="A2" t="str"><f>B9</f><v>S1</v></c>')
    path = in_sheet(path, b"</row></sheetData>", b'<c r="C3" t="str"><f>B9</f><v></v></c></row></sheetData>')
    assert list(read_dataset(path).dataset.ids("sub_districts")) == ["S1", "S2"]


def test_date_cells_and_serials(workbook: Callable[..., Path]) -> None:  # 16
    rows = [["日期", "党员", "社区", "积分"], [46024, "M1", "C1", 1]]
    reading = read_dataset(workbook(**{"积分与服务日志": rows}))
    assert reading.dataset.tables["points"]["date"].tolist() == ["2026-01-02"]
    assert "tables.note.date_serial" in {note.code for note in reading.notes}


def test_content_decides_not_the_extension(plain: Path, tmp_path: Path) -> None:  # 20, 22
    named_csv = plain.rename(tmp_path / "sub_districts.csv")
    assert notes_of(named_csv) == {"tables.note.wrong_extension": 1}
    macro = named_csv.rename(tmp_path / "data.xlsm")
    assert read_dataset(macro).dataset.has("sub_districts")
    text = tmp_path / "街道表.xlsx"
    text.write_text(csv_text(SUB_DISTRICTS), encoding="utf-8")
    assert notes_of(text) == {"tables.note.wrong_extension": 1}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (OLE + bytes(600), "damaged_file"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "html"),
        (b"", "empty_file"),
        (b"PK\x03\x04 and then nothing", "damaged_file"),
    ],
)  # 21, 23, 24, 25, 26
def test_files_that_cannot_be_read(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "data.xls"
    path.write_bytes(content)
    assert codes_of(path) == [f"tables.{code}"]


def test_truncated(plain: Path) -> None:  # 25
    plain.write_bytes(plain.read_bytes()[:-200])
    assert codes_of(plain) == ["tables.damaged_file"]


def test_zip_bomb(plain: Path) -> None:  # 27
    with zipfile.ZipFile(plain, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bin", bytes(201_000_000))
    assert codes_of(plain) == ["tables.zip_bomb"]


@pytest.mark.parametrize("cell", ["XFD1048576", "XFD2", "KO2", "A900000"])
def test_far_cell(cell: str, plain: Path) -> None:  # 28
    row = re.sub(r"\D", "", cell)
    extra = f'<row r="{row}"><c r="{cell}" t="n"><v>1</v></c></row></sheetData>'.encode()
    assert codes_of(in_sheet(plain, b"</sheetData>", extra))[0] in ("tables.far_cell", "tables.too_many_rows")


def test_three_hundred_columns_are_enough(plain: Path) -> None:
    assert MAX_COLUMNS == 300
    extra = b'<row r="4"><c r="KN4" t="n"><v>1</v></c></row></sheetData>'
    assert "tables.far_cell" not in codes_of(in_sheet(plain, b"</sheetData>", extra))


def test_far_cells_of_other_sheets_do_not_matter(workbook: Callable[..., Path]) -> None:
    path = workbook(说明=[["填写说明"]], **{SHEET: SUB_DISTRICTS})
    path = in_sheet(path, b"</sheetData>", b'<row r="9"><c r="XFD9"><v>1</v></c></row></sheetData>')
    assert notes_of(path) == {"tables.note.other_table": 1}


def test_wrong_dimension_is_not_believed(plain: Path) -> None:  # 29
    def belie(xml: bytes) -> bytes:
        return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"', xml)

    path = rewritten(plain, "xl/worksheets/sheet1.xml", belie)
    assert len(read_dataset(path).dataset.tables["sub_districts"]) == 2


def test_external_links_are_named_and_not_fetched(plain: Path) -> None:  # 30
    with zipfile.ZipFile(plain, "a") as archive:
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    assert notes_of(plain) == {"tables.warning.external_links": 1}


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_doctype(part: str, plain: Path) -> None:  # 31
    path = rewritten(plain, part, lambda xml: b'<!DOCTYPE a [<!ENTITY b "c">]>' + xml)
    assert codes_of(path) == ["tables.doctype"]


def test_file_open_elsewhere_is_a_warning(plain: Path, tmp_path: Path) -> None:
    plain.rename(tmp_path / "街道表.xlsx")
    (tmp_path / "~$街道表.xlsx").write_bytes(b"x")
    assert notes_of(tmp_path) == {"tables.warning.open_elsewhere": 1}


def test_locked_file(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # 32
    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert codes_of(plain) == ["tables.unreadable"]


def test_row_limit(plain: Path) -> None:  # 33
    extra = f'<row r="{MAX_ROWS + 1}"><c r="A{MAX_ROWS + 1}"><v>1</v></c></row></sheetData>'.encode()
    assert codes_of(in_sheet(plain, b"</sheetData>", extra)) == ["tables.too_many_rows"]


def test_old_sheet_of_one_table_is_named_by_the_file(workbook: Callable[..., Path], tmp_path: Path) -> None:
    workbook(Sheet1=SUB_DISTRICTS).rename(tmp_path / "街道表.xlsx")
    assert read_dataset(tmp_path).dataset.has("sub_districts")
