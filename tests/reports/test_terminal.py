"""The terminal's answers: both languages, nothing missing, people's names masked."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console, RenderableType

from matchmaker.compare import compare
from matchmaker.messages import LANGUAGES, Language
from matchmaker.model import Status
from matchmaker.plans import Plan
from matchmaker.reports.comparison import show_comparison
from matchmaker.reports.terminal import show, summary_lines
from matchmaker.reports.words import gap_words, percent, plan_status
from tests.small_plans import FIRST, SECOND, demo_plan, small_plan


def plain(parts: list[RenderableType], width: int = 120) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    for part in parts:
        console.print(part)
    told = console.file
    assert isinstance(told, io.StringIO)
    return told.getvalue()


@pytest.fixture(scope="module")
def demo() -> Plan:
    return demo_plan()


def test_what_a_head_of_office_asks_first() -> None:
    told = plain(show(small_plan(FIRST), "zh"))
    for words in (
        "三定三联　方案（2027 年度）",
        "可行，与最优的差距不超过 1%",
        "单位 3/3 已安排，街道 2/2 有结对",
        "平均 50，中位数 50，最低 0（满分 100）",
        "1 对低于 10 分，其中 1 对为 0 分",
        "=1+1 局 → 示例街道 0 分",
        "示例街道：环境卫生",
        "保持 1（上年关系的 50%），调整 1，新增 1",
        "最大偏差 100%（允许 50%）",
        "第一意向",
        "力量弱",
        "单位 1：不参加本轮安排",
    ):
        assert words in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
def test_lines_fit_the_terminal(demo: Plan, language: Language, width: int) -> None:
    from rich.cells import cell_len

    told = plain(show(demo, language), width)
    assert max(cell_len(line) for line in told.splitlines()) <= width
    assert "{" not in told
    assert "\x1b" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_are_masked_on_the_screen(language: Language) -> None:
    first, second = demo_plan(1), demo_plan(2)
    names = {str(name) for name in first.dataset.frame("members")["name"] if len(str(name)) > 2}
    told = plain(show(first, language)) + plain(
        show_comparison(compare([first, second]), [first, second], language)
    )
    assert not [name for name in names if name in told]


def test_english_has_no_chinese_but_names() -> None:
    told = plain(show(small_plan(FIRST), "en"))
    for words in ("feasible, within 1% of the best possible", "3 of 3 agencies assigned", "wish 1", "weak"):
        assert words in told
    assert "意向" not in told


def test_summary_is_plain_lines(demo: Plan) -> None:
    lines = summary_lines(demo, "zh")
    assert lines[1] == "结论：可行，与最优的差距不超过 1%"
    assert "模拟数据" in lines
    assert len([line for line in lines if "已安排" in line]) == len(demo.stages)
    assert "尚未核验" in summary_lines(replace(demo, verified=False), "zh")


def test_verdicts_in_words() -> None:
    plan = small_plan(FIRST)
    (record,) = plan.stages
    closed = replace(record.levels[0], bound=100.0, gap=0.0)

    def words(status: Status, *levels: object) -> str:
        return plan_status(replace(plan, stages=(replace(record, status=status, levels=levels),)), "zh")

    assert words(Status.OPTIMAL, closed) == "已证明最优"
    assert words(Status.FEASIBLE, closed) == "可行，尚未证明最优"
    assert words(Status.FEASIBLE, closed, record.levels[0]) == "可行，与最优的差距不超过 1%"


def test_small_gaps_never_read_as_zero() -> None:
    assert gap_words(0) == "0"
    assert gap_words(1e-9) == "<0.01%"
    assert gap_words(0.0123) == "1.23%"
    assert (percent(1), percent(0.1255), percent(0)) == ("100%", "12.6%", "0%")


def test_plans_side_by_side() -> None:
    plans = [small_plan(FIRST), small_plan(SECOND, "意向优先")]
    told = plain(show_comparison(compare(plans), plans, "zh"))
    for words in (
        "“方案”与“意向优先”的差异",
        "单位联街道：1 对相同；2 个单位的安排不同",
        "示例区卫健局：示例第二街道 → 示例街道",
        "匹配度平均 [fit]",
        "单位第一意向采纳率 [wishes]",
    ):
        assert words in told


def test_a_source_that_gains_a_partner_is_not_told_as_without_one() -> None:
    fewer = {"agency_sub_district": [("A1", "S1"), ("A2", "S2")]}
    more = {"agency_sub_district": [("A1", "S1"), ("A1", "S2"), ("A2", "S2")]}
    plans = [small_plan(fewer), small_plan(more, "意向优先")]
    told = plain(show_comparison(compare(plans), plans, "zh"))
    (line,) = (line for line in told.splitlines() if "→" in line)
    assert "未安排" not in line
    before, after = line.split("→")
    assert before.split("：")[1].strip() in after
