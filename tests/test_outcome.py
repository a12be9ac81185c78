"""The tables of a plan: wish ranks, last year's targets, changes, and who has nothing and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matchmaker.model import Assignment, Dataset, Problem, Stage
from matchmaker.outcome import assignment_table, unassigned_table
from matchmaker.plans import CHANGE_KEPT, CHANGE_MOVED, CHANGE_NEW, UNASSIGNED_COLUMNS
from matchmaker.scheme.definitions import Scheme
from tests.rules.instances import dataset_from, problem_of, side_of
from tests.small_plans import (
    FIRST,
    SECOND,
    SMALL_SCHEME,
    SMALL_TABLES,
    YEAR,
    plan_of,
    scenario_of,
    small_plan,
)

STAGE = "agency_sub_district"
SCHEME = Scheme.model_validate(SMALL_SCHEME)

Pairs = Sequence[tuple[str, str]]
Bounds = tuple[int | None, int | None]


def dataset_with(**tables: Sequence[Mapping[str, Any]]) -> Dataset:
    """The small dataset with some tables replaced; an empty one is left out."""
    merged = {**SMALL_TABLES, **{name: list(rows) for name, rows in tables.items()}}
    return dataset_from({name: rows for name, rows in merged.items() if rows})


def problem_with(
    dataset: Dataset, each_source: Bounds = (1, 1), each_target: Bounds = (1, None), keep: Any = None
) -> Problem:
    return problem_of(
        dataset,
        Stage(STAGE, "agencies", "sub_districts"),
        side_of(dataset, "agencies", each_source, ["A4"]),
        side_of(dataset, "sub_districts", each_target),
        keep,
    )


def chosen(pairs: Pairs) -> Assignment:
    return Assignment.of(
        STAGE, np.array([one for one, _ in pairs], object), np.array([one for _, one in pairs], object)
    )


def history(*pairs: tuple[int, str, str]) -> list[dict[str, Any]]:
    return [
        {"year": year, "relation": STAGE, "source_id": source, "target_id": target}
        for year, source, target in pairs
    ]


def table(pairs: Pairs, **tables: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    return assignment_table(SCHEME, problem_with(dataset_with(**tables)), chosen(pairs))


def unassigned(problem: Problem, pairs: Pairs) -> list[tuple[str, str, str]]:
    """(side, id, reason) of each row."""
    found = unassigned_table({STAGE: problem}, {STAGE: chosen(pairs)})
    assert tuple(found.columns) == UNASSIGNED_COLUMNS
    assert set(found["stage"]) <= {STAGE}
    return list(zip(found["side"], found["id"], found["reason"], strict=True))


# the assignment's table


def test_columns_are_pairs_points_wish_last_year_change() -> None:
    plan = small_plan(FIRST)
    found = plan.assignments[STAGE]
    assert list(found.columns) == [
        "source_id", "target_id", "fit", "wishes", "near", "wish_rank", "previous_target_id", "change",
    ]  # fmt: skip
    assert found["source_id"].tolist() == ["A1", "A2", "A3"]
    assert found["fit"].tolist() == [50, 100, 0]
    assert found["near"].tolist() == [20, 0, 0]


def test_coverage_and_hard_rules_have_no_column() -> None:
    found = small_plan(FIRST).assignments[STAGE]
    assert not {"needs", "share"} & set(found.columns)


def test_kept_moved_and_new() -> None:
    found = small_plan(FIRST).assignments[STAGE]
    # A1 stays, A2 was in S1, A3 had its last place two years ago
    assert found["change"].tolist() == [CHANGE_KEPT, CHANGE_MOVED, CHANGE_NEW] == ["保持", "调整", "新增"]
    assert found["previous_target_id"].tolist() == ["S1", "S1", None]


def test_several_targets_last_year_are_all_named_unless_one_is_kept() -> None:
    before = history((YEAR - 1, "A1", "S2"), (YEAR - 1, "A1", "S1"), (YEAR - 1, "A2", "S1"))
    found = table([("A1", "S1"), ("A2", "S2")], history=before)
    assert found["previous_target_id"].tolist() == ["S1", "S1"]
    assert found["change"].tolist() == [CHANGE_KEPT, CHANGE_MOVED]
    communities = table([("A1", "S1")], history=history((YEAR - 1, "A1", "S9"), (YEAR - 1, "A1", "S2")))
    assert communities["previous_target_id"].tolist() == ["S2、S9"]
    assert communities["change"].tolist() == [CHANGE_MOVED]


def test_a_second_target_beside_the_kept_one_is_a_move() -> None:
    found = table([("A1", "S1"), ("A1", "S2")], history=history((YEAR - 1, "A1", "S1")))
    assert found["change"].tolist() == [CHANGE_KEPT, CHANGE_MOVED]
    assert found["previous_target_id"].tolist() == ["S1", "S1"]


def test_only_last_year_and_this_stage_count() -> None:
    rows = history((YEAR - 2, "A1", "S1"), (YEAR, "A1", "S1"))
    rows += [{**rows[0], "year": YEAR - 1, "relation": "branch_grid"}]
    found = table([("A1", "S1")], history=rows)
    assert found["change"].tolist() == [CHANGE_NEW]
    assert found["previous_target_id"].tolist() == [None]


def test_without_history_all_is_new() -> None:
    found = table(FIRST[STAGE], history=[])
    assert found["change"].tolist() == [CHANGE_NEW] * 3
    assert found["previous_target_id"].tolist() == [None] * 3


def test_the_rank_is_the_source_s_own_wish() -> None:
    first, second = (small_plan(pairs).assignments[STAGE]["wish_rank"] for pairs in (FIRST, SECOND))
    # A2 wishes for nothing; A3 refuses S1, which is no wish
    np.testing.assert_array_equal(first, [1, np.nan, np.nan])
    np.testing.assert_array_equal(second, [1, np.nan, 1])


@pytest.mark.parametrize(("target", "rank"), [("S2", 1), ("S1", 3)])
def test_ranks_count_from_one_even_beyond_those_that_have_points(target: str, rank: int) -> None:
    wish = {"side": "agency", "source_id": "A1", "target_kind": "sub_district", "accept_adjust": True}
    found = table([("A1", target)], wishes=[{**wish, "wish_1": ("S2",), "wish_2": (), "wish_3": ("S1",)}])
    assert found["wish_rank"].tolist() == [rank]


def test_without_wishes_there_are_no_ranks() -> None:
    scheme = Scheme.model_validate({
        **SMALL_SCHEME,
        "rules": [rule for rule in SMALL_SCHEME["rules"] if rule["id"] != "wishes"],
        "objective": [{"fit": 1}],
    })  # fmt: skip
    found = assignment_table(scheme, problem_with(dataset_with(wishes=[])), chosen(FIRST[STAGE]))
    assert found["wish_rank"].isna().all()


def test_an_empty_assignment_has_the_columns() -> None:
    found = table([])
    assert len(found) == 0
    assert list(found.columns) == list(small_plan(FIRST).assignments[STAGE].columns)


def test_a_pair_that_is_no_candidate_has_no_points() -> None:
    problem = problem_with(dataset_with(), keep=[True, False, True, True, True, True])
    found = assignment_table(SCHEME, problem, chosen([("A1", "S2"), ("A2", "S2"), ("A9", "S1")]))
    np.testing.assert_array_equal(found["fit"], [np.nan, 100, np.nan])
    np.testing.assert_array_equal(found["wish_rank"], [np.nan, np.nan, np.nan])


# who has nothing


def test_nobody_is_left_over() -> None:
    found = unassigned_table({}, {})
    assert len(found) == 0
    assert tuple(found.columns) == UNASSIGNED_COLUMNS
    assert unassigned(problem_with(dataset_with()), FIRST[STAGE]) == []


def test_who_takes_no_part_is_listed() -> None:
    found = small_plan(FIRST).unassigned
    assert found.to_numpy().tolist() == [[STAGE, "source", "A4", "not_taking_part", None]]


def test_the_reason_of_those_who_take_no_part_is_the_table_s() -> None:
    scheme = Scheme.model_validate({
        "name": "党员联楼栋",
        "stages": [{
            "id": "member_building", "from": "members", "to": "buildings",
            "where": {"source": {"eligible": True}, "target": {"building_id": {"ne": "L2"}}},
        }],
    })  # fmt: skip
    dataset = dataset_from({
        "members": [
            {"member_id": "M1", "name": "示例甲", "eligible": True, "exempt_reason": None},
            {"member_id": "M2", "name": "示例乙", "eligible": False, "exempt_reason": "借调"},
            {"member_id": "M3", "name": "示例丙", "eligible": False, "exempt_reason": None},
        ],
        "buildings": [{"building_id": "L1", "name": "1 栋"}, {"building_id": "L2", "name": "2 栋"}],
    })  # fmt: skip
    plan = plan_of(scenario_of(scheme), dataset, {"member_building": [("M1", "L1")]})
    stage = "member_building"
    assert plan.unassigned.to_numpy().tolist() == [
        [stage, "source", "M2", "not_taking_part", "借调"],
        [stage, "source", "M3", "not_taking_part", None],
        [stage, "target", "L2", "not_taking_part", None],
    ]


def test_no_candidate_fell_short_and_not_needed() -> None:
    keep = [True, True, True, True, False, False]  # A3 has no candidate
    dataset = dataset_with()
    free = problem_with(dataset, each_source=(0, 1), each_target=(0, None), keep=keep)
    assert unassigned(free, [("A1", "S1")]) == [
        ("source", "A2", "not_needed"),
        ("source", "A3", "no_candidate"),
    ]
    asked = problem_with(dataset, each_source=(1, 1), each_target=(1, None), keep=keep)
    assert unassigned(asked, [("A1", "S1")]) == [
        ("source", "A2", "fell_short"),
        ("source", "A3", "no_candidate"),
        ("target", "S2", "fell_short"),
    ]


def test_targets_without_candidates_are_listed_and_those_that_need_nobody_are_not() -> None:
    keep = [True, False, True, False, True, False]  # nobody may go to S2
    problem = problem_with(dataset_with(), each_target=(0, None), keep=keep)
    everybody = [("A1", "S1"), ("A2", "S1"), ("A3", "S1")]
    assert unassigned(problem, everybody) == [("target", "S2", "no_candidate")]
    assert unassigned(problem_with(dataset_with(), each_target=(0, None)), everybody) == []


def test_every_row_of_a_side_has_a_partner_or_a_reason() -> None:
    for pairs in (FIRST, SECOND, {STAGE: [("A2", "S2")]}, {STAGE: []}):
        plan = small_plan(pairs)
        listed = plan.unassigned[plan.unassigned["side"] == "source"]["id"].tolist()
        everybody = sorted([*listed, *set(plan.assignments[STAGE]["source_id"])])
        assert everybody == plan.dataset.ids("agencies").tolist()
        assert plan.unassigned["reason"].all()
