"""Rule instances: what one rule says of one source, one target, one group or one pair.

Rules write blocks of rows and fixings; nobody withdraws "row 17". An instance is what can be
named to people and withdrawn: the degrees of one sub-district, the rotation of one agency, one
pin. Rows of one rule that share columns of their own belong together (a group's places and the
row that counts them); whom they are about is read from their pairs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.expansion import expanded
from matchmaker.formulation import Formulation, RowSide
from matchmaker.model import Integers, Objects, Problem
from matchmaker.program import Program
from matchmaker.set_family import SetFamily

__all__ = ["About", "Instance", "InstanceProgram", "instance_program", "row_instances"]

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
    """

    rule: str
    about: About
    sources: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    demands: bool = False


@dataclass(frozen=True)
class InstanceProgram:
    """The rows of a stage over columns that nothing fixes, and which instance wrote what.

    Parameters
    ----------
    program : Program
        Flat, without levels. Sets and preferences are rows; fixings are not in its bounds.
    instances : tuple of Instance
    of_row : (rows,) int64
        Instance of each row.
    fix_column, fix_value, of_fixing : (fixings,) int64
        Column, value and instance of each fixing.
    """

    program: Program
    instances: tuple[Instance, ...]
    of_row: Integers
    fix_column: Integers
    fix_value: Integers
    of_fixing: Integers

    def only(self, active: NDArray[np.bool_]) -> Program:
        """The program that the active instances alone make: all other rows and fixings are left out."""
        program = self.program
        rows, fixed = active[self.of_row], active[self.of_fixing]
        lower, upper = program.lower.copy(), program.upper.copy()
        np.maximum.at(lower, self.fix_column[fixed], self.fix_value[fixed])
        np.minimum.at(upper, self.fix_column[fixed], self.fix_value[fixed])
        return Program(
            pair_count=program.pair_count,
            lower=lower,
            upper=upper,
            matrix=program.matrix[rows],
            row_lower=program.row_lower[rows],
            row_upper=program.row_upper[rows],
            row_side=program.row_side[rows],
            levels=(),
        )

    def touching(self, columns: Integers) -> NDArray[np.bool_]:
        """Instances that have a part in why some columns have no values, shape (instances,).

        Those with a row over one of the columns or without any column that is open, and those
        that fix columns of these rows.
        """
        inside = np.zeros(self.program.column_count, bool)
        inside[columns] = True
        entries = self.program.matrix.tocoo()
        row, column = entries.coords
        closed = np.zeros(self.program.column_count, bool)
        closed[self.fix_column[self.fix_value == 0]] = True
        is_open = np.bincount(row[~closed[column]], minlength=self.program.row_count) > 0
        meant = (self.program.row_lower > 0) | (self.program.row_upper < 0)
        touched = np.bincount(row[inside[column]], minlength=self.program.row_count) > 0
        touched |= ~is_open & meant
        inside[column[touched[row]]] = True
        found = np.zeros(len(self.instances), bool)
        found[self.of_row[touched]] = True
        found[self.of_fixing[inside[self.fix_column]]] = True
        return found


def instance_program(
    problem: Problem, formulation: Formulation, lost: Mapping[str, Sequence[tuple[str, str]]] = NOTHING_LOST
) -> InstanceProgram:
    """Write a stage's formulation so that each rule instance can be withdrawn by itself.

    Parameters
    ----------
    problem, formulation
        The stage and all that its rules have written.
    lost
        Pairs, by rule, that pins demand though they are no candidates, in order.
    """
    frozen = formulation.program([])
    lower, upper = frozen.lower.copy(), frozen.upper.copy()
    lower[: frozen.pair_count], upper[: frozen.pair_count] = 0, 1
    bare = replace(frozen, lower=lower, upper=upper, family=_sizeless(frozen.family), preferences=None)
    made = _Maker(problem)
    parts = [_of_rows(problem, bare, formulation.row_rules(), made, lost)]
    flat = expanded(bare)
    if bare.family is not None:
        parts.append(_of_sets(problem, bare, flat, bare.family.rule, made))
    if frozen.preferences is not None:
        known = flat.row_count
        flat = expanded(replace(flat, preferences=frozen.preferences))
        stable = made.number(Instance(frozen.preferences.rule, About.RULE))
        parts.append(np.full(flat.row_count - known, stable, np.int64))
    column, value, of_fixing = _of_fixings(problem, formulation, made)
    return InstanceProgram(flat, tuple(made.instances), np.concatenate(parts), column, value, of_fixing)


