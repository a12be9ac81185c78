"""Every number of an explanation, counted again from the plan's files."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from matchmaker.explain import Asked, asked_of, explain
from matchmaker.plans import Plan
from matchmaker.what_if.reopened import Reopened
from tests.conftest import SolvedYear
from tests.explain.plan_sheets import PlanSheets, facts_of

FIRST = "agency_sub_district"
CLOSED = ("closed", "done", "resolved", "已解决", "已办结", "办结", "已完成", "已关闭", "关闭")
RELATIONS = (FIRST, "单位联街道")

StageOf = Callable[[str], Reopened]


@pytest.fixture(scope="module")
def sheets(year: SolvedYear) -> PlanSheets:
    return PlanSheets(year.plan_folder)


@pytest.fixture(scope="module")
def explained(stage_of: StageOf, sheets: PlanSheets) -> dict[str, dict[str, Any]]:
    """The explanation of every pair of the first stage, by source, as data."""
    reopened = stage_of(FIRST)
    return {
        row["source_id"]: explain(reopened, Asked(FIRST, row["source_id"], row["target_id"])).to_json()
        for row in sheets.assignments[FIRST]
    }


def test_points_are_those_of_the_assignment(explained: dict[str, Any], sheets: PlanSheets) -> None:
    for row in sheets.assignments[FIRST]:
        pair = explained[row["source_id"]]["pairs"][0]
        told = {one["rule"]: one["points"] for one in pair["points"] if one["of_pair"]}
        columns = {name: float(value) for name, value in row.items() if name in told}
        assert told == pytest.approx(columns)
        weighted = sum(one["points"] * one["weight"] for one in pair["points"] if one["of_pair"])
        assert pair["total"] == pytest.approx(weighted)


def test_needs_and_supplies_behind_the_fit(
    explained: dict[str, Any], sheets: PlanSheets, year: SolvedYear
) -> None:
    for row in sheets.assignments[FIRST]:
        pair = explained[row["source_id"]]["pairs"][0]
        needs = sheets.needs(row["target_id"], CLOSED, 3.0)
        supply = sheets.supply(row["source_id"], year.scenario.year)
        total = sum(need["need"] for need in needs.values())
        facts = facts_of(pair, "fit")
        assert {fact["category"]["code"] for fact in facts} == set(needs)
        for fact in facts:
            code = fact["category"]["code"]
            need, has = needs[code], supply.get(code, {"amount": 0.0, "factor": 1.0})
            assert fact["need"] == pytest.approx(need["need"])
            assert fact["part"] == pytest.approx(need["need"] / total, abs=1e-6)
            assert fact.get("needs_item", 0) == need["item"]
            assert fact.get("needs_weaknesses", 0) == need["weaknesses"]
            assert fact["supply"] == pytest.approx(has["amount"])
            assert fact["factor"] == pytest.approx(has["factor"])
            assert fact["points"] == pytest.approx(
                100 * need["need"] / total * min(1, has["amount"]), abs=1e-5
            )
            for kind in ("function_codes", "strengths", "resources", "services"):
                assert fact.get(f"has_{kind}", 0) == has.get(kind, 0), (row["source_id"], code, kind)
        fit = next(one["points"] for one in pair["points"] if one["rule"] == "fit")
        assert sum(fact["points"] for fact in facts) == pytest.approx(fit, abs=0.0051)


def test_coverage_counts_whole_units_of_all_partners(
    explained: dict[str, Any], sheets: PlanSheets, year: SolvedYear
) -> None:
    units: dict[str, dict[str, int]] = {
        row["source_id"]: {
            code: math.floor(one["amount"] + 0.5)
            for code, one in sheets.supply(row["source_id"], year.scenario.year).items()
        }
        for row in sheets.assignments[FIRST]
    }
    together: dict[tuple[str, str], int] = {}
    for row in sheets.assignments[FIRST]:
        for code, count in units[row["source_id"]].items():
            key = (row["target_id"], code)
            together[key] = together.get(key, 0) + count
    for row in sheets.assignments[FIRST]:
        needs = sheets.needs(row["target_id"], CLOSED, 3.0)
        facts = facts_of(explained[row["source_id"]]["pairs"][0], "needs")
        expected = {code for code, count in units[row["source_id"]].items() if count and code in needs}
        assert {fact["category"]["code"] for fact in facts} == expected
        for fact in facts:
            code = fact["category"]["code"]
            assert fact["own"] == units[row["source_id"]][code]
            assert fact["supplied"] == together[row["target_id"], code]
            assert fact["need"] == pytest.approx(needs[code]["need"] / 30, abs=0.0051)


def test_what_a_pair_brings_to_coverage_is_what_the_plan_would_lose(
    explained: dict[str, Any], sheets: PlanSheets
) -> None:
    for row in sheets.assignments[FIRST]:
        pair = explained[row["source_id"]]["pairs"][0]
        brought = next((one["points"] for one in pair["points"] if one["rule"] == "needs"), 0.0)
        lost = 0.0
        for fact in facts_of(pair, "needs"):
            lost += worth(fact["supplied"], fact["need"]) - worth(
                fact["supplied"] - fact["own"], fact["need"]
            )
        assert brought == pytest.approx(lost, abs=0.011 * 3 * 16)  # ends of segments are whole hundredths


def worth(supplied: float, need: float) -> float:
    """100 points a unit up to half the need, 50 up to all of it, 25 up to one and a half times."""
    ends = [0.5 * need, need, 1.5 * need]
    points, reached = 0.0, 0.0
    for end, each in zip(ends, (100, 50, 25), strict=True):
        points += each * max(0.0, min(supplied, end) - reached)
        reached = end
    return points


def test_wishes_and_years(explained: dict[str, Any], sheets: PlanSheets, year: SolvedYear) -> None:
    shares = {row["community_id"]: float(row["households"] or 0) for row in sheets.inputs["communities"]}
    ranks = (100, 60, 30)
    for row in sheets.assignments[FIRST]:
        source, target = row["source_id"], row["target_id"]
        pair = explained[source]["pairs"][0]
        inside = sheets.communities_of(target)
        households = sum(shares[one] for one in inside)
        points = 0.0
        for wish in sheets.inputs["wishes"]:
            if wish["side"] == "agency" and wish["source_id"] == source:
                wanted, part = target, 1.0
            elif wish["side"] == "sub_district" and wish["source_id"] == target:
                wanted, part = source, 1.0
            elif wish["side"] == "community" and wish["source_id"] in inside:
                wanted, part = source, shares[wish["source_id"]] / households
            else:
                continue
            if wanted in wish.get("refused", "").split("、"):
                points -= 100 / 3 * part
                continue
            for rank, each in enumerate(ranks, start=1):
                if wanted in wish.get(f"wish_{rank}", "").split("、"):
                    points += each / 3 * part
                    break
        facts = facts_of(pair, "wishes")
        assert sum(fact.get("points", 0.0) for fact in facts) == pytest.approx(points, abs=1e-4)
        told = next(one["points"] for one in pair["points"] if one["rule"] == "wishes")
        assert told == pytest.approx(points, abs=0.0051)
        years = sheets.years(RELATIONS, source, target, year.scenario.year)
        assert [fact["years"] for fact in facts_of(pair, "rotate")] == ([years] if years else [])


def test_every_stage_is_told_and_adds_up(opened: Plan, stage_of: StageOf, sheets: PlanSheets) -> None:
    for record in opened.stages:
        rows = sheets.assignments[record.id]
        reopened = stage_of(record.id)
        for row in rows[:: max(len(rows) // 5, 1)]:
            told = explain(reopened, Asked(record.id, row["source_id"]), solve=False)
            pairs = {pair.target_id: pair for pair in told.pairs}
            mine = [one for one in rows if one["source_id"] == row["source_id"]]
            assert set(pairs) == {one["target_id"] for one in mine}
            for one in mine:
                points = {each.rule: each.points for each in pairs[one["target_id"]].points if each.of_pair}
                assert points == pytest.approx({name: float(one[name]) for name in points})


def test_a_target_tells_its_partners_and_what_it_has_of_each_need(
    stage_of: StageOf, sheets: PlanSheets
) -> None:
    told = explain(stage_of(FIRST), Asked(FIRST, target_id="S01"), solve=False)
    mine = {row["source_id"] for row in sheets.assignments[FIRST] if row["target_id"] == "S01"}
    assert {pair.source_id for pair in told.pairs} == mine
    measured = {one.rule: one.facts for one in told.measured}
    assert measured[f"{FIRST}.targets"][0].details["count"] == len(mine)
    branches = sum(row["agency_id"] in mine for row in sheets.inputs["branches"])
    assert measured["share_branches"][0].details["load"] == branches
    needs = sheets.needs("S01", CLOSED, 3.0)
    assert len(measured["needs"]) == len(needs)


def test_alternatives_never_cost_less_than_the_bound_says(stage_of: StageOf, sheets: PlanSheets) -> None:
    reopened = stage_of(FIRST)
    for row in sheets.assignments[FIRST][:3]:
        asked = Asked(FIRST, row["source_id"])
        bounded = {one.id: one.cost for one in explain(reopened, asked, solve=False).alternatives}
        solved = explain(reopened, asked)
        assert bounded.keys() == {one.id for one in solved.alternatives}
        for one in solved.alternatives:
            if one.cost.impossible:
                continue
            assert one.cost.found is not None
            least = bounded[one.id].at_least
            assert least is None or one.cost.found >= least - 1e-6
            assert one.moves[0].source_id == row["source_id"]
            assert one.id in one.moves[0].to_ids


def test_names_pairs_and_ids_are_understood(opened: Plan, sheets: PlanSheets) -> None:
    row = sheets.assignments[FIRST][0]
    name = sheets.row("agencies", "agency_id", row["source_id"])["name"]
    assert asked_of(opened, name) == asked_of(opened, row["source_id"])
    pair = asked_of(opened, f"{row['source_id']}+{row['target_id']}", FIRST)
    assert pair == (Asked(FIRST, row["source_id"], row["target_id"]),)
