"""Comparisons: moves, gains and losses of small plans by hand; both directions are inverse."""

from __future__ import annotations

import json

import pytest

from matchmaker.compare import Change, Move, compare
from tests.small_plans import FIRST, SECOND, demo_plan, small_plan


def test_moves_gains_and_losses() -> None:
    comparison = compare([small_plan(FIRST), small_plan(SECOND)])
    (stage,) = comparison.differences[0].stages
    assert (stage.pairs, stage.pairs_other, stage.same) == (3, 3, 1)
    assert [move[:3] for move in stage.moves] == [("A2", ("S2",), ("S1",)), ("A3", ("S1",), ("S2",))]
    assert stage.rules == ("fit", "near", "wishes")
    # A2 loses its fit of 100 and gains 20 for being near; its wishes change by what S1 and C2 said
    gained = {change.id: change.points for change in stage.sources}
    assert set(gained) == {"A2", "A3"}
    assert gained["A3"] > 0 > gained["A2"]
    assert [change.points for change in stage.sources] == sorted(gained.values(), reverse=True)


def reversed_move(move: Move) -> Move:
    points = tuple(-points for points in move.points)
    return Move(move.source_id, move.to_ids, move.from_ids, points, -move.total, move.ranks_other, move.ranks)


def reversed_change(change: Change) -> Change:
    by_rule = tuple(-points for points in change.by_rule)
    counts = (change.pairs_other, change.pairs, change.came, change.left)
    return Change(change.id, *counts, by_rule, -change.points)


def test_both_directions_are_inverse() -> None:
    for first, second in ((small_plan(FIRST), small_plan(SECOND)), (demo_plan(1), demo_plan(2))):
        there, back = (compare(plans).differences[0] for plans in ((first, second), (second, first)))
        for one, other in zip(there.stages, back.stages, strict=True):
            assert one.moves == tuple(map(reversed_move, other.moves))
            sides = [(one.sources, other.sources), (one.targets, other.targets)]
            sides += [
                (roll.changes, mirror.changes) for roll, mirror in zip(one.rolls, other.rolls, strict=True)
            ]
            for changes, inverse in sides:
                assert {change.id: change for change in changes} == {
                    change.id: reversed_change(change) for change in inverse
                }
            assert (one.pairs, one.pairs_other, one.same) == (other.pairs_other, other.pairs, other.same)


def test_moves_lead_from_the_first_plan_to_the_other() -> None:
    first, second = demo_plan(1), demo_plan(2)
    for stage in compare([first, second]).differences[0].stages:
        tables = [plan.assignments[stage.stage] for plan in (first, second)]
        pairs = [set(zip(table["source_id"], table["target_id"], strict=True)) for table in tables]
        left = {(move.source_id, target) for move in stage.moves for target in move.from_ids}
        came = {(move.source_id, target) for move in stage.moves for target in move.to_ids}
        assert pairs[0] - left | came == pairs[1]
        assert len(pairs[0] & pairs[1]) == stage.same


def test_a_plan_and_itself_do_not_differ() -> None:
    plan = demo_plan()
    comparison = compare([plan, plan])
    for stage in comparison.differences[0].stages:
        assert (stage.moves, stage.sources, stage.targets) == ((), (), ())
    assert all(len(set(figure.values)) == 1 for figure in comparison.figures)


def test_figures_of_every_plan_stand_side_by_side() -> None:
    comparison = compare([small_plan(FIRST), small_plan(SECOND), small_plan({"agency_sub_district": []})])
    figures = {(one.rule, one.key, one.detail): one.values for one in comparison.figures}
    assert figures["", "changes.kept_share", ""] == (0.5, 1.0, 0.0)
    assert figures["fit", "fit.mean", ""][2] is None
    assert figures["", "gap", ""] == (0.01, 0.01, 0.01)
    assert len(comparison.differences) == 2


def test_plans_of_one_name_are_told_apart() -> None:
    comparison = compare([small_plan(FIRST), small_plan(SECOND), small_plan(SECOND, "意向优先")])
    assert comparison.plans == ("方案 (1)", "方案 (2)", "意向优先")


def test_a_source_without_partner_moves_from_nothing() -> None:
    some = {"agency_sub_district": [("A1", "S1"), ("A2", "S2")]}
    (stage,) = compare([small_plan(some), small_plan(FIRST)]).differences[0].stages
    assert [move[:3] for move in stage.moves] == [("A3", (), ("S1",))]
    (change,) = stage.sources
    assert change[:5] == ("A3", 0, 1, 0, 1)


def test_a_comparison_is_plain_json() -> None:
    content = compare([small_plan(FIRST), small_plan(SECOND)]).to_json()
    assert json.loads(json.dumps(content)) == content
    move = content["differences"][0]["stages"][0]["moves"][0]
    assert {name: move[name] for name in ("source_id", "from_ids", "to_ids")} == {
        "source_id": "A2", "from_ids": ["S2"], "to_ids": ["S1"],
    }  # fmt: skip
    weights = {"fit": 2, "wishes": 1, "near": 1}
    assert sum(weights[rule] * points for rule, points in move["points"].items()) == pytest.approx(
        move["total"]
    )


def test_one_plan_is_no_comparison() -> None:
    with pytest.raises(ValueError, match="two plans"):
        compare([small_plan(FIRST)])
