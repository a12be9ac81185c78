"""Groups of targets whose sources are divided anew."""

from __future__ import annotations

import numpy as np

from matchmaker.backends.neighbourhoods import neighbourhoods
from matchmaker.formulation import UNBOUNDED, Formulation, RowSide
from matchmaker.program import Program

SOURCES, TARGETS = 12, 5


def program_of_five_targets() -> tuple[Program, np.ndarray]:
    """Twelve sources, each with one of five targets, a shortfall column a target, and a plan."""
    source, target = np.repeat(np.arange(SOURCES), TARGETS), np.tile(np.arange(TARGETS), SOURCES)
    pairs = np.arange(len(source))
    form = Formulation(source, target)
    form.add_rows("source", source, pairs, 1, np.ones(SOURCES, np.int64), 1, RowSide.SOURCE)
    form.add_rows("target", target, pairs, 1, np.zeros(TARGETS, np.int64), 4, RowSide.TARGET)
    short = form.add_columns("load", 0, np.full(TARGETS, 3))
    form.add_rows(
        "load",
        np.append(target, np.arange(TARGETS)),
        np.append(pairs, short),
        1,
        np.full(TARGETS, 3),
        UNBOUNDED,
    )
    x = np.zeros(form.column_count, np.int64)
    x[pairs] = target == source % TARGETS
    x[short] = np.maximum(3 - np.bincount(np.arange(SOURCES) % TARGETS, minlength=TARGETS), 0)
    return form.program([]), x


def test_groups_share_no_pair_and_sources_stay_inside() -> None:
    program, x = program_of_five_targets()
    near = np.ones(program.column_count, bool)
    groups = neighbourhoods(program, near, x, 2, np.random.default_rng(3))
    assert len(groups) == 3
    assert (np.sum(groups, axis=0)[: program.pair_count] <= 1).all()
    for free in groups:
        pairs = np.flatnonzero(free[: program.pair_count])
        targets = np.unique(pairs % TARGETS)
        assert len(targets) <= 2
        # exactly the pairs between these targets and the sources that have one of them now
        inside = np.isin(np.arange(SOURCES) % TARGETS, targets)
        assert len(pairs) == inside.sum() * len(targets)
        assert np.flatnonzero(free[program.pair_count :]).tolist() == targets.tolist()


def test_only_near_pairs_and_those_of_the_plan_are_open() -> None:
    program, x = program_of_five_targets()
    near = np.zeros(program.column_count, bool)
    near[1] = True
    groups = neighbourhoods(program, near, x, TARGETS, np.random.default_rng(0))
    assert len(groups) == 1 or not any(free[1] for free in groups[1:] if not free[0])
    chosen = np.flatnonzero(x[: program.pair_count] > 0)
    assert (np.sum(groups, axis=0)[chosen] == 1).all()


def test_the_same_draw_gives_the_same_groups() -> None:
    program, x = program_of_five_targets()
    near = np.ones(program.column_count, bool)
    first, second = (neighbourhoods(program, near, x, 2, np.random.default_rng(1)) for _ in range(2))
    assert all((one == other).all() for one, other in zip(first, second, strict=True))


def test_without_targets_all_near_columns_are_one_group() -> None:
    form = Formulation(np.arange(3), np.zeros(3, np.int64))
    form.add_rows("general", [0, 0, 0], [0, 1, 2], 1, [-UNBOUNDED], [2])
    program = form.program([])
    near = np.array([True, False, True])
    (only,) = neighbourhoods(program, near, np.zeros(3, np.int64), 2, np.random.default_rng(0))
    assert only.tolist() == near.tolist()
