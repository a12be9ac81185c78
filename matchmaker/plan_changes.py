"""What one plan changes of another: moves of sources, gains and losses of rows.

Two plans of a whole district may differ in a hundred thousand pairs, of which few are ever
looked at: the figures are kept in columns, and a row is made when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, overload

import numpy as np

from matchmaker.formulation import WEIGHT_STEPS
from matchmaker.model import POINT, Floats, Integers, Objects, SideName

__all__ = ["Absent", "Change", "Changes", "Grouped", "Move", "Moves", "Roll"]


class Move(NamedTuple):
    """A source whose partners differ.

    Parameters
    ----------
    source_id : str
    from_ids, to_ids : tuple of str
        Partners that only the first plan gives it, and those that only the other does.
    points : tuple of float
        Points of the pairs that come less those of the pairs that go, by rule, as the rules give them.
    total : float
        Their sum, each times the rule's weight.
    ranks, ranks_other : tuple of int
        At which of its wishes the source's partners stand in either plan; empty where at none.
    """

    source_id: str
    from_ids: tuple[str, ...]
    to_ids: tuple[str, ...]
    points: tuple[float, ...]
    total: float
    ranks: tuple[int, ...] = ()
    ranks_other: tuple[int, ...] = ()


class Change(NamedTuple):
    """A row of either side, or all rows below one, in the first plan and in the other.

    Parameters
    ----------
    id : str
    pairs, pairs_other : int
        Its pairs in the first plan and in the other.
    left, came : int
        Pairs that only the first plan has, and those that only the other has.
    by_rule : tuple of float
        Points that it has more (or less) in the other plan, by rule, as the rules give them.
    points : float
        Their sum, each times the rule's weight.
    """

    id: str
    pairs: int
    pairs_other: int
    left: int
    came: int
    by_rule: tuple[float, ...]
    points: float


class _Rows:
    """Equality by content, as tuples have it."""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return tuple(self) == tuple(other)  # type: ignore[arg-type]

    def __hash__(self) -> int:
        return hash(tuple(self))  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class Changes(_Rows, Sequence[Change]):
    """Rows of which anything differs, the greatest gain first.

    Parameters
    ----------
    ids : (rows,) object
    counts : (4, rows) int64
        Pairs, pairs in the other plan, left, came.
    hundredths : (rules, rows) int64
        Hundredths of a point gained by rule.
    weights : (rules,) int64
        Of the rules, in steps of ``1 / WEIGHT_STEPS``.
    """

    ids: Objects
    counts: Integers
    hundredths: Integers
    weights: Integers

    @property
    def points(self) -> Floats:
        """Points gained by each row, shape (rows,), weighted."""
        return _weighted(self.weights, self.hundredths)

    @property
    def gains(self) -> Changes:
        """The rows that gain points, the greatest gain first."""
        return self._at(np.arange(np.count_nonzero(self.points > 0)))

    @property
    def losses(self) -> Changes:
        """The rows that lose points, the greatest loss first."""
        return self._at(np.arange(len(self))[::-1][: np.count_nonzero(self.points < 0)])

    def _at(self, rows: np.ndarray) -> Changes:
        return Changes(self.ids[rows], self.counts[:, rows], self.hundredths[:, rows], self.weights)

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> Change: ...
    @overload
    def __getitem__(self, at: slice) -> list[Change]: ...
    def __getitem__(self, at: int | slice) -> Change | list[Change]:
        if isinstance(at, slice):
            return list(self._at(np.arange(len(self))[at]))
        return next(iter(self._at(np.array([range(len(self))[at]]))))

    def __iter__(self) -> Iterator[Change]:
        by_rule = (self.hundredths.T / POINT).tolist()
        listed = zip(self.ids.tolist(), *self.counts.tolist(), by_rule, self.points.tolist(), strict=True)
        for one, pairs, pairs_other, left, came, rules, points in listed:
            yield Change(str(one), pairs, pairs_other, left, came, tuple(rules), points)


@dataclass(frozen=True, eq=False)
class Grouped:
    """Values by row: those of row i stand from ``start[i]`` to ``end[i]``."""

    values: np.ndarray
    start: Integers
    end: Integers

    def at(self, rows: np.ndarray) -> Grouped:
        """Those of some rows."""
        return Grouped(self.values, self.start[rows], self.end[rows])

    def __iter__(self) -> Iterator[tuple[object, ...]]:
        for start, end in zip(self.start.tolist(), self.end.tolist(), strict=True):
            yield tuple(self.values[start:end].tolist())


@dataclass(frozen=True, eq=False)
class Moves(_Rows, Sequence[Move]):
    """The sources whose partners differ, by id.

    Parameters
    ----------
    ids : (moves,) object
    partners : (Grouped, Grouped)
        Partners that only the first plan gives each, and those that only the other does.
    hundredths : (rules, moves) int64
        Hundredths of a point gained by rule.
    weights : (rules,) int64
        Of the rules, in steps of ``1 / WEIGHT_STEPS``.
    ranks : (Grouped, Grouped)
        Wish ranks in either plan.
    """

    ids: Objects
    partners: tuple[Grouped, Grouped]
    hundredths: Integers
    weights: Integers
    ranks: tuple[Grouped, Grouped]

    def by_effect(self, count: int) -> list[Move]:
        """The moves that change the most points, in either direction, at most `count`."""
        total = np.abs(_weighted(self.weights, self.hundredths))
        return list(self._at(np.argsort(-total, kind="stable")[:count]))

    def _at(self, rows: np.ndarray) -> Moves:
        partners, ranks = ((one[0].at(rows), one[1].at(rows)) for one in (self.partners, self.ranks))
        return Moves(self.ids[rows], partners, self.hundredths[:, rows], self.weights, ranks)

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> Move: ...
    @overload
    def __getitem__(self, at: slice) -> list[Move]: ...
    def __getitem__(self, at: int | slice) -> Move | list[Move]:
        if isinstance(at, slice):
            return list(self._at(np.arange(len(self))[at]))
        return next(iter(self._at(np.array([range(len(self))[at]]))))

    def __iter__(self) -> Iterator[Move]:
        points = (self.hundredths.T / POINT).tolist()
        total = _weighted(self.weights, self.hundredths).tolist()
        listed = zip(self.ids.tolist(), *self.partners, points, total, *self.ranks, strict=True)
        for one, left, came, by_rule, gained, ranks, ranks_other in listed:
            yield Move(str(one), left, came, tuple(by_rule), gained, ranks, ranks_other)


def _weighted(weights: Integers, hundredths: Integers) -> Floats:
    """Points of each column, each rule's times its weight; whole numbers up to the last step."""
    total: Floats = (weights @ hundredths) / (WEIGHT_STEPS * POINT)
    return total


class Absent(NamedTuple):
    """Rows of one side that have pairs in one plan and are not in the other's data at all.

    Parameters
    ----------
    side : str
        ``source`` or ``target``.
    first, other : tuple of str
        Ids that only the first plan's data have, and those that only the other's have.
    """

    side: SideName
    first: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True)
class Roll:
    """Changes of a stage summed up by what its sources or targets lie below: by sub-district, by agency.

    Parameters
    ----------
    side : str
        ``source`` or ``target``.
    table : str
        The uppermost table above that side; the side's own where nothing lies above it.
    changes : Changes
        Rows below none are left out.
    """

    side: SideName
    table: str
    changes: Changes
