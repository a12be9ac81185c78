from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.backends import cpsat, deferred_acceptance
from matchmaker.backends.base import Settings
from matchmaker.model import Status
from matchmaker.preferences import blocking
from matchmaker.program import Level
from tests.programs import enumerated, is_stable, random_preferences

EXACT = Settings(gap=0)


@pytest.mark.parametrize("seed", range(60))
def test_both_backends_find_a_stable_plan_wherever_there_is_one(seed: int) -> None:
    program = random_preferences(seed, least=seed % 2)
    assert deferred_acceptance.accepts(program)
    truth = enumerated(program)
    for backend in (deferred_acceptance, cpsat):
        found = backend.solve(program, EXACT)
        if truth.feasible:
            assert found.status is Status.OPTIMAL
            assert found.x is not None
            assert found.x.tolist() in truth.vectors.tolist()
        else:
            assert found.status is Status.INFEASIBLE


@pytest.mark.parametrize("seed", range(40))
def test_no_stable_plan_gives_a_source_more_where_nobody_is_liked_alike(seed: int) -> None:
    program = random_preferences(seed, ties=False)
    assert program.preferences is not None
    found = deferred_acceptance.solve(program, EXACT).x
    assert found is not None
    liked = np.where(found > 0, program.preferences.source_class, 100)
    for other in enumerated(program).vectors:
        theirs = np.where(other > 0, program.preferences.source_class, 100)
        for source in np.unique(program.preferences.sources):
            own = program.preferences.sources == source
            assert liked[own].min() <= theirs[own].min()


@pytest.mark.parametrize("seed", range(40))
def test_blocking_pairs_are_found_one_by_one_too(seed: int) -> None:
    program = random_preferences(seed)
    assert program.preferences is not None
    for x in np.random.default_rng(seed).integers(0, 2, (20, program.pair_count)):
        if (program.matrix @ x <= program.row_upper).all():
            assert blocking(program.preferences, x).any() != is_stable(program.preferences, x)


def test_other_aims_are_left_to_other_backends() -> None:
    program = random_preferences(1)
    points = np.ones(program.pair_count, np.int64)
    assert not deferred_acceptance.accepts(replace(program, levels=(Level(points, 0, 1.0),)))
    assert deferred_acceptance.accepts(replace(program, levels=(Level(points, 0, 1.0, is_tie_break=True),)))
    assert not deferred_acceptance.accepts(replace(program, preferences=None))
