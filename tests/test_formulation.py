"""The builder and the frozen program: components, expansion of families, violations."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.expansion import expanded
from matchmaker.formulation import UNBOUNDED, Formulation, RowSide, SetFamily
from matchmaker.program import Program
from tests.programs import enumerated, random_market, random_program, vectors_of


def any_program(seed: int) -> Program:
    return random_program(
        seed, general=seed % 2 == 0, family=seed % 3 == 0, levels=2, tie_break=seed % 5 == 0
    )


@pytest.mark.parametrize("seed", range(60))
def test_components_cover_every_column_and_row_once(seed: int) -> None:
    program = any_program(seed)
    groups = program.components()
    columns = np.concatenate([columns for columns, _ in groups])
    rows = np.concatenate([rows for _, rows in groups])
    assert sorted(columns.tolist()) == list(range(program.column_count))
    assert sorted(rows.tolist()) == list(range(program.row_count))
    assert all((np.diff(columns) > 0).all() for columns, _ in groups)
    owner = np.empty(program.column_count, np.int64)
    for number, (inside, _) in enumerate(groups):
        owner[inside] = number
    for number, (_, inside) in enumerate(groups):
        touched = np.unique(program.matrix[inside].indices)
        assert (owner[touched] == number).all()


@pytest.mark.parametrize("seed", range(60))
def test_parts_have_the_plans_and_values_of_the_whole(seed: int) -> None:
    program = any_program(seed)
    whole = enumerated(program)
    parts = [(columns, enumerated(part)) for columns, _, part in program.split()]
    assert whole.feasible == all(part.feasible for _, part in parts)
    if not whole.feasible:
        return
    assert len(whole.vectors) == np.prod([len(part.vectors) for _, part in parts])
    for position, level in enumerate(program.levels):
        joined = np.zeros(program.column_count, np.int64)
        total = level.constant
        for columns, part in parts:
            joined[columns] = part.vectors[0]
            total += part.values[0, position]
        assert total == level.units(joined)
    best = np.array([[part.best[p] for p in range(len(program.levels))] for _, part in parts]).sum(axis=0)
    constants = np.array([level.constant for level in program.levels])
    assert tuple((best + constants).tolist()) == whole.best


def test_columns_without_rows_are_one_component_of_their_own() -> None:
    form = Formulation(np.arange(4), np.zeros(4, np.int64))
    form.add_columns("aux", 0, [3])
    form.add_rows("row", [0, 0], [0, 2], 1, [1], [1])
    parts = form.program([]).split()
    assert [columns.tolist() for columns, _, _ in parts] == [[0, 2], [1, 3, 4]]
    assert [part.pair_count for _, _, part in parts] == [2, 2]
    assert [part.row_count for _, _, part in parts] == [1, 0]


def test_rows_without_columns_are_one_component_of_their_own() -> None:
    none = np.empty(0, np.int64)
    form = Formulation(np.arange(2), np.zeros(2, np.int64))
    form.add_rows("empty", none, none, none, [0, 0], [1, 1])
    form.add_rows("row", [0], [1], 1, [1], [1])
    parts = form.program([]).split()
    assert [(columns.tolist(), rows.tolist()) for columns, rows, _ in parts] == [
        ([0], []),
        ([1], [2]),
        ([], [0, 1]),
    ]


def test_a_family_ties_the_pairs_of_one_source() -> None:
    source, target = np.array([0, 0, 1, 1]), np.array([0, 1, 2, 3])
    form = Formulation(source, target)
    part = np.array([0, 1, 0, 1])
    form.set_family(SetFamily("place", source, target, part, np.zeros(2, np.int64), np.full(2, 2)))
    parts = form.program([]).split()
    assert [columns.tolist() for columns, _, _ in parts] == [[0, 1], [2, 3]]
    second = parts[1][2].family
    assert second is not None
    assert second.sources.tolist() == [0, 0]
    assert second.targets.tolist() == [2, 3]
    assert second.minimum.tolist() == [0]


def test_nothing_at_all_has_no_components() -> None:
    none = np.empty(0, np.int64)
    assert Formulation(none, none).program([]).split() == []


@pytest.mark.parametrize("seed", range(60))
def test_expansion_allows_exactly_the_plans_of_the_family(seed: int) -> None:
    program = random_program(seed, general=seed % 2 == 0, family=True) if seed % 3 else random_market(seed)
    flat = expanded(program)
    assert flat.family is None
    assert flat.pair_count == program.pair_count
    added = flat.column_count - program.column_count
    whole = {tuple(x) for x in enumerated(program).vectors.tolist()}
    found = (
        {tuple(x[: program.column_count]) for x in enumerated(flat).vectors.tolist()} if added < 7 else whole
    )
    assert found == whole
    for level, wide in zip(program.levels, flat.levels, strict=True):
        assert wide.points.tolist() == [*level.points.tolist(), *[0] * added]


def test_programs_without_family_expand_to_themselves() -> None:
    program = random_program(2)
    assert expanded(program) is program


@pytest.mark.parametrize("seed", range(40))
def test_violations_are_what_enumeration_excludes(seed: int) -> None:
    program = any_program(seed)
    fine = {tuple(x) for x in enumerated(program).vectors.tolist()}
    for x in vectors_of(program)[::7]:
        assert (not len(program.violations(x))) == (tuple(x.tolist()) in fine)


def test_violations_name_the_broken_rows() -> None:
    form = Formulation(np.arange(3), np.zeros(3, np.int64))
    form.add_rows("one", [0, 0, 0], [0, 1, 2], 1, [1], [1])
    form.add_rows("two", [0], [2], 1, [1], [1])
    program = form.program([])
    assert program.violations(np.array([0, 0, 1])).tolist() == []
    assert program.violations(np.array([1, 1, 0])).tolist() == [0, 1]
    assert program.violations(np.array([0, -1, 1])).tolist() == [0, -1]


@pytest.mark.parametrize("seed", range(20))
def test_keeping_a_level_leaves_the_plans_that_reach_it(seed: int) -> None:
    program = random_program(seed, general=True, levels=2)
    truth = enumerated(program)
    if truth.feasible:
        kept = enumerated(program.keeping(program.levels[0], truth.best[0]))
        assert {value[0] for value in kept.values.tolist()} == {truth.best[0]}
        assert len(kept.vectors) == sum(value[0] == truth.best[0] for value in truth.values.tolist())


class TestBuilder:
    def test_rows_remember_their_rules(self) -> None:
        form = Formulation(np.arange(2), np.zeros(2, np.int64))
        form.add_rows("b", [0, 1], [0, 1], 1, [0, 0], [1, 1], RowSide.SOURCE)
        form.add_rows("a", [0], [0], 1, [0], [1])
        assert form.row_rules().tolist() == ["b", "b", "a"]
        assert form.program([]).row_side.tolist() == [RowSide.SOURCE, RowSide.SOURCE, RowSide.GENERAL]

    def test_entries_of_one_place_add_up(self) -> None:
        form = Formulation(np.arange(1), np.zeros(1, np.int64))
        form.add_rows("row", [0, 0], [0, 0], [2, 3], [0], [9])
        assert form.program([]).matrix.toarray().tolist() == [[5]]

    def test_contradictory_fixings_leave_no_plan(self) -> None:
        form = Formulation(np.arange(2), np.zeros(2, np.int64))
        form.fix("pin", [0], 1)
        form.fix("forbid", [0, 1], 0)
        program = form.program([])
        assert (program.lower.tolist(), program.upper.tolist()) == ([1, 0], [0, 0])
        assert [(rule, columns.tolist(), value) for rule, columns, value in form.fixings()] == [
            ("pin", [0], 1),
            ("forbid", [0, 1], 0),
        ]

    def test_levels_are_divided_by_what_all_points_share(self) -> None:
        form = Formulation(np.arange(2), np.zeros(2, np.int64))
        form.add_points("fit", [0, 1], [400, 1000])
        form.add_points("home", [1], 600)
        form.add_constant("fit", 200)
        (level,) = form.program([{"fit": 2.0, "home": 0.5}]).levels
        # hundredths × thousandths: 800 000, 2 300 000 and the constant 400 000 share 100 000
        assert level.points.tolist() == [8, 23]
        assert level.constant == 4
        assert level.scale == 1.0
        assert level.scale * level.units(np.array([1, 1])) == 2 * (4 + 10 + 2) + 0.5 * 6

    def test_a_level_without_points_is_worth_nothing(self) -> None:
        form = Formulation(np.arange(2), np.zeros(2, np.int64))
        form.add_points("fit", [0], 400)
        (level,) = form.program([{"fit": 0.0}]).levels
        assert level.units(np.array([1, 1])) == 0

    def test_two_families_become_one(self) -> None:
        program = random_market(1)
        assert program.family is not None
        form = Formulation(program.family.sources, program.family.targets)
        form.set_family(program.family)
        assert form.family is program.family
        form.set_family(program.family)
        assert form.family is not None
        assert form.family.rule == "one_place+one_place"
        assert len(np.unique(form.family.part)) == len(np.unique(program.family.part))

    def test_columns_come_after_the_pairs(self) -> None:
        form = Formulation(np.arange(3), np.zeros(3, np.int64))
        assert form.add_columns("a", 0, [1, 1]).tolist() == [3, 4]
        assert form.add_columns("b", [-1], [UNBOUNDED]).tolist() == [5]
        assert form.program([]).lower.tolist() == [0, 0, 0, 0, 0, -1]
