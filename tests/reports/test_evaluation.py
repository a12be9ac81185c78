"""The evaluation's workbook: what stands on its sheets, and that they say whose data they are."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from matchmaker.evaluation import Evaluation, evaluate
from matchmaker.messages import Language
from matchmaker.reports.evaluation import evaluation_workbook
from matchmaker.scheme.definitions import Scheme
from tests.test_evaluation import YEAR, data, entry, order, points, rating, visit

SCHEME = Scheme.model_validate(
    {
        "name": "三定三联",
        "organizer": "示例区委组织部",
        "stages": [{"id": "branch_grid", "name": "支部联网格", "from": "branches", "to": "grids"}],
        "evaluations": [
            {
                **entry(
                    "members",
                    {"name": "支部评价", "rating": "branch_member", "weight": 40},
                    {"name": "社区评价", "rating": "community_member", "weight": 40},
                    {"name": "服务积分", "points": 24, "weight": 20},
                    grades={"优秀": 90, "合格": 60, "不合格": 0},
                    excellent_at_most=0.4,
                ),
                "name": "党员考核",
            },
            {
                **entry(
                    "agencies",
                    {"name": "社区评价", "rating": "community_agency", "weight": 60},
                    {"name": "走访", "visits": {"stage": "branch_grid"}, "weight": 40},
                    {"name": "扣分", "deduct": "deduction"},
                ),
                "name": "单位考核",
            },
        ],
    }
)
NOTE = {"note": "模拟数据"}


def found() -> Evaluation:
    rows: list[dict[str, Any]] = [
        rating("branch_member", "M1", "B1", 95), rating("community_member", "M1", "C1", 70),
        rating("branch_member", "M2", "B1", 100), rating("branch_member", "M3", "B2", 92),
        rating("community_agency", "A1", "C1", 90), rating("agency_community", "C1", "A1", 60),
    ]  # fmt: skip
    records = {
        "evaluations": [{**row, **NOTE} for row in rows],
        "points": [points("M1", 20), points("M2", 30), points("M3", 30)],
        "visits": [
            visit("branch", "B1", "grid", "G1", "2027-01-05"),
            visit("branch", "B1", "grid", "G1", "2027-02-05"),
        ],
        "orders": [order("O1", "G1", 4), order("O2", "G1", None)],
    }
    return evaluate(SCHEME.evaluations, data(**records), YEAR)


def lines(path: Path, sheet: str, first: str = "序号") -> list[dict[str, Any]]:
    rows = list(load_workbook(path)[sheet].iter_rows(values_only=True))
    head = next(row for row in rows if row[0] == first)
    return [dict(zip(head, row, strict=True)) for row in rows if isinstance(row[0], int)]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return evaluation_workbook(SCHEME, found(), tmp_path / "考核.xlsx", "zh")


def test_the_summary(book: Path) -> None:
    members = {line["党员"]: line for line in lines(book, "党员考核")}
    first = members["示例甲"]
    assert (first["支部评价"], first["社区评价"], first["累计积分"]) == (95, 70, 20)
    assert first["总分"] == pytest.approx(0.4 * 95 + 0.4 * 70 + 0.2 * 20 / 24 * 100, abs=0.005)
    assert (first["是否达标（≥24）"], first["等次"], first["名次"], first["备注"]) == (
        "未达标",
        "合格",
        3,
        None,
    )
    # 92·2/3 + 100/3 = 94.67 would be 优秀, of which there may be one of four
    assert members["示例丙"]["等次"] == "合格"
    assert members["示例丙"]["备注"] == "无数据：社区评价；因比例上限降一等次"
    assert members["示例丁"]["备注"] == "无数据：支部评价、社区评价；只有数量指标"
    agencies = {line["单位"]: line for line in lines(book, "单位考核")}
    assert (agencies["甲局"]["社区评价"], agencies["甲局"]["走访"], agencies["甲局"]["总分"]) == (
        90,
        12.5,
        59,
    )


def test_both_sides_and_where_they_are_far_apart(book: Path) -> None:
    members = {line["党员"]: line for line in lines(book, "党员双向评价表")}
    assert set(members) == {"示例甲", "示例乙", "示例丙"}
    assert (members["示例甲"]["相差"], members["示例甲"]["提示"]) == (25, "两方评价差距大")
    assert (members["示例乙"]["相差"], members["示例乙"]["提示"]) == (None, None)
    (pair,) = lines(book, "单位社区互评表")
    assert (pair["单位"], pair["社区"], pair["社区评单位"], pair["单位评社区"], pair["相差"]) == (
        "甲局",
        "示例社区01",
        90,
        60,
        30,
    )


def test_points_visits_and_orders(book: Path) -> None:
    log = {line["党员"]: line for line in lines(book, "积分达标表")}
    assert (log["示例甲"]["累计积分"], log["示例甲"]["还差"], log["示例乙"]["还差"]) == (20, 4, 0)
    assert (log["示例丁"]["活动次数"], log["示例丁"]["是否达标（≥24）"]) == (0, "未达标")
    visits = {line["网格"]: line for line in lines(book, "支部联网格走访情况表")}
    assert visits["网格03"]["社区"] == "示例社区02"
    assert [visits["网格01"][f"第{at}季度"] for at in (1, 2, 3, 4)] == [2, 0, 0, 0]
    assert (visits["网格01"]["全年走访"], visits["网格01"]["未达期数"]) == (2, 3)
    (rated,) = lines(book, "群众评单表")
    assert (rated["网格"], rated["内容"], rated["群众评分（1–5）"]) == ("网格01", "理发", 4)


def test_the_formula_in_words(book: Path) -> None:
    told = [line["怎样计算"] for line in lines(book, "考核办法说明表")]
    assert told[0] == "支部评党员的平均分，每个评价方只计一次"
    assert told[-1] == "减去“扣分”"
    assert "每季度至少走访 1 次" in told[4]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_marks_rights_and_the_same_bytes(tmp_path: Path, language: Language) -> None:
    path = evaluation_workbook(SCHEME, found(), tmp_path / "a.xlsx", language)
    again = evaluation_workbook(SCHEME, found(), tmp_path / "b.xlsx", language)
    assert path.read_bytes() == again.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for sheet in load_workbook(path):
        assert any(
            "模拟数据" in str(cell) for row in sheet.iter_rows(max_row=6, values_only=True) for cell in row
        )
