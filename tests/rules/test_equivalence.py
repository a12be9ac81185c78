"""Every rule kind on tiny instances: for every possible assignment the program and the check agree.

Hard: the program allows the assignment exactly when the check finds nothing. Soft: the
most that the program can give for it is what the check says.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from matchmaker.model import Integers, Problem, Stage
from matchmaker.rules import KINDS, AnyRule, Check, Rule, implicit_rules
from matchmaker.rules.apart import Apart
from matchmaker.rules.contiguous import Contiguous
from matchmaker.rules.duties import Duties
from matchmaker.rules.one_place import OnePlace
from matchmaker.rules.stable import Stable
from matchmaker.rules.together import Together
from tests.judge import allowed, hundredths
from tests.rules.instances import STAGES as ALL_STAGES
from tests.rules.instances import (
    among_stages,
    dataset_from,
    plan_of,
    problem_of,
    program_of,
    random_problem,
    random_tables,
    side_of,
)

STAGES = ("agency_sub_district", "branch_grid")
_READ: TypeAdapter[Rule] = TypeAdapter(AnyRule)


def rules_for(problem: Problem, seed: int) -> list[Rule]:
    """Rules of every kind with values drawn from a seed."""
    rng = np.random.default_rng(seed + 10_000)
    source = str(rng.choice(problem.sources.ids))
    target = str(rng.choice(problem.targets.ids))
    at_first = problem.stage.id == "agency_sub_district"
    before = "agency_visit" if at_first else "agency_sub_district"
    above = "sub_district_id" if at_first else "community"
    every = [stage.id for stage in ALL_STAGES]
    alone = every[:2] if at_first else every[2:]
    written: list[dict[str, Any]] = [
        {"kind": "balance", "load": "member_count", "share": "households",
         "tolerance": float(rng.choice([0, 0.2, 0.6]))},
        {"kind": "capacity", "load": "member_count", "capacity": "room",
         "points": float(rng.choice([0.5, 7, 100]))},
        {"kind": "capacity", "load": "hours", "capacity": "room"},
        {"kind": "capacity", "side": "source", "load": "households", "capacity": "room"},
        {"kind": "capacity", "side": "source", "load": 1, "capacity": 1},
        {"kind": "coverage", "serves": float(rng.choice([2, 5, 10]))},
        {"kind": "coverage", "min": float(rng.choice([0.1, 0.5, 1])), "serves": float(rng.choice([3, 40]))},
        {"kind": "fit"},
        {"kind": "fit", "min": float(rng.choice([10, 30, 60])),
         "scoring": {"inherited": 0.3, "evaluation": 0.5}},
        {"kind": "wish", "parties": {"source": 1, "target": 2, "community": 1}},
        {"kind": "wish", "ranks": [90, 10], "parties": {"community": 1}},
        {"kind": "tenure", "max_years": int(rng.integers(1, 4))},
        {"kind": "tenure", "min_years": int(rng.integers(2, 4)), "cooling_off": int(rng.integers(1, 4))},
        {"kind": "tenure", "max_years": 3, "min_years": 2, "cooling_off": 2},
        {"kind": "keep"},
        {"kind": "keep", "max_changes": float(rng.choice([0, 0.5, 0.7, 1, 2]))},
        {"kind": "keep", "max_changes_per_target": float(rng.choice([0, 0.5, 1]))},
        {"kind": "pin", "source": source, "target": target},
        {"kind": "pin", "source": "nobody", "target": target},
        {"kind": "forbid", "source": source, "target": target},
        {"kind": "forbid", "where": {"source": {"agency_type": "justice"}, "target": {"weak": True}}},
        {"kind": "require", "where": {"source": {"agency_type": "justice"}, "target": {"weak": True}}},
        {"kind": "prefer", "where": {"target": {"weak": True}}, "points": float(rng.choice([-50, 12.5]))},
        *capacities(rng),
        *quotas(rng, before),
        *fairness(rng),
        *floors(rng),
        *mixes(rng),
        *strength_mixes(rng),
        {"kind": "one_place", "place": "town"},
        {"kind": "contiguous", "sides": float(rng.choice([0, 2, 7.25])),
         "spread": float(rng.choice([0, 0.7, 10]))},
        {"kind": "contiguous", "place": "town", "spread": 3},
        {"kind": "one_place", "place": "name" if at_first else "community"},
        {"kind": "located", "source": "located_sub_district" if at_first else "agency.community_id",
         "points": float(rng.choice([0.5, 100]))},
        {"kind": "located", "source": "located_sub_district", "target": "town",
         "where": {"target": {"weak": True}}},
        {"kind": "located", "source": "room", "target": "room"},
        {"kind": "distance", "max_km": float(rng.choice([0, 1.5, 4]))},
        {"kind": "distance"},
        {"kind": "distance", "free_km": float(rng.choice([0.5, 2])), "points": float(rng.choice([0.3, 12]))},
        {"kind": "prefer", "pair": {"minutes": {"lte": 30}}},
        {"kind": "prefer", "pair": {"any": [{"last_year": True}, {"fit": {"gte": 20}}]}},
        {"kind": "prefer", "pair": {"years": {"gte": 1}, "evaluation": {"gte": 80}}, "points": 20},
        {"kind": "prefer", "pair": {"any": [{"total_years": 2}, {"evaluation": {"lt": 60}}]}, "points": -20},
        {"kind": "together", "by": "agency_type", "place": "town", "points": float(rng.choice([0.5, 20]))},
        {"kind": "together", "by": {"stage": before}, "place": above},
        {"kind": "together", "by": "room", "place": "weak"},
        {"kind": "apart", "by": "agency_type"},
        {"kind": "apart", "by": "agency_type", "place": "town", "points": float(rng.choice([0.5, 20]))},
        {"kind": "apart", "by": {"stage": before}, "place": "weak", "max": 2},
        {"kind": "duties", "stages": every, "max": int(rng.integers(1, 5)), "per": "agency"},
        {"kind": "duties", "stages": every, "max": "room", "per": "agency", "load": "households",
         "other_duties": False, "points": float(rng.choice([2, 100]))},
        {"kind": "duties", "stages": alone, "max": "member_count", "points": 7},
        {"kind": "duties", "stages": every, "places": "sub_district", "max_places": int(rng.integers(1, 4)),
         "per": "agency"},
        {"kind": "duties", "stages": alone, "places": "sub_district", "max_places": 1, "points": 30,
         "other_duties": False},
        {"kind": "duties", "stages": [problem.stage.id], "max": 6.5, "load": {"count": "grids"},
         "places": "town", "max_places": 1},
        {"kind": "no_self"},
        {"kind": "no_self", "by": {"stage": "agency_visit"}},
        {"kind": "no_self", "by": {"stage": before}},
        {"kind": "no_self", "same": ["located_sub_district", "sub_district_id" if at_first else "town"]},
    ]  # fmt: skip
    rules = [
        _READ.validate_python(
            {"id": f"rule_{number}", **({} if "stages" in fields else {"stage": problem.stage.id}), **fields}
        )
        for number, fields in enumerate(written)
        if fields.get("place") != "name"
    ]
    return [*rules, *implicit_rules(problem.stage)]


def capacities(rng: np.random.Generator) -> list[dict[str, Any]]:
    people = {"load": "member_count", "capacity": "room"}
    hours = {"load": {"pair": "minutes"}, "capacity": int(rng.integers(0, 90))}
    capacities = [
        {"load": {"pair": "distance_km"}, "capacity": 4.55, "points": 30, "side": "source"},
        {"load": {"source": "hours", "target": "households"}, "capacity": 500},
        {"dimensions": {"people": people, "hours": hours}, "points": float(rng.choice([0.2, 3]))},
    ]
    return [{"kind": "capacity", **fields} for fields in capacities]


def fairness(rng: np.random.Generator) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = [
        {"side": "target", "value": "fit", "scoring": {"function": 0.4}},
        {"side": "target", "value": "member_count", "better": "less"},
        {"side": "source", "value": {"pair": "distance_km"}, "better": "less"},
        {"side": "source", "value": {"source": "hours", "target": "households"}},
        {"side": "target", "value": 1},
        {"side": "source", "value": "wish"},
        {"side": "target", "value": "wish"},
    ]
    return [{"kind": "fair", "worst": int(rng.integers(1, 4)), **fields} for fields in values]


def quotas(rng: np.random.Generator, before: str) -> list[dict[str, Any]]:
    drawn = [int(each) for each in np.sort(rng.integers(0, 4, 3))]
    amount = dict(zip(("min", "target", "max"), drawn, strict=True))
    flag = {"true": {"target": 1, "max": 2}, "false": {"min": int(rng.integers(0, 2))}}
    return [
        {"kind": "quota", "total": amount, "points": float(rng.choice([1, 0.125, 100]))},
        {"kind": "quota", "column": "weak", "of": flag, "total": {"max": 2}},
        {"kind": "quota", "column": "town", "of": {"east": 1, "nowhere": {"target": 2}}, "points": 7},
        {"kind": "quota", "column": "town", "by": "agency_type",
         "quotas": [{"where": {"hours": {"gte": 2}}, "of": {"east": {"min": 1, "max": 2}}},
                    {"where": {"hours": {"gte": 1}}, "of": {"east": 0, "west": {"target": 2}}}]},
        {"kind": "quota", "by": {"stage": before}, "total": {"min": 1, "max": 2}},
        {"kind": "quota", "side": "target", "column": "function_codes",
         "of": {"law": {"min": 1}, "env": {"max": 1}}},
        {"kind": "quota", "side": "target", "by": "town", "column": "agency_type",
         "quotas": [{"where": {"weak": True}, "of": {"party": {"min": 1, "max": 1}}, "total": amount}]},
    ]  # fmt: skip


def floors(rng: np.random.Generator) -> list[dict[str, Any]]:
    return [
        {"kind": "floor", "min": int(rng.integers(0, 4)), "where": {"target": {"weak": True}}},
        {"kind": "floor", "min": 25, "load": "member_count", "points": float(rng.choice([0.3, 20])),
         "where": {"source": {"agency_type": "party"}}},
        {"kind": "floor", "min": 6.3, "load": "hours", "by": "town"},
        {"kind": "floor", "min": "room", "load": "member_count", "by": "town",
         "where": {"target": {"weak": False}, "pair": {"distance_km": {"lte": 3}}}},
    ]  # fmt: skip


def mixes(rng: np.random.Generator) -> list[dict[str, Any]]:
    low, high = (int(each) for each in np.sort(rng.integers(0, 3, 2)))
    mixes = [
        {"mix": {"column": "agency_type", "min": 1, "max": 2, "points": float(rng.choice([0.5, 40]))}},
        {"mix": {"column": "function_codes", "min": low, "max": high, "only": ["law", "env", "nothing"],
                 "each": {"health": {"max": 1}}}},
        {"by": "town", "mix": {"column": "agency_type", "each": {"party": 1, "justice": {"min": 1}}}},
    ]  # fmt: skip
    return [{"kind": "coverage", **fields} for fields in mixes]


def strength_mixes(rng: np.random.Generator) -> list[dict[str, Any]]:
    strong = {
        "where": {"hours": {"gte": 2.5}},
        "min": int(rng.integers(0, 2)),
        "max": int(rng.integers(1, 3)),
    }
    mixes = [
        {"strength": "member_count", "tolerance": float(rng.choice([0, 3.5, 12]))},
        {"strength": "room", "tolerance": 10, "points": 0.3, "by": "town", "bands": {"strong": strong}},
        {"strength": 1, "bands": {"strong": strong, "weak": {"where": {"hours": {"lt": 1}}, "min": 1}}},
    ]
    return [{"kind": "strength_mix", **fields} for fields in mixes]


def uses(rule: Rule) -> list[bool]:
    """Whether the rule may be hard (False), soft (True)."""
    return [
        soft
        for soft in (False, True)
        if ("soft" if soft else "hard") in rule.hardness and not rule.misuse(soft)
    ]


def degrees_under(rule: Rule, soft: bool, problem: Problem) -> list[Rule]:
    """The degrees that the rule's rows take for granted."""
    sources, targets, _ = implicit_rules(problem.stage)
    if isinstance(rule, Stable):
        return [sources, targets]
    rests = isinstance(rule, Contiguous | Together | Apart | Duties) or (
        isinstance(rule, OnePlace) and not soft
    )
    return [sources] if rests else []