def row_instances(
    problem: Problem, formulation: Formulation, lost: Mapping[str, Sequence[tuple[str, str]]] = NOTHING_LOST
) -> tuple[tuple[Instance, ...], Integers]:
    """The instances of the rows alone, and which of them each row belongs to, shape (rows,)."""
    made = _Maker(problem)
    of_row = _of_rows(problem, formulation.program([]), formulation.row_rules(), made, lost)
    return tuple(made.instances), of_row


def _sizeless(family: SetFamily | None) -> SetFamily | None:
    """The sets without their sizes, which the degrees limit: else both could not be withdrawn apart."""
    if family is None:
        return None
    most = np.bincount(family.sources, minlength=len(family.maximum)).astype(np.int64)
    return replace(family, minimum=np.zeros_like(most), maximum=most, shape=None)


class _Maker:
    """Numbers instances, the same one once."""

    def __init__(self, problem: Problem) -> None:
        self.instances: dict[Instance, int] = {}
        self._sources = problem.sources.ids
        self._targets = problem.targets.ids

    def number(self, instance: Instance) -> int:
        return self.instances.setdefault(instance, len(self.instances))

    def of_one(self, rule: str, which: About, position: int) -> int:
        ids = (str((self._sources if which is About.SOURCE else self._targets)[position]),)
        return self.number(
            Instance(rule, which, ids, ()) if which is About.SOURCE else Instance(rule, which, (), ids)
        )

    def of_pair(self, rule: str, source: int, target: int, demands: bool = False) -> int:
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


def _of_rows(
    problem: Problem,
    program: Program,
    rules: Objects,
    made: _Maker,
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


def _of_sets(problem: Problem, bare: Program, flat: Program, rule: str, made: _Maker) -> Integers:
    """Instance of each row that sets have become: one a source, as no row is about two."""
    added = flat.matrix[bare.row_count :].tocoo()
    row, column = (np.asarray(axis, np.int64) for axis in added.coords)
    count = flat.row_count - bare.row_count
    size = count + flat.column_count
    links = sparse.coo_array((np.ones(len(row), np.int8), (row, count + column)), shape=(size, size))
    _, labels = sparse.csgraph.connected_components(links, directed=False)
    pairs = column < bare.pair_count
    owner = np.full(int(labels.max(initial=-1)) + 1, -1, np.int64)
    owner[labels[row[pairs]]] = problem.pair_source[column[pairs]]
    sources, place = np.unique(owner[labels[:count]], return_inverse=True)
    numbers = [
        made.of_one(rule, About.SOURCE, one) if one >= 0 else made.number(Instance(rule, About.RULE))
        for one in sources.tolist()
    ]
    return np.array(numbers, np.int64)[place]


def _of_fixings(
    problem: Problem, formulation: Formulation, made: _Maker
) -> tuple[Integers, Integers, Integers]:
    """Columns, values and instances of all fixings: pins pair by pair, bans by source or by target.

    What a rule bans belongs to the same thing that its rows are about.
    """
    columns, values, numbers = [], [], []
    by_target = {each.rule for each in made.instances if each.about is About.TARGET}
    for rule, where, value in formulation.fixings():
        pairs = np.unique(where[where < problem.pair_count])
        sources, targets = problem.pair_source[pairs], problem.pair_target[pairs]
        if value > 0 or rule.endswith(".pins") or len(pairs) == 1:
            number = [
                made.of_pair(rule, source, target, value > 0)
                for source, target in zip(sources.tolist(), targets.tolist(), strict=True)
            ]
        else:
            which, owner = (About.TARGET, targets) if rule in by_target else (About.SOURCE, sources)
            of_owner = {each: made.of_one(rule, which, each) for each in np.unique(owner).tolist()}
            number = [of_owner[each] for each in owner.tolist()]
        columns.append(pairs)
        values.append(np.full(len(pairs), value, np.int64))
        numbers.append(np.array(number, np.int64))
    none = np.empty(0, np.int64)
    return (
        np.concatenate([none, *columns]),
        np.concatenate([none, *values]),
        np.concatenate([none, *numbers]),
    )
