"""Cuts keep every integer plan and cut the relaxation's point off."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.backends.cuts import rounding_cuts, with_cuts
from matchmaker.backends.relaxation import relax
from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.program import Program
from tests.programs import enumerated, random_program, vectors_of


@st.composite
def tiny_programs(draw: st.DrawFn) -> Program:
    """Up to four booleans and two bounded integers under up to three rows with large coefficients."""
    pairs, extra = draw(st.integers(1, 4)), draw(st.integers(0, 2))
    form = Formulation(np.arange(pairs), np.zeros(pairs, np.int64))
    form.add_columns("extra", [draw(st.integers(-2, 1)) for _ in range(extra)],
                     [draw(st.integers(1, 4)) for _ in range(extra)])  # fmt: skip
    columns = pairs + extra
    for _ in range(draw(st.integers(1, 3))):
        coefficient = [draw(st.integers(-9, 9)) for _ in range(columns)]
        bounds = sorted(draw(st.integers(-20, 20)) for _ in range(2))
        low = bounds[0] if draw(st.booleans()) else -UNBOUNDED
        high = bounds[1] if draw(st.booleans()) else UNBOUNDED
        form.add_rows("row", np.zeros(columns, np.int64), np.arange(columns), coefficient, [low], [high])
    form.add_points("term", np.arange(columns), [draw(st.integers(-9, 9)) for _ in range(columns)])
    return form.program([{"term": 1.0}])


@settings(max_examples=300, deadline=None)
@given(tiny_programs(), st.data())
def test_no_integer_plan_is_cut_off(program: Program, data: st.DataObject) -> None:
    vectors = vectors_of(program)
    activity = vectors @ program.matrix.toarray().T
    plans = vectors[((activity >= program.row_lower) & (activity <= program.row_upper)).all(axis=1)]
    # any point within the bounds, whether or not a relaxation would give it
    x = np.array([data.draw(st.floats(float(low), float(high)))
                  for low, high in zip(program.lower, program.upper, strict=True)])  # fmt: skip
    for _ in range(2):  # cuts of cuts too
        cuts = rounding_cuts(program, x, 50)
        above = (cuts.matrix @ plans.T).T - cuts.upper
        assert not (above > 0).any()
        assert ((cuts.matrix @ x) > cuts.upper).all()
        program = with_cuts(program, cuts)


@pytest.mark.parametrize("seed", range(60))
def test_relaxations_with_cuts_still_bound_the_optimum(seed: int) -> None:
    program = random_program(seed, general=True)
    truth, level = enumerated(program), program.levels[0]
    found = relax(program, level)
    if found is None or not truth.feasible:
        return
    cuts = rounding_cuts(program, found.x, 50)
    tighter = relax(with_cuts(program, cuts), level)
    assert tighter is not None
    assert truth.best[0] - level.constant - 1e-6 <= tighter.value <= found.value + 1e-6


def test_a_row_split_between_two_partners_is_rounded() -> None:
    """3·a + 3·b ≤ 4: the relaxation takes one and a third of them, a plan one."""
    form = Formulation(np.arange(2), np.zeros(2, np.int64))
    form.add_rows("row", [0, 0], [0, 1], [3, 3], [-UNBOUNDED], [4])
    program = form.program([])
    cuts = rounding_cuts(program, np.array([1.0, 1 / 3]), 10)
    assert len(cuts) == 1
    plans = vectors_of(program)
    kept = plans[(cuts.matrix @ plans.T)[0] <= cuts.upper[0]]
    assert kept.tolist() == [[0, 0], [0, 1], [1, 0]]


def test_nothing_to_cut() -> None:
    form = Formulation(np.arange(2), np.zeros(2, np.int64))
    form.add_rows("row", [0, 0], [0, 1], [3, 3], [-UNBOUNDED], [4])
    program = form.program([])
    none = rounding_cuts(program, np.array([1.0, 0.0]), 10)
    assert len(none) == 0
    assert with_cuts(program, none).row_count == program.row_count


def test_the_deepest_come_first_and_no_more_than_asked() -> None:
    form = Formulation(np.arange(4), np.zeros(4, np.int64))
    form.add_rows("row", [0, 0, 1, 1], [0, 1, 2, 3], [3, 3, 5, 5], [-UNBOUNDED] * 2, [4, 9])
    program = form.program([])
    x = np.array([1.0, 1 / 3, 1.0, 4 / 5])
    both, one = rounding_cuts(program, x, 10), rounding_cuts(program, x, 1)
    assert (len(both), len(one)) == (2, 1)
    assert one.matrix.indices.tolist() == [2, 3]
