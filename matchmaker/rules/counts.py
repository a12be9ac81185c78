"""Counts of partners by class: so many at least, so many wished for, so many at most.

A quota of a source, the mix of a target's partners and bands of strength are all such
counts: each row (or group of rows) of one side has partners on the other, which belong to
classes, and its number of each class is limited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.grouping import Groups
from matchmaker.model import Assignment, Finding, Integers, Objects, Problem, SideName, other_side
from matchmaker.rules.amounts import Amount
from matchmaker.rules.base import Check, points_lost
from matchmaker.selectors import Mask

__all__ = [
    "Classes",
    "Counts",
    "Prices",
    "check_counts",
    "classes_of",
    "limit_counts",
    "measure_counts",
    "names_in",
    "same_for_all",
]


@dataclass(frozen=True)
class Classes:
    """Which rows of a side belong to which class; a row may belong to several, or to none.

    Parameters
    ----------
    names : tuple of str
        An empty name stands for all rows.
    member : (rows, classes) bool
    """

    names: tuple[str, ...]
    member: Mask


@dataclass(frozen=True)
class Counts:
    """Limits on the number of partners of each class.

    Parameters
    ----------
    which : str
        Side whose rows have the limits, ``source`` or ``target``.
    carriers : Groups
        Its rows, or groups of them: those with one limit.
    classes : Classes
        Of the other side's rows.
    least, wanted, most : (carriers, classes) int64
        `UNBOUNDED` where there is no most; nothing is wanted below `least` or above `most`.
    """

    which: SideName
    carriers: Groups
    classes: Classes
    least: Integers
    wanted: Integers
    most: Integers


@dataclass(frozen=True)
class Prices:
    """Points lost where a rule is soft.

    Parameters
    ----------
    short : float
        Per partner below `wanted`, and again per partner below `least`.
    over : float or None
        Per partner above `most`; None where that stays forbidden.
    """

    short: float
    over: float | None = None


def same_for_all(carriers: Groups, classes: Classes, amounts: Sequence[Amount], soft: bool) -> Counts:
    """Limits that every target, or group of targets, has alike: one amount for each class.

    Soft, what is missing to the least is only short of what is wanted.
    """
    shape = len(carriers), len(classes.names)
    least, most = (
        np.broadcast_to(np.array(each, np.int64), shape)
        for each in ([amount.min for amount in amounts], [amount.most for amount in amounts])
    )
    return Counts("target", carriers, classes, np.zeros(shape, np.int64) if soft else least, least, most)


def classes_of(column: Objects, names: tuple[str, ...]) -> Classes:
    """Classes by the values of a column, which may hold several values a row."""
    rows = pd.Series(column, dtype=object).explode().dropna()
    codes, distinct = pd.factorize(rows)
    index = pd.Index(names, dtype=object)
    place = index.get_indexer(pd.Index([_name(value) for value in distinct], dtype=object))
    at = place[codes] if len(codes) else np.empty(0, np.int64)
    member = np.zeros((len(column), len(names)), bool)
    member[rows.index.to_numpy(np.int64)[at >= 0], at[at >= 0]] = True
    if "" in names:
        member[:, names.index("")] = True
    return Classes(names, member)


def names_in(column: Objects) -> tuple[str, ...]:
    """The classes that occur in a column, in order."""
    rows = pd.Series(column, dtype=object).explode().dropna()
    return tuple(sorted({_name(value) for value in pd.unique(rows)}))


def _name(value: Any) -> str:
    """A value as a scheme writes it: flags as true and false, whole numbers without a fraction."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def limit_counts(
    rule: str, problem: Problem, formulation: Formulation, counts: Counts, prices: Prices | None
) -> None:
    """One row for each carrier and class whose limits can bind; without `prices` all of them are hard.

    What is short takes at most two columns in the same row: up to `wanted` one costs
    `short`, below `least` each costs twice as much, so that the cheaper is used first.
    """
    cell, pair = _entries(problem, counts)
    least, wanted, most = (limit.ravel() for limit in (counts.least, counts.wanted, counts.most))
    candidates = np.bincount(cell, minlength=len(least))
    needed = least if prices is None else wanted
    short = np.flatnonzero((needed > 0) & (candidates == 0)) if prices is not None else np.empty(0, np.int64)
    if prices is not None and len(short):
        # nobody can ever be counted there: not a decision, only points
        units = int((wanted[short] + least[short]).sum())
        formulation.add_constant(rule, -points_lost(prices.short) * units)
    binding = (needed > 0) | (most < candidates)
    binding[short] = False
    cells = np.flatnonzero(binding)
    if not len(cells):
        return
    number = np.cumsum(binding) - 1
    used = binding[cell]
    row, column = [number[cell[used]]], [pair[used]]
    sign = [np.ones(int(used.sum()), np.int64)]

    def add(width: Integers, lost: int, one: int) -> None:
        where = np.flatnonzero(width > 0)
        new = formulation.add_columns(rule, 0, width[where])
        formulation.add_points(rule, new, -lost)
        row.append(where)
        column.append(new)
        sign.append(np.full(len(where), one, np.int64))

    if prices is not None:
        add((wanted - least)[cells], points_lost(prices.short), 1)
        add(least[cells], 2 * points_lost(prices.short), 1)
        if prices.over is not None:
            add((candidates - most)[cells], points_lost(prices.over), -1)
    formulation.add_rows(
        rule, np.concatenate(row), np.concatenate(column), np.concatenate(sign), needed[cells], most[cells]
    )