def every_assignment(problem: Problem) -> Any:
    count = problem.pair_count
    return ((np.arange(2**count)[:, None] >> np.arange(count)) & 1).astype(np.int64)


def assert_agreement(problem: Problem, rule: Rule, soft: bool) -> None:
    plans = every_assignment(problem)
    checks = [rule.check(problem, plan_of(problem, pairs), soft) for pairs in plans]
    if not soft:
        assert_same_plans(problem, rule, plans, checks)
        return
    program = program_of(problem, [(rule, soft)], rule.terms())
    for degrees in degrees_under(rule, soft, problem):  # plans that break them are no plans
        plans = np.array(
            [x for x in plans if not degrees.check(problem, plan_of(problem, x), False).findings]
        ).reshape(-1, problem.pair_count)
        checks = [rule.check(problem, plan_of(problem, pairs), soft) for pairs in plans]
    broken = np.array([bool(check.hard_findings) for check in checks], bool)
    assert not any(allowed(program, pairs) for pairs in plans[broken]), rule
    plans, checks = plans[~broken], [check for check in checks if not check.hard_findings]
    assert all(set(check.points) == set(rule.terms()) for check in checks), rule
    for level, term in enumerate(rule.terms()):
        points = [check.points[term] for check in checks]
        assert not len(plans) or hundredths(program, plans, level) == points, (rule, term)
    for term, per_pair in rule.pair_points(problem).items():
        assert (plans @ per_pair).tolist() == [check.points[term] for check in checks], (rule, term)


