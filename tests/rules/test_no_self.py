"""No self: what an earlier stage has joined, whichever way round, and a rule that could never bind."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matchmaker.decided import with_stages
from matchmaker.grouping import ByStage
from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.model import Assignment, Dataset, Stage
from matchmaker.rules.no_self import NoSelf
from tests.rules.instances import dataset_from, plan_of, problem_of, side_of

GROUPED = Stage("agency_group", "agencies", "groups")
TABLES: dict[str, list[dict[str, Any]]] = {
    "groups": [{"group_id": f"U{i}", "name": f"示例共同体0{i}"} for i in (1, 2)],
    "agencies": [{"agency_id": f"A{i}", "name": f"示例单位0{i}"} for i in (1, 2, 3)],
    "branches": [{"branch_id": f"B{i}", "name": f"示例支部0{i}", "agency_id": f"A{i}"} for i in (1, 2, 3)],
}


def grouped() -> Dataset:
    plan = Assignment.of(
        GROUPED.id, np.array(["A1", "A2"], object), np.array(["U1", "U2"], object)
    )  # A3 is in no group
    return with_stages(dataset_from(TABLES), [GROUPED], {GROUPED.id: plan})


def barred(rule: NoSelf, source_table: str, target_table: str) -> list[tuple[str, str]]:
    dataset = grouped()
    sides = side_of(dataset, source_table, (0, None)), side_of(dataset, target_table, (0, None))
    problem = problem_of(dataset, Stage("visits", source_table, target_table), *sides)
    everything = plan_of(problem, np.ones(problem.pair_count, np.int64))
    return [(one.source_id, one.target_id) for one in rule.check(problem, everything, False).findings]


@pytest.mark.parametrize(
    ("source_table", "target_table", "expected"),
    [
        ("branches", "groups", [("B1", "U1"), ("B2", "U2")]),  # what it has given to the agency above
        ("groups", "branches", [("U1", "B1"), ("U2", "B2")]),  # to whom it was given
        ("groups", "groups", [("U1", "U1"), ("U2", "U2")]),
    ],
)
def test_what_an_earlier_stage_has_joined(
    source_table: str, target_table: str, expected: list[tuple[str, str]]
) -> None:
    rule = NoSelf(id="own", stage="visits", by=ByStage(stage="agency_group"))
    assert barred(rule, source_table, target_table) == expected
    assert rule.structure_faults(grouped(), source_table, target_table) == ()


@pytest.mark.parametrize(
    ("source_table", "target_table"), [("branches", "agencies"), ("agencies", "branches")]
)
def test_above_and_below_are_the_own(source_table: str, target_table: str) -> None:
    rule = NoSelf(id="own", stage="visits")
    names = [(f"{source_table[0].upper()}{i}", f"{target_table[0].upper()}{i}") for i in (1, 2, 3)]
    assert barred(rule, source_table, target_table) == names


def test_a_rule_that_can_never_bind_is_a_fault() -> None:
    rule = NoSelf(id="own", stage="visits")
    (fault,) = rule.structure_faults(grouped(), "agencies", "groups")
    assert fault.code == "rule.no_self.unrelated"
    assert all("{" not in render_fault(fault, language) for language in LANGUAGES)
    assert barred(rule, "agencies", "groups") == []


def test_rows_that_take_no_part_are_no_obstacle() -> None:
    dataset = grouped()
    sources = side_of(dataset, "branches", (0, None), ["B1"])
    targets = side_of(dataset, "agencies", (0, None), ["A3"])
    problem = problem_of(dataset, Stage("visits", "branches", "agencies"), sources, targets)
    rule = NoSelf(id="own", stage="visits", by=ByStage(stage="agency_group"))
    everything = plan_of(problem, np.ones(problem.pair_count, np.int64))
    assert [(f.source_id, f.target_id) for f in rule.check(problem, everything, False).findings] == [
        ("B2", "A2")
    ]
    undecided = with_stages(dataset_from(TABLES), [GROUPED], {})
    assert rule.check(replace(problem, dataset=undecided, _memo={}), everything, False).findings
