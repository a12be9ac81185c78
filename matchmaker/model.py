"""The nouns of solving: datasets, stages, problems, assignments, plans, findings.

All of them are frozen: a step takes some and returns new ones. No table is defined
here; a dataset only knows which column is a table's key and which is its parent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.lazily import Lazily, with_later, with_value

__all__ = [
    "POINT",
    "Assignment",
    "Chosen",
    "Dataset",
    "Finding",
    "Integers",
    "Objects",
    "Problem",
    "Side",
    "SideName",
    "Stage",
    "Status",
    "other_side",
]

POINT = 100
"""Points are kept as integers, in hundredths of a point, from the rule to the plan:
so the model's, the checker's and the report's sums are the same number."""

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Objects = NDArray[np.object_]

SideName = Literal["source", "target"]
"""One of the two sides of a stage."""

_Value = TypeVar("_Value")


def other_side(which: SideName) -> SideName:
    """The side across."""
    return "target" if which == "source" else "source"


class Status(StrEnum):
    """What is known of a result; a plan's status is its worst stage's.

    What is imported was made by hand: nobody has searched, and it may break rules.
    """

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    IMPORTED = "imported"
    UNKNOWN = "unknown"
    INFEASIBLE = "infeasible"

    @staticmethod
    def worst(statuses: Sequence[Status]) -> Status:
        """The worst of several, in the order above."""
        order = list(Status)
        return max(statuses, key=order.index, default=Status.OPTIMAL)


@dataclass(frozen=True)
class Dataset:
    """Tables of entities, normalised: rows sorted by key, missing values as None or NaN.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Text columns hold str or None, numbers float64 with NaN, yes/no columns the
        nullable ``boolean`` type, columns of several values tuples of str, dates text
        as ``YYYY-MM-DD``. Rows are in the order of the key column, whatever the order
        of the file.
    keys : mapping of str to str
        Table to its key column. Tables without a key (wishes, pins, …) are absent.
    parents : mapping of str to (str, str)
        Table to (column, parent table): the trees that `within` and counts follow.
    joins : mapping of str to (str, str)
        Second parent of the tables that join two others, the decided stages: their rows
        lie below their source (the parent) and below their target (the join).
    """

    tables: Mapping[str, pd.DataFrame]
    keys: Mapping[str, str]
    parents: Mapping[str, tuple[str, str]]
    joins: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    _memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def frame(self, table: str) -> pd.DataFrame:
        """The rows of `table`; an empty frame where the dataset has none."""
        return self.tables.get(table, pd.DataFrame())

    def has(self, table: str) -> bool:
        """Whether the dataset has rows in `table`."""
        return table in self.tables and len(self.tables[table]) > 0

    def has_column(self, table: str, column: str) -> bool:
        """Whether `table` has a column; a table that has not been read is not read for that."""
        unread = (
            self.tables.sketch(table) if isinstance(self.tables, Lazily) and table in self.tables else None
        )
        return column in (self.frame(table).columns if unread is None else unread.columns)

    def may_hold(self, table: str, words: str) -> bool:
        """False where certainly no cell of `table` holds just these words; it is not read for that."""
        unread = (
            self.tables.sketch(table) if isinstance(self.tables, Lazily) and table in self.tables else None
        )
        return unread is None or unread.may_hold(words)

    def ids(self, table: str) -> Objects:
        """Keys of `table` in row order, shape (rows,)."""
        frame = self.frame(table)
        return np.asarray(frame[self.keys[table]], dtype=object) if len(frame) else np.empty(0, object)

    def positions(self, table: str, ids: Sequence[Any] | Objects | pd.Series) -> Integers:
        """Row position in `table` of each id; -1 where there is none."""
        index = self.memo(("index", table), lambda: pd.Index(self.ids(table), dtype=object))
        return np.asarray(index.get_indexer(pd.Index(np.asarray(ids, dtype=object), dtype=object)), np.int64)

    def ancestors(self, table: str, above: str) -> Integers | None:
        """For each row of `table`, the row position of its ancestor in table `above`.

        Returns
        -------
        array of shape (rows,) with -1 where a parent is missing, or None when no chain
        of parents leads from `table` to `above`. A table is its own ancestor. Where both
        parents of a decided stage lead there, the way goes by its sources.
        """
        return self.memo(("ancestors", table, above), lambda: self._climb(table, above))

    def _climb(self, table: str, above: str) -> Integers | None:
        if table == above:
            return np.arange(len(self.frame(table)), dtype=np.int64)
        for column, parent in self._links(table):
            further = self.ancestors(parent, above)
            if further is None:
                continue
            frame = self.frame(table)
            if column not in frame or not len(further):
                return np.full(len(frame), -1, np.int64)
            up = self.positions(parent, frame[column])
            return np.where(up >= 0, further[up], -1).astype(np.int64)
        return None

    def _links(self, table: str) -> list[tuple[str, str]]:
        return [links[table] for links in (self.parents, self.joins) if table in links]

    def with_table(self, table: str, frame: pd.DataFrame) -> Dataset:
        """A new dataset in which `table` has the rows of `frame`, sorted by key."""
        if table in self.keys and len(frame):
            frame = frame.sort_values(self.keys[table], kind="stable").reset_index(drop=True)
        return replace(self, tables=with_value(self.tables, table, frame), _memo={})

    def with_table_later(self, table: str, make: Callable[[], pd.DataFrame]) -> Dataset:
        """The same, `make` called when the table is first asked for, where tables are read so."""

        def frame() -> pd.DataFrame:
            return self.with_table(table, make()).frame(table)

        return replace(self, tables=with_later(self.tables, table, frame), _memo={})

    def memo(self, key: Any, compute: Callable[[], _Value]) -> _Value:
        """The remembered value of `key`, computed the first time: tables never change."""
        if key not in self._memo:
            self._memo[key] = compute()
        value: _Value = self._memo[key]
        return value


