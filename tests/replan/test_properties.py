"""Properties on small plans: held against every plan that there is."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.judgement import judge
from matchmaker.model import Assignment, Problem
from matchmaker.plan_folder import write_plan
from matchmaker.rebuild import problems_of
from matchmaker.replan.run import Replanned, replan
from matchmaker.replanned import altered_rows, before, changes_beyond, inherited, worsened
from matchmaker.scheme.definitions import Scheme
from matchmaker.verify import verify
from tests.replan.sheets import row, sheet
from tests.replan.test_kinds import tables
from tests.rules.instances import dataset_from
from tests.small_plans import plan_of, scenario_of

STAGE = "member_grid"
SCHEME: dict[str, Any] = {
    "name": "示例",
    "stages": [
        {"id": STAGE, "from": "members", "to": "grids", "where": {"source": {"eligible": True}},
         "each_source": {"max": 1}, "each_target": {"min": 1, "max": 2}},
    ],
    "rules": [
        {"id": "not_there", "kind": "forbid", "stage": STAGE,
         "where": {"source": {"rank": "section"}, "target": {"grid_id": "G1"}}},
        {"id": "near", "kind": "prefer", "stage": STAGE, "points": 10,
         "where": {"target": {"households": {"gte": 30}}}},
    ],
    "objective": [{"near": 1}],
}  # fmt: skip

MEMBERS = ["M1", "M2", "M4", "M6"]
GRIDS = ["G1", "G2", "G3"]


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, str], list[dict[str, str]], int]:
    """Who had which grid, what changes, and the budget."""
    have = draw(st.lists(st.sampled_from([*GRIDS, ""]), min_size=4, max_size=4))
    had = {one: grid for one, grid in zip(MEMBERS, have, strict=True) if grid}
    leaving = draw(st.lists(st.sampled_from(MEMBERS), unique=True, max_size=2))
    rows = [row(draw(st.sampled_from(["离任", "病休"])), one) for one in leaving]
    others = [one for one in MEMBERS if one not in leaving]
    moving = draw(st.lists(st.sampled_from(others), unique=True, max_size=1))
    rows += [row("调动", one, 去向="B3", 职级="section") for one in moving]
    rows += [
        row("新进", 新名称=f"示例新人{at}", 去向=draw(st.sampled_from(["B1", "B3"])), 党员类别="agency",
            职级="general")
        for at in range(draw(st.integers(0, 1)))
    ]  # fmt: skip
    if not rows:
        rows.append(row("离任", "M1"))
    return had, rows, draw(st.integers(0, 2))


def solved(folder: Path, had: dict[str, str], rows: list[dict[str, str]], budget: int) -> Replanned:
    scheme = Scheme.model_validate(SCHEME)
    write_plan(
        plan_of(scenario_of(scheme), dataset_from(tables()), {STAGE: sorted(had.items())}), folder / "plan"
    )
    return replan(folder / "plan", sheet(folder, *rows), budget=budget, curve=False)


def better_covered(problem: Problem, than: int) -> Iterator[Assignment]:
    """All plans in which each member has one grid at most and fewer grids than so many have nobody."""
    of_source = [
        [-1, *np.flatnonzero(problem.pair_source == at).tolist()] for at in range(len(problem.sources))
    ]
    for chosen in itertools.product(*of_source):
        pairs = np.array([one for one in chosen if one >= 0], np.int64)
        if len(problem.targets) - len(set(problem.pair_target[pairs].tolist())) < than:
            yield problem.assignment(pairs)


def uncovered(problem: Problem, assignment: Assignment) -> int:
    count = np.bincount(problem.locate(assignment).target, minlength=len(problem.targets))
    return int((count < problem.targets.minimum).sum())


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases())
def test_no_other_plan_within_the_budget_leaves_fewer_uncovered(
    case: tuple[dict[str, str], list[dict[str, str]], int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    had, rows, budget = case
    folder = tmp_path_factory.mktemp("case")
    found = solved(folder, had, rows, budget)
    write_plan(found.plan, folder / "after")
    assert verify(folder / "after").differences == ()
    problem = problems_of(found.plan)[STAGE]
    scheme = found.plan.scenario.scheme
    past = before(problem, altered_rows(problem.dataset))
    known = inherited(scheme, problem, past)
    mine = found.plan.assignment(STAGE)
    assert not worsened(judge(scheme, problem, mine).violations, known)
    assert changes_beyond(problem, past, mine) == found.stages[STAGE].used <= budget
    touched = found.stages[STAGE].standing
    if budget == 0:
        stays = set(zip(past.source_ids[past.held], past.target_ids[past.held], strict=True))
        assert stays <= set(zip(mine.source_ids, mine.target_ids, strict=True))
    had = set(past.target_ids)
    if bool(touched.sources.any() or touched.targets.any()) and had >= set(problem.targets.ids):
        for other in better_covered(problem, uncovered(problem, mine)):
            within = changes_beyond(problem, past, other) <= budget
            assert not within or worsened(judge(scheme, problem, other).violations, known)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases())
def test_more_budget_is_never_worse(
    case: tuple[dict[str, str], list[dict[str, str]], int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    had, rows, _ = case
    short = []
    for budget in (0, 1, 3):
        found = solved(tmp_path_factory.mktemp("case"), had, rows, budget)
        problem = problems_of(found.plan)[STAGE]
        short.append(uncovered(problem, found.plan.assignment(STAGE)))
    assert short == sorted(short, reverse=True)