def assert_same_plans(problem: Problem, rule: Rule, plans: Integers, checks: list[Check]) -> None:
    """The program of the hard rule allows exactly the plans that its check finds nothing in."""
    rules: list[tuple[Rule, bool]] = [(rule, False)]
    clean = [not check.findings for check in checks]
    for degrees in degrees_under(rule, False, problem):  # both are held together
        rules.append((degrees, False))
        clean = [
            fine and not degrees.check(problem, plan_of(problem, pairs), False).findings
            for fine, pairs in zip(clean, plans, strict=True)
        ]
    program = program_of(problem, rules)
    assert [allowed(program, pairs) for pairs in plans] == clean, rule
    assert all(check.points == {} and check.hard_findings == () for check in checks), rule
    # the unexpanded program judges whole plans the same way
    if program.column_count == program.pair_count:
        assert [not len(program.violations(pairs)) for pairs in plans] == clean, rule


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("stage", STAGES)
def test_program_and_check_agree(stage: str, seed: int) -> None:
    problem = random_problem(seed, stage, most_pairs=6)
    for rule in rules_for(problem, seed):
        for soft in uses(rule):
            assert_agreement(problem, rule, soft)


CYCLE = ["12", "23", "34", "14"]


@pytest.mark.parametrize(
    ("edges", "sources"),
    [
        (["12", "23", "34"], (1, 3)), (["12", "13", "14"], (1, 3)), (["12", "34"], (1, 3)), (["13"], (1, 3)),
        (None, (1, 3)), (CYCLE, (1, 3)), (CYCLE, (0, 4)), (CYCLE, (1, 2)), (CYCLE, (0, 1)),
    ],
)  # fmt: skip
def test_areas_on_given_maps(edges: list[str] | None, sources: tuple[int, int]) -> None:
    """Two sources, four targets; neighbours as written, or (None) from coordinates."""
    at = [(0.0, 0.0), (0.3, 0.0), (0.3, 0.2), (0.1, 0.5)]
    dataset = dataset_from(
        {
            "branches": [{"branch_id": "B1"}, {"branch_id": "B2"}],
            "grids": [
                {
                    "grid_id": f"G{i}",
                    "side": "east" if i > 1 else "west",
                    "lng": 114 + x / 100,
                    "lat": 22 + y / 100,
                }
                for i, (x, y) in enumerate(at, 1)
            ],
            "adjacency": [{"table": "grids", "id_a": f"G{a}", "id_b": f"G{b}"} for a, b in edges or ()],
        }
    )
    stage = Stage("branch_grid", "branches", "grids")
    problem = problem_of(
        dataset, stage, side_of(dataset, "branches", sources), side_of(dataset, "grids", (0, 2))
    )
    for fields in ({}, {"place": "side", "sides": 0}, {"spread": 0}):
        rule = _READ.validate_python({"id": "area", "kind": "contiguous", "stage": stage.id, **fields})
        for soft in uses(rule):
            assert_agreement(problem, rule, soft)


