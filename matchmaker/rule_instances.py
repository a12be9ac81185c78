"""Rule instances: what one rule says of one source, one target, one group or one pair.

Rules write blocks of rows and fixings; nobody withdraws "row 17". An instance is what can be
named to people and withdrawn: the degrees of one sub-district, the rotation of one agency, one
pin. Rows of one rule that share columns of their own belong together (a group's places and the
row that counts them); whom they are about is read from their pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from scipy import sparse

from matchmaker.formulation import Formulation, RowSide
from matchmaker.model import Integers, Objects, Problem
from matchmaker.program import Program

__all__ = ["NOTHING_LOST", "About", "Instance", "InstanceMaker", "instances_of_rows", "row_instances"]

NOTHING_LOST: Mapping[str, Sequence[tuple[str, str]]] = {}


class About(StrEnum):
    """What an instance is about."""

    SOURCE = "source"
    TARGET = "target"
    PAIR = "pair"
    GROUP = "group"
    RULE = "rule"


@dataclass(frozen=True, order=True)
class Instance:
    """One rule about one thing.

    Parameters
    ----------
    rule : str
        Id of the rule.
    about : About
    sources, targets : tuple of str
        Ids of the source or the target; of both for a pair; of those on one side (or on both) that
        a group has. Empty where the whole rule is meant, and for a pin of what is no candidate.
    demands : bool
        Whether it says that a pair must be: a pin.
    bound : str
        Of degrees, which can be withdrawn apart: ``min`` or ``max``.
    """

    rule: str
    about: About
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    demands: bool = False
    bound: Literal["", "min", "max"] = ""


def row_instances(
    problem: Problem, formulation: Formulation, lost: Mapping[str, Sequence[tuple[str, str]]] = NOTHING_LOST
) -> tuple[tuple[Instance, ...], Integers]:
    """The instances of the rows alone, and which of them each row belongs to, shape (rows,)."""
    made = InstanceMaker(problem)
    of_row = instances_of_rows(problem, formulation.program([]), formulation.row_rules(), made, lost)
    return tuple(made.instances), of_row


class InstanceMaker:
    """Numbers instances of a problem, the same one once."""

    def __init__(self, problem: Problem) -> None:
        self.instances: dict[Instance, int] = {}
        self._sources = problem.sources.ids
        self._targets = problem.targets.ids

    def number(self, instance: Instance) -> int:
        """The number of an instance."""
        return self.instances.setdefault(instance, len(self.instances))

    def of_one(self, rule: str, which: About, position: int) -> int:
        """Of a rule about one source or target."""
        ids = (str((self._sources if which is About.SOURCE else self._targets)[position]),)
        return self.number(
            Instance(rule, which, ids, ()) if which is About.SOURCE else Instance(rule, which, (), ids)
        )

    def of_pair(self, rule: str, source: int, target: int, demands: bool = False) -> int:
        """Of a rule about one pair."""
        ids = (str(self._sources[source]),), (str(self._targets[target]),)
        return self.number(Instance(rule, About.PAIR, *ids, demands))

    def of_group(self, rule: str, sources: Integers | None, targets: Integers | None) -> int:
        """A group on those sides that it does not have wholly."""
        ids = [
            () if one is None else tuple(map(str, all_[one]))
            for one, all_ in ((sources, self._sources), (targets, self._targets))
        ]
        about = About.GROUP if any(ids) else About.RULE
        return self.number(Instance(rule, about, ids[0], ids[1]))


def instances_of_rows(
    problem: Problem,
    program: Program,
    rules: Objects,
    made: InstanceMaker,
    lost: Mapping[str, Sequence[tuple[str, str]]],
) -> Integers:
    """Instance of each row that a rule has written, shape (rows,)."""
    entries = program.matrix.tocoo()
    row, column = (np.asarray(axis, np.int64) for axis in entries.coords)
    pairs = column < program.pair_count
    label = _together(program, rules, row, column)
    count = int(label.max(initial=-1)) + 1
    sources, targets = (
        _distinct(label[row[pairs]], owner[column[pairs]], count)
        for owner in (problem.pair_source, problem.pair_target)
    )
    found = np.full(count, -1, np.int64)
    first = np.full(count, -1, np.int64)
    first[label[::-1]] = np.arange(program.row_count)[::-1]
    which = _kinds(rules[first], sources, targets)
    side = program.row_side[first]
    ends = len(problem.sources), len(problem.targets)
    for at in range(count):
        rule, own_sources, own_targets = str(rules[first[at]]), sources.of(at), targets.of(at)
        if not len(own_sources):
            found[at] = made.number(_of_empty(problem, program, rules, int(first[at]), lost))
        elif side[at] == RowSide.SOURCE or which[at] == 0:
            found[at] = made.of_one(rule, About.SOURCE, int(own_sources[0]))
        elif side[at] == RowSide.TARGET or which[at] == 1:
            found[at] = made.of_one(rule, About.TARGET, int(own_targets[0]))
        elif which[at] == 2:
            found[at] = made.of_pair(rule, int(own_sources[0]), int(own_targets[0]))
        else:
            whole = len(own_sources) == ends[0], len(own_targets) == ends[1]
            found[at] = made.of_group(
                rule, None if whole[0] else own_sources, None if whole[1] else own_targets
            )
    return found[label]


def _of_empty(
    problem: Problem,
    program: Program,
    rules: Objects,
    row: int,
    lost: Mapping[str, Sequence[tuple[str, str]]],
) -> Instance:
    """Of a row without candidates: degrees and lost pins come in order, so the number tells whose it is."""
    rule = str(rules[row])
    number = int((rules[:row] == rule).sum())
    for which, side, owner in (
        (RowSide.SOURCE, problem.sources, problem.pair_source),
        (RowSide.TARGET, problem.targets, problem.pair_target),
    ):
        if program.row_side[row] == which:
            count = np.bincount(owner, minlength=len(side))
            binding = np.flatnonzero((side.minimum > 0) | (side.maximum < count))
            if number < len(binding):
                ids = (str(side.ids[binding[number]]),)
                about = About.SOURCE if which is RowSide.SOURCE else About.TARGET
                return Instance(rule, about, *((ids, ()) if about is About.SOURCE else ((), ids)))
    pins = lost.get(rule, ())
    empty = int((np.diff(program.matrix.indptr)[:row][rules[:row] == rule] == 0).sum())
    if program.row_side[row] == RowSide.GENERAL and empty < len(pins):
        source, target = pins[empty]
        return Instance(rule, About.PAIR, (source,), (target,), demands=True)
    return Instance(rule, About.RULE)


@dataclass(frozen=True)
class _Distinct:
    """The distinct rows of one side that each label has."""

    start: Integers
    members: Integers

    @property
    def count(self) -> Integers:
        return np.diff(self.start)

    def of(self, label: int) -> Integers:
        return self.members[self.start[label] : self.start[label + 1]]


def _distinct(label: Integers, owner: Integers, count: int) -> _Distinct:
    width = int(owner.max(initial=0)) + 1
    keys = np.unique(label * width + owner)
    return _Distinct(np.searchsorted(keys, np.arange(count + 1) * width), keys % width)


def _together(program: Program, rules: Objects, row: Integers, column: Integers) -> Integers:
    """Number of each row's instance: rows of one rule with a column in common that is no pair."""
    own = column >= program.pair_count
    _, rule = np.unique(rules.astype(str), return_inverse=True)
    width = int(column.max(initial=0)) + 1
    shared, place = np.unique(rule[row[own]] * width + column[own], return_inverse=True)
    size = program.row_count + len(shared)
    links = sparse.coo_array(
        (np.ones(int(own.sum()), np.int8), (row[own], program.row_count + place)), shape=(size, size)
    )
    _, labels = sparse.csgraph.connected_components(links, directed=False)
    _, numbered = np.unique(labels[: program.row_count], return_inverse=True)
    return numbered.astype(np.int64)


def _kinds(rules: Objects, sources: _Distinct, targets: _Distinct) -> Integers:
    """0 source, 1 target, 2 pair, 3 group, shape (labels,).

    A rule whose rows each have one target is about targets, also where a row has one source too.
    """
    one_source, one_target = sources.count == 1, targets.count == 1
    _, rule = np.unique(rules.astype(str), return_inverse=True)
    some = sources.count > 0
    several_sources = np.bincount(rule[some & ~one_source], minlength=len(rules)) > 0
    several_targets = np.bincount(rule[some & ~one_target], minlength=len(rules)) > 0
    both = one_source & one_target
    by_source = one_source & (~both | several_targets[rule] & ~several_sources[rule])
    by_target = one_target & (~both | several_sources[rule] & ~several_targets[rule])
    return np.select([by_source, by_target, both], [0, 1, 2], 3).astype(np.int64)