def check_counts(
    rule: str, problem: Problem, assignment: Assignment, counts: Counts, prices: Prices | None
) -> Check:
    """Count the partners of each class and hold them against the limits."""
    found = _counted(problem, assignment, counts)
    needed = counts.least if prices is None else counts.wanted
    short = _findings(rule, counts, found, needed, found < needed)
    over = _findings(rule, counts, found, counts.most, found > counts.most)
    if prices is None:
        return Check(findings=(*short, *over))
    units = np.maximum(counts.wanted - found, 0) + np.maximum(counts.least - found, 0)
    points = -points_lost(prices.short) * int(units.sum())
    if prices.over is None:
        return Check({rule: points}, short, hard_findings=over)
    points += -points_lost(prices.over) * int(np.maximum(found - counts.most, 0).sum())
    return Check({rule: points}, (*short, *over))


def measure_counts(problem: Problem, assignment: Assignment, counts: Counts) -> dict[str, Any]:
    """How many limits are met, overall and by class, and what is short or over; empty without limits."""
    found = _counted(problem, assignment, counts)
    limited = (counts.wanted > 0) | (counts.most < UNBOUNDED)
    if not bool(limited.any()):
        return {}
    short = np.maximum(counts.wanted - found, 0)
    over = np.maximum(found - counts.most, 0)
    met = limited & (short == 0) & (over == 0)
    return {
        "limits": {
            **_sums(limited, met, short, over),
            "classes": {
                name: _sums(limited[:, c], met[:, c], short[:, c], over[:, c])
                for c, name in enumerate(counts.classes.names)
                if bool(limited[:, c].any())
            },
        }
    }


def _sums(limited: Mask, met: Mask, short: Integers, over: Integers) -> Mapping[str, int]:
    return {
        "limits": int(limited.sum()),
        "met": int(met.sum()),
        "short": int(short.sum()),
        "over": int(over.sum()),
    }


def _entries(problem: Problem, counts: Counts) -> tuple[Integers, Integers]:
    """(cell, pair) of each candidate pair and class that counts; a cell is carrier · classes + class."""
    of_carrier = problem.pair_rows(counts.which)
    of_partner = problem.pair_rows(other_side(counts.which))
    member = sparse.csr_array(counts.classes.member)[of_partner].tocoo()
    pair, kind = (np.asarray(axis, np.int64) for axis in member.coords)
    carrier = counts.carriers.of_row[of_carrier[pair]]
    known = carrier >= 0
    return (carrier * len(counts.classes.names) + kind)[known], pair[known]


def _counted(problem: Problem, assignment: Assignment, counts: Counts) -> Integers:
    """Chosen partners of each carrier and class, shape (carriers, classes)."""
    chosen = problem.locate(assignment)
    carrier, partner = chosen.rows(counts.which), chosen.rows(other_side(counts.which))
    known = (carrier >= 0) & (partner >= 0)
    owner = counts.carriers.of_row[carrier[known]]
    found = np.zeros(counts.least.shape, np.int64)
    np.add.at(found, owner[owner >= 0], counts.classes.member[partner[known][owner >= 0]].astype(np.int64))
    return found


def _findings(
    rule: str, counts: Counts, found: Integers, required: Integers, wrong: Mask
) -> tuple[Finding, ...]:
    findings = []
    for carrier, kind in np.argwhere(wrong):
        name = counts.classes.names[kind]
        unit = f"partners:{name}" if name else "partners"
        numbers = int(found[carrier, kind]), int(required[carrier, kind])
        findings.append(Finding.about(rule, counts.which, counts.carriers.ids[carrier], *numbers, unit))
    return tuple(findings)
