"""The records of a year as offices write them, read beside a plan's roster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from matchmaker.errors import InputError
from matchmaker.model import Dataset
from matchmaker.records import with_records
from matchmaker.tables import write_dataset
from tests.rules.instances import dataset_from
from tests.test_evaluation import TABLES, order

SHEETS: dict[str, Sequence[Sequence[object]]] = {
    "双向评价表": [
        ["年度", "评价方", "被评", "对象", "分数"],
        [2027, "社区评单位", "甲局", "示例社区01", "92分"],
        [2027, "支部评党员", "示例甲", "甲局一支部", 88],
        [2027, "群众评", "示例甲", "居民", 90],
    ],
    "积分与服务日志": [
        ["日期", "党员", "社区", "活动", "时长", "积分"],
        ["2027年3月1日", "示例甲", "示例社区01", "理发", "2小时", "1分"],
    ],
    "走访记录表": [
        ["日期", "走访方类型", "走访方", "走访对象类型", "走访对象", "事由", "是否办结"],
        ["2027-04-02", "党员", "示例乙", "楼栋", "1栋", "路灯不亮", "是"],
    ],
    "考核评分表": [
        ["年度", "对象类型", "考核对象", "平时分", "年度分", "加分", "扣分", "扣分依据", "学习"],
        [2027, "单位", "乙局", 85, 90, "", 2, "缺席", 10],
    ],
    "点单表": [
        ["点单编码", "所属网格", "类别", "内容", "评分"],
        ["O1", "网格01", "法律", "咨询", "5星"],
        ["O9", "网格03", "法律", "咨询", 3],
    ],
    "代码外的表": [["甲"], [1]],
}


def roster(**tables: Any) -> Dataset:
    return dataset_from({**TABLES, **tables})


def test_names_become_ids_of_the_roster(workbook: Callable[..., Path]) -> None:
    read = with_records(roster(orders=[order("O1", "G1", None), order("O2", "G2", 4)]), workbook(**SHEETS))
    tables = {name: frame.to_dict("list") for name, frame in read.dataset.tables.items()}
    assert tables["evaluations"]["ratee_id"] == ["M1", "A1", "M1"]
    assert tables["evaluations"]["rater_kind"] == ["branch_member", "community_agency", "resident"]
    assert (tables["points"]["member_id"], tables["points"]["date"]) == (["M1"], ["2027-03-01"])
    visit = {name: column[0] for name, column in tables["visits"].items()}
    assert (visit["visitor_id"], visit["place_id"], visit["settled"]) == ("M2", "H1", True)
    assert (tables["assessments"]["id"], tables["assessments"]["学习"]) == (["A2"], [10])
    orders = dict(zip(tables["orders"]["order_id"], tables["orders"]["rating"], strict=True))
    assert orders == {"O1": 5, "O2": 4, "O9": 3}  # told anew, kept, new
    assert len(tables["agencies"]["name"]) == len(TABLES["agencies"])


def test_what_is_written_is_read_again(workbook: Callable[..., Path], tmp_path: Path) -> None:
    once = with_records(roster(), workbook(**SHEETS)).dataset
    records = {
        name: once.tables[name] for name in ("evaluations", "points", "visits", "assessments", "orders")
    }
    write_dataset(records, tmp_path / "again.xlsx", file_format="xlsx", headers="zh")
    again = with_records(roster(), tmp_path / "again.xlsx").dataset
    for name, frame in records.items():
        pd.testing.assert_frame_equal(again.frame(name), frame)


@pytest.mark.parametrize(
    ("sheet", "row", "code"),
    [
        ("积分与服务日志", ["2027-03-01", "没有的人", "C1", "", "", 1], "tables.orphan"),
        ("积分与服务日志", ["2027-03-01", "M1", "C1", "", "", ""], "tables.missing_value"),
        ("双向评价表", [2027, "社区评单位", "A1", "C1", 101], "tables.too_large"),
        ("双向评价表", [2027, "街道评单位", "A1", "C1", 90], "tables.unknown_code"),
        ("走访记录表", ["2027-04-02", "微心愿", "M1", "楼栋", "H1", "", ""], "tables.unknown_code"),
        ("走访记录表", ["2027-04-02", "党员", "M1", "楼栋", "H7", "", ""], "tables.orphan"),
        ("考核评分表", [2027, "单位", "A2", 1, 1, 0, 0, "", 1], "tables.duplicate_key"),
    ],
)
def test_faults_of_a_row(workbook: Callable[..., Path], sheet: str, row: list[object], code: str) -> None:
    with pytest.raises(InputError) as caught:
        with_records(roster(), workbook(**{**SHEETS, sheet: [*SHEETS[sheet], row]}))
    assert {fault.code for fault in caught.value.faults} == {code}
    assert {fault.place.sheet for fault in caught.value.faults} == {sheet}


def test_sheets_that_are_no_records(workbook: Callable[..., Path]) -> None:
    more = {
        "单位表": [
            ["单位编码", "单位名称", "单位类别", "职能类别", "是否参加"],
            ["A7", "丙局", "政府", "法律", "是"],
        ]
    }
    notes = with_records(roster(), workbook(**{**SHEETS, **more})).notes
    assert "tables.warning.no_record" in {note.code for note in notes}
    with pytest.raises(InputError, match=r"evaluation\.no_records"):
        with_records(roster(), workbook(**more))
