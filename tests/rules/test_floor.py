"""What `check` says of a floor before anything is solved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.model import Problem, Stage
from matchmaker.rules import AnyRule, Rule
from matchmaker.rules.floor import Floor
from tests.rules.instances import dataset_from, problem_of, side_of

_READ: TypeAdapter[Rule] = TypeAdapter(AnyRule)


@pytest.fixture(scope="module")
def problem() -> Problem:
    dataset = dataset_from(
        {
            "agencies": [{"agency_id": f"A{i}", "strength": float(i)} for i in (2, 3, 5)],
            "communities": [
                {"community_id": f"C{i}", "weak": i > 1, "zone": "x", "wanted": 3.5 * i} for i in (1, 2, 3)
            ],
        }
    )
    sides = (side_of(dataset, table, (0, None)) for table in ("agencies", "communities"))
    whole = problem_of(dataset, Stage("s", "agencies", "communities"), *sides)
    return whole.restricted(np.zeros(whole.pair_count, bool))  # before solving no pairs are known


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"min": 4}, [("C1", 3, 4, 3)]),  # as partners are counted, three is all
        ({"min": 3}, []),
        (
            {"min": 3, "where": {"source": {"strength": {"gte": 3}}, "target": {"weak": True}}},
            [("C2", 2, 3, 2)],
        ),
        ({"min": "wanted", "load": "strength"}, [("C3", 1, 10.5, 10)]),
        ({"min": 1, "per": "wanted"}, [("C3", 3, 10.5, 3)]),
        ({"min": 100, "load": {"pair": "fit"}}, []),  # what pairs bring is known once there are pairs
        ({"min": 4, "by": "zone"}, []),  # a group may take a source more than once
        ({"min": 1, "by": "zone", "where": {"source": {"strength": 4}}}, [("C1", 3, 1, 0)]),
    ],
)
def test_a_floor_out_of_reach_is_found_before_solving(
    problem: Problem, fields: dict[str, Any], found: list[tuple[str, int, float, float]]
) -> None:
    rule = _READ.validate_python({"id": "floor", "stage": "s", "kind": "floor", **fields})
    faults = rule.data_faults(problem, False)
    told = [(f.found, *(f.details[name] for name in ("count", "needed", "bring"))) for f in faults]
    assert told == found
    assert rule.data_faults(problem, True) == ()  # soft, it falls short
    for fault in faults:
        for language in LANGUAGES:
            assert "{" not in render_fault(fault, language)


@pytest.mark.parametrize(
    ("fields", "chinese", "english"),
    [
        ({"min": 2}, "个数不少于 2", "the number of them is at least 2"),
        ({"min": "wanted", "load": "size"}, "力量合计不少于表中规定", "at least what its column says"),
        (
            {"min": 20, "per": "places", "load": {"pair": "fit"}},
            "“fit”合计不少于“places”的 20 倍",
            "20 times places",
        ),
        ({"min": "wanted", "per": {"count": "grids"}}, "个数不少于表中规定乘“grids”", "says times grids"),
    ],
)
def test_the_floor_is_told_in_words(fields: dict[str, Any], chinese: str, english: str) -> None:
    rule = Floor(id="floor", stage="s", **fields)
    assert chinese in rule.describe("zh", False)
    assert english in rule.describe("en", False)
    assert rule.describe("zh", True).endswith("每缺 1 扣 100 分")
