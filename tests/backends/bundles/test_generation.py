"""Column generation: bounds that no plan exceeds, and the relaxation over all columns without having them."""

from __future__ import annotations

import time

import numpy as np
import pytest

from matchmaker.backends.base import Settings
from matchmaker.backends.bundles.generation import CLOSED, generate, volume_start
from matchmaker.backends.bundles.master import Master
from matchmaker.bounds import lagrangian_bound, usable_duals
from tests.backends.bundles.divisions import FEASIBLE, WITH_ROWS, city, divided, every_column, relaxed
from tests.programs import enumerated, random_areas

SETTINGS = Settings()


def some_programs(kind: str):
    if kind == "areas":
        return [random_areas(seed) for seed in FEASIBLE[:40]]
    if kind == "rows":
        return [random_areas(seed, targets=3, general=True) for seed in WITH_ROWS]
    return [city(seed) for seed in range(6)]


@pytest.mark.parametrize("kind", ["areas", "rows", "cities"])
def test_the_relaxation_over_all_columns_is_reached(kind: str) -> None:
    reached = 0
    for program in some_programs(kind):
        division = divided(program)
        plain, missed = relaxed(division, np.inf), relaxed(division, float(division.penalty))
        assert missed is not None
        if plain is None:  # nothing but penalties: any bound will do
            continue
        master = Master(division)
        found = generate(division, master, volume_start(division, master, SETTINGS), SETTINGS)
        tolerance = 1e-6 * max(1.0, abs(plain)) + 1e-3
        assert found.bound >= plain - tolerance
        assert found.bound <= missed + 2 * CLOSED * max(1.0, abs(missed)) + tolerance
        reached += 1
    assert reached >= 6


@pytest.mark.parametrize("seed", FEASIBLE[:40])
def test_the_bound_is_above_every_plan(seed: int) -> None:
    program = random_areas(seed)
    division = divided(program)
    best = enumerated(program).best[0]
    master = Master(division)
    first = volume_start(division, master, SETTINGS)
    found = generate(division, master, first, SETTINGS)
    for duals in (first, found.duals):
        assert lagrangian_bound(program, division.level, duals) >= best - 1e-6
    assert found.bound >= best - 1e-3
    # in single precision nearly what numpy says of the same duals
    assert found.bound == pytest.approx(
        lagrangian_bound(program, division.level, found.duals), rel=1e-5, abs=0.1
    )


@pytest.mark.parametrize("seed", range(4))
def test_far_fewer_columns_than_there_are(seed: int) -> None:
    division = divided(city(seed, parts=6, targets=5, sources=12))
    master = Master(division)
    generate(division, master, volume_start(division, master, SETTINGS), SETTINGS)
    assert len(master) < 0.8 * len(every_column(division)[0])


@pytest.mark.parametrize("seed", range(4))
def test_any_start_leads_to_the_same_bound(seed: int) -> None:
    division = divided(city(seed))
    plain = relaxed(division, np.inf)
    assert plain is not None
    rng = np.random.default_rng(seed)
    for scale in (0.0, 3000.0, 30_000.0):
        start = usable_duals(division.program, rng.normal(0, 1, division.program.row_count) * scale)
        found = generate(division, Master(division), start, SETTINGS)
        assert found.bound == pytest.approx(plain, rel=3 * CLOSED)


def test_usable_duals_only() -> None:
    for seed in FEASIBLE[:20]:
        division = divided(random_areas(seed))
        master = Master(division)
        first = volume_start(division, master, SETTINGS)
        found = generate(division, master, first, SETTINGS)
        for duals in (first, found.duals):
            assert usable_duals(division.program, duals).tolist() == duals.tolist()


def test_time_that_is_over_leaves_a_bound() -> None:
    program = city(1)
    division = divided(program)
    over = Settings(deadline=time.monotonic() - 1)
    master = Master(division)
    found = generate(division, master, volume_start(division, master, over), over)
    plain = relaxed(division, np.inf)
    assert plain is not None
    assert found.bound >= plain * (1 - 1e-6)


def test_a_part_alone_is_priced_for_its_members() -> None:
    division = divided(city(2))
    members = np.array([0, 1, 2])
    inner = division.inside(1, members)
    found = generate(inner, Master(inner), np.zeros(division.program.row_count), SETTINGS)
    outside = np.setdiff1d(np.arange(division.program.row_count), inner.rows)
    assert not found.duals[outside].any()
    best, part = 0, division.bidders.sets.part == 1
    source, ids = every_column(division)
    worth = division.worth(source, ids)
    sets = division.bidders.sets.members[ids]
    # two of its members side by side: no such division is worth more than the bound
    for one in np.flatnonzero((source == 0) & part[sets[:, 0]]).tolist():
        for other in np.flatnonzero((source == 2) & part[sets[:, 0]]).tolist():
            together = np.concatenate([sets[one][sets[one] >= 0], sets[other][sets[other] >= 0]])
            if len(set(together.tolist())) == len(together) == part.sum():
                best = max(best, int(worth[one] + worth[other]))
    assert best > 0
    assert found.bound >= best - 1e-3