@pytest.mark.parametrize("sources", [(0, 2), (1, 2), (2, 2), (0, 3), (0, 1), (0, None)])
def test_places_with_more_targets_than_a_source_may_have(sources: tuple[int, int | None]) -> None:
    """Two sources of one group, three targets in one place and one in another."""
    dataset = dataset_from(
        {
            "agencies": [{"agency_id": "A1"}],
            "branches": [{"branch_id": "B1", "agency_id": "A1"}, {"branch_id": "B2", "agency_id": "A1"}],
            "grids": [{"grid_id": f"G{i}", "side": "east" if i > 1 else "west"} for i in range(1, 5)],
        }
    )
    stage = Stage("branch_grid", "branches", "grids")
    sides = side_of(dataset, "branches", sources), side_of(dataset, "grids", (0, None))
    problem = problem_of(dataset, stage, *sides)
    for fields in (
        {"kind": "together", "by": "agency", "place": "side"},
        {"kind": "apart", "by": "agency", "place": "side", "points": 30},
        {"kind": "apart", "by": "agency"},
    ):
        rule = _READ.validate_python({"id": "rule", "stage": stage.id, **fields})
        for soft in uses(rule):
            assert_agreement(problem, rule, soft)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 10**6),
    stage=st.sampled_from(STAGES),
    which=st.integers(0, 100),
    pairs=st.integers(1, 5),
)
def test_program_and_check_agree_on_drawn_instances(seed: int, stage: str, which: int, pairs: int) -> None:
    problem = random_problem(seed, stage, most_pairs=pairs)
    rules = rules_for(problem, seed)
    rule = rules[which % len(rules)]
    for soft in uses(rule):
        assert_agreement(problem, rule, soft)


