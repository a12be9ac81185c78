"""Encodings, delimiters and lines of CSV files (34 to 38)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from matchmaker.tables import read_dataset
from matchmaker.tables.csv_files import decode
from tests.tables.conftest import COMMUNITY_HEADER, SUB_DISTRICTS, codes_of, csv_text, faults_of, notes_of

TEXT = csv_text(SUB_DISTRICTS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_encodings(encoding: str, folder: Callable[..., Path]) -> None:  # 34, 35, 36
    content = TEXT.encode(encoding)
    reading = read_dataset(folder(sub_districts=content))
    assert list(reading.dataset.tables["sub_districts"]["name"]) == ["示例东街道", "示例西街道"]


def test_other_encodings_are_noted(folder: Callable[..., Path]) -> None:
    assert notes_of(folder(sub_districts=TEXT.encode("gb18030"))) == {"tables.note.encoding": 1}


def test_utf8_is_tried_first() -> None:  # 37
    assert decode("涓枃测试".encode())[1] == "UTF-8"


def test_undecodable_byte_is_named_with_its_offset(folder: Callable[..., Path]) -> None:  # 38
    good = TEXT.encode()
    path = folder(sub_districts=good[:-3] + b"\xff\xff" + good[-3:])
    (fault,) = faults_of(path)
    assert fault.code == "tables.undecodable"
    assert fault.details["offset"] == good[:-3].decode("utf-8", "ignore").encode().__len__()
    assert fault.details["line"] == 3


def test_damaged_utf8_is_not_read_as_gb18030() -> None:
    content = ("示例东街道示例西街道").encode()
    damaged = content[:-2] + content[-1:] + b"a"
    assert damaged.decode("gb18030")
    with pytest.raises(UnicodeDecodeError) as caught:
        decode(damaged)
    assert caught.value.encoding == "utf-8"


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_delimiters(delimiter: str, folder: Callable[..., Path]) -> None:
    path = folder(sub_districts=TEXT.replace(",", delimiter))
    assert len(read_dataset(path).dataset.tables["sub_districts"]) == 2


def test_lines_are_those_of_the_file(folder: Callable[..., Path]) -> None:
    path = folder(
        sub_districts=SUB_DISTRICTS,
        communities=[
            [*COMMUNITY_HEADER, "备注"],
            ["C1", "示例社区01", "S1", 10, "强", "第一行\n第二行"],
            ["C2", "示例社区02", "S2", "很多", "强", ""],
        ],
    )
    (fault,) = faults_of(path)
    assert (fault.place.file, fault.place.line, fault.place.cell) == ("communities.csv", 4, "D3")
    assert fault.found == "很多"


def test_windows_line_ends_and_ragged_rows(folder: Callable[..., Path]) -> None:
    path = folder(sub_districts="街道编码,名称,人口\r\nS1,示例东街道\r\nS2,示例西街道,5,\r\n")
    frame = read_dataset(path).dataset.tables["sub_districts"]
    assert frame["population"].isna().tolist() == [True, False]


def test_open_quote(folder: Callable[..., Path]) -> None:
    assert codes_of(folder(sub_districts='街道编码,名称\nS1,"示例\nS2,示例西街道\n')) == ["tables.bad_quotes"]


def test_empty_file(folder: Callable[..., Path]) -> None:  # 26
    assert codes_of(folder(sub_districts="", communities="\ufeff\n\n")) == ["tables.empty_file"] * 2
