"""All faults at once, and the same dataset whatever the order of files, rows and columns."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from matchmaker.messages import render_fault, text
from matchmaker.tables import dataset_of, read_dataset, write_dataset
from tests.tables.conftest import COMMUNITY_HEADER, MEMBER_HEADER, faults_of, plain_tables

PLANTED = {
    "agencies": [
        ["单位编码", "单位名称", "单位类别", "职能类别", "是否参加", "力量等级"],
        ["A1", "示例甲局", "政府", "就业", "是", 3],
        ["A1", "示例乙局", "政法", "law", "是", 9],
        ["A3", "示例丙局", "保密", "", "也许", 2],
    ],
    "sub_districts": [["街道编码", "名称"], ["S1", "示例东街道"], ["合计", ""], ["S2", "示例西街道"]],
    "communities": [
        COMMUNITY_HEADER,
        ["C1", "示例社区01", "示例东街到", -5, "强"],
        ["C2", "", "S1", "很多", "强"],
    ],
    "members": [
        [name if name != "职级" else "职及" for name in MEMBER_HEADER] + ["出生年月"],
        ["M1", "示例甲", "A1", "B1", "机关党员", "科员", "是", "1985-13"],
    ],
    "pins": [["类型", "来源", "对象"], ["指定", "A1", "S1"]],
    "resources": [["编号", "提供单位", "类别", "内容"], ["4.4E+17", "", "law", "场地"]],
}
FOUND = {
    ("agencies.csv", 3, "tables.duplicate_key"),
    ("agencies.csv", 3, "tables.too_large"),
    ("agencies.csv", 4, "tables.unknown_code"),
    ("agencies.csv", 4, "tables.missing_value"),
    ("agencies.csv", 4, "tables.bad_flag"),
    ("sub_districts.csv", 3, "tables.total_row"),
    ("communities.csv", 2, "tables.orphan_near"),
    ("communities.csv", 2, "tables.too_small"),
    ("communities.csv", 3, "tables.missing_value"),
    ("communities.csv", 3, "tables.bad_number"),
    ("members.csv", 1, "tables.near_header"),
    ("members.csv", 2, "tables.bad_date"),
    ("pins.csv", 1, "tables.missing_header"),
    ("resources.csv", 2, "tables.id_as_number"),
    ("resources.csv", 2, "tables.none_of"),
}


def test_a_dozen_faults_are_all_told_at_once(folder: Callable[..., Path]) -> None:
    faults = faults_of(folder(**PLANTED))
    assert {(fault.place.file, fault.place.line, fault.code) for fault in faults} == FOUND
    assert len(faults) == len(FOUND)
    places = [(fault.place.file, fault.place.line) for fault in faults]
    assert places == sorted(places)
    assert all(fault.place.cell for fault in faults)
    for fault in faults:
        assert "处理：" in render_fault(fault, "zh")
        assert "remedy: " in render_fault(fault, "en")


def test_notes_have_their_sentences(folder: Callable[..., Path]) -> None:
    path = folder(
        sub_districts=[["街道编码", "名称", "人口", "联系电活"], ["Ｓ1", "示例东街道", "5人", "无"]]
    )
    notes = read_dataset(path).notes
    assert [text(note.code, "zh", count=note.count, **note.details) for note in notes] == [
        "“无”“—”“/”等按空白处理 1 处",
        "全角数字、字母改为半角 1 处",
        "去除数字后的单位 1 处",
        "“联系电活”按附加列保留，是否应为“联系电话(phone)”",
    ]


def shuffled(tables: dict[str, pd.DataFrame], seed: int) -> dict[str, pd.DataFrame]:
    """Tables with rows, columns and their own order permuted."""
    rng = random.Random(seed)
    order = rng.sample(sorted(tables), len(tables))
    return {
        name: tables[name]
        .sample(frac=1, random_state=seed)
        .reindex(columns=rng.sample(list(tables[name].columns), len(tables[name].columns)))
        for name in order
    }


def assert_same(first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame]) -> None:
    assert set(first) == set(second)
    for name in first:
        pd.testing.assert_frame_equal(first[name], second[name])


@pytest.mark.parametrize("seed", range(5))
def test_order_of_rows_and_columns_does_not_matter(seed: int, tmp_path: Path) -> None:
    tables = shuffled(plain_tables(), seed)
    for name, frame in tables.items():  # the writer sorts, so the shuffled files are written here
        written = frame.map(lambda value: "、".join(value) if isinstance(value, tuple) else value)
        written.to_csv(tmp_path / f"{name}.csv", index=False)
    assert_same(dict(read_dataset(tmp_path).dataset.tables), dict(dataset_of(plain_tables()).tables))


def test_reading_what_was_read_and_written_changes_nothing(tmp_path: Path) -> None:
    once = read_dataset(write_dataset(plain_tables(), tmp_path / "a")[0].parent).dataset
    twice = read_dataset(write_dataset(once.tables, tmp_path / "b")[0].parent).dataset
    assert_same(dict(once.tables), dict(twice.tables))


def test_dataset_knows_keys_and_trees(tmp_path: Path) -> None:
    write_dataset(plain_tables(), tmp_path)
    dataset = read_dataset(tmp_path).dataset
    ancestors = dataset.ancestors("members", "agencies")
    assert ancestors is not None
    assert ancestors.tolist() == [0, 0, 1]
    assert "wishes" not in dataset.keys
