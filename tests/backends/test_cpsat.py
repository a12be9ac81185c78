"""LP-led CP-SAT against enumeration, and its limits."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from matchmaker.backends import cpsat
from matchmaker.backends.base import Settings
from matchmaker.backends.restricted import LARGEST_ROW
from matchmaker.errors import InputError
from matchmaker.formulation import UNBOUNDED, Formulation, Level, Program
from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.model import Status
from tests.judge import best
from tests.programs import assert_agrees, enumerated, random_program


@pytest.mark.parametrize("seed", range(100))
def test_agrees_with_enumeration(seed: int) -> None:
    assert_agrees(cpsat, random_program(seed, general=True, levels=seed % 4, tie_break=seed % 3 == 0))


@pytest.mark.parametrize("seed", range(80))
def test_columns_left_out_are_never_proven_away(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # cuts, and a first plan among few columns: what lies outside is judged by reduced costs alone
    monkeypatch.setattr(cpsat, "SMALL", 0)
    monkeypatch.setattr(cpsat, "FIRST_COLUMNS", 0.45)
    assert_agrees(cpsat, random_program(seed + 1000, general=True, levels=1))


@pytest.mark.parametrize("seed", range(60))
def test_agrees_with_enumeration_on_families(seed: int) -> None:
    program = random_program(
        seed, general=seed % 2 == 0, family=True, levels=seed % 3, tie_break=seed % 5 == 0
    )
    assert_agrees(cpsat, program)


@pytest.mark.parametrize("seed", range(30))
def test_first_level_is_what_another_solver_finds(seed: int) -> None:
    program = random_program(seed, general=True, family=seed % 2 == 0)
    found, judged = cpsat.solve(program, Settings(gap=0)), best(program, 0)
    assert (found.x is None) == (judged is None)
    if judged is not None:
        assert found.levels[0].value == judged[1]


def large_rows(seed: int, size: int) -> Program:
    """Rows with Σ|coefficient| just below `size`, some of them conditional on a column (big-M).

    CP-SAT 9.15 has called such programs optimal or infeasible wrongly where coefficients
    add up to 2³¹ (OR-Tools issue 5293): this fuzz watches over what lies below our limit.
    """
    rng = np.random.default_rng(seed)
    pairs = int(rng.integers(4, 9))
    form = Formulation(np.arange(pairs), np.zeros(pairs, np.int64))
    switch = form.add_columns("switch", 0, np.ones(2, np.int64))
    level = form.add_columns("level", 0, [int(rng.integers(1, 4))])
    columns = np.concatenate([np.arange(pairs), level])
    span = np.ones(pairs + 1, np.int64)
    span[-1] = 3
    for number in range(int(rng.integers(1, 4))):
        share = rng.random(pairs + 1)
        conditional = rng.random() < 0.7
        room = size - 1 - pairs - 5
        if conditional:
            room //= 2  # the switch's own coefficient is as large as all the others together
        coefficient = np.floor(share / (share * span).sum() * room).astype(np.int64)
        coefficient *= rng.choice([-1, 1], pairs + 1)
        reachable = int((np.maximum(coefficient, 0) * span).sum())
        at_most = int(reachable * rng.random())
        if conditional:
            # switch = 1 makes the row binding, switch = 0 frees it
            big = max(reachable - at_most, 0)
            where = np.append(columns, switch[number % 2])
            form.add_rows("large", np.zeros(len(where), np.int64), where,
                          np.append(coefficient, big), [-UNBOUNDED], [at_most + big])  # fmt: skip
        else:
            form.add_rows(
                "large", np.zeros(len(columns), np.int64), columns, coefficient, [-UNBOUNDED], [at_most]
            )
    form.add_rows(
        "most", np.zeros(pairs, np.int64), np.arange(pairs), 1, [int(rng.integers(0, 3))], [pairs - 1]
    )
    form.add_points("term", np.arange(pairs + 3), rng.integers(-20, 100, pairs + 3))
    return form.program([{"term": 1.0}])


def row_sizes(program: Program) -> list[int]:
    span = np.maximum(abs(program.lower), abs(program.upper))
    return [int(size) for size in abs(program.matrix) @ span]


@pytest.mark.parametrize("seed", range(80))
def test_large_rows_below_the_limit_are_solved_rightly(seed: int) -> None:
    program = large_rows(seed, LARGEST_ROW)
    assert max(row_sizes(program)) < LARGEST_ROW
    assert max(row_sizes(program)) > LARGEST_ROW // 8
    assert_agrees(cpsat, program)


@pytest.mark.parametrize(("size", "refused"), [(LARGEST_ROW - 1, False), (LARGEST_ROW, True)])
def test_rows_at_the_limit_are_refused(size: int, refused: bool) -> None:
    form = Formulation(np.arange(2), np.zeros(2, np.int64))
    form.add_rows("large", [0, 0], [0, 1], [size // 2, -(size - size // 2)], [0], [UNBOUNDED])
    program = form.program([])
    assert row_sizes(program) == [size]
    if not refused:
        assert cpsat.solve(program, Settings()).status is Status.OPTIMAL
        return
    with pytest.raises(InputError) as caught:
        cpsat.solve(program, Settings())
    (fault,) = caught.value.faults
    assert fault.code == "solver.large_row"
    assert fault.found == str(size)
    assert all(str(LARGEST_ROW) in render_fault(fault, language) for language in LANGUAGES)


def test_wide_columns_count_with_their_range() -> None:
    form = Formulation(np.arange(1), np.zeros(1, np.int64))
    wide = form.add_columns("wide", 0, [2**20])
    form.add_rows("large", [0, 0], [0, int(wide[0])], [1, 2**10], [0], [UNBOUNDED])
    with pytest.raises(InputError):
        cpsat.solve(form.program([]), Settings())


def two_levels() -> Program:
    program = random_program(4, general=True, levels=2)
    assert enumerated(program).feasible
    return program


def test_a_known_plan_outlives_a_deadline() -> None:
    program = two_levels()
    start = enumerated(program).vectors[0]
    over = Settings(deadline=time.monotonic() - 1)
    solution = cpsat.solve(program, over, start=start)
    assert solution.x is not None
    assert not solution.reproducible
    best_value = enumerated(program).best[0]
    assert solution.levels[0].value <= best_value <= solution.levels[0].bound


def test_no_plan_by_the_deadline_is_unknown() -> None:
    solution = cpsat.solve(two_levels(), Settings(deadline=time.monotonic() - 1))
    assert solution.x is None or solution.status is not Status.INFEASIBLE
    assert not solution.reproducible


def test_a_later_level_is_never_called_infeasible(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kept level can look out of the relaxation's reach within tolerances; the plan at hand refutes it."""
    program = two_levels()
    real = cpsat.relax
    monkeypatch.setattr(
        cpsat,
        "relax",
        lambda given, level, *rest: None if level is program.levels[1] else real(given, level, *rest),
    )
    solution = cpsat.solve(program, Settings(gap=0))
    assert solution.status is Status.OPTIMAL
    assert tuple(level.value for level in solution.levels) == enumerated(program).best


