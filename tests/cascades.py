"""Tiny cascades drawn from a seed: agencies to sub-districts, then branches to grids inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from matchmaker.judgement import formulated, judge, level_points
from matchmaker.model import Assignment, Dataset, Integers, Problem
from matchmaker.rebuild import stage_problem
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.scenario import Limits, Scenario
from matchmaker.tables import dataset_of, write_dataset
from tests.judge import best

YEAR = 2027
FIRST, SECOND = "agency_sub_district", "branch_grid"


@dataclass(frozen=True)
class Cascade:
    """A dataset and a scheme of two stages."""

    tables: Mapping[str, pd.DataFrame]
    scheme: Scheme

    @property
    def dataset(self) -> Dataset:
        return dataset_of(self.tables)

    def scenario(self, folder: Path) -> Scenario:
        """The cascade as a scenario whose data lie in `folder`."""
        write_dataset(self.dataset.tables, folder)
        return Scenario(
            name="cascade",
            scheme=self.scheme,
            data=folder,
            year=YEAR,
            limits=Limits(gap=0, seconds=None, workers=1),
        )

    def first_problem(self) -> Problem:
        return stage_problem(self.scheme, self.dataset, YEAR, FIRST, {})

    def first_plans(self) -> Iterator[tuple[Integers, Assignment, float]]:
        """Every plan of the first stage that its own rules allow: pairs (booleans), assignment, points."""
        problem = self.first_problem()
        count = problem.pair_count
        for number in range(2**count):
            pairs = (number >> np.arange(count)) & 1
            assignment = problem.assignment(np.flatnonzero(pairs))
            verdict = judge(self.scheme, problem, assignment)
            if not verdict.violations:
                yield pairs, assignment, sum(level_points(self.scheme, FIRST, verdict.points))

    def completed(self, first: Assignment) -> bool:
        """Whether the second stage has a plan once the first is decided so."""
        problem = stage_problem(self.scheme, self.dataset, YEAR, SECOND, {FIRST: first})
        return best(formulated(self.scheme, problem).program([])) is not None


@dataclass(frozen=True)
class FirstPlan:
    """One plan of the first stage, its points, and whether the second stage can complete it."""

    pairs: Integers
    assignment: Assignment
    points: float
    completable: bool


@cache
def first_plans(seed: int) -> tuple[FirstPlan, ...]:
    """Every plan of the first stage of `random_cascade`, judged once for all tests."""
    cascade = random_cascade(seed)
    return tuple(
        FirstPlan(pairs, assignment, points, cascade.completed(assignment))
        for pairs, assignment, points in cascade.first_plans()
    )


def cascade_of(tables: Mapping[str, list[dict[str, Any]]], scheme: Mapping[str, Any]) -> Cascade:
    """A cascade of rows and a scheme written as mappings."""
    return Cascade({name: pd.DataFrame(rows) for name, rows in tables.items()}, Scheme.model_validate(scheme))


def random_cascade(seed: int) -> Cascade:
    """At most 4 agencies with up to 2 branches each, 2 or 3 sub-districts with up to 3 grids each."""
    rng = np.random.default_rng(seed)
    agencies = [f"A{i}" for i in range(int(rng.integers(2, 5)))]
    places = [f"S{i}" for i in range(int(rng.integers(2, 4)))][: 8 // len(agencies)]
    branches = [(f"B{a}{i}", a) for a in agencies for i in range(int(rng.choice([0, 1, 1, 2])))] or [
        ("B", "A0")
    ]
    grids = [(f"G{p}{i}", f"C{p}") for p in places for i in range(int(rng.choice([0, 1, 2, 3])))] or [
        ("G", "CS0")
    ]
    tables: dict[str, list[dict[str, Any]]] = {
        "agencies": [
            {
                "agency_id": a,
                "name": f"示例单位{a}",
                "agency_type": str(rng.choice(["government", "justice"])),
                "function_codes": ("law",),
                "active": bool(rng.random() < 0.9),
            }
            for a in agencies
        ],
        "sub_districts": [
            {
                "sub_district_id": p,
                "name": f"示例街道{p}",
                "kind": "street",
                "room": float(rng.integers(1, 5)),
            }
            for p in places
        ],
        "communities": [
            {"community_id": f"C{p}", "name": f"示例社区{p}", "sub_district_id": p, "households": 900.0}
            for p in places
        ],
        "branches": [
            {
                "branch_id": b,
                "name": f"示例支部{b}",
                "agency_id": a,
                "member_count": 9.0,
                "grid_capacity": float(rng.integers(1, 4)),
                "ready": bool(rng.random() < 0.85),
            }
            for b, a in branches
        ],
        "grids": [
            {
                "grid_id": g,
                "name": f"示例网格{g}",
                "community_id": c,
                "grid_kind": "general",
                "households": 90.0,
            }
            for g, c in grids
        ],
    }
    several = rng.random() < 0.5 and len(agencies) * len(places) <= 6
    if rng.random() < 0.3:
        tables["pins"] = [
            {"stage": SECOND, "action": str(rng.choice(["pin", "forbid"])),
             "source_id": branches[int(rng.integers(len(branches)))][0],
             "target_id": grids[int(rng.integers(len(grids)))][0], "reason": "工作需要"}
        ]  # fmt: skip
    points = [
        {"id": f"likes_{a}", "kind": "prefer", "stage": FIRST, "points": float(rng.integers(1, 60)),
         "where": {"source": {"agency_id": a}, "target": {"sub_district_id": str(rng.choice(places))}}}
        for a in agencies
    ]  # fmt: skip
    objective = [{rule["id"]: 1 for rule in points}]
    if rng.random() < 0.25:
        objective.append({f"{SECOND}.targets": 1})
    if rng.random() < 0.15:
        objective.append({f"{SECOND}.sources": 1})
    second: dict[str, Any] = {
        "id": SECOND, "from": "branches", "to": "grids", "within": FIRST,
        "each_source": {"min": int(rng.random() < 0.6), "max": "grid_capacity"},
        "each_target": {"min": int(rng.random() < 0.7), "max": int(rng.integers(1, 3))},
    }  # fmt: skip
    if rng.random() < 0.4:
        second["where"] = {"source": {"ready": True}}
    first: dict[str, Any] = {
        "id": FIRST, "from": "agencies", "to": "sub_districts",
        "where": {"source": {"active": True}},
        "each_source": {"min": 0, "max": 2} if several else 1,
        "each_target": {"min": int(rng.random() < 0.4), "max": "room"},
    }  # fmt: skip
    return cascade_of(
        tables, {"name": "两级", "stages": [first, second], "rules": points, "objective": objective}
    )
