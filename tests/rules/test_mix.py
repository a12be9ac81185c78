"""What `check` says of a mix before anything is solved, and how it reads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from matchmaker.model import Problem, Stage
from matchmaker.rules import AnyRule, Rule
from tests.rules.instances import dataset_from, problem_of, side_of

_READ: TypeAdapter[Rule] = TypeAdapter(AnyRule)


def rule_of(by: str | None = None, **mix: Any) -> Rule:
    fields = {
        "id": "types",
        "stage": "s",
        "kind": "coverage",
        "by": by,
        "mix": {"column": "agency_type", **mix},
    }
    return _READ.validate_python(fields)


@pytest.fixture(scope="module")
def problem() -> Problem:
    kinds = ("party", "party", "justice")
    dataset = dataset_from(
        {
            "agencies": [{"agency_id": f"A{i}", "agency_type": kind} for i, kind in enumerate(kinds)],
            "groups": [{"group_id": f"G{i}", "zone": "x"} for i in (1, 2)],
        }
    )
    sides = (side_of(dataset, table, (0, None)) for table in ("agencies", "groups"))
    whole = problem_of(dataset, Stage("s", "agencies", "groups"), *sides)
    return whole.restricted(np.zeros(whole.pair_count, bool))  # before solving no pairs are known


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        (rule_of(min=2), [("justice", 1, 2)]),
        (rule_of(min=1, only=["mass"]), [("mass", 0, 1)]),
        (rule_of(max=1, each={"party": {"min": 3}}), [("party", 2, 3)]),
        (rule_of("zone", min=2), []),  # a group may take a source more than once
        (rule_of("zone", min=2, each={"mass": 1}), [("mass", 0, 1)]),
    ],
)
def test_more_than_there_are_is_found_before_solving(
    problem: Problem, rule: Rule, found: list[tuple[str, int, int]]
) -> None:
    faults = rule.data_faults(problem, False)
    assert [(fault.found, fault.details["count"], fault.details["needed"]) for fault in faults] == found
    assert rule.data_faults(problem, True) == ()  # soft, it falls short


def test_a_class_that_no_source_has_is_pointed_out(problem: Problem) -> None:
    notes = rule_of(max=1, only=["partie", "justice"], each={"mass": {"max": 1}}).warnings(problem)
    assert [(note.details["name"], note.details["near"]) for note in notes] == [
        ("mass", "justice、party"), ("partie", "party"),
    ]  # fmt: skip


def test_it_names_the_classes_in_the_reader_s_words() -> None:
    rule = rule_of(min=1, only=["party", "justice"], each={"government": {"max": 2}})
    assert "党群、政法各 不少于 1、政府 不超过 2" in rule.describe("zh", True)
    assert "party, justice at least 1, government at most 2" in rule.describe("en", False)
    assert "每一类 1–3" in rule_of("zone", min=1, max=3).describe("zh", False)