def test_infeasible_only_when_two_solvers_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    program = next(
        one
        for one in (random_program(seed, general=True) for seed in range(99))
        if not enumerated(one).feasible
    )
    assert cpsat.solve(program, Settings()).status is Status.INFEASIBLE
    monkeypatch.setattr(cpsat, "second_opinion", lambda *given: (Status.UNKNOWN, None))
    assert cpsat.solve(program, Settings()).status is Status.UNKNOWN
    monkeypatch.setattr(cpsat, "second_opinion", lambda *given: (Status.FEASIBLE, program.lower))
    with pytest.raises(RuntimeError, match="disagree"):
        cpsat.solve(program, Settings())


def test_two_runs_give_the_same_plan() -> None:
    program = random_program(7, general=True, levels=1)
    flat = replace(program, levels=(Level(np.zeros(program.column_count, np.int64), 0, 1.0),))
    first, second = (cpsat.solve(flat, Settings()) for _ in range(2))
    assert first.x is not None
    assert second.x is not None
    assert first.x.tolist() == second.x.tolist()


def test_reports_only_ever_better_values_and_bounds() -> None:
    told: list[tuple[int, float | None, float | None]] = []
    program = random_program(11, general=True, levels=2)
    solution = cpsat.solve(program, Settings(gap=0), lambda *message: told.append(message))
    for level, result in enumerate(solution.levels):
        values = [value for at, value, _ in told if at == level and value is not None]
        bounds = [bound for at, _, bound in told if at == level and bound is not None]
        assert values == sorted(values)
        assert bounds == sorted(bounds, reverse=True)
        assert all(bound >= result.value for bound in bounds)
