"""What `check` says of bands before anything is solved, and what is measured of strength."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from matchmaker.model import Problem, Stage
from matchmaker.rules import AnyRule, Rule
from tests.rules.instances import dataset_from, plan_of, problem_of, side_of

_READ: TypeAdapter[Rule] = TypeAdapter(AnyRule)
STRONG = {"where": {"strength": {"gte": 4}}, "min": 2}


def rule_of(**fields: Any) -> Rule:
    fields = {"id": "mix", "stage": "s", "kind": "strength_mix", "strength": "strength", **fields}
    return _READ.validate_python(fields)


@pytest.fixture(scope="module")
def problem() -> Problem:
    dataset = dataset_from(
        {
            "agencies": [{"agency_id": f"A{i}", "strength": float(i)} for i in range(1, 5)],
            "groups": [{"group_id": f"G{i}", "zone": "x"} for i in (1, 2)],
        }
    )
    sides = (side_of(dataset, table, (0, None)) for table in ("agencies", "groups"))
    return problem_of(dataset, Stage("s", "agencies", "groups"), *sides)


def test_more_than_there_are_is_found_before_solving(problem: Problem) -> None:
    bands = {"strong": STRONG, "any": {"where": {}, "min": 4}}
    (fault,) = rule_of(bands=bands).data_faults(problem, False)
    assert (fault.code, fault.found, fault.details["count"], fault.details["needed"]) == (
        "rule.too_few", "strong", 1, 2,
    )  # fmt: skip
    assert rule_of(bands=bands).data_faults(problem, True) == ()
    assert rule_of(bands=bands, by="zone").data_faults(problem, False) == ()


def test_measures(problem: Problem) -> None:
    plan = plan_of(
        problem, np.array([1, 0, 1, 0, 0, 1, 0, 1])
    )  # 1 and 2 at G1, 3 and 4 at G2; the mean is 2.5
    assert rule_of(tolerance=1, bands={"strong": {**STRONG, "min": 1}}).measures(problem, plan) == {
        "strength": {"mean": 2.5, "largest_deviation": 2.0, "deviation_std": 2.0},
        "limits": {
            "limits": 2, "met": 1, "short": 1, "over": 0,
            "classes": {"strong": {"limits": 2, "met": 1, "short": 1, "over": 0}},
        },
    }  # fmt: skip
    assert "limits" not in rule_of(tolerance=1).measures(problem, plan)
