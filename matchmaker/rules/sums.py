"""Weighted sums of pairs that stay within limits: loads, strengths, numbers of places.

Numbers of a sheet become integers, in steps of one or of a hundredth, and every row is
written in multiples of what its pairs can add up to: there the relaxation is as tight as any.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.model import Floats, Integers, Problem
from matchmaker.rules.uses import uses_of

__all__ = ["NEARLY", "STEPS", "least_in_steps", "limit_sums", "limit_uses", "most_in_steps", "steps_of"]

STEPS = 100
"""Numbers that are not whole are read in hundredths."""

NEARLY = 1e-6
"""Keeps 0.29 · 100 = 28.999999999999996 from becoming 28."""


def steps_of(*numbers: Floats) -> int:
    """How many steps make one unit: 1 where all numbers are whole, else `STEPS`."""
    return 1 if all(bool((each == np.rint(each)).all()) for each in numbers) else STEPS


def least_in_steps(least: ArrayLike, steps: int) -> Integers:
    """Lower limits in whole steps; what is no whole number of them is rounded up."""
    return np.ceil(np.asarray(least, float) * steps - NEARLY).astype(np.int64)


def most_in_steps(most: ArrayLike, steps: int) -> Integers:
    """Upper limits in whole steps, rounded down; `UNBOUNDED` for those that are missing."""
    given = np.asarray(most, float)
    whole = np.floor(np.nan_to_num(given) * steps + NEARLY)
    return np.where(np.isnan(given), UNBOUNDED, whole).astype(np.int64)


def limit_sums(
    rule: str,
    formulation: Formulation,
    row: Integers,
    column: Integers,
    coefficient: Integers,
    lower: Integers,
    upper: Integers,
    lost: int | None = None,
    terms: tuple[str, ...] = (),
) -> None:
    """Rows lower ≤ Σ coefficient · column ≤ upper over booleans; those that cannot bind are left out.

    Parameters
    ----------
    rule, formulation
        Whose rows they are, and where they go.
    row, column, coefficient : (entries,) int64
        Triples; rows count from 0.
    lower, upper : (rows,) int64
        Beyond ±`UNBOUNDED` there is no limit. Where both are given and `lost` is, a
        multiple of what divides the row's coefficients must lie between them.
    lost : int, optional
        Hundredths of a point lost per unit below `lower` or above `upper`; without it the
        limits are hard.
    terms : tuple of str, optional
        Terms under which the points count; the rule's id if missing.

    Notes
    -----
    With g the greatest common divisor of a row's coefficients, its sum is k·g. What is
    short for k is then the least multiple of g that is enough, minus k, in units of g, of
    which the last needed is worth less than g where `lower` is no multiple: it gets a column
    of its own, as does the first one too many above `upper`.
    """
    entries = coefficient != 0
    row, column, coefficient = row[entries], column[entries], coefficient[entries]
    least, most, divisor = _reach(row, coefficient, len(lower))
    low, high = (lower > -UNBOUNDED) & (lower > least), (upper < UNBOUNDED) & (upper < most)
    empty = least == most
    if lost is not None:
        # nothing to decide there, only points
        missing = np.where(low & empty, lower, 0) - np.where(high & empty, upper, 0)
        for term in terms or (rule,):
            formulation.add_constant(term, -lost * int(missing.sum()))
        low, high = low & ~empty, high & ~empty
    binding = low | high
    number = np.cumsum(binding) - 1
    used = binding[row]
    rows, columns = [number[row[used]]], [column[used]]
    coefficients = [coefficient[used] // divisor[row[used]]]
    enough = np.where(low, -(-lower // divisor), -UNBOUNDED)
    bearable = np.where(high, upper // divisor, UNBOUNDED)

    def add(where: Integers, width: Integers, worth: Integers, sign: int) -> None:
        new = formulation.add_columns(rule, 0, width)
        for term in terms or (rule,):
            formulation.add_points(term, new, -worth)
        rows.append(number[where])
        columns.append(new)
        coefficients.append(np.full(len(where), sign, np.int64))

    if lost is not None:
        for concerned, units, last, sign in (
            (low, enough - least // divisor, lower - (enough - 1) * divisor, 1),
            (high, most // divisor - bearable, (bearable + 1) * divisor - upper, -1),
        ):
            part = concerned & (last < divisor)
            first: Integers = np.flatnonzero(part)
            add(first, np.ones(len(first), np.int64), np.asarray(lost * last[first], np.int64), sign)
            further = np.flatnonzero(concerned & (units > part))
            add(further, (units - part)[further], lost * divisor[further], sign)
    if bool(binding.any()):
        formulation.add_rows(
            rule,
            np.concatenate(rows),
            np.concatenate(columns),
            np.concatenate(coefficients),
            enough[binding],
            bearable[binding],
        )


def limit_uses(
    rule: str,
    problem: Problem,
    formulation: Formulation,
    pairs: Integers,
    use: Integers,
    owner: Integers,
    most: Integers,
    lost: int | None = None,
) -> None:
    """Of the uses (`uses_of`) that an owner has, at most `most` are used: so many places, so many sources.

    Parameters
    ----------
    rule, formulation, lost
        As `limit_sums` takes them.
    problem, pairs, use
        As `uses_of` takes them.
    owner : (uses,) int64
        Position of each use's owner in `most`.
    most : (owners,) int64
    """
    entry, column = uses_of(rule, problem, formulation, pairs, use)
    one: Integers = np.ones(len(column), np.int64)
    nothing = np.full(len(most), -UNBOUNDED, np.int64)
    limit_sums(rule, formulation, owner[entry], column, one, nothing, most, lost)


def _reach(row: Integers, coefficient: Integers, count: int) -> tuple[Integers, Integers, Integers]:
    """Least and greatest sum of each row, and what divides its coefficients (1 without any)."""
    least, most, divisor = (np.zeros(count, np.int64) for _ in range(3))
    np.add.at(least, row, np.minimum(coefficient, 0))
    np.add.at(most, row, np.maximum(coefficient, 0))
    np.gcd.at(divisor, row, np.abs(coefficient))
    return least, most, np.maximum(divisor, 1)
