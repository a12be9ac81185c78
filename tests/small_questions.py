"""Small plans to ask questions of, and their whole truth by trying every assignment."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from matchmaker.judgement import judge, level_points
from matchmaker.model import Assignment, Dataset
from matchmaker.pipeline import solve
from matchmaker.plans import Plan
from matchmaker.rebuild import stage_problem
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.scenario import Limits, Scenario, TieBreak
from tests.rules.instances import dataset_from
from tests.small_plans import YEAR

__all__ = ["STAGE", "every_plan", "solved_district", "values_of"]

STAGE = "agency_sub_district"

CATEGORIES = ("law", "health", "env", "org")


def district(seed: int, agencies: int = 4, places: int = 3) -> dict[str, list[dict[str, Any]]]:
    """A made-up district: functions, needs, wishes, pins and last year's pairs drawn at random."""
    rng = np.random.default_rng(seed)
    sources = [f"A{at}" for at in range(1, agencies + 1)]
    targets = [f"S{at}" for at in range(1, places + 1)]
    drawn = rng.permutation(agencies)
    return {
        "agencies": [
            {"agency_id": one, "name": f"示例局{one}", "agency_type": "government", "active": True,
             "function_codes": tuple(rng.choice(CATEGORIES, 2, replace=False).tolist()),
             "member_count": int(rng.integers(5, 30))}
            for one in sources
        ],
        "sub_districts": [
            {"sub_district_id": one, "name": f"示例街道{one}", "households": int(rng.integers(80, 200))}
            for one in targets
        ],
        "needs": [
            {"need_id": f"N{at}", "place_kind": "sub_district", "place_id": str(rng.choice(targets)),
             "category": str(rng.choice(CATEGORIES)), "content": "示例", "urgency": int(rng.integers(1, 5))}
            for at in range(6)
        ],
        "wishes": [
            {"side": "agency", "source_id": one, "target_kind": "sub_district",
             "wish_1": (str(rng.choice(targets)),), "wish_2": (), "refused": (), "accept_adjust": True}
            for one in sources[:3]
        ],
        "pins": [
            {"stage": STAGE, "action": "pin", "source_id": sources[drawn[0]],
             "target_id": str(rng.choice(targets)), "reason": "工作需要"},
            {"stage": STAGE, "action": "forbid", "source_id": sources[drawn[1]],
             "target_id": str(rng.choice(targets)), "reason": "回避"},
        ],
        "history": [
            {"year": YEAR - 1, "relation": STAGE, "source_id": one, "target_id": str(rng.choice(targets))}
            for one in sources
        ],
    }  # fmt: skip


SCHEME: dict[str, Any] = {
    "name": "示例",
    "stages": [
        {"id": STAGE, "from": "agencies", "to": "sub_districts", "each_source": 1,
         "each_target": {"min": 1, "max": 3}}
    ],
    "rules": [
        {"id": "share", "kind": "balance", "stage": STAGE, "load": "member_count", "share": "households",
         "tolerance": 0.4},
        {"id": "fit", "kind": "fit", "stage": STAGE},
        {"id": "needs", "kind": "coverage", "stage": STAGE, "serves": 2},
        {"id": "wishes", "kind": "wish", "stage": STAGE, "ranks": [100], "parties": {"source": 1}},
        {"id": "keep", "kind": "keep", "stage": STAGE, "max_changes": 3},
    ],
    "objective": [{"fit": 2, "needs": 1, "wishes": 1, "share": 1}],
}  # fmt: skip


def solved_district(seed: int, **changes: Any) -> Plan:
    """The best plan of a made-up district; `changes` are fields of the scheme.

    Raises
    ------
    Infeasible
        Where pins and budget leave none.
    """
    scheme = Scheme.model_validate({**SCHEME, **changes})
    scenario = Scenario(
        name="示例", scheme=scheme, data="-", year=YEAR,
        limits=Limits(gap=0.0, seconds=None, workers=1), tie_break=TieBreak(seed=7),
    )  # fmt: skip
    return solve(scenario, dataset=dataset_from(district(seed)), in_processes=False)


def every_plan(scheme: Scheme, dataset: Dataset) -> list[tuple[Assignment, tuple[float, ...]]]:
    """Every assignment of one sub-district to each agency that breaks no hard rule, and its level values."""
    problem = stage_problem(scheme, dataset, YEAR, STAGE, {})
    sources, targets = dataset.ids("agencies"), dataset.ids("sub_districts")
    found = []
    for chosen in product(targets, repeat=len(sources)):
        assignment = Assignment.of(STAGE, sources, np.array(chosen, object))
        verdict = judge(scheme, problem, assignment)
        if not verdict.violations:
            found.append((assignment, tuple(level_points(scheme, STAGE, verdict.points))))
    return found


def values_of(scheme: Scheme, dataset: Dataset, assignment: Assignment) -> tuple[float, ...]:
    """Level values of an assignment by the rules' own checks."""
    problem = stage_problem(scheme, dataset, YEAR, STAGE, {})
    return tuple(level_points(scheme, STAGE, judge(scheme, problem, assignment).points))
