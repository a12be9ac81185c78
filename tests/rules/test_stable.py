"""Stability: rows, check and deferred acceptance against each other on small and larger markets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matchmaker.backends import cpsat, deferred_acceptance
from matchmaker.backends.base import Settings
from matchmaker.errors import Fault
from matchmaker.formulation import Formulation
from matchmaker.model import Problem, Stage, Status
from matchmaker.preferences import blocking
from matchmaker.program import Program
from matchmaker.rules import implicit_rules
from matchmaker.rules.stable import Stable
from matchmaker.rules.wishes_sheet import wish_classes
from matchmaker.solver import optimise
from matchmaker.ties import with_tie_break
from tests.rules.instances import dataset_from, plan_of, problem_of, side_of
from tests.rules.test_equivalence import assert_agreement

STAGE = Stage("branch_grid", "branches", "grids")
RULE = Stable(id="content", stage=STAGE.id, source=("wish", "fit"), target=("wish",))


def market(
    seed: int,
    sources: int,
    targets: int,
    at_source: tuple[int, int] = (0, 1),
    at_target: tuple[int, int | None] = (0, 2),
    listed: int = 3,
    keep: float = 1.0,
    ties: bool = True,
) -> Problem:
    """Branches and grids that name one another in random order; with ties, some alike and some refused."""
    rng = np.random.default_rng(seed)
    ids = {
        "branch": [f"B{i:04d}" for i in range(sources)],
        "grid": [f"G{i:04d}" for i in range(targets)],
    }
    wishes = []
    for side, other in (("branch", "grid"), ("grid", "branch")):
        for one in ids[side]:
            named = [str(each) for each in rng.permutation(ids[other])[: listed + 2]]
            row: dict[str, Any] = {"side": side, "source_id": one, "target_kind": other}
            row |= {f"wish_{k + 1}": [named[k]] for k in range(min(listed, len(named)))}
            if ties and len(named) > 1 and rng.random() < 0.3:
                row["wish_1"] = named[:2]
            if ties and len(named) > listed and rng.random() < 0.3:
                row["refused"] = named[listed:]
            wishes.append(row)
    dataset = dataset_from(
        {
            "branches": [
                {"branch_id": one, "name": one, "member_count": float(i % 3)}
                for i, one in enumerate(ids["branch"])
            ],
            "grids": [{"grid_id": one, "name": one} for one in ids["grid"]],
            "wishes": wishes,
        }
    )
    sides = side_of(dataset, "branches", at_source), side_of(dataset, "grids", at_target)
    candidates = rng.random(sources * targets) < keep
    return problem_of(dataset, STAGE, *sides, candidates)


def program(problem: Problem, rule: Stable = RULE) -> Program:
    formulation = Formulation(problem.pair_source, problem.pair_target)
    for each in (*implicit_rules(problem.stage)[:2], rule):
        each.formulate(problem, formulation, False)
    return with_tie_break(formulation.program([]), problem, 20270101)


@pytest.mark.parametrize("seed", range(12))
def test_rows_and_check_agree(seed: int) -> None:
    shape = (3, 2) if seed % 3 else (2, 3)
    problem = market(seed, *shape, at_source=(seed % 2, 1), at_target=(0, 1 + seed % 3), listed=2)
    variants: tuple[dict[str, Any], ...] = (
        {"points": 30},
        {"source": ["wish", {"less": {"pair": "fit"}}], "target": [{"more": "member_count"}]},
        {"source": ["fit"], "target": ["wish"], "where": {"target": {"grid_id": "G0000"}}, "points": 0.5},
    )
    for fields in variants:
        rule = Stable.model_validate({"id": "content", "stage": STAGE.id, **fields})
        assert_agreement(problem, rule, soft=False)
        assert_agreement(problem, rule, soft=True)


@pytest.mark.parametrize("seed", range(6))
def test_deferred_acceptance_is_stable_on_markets_with_ties(seed: int) -> None:
    problem = market(seed, 400, 40, at_target=(0, 9 + seed), listed=12)
    asked = program(problem)
    assert deferred_acceptance.accepts(asked)
    found = optimise(asked, Settings())
    assert found.status is Status.OPTIMAL
    assert found.backend == "deferred_acceptance"
    assert found.x is not None
    assert not RULE.check(problem, plan_of(problem, found.x), False).findings


@pytest.mark.parametrize("seed", range(4))
def test_every_source_likes_it_best_where_nobody_is_liked_alike(seed: int) -> None:
    """CP-SAT looks for the stable plan that sources like best together: it is the same one."""
    problem = market(seed, 40, 8, at_target=(0, 5), listed=40, ties=False)
    rule = Stable(id="content", stage=STAGE.id, source=("wish",), target=("wish",))
    preferences = rule._preferences(problem)
    asked = program(problem, rule)
    best = optimise(asked, Settings()).x
    assert best is not None
    formulation = Formulation(problem.pair_source, problem.pair_target)
    for each in (*implicit_rules(problem.stage)[:2], rule):
        each.formulate(problem, formulation, False)
    reached = 1 + preferences.source_class.max() - preferences.source_class
    formulation.add_points("liked", np.arange(problem.pair_count), reached)
    other = cpsat.solve(formulation.program([{"liked": 1}]), Settings(gap=0))
    assert other.x is not None
    pairs = other.x[: problem.pair_count]
    assert not blocking(preferences, pairs).any()
    assert pairs.tolist() == best.tolist()


def test_least_numbers_leave_it_to_another_backend() -> None:
    problem = market(3, 12, 4, at_source=(1, 1), at_target=(2, 4), listed=4)
    found = optimise(program(problem), Settings())
    if found.x is None:
        assert found.status is Status.INFEASIBLE
    else:
        assert not RULE.check(problem, plan_of(problem, found.x), False).findings


def test_sources_that_take_several_are_refused() -> None:
    problem = market(1, 3, 3, at_source=(1, 2))
    (fault,) = RULE.data_faults(problem, False)
    assert isinstance(fault, Fault)
    assert fault.code == "rule.stable.several"


@pytest.mark.parametrize("seed", range(3))
def test_refused_pairs_never_block_whatever_else_is_liked(seed: int) -> None:
    problem = market(seed, 12, 5, listed=2)
    rule = Stable(id="content", stage=STAGE.id, source=("fit",), target=("fit",))
    refused = wish_classes(problem, "source")[1] | wish_classes(problem, "target")[1]
    assert refused.any()
    nobody = np.zeros(problem.pair_count, np.int64)
    assert np.array_equal(blocking(rule._preferences(problem), nobody), ~refused)