@dataclass(frozen=True)
class Stage:
    """One relation to decide: rows of `source_table` to rows of `target_table`."""

    id: str
    source_table: str
    target_table: str
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Side:
    """The sources or the targets of a problem, in the order of their ids.

    Parameters
    ----------
    table : str
        Their table.
    rows : (n,) int64
        Their row positions in that table.
    ids : (n,) object
        Their keys.
    minimum, maximum : (n,) int64
        Bounds on how many partners each may have.
    """

    table: str
    rows: Integers
    ids: Objects
    minimum: Integers
    maximum: Integers

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Assignment:
    """The pairs chosen at one stage, by id, sorted by source and then target."""

    stage: str
    source_ids: Objects
    target_ids: Objects

    @staticmethod
    def of(stage: str, source_ids: Objects, target_ids: Objects) -> Assignment:
        """An assignment of the given pairs, brought into canonical order."""
        frame = pd.DataFrame({"s": source_ids, "t": target_ids}, dtype=object)
        frame = frame.sort_values(["s", "t"], kind="stable")
        return Assignment(stage, np.asarray(frame["s"], object), np.asarray(frame["t"], object))

    def __len__(self) -> int:
        return len(self.source_ids)


@dataclass(frozen=True)
class Chosen:
    """An assignment located in a problem.

    Parameters
    ----------
    source, target : (n,) int64
        Positions among the problem's sources and targets; -1 for an id that the
        problem does not have.
    pair : (n,) int64
        Positions among the problem's candidate pairs; -1 for a pair that is none.
    """

    source: Integers
    target: Integers
    pair: Integers

    def rows(self, which: SideName) -> Integers:
        """Positions among the rows of one side."""
        return self.source if which == "source" else self.target

    @property
    def candidates(self) -> Integers:
        """Positions of the pairs that are candidates."""
        return self.pair[self.pair >= 0]

    @property
    def known(self) -> tuple[Integers, Integers]:
        """Sources and targets of the pairs whose both sides the problem has."""
        both = (self.source >= 0) & (self.target >= 0)
        return self.source[both], self.target[both]


