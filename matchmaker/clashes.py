"""Pins and bans that contradict a single rule: what a reader can see who looks at no other rule.

Bounds are propagated through the rows of one rule (then of that rule and the degrees). Where a
row cannot hold any more, pins and bans are withdrawn one by one as long as it still cannot, so
that only those are left that have a part in it. What this finds is a proof; it does not find all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from matchmaker.formulation import Formulation, RowSide
from matchmaker.model import Floats, Integers

__all__ = ["Clash", "clashes"]

ROUNDS = 20
"""How often bounds are handed on from row to row."""

MOST_PINS = 100
"""Of more pins than this it is not asked which have a part in it."""

_NEARLY = 1e-6


@dataclass(frozen=True)
class Clash:
    """Rules that cannot hold together with some pairs that are pinned.

    Parameters
    ----------
    rules : tuple of str
        The rule whose row cannot hold, then the degrees and the rules that ban pairs, as far as
        they have a part in it.
    pins : tuple of (str, int)
        Rule and pair of each pin that has a part in it; without any the rules clash by themselves.
    """

    rules: tuple[str, ...]
    pins: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class _Rows:
    matrix: sparse.csr_array
    low: Floats
    high: Floats


@dataclass(frozen=True)
class _Fixing:
    """What may be withdrawn: one pin, or all that a rule bans."""

    rule: str
    columns: Integers
    value: int


def clashes(formulation: Formulation, degrees: Sequence[str], columns: Integers) -> Iterator[Clash]:
    """Every rule that clashes with pins, bans and degrees, the degrees only where it does not without them.

    Parameters
    ----------
    formulation
        All rows and fixings of a stage.
    degrees
        Rules of the stage's degrees.
    columns
        Those of the parts that are known to be infeasible.
    """
    program = formulation.program([])
    bounds = _bounds(formulation, program.lower, program.upper)
    fixings = _fixings(formulation, columns)
    if formulation.family is not None:
        yield from _of_family(formulation, fixings)
    inside = np.zeros(program.column_count, bool)
    inside[columns] = True
    touched = np.asarray(abs(program.matrix) @ inside.astype(np.int64) > 0)
    rules = np.where(touched, formulation.row_rules(), "")
    own_degrees = np.isin(rules, degrees) & (program.row_side != RowSide.GENERAL)
    for rule in dict.fromkeys(rules[(rules != "") & ~own_degrees]):
        for further in (np.zeros(len(rules), bool), own_degrees):
            chosen = np.flatnonzero((rules == rule) | further)
            rows = _Rows(program.matrix[chosen], *_limits(program.row_lower, program.row_upper, chosen))
            found = _blamed(rows, bounds, fixings)
            if found is not None:
                named = dict.fromkeys(rules[chosen]) if bool(further.any()) else (rule,)
                bans = (each.rule for each in found if each.value == 0)
                pins = tuple((each.rule, int(each.columns[0])) for each in found if each.value == 1)
                yield Clash(tuple(dict.fromkeys((rule, *named, *bans))), pins)
                break


def _bounds(formulation: Formulation, lower: Integers, upper: Integers) -> tuple[Floats, Floats]:
    """Bounds of the columns without any fixing."""
    low, high = lower.astype(float), upper.astype(float)
    low[: formulation.pair_count], high[: formulation.pair_count] = 0, 1
    return low, high


def _fixings(formulation: Formulation, columns: Integers) -> list[_Fixing]:
    inside = np.intersect1d(columns, np.arange(formulation.pair_count))
    found: list[_Fixing] = []
    for rule, where, value in formulation.fixings():
        here = np.intersect1d(where, inside)
        if value == 0 and len(here):
            found.append(_Fixing(rule, here, 0))
        elif value == 1:
            found += [_Fixing(rule, here[at : at + 1], 1) for at in range(len(here))]
    return sorted(found, key=lambda each: each.value)  # bans are withdrawn first


def _limits(lower: Integers, upper: Integers, chosen: Integers) -> tuple[Floats, Floats]:
    return lower[chosen].astype(float), upper[chosen].astype(float)


def _of_family(formulation: Formulation, fixings: Sequence[_Fixing]) -> Iterator[Clash]:
    """Sources with pins in several parts of which they may take one."""
    family = formulation.family
    assert family is not None
    pins = [each for each in fixings if each.value == 1]
    pairs = np.array([each.columns[0] for each in pins], np.int64)
    for source in np.unique(family.sources[pairs]):
        own = np.flatnonzero(family.sources[pairs] == source)
        if len(np.unique(family.part[pairs[own]])) > 1:
            named = tuple((pins[at].rule, int(pairs[at])) for at in own)
            yield Clash(tuple(family.rule.split("+")), named)


def _blamed(rows: _Rows, bounds: tuple[Floats, Floats], fixings: list[_Fixing]) -> list[_Fixing] | None:
    """The fixings without which the rows could hold; None where they can hold with all."""
    broken = _broken(rows, bounds, fixings)
    if not broken:
        return None
    pins = sum(each.value for each in fixings)
    touched = np.zeros(len(bounds[0]), bool)
    touched[rows.matrix.indices] = True
    kept = [each for each in fixings if bool(touched[each.columns].any())]
    if pins > MOST_PINS:
        return kept
    for each in list(kept):
        without = [other for other in kept if other is not each]
        if _broken(rows, bounds, without):
            kept = without
    return kept


def _broken(rows: _Rows, bounds: tuple[Floats, Floats], fixings: Sequence[_Fixing]) -> bool:
    """Whether bounds, handed on from row to row, leave some row or column nothing."""
    low, high = bounds[0].copy(), bounds[1].copy()
    for each in fixings:
        low[each.columns] = np.maximum(low[each.columns], each.value)
        high[each.columns] = np.minimum(high[each.columns], each.value)
    entries = rows.matrix.tocoo()
    entries.eliminate_zeros()
    row, column = (np.asarray(each, np.int64) for each in entries.coords)
    weight = entries.data.astype(float)
    positive = weight > 0
    for _ in range(ROUNDS):
        if bool((low > high).any()):
            return True
        at_least = weight * np.where(positive, low[column], high[column])
        at_most = weight * np.where(positive, high[column], low[column])
        least, most = (np.bincount(row, each, len(rows.low)) for each in (at_least, at_most))
        if bool(((least > rows.high) | (most < rows.low)).any()):
            return True
        # what the others of the row leave to each column
        room, need = rows.high[row] - (least[row] - at_least), rows.low[row] - (most[row] - at_most)
        upper, lower = np.where(positive, room, need) / weight, np.where(positive, need, room) / weight
        new_low, new_high = low.copy(), high.copy()
        np.maximum.at(new_low, column, np.ceil(lower - _NEARLY))
        np.minimum.at(new_high, column, np.floor(upper + _NEARLY))
        if bool((new_low == low).all() and (new_high == high).all()):
            return False
        low, high = new_low, new_high
    return False
