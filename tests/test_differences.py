"""Every number of a difference against a count by hand: pair by pair, in plain Python."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import pytest

from matchmaker.compare import compare
from matchmaker.differences import StageDifference
from matchmaker.model import Dataset
from matchmaker.plan_changes import Change
from matchmaker.plans import Plan
from tests.small_plans import FIRST, SECOND, demo_plan, small_plan

Pair = tuple[str, str]
Points = dict[Pair, dict[str, float]]


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    return [demo_plan(1), demo_plan(2)]


@pytest.fixture(scope="module")
def stages(plans: list[Plan]) -> tuple[StageDifference, ...]:
    return compare(plans).differences[0].stages


def points_of(plan: Plan, stage: StageDifference) -> Points:
    rows = plan.assignments[stage.stage].to_dict("records")
    return {
        (row["source_id"], row["target_id"]): {
            rule: row[rule] for rule in stage.rules if row[rule] == row[rule]
        }
        for row in rows
    }


def above(datasets: list[Dataset], table: str, one: str) -> tuple[str, str]:
    """The uppermost table and row above a row, parent by parent, in the first dataset that knows it."""
    dataset = next(each for each in datasets if one in each.ids(table))
    while table in dataset.parents and len(dataset.frame(dataset.parents[table][1])):
        column, parent = dataset.parents[table]
        frame = dataset.frame(table)
        (one,) = frame[frame[dataset.keys[table]] == one][column]
        table = parent
    return table, one


def weights_of(plan: Plan, rules: tuple[str, ...]) -> list[float]:
    levels = plan.scenario.scheme.objective
    return [sum(level.get(rule, 0.0) for level in levels) for rule in rules]


def by_hand(
    groups: dict[Pair, str], before: Points, after: Points, rules: tuple[str, ...], weights: list[float]
) -> dict[str, Change]:
    found: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0, 0, *[0.0] * len(rules)])
    for plan, other, (count, alone, sign) in ((before, after, (0, 2, -1)), (after, before, (1, 3, 1))):
        for pair, points in plan.items():
            row = found[groups[pair]]
            row[count] += 1
            row[alone] += pair not in other
            for at, rule in enumerate(rules):
                row[4 + at] += sign * points.get(rule, 0)
    changes = {
        name: Change(
            name,
            *map(int, row[:4]),
            tuple(round(one, 6) for one in row[4:]),
            round(sum(weight * one for weight, one in zip(weights, row[4:], strict=True)), 6),
        )
        for name, row in found.items()
    }
    return {name: one for name, one in changes.items() if one.left or one.came or any(one.by_rule)}


def rounded(change: Change) -> Change:
    return change._replace(
        by_rule=tuple(round(one, 6) for one in change.by_rule), points=round(change.points, 6)
    )


def test_changes_of_both_sides_and_of_what_lies_above(
    plans: list[Plan], stages: tuple[StageDifference, ...]
) -> None:
    known = [plan.known for plan in plans]
    for stage in stages:
        before, after = (points_of(plan, stage) for plan in plans)
        pairs = {**before, **after}
        definition = plans[0].scenario.scheme.stage(stage.stage)
        weights = weights_of(plans[0], stage.rules)
        for side, table, own, roll in (
            (0, definition.from_, stage.sources, stage.rolls[0]),
            (1, definition.to, stage.targets, stage.rolls[1]),
        ):
            expected = by_hand({pair: pair[side] for pair in pairs}, before, after, stage.rules, weights)
            assert {change.id: rounded(change) for change in own} == expected
            tops = {one: above(known, table, one) for one in {pair[side] for pair in pairs}}
            assert {top for top, _ in tops.values()} == {roll.table}
            expected = by_hand(
                {pair: tops[pair[side]][1] for pair in pairs}, before, after, stage.rules, weights
            )
            assert {change.id: rounded(change) for change in roll.changes} == expected
            gains = [change.points for change in roll.changes]
            assert gains == sorted(gains, reverse=True)


def test_effects_of_moves(plans: list[Plan], stages: tuple[StageDifference, ...]) -> None:
    for stage in stages:
        before, after = (points_of(plan, stage) for plan in plans)
        for move in stage.moves:
            for at, rule in enumerate(stage.rules):
                gone = sum(before[move.source_id, target].get(rule, 0) for target in move.from_ids)
                come = sum(after[move.source_id, target].get(rule, 0) for target in move.to_ids)
                assert move.points[at] == pytest.approx(come - gone)
            weights = weights_of(plans[0], stage.rules)
            weighted = [weight * points for weight, points in zip(weights, move.points, strict=True)]
            assert move.total == pytest.approx(sum(weighted))


def test_wishes_of_those_who_move(plans: list[Plan], stages: tuple[StageDifference, ...]) -> None:
    (stage,) = (one for one in stages if one.stage == "agency_sub_district")
    assert any(move.ranks for move in stage.moves)
    for move in stage.moves:
        for plan, ranks in zip(plans, (move.ranks, move.ranks_other), strict=True):
            frame = plan.assignments[stage.stage]
            own = frame[(frame["source_id"] == move.source_id) & frame["wish_rank"].notna()]
            assert ranks == tuple(sorted(own["wish_rank"].astype(int)))


def test_what_is_only_measured_brings_nobody_points() -> None:
    plans = [small_plan(FIRST), small_plan(SECOND)]
    scheme = plans[0].scenario.scheme
    idle = scheme.model_copy(update={"objective": ({"fit": 2.0, "needs": 1.0, "wishes": 0.0}, {"near": 0.0})})
    scenario = plans[0].scenario.model_copy(update={"scheme": idle})
    assert compare([replace(plan, scenario=scenario) for plan in plans]).differences[0].stages[0].rules == (
        "fit",
    )
    # one of the plans that aims at it is enough
    mixed = [replace(plans[0], scenario=scenario), plans[1]]
    assert compare(mixed).differences[0].stages[0].rules == ("fit", "near", "wishes")


def test_sums_are_weighted_as_the_first_plan_weights_them() -> None:
    plans = [small_plan(FIRST), small_plan(SECOND)]
    scheme = plans[1].scenario.scheme
    other = scheme.model_copy(update={"objective": ({"fit": 5.0, "wishes": 1.0},)})
    mixed = [plans[0], replace(plans[1], scenario=plans[1].scenario.model_copy(update={"scheme": other}))]
    (stage,) = compare(mixed).differences[0].stages
    assert stage.rules == ("fit", "near", "wishes")
    for move in stage.moves:
        assert move.total == pytest.approx(2 * move.points[0] + move.points[1] + move.points[2])
    (back,) = compare(mixed[::-1]).differences[0].stages
    for move, mirrored in zip(stage.moves, back.moves, strict=True):
        assert mirrored.points == tuple(-points for points in move.points)
        assert mirrored.total == pytest.approx(5 * mirrored.points[0] + mirrored.points[2])
