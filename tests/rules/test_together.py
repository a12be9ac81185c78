"""Together on a stage of connected sets: what the backend of sets makes of it."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.backends import bundles
from matchmaker.backends.base import Settings
from matchmaker.formulation import Formulation
from matchmaker.model import POINT, Problem, Stage
from matchmaker.program import Program
from matchmaker.rules import Rule, implicit_rules
from matchmaker.rules.contiguous import Contiguous
from matchmaker.rules.prefer import Prefer
from matchmaker.rules.together import Together
from matchmaker.selectors import PairConditions
from tests.judge import best
from tests.rules.instances import dataset_from, plan_of, problem_of, side_of

SISTERS = Together(id="sisters", stage="branch_grid", by="agency", place="community", points=30)


def sisters(seed: int) -> Problem:
    """Two agencies of two branches each, three communities of three grids in a row."""
    rng = np.random.default_rng(seed)
    branches = [
        {"branch_id": f"B{i}", "agency_id": f"A{i // 2}", "home": f"C{rng.integers(3)}"} for i in range(4)
    ]
    grids = [{"grid_id": f"G{i}", "community_id": f"C{i // 3}"} for i in range(9)]
    dataset = dataset_from(
        {
            "agencies": [{"agency_id": f"A{i}"} for i in range(2)],
            "branches": branches,
            "communities": [{"community_id": f"C{i}"} for i in range(3)],
            "grids": grids,
            "adjacency": [
                {"table": "grids", "id_a": f"G{i}", "id_b": f"G{i + 1}"} for i in range(8) if i % 3 < 2
            ],
        }
    )
    sides = side_of(dataset, "branches", (1, 3)), side_of(dataset, "grids", (0, 1))
    return problem_of(dataset, Stage("branch_grid", "branches", "grids"), *sides)


def program(problem: Problem, soft: bool) -> Program:
    stage = problem.stage.id
    rules: list[tuple[Rule, bool]] = [
        *((rule, False) for rule in implicit_rules(problem.stage)),
        (Contiguous(id="connected", stage=stage, spread=0), True),
        (Prefer(id="home", stage=stage, pair=PairConditions(same=("home", "community")), points=10), True),
        (SISTERS, soft),
    ]
    formulation = Formulation(problem.pair_source, problem.pair_target)
    for rule, as_soft in rules:
        rule.formulate(problem, formulation, as_soft)
    return formulation.program([{"connected": 1, "home": 1, **({"sisters": 1} if soft else {})}])


@pytest.mark.parametrize("soft", [False, True])
@pytest.mark.parametrize("exactly", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_sets_of_sisters(seed: int, exactly: bool, soft: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not exactly:
        monkeypatch.setattr(bundles, "SMALL", 0)
        monkeypatch.setattr(bundles, "NEARLY_CLOSED", 0)
    problem = sisters(seed)
    given = program(problem, soft)
    assert bundles.accepts(given)
    truth = best(given, 0)
    assert truth is not None
    solution = bundles.solve(given, Settings())
    assert solution.x is not None
    (level,) = solution.levels
    assert level.value <= truth[1] <= level.bound
    assert level.value == truth[1] or not exactly
    plan = plan_of(problem, solution.x[: problem.pair_count])
    check = SISTERS.check(problem, plan, soft)
    assert soft or check.findings == ()
    if soft:  # the columns beside the pairs stand at their best
        beside = solution.x.copy()
        beside[: problem.pair_count] = 0
        lost = given.levels[0].points @ beside * given.levels[0].scale * POINT
        assert round(lost) == check.points["sisters"]