def test_every_kind_is_among_the_instances() -> None:
    problem = random_problem(0, "branch_grid")
    elsewhere = {"stable"}  # it wants sources that take one target: test_stable
    assert {getattr(rule, "kind", None) for rule in rules_for(problem, 0)} | elsewhere >= set(KINDS)


@pytest.mark.parametrize("stage", STAGES)
def test_order_of_rows_does_not_matter(stage: str) -> None:
    for seed in range(3):
        tables = random_tables(np.random.default_rng(seed))
        turned = {name: list(reversed(rows)) for name, rows in tables.items()}
        results = []
        for version in (tables, turned):
            dataset = dataset_from(version)
            nouns = random_problem(0, stage).stage
            problem = problem_of(
                dataset,
                nouns,
                side_of(dataset, nouns.source_table, (0, None)),
                side_of(dataset, nouns.target_table, (0, None)),
            )
            problem = among_stages(problem, seed)
            pairs = np.resize([1, 0, 1, 1, 0], problem.pair_count)
            results.append(
                [
                    rule.check(problem, plan_of(problem, pairs), soft)
                    for rule in rules_for(problem, seed)
                    for soft in uses(rule)
                ]
            )
        assert results[0] == results[1]


@pytest.mark.parametrize("stage", STAGES)
def test_every_rule_reads_back_as_a_plan_writes_it(stage: str) -> None:
    for rule in rules_for(random_problem(0, stage), 0)[:-3]:  # those that every stage has are not written
        for leaving_out in ({}, {"exclude_none": True}, {"exclude_defaults": True}):
            written = rule.model_dump(mode="json", by_alias=True, **leaving_out)
            kind = getattr(rule, "kind", "")
            assert _READ.validate_json(json.dumps({**written, "kind": kind}), strict=True) == rule
