"""A start from an earlier plan: as it is, completed, repaired, or none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.backends.base import Settings, Start
from matchmaker.backends.starting import begin
from matchmaker.expansion import expanded
from matchmaker.formulation import UNBOUNDED, Formulation, RowSide
from matchmaker.model import Integers
from matchmaker.program import Program
from tests.programs import enumerated, random_areas, random_market, random_program

SETTINGS = Settings()


def rooms(sources: int = 4, targets: int = 3) -> Program:
    """Everybody to one place; a place takes two, each one more at a loss; two at least somewhere."""
    source, target = np.divmod(np.arange(sources * targets), targets)
    form = Formulation(source, target)
    pair = np.arange(len(source))
    form.add_rows("sources", source, pair, 1, np.ones(sources, np.int64), 1, RowSide.SOURCE)
    over = form.add_columns("over", 0, np.full(targets, 2))
    form.add_rows(
        "room", np.append(target, np.arange(targets)), np.append(pair, over),
        np.append(np.ones(len(pair), np.int64), -np.ones(targets, np.int64)), -UNBOUNDED,
        np.full(targets, 2),
    )  # fmt: skip
    form.add_points("like", pair, (7 * source + 3 * target) % 11)
    form.add_points("like", over, -5)
    return form.program([{"like": 1.0}])


def placed(program: Program, *targets: int) -> Integers:
    """Pairs in which each source goes to the target given for it; -1 for nowhere."""
    pairs = np.zeros(program.pair_count, np.int64)
    for source, target in enumerate(targets):
        if target >= 0:
            pairs[3 * source + target] = 1
    return pairs


def test_other_columns_are_put_at_their_best() -> None:
    program = rooms()
    pairs = placed(program, 0, 0, 0, 1)
    x = begin(program, program, Start(pairs), SETTINGS)
    assert x is not None
    assert not len(program.violations(x))
    assert x[: program.pair_count].tolist() == pairs.tolist()
    assert x[program.pair_count :].tolist() == [1, 0, 0]


def test_a_plan_that_needs_nothing_is_taken_as_it_is() -> None:
    program = rooms()
    pairs = placed(program, 0, 0, 1, 2)
    x = begin(program, program, Start(pairs), SETTINGS)
    assert x is not None
    assert x.tolist() == [*pairs.tolist(), 0, 0, 0]


def test_what_may_no_longer_be_is_repaired_and_the_rest_kept() -> None:
    program = rooms()
    upper = program.upper.copy()
    upper[0] = 0  # the first source must leave the first place
    changed = replace(program, upper=upper)
    before = placed(program, 0, 0, 1, 2)
    x = begin(changed, changed, Start(before), SETTINGS)
    assert x is not None
    assert not len(changed.violations(x))
    assert x[: program.pair_count] @ before == 3


def test_whoever_is_new_gets_a_place() -> None:
    program = rooms()
    before = placed(program, 0, -1, 1, -1)
    x = begin(program, program, Start(before), SETTINGS)
    assert x is not None
    assert not len(program.violations(x))
    assert x[: program.pair_count] @ before == 2


def test_a_pin_moves_one_source_only() -> None:
    program = rooms()
    lower = program.lower.copy()
    lower[2] = 1
    pinned = replace(program, lower=lower)
    before = placed(program, 0, 0, 1, 2)
    x = begin(pinned, pinned, Start(before), SETTINGS)
    assert x is not None
    assert not len(pinned.violations(x))
    assert x[2] == 1
    assert x[: program.pair_count] @ before == 3


def test_none_where_there_is_no_plan() -> None:
    program = rooms()
    closed = replace(program, upper=np.where(np.arange(program.column_count) < 3, 0, program.upper))
    assert begin(closed, closed, Start(placed(program, 0, 0, 1, 2)), SETTINGS) is None


def test_programs_without_levels_have_starts_too() -> None:
    program = replace(rooms(), levels=())
    x = begin(program, program, Start(placed(program, 0, 0, 0, 0)), SETTINGS)
    assert x is not None
    assert not len(program.violations(x))


@pytest.mark.parametrize("seed", range(60))
def test_starts_break_no_row_and_keep_the_most(seed: int) -> None:
    program = random_program(seed, general=True)
    truth, pairs = enumerated(program), np.random.default_rng(seed).integers(0, 2, program.pair_count)
    x = begin(program, program, Start(pairs), SETTINGS)
    if not truth.feasible:
        assert x is None
        return
    assert x is not None
    assert not len(program.violations(x))
    same = truth.vectors[:, : program.pair_count] == pairs
    if same.all(axis=1).any():
        assert x[: program.pair_count].tolist() == pairs.tolist()
    else:
        kept = truth.vectors[:, : program.pair_count] @ pairs
        assert x[: program.pair_count] @ pairs == kept.max()


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("drawn", [random_areas, random_market])
def test_sets_are_taken_whole_or_not_at_all(seed: int, drawn) -> None:  # type: ignore[no-untyped-def]
    program = drawn(seed)
    flat, truth = expanded(program), enumerated(program)
    if not truth.feasible:
        return
    x = truth.vectors[seed % len(truth.vectors)]
    found = begin(program, flat, Start(x[: program.pair_count]), SETTINGS)
    if program.pair_count == program.column_count:
        assert found is not None
        assert not len(flat.violations(found))
        assert found[: program.column_count].tolist() == x.tolist()
    # a plan that the rows refuse is no beginning: sets are not repaired here
    lower = program.lower.copy()
    missing = np.flatnonzero(x[: program.pair_count] == 0)
    if len(missing):
        lower[missing[0]] = 1
        changed = replace(program, lower=lower, upper=np.maximum(program.upper, lower))
        assert begin(changed, expanded(changed), Start(x[: program.pair_count]), SETTINGS) is None


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.parametrize("drawn", [random_areas, random_market])
def test_pairs_that_are_no_sets_are_no_beginning(seed: int, drawn) -> None:  # type: ignore[no-untyped-def]
    program = drawn(seed)
    flat = expanded(program)
    pairs = np.random.default_rng(seed).integers(0, 2, program.pair_count)
    found = begin(program, flat, Start(pairs), SETTINGS)
    if found is None:
        return
    assert not len(flat.violations(found))
    x = found[: program.column_count]
    assert x[: program.pair_count].tolist() == pairs.tolist()
    assert not len(program.violations(x))
