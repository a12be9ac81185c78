"""What `check` says of a quota before anything is solved, and how a quota reads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from matchmaker.messages import LANGUAGES, render_fault, text
from matchmaker.model import Problem, Stage
from matchmaker.rules import AnyRule, Rule
from tests.rules.instances import dataset_from, problem_of, side_of

_READ: TypeAdapter[Rule] = TypeAdapter(AnyRule)


def rule_of(**fields: Any) -> Rule:
    return _READ.validate_python({"id": "kinds", "stage": "s", "kind": "quota", **fields})


@pytest.fixture(scope="module")
def problem() -> Problem:
    dataset = dataset_from(
        {
            "cadres": [
                {"cadre_id": f"C{i}", "rank": "general" if i > 1 else "division"} for i in range(1, 4)
            ],
            "households": [
                {"household_id": f"H{i}", "household_kind": kind}
                for i, kind in enumerate(["hardship", "member", "member"])
            ],
        }
    )
    sides = (side_of(dataset, table, (0, None)) for table in ("cadres", "households"))
    whole = problem_of(dataset, Stage("s", "cadres", "households"), *sides)
    return whole.restricted(np.zeros(whole.pair_count, bool))  # before solving no pairs are known


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"of": {"hardship": 2, "member": 2}}, [("hardship", 1, 2)]),
        ({"of": {"key": {"min": 1}}}, [("key", 0, 1)]),
        ({"of": {"hardship": 2}, "by": "rank"}, [("hardship", 1, 2)]),  # one cadre has that rank
        ({"quotas": [{"where": {"rank": "general"}, "of": {"hardship": 2}}], "by": "rank"}, []),  # two have
        ({"of": {"key": 1}, "by": "rank"}, [("key", 0, 1)]),
        ({"of": {"key": 0, "hardship": {"max": 5}}}, []),
        ({"quotas": [{"where": {"rank": "bureau"}, "of": {"hardship": 2}}]}, []),  # nobody has that rank
    ],
)
def test_more_than_there_are_is_found_before_solving(
    problem: Problem, fields: dict[str, Any], found: list[tuple[str, int, int]]
) -> None:
    rule = rule_of(column="household_kind", **fields)
    faults = rule.data_faults(problem, False)
    assert [(fault.found, fault.details["count"], fault.details["needed"]) for fault in faults] == found
    assert rule.data_faults(problem, True) == ()  # soft, it falls short
    for fault in faults:
        for language in LANGUAGES:
            assert "{" not in render_fault(fault, language)


def test_more_partners_than_rows_in_all(problem: Problem) -> None:
    assert [fault.found for fault in rule_of(total=4).data_faults(problem, False)] == ["households"]


def test_a_kind_that_no_row_has_is_pointed_out(problem: Problem) -> None:
    rule = rule_of(column="household_kind", of={"hardships": {"max": 1}, "member": 1})
    (note,) = rule.warnings(problem)
    assert note.is_warning
    assert note.details["name"] == "hardships"
    assert note.details["near"] == "hardship"
    for language in LANGUAGES:
        assert "{" not in text(note.code, language, **note.details)


def test_it_names_the_kinds_in_the_reader_s_words() -> None:
    rule = rule_of(
        column="household_kind", of={"hardship": 1, "member": {"min": 1, "target": 2, "max": 3}}, total=4
    )
    assert "困难 1、党员 1–3（宜 2）、合计 4" in rule.describe("zh", True)
    assert "hardship 1, member 1–3 (better 2), in all 4" in rule.describe("en", True)
    for amount, told in (({"max": 2}, "at most 2"), ({"min": 2}, "at least 2"), ({}, "any number")):
        assert told in rule_of(total=amount).describe("en", False)
