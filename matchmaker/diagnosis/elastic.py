"""The cheapest way to give a stage a plan with one kind of repair: rows that may give way at a price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from matchmaker.backends.base import Settings
from matchmaker.formulation import UNBOUNDED, RowSide
from matchmaker.instance_program import InstanceProgram
from matchmaker.model import Integers, Status
from matchmaker.program import Level, Program
from matchmaker.solver import optimise

__all__ = ["Slack", "Yielded", "cheapest"]

PRICE_STEPS = 10
"""Prices are read to a tenth."""


@dataclass(frozen=True)
class Slack:
    """Some instances that may give way together.

    Parameters
    ----------
    instances : tuple of int
        Their numbers in the program.
    price : float
        For each unit by which degrees give way; for withdrawing the instances otherwise.
    by_units : bool
        Degrees: rows give way unit by unit, all alike. Else rows and fixings are withdrawn.
    """

    instances: tuple[int, ...]
    price: float
    by_units: bool = False


@dataclass(frozen=True)
class Yielded:
    """The cheapest choice of what gives way.

    Parameters
    ----------
    amounts : (slacks,) int64
        Units, or 1 where the instances are withdrawn.
    pairs : (n,) int64
        A plan that there is then.
    price : float
    """

    amounts: Integers
    pairs: Integers
    price: float


def cheapest(program: InstanceProgram, slacks: Sequence[Slack], settings: Settings) -> Yielded | None:
    """What has to give way at least, in sum of prices; None where that gives no plan, or none was found.

    Parameters
    ----------
    program
        All rows of a stage.
    slacks
        What may give way, each instance in one of them at most.
    settings
        Work limit, deadline.
    """
    if not slacks:
        return None
    elastic = _elastic(program, slacks)
    optimum = optimise(elastic, replace(settings, gap=0.0))
    if optimum.x is None or optimum.status is Status.INFEASIBLE:
        return None
    columns = program.program.column_count
    amounts = optimum.x[columns:]
    price = float(sum(slack.price * int(amount) for slack, amount in zip(slacks, amounts, strict=True)))
    return Yielded(amounts, np.flatnonzero(optimum.x[: program.program.pair_count]), price)


def _elastic(program: InstanceProgram, slacks: Sequence[Slack]) -> Program:
    """The program with one column more a slack, its price to be paid."""
    flat = program.program
    slack_of = np.full(len(program.instances), -1, np.int64)
    for number, slack in enumerate(slacks):
        slack_of[list(slack.instances)] = number
    by_units = np.array([slack.by_units for slack in slacks], bool)
    of_row, of_fixing = slack_of[program.of_row], slack_of[program.of_fixing]
    lower, upper = flat.lower.copy(), flat.upper.copy()
    fixed = of_fixing < 0
    np.maximum.at(lower, program.fix_column[fixed], program.fix_value[fixed])
    np.minimum.at(upper, program.fix_column[fixed], program.fix_value[fixed])
    least, greatest = _activity(flat, lower, upper)
    low, high = flat.row_lower > -UNBOUNDED, flat.row_upper < UNBOUNDED
    # each side of a row that may give way is a row of its own
    soft = of_row >= 0
    unit = soft & by_units[np.maximum(of_row, 0)]
    up = np.flatnonzero(soft & low)
    down = np.flatnonzero(soft & high)
    rise = np.where(unit[up], 1, np.maximum(flat.row_lower[up] - least[up], 0))
    drop = np.where(unit[down], 1, np.maximum(greatest[down] - flat.row_upper[down], 0))
    hard = np.flatnonzero(~soft)
    give = np.flatnonzero(~fixed)
    count = len(slacks)
    blocks = [
        _block(flat.matrix[hard], np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.int64), count),
        _block(flat.matrix[up], np.arange(len(up)), of_row[up], rise, count),
        _block(flat.matrix[down], np.arange(len(down)), of_row[down], -drop, count),
        _block(
            sparse.csr_array(
                (np.ones(len(give), np.int64), (np.arange(len(give)), program.fix_column[give])),
                shape=(len(give), flat.column_count),
            ),
            np.arange(len(give)),
            of_fixing[give],
            np.where(program.fix_value[give] > 0, 1, -1),
            count,
        ),
    ]
    row_lower = np.concatenate(
        [
            flat.row_lower[hard],
            flat.row_lower[up],
            np.full(len(down), -UNBOUNDED),
            np.where(program.fix_value[give] > 0, 1, -UNBOUNDED),
        ]
    )
    row_upper = np.concatenate(
        [
            flat.row_upper[hard],
            np.full(len(up), UNBOUNDED),
            flat.row_upper[down],
            np.where(program.fix_value[give] > 0, UNBOUNDED, 0),
        ]
    )
    most = np.array([flat.pair_count if slack.by_units else 1 for slack in slacks], np.int64)
    prices = np.array([round(slack.price * PRICE_STEPS) for slack in slacks], np.int64)
    side = np.full(len(row_lower), RowSide.GENERAL, np.int8)
    side[: len(hard)] = flat.row_side[hard]
    points = np.concatenate([np.zeros(flat.column_count, np.int64), -prices])
    return replace(
        flat,
        lower=np.concatenate([lower, np.zeros(count, np.int64)]),
        upper=np.concatenate([upper, _useful(most, flat, of_row, greatest, least, count, unit)]),
        matrix=sparse.vstack(blocks, format="csr"),
        row_lower=row_lower,
        row_upper=row_upper,
        row_side=side,
        levels=(Level(points, 0, 1.0 / PRICE_STEPS),),
    )


def _block(
    matrix: sparse.csr_array, row: Integers, slack: Integers, coefficient: Integers, count: int
) -> sparse.csr_array:
    """Rows with their slack columns beside them."""
    beside = sparse.csr_array((coefficient, (row, slack)), shape=(matrix.shape[0], count))
    joined: sparse.csr_array = sparse.hstack([matrix, beside], format="csr").astype(np.int64)
    return joined


def _activity(flat: Program, lower: Integers, upper: Integers) -> tuple[Integers, Integers]:
    """Least and greatest sum of each row."""
    positive, negative = flat.matrix.maximum(0), flat.matrix.minimum(0)
    return positive @ lower + negative @ upper, positive @ upper + negative @ lower


def _useful(
    most: Integers,
    flat: Program,
    of_row: Integers,
    greatest: Integers,
    least: Integers,
    count: int,
    unit: Integers,
) -> Integers:
    """So many units are of use at most: until a row gives way wholly."""
    low, high = flat.row_lower > -UNBOUNDED, flat.row_upper < UNBOUNDED
    needed = np.maximum(
        np.where(low, flat.row_lower - least, 0), np.where(high, greatest - flat.row_upper, 0)
    )
    useful = np.zeros(count, np.int64)
    rows = np.flatnonzero(unit)
    np.maximum.at(useful, of_row[rows], needed[rows])
    return np.where(most == 1, 1, np.minimum(most, np.maximum(useful, 0)))
