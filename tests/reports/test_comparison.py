"""The workbook and the page of a comparison: the comparison's own numbers, nothing fetched, people masked."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from matchmaker.compare import Comparison, compare
from matchmaker.messages import LANGUAGES, Language
from matchmaker.plans import Plan
from matchmaker.reports.compared import Compared
from matchmaker.reports.comparison_book import comparison_workbook
from matchmaker.reports.comparison_page import comparison_page
from tests.small_plans import FIRST, SECOND, demo_plan, small_plan


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    return [demo_plan(1), demo_plan(2)]


@pytest.fixture(scope="module")
def comparison(plans: list[Plan]) -> Comparison:
    return compare(plans)


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.opened: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "img", "br", "hr", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_needs_nothing_but_itself(
    plans: list[Plan], comparison: Comparison, tmp_path: Path, language: Language
) -> None:
    path = comparison_page(comparison, plans, tmp_path / "x.html", language)
    page = path.read_text("utf-8")
    tags = Tags(page)
    assert tags.open == []
    assert {tag for tag, _ in tags.opened}.isdisjoint({"script", "link", "img", "iframe", "object", "embed"})
    assert not re.search(r"(?:src|href)=[\"'](?!#)", page)
    assert not re.search(r"url\(|@import|https?://", page)
    assert not any(name.startswith("on") for _, attrs in tags.opened for name in attrs)
    assert (path.stat().st_mode & 0o777) == 0o600
    assert "模拟数据" in page
    assert path.read_bytes() == comparison_page(comparison, plans, tmp_path / "y.html", language).read_bytes()


def test_the_page_hides_people_s_names(plans: list[Plan], comparison: Comparison, tmp_path: Path) -> None:
    page = comparison_page(comparison, plans, tmp_path / "x.html", "zh").read_text("utf-8")
    for table in ("members", "field_members"):
        names = {str(name) for name in plans[0].dataset.frame(table)["name"] if len(str(name)) > 2}
        assert not [name for name in names if name in page]


def test_names_are_no_markup(tmp_path: Path) -> None:
    plans = [small_plan(FIRST, "<b>甲</b>"), small_plan(SECOND, "乙&丙")]
    page = comparison_page(compare(plans), plans, tmp_path / "x.html", "zh").read_text("utf-8")
    assert "<b>" not in page
    assert "&lt;b&gt;甲&lt;/b&gt;" in page
    assert "乙&amp;丙" in page


def test_the_page_tells_the_moves_of_a_small_plan(tmp_path: Path) -> None:
    plans = [small_plan(FIRST), small_plan(SECOND, "意向优先")]
    page = comparison_page(compare(plans), plans, tmp_path / "x.html", "zh").read_text("utf-8")
    cells = [re.sub(r"<[^>]*>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL)]
    at = cells.index("示例区卫健局")
    assert cells[at + 1 : at + 3] == ["示例第二街道", "示例街道"]


def columns(sheet: Worksheet) -> dict[str, list[object]]:
    """Cells by head, above the total."""
    rows = list(sheet.iter_rows(values_only=True))
    head = next(at for at, row in enumerate(rows) if row[0] == "序号")
    end = next((at for at, row in enumerate(rows) if row[0] == "合计"), len(rows))
    body = [row for row in rows[head + 1 : end] if isinstance(row[0], int)]
    return {str(name): [row[at] for row in body] for at, name in enumerate(rows[head]) if name}


def test_the_workbook_has_every_figure_and_every_move(
    plans: list[Plan], comparison: Comparison, tmp_path: Path
) -> None:
    path = comparison_workbook(comparison, plans, tmp_path / "x.xlsx", "zh")
    book = load_workbook(path)
    assert (path.stat().st_mode & 0o777) == 0o600
    figures = columns(book["指标对比"])
    for at, plan in enumerate(comparison.plans):
        told = figures[plan][1:]
        assert told == [
            "—" if figure.values[at] is None else pytest.approx(figure.values[at])
            for figure in comparison.figures
        ]
    (difference,) = comparison.differences
    titles = {stage.id: stage.title for stage in plans[0].scenario.scheme.stages}
    for stage in difference.stages:
        name = f"{titles[stage.stage]}改动"
        if not stage.moves:
            assert name not in book.sheetnames
            continue
        told = columns(book[name])
        assert sorted(told["得分变化（按权重）"]) == pytest.approx(sorted(move.total for move in stage.moves))
        for at, rule in enumerate(stage.rules if len(stage.rules) > 1 else ()):
            (head,) = [head for head in told if head == f"得分：{rule_title(plans[0], rule)}"] or [None]
            points = [cell for cell in told[head] if cell] if head else []
            assert sorted(points) == pytest.approx(
                sorted(move.points[at] for move in stage.moves if move.points[at])
            )
    sheet = columns(book["按街道增减"])
    rolls = [
        (stage, roll) for stage in difference.stages for roll in stage.rolls if roll.table == "sub_districts"
    ]
    expected = [
        (titles[stage.stage], change.pairs, change.pairs_other, change.left, change.came)
        for stage, roll in rolls
        for change in roll.changes
        if roll.side == "target"
    ]
    first = comparison.plans[0]
    heads = ("环节", f"“{first}”对数", "对比方案对数", "减少", "增加")
    assert sorted(zip(*(sheet[head] for head in heads), strict=True)) == sorted(expected)


def rule_title(plan: Plan, rule: str) -> str:
    return next(one.title for one in plan.scenario.scheme.rules if one.id == rule)


def test_three_plans_and_both_languages(tmp_path: Path) -> None:
    plans = [small_plan(FIRST), small_plan(SECOND, "乙"), small_plan({"agency_sub_district": []}, "丙")]
    comparison = compare(plans)
    names = load_workbook(comparison_workbook(comparison, plans, tmp_path / "x.xlsx", "zh")).sheetnames
    assert names == ["指标对比", "按街道增减", "按单位增减", "单位联街道改动（乙）", "单位联街道改动（丙）"]
    book = load_workbook(comparison_workbook(comparison, plans, tmp_path / "y.xlsx", "en"))
    assert book.sheetnames[:3] == ["Figures", "By sub-districts", "By agencies"]


def test_the_terminal_leaves_out_figures_that_do_not_differ_and_stages_that_one_plan_lacks(
    plans: list[Plan], comparison: Comparison
) -> None:
    stage = "agency_sub_district"
    first = replace(plans[0], assignments={stage: plans[0].assignments[stage]})
    compared = Compared(comparison, [first, plans[1]], "zh")
    told = compared.figures(everything=False)
    assert {row.figure.stage for row in told} == {stage}
    assert all(len(set(row.figure.values)) > 1 for row in told)
    assert len(compared.figures(everything=True)) == len(comparison.figures)
