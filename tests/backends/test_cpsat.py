"""LP-led CP-SAT against enumeration, and its limits."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from matchmaker.backends import cpsat, level_search
from matchmaker.backends.base import Settings, Start
from matchmaker.backends.restricted import LARGEST_ROW, Restricted
from matchmaker.errors import InputError
from matchmaker.formulation import UNBOUNDED, Formulation, RowSide
from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.model import Status
from matchmaker.program import Level, Program
from tests.judge import best
from tests.programs import assert_agrees, enumerated, random_program


@pytest.mark.parametrize("seed", range(100))
def test_agrees_with_enumeration(seed: int) -> None:
    assert_agrees(cpsat, random_program(seed, general=True, levels=seed % 4, tie_break=seed % 3 == 0))


@pytest.mark.parametrize("seed", range(80))
def test_columns_left_out_are_never_proven_away(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # cuts, and a first plan among few columns: what lies outside is judged by reduced costs alone
    monkeypatch.setattr(level_search, "SMALL", 0)
    monkeypatch.setattr(level_search, "FIRST_COLUMNS", 0.45)
    assert_agrees(cpsat, random_program(seed + 1000, general=True, levels=1))


@pytest.mark.parametrize("gap", [0.02, 0.2])
@pytest.mark.parametrize("seed", range(60))
def test_goals_and_gaps_are_kept(seed: int, gap: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(level_search, "SMALL", 0)
    monkeypatch.setattr(level_search, "FIRST_COLUMNS", 0.8)
    program = random_program(seed + 2000, general=True)
    truth, found = enumerated(program), cpsat.solve(program, Settings(gap=gap))
    assert (found.x is not None) == truth.feasible
    if found.x is None:
        assert found.status is Status.INFEASIBLE
        return
    (result,) = found.levels
    assert not len(program.violations(found.x))
    assert result.value == program.levels[0].units(found.x)
    assert result.value <= truth.best[0] <= result.bound
    assert result.bound - result.value <= gap * max(1, abs(result.value))


@pytest.mark.parametrize("seed", range(40))
def test_highs_decides_where_the_work_limit_stops_cpsat(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(level_search, "SMALL", 0)
    real = level_search.Search._restricted

    def hesitant(search: level_search.Search, free, resting, effort, at_least=None, enough=None):  # type: ignore[no-untyped-def]
        if at_least is not None:
            return Restricted(None, False, 2**62, 0.0, False)
        return real(search, free, resting, effort, at_least, enough)

    monkeypatch.setattr(level_search.Search, "_restricted", hesitant)
    program = random_program(seed + 1000, general=True)
    truth, found = enumerated(program), cpsat.solve(program, Settings(gap=0))
    assert (found.x is not None) == truth.feasible
    if truth.feasible:
        assert found.levels[0].value == found.levels[0].bound == truth.best[0]


@pytest.mark.parametrize("seed", range(60))
def test_groups_divided_anew_keep_every_row(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # nothing is ever proven, so that groups of two targets are all that improves a first plan
    monkeypatch.setattr(level_search, "SMALL", 0)
    monkeypatch.setattr(level_search, "MOST_FREE", -1)
    monkeypatch.setattr(level_search, "GROUP", 2)
    program = random_program(seed + 3000, general=True, most_pairs=12)
    truth = enumerated(program)
    one, two = (cpsat.solve(program, Settings(gap=0, threads=threads)) for threads in (1, 2))
    assert (one.x is not None) == truth.feasible
    if one.x is not None:
        assert two.x is not None
        assert one.x.tolist() == two.x.tolist()
        assert not len(program.violations(one.x))
        assert one.levels[0].value <= truth.best[0] <= one.levels[0].bound


def loads_and_needs(seed: int) -> Program:
    """120 sources on 6 targets with bounded loads and paid needs: the shape that cuts are for."""
    rng = np.random.default_rng(seed)
    sources, targets = 120, 6
    source, target = np.repeat(np.arange(sources), targets), np.tile(np.arange(targets), sources)
    pairs = np.arange(len(source))
    form = Formulation(source, target)
    form.add_rows("source", source, pairs, 1, np.ones(sources, np.int64), 1, RowSide.SOURCE)
    form.add_rows("target", target, pairs, 1, np.full(targets, 15), 25, RowSide.TARGET)
    load = rng.integers(2, 12, sources)
    share = int(load.sum()) // targets
    form.add_rows("load", target, pairs, load[source], np.full(targets, share - 6), share + 6)
    met = form.add_columns("needs", 0, np.full(targets, 7))
    supply = rng.integers(0, 4, sources) * (rng.random(sources) < 0.4)
    form.add_rows(
        "needs", np.append(target, np.arange(targets)), np.append(pairs, met),
        np.append(-supply[source], np.full(targets, 3)), -UNBOUNDED, np.zeros(targets, np.int64),
    )  # fmt: skip
    form.add_points("term", pairs, rng.integers(0, 300, len(pairs)))
    form.add_points("term", met, 400)
    return form.program([{"term": 1.0}])


@pytest.mark.parametrize("seed", range(3))
def test_cuts_and_refusals_prove_what_another_solver_finds(seed: int) -> None:
    program = loads_and_needs(seed)
    assert program.column_count > level_search.SMALL
    judged = best(program, 0)
    assert judged is not None
    exact, near = cpsat.solve(program, Settings(gap=0)), cpsat.solve(program, Settings(gap=1e-3))
    assert (exact.levels[0].value, exact.levels[0].bound) == (judged[1], judged[1])
    result = near.levels[0]
    assert result.value <= judged[1] <= result.bound <= result.value * 1.001
    again = cpsat.solve(program, Settings(gap=1e-3, threads=2))
    assert near.x is not None
    assert again.x is not None
    assert near.x.tolist() == again.x.tolist()


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
    solution = cpsat.solve(program, over, start=Start(start[: program.pair_count]))
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
    real = level_search.relax
    monkeypatch.setattr(
        level_search,
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
    monkeypatch.setattr(level_search, "second_opinion", lambda *given: (Status.UNKNOWN, None))
    assert cpsat.solve(program, Settings()).status is Status.UNKNOWN
    monkeypatch.setattr(level_search, "second_opinion", lambda *given: (Status.FEASIBLE, program.lower))
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
