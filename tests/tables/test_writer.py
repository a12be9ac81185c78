"""Writing and reading back is identity; the same tables give the same bytes."""

from __future__ import annotations

import stat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.tables import dataset_of, read_dataset, write_dataset
from tests.tables.conftest import plain_tables
from tests.tables.test_reader import assert_same, shuffled

Format = Literal["csv", "xlsx"]
Headers = Literal["en", "zh"]


def round_trip(tables: dict[str, pd.DataFrame], file_format: Format, headers: Headers) -> None:
    with TemporaryDirectory() as folder:
        target = Path(folder) / ("data.xlsx" if file_format == "xlsx" else "data")
        write_dataset(tables, target, file_format=file_format, headers=headers, notice="模拟数据")
        reading = read_dataset(target)
    assert_same(dict(reading.dataset.tables), dict(dataset_of(tables).tables))
    assert reading.notes == ()


@pytest.mark.parametrize("headers", ["en", "zh"])
@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_round_trip(file_format: Format, headers: Headers) -> None:
    round_trip(plain_tables(), file_format, headers)


tidy = st.text(st.sampled_from("示例甲乙aZ0'=+-@（）\"\n; ,"), min_size=1, max_size=8).filter(
    lambda words: words == words.strip() and words not in ("-", "--", "无")
)
numbers = st.none() | st.integers(0, 10**9) | st.floats(0, 1e6).map(lambda value: round(value, 6))


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            tidy,
            st.none() | tidy,
            numbers,
            st.none() | st.booleans(),
            st.lists(st.sampled_from(["law", "env", "茶艺"]), unique=True).map(tuple),
        ),
        min_size=1,
        max_size=6,
    ),
    file_format=st.sampled_from(["csv", "xlsx"]),
    headers=st.sampled_from(["en", "zh"]),
)
def test_round_trip_of_any_text(
    rows: list[tuple[object, ...]], file_format: Format, headers: Headers
) -> None:
    frame = pd.DataFrame(rows, columns=["name", "note", "area", "示范", "strengths"], dtype=object)
    frame["area"] = pd.to_numeric(frame["area"])
    frame["示范"] = frame["示范"].astype("boolean")
    frame["sub_district_id"] = [f"S{row}" for row in range(len(rows))]
    # A column of the user's own that holds nothing at all is read as empty text.
    if not frame["示范"].notna().any():
        frame["示范"] = None
    round_trip({"sub_districts": frame}, file_format, headers)


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_same_tables_same_bytes(file_format: Format, tmp_path: Path) -> None:
    contents = []
    for seed in range(2):
        target = tmp_path / f"{seed}" / ("data.xlsx" if file_format == "xlsx" else "data")
        written = write_dataset(shuffled(plain_tables(), seed), target, file_format=file_format, headers="zh")
        contents.append([(path.name, path.read_bytes()) for path in written])
    assert contents[0] == contents[1]


def test_csv_is_plain(tmp_path: Path) -> None:
    paths = write_dataset(plain_tables(), tmp_path)
    assert [path.name for path in paths] == [
        f"{name}.csv"
        for name in ("agencies", "branches", "members", "sub_districts", "communities", "wishes", "pins")
    ]
    content = (tmp_path / "agencies.csv").read_bytes()
    assert content.startswith(b"agency_id,name,short_name,agency_type,function_codes,lng,active,note\n")
    assert b"\r" not in content
    assert "A1,示例甲局,甲局,government,employ、talent,114.05,true,\n".encode() in content


def test_cells_that_a_spreadsheet_would_run_are_neutral(tmp_path: Path) -> None:  # 71
    frame = plain_tables()["sub_districts"]
    frame["name"] = ["=1+1", "@SUM(A1)"]
    frame["area"] = [1.5, 2]
    frame["度数"] = [-5.0, 3.0]
    (path,) = write_dataset({"sub_districts": frame}, tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[1:] == ["S1,'=1+1,street,1.5,-5", "S2,'@SUM(A1),town,2,3"]
    (book,) = write_dataset({"sub_districts": frame}, tmp_path / "data.xlsx", file_format="xlsx")
    cell = openpyxl.load_workbook(book)["sub_districts"]["B2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_sheets_for_the_office(tmp_path: Path) -> None:
    (path,) = write_dataset(
        plain_tables(), tmp_path / "data.xlsx", file_format="xlsx", headers="zh", notice="模拟数据"
    )
    book = openpyxl.load_workbook(path)
    assert book.sheetnames[0] == "机关单位表"
    sheet = book["机关单位表"]
    assert sheet["A1"].value == "模拟数据"
    assert [cell.value for cell in sheet[2]][:4] == ["单位编码", "单位名称", "简称", "单位类别"]
    assert [cell.value for cell in sheet[3]][:7] == [
        "A1", "示例甲局", "甲局", "政府", "就业、人才培训", 114.05, "是"
    ]  # fmt: skip
    assert sheet.freeze_panes == "A3"
    assert sheet["A3"].number_format == "@"


def test_files_with_personal_data_are_private(tmp_path: Path) -> None:
    write_dataset(plain_tables(), tmp_path)
    modes = {path.stem: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert modes["members"] == 0o600
    assert modes["sub_districts"] & 0o044
