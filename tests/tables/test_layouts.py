"""Titles, headers, totals and footers around the data, and names of sheets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from matchmaker.tables import read_dataset
from tests.tables.conftest import (
    COMMUNITY_HEADER,
    MEMBER_HEADER,
    SUB_DISTRICTS,
    codes_of,
    faults_of,
    notes_of,
)


def test_title_and_filled_in_by_lines(folder: Callable[..., Path]) -> None:
    path = folder(
        sub_districts=[
            ["示例区街道一览表"],
            ["填报单位：示例委 联系人：示例 联系电话：000 填报日期：2026-01-02"],
            ["联系人", "示例", "联系电话", "000"],
            [],
            ["序号", "街道编码", "名称", "联系人", "人口"],
            [1, "S2", "示例西街道", "无", "2000人"],
            [2, "S1", "示例东街道", "／", 1000],
            ["合计", "", "", "", 3000],
            ["填表人：示例", "", "审核人：示例"],
        ]
    )
    frame = read_dataset(path).dataset.tables["sub_districts"]
    assert list(frame.columns) == ["sub_district_id", "name", "population", "contact"]
    assert frame["sub_district_id"].tolist() == ["S1", "S2"]
    assert frame["population"].tolist() == [1000, 2000]
    assert frame["contact"].tolist() == [None, None]
    assert notes_of(path) == {
        "tables.note.total_row": 1,
        "tables.note.footer": 1,
        "tables.note.empty_mark": 2,
        "tables.note.unit": 1,
    }


def test_total_row_among_the_data_is_asked_about(folder: Callable[..., Path]) -> None:  # 19
    path = folder(sub_districts=[*SUB_DISTRICTS[:2], ["小计", "", 5], SUB_DISTRICTS[2]])
    (fault,) = faults_of(path)
    assert (fault.code, fault.found, fault.place.line) == ("tables.total_row", "小计", 3)


def test_a_record_named_like_a_total_is_kept(folder: Callable[..., Path]) -> None:
    path = folder(sub_districts=[*SUB_DISTRICTS, ["S3", "合计"]])
    assert len(read_dataset(path).dataset.tables["sub_districts"]) == 3


def test_missing_and_duplicate_headers(folder: Callable[..., Path]) -> None:  # 18
    path = folder(
        sub_districts=[["街道编码", "名称", "街道编码"], ["S1", "示例东街道", "S1"]],
        communities=[["社区编码", "名称", "所属街到", "力量等级"], ["C1", "示例社区01", "S1", "强"]],
    )
    faults = {fault.code: fault for fault in faults_of(path)}
    assert set(faults) == {"tables.duplicate_header", "tables.near_header", "tables.missing_header"}
    assert faults["tables.duplicate_header"].place.cell == "C1"
    assert faults["tables.near_header"].found == "所属街到"
    assert faults["tables.near_header"].details["column"] == "sub_district_id"
    assert faults["tables.missing_header"].place.cell == "E1"
    assert faults["tables.missing_header"].details["column"] == "households"


def test_no_header(folder: Callable[..., Path]) -> None:
    path = folder(sub_districts=[["S1", "示例东街道"], ["S2", "示例西街道"]])
    assert codes_of(path) == ["tables.no_header"]


def test_header_without_rows_is_a_warning(folder: Callable[..., Path]) -> None:
    path = folder(sub_districts=SUB_DISTRICTS, communities=[COMMUNITY_HEADER])
    assert notes_of(path) == {"tables.warning.no_rows": 1}
    assert not read_dataset(path).dataset.has("communities")


def test_further_columns_are_kept(folder: Callable[..., Path]) -> None:
    path = folder(
        sub_districts=[
            ["街道编码", "名称", "联系电活", "摄像头", "邮编", "试点", "", "特色 产业"],
            ["S1", "示例东街道", "多", "12", "051000", "true", "丢", "茶"],
            ["S2", "示例西街道", "少", "无", "100000", "", "", "=1"],
        ]
    )
    frame = read_dataset(path).dataset.tables["sub_districts"]
    assert frame["摄像头"].tolist()[:1] == [12.0]
    assert str(frame["摄像头"].dtype) == "float64"
    assert frame["邮编"].tolist() == ["051000", "100000"]
    assert str(frame["试点"].dtype) == "boolean"
    assert frame["特色 产业"].tolist() == ["茶", "=1"]
    assert list(frame.columns[:2]) == ["sub_district_id", "name"]
    assert notes_of(path)["tables.warning.near_header"] == 1
    assert notes_of(path)["tables.warning.no_header_text"] == 1


def test_mixed_headers_and_near_table_names(folder: Callable[..., Path]) -> None:
    header = ["member_id", "姓名", "Agency ID", "所在支部", "党员类别", "rank", "是否可参加"]
    assert len(header) == len(MEMBER_HEADER)
    path = folder(
        党员花名册=[header, ["M1", "示例甲", "A1", "B1", "机关党员", "科员", "是"]], agencys=[["a"], ["b"]]
    )
    reading = read_dataset(path)
    assert reading.dataset.tables["members"].loc[0, "rank"] == "general"
    warnings = [note for note in reading.notes if note.is_warning]
    assert [(note.code, note.details["near"]) for note in warnings] == [
        ("tables.warning.near_table", "机关单位表(agencies)")
    ]


def test_other_files_and_sheets_are_notes(folder: Callable[..., Path], workbook: Callable[..., Path]) -> None:
    path = folder(sub_districts=SUB_DISTRICTS, 会议记录=[["a", "b"]])
    assert notes_of(path) == {"tables.note.other_table": 1}
    path = workbook(街道表=SUB_DISTRICTS, 填写说明=[["说明"]], 社区表=[])
    assert notes_of(path) == {"tables.note.other_table": 1, "tables.note.empty_sheet": 1}


def test_nothing_there(tmp_path: Path) -> None:
    assert codes_of(tmp_path) == ["tables.no_table"]
    assert codes_of(tmp_path / "missing") == ["tables.not_found"]


def test_one_table_twice(folder: Callable[..., Path]) -> None:
    (fault,) = faults_of(folder(sub_districts=SUB_DISTRICTS, 街道表=SUB_DISTRICTS))
    assert (fault.code, fault.details["other"]) == ("tables.table_twice", "sub_districts.csv")


@pytest.mark.parametrize("title", ["单位编码说明", "街道编码 名称"])
def test_a_title_with_header_words_is_no_header(title: str, folder: Callable[..., Path]) -> None:
    assert read_dataset(folder(sub_districts=[[title], *SUB_DISTRICTS])).dataset.has("sub_districts")
