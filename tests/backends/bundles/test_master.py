"""The master program: value and duals against the linear program over all columns."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.backends.bundles.division import Division
from matchmaker.backends.bundles.master import Master
from matchmaker.bounds import usable_duals
from tests.backends.bundles.divisions import AREAS, WITH_ROWS, city, divided, every_column, relaxed
from tests.programs import random_areas


def divisions() -> list[Division]:
    return [
        *(divided(random_areas(seed)) for seed in AREAS[:25]),
        *(divided(random_areas(seed, targets=3, general=True)) for seed in WITH_ROWS[:10]),
        divided(city(1)),
        divided(city(2, sources=4)),  # too few sources: something is always missing
    ]


def test_value_of_the_linear_program_over_all_columns() -> None:
    for division in divisions():
        master = Master(division)
        master.add(*every_column(division))
        expected = relaxed(division, float(division.penalty))
        assert expected is not None
        assert master.solve().value == pytest.approx(expected, rel=1e-7, abs=1e-5)


def test_duals_prove_the_value() -> None:
    for division in divisions():
        master = Master(division)
        source, ids = every_column(division)
        master.add(source, ids)
        point = master.solve()
        close = {"rel": 1e-7, "abs": 1e-4}
        assert usable_duals(division.program, point.duals) == pytest.approx(point.duals, abs=1e-6)
        reduced = division.reduced(point.duals)[: division.program.pair_count]
        left = (
            reduced @ division.pairs_of(source, ids) + division.level.shape * division.bidders.sets.shape[ids]
        )
        # no column is worth more than its source pays, and those in use just as much
        assert (left <= point.source_duals[source] + 1e-4).all()
        used = point.x > 1e-6
        assert left[used] == pytest.approx(point.source_duals[source][used], **close)
        # the bound of these duals, each source worth its dual, is the value
        may = division.bidders.may_stay_empty
        assert (point.source_duals[may] >= -1e-6).all()
        assert division.bound(point.duals, point.source_duals) == pytest.approx(point.value, **close)


def test_columns_are_known_once() -> None:
    division = divided(city(1))
    master = Master(division)
    source, ids = every_column(division)
    assert master.add(source[:10], ids[:10]) == 10
    assert master.add(source[5:15], ids[5:15]) == 5
    assert master.add(source[:15], ids[:15]) == 0
    assert master.add(np.append(source[20], source[20]), np.append(ids[20], ids[20])) == 1
    assert len(master) == len(master.source) == len(master.solve().x) == 16
    assert master.ids.tolist() == [*ids[:15].tolist(), int(ids[20])]


def test_more_columns_never_lower_the_value() -> None:
    division = divided(city(3))
    master = Master(division)
    source, ids = every_column(division)
    order = np.random.default_rng(0).permutation(len(ids))
    before = master.solve().value
    for some in np.array_split(order, 6):
        master.add(source[some], ids[some])
        value = master.solve().value
        assert value >= before - 1e-4
        before = value


def test_without_columns_every_row_is_missed_at_its_penalty() -> None:
    division = divided(city(1))
    must = int((~division.bidders.may_stay_empty).sum())
    missing = int(division.program.row_lower[division.rows].sum()) + must
    assert Master(division).solve().value == pytest.approx(-division.penalty * missing)


def test_taken_and_barred_columns() -> None:
    division = divided(city(1))
    master = Master(division)
    source, ids = every_column(division)
    master.add(source, ids)
    free = master.solve()
    used = np.flatnonzero(free.x > 0.5)
    unused = np.flatnonzero(free.x < 1e-9)
    master.bar(used[:1])
    barred = master.solve()
    assert barred.x[used[0]] == pytest.approx(0, abs=1e-9)
    assert barred.value <= free.value + 1e-4
    master.take(unused[:1])
    taken = master.solve()
    assert taken.x[unused[0]] >= 1 - 1e-9
    assert taken.value <= barred.value + 1e-4


def test_the_master_of_a_part_has_its_rows_and_members_only() -> None:
    division = divided(city(1))
    inner = division.inside(1, np.array([2, 3]))
    master = Master(inner)
    source, ids = every_column(division)
    part = division.bidders.sets.part[division.bidders.sets.members[ids, 0]]
    mine = (part == 1) & np.isin(source, [2, 3])
    master.add(source[mine], ids[mine])
    point = master.solve()
    outside = np.setdiff1d(np.arange(division.program.row_count), inner.rows)
    assert not point.duals[outside].any()
    assert not point.source_duals[[0, 1, 4, 5]].any()
    assert point.duals[inner.rows].any()
