"""Plans made without a solver: from pairs written by hand, or drawn at random on the demo data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from matchmaker.demo import generate_longgang
from matchmaker.judgement import judge
from matchmaker.metrics import measure
from matchmaker.model import Assignment, Dataset, Problem, Status
from matchmaker.outcome import assignment_table, unassigned_table
from matchmaker.plans import LevelRecord, Plan, StageRecord
from matchmaker.rebuild import stage_problem
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.files import SCENARIOS
from matchmaker.scheme.scenario import Scenario, load_scheme
from matchmaker.tables import dataset_of
from tests.rules.instances import dataset_from

YEAR = 2027

SMALL_SCHEME: dict[str, Any] = {
    "name": "三定三联",
    "organizer": "示例区委组织部",
    "stages": [
        {
            "id": "agency_sub_district",
            "name": "单位联街道",
            "from": "agencies",
            "to": "sub_districts",
            "where": {"source": {"active": True}},
            "each_source": 1,
            "each_target": {"min": 1},
        }
    ],
    "rules": [
        {
            "id": "share",
            "kind": "balance",
            "stage": "agency_sub_district",
            "load": "member_count",
            "share": "households",
            "tolerance": 0.5,
        },
        {"id": "fit", "kind": "fit", "stage": "agency_sub_district"},
        {"id": "needs", "kind": "coverage", "stage": "agency_sub_district", "serves": 2},
        {
            "id": "wishes",
            "kind": "wish",
            "stage": "agency_sub_district",
            "ranks": [100, 60],
            "parties": {"source": 1, "target": 1, "community": 1},
        },
        {
            "id": "near",
            "kind": "prefer",
            "stage": "agency_sub_district",
            "pair": {"same": ["located_sub_district", "sub_district"]},
            "points": 20,
        },
    ],
    "objective": [{"fit": 2, "needs": 1, "wishes": 1}, {"near": 1}],
}

SMALL_TABLES: dict[str, list[dict[str, Any]]] = {
    "agencies": [
        # law and env are needed in S1, health in S2; A1 answers S1 half, A2 answers S2, A3 nothing
        {"agency_id": "A1", "name": "示例区司法局", "agency_type": "justice", "function_codes": ("law",),
         "member_count": 30, "located_sub_district": "S1", "active": True, "sort_order": 2},
        {"agency_id": "A2", "name": "示例区卫健局", "agency_type": "government",
         "function_codes": ("health",), "member_count": 20,
         "located_sub_district": "S1", "active": True, "sort_order": 1},
        {"agency_id": "A3", "name": "=1+1 局", "agency_type": "other", "function_codes": ("org",),
         "member_count": 10, "located_sub_district": "S2", "active": True},
        {"agency_id": "A4", "name": "示例区停办处", "agency_type": "other", "function_codes": ("org",),
         "member_count": 5, "located_sub_district": "S2", "active": False},
    ],
    "sub_districts": [
        {"sub_district_id": "S1", "name": "示例街道办事处", "households": 100, "sort_order": 2},
        {"sub_district_id": "S2", "name": "示例第二街道", "households": 200, "sort_order": 1},
    ],
    "communities": [
        {"community_id": "C1", "name": "甲社区居委会", "sub_district_id": "S1", "households": 100,
         "strength_level": "weak"},
        {"community_id": "C2", "name": "乙社区", "sub_district_id": "S2", "households": 200,
         "strength_level": "strong"},
    ],
    "needs": [
        {"need_id": "N1", "place_kind": "sub_district", "place_id": "S1", "category": "law",
         "content": "调解", "urgency": 2},
        {"need_id": "N2", "place_kind": "sub_district", "place_id": "S1", "category": "env",
         "content": "保洁", "urgency": 2},
        {"need_id": "N3", "place_kind": "sub_district", "place_id": "S2", "category": "health",
         "content": "义诊", "urgency": 4},
    ],
    "wishes": [
        {"side": "agency", "source_id": "A1", "target_kind": "sub_district", "wish_1": ("S1",),
         "wish_2": ("S2",), "refused": (), "accept_adjust": True},
        {"side": "agency", "source_id": "A3", "target_kind": "sub_district", "wish_1": ("S2",),
         "wish_2": (), "refused": ("S1",), "accept_adjust": True},
        {"side": "agency", "source_id": "A4", "target_kind": "sub_district", "wish_1": ("S1",),
         "wish_2": (), "refused": (), "accept_adjust": True},
        {"side": "sub_district", "source_id": "S1", "target_kind": "agency", "wish_1": ("A2", "A1"),
         "wish_2": (), "refused": (), "accept_adjust": True},
        {"side": "community", "source_id": "C1", "target_kind": "agency", "wish_1": ("A3",),
         "wish_2": ("A2",), "refused": (), "accept_adjust": True},
        {"side": "community", "source_id": "C2", "target_kind": "agency", "wish_1": ("A2",),
         "wish_2": (), "refused": (), "accept_adjust": True},
    ],
    "history": [
        {"year": YEAR - 1, "relation": "单位联街道", "source_id": "A1", "target_id": "S1"},
        {"year": YEAR - 1, "relation": "agency_sub_district", "source_id": "A2", "target_id": "S1"},
        {"year": YEAR - 2, "relation": "agency_sub_district", "source_id": "A3", "target_id": "S2"},
    ],
}  # fmt: skip

FIRST = {"agency_sub_district": [("A1", "S1"), ("A2", "S2"), ("A3", "S1")]}
SECOND = {"agency_sub_district": [("A1", "S1"), ("A2", "S1"), ("A3", "S2")]}


def small_plan(pairs: Mapping[str, Sequence[tuple[str, str]]], name: str = "方案", **changes: Any) -> Plan:
    """A plan of three agencies and two sub-districts; `changes` are fields of `Plan`."""
    scheme = Scheme.model_validate(SMALL_SCHEME)
    return plan_of(scenario_of(scheme, name), dataset_from(SMALL_TABLES), pairs, **changes)


def scenario_of(scheme: Scheme, name: str = "方案") -> Scenario:
    return Scenario(name=name, scheme=scheme, data=Path("data"), year=YEAR)


def plan_of(
    scenario: Scenario, dataset: Dataset, pairs: Mapping[str, Sequence[tuple[str, str]]], **changes: Any
) -> Plan:
    """The plan of the given pairs, judged and measured as solving does."""
    problems: dict[str, Problem] = {}
    decided: dict[str, Assignment] = {}
    for definition in scenario.scheme.stages:
        stage = definition.id
        problems[stage] = stage_problem(scenario.scheme, dataset, scenario.year, stage, decided)
        chosen = pairs[stage]
        sources, targets = zip(*chosen, strict=True) if chosen else ((), ())
        decided[stage] = Assignment.of(stage, np.array(sources, object), np.array(targets, object))
    return _plan(scenario, dataset, problems, decided, changes)


def demo_plan(seed: int = 1, scale: float = 0.03, **changes: Any) -> Plan:
    """A random plan on the demo data: every stage, no rule heeded but that pairs are candidates."""
    rng = np.random.default_rng(seed)
    scheme = load_scheme(SCENARIOS / "longgang" / "scheme.yaml")
    scenario, dataset = scenario_of(scheme, "演示"), dataset_of(generate_longgang(scale))
    problems: dict[str, Problem] = {}
    decided: dict[str, Assignment] = {}
    for definition in scheme.stages:
        problem = stage_problem(scheme, dataset, YEAR, definition.id, decided)
        owner = problem.pair_target if definition.id == "branch_grid" else problem.pair_source
        order = np.lexsort((rng.random(problem.pair_count), owner))
        first = np.r_[True, owner[order][1:] != owner[order][:-1]]
        problems[definition.id] = problem
        decided[definition.id] = problem.assignment(np.sort(order[first]))
    return _plan(scenario, dataset, problems, decided, changes)


def _plan(
    scenario: Scenario,
    dataset: Dataset,
    problems: dict[str, Problem],
    decided: dict[str, Assignment],
    changes: Mapping[str, Any],
) -> Plan:
    scheme = scenario.scheme
    judgements = {stage: judge(scheme, problems[stage], decided[stage]) for stage in problems}
    tables = {stage: assignment_table(scheme, problems[stage], decided[stage]) for stage in problems}
    content: dict[str, Any] = {
        "scenario": scenario,
        "dataset": dataset,
        "stages": tuple(_record(problem) for problem in problems.values()),
        "assignments": tables,
        "unassigned": unassigned_table(problems, decided),
        "findings": (),
        "metrics": measure(scenario, problems, decided, judgements),
        "certificates": {},
        "reproducible": True,
        "verified": True,
        "seconds": 1.5,
        "peak_mb": 100.0,
        "inputs": {"inputs/agencies.csv": "0" * 64},
        "versions": {"matchmaker": "0.1.0"},
    }
    return Plan(**{**content, **changes})


def _record(problem: Problem) -> StageRecord:
    level = LevelRecord(value=100.0, bound=101.0, certified_bound=None, gap=0.01, unit=0.01)
    return StageRecord(
        id=problem.stage.id,
        status=Status.FEASIBLE,
        backend="none",
        sources=len(problem.sources),
        targets=len(problem.targets),
        pairs=problem.pair_count,
        components=1,
        rows=1,
        columns=1,
        seconds=0.5,
        ties="partial",
        levels=(level,),
    )
