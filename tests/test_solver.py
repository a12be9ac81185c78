"""`optimise`: components solved apart add up to the whole."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.backends.base import LevelResult, Settings, Start
from matchmaker.formulation import Formulation, RowSide
from matchmaker.model import Status
from matchmaker.solver import WarmStart, backends, inline, optimise, solve_component
from matchmaker.verify import certified_bound
from tests.programs import enumerated, random_areas, random_market, random_preferences, random_program

EXACT = Settings(gap=0)


def mixed(seed: int):
    kinds = (
        random_program(seed, levels=seed % 4, tie_break=seed % 2 == 0),
        random_program(seed, general=True, levels=2, tie_break=True),
        random_program(seed, family=True, levels=1, tie_break=seed % 2 == 0),
        random_market(seed, tie_break=seed % 2 == 0),
    )
    return kinds[seed % 4]


@pytest.mark.parametrize("seed", range(120))
def test_the_whole_is_optimal(seed: int) -> None:
    program = mixed(seed)
    truth = enumerated(program)
    optimum = optimise(program, EXACT)
    if not truth.feasible:
        assert optimum.status is Status.INFEASIBLE
        assert optimum.x is None
        assert optimum.infeasible
        return
    assert optimum.status is Status.OPTIMAL
    assert optimum.x is not None
    objective = [level for level in program.levels if not level.is_tie_break]
    assert tuple(level.units(optimum.x) for level in objective) == truth.best[: len(objective)]
    assert [result.value for result in optimum.levels] == list(truth.best[: len(objective)])
    assert all(result.bound == result.value for result in optimum.levels)
    assert optimum.reproducible
    if optimum.ties == "proven":
        assert len(objective) < len(program.levels)
        assert tuple(level.units(optimum.x) for level in program.levels) == truth.best


@pytest.mark.parametrize("seed", range(60))
def test_stored_duals_prove_the_certified_bound(seed: int) -> None:
    program = mixed(seed)
    optimum = optimise(program, EXACT)
    if optimum.x is None or not optimum.levels or optimum.levels[0].duals is None:
        return
    recomputed = certified_bound(program, optimum.levels[0].duals)
    assert optimum.levels[0].certified == recomputed
    assert recomputed >= enumerated(program).best[0]


@pytest.mark.parametrize("seed", range(40))
def test_infeasible_components_are_named(seed: int) -> None:
    program = random_program(seed, general=True)
    optimum = optimise(program, EXACT)
    apart = program.split()
    hopeless = [set(columns.tolist()) for columns, _, part in apart if not enumerated(part).feasible]
    named = [set(columns.tolist()) for columns in optimum.infeasible]
    assert all(any(inside <= part for part in hopeless) for inside in named)
    assert all(any(inside <= part for inside in named) for part in hopeless)


def two_places(*, barred: bool, lacking: bool = False) -> Formulation:
    """Two sources and two targets, each source at home in one; `lacking`: source 0 may go nowhere."""
    source, target = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    formulation = Formulation(source, target)
    for owner, side in ((source, RowSide.SOURCE), (target, RowSide.TARGET)):
        formulation.add_rows("degrees", owner, np.arange(4), 1, [1, 1], [1, 1], side)
    formulation.add_points("fit", np.arange(4), [100, 900, 900, 100])
    if barred:
        formulation.fix("located", [1, 2], 0)
    if lacking:
        formulation.fix("recusal", [0], 0)
    return formulation


def test_columns_that_can_only_be_0_tie_nothing_together() -> None:
    levels = [{"fit": 1.0}]
    apart = optimise(two_places(barred=True).program(levels), EXACT)
    assert (apart.components, apart.status) == (2, Status.OPTIMAL)
    assert apart.x is not None
    assert apart.x.tolist() == [1, 0, 0, 1]
    duals = apart.levels[0].duals
    assert duals is not None
    assert certified_bound(two_places(barred=True).program(levels), duals) == apart.levels[0].value
    assert optimise(two_places(barred=False).program(levels), EXACT).components == 1


@pytest.mark.parametrize("required", [1, 0])
def test_a_part_is_not_taken_over_from_another_one_of_the_same_key(required: int) -> None:
    """Ties of 30 bits collide: what an earlier plan found of one pair is no answer for another."""
    formulation = Formulation(np.array([0, 1]), np.array([0, 1]))
    formulation.add_rows("degrees", np.arange(2), np.arange(2), 1, [required] * 2, [1, 1], RowSide.TARGET)
    formulation.add_points("fit", np.arange(2), [500, 500])
    program = formulation.program([{"fit": 1.0}])
    cold = optimise(program, EXACT)
    (key,) = cold.known  # both parts have it
    only_first = Start(np.array([1, 0], np.int64), None, 0.0, keep=True)
    warm = optimise(program, EXACT, warm=WarmStart(only_first, {key: cold.known[key]}))
    assert warm.x is not None
    assert warm.x.tolist() == [1, 1]
    assert warm.levels[0].value == cold.levels[0].value == 2 * cold.known[key].levels[0].value


def test_a_row_that_nothing_can_fill_is_named_by_its_columns() -> None:
    optimum = optimise(two_places(barred=True, lacking=True).program([]), EXACT)
    assert optimum.status is Status.INFEASIBLE
    assert any({0, 1} <= set(columns.tolist()) for columns in optimum.infeasible)


def test_a_component_given_up_leaves_the_whole_unknown() -> None:
    program = next(one for one in map(mixed, range(50)) if enumerated(one).feasible and len(one.split()) > 1)

    def forgetful(programs, settings, report, starts):
        return [None, *inline(programs[1:], settings, report)]

    optimum = optimise(program, EXACT, forgetful)
    assert optimum.status is Status.UNKNOWN
    assert optimum.x is None
    assert not optimum.infeasible
    assert not optimum.reproducible


def test_no_proof_in_one_component_is_no_proof_of_ties() -> None:
    program = next(
        one for one in (random_program(seed, tie_break=True) for seed in range(50))
        if enumerated(one).feasible and len(one.split()) > 1
    )  # fmt: skip

    def doubtful(programs, settings, report, starts):
        solved = [one for one in inline(programs, settings, report) if one is not None]
        levels = (
            LevelResult(solved[0].levels[0].value, solved[0].levels[0].value + 3),
            *solved[0].levels[1:],
        )
        return [replace(solved[0], status=Status.FEASIBLE, levels=levels), *solved[1:]]

    assert optimise(program, EXACT).ties == "proven"
    optimum = optimise(program, EXACT, doubtful)
    assert optimum.status is Status.FEASIBLE
    assert optimum.ties == "partial"
    assert optimum.levels[0].bound == optimum.levels[0].value + 3


def test_every_program_has_a_backend() -> None:
    names = {
        solve_component(part, EXACT).backend
        for seed in range(40)
        for program in (mixed(seed), random_areas(seed), random_preferences(seed))
        for _, _, part in program.split()
    }
    assert names == {backend.name for backend in backends()}


def test_empty_program() -> None:
    none = np.empty(0, np.int64)
    optimum = optimise(Formulation(none, none).program([{"fit": 1.0}]), EXACT)
    assert optimum.status is Status.OPTIMAL
    assert optimum.components == 0
    assert optimum.levels[0].value == 0


class TestWarm:
    """`optimise` from an earlier plan."""

    @pytest.mark.parametrize("seed", range(40))
    def test_the_same_components_are_not_solved_again(self, seed: int) -> None:
        program = mixed(seed)
        before = optimise(program, EXACT)
        if before.x is None:
            assert before.known == {}
            return
        duals = before.levels[0].duals if before.levels else None
        start = Start(before.x[: program.pair_count], duals)

        def nobody(programs, settings, report, starts):
            assert not programs
            assert not starts
            return []

        again = optimise(program, EXACT, nobody, warm=WarmStart(start, before.known))
        assert again.x is not None
        assert again.x[: program.pair_count].tolist() == before.x[: program.pair_count].tolist()
        assert (again.status, again.ties, again.backend) == (before.status, before.ties, before.backend)
        for one, other in zip(before.levels, again.levels, strict=True):
            assert (one.value, one.bound, one.certified) == (other.value, other.bound, other.certified)
        if duals is not None:
            assert again.levels[0].duals is not None
            assert again.levels[0].duals.tolist() == duals.tolist()
        assert {*again.known} == {*before.known}

    def test_changed_components_get_their_share_of_the_start(self) -> None:
        form = Formulation(np.arange(6) // 2, np.arange(6))
        form.add_rows("one", np.arange(6) // 2, np.arange(6), 1, np.ones(3, np.int64), 1)
        form.add_points("value", np.arange(6), [1, 2, 3, 4, 5, 6])
        program = form.program([{"value": 1.0}])
        before = optimise(program, EXACT)
        assert before.x is not None
        upper = program.upper.copy()
        upper[3] = 0  # the second source may not have its best
        changed = replace(program, upper=upper)
        start = Start(before.x, np.array([10.0, 20.0, 30.0]), 0.25)
        asked = []

        def listening(programs, settings, report, starts):
            asked.extend(zip(programs, starts, strict=True))
            return inline(programs, settings, report, starts)

        after = optimise(changed, EXACT, listening, warm=WarmStart(start, before.known))
        ((part, begun),) = asked
        assert part.upper.tolist() == [1]  # a column that can only be 0 is left out
        assert begun is not None
        assert begun.pairs.tolist() == [0]
        assert begun.duals is not None
        assert begun.duals.tolist() == [20.0]
        assert begun.gap == 0.25
        assert after.x is not None
        assert after.x.tolist() == [0, 1, 1, 0, 0, 1]
        assert after.status is Status.OPTIMAL

    def test_what_a_deadline_cut_short_is_not_known(self) -> None:
        program = mixed(0)

        def hurried(programs, settings, report, starts):
            return [replace(one, reproducible=False) for one in inline(programs, settings, report, starts)]

        assert optimise(program, EXACT).known
        assert optimise(program, EXACT, hurried).known == {}
