"""Tiny problems for the rules: from plain rows, or drawn at random from a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from matchmaker.decided import with_stages
from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.model import Assignment, Dataset, Integers, Problem, Side, Stage
from matchmaker.program import Program
from matchmaker.rules import Rule
from matchmaker.tables import dataset_of

CATEGORIES = ("law", "health", "env")
YEAR = 2027


def dataset_from(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> Dataset:
    """A dataset of rows written as mappings."""
    return dataset_of({name: pd.DataFrame(list(rows)) for name, rows in tables.items()})


def side_of(dataset: Dataset, table: str, bounds: Sequence[int | None], excluded: Sequence[str] = ()) -> Side:
    """All rows of a table but the excluded ones, with the same bounds each; no maximum where None."""
    ids = dataset.ids(table)
    rows = np.flatnonzero(~np.isin(ids.astype(str), list(excluded))).astype(np.int64)
    low, high = bounds
    return Side(
        table,
        rows,
        ids[rows],
        np.full(len(rows), low or 0, np.int64),
        np.full(len(rows), UNBOUNDED if high is None else high, np.int64),
    )


def problem_of(dataset: Dataset, stage: Stage, sources: Side, targets: Side, keep: Any = None) -> Problem:
    """A problem of all pairs of two sides, or of those where `keep` is true."""
    count, width = len(sources), len(targets)
    problem = Problem(
        stage=stage,
        dataset=dataset,
        year=YEAR,
        sources=sources,
        targets=targets,
        pair_source=np.repeat(np.arange(count, dtype=np.int64), width),
        pair_target=np.tile(np.arange(width, dtype=np.int64), count),
    )
    return problem if keep is None else problem.restricted(np.asarray(keep, bool))


def program_of(problem: Problem, rules: Sequence[tuple[Rule, bool]], terms: Sequence[str] = ()) -> Program:
    """The rules (each with whether it is soft) as a program; one level for each term."""
    formulation = Formulation(problem.pair_source, problem.pair_target)
    for rule, soft in rules:
        rule.formulate(problem, formulation, soft)
    return formulation.program([{term: 1} for term in terms])


def plan_of(problem: Problem, pairs: Integers) -> Assignment:
    """The assignment of the pairs whose boolean is 1."""
    return problem.assignment(np.flatnonzero(pairs))


STAGES = (
    Stage("agency_visit", "agencies", "communities"),
    Stage("agency_sub_district", "agencies", "sub_districts"),
    Stage("branch_grid", "branches", "grids"),
)
"""Stages in order: the first is never decided by a random problem, only known to it."""


def among_stages(problem: Problem, seed: int) -> Problem:
    """The problem with the stages before it decided at random, one partner a source at most; others come."""
    position = [stage.id for stage in STAGES].index(problem.stage.id)
    rng = np.random.default_rng([seed, position])
    dataset, earlier = problem.dataset, {}
    for stage in STAGES[:position]:
        sources, targets = dataset.ids(stage.source_table), dataset.ids(stage.target_table)
        gone = rng.random(len(sources)) < 0.3
        given = targets[rng.integers(0, len(targets), len(sources))]
        earlier[stage.id] = Assignment.of(stage.id, sources[~gone], given[~gone])
    dataset = with_stages(dataset, STAGES[:position], earlier)
    coming = {
        stage.id: (
            side_of(dataset, stage.source_table, (int(rng.integers(0, 3)), None)),
            side_of(dataset, stage.target_table, (0, None)),
        )
        for stage in STAGES[position + 1 :]
    }
    return replace(problem, dataset=dataset, earlier=earlier, coming=coming, _memo={})


def random_problem(seed: int, stage: str, most_pairs: int = 7) -> Problem:
    """At most 4 sources × 3 targets with every table that a rule reads; some rows are left out."""
    rng = np.random.default_rng(seed)
    dataset = dataset_from(random_tables(rng))
    nouns = next(each for each in STAGES if each.id == stage)
    sources = side_of(
        dataset,
        nouns.source_table,
        (int(rng.integers(0, 2)), _maximum(rng)),
        _left_out(rng, dataset, nouns.source_table, 4),
    )
    targets = side_of(
        dataset,
        nouns.target_table,
        (int(rng.integers(0, 3)), _maximum(rng)),
        _left_out(rng, dataset, nouns.target_table, 3),
    )
    size = len(sources) * len(targets)
    keep = np.zeros(size, bool)
    keep[rng.permutation(size)[:most_pairs]] = True
    return among_stages(problem_of(dataset, nouns, sources, targets, keep), seed)


def _maximum(rng: np.random.Generator) -> int | None:
    return None if rng.random() < 0.3 else int(rng.integers(1, 4))


def _left_out(rng: np.random.Generator, dataset: Dataset, table: str, most: int) -> list[str]:
    ids = [str(entity) for entity in dataset.ids(table)]
    rng.shuffle(ids)
    return ids[most:]


def _codes(rng: np.random.Generator, most: int = 2) -> tuple[str, ...]:
    return tuple(str(code) for code in rng.permutation(CATEGORIES)[: rng.integers(0, most + 1)])


def _some(rng: np.random.Generator, ids: Sequence[str], most: int) -> tuple[str, ...]:
    return tuple(str(entity) for entity in rng.permutation(list(ids))[: rng.integers(0, most + 1)])


def random_tables(rng: np.random.Generator) -> dict[str, list[dict[str, Any]]]:
    agencies = [f"A{i}" for i in range(1, int(rng.integers(3, 6)))]
    sub_districts = ["S1", "S2", "S3"][: int(rng.integers(2, 4))]
    communities = {f"C{i}": str(rng.choice(sub_districts)) for i in range(1, 6)}
    grids = {f"G{i}": str(rng.choice(list(communities))) for i in range(1, 5)}
    branches = {f"B{i}": str(rng.choice(agencies)) for i in range(1, 6)}
    sides = {
        "agency": agencies,
        "branch": list(branches),
        "sub_district": sub_districts,
        "community": list(communities),
        "grid": list(grids),
    }
    tables: dict[str, list[dict[str, Any]]] = {
        "agencies": [
            {
                "agency_id": a,
                "name": f"示例单位{a}",
                "member_count": float(rng.integers(0, 40)),
                "hours": float(rng.integers(0, 40)) / 4,
                "function_codes": _codes(rng),
                "agency_type": str(rng.choice(["party", "justice"])),
                "room": None if rng.random() < 0.3 else float(rng.integers(0, 60)),
            }
            for a in agencies
        ],
        "branches": [
            {"branch_id": b, "agency_id": a, "member_count": float(rng.integers(0, 20)),
             "function_codes": _codes(rng, 1), "hours": float(rng.integers(0, 20)) / 4,
             "agency_type": str(rng.choice(["party", "justice"])),
             "room": None if rng.random() < 0.3 else float(rng.integers(0, 300))}
            for b, a in branches.items()
        ],
        "sub_districts": [
            {"sub_district_id": s, "weaknesses": _codes(rng), "households": float(rng.integers(0, 500)),
             "weak": bool(rng.random() < 0.5),
             "room": None if rng.random() < 0.3 else float(rng.integers(0, 60)),
             "town": None if rng.random() < 0.2 else str(rng.choice(["east", "west"]))}
            for s in sub_districts
        ],
        "communities": [
            {"community_id": c, "sub_district_id": s, "weaknesses": _codes(rng),
             "households": None if rng.random() < 0.3 else float(rng.integers(0, 200))}
            for c, s in communities.items()
        ],
        "grids": [
            {"grid_id": g, "community_id": c, "households": float(rng.integers(0, 200)),
             "weak": bool(rng.random() < 0.5),
             "room": None if rng.random() < 0.3 else float(rng.integers(0, 30)),
             "town": None if rng.random() < 0.2 else str(rng.choice(["east", "west"]))}
            for g, c in grids.items()
        ],
        "needs": [
            {"need_id": f"N{i}", "place_kind": kind, "place_id": str(rng.choice(sides[kind])),
             "category": str(rng.choice(CATEGORIES)),
             "urgency": None if rng.random() < 0.3 else float(rng.integers(1, 6)),
             "weight": None if rng.random() < 0.5 else float(rng.integers(1, 4)),
             "status": str(rng.choice(["open", "已解决"]))}
            for i, kind in enumerate(rng.choice(["sub_district", "community", "grid"], 9))
        ],
        "resources": [
            {"resource_id": f"R{i}", "agency_id": str(rng.choice(agencies)) if i % 2 else None,
             "branch_id": None if i % 2 else str(rng.choice(list(branches))),
             "category": str(rng.choice(CATEGORIES))}
            for i in range(5)
        ],
        "services": [
            {"service_id": f"V{i}", "branch_id": str(rng.choice(list(branches))),
             "category": str(rng.choice(CATEGORIES))}
            for i in range(5)
        ],
        "evaluations": [
            {"year": float(rng.integers(2024, 2028)), "rater_kind": "community_agency",
             "ratee_id": str(rng.choice(agencies)), "rater_id": "C1", "score": float(rng.integers(50, 101))}
            for _ in range(4)
        ],
        "wishes": [
            {"side": side, "source_id": str(rng.choice(sides[side])), "target_kind": kind,
             "wish_1": _some(rng, sides[kind], 2), "wish_2": _some(rng, sides[kind], 1),
             "wish_3": _some(rng, sides[kind], 1), "refused": _some(rng, sides[kind], 1)}
            for side, kind in [
                ("agency", "sub_district"), ("agency", "sub_district"), ("sub_district", "agency"),
                ("community", "agency"), ("community", "agency"), ("community", "agency"),
                ("branch", "grid"), ("branch", "community"), ("branch", "community"), ("grid", "agency"),
                ("grid", "branch"), ("community", "agency"),
            ]
        ],
        "history": [
            {"year": float(rng.integers(2023, 2027)), "relation": relation,
             "source_id": str(rng.choice(sides[one])), "target_id": str(rng.choice(sides[other])),
             "years": float(rng.integers(1, 4)) if rng.random() < 0.3 else None}
            for relation, one, other in [("agency_sub_district", "agency", "sub_district")] * 14
            + [("branch_grid", "branch", "grid")] * 14
        ],
        "pins": [
            {"stage": relation if rng.random() < 0.7 else None, "action": action,
             "source_id": str(rng.choice(sides[one])),
             "target_id": None if action == "keep" and rng.random() < 0.5 else str(rng.choice(sides[other])),
             "until": str(rng.choice(["2026-12-31", "2027-06-30"])) if rng.random() < 0.4 else None}
            for relation, one, other in [
                ("agency_sub_district", "agency", "sub_district"), ("branch_grid", "branch", "grid"),
            ]
            for action in rng.choice(["pin", "forbid", "forbid", "keep", "adjust"], 3)
        ],
    }  # fmt: skip
    _lay_out(tables, rng)
    _settle(tables, rng.spawn(1)[0])  # a stream of its own: what was drawn before stays
    return tables


def _lay_out(tables: dict[str, list[dict[str, Any]]], rng: np.random.Generator) -> None:
    """Coordinates of targets; neighbours from the sheet for none, one or both of their tables."""
    tables["adjacency"] = []
    for table, key in (("grids", "grid_id"), ("sub_districts", "sub_district_id")):
        rows = tables[table]
        for row in rows:
            row["lng"], row["lat"] = 114 + float(rng.integers(0, 4)) / 100, 22 + float(rng.random()) / 50
        if rng.random() < 0.7:
            tables["adjacency"] += [
                {"table": table, "id_a": one[key], "id_b": other[key]}
                for number, one in enumerate(rows)
                for other in rows[:number]
                if rng.random() < 0.6
            ]


def _settle(tables: dict[str, list[dict[str, Any]]], rng: np.random.Generator) -> None:
    """Where units stand: in a sub-district, in a community, or nobody knows where."""
    places = {name: [row[key] for row in tables[name]] for name, key in
              (("sub_districts", "sub_district_id"), ("communities", "community_id"))}  # fmt: skip
    for row in tables["agencies"] + tables["branches"]:
        for column, table in (("located_sub_district", "sub_districts"), ("community_id", "communities")):
            row[column] = None if rng.random() < 0.2 else str(rng.choice(places[table]))
    for row in tables["agencies"]:
        known = rng.random() < 0.8
        row["lng"], row["lat"] = (114 + float(rng.random()) / 30, 22.01) if known else (None, None)
    tables["distances"] = [
        {"source_id": source[key], "target_id": target[other], "km": float(rng.integers(0, 60)) / 8,
         "minutes": None if rng.random() < 0.3 else float(rng.integers(0, 90))}
        for one, key, two, other in (("agencies", "agency_id", "sub_districts", "sub_district_id"),
                                     ("branches", "branch_id", "grids", "grid_id"))
        for source in tables[one] for target in tables[two] if rng.random() < 0.4
    ]  # fmt: skip
    owners = [row["agency_id"] for row in tables["agencies"]] + [
        row["branch_id"] for row in tables["branches"]
    ]
    tables["other_duties"] = [
        {"source_id": str(rng.choice(owners)), "scheme": "示例任务",
         "target_id": None if rng.random() < 0.4 else str(rng.choice(places["communities"])),
         "sub_district_id": None if rng.random() < 0.4 else str(rng.choice(places["sub_districts"])),
         "load": float(rng.integers(0, 9)) / (1 if rng.random() < 0.7 else 4)}
        for _ in range(4)
    ]  # fmt: skip
