"""Invariants on tiny programs, and the promise of reproducible runs across processes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import matchmaker
from matchmaker.backends.base import Settings
from matchmaker.formulation import UNBOUNDED
from matchmaker.model import Integers
from matchmaker.program import Program
from matchmaker.solver import optimise
from tests.conftest import SolvedYear
from tests.programs import enumerated, random_market, random_program

EXACT = Settings(gap=0)
SEEDS = range(40)


def program(seed: int) -> Program:
    """A program with one level of points and a last step that tells plans apart."""
    if seed % 4 == 3:
        return random_market(seed, tie_break=True)
    return random_program(seed, general=seed % 4 == 1, family=seed % 4 == 2, tie_break=True)


def value(given: Program) -> float:
    """The first level's optimum, minus infinity where there is no plan."""
    optimum = optimise(given, EXACT)
    return -np.inf if optimum.x is None else optimum.levels[0].value


def fixed(given: Program, column: int, to: int) -> Program:
    lower, upper = given.lower.copy(), given.upper.copy()
    lower[column], upper[column] = max(lower[column], to), min(upper[column], to)
    return replace(given, lower=lower, upper=upper)


def with_columns(given: Program, order: Integers) -> Program:
    """The program with its pair columns in another order."""
    columns = np.append(order, np.arange(given.pair_count, given.column_count))
    family = given.family
    return replace(
        given,
        lower=given.lower[columns], upper=given.upper[columns], matrix=given.matrix[:, columns].tocsr(),
        levels=tuple(replace(level, points=level.points[columns]) for level in given.levels),
        family=None if family is None else replace(
            family, sources=family.sources[order], targets=family.targets[order], part=family.part[order]
        ),
    )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_order_of_rows_changes_no_plan(seed: int) -> None:
    given = program(seed)
    order = np.random.default_rng(seed).permutation(given.row_count)
    other = replace(
        given, matrix=given.matrix[order], row_lower=given.row_lower[order], row_upper=given.row_upper[order],
        row_side=given.row_side[order],
    )  # fmt: skip
    first, second = optimise(given, EXACT), optimise(other, EXACT)
    assert [one.value for one in first.levels] == [one.value for one in second.levels]
    if first.ties == second.ties == "proven":
        assert first.x is not None
        assert second.x is not None
        values = [tuple(level.units(x) for level in given.levels) for x in (first.x, second.x)]
        assert values[0] == values[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_other_names_change_no_value(seed: int) -> None:
    given = program(seed)
    order = np.random.default_rng(seed).permutation(given.pair_count)
    assert value(with_columns(given, order)) == value(given)


@pytest.mark.parametrize("seed", SEEDS)
def test_scaled_weights_have_the_same_plans(seed: int) -> None:
    given = program(seed)
    level = given.levels[0]
    scaled = replace(level, points=7 * level.points, constant=7 * level.constant)
    tripled = replace(given, levels=(scaled, *given.levels[1:]))
    first, second = optimise(given, EXACT), optimise(tripled, EXACT)
    assert (first.x is None) == (second.x is None)
    if first.x is not None and second.x is not None:
        assert second.levels[0].value == 7 * first.levels[0].value
        if first.ties == second.ties == "proven":
            assert given.levels[-1].units(first.x) == given.levels[-1].units(second.x)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_further_row_never_helps(seed: int) -> None:
    given = program(seed)
    for step in range(3):
        level = replace(
            given.levels[0], points=np.random.default_rng(seed + step).integers(-3, 4, given.column_count)
        )
        assert value(given.keeping(level, 1)) <= value(given)


@pytest.mark.parametrize("seed", SEEDS)
def test_wider_bounds_never_hurt(seed: int) -> None:
    given = program(seed)
    wider = replace(
        given,
        row_upper=np.minimum(given.row_upper + 1, UNBOUNDED),
        row_lower=np.maximum(given.row_lower - 1, -UNBOUNDED),
    )
    assert value(wider) >= value(given)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_optimum_is_the_better_of_a_pair_in_and_out(seed: int) -> None:
    given = program(seed)
    for pair in range(0, given.pair_count, 3):
        assert max(value(fixed(given, pair, 0)), value(fixed(given, pair, 1))) == value(given)


@pytest.mark.parametrize("seed", SEEDS)
def test_forbidding_the_unused_and_pinning_the_used_changes_nothing(seed: int) -> None:
    given = program(seed)
    optimum = optimise(given, EXACT)
    if optimum.x is None:
        return
    pinned = given
    for pair in range(given.pair_count):
        pinned = fixed(pinned, pair, int(optimum.x[pair]))
        assert value(fixed(given, pair, int(optimum.x[pair]))) == optimum.levels[0].value
    again = optimise(pinned, EXACT)
    assert again.x is not None
    assert again.levels[0].value == optimum.levels[0].value
    assert (again.x[: given.pair_count] == optimum.x[: given.pair_count]).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_last_step_never_costs_a_point(seed: int) -> None:
    given = program(seed)
    without = replace(given, levels=given.levels[:-1])
    assert value(given) == value(without)
    truth = enumerated(given)
    if truth.feasible:
        assert value(given) == truth.best[0]


SOLVE = """
import hashlib, sys
from pathlib import Path
from matchmaker.pipeline import solve
from matchmaker.plan_folder import write_plan
from matchmaker.scheme.scenario import load_scenario

if __name__ == "__main__":
    write_plan(solve(load_scenario(Path(sys.argv[1])), in_processes=False), Path(sys.argv[2]))
"""


@pytest.mark.parametrize("hash_seed", ["0", "1", "4711"])
def test_hash_seeds_and_processes_change_nothing(year: SolvedYear, tmp_path: Path, hash_seed: str) -> None:
    variables = {
        **os.environ,
        "PYTHONHASHSEED": hash_seed,
        "PYTHONPATH": str(Path(matchmaker.__file__).parents[1]),
    }
    command = [sys.executable, "-c", SOLVE, str(year.folder / "scenario.yaml"), str(tmp_path / "plan")]
    subprocess.run(command, env=variables, check=True, capture_output=True)
    for name in [
        *(f"assignments/{stage.id}.csv" for stage in year.plan.stages),
        "unassigned.csv",
        "findings.csv",
    ]:
        assert (tmp_path / "plan" / name).read_bytes() == (year.plan_folder / name).read_bytes()
