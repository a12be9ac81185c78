"""What rules write into: columns, rows, fixings, points, sets and preferences, each under its rule's id.

`Formulation.program` freezes it into a `matchmaker.program.Program`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from matchmaker.model import POINT, Integers
from matchmaker.preferences import Preferences
from matchmaker.program import Level, Program
from matchmaker.rows import UNBOUNDED, RowSide
from matchmaker.set_family import SetFamily, merged

__all__ = ["UNBOUNDED", "Formulation", "RowSide", "SetFamily"]

WEIGHT_STEPS = 1000
"""Weights of an objective are read to three decimals, so that levels stay integers."""


@dataclass
class Formulation:
    """Builder of a `Program`: what one problem's rules say, rule by rule.

    Parameters
    ----------
    pair_source, pair_target : (pairs,) int64
        Candidate pairs, as in `Problem`.
    """

    pair_source: Integers
    pair_target: Integers
    _lower: list[Integers] = field(default_factory=list)
    _upper: list[Integers] = field(default_factory=list)
    _column_rule: list[str] = field(default_factory=list)
    _blocks: list[tuple[str, RowSide, sparse.coo_array, Integers, Integers]] = field(default_factory=list)
    _fixings: list[tuple[str, Integers, int]] = field(default_factory=list)
    _points: dict[str, list[tuple[Integers, Integers]]] = field(default_factory=dict)
    _constants: dict[str, int] = field(default_factory=dict)
    _family: SetFamily | None = None
    _preferences: Preferences | None = None

    @property
    def pair_count(self) -> int:
        """Number of pair columns."""
        return len(self.pair_source)

    @property
    def column_count(self) -> int:
        """Pair columns and those that rules have added."""
        return self.pair_count + sum(len(block) for block in self._lower)

    def add_columns(self, rule: str, lower: ArrayLike, upper: ArrayLike) -> Integers:
        """New bounded integer columns; returns their positions, shape as `upper`."""
        low, high = np.broadcast_arrays(np.asarray(lower, np.int64), np.asarray(upper, np.int64))
        first = self.column_count
        self._lower.append(np.array(low, np.int64).ravel())
        self._upper.append(np.array(high, np.int64).ravel())
        self._column_rule.append(rule)
        return np.arange(first, first + high.size, dtype=np.int64)

    def add_rows(
        self,
        rule: str,
        row: ArrayLike,
        column: ArrayLike,
        coefficient: ArrayLike,
        lower: ArrayLike,
        upper: ArrayLike,
        side: RowSide = RowSide.GENERAL,
    ) -> None:
        """A block of rows, lower ≤ Σ coefficient · column ≤ upper, given as triples.

        Parameters
        ----------
        rule
            Id of the rule that the rows belong to.
        row, column, coefficient
            Triples; rows count from 0 within the block, entries of one place add up.
        lower, upper : (rows,) or scalars
            At least one has the block's length; beyond ±`UNBOUNDED` means no bound.
        side
            `SOURCE` or `TARGET` only for rows that limit the degrees of one side.
        """
        low, high = np.broadcast_arrays(
            np.atleast_1d(np.asarray(lower, np.int64)), np.atleast_1d(np.asarray(upper, np.int64))
        )
        at, where = np.asarray(row, np.int64), np.asarray(column, np.int64)
        value = np.broadcast_to(np.asarray(coefficient, np.int64), at.shape)
        block = sparse.coo_array((value, (at, where)), shape=(len(low), 2**31 - 1))
        self._blocks.append((rule, side, block, np.array(low), np.array(high)))

    def fix(self, rule: str, columns: ArrayLike, value: int) -> None:
        """Fix columns to a value; contradictory fixings make the program infeasible."""
        self._fixings.append((rule, np.asarray(columns, np.int64), value))

    def add_points(self, term: str, columns: ArrayLike, points: ArrayLike) -> None:
        """Points (hundredths, integers) that each unit of a column gives to an objective term."""
        where = np.asarray(columns, np.int64)
        value = np.array(np.broadcast_to(np.asarray(points, np.int64), where.shape))
        self._points.setdefault(term, []).append((where, value))

    def add_constant(self, term: str, points: int) -> None:
        """Points (hundredths) that every plan has under an objective term."""
        self._constants[term] = self._constants.get(term, 0) + int(points)

    def set_family(self, family: SetFamily) -> None:
        """Let the sources take sets; where several rules ask for them, sets that suit all (`merged`)."""
        self._family = family if self._family is None else merged(self._family, family)

    @property
    def family(self) -> SetFamily | None:
        """The set family asked for, if any."""
        return self._family

    def set_preferences(self, preferences: Preferences) -> None:
        """Let the plan be stable under the preferences of both sides; one rule a stage may ask for it."""
        self._preferences = preferences

    def row_rules(self) -> NDArray[np.object_]:
        """The rule of each row of the program, shape (rows,)."""
        return np.concatenate(
            [np.full(len(lower), rule, dtype=object) for rule, _, _, lower, _ in self._blocks]
            or [np.empty(0, object)]
        )

    def hard_rules(self, columns: Integers) -> tuple[str, ...]:
        """Rules that limit any of the columns whatever it costs, by a row or by fixing one to 0.

        Those of which a row without columns cannot hold are among them.
        """
        inside, priced = np.zeros(self.column_count, bool), np.zeros(self.column_count, bool)
        inside[columns] = True
        for where, _ in (one for parts in self._points.values() for one in parts):
            priced[where[where >= self.pair_count]] = True  # what a soft rule pays with
        found = []
        for rule, _, block, lower, upper in self._blocks:
            row, column = block.coords
            hard = np.setdiff1d(row[inside[column]], row[priced[column]])
            empty = ~np.isin(np.arange(len(lower)), row)
            if len(hard) or bool((empty & ((lower > 0) | (upper < 0))).any()):
                found.append(rule)
        if self._preferences is not None and bool(inside[: self.pair_count].any()):
            found.append(self._preferences.rule)
        found += [rule for rule, where, value in self._fixings if value == 0 and bool(inside[where].any())]
        return tuple(dict.fromkeys(found))

    def fixings(self) -> tuple[tuple[str, Integers, int], ...]:
        """(rule, columns, value) of every fixing, in the order of the rules."""
        return tuple(self._fixings)

    def program(self, levels: Sequence[Mapping[str, float]]) -> Program:
        """Freeze into arrays, with the given levels: each a mapping of term to weight."""
        columns = self.column_count
        lower = np.concatenate([np.zeros(self.pair_count, np.int64), *self._lower])
        upper = np.concatenate([np.ones(self.pair_count, np.int64), *self._upper])
        for _, where, value in self._fixings:
            lower[where] = np.maximum(lower[where], value)
            upper[where] = np.minimum(upper[where], value)
        blocks = [
            sparse.csr_array((block.data, block.coords), shape=(block.shape[0], columns))
            for _, _, block, _, _ in self._blocks
        ]
        sizes = [len(low) for _, _, _, low, _ in self._blocks]
        none = np.empty(0, np.int64)
        return Program(
            pair_count=self.pair_count,
            lower=lower,
            upper=upper,
            matrix=(
                sparse.vstack(blocks, format="csr")
                if blocks
                else sparse.csr_array((0, columns), dtype=np.int64)
            ),
            row_lower=np.concatenate([low for _, _, _, low, _ in self._blocks] or [none]),
            row_upper=np.concatenate([high for _, _, _, _, high in self._blocks] or [none]),
            row_side=np.repeat(np.array([side for _, side, _, _, _ in self._blocks], np.int8), sizes),
            levels=tuple(self._level(weights, columns) for weights in levels),
            family=self._family,
            preferences=self._preferences,
        )

    def _level(self, weights: Mapping[str, float], columns: int) -> Level:
        points, constant = np.zeros(columns, np.int64), 0
        for term, weight in weights.items():
            steps = round(weight * WEIGHT_STEPS)
            for where, value in self._points.get(term, ()):
                np.add.at(points, where, steps * value)
            constant += steps * self._constants.get(term, 0)
        family = self._family
        has_shape = family is not None and family.shape is not None
        shape = round(weights.get(family.shape_term, 0) * WEIGHT_STEPS) if family and has_shape else 0
        divisor = int(np.gcd.reduce([np.gcd.reduce(points), constant, shape])) or 1
        return Level(
            points // divisor,
            constant // divisor,
            divisor / (WEIGHT_STEPS * POINT),
            shape=shape // divisor,
        )