@dataclass(frozen=True)
class Problem:
    """One stage made ready for its rules: sources, targets and candidate pairs.

    Parameters
    ----------
    stage, dataset, year
        What is decided, on which data, for which year.
    sources, targets : Side
        The rows that take part, with their degree bounds.
    pair_source, pair_target : (pairs,) int64
        Candidate pairs as positions in `sources` and `targets`, sorted by source and
        then target, each at most once.
    earlier : mapping of str to Assignment
        What the stages before this one decided.
    coming : mapping of str to (Side, Side)
        Sources and targets of later stages that a rule spans together with this one, as far as
        they are known; minima that may fall short are 0.
    excluded : tuple of (side, id, reason)
        Rows that ``where`` left out; side is ``source`` or ``target``.
    """

    stage: Stage
    dataset: Dataset
    year: int
    sources: Side
    targets: Side
    pair_source: Integers
    pair_target: Integers
    earlier: Mapping[str, Assignment] = field(default_factory=dict)
    coming: Mapping[str, tuple[Side, Side]] = field(default_factory=dict)
    excluded: tuple[tuple[str, str, str], ...] = ()
    _memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def pair_count(self) -> int:
        """Number of candidate pairs."""
        return len(self.pair_source)

    def side(self, which: SideName) -> Side:
        """The sources or the targets."""
        return self.sources if which == "source" else self.targets

    def pair_rows(self, which: SideName) -> Integers:
        """Position of each candidate pair's source or target, shape (pairs,)."""
        return self.pair_source if which == "source" else self.pair_target

    def pair_index(self, source: Integers, target: Integers) -> Integers:
        """Positions among the candidate pairs of the given (source, target) positions.

        -1 where the pair is no candidate or either position is -1.
        """
        width = max(len(self.targets), 1)
        codes = self.memo("pair codes", lambda: self.pair_source * width + self.pair_target)
        wanted = np.asarray(source, np.int64) * width + np.asarray(target, np.int64)
        at = np.searchsorted(codes, wanted)
        inside = at < len(codes)
        found = np.zeros(len(wanted), bool)
        found[inside] = codes[at[inside]] == wanted[inside]
        found &= (np.asarray(source) >= 0) & (np.asarray(target) >= 0)
        return np.where(found, at, -1).astype(np.int64)

    def locate(self, assignment: Assignment) -> Chosen:
        """Where the pairs of `assignment` stand in this problem."""
        return self.located(assignment.source_ids, assignment.target_ids)

    def located(self, source_ids: Objects | pd.Series, target_ids: Objects | pd.Series) -> Chosen:
        """Where the given pairs stand in this problem, in the order given."""
        source = _positions(self.memo("source index", lambda: pd.Index(self.sources.ids)), source_ids)
        target = _positions(self.memo("target index", lambda: pd.Index(self.targets.ids)), target_ids)
        return Chosen(source, target, self.pair_index(source, target))

    def assignment(self, pairs: Integers) -> Assignment:
        """The assignment made of the candidate pairs at the given positions."""
        return Assignment.of(
            self.stage.id,
            self.sources.ids[self.pair_source[pairs]],
            self.targets.ids[self.pair_target[pairs]],
        )

    def restricted(self, keep: NDArray[np.bool_]) -> Problem:
        """The same problem with only the candidate pairs where `keep` is true."""
        return replace(self, pair_source=self.pair_source[keep], pair_target=self.pair_target[keep], _memo={})

    def memo(self, key: Any, compute: Callable[[], _Value]) -> _Value:
        """The remembered value of `key`, computed the first time."""
        if key not in self._memo:
            self._memo[key] = compute()
        value: _Value = self._memo[key]
        return value


def _positions(index: pd.Index, ids: Objects | pd.Series) -> Integers:
    return np.asarray(index.get_indexer(pd.Index(ids, dtype=object)), np.int64)


@dataclass(frozen=True, order=True)
class Finding:
    """Evidence from checking one rule against one plan.

    ``found`` and ``required`` are numbers in ``unit``; ids may be empty where a finding
    is about one side only.
    """

    rule: str
    source_id: str
    target_id: str
    found: float
    required: float
    unit: str

    @staticmethod
    def about(
        rule: str, which: SideName, entity: object, found: float, required: float, unit: str
    ) -> Finding:
        """A finding about a row of one side, or about a group of its rows."""
        source, target = (str(entity), "") if which == "source" else ("", str(entity))
        return Finding(rule, source, target, found, required, unit)
