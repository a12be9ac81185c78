"""Limits on classes that degrees alone make impossible: found before anything is solved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.model import Problem, Stage
from matchmaker.rules import AnyRule, Rule
from tests.rules.instances import dataset_from, problem_of, side_of

_READ: TypeAdapter[Rule] = TypeAdapter(AnyRule)
KINDS = {"column": "kind"}


def problem_with(sources: tuple[int, int | None], targets: tuple[int, int | None] = (0, None)) -> Problem:
    """Three party agencies and one of justice, to two groups in one zone; no pairs are known yet."""
    kinds = ("party", "party", "party", "justice")
    dataset = dataset_from(
        {
            "agencies": [{"agency_id": f"A{i}", "kind": kind} for i, kind in enumerate(kinds)],
            "groups": [{"group_id": f"G{i}", "zone": "x", "weak": i == 1} for i in (1, 2)],
        }
    )
    whole = problem_of(
        dataset,
        Stage("s", "agencies", "groups"),
        side_of(dataset, "agencies", sources),
        side_of(dataset, "groups", targets),
    )
    return whole.restricted(np.zeros(whole.pair_count, bool))


def mix(by: Any = None, **fields: Any) -> dict[str, Any]:
    return {"kind": "coverage", "mix": {**KINDS, **fields}, "by": by}


@pytest.mark.parametrize(
    ("sources", "fields", "found"),
    [
        # one of justice cannot be in both groups
        ((1, 1), mix(min=1), [("rule.too_few_in_all", "justice", 1, 2)]),
        ((1, 2), mix(min=1), []),
        ((0, None), mix(min=1), []),
        ((1, 1), mix("zone", min=1), []),
        ((1, 1), mix({"stage": "earlier"}, min=1), []),
        ((1, 1), mix({"stage": "earlier"}, min=2), [("rule.too_few_in_all", "justice", 1, 2)]),
        # three of the party, two groups
        ((1, 1), mix(max=1), [("rule.too_many_in_all", "party", 2, 3)]),
        ((0, 1), mix(max=1), []),
        ((1, 1), mix("zone", max=2), [("rule.too_many_in_all", "party", 2, 3)]),
        ((1, 1), mix({"stage": "earlier"}, max=2), []),  # nobody knows yet how many groups there are
        (
            (1, 1),
            {
                "kind": "strength_mix",
                "strength": 1,
                "bands": {
                    "party": {"where": {"kind": "party"}, "max": 1},
                    "law": {"where": {"kind": "justice"}, "min": 1},
                },
            },
            [("rule.too_many_in_all", "party", 2, 3), ("rule.too_few_in_all", "law", 1, 2)],
        ),
        (
            (1, 1),
            {"kind": "quota", "side": "target", "total": 1},
            [("rule.too_many_in_all", "agencies", 2, 4)],
        ),
        (
            (1, 1),
            {"kind": "quota", "side": "target", "quotas": [{"where": {"weak": True}, "total": 1}]},
            [],  # the other group takes the rest
        ),
    ],
)
def test_what_degrees_make_impossible(
    sources: tuple[int, int | None], fields: dict[str, Any], found: list[tuple[str, str, int, int]]
) -> None:
    rule = _READ.validate_python({"id": "r", "stage": "s", **fields})
    faults = rule.data_faults(problem_with(sources), False)
    told = [
        (fault.code, fault.found, *(fault.details[name] for name in ("room", "needed"))) for fault in faults
    ]
    assert sorted(told) == sorted(found)
    for fault in faults:
        for language in LANGUAGES:
            assert "{" not in render_fault(fault, language)


def test_a_quota_s_maximum_binds_also_where_it_is_soft() -> None:
    rule = _READ.validate_python({"id": "r", "stage": "s", "kind": "quota", "side": "target", "total": 1})
    assert [fault.code for fault in rule.data_faults(problem_with((1, 1)), True)] == ["rule.too_many_in_all"]
    assert rule.data_faults(problem_with((0, 0)), True) == ()  # minima may fall short
