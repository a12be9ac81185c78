"""Sums within limits: what a row allows, or what it costs, for every choice of its pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.model import Integers
from matchmaker.program import Program
from matchmaker.rules.base import points_lost
from matchmaker.rules.sums import limit_sums, steps_of
from tests.judge import allowed, hundredths

LOST = 7


@dataclass(frozen=True)
class Row:
    coefficients: list[int]
    lower: int
    upper: int


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """A row whose soft limits have a multiple of its divisor between them: around 0, or on one side only."""
    factor = draw(st.integers(1, 4))
    signed = draw(st.booleans())
    coefficients = [factor * draw(st.integers(-4 if signed else 0, 5)) for _ in range(4)]
    limit = draw(st.integers(0, 30))
    which = draw(st.sampled_from(["both", "lower", "upper"]))
    lower = -limit if which == "both" else limit
    return Row(
        coefficients,
        -int(UNBOUNDED) if which == "upper" else lower,
        int(UNBOUNDED) if which == "lower" else limit,
    )


def program_of(row: Row, lost: int | None) -> Program:
    pairs: Integers = np.arange(len(row.coefficients), dtype=np.int64)
    formulation = Formulation(pairs, pairs)
    numbers = (np.array([number], np.int64) for number in (row.lower, row.upper))
    coefficients = np.array(row.coefficients, np.int64)
    limit_sums("rule", formulation, np.zeros_like(pairs), pairs, coefficients, *numbers, lost)
    return formulation.program([{"rule": 1}])


@settings(max_examples=80, deadline=None, derandomize=True)
@given(rows())
def test_hard_and_soft_limits(row: Row) -> None:
    plans = ((np.arange(16)[:, None] >> np.arange(4)) & 1).astype(np.int64)
    sums = plans @ np.array(row.coefficients)
    hard = program_of(row, None)
    assert [allowed(hard, plan) for plan in plans] == [row.lower <= each <= row.upper for each in sums]
    lost = LOST * (np.maximum(row.lower - sums, 0) + np.maximum(sums - row.upper, 0))
    assert hundredths(program_of(row, LOST), plans) == (-lost).tolist()


def test_rows_that_cannot_bind_are_left_out() -> None:
    assert program_of(Row([2, 3, 0, 4], 0, 9), None).row_count == 0
    assert program_of(Row([2, 3, 0, 4], 0, 9), LOST).column_count == 4


def test_what_nothing_can_add_to_is_a_constant() -> None:
    program = program_of(Row([0, 0, 0, 0], 3, int(UNBOUNDED)), LOST)
    assert (program.row_count, program.column_count) == (0, 4)
    assert program.levels[0].constant * program.levels[0].scale == -0.21


def test_a_row_is_written_in_what_divides_it() -> None:
    program = program_of(Row([6, 9, 0, 3], 10, int(UNBOUNDED)), None)
    assert program.matrix.toarray().tolist() == [[2, 3, 0, 1]]
    assert program.row_lower.tolist() == [4]


def test_steps() -> None:
    assert steps_of(np.array([1.0, 2.0]), np.array([3.0])) == 1
    assert steps_of(np.array([1.0]), np.array([0.5])) == 100
    assert [points_lost(*each) for each in ((100, 1), (100, 100), (0.5, 100), (0, 100))] == [
        10000,
        100,
        1,
        0,
    ]
