"""Divisions: columns of the master are sums of the program's, and its bound is the Lagrangian one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matchmaker.backends.bundles.division import division_of
from matchmaker.backends.bundles.plan import Plan
from matchmaker.bounds import lagrangian_bound, usable_duals
from matchmaker.connected_sets import connected_sets
from matchmaker.formulation import RowSide
from matchmaker.program import Level, Program
from tests.backends.bundles.divisions import AREAS, WITH_ROWS, city, divided, every_column, nothing_yet
from tests.programs import enumerated, random_areas

PROGRAMS = [
    *(random_areas(seed) for seed in AREAS[:12]),
    *(random_areas(seed, targets=3, general=True) for seed in WITH_ROWS[:8]),
    city(1, parts=2),
]


def ids_of(programs: list[Program]) -> list[str]:
    return [f"{at}-{program.pair_count}x{program.row_count}" for at, program in enumerate(programs)]


@pytest.fixture(params=PROGRAMS, ids=ids_of(PROGRAMS))
def program(request: pytest.FixtureRequest) -> Program:
    return request.param  # type: ignore[no-any-return]


def test_a_column_puts_into_rows_what_its_pairs_do(program: Program) -> None:
    division = divided(program)
    source, ids = every_column(division)
    found, worth = division.coefficients(source, ids).toarray(), division.worth(source, ids)
    pairs = division.pairs_of(source, ids).toarray()
    for at, (owner, number) in enumerate(zip(source.tolist(), ids.tolist(), strict=True)):
        plan = nothing_yet(division)
        plan.chosen[owner] = number
        x = replace(plan, extra=np.zeros_like(plan.extra)).x(division)
        assert x[: program.pair_count].tolist() == pairs[:, at].tolist()
        assert found[:, at].tolist() == (program.matrix[division.rows] @ x).tolist()
        assert worth[at] == program.units(division.level, x) - division.level.constant


def test_worth_of_another_level(program: Program) -> None:
    division = divided(program)
    other = Level(program.levels[0].points * 3 + 1, 7, 1.0, shape=2)
    source, ids = every_column(division)
    sets = division.bidders.sets
    expected = [
        int(other.points[division.bidders.pair[owner, members[members >= 0]]].sum()) + 2 * int(sets.shape[at])
        for owner, at, members in zip(source, ids, sets.members[ids], strict=True)
    ]
    assert division.worth(source, ids, other).tolist() == expected


@pytest.mark.parametrize("scale", [0.0, 10.0, 1e4])
def test_the_bound_is_the_lagrangian_one(program: Program, scale: float) -> None:
    division = divided(program)
    duals = np.random.default_rng(program.pair_count).normal(0, 1, program.row_count) * scale
    # rows left out are those that the sizes of the sets see to
    duals[np.setdiff1d(np.arange(program.row_count), division.rows)] = 0.0
    duals = usable_duals(program, duals)
    best = division.bidders.best(division.values(duals), exact=True)[0].max(axis=1)
    bound = lagrangian_bound(program, division.level, duals)
    if np.isfinite(bound):
        assert division.bound(duals, best) == pytest.approx(bound, rel=1e-9, abs=1e-6)


def test_rows_left_out_hold_for_all_sets(program: Program) -> None:
    division = divided(program)
    out = np.setdiff1d(np.arange(program.row_count), division.rows)
    assert (program.row_side[out] == RowSide.SOURCE).all()
    source, ids = every_column(division)
    owners = program.matrix[out][:, : program.pair_count]
    assert program.family is not None
    for column in division.pairs_of(source, ids).toarray().T:
        activity, mine = owners @ column, program.family.sources[np.flatnonzero(column)[0]]
        about = np.array([mine in program.family.sources[owners[[row]].indices] for row in range(len(out))])
        assert (activity <= program.row_upper[out])[about].all()
        assert (activity >= program.row_lower[out])[about].all()


def test_rows_of_sources_stay_where_they_say_more_than_the_sizes() -> None:
    program = city(1, parts=2)
    tighter = np.where(program.row_side == RowSide.SOURCE, 1, program.row_upper)
    of_sources = np.flatnonzero(program.row_side == RowSide.SOURCE)
    assert not np.isin(of_sources, divided(program).rows).any()
    assert np.isin(of_sources, divided(replace(program, row_upper=tighter)).rows).all()


def test_every_target_has_its_row(program: Program) -> None:
    division = divided(program)
    assert program.family is not None
    for place, target in enumerate(division.bidders.sets.targets.tolist()):
        row = int(division.target_row[place])
        assert program.row_side[row] == RowSide.TARGET
        own = np.flatnonzero(program.family.targets == target)
        assert sorted(program.matrix[[row]].indices.tolist()) == own.tolist()


def test_fixed_pairs_are_barred_or_required() -> None:
    program = city(2, parts=2)
    lower, upper = program.lower.copy(), program.upper.copy()
    lower[3], upper[5] = 1, 0
    bidders = divided(replace(program, lower=lower, upper=upper)).bidders
    assert np.argwhere(bidders.required).tolist() == [[0, 3]]
    assert np.argwhere(bidders.barred).tolist() == [[0, 5]]


def test_one_part_alone() -> None:
    program = city(3)
    division = divided(program)
    members = np.array([1, 4])
    inner = division.inside(2, members)
    assert {block.part for block in inner.bidders.sets.blocks} == {2}
    assert inner.members.tolist() == [1, 4]
    assert inner.rows.tolist() == sorted(division.target_row[division.bidders.sets.part == 2].tolist())
    whole = every_column(division)
    mine = division.bidders.sets.part[division.bidders.sets.members[whole[1], 0]] == 2
    found = inner.bidders.above(
        inner.values(np.zeros(program.row_count)), np.full(division.sources, -np.inf), 10_000, members
    )
    expected = {(s, i) for s, i in zip(whole[0][mine], whole[1][mine], strict=True) if s in (1, 4)}
    assert set(zip(found.source.tolist(), found.ids.tolist(), strict=True)) == expected


def test_the_bound_of_a_part_counts_its_members_only() -> None:
    division = divided(city(3))
    inner = division.inside(0, np.array([0, 2]))
    none = np.zeros(division.program.row_count)
    best = np.array([5.0, 100.0, 7.0, 100.0, 100.0, 100.0])
    assert inner.bound(none, best) == division.level.constant + 12.0


def test_parts_of_chosen_sets() -> None:
    division = divided(city(3))
    sets = division.bidders.sets
    last = max(sets.blocks, key=lambda block: block.part)
    chosen = np.full(division.sources, -1, np.int64)
    chosen[1] = last.ids[0]
    assert division.part_of(chosen).tolist() == [-1, last.part, -1, -1, -1, -1]


def test_the_penalty_outweighs_any_pair(program: Program) -> None:
    division = divided(program)
    most = np.abs(division.level.points[: program.pair_count]).max(initial=0)
    assert division.penalty > most
    assert division.penalty >= np.abs(division.bidders.sets.shape).max(initial=0) * division.level.shape


def test_nothing_to_gain_is_a_division_too() -> None:
    program = city(1, parts=2)
    assert program.family is not None
    sets = connected_sets(program.family)
    assert sets is not None
    level = Level(np.zeros(program.column_count, np.int64), 0, 1.0)
    assert division_of(program, level, sets).penalty > 0


class TestPlan:
    """`Plan`: what it misses are the rows that it breaks."""

    @pytest.mark.parametrize("seed", AREAS[:20])
    def test_a_plan_of_the_program_misses_nothing(self, seed: int) -> None:
        program = random_areas(seed)
        division = divided(program)
        bidders = division.bidders
        for x in enumerated(program).vectors[:20]:
            chosen = np.full(division.sources, -1, np.int64)
            for source in range(division.sources):
                has = [at for at, pair in enumerate(bidders.pair[source]) if pair >= 0 and x[pair]]
                for ids, members in enumerate(bidders.sets.members):
                    if has and members[members >= 0].tolist() == has:
                        chosen[source] = ids
            plan = Plan(chosen, x[program.pair_count :])
            assert plan.x(division).tolist() == x.tolist()
            assert not plan.missing(division).any()

    def test_units_short_and_units_over(self) -> None:
        division = divided(city(1, parts=2))
        plan = nothing_yet(division)
        rows = division.program.row_lower.clip(0)
        assert plan.missing(division).tolist() == rows.tolist()
        single = [
            ids for ids, members in enumerate(division.bidders.sets.members) if (members >= 0).sum() == 1
        ]
        plan.chosen[:] = single[0]  # everybody takes the same target
        target = int(division.bidders.sets.members[single[0], 0])
        assert plan.missing(division)[division.target_row[target]] == division.sources - 1
