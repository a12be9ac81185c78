"""The rows of a stage as a program from which each rule instance can be withdrawn by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.expansion import expanded
from matchmaker.formulation import UNBOUNDED, Formulation, RowSide
from matchmaker.model import Integers, Problem
from matchmaker.program import Program
from matchmaker.rule_instances import NOTHING_LOST, About, Instance, InstanceMaker, instances_of_rows
from matchmaker.set_family import SetFamily

__all__ = ["InstanceProgram", "instance_program"]


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
        return replace(
            program,
            lower=lower,
            upper=upper,
            matrix=program.matrix[rows],
            row_lower=program.row_lower[rows],
            row_upper=program.row_upper[rows],
            row_side=program.row_side[rows],
        )

    def narrowed(self, active: NDArray[np.bool_]) -> InstanceProgram:
        """The active instances alone, over the columns that they say anything of."""
        rows, fixed = active[self.of_row], active[self.of_fixing]
        matrix = self.program.matrix[rows]
        used = np.zeros(self.program.column_count, bool)
        used[matrix.indices] = True
        used[self.fix_column[fixed]] = True
        columns = np.flatnonzero(used)
        place = np.cumsum(used) - 1
        number = np.cumsum(active) - 1
        program = replace(
            self.program,
            pair_count=int(np.searchsorted(columns, self.program.pair_count)),
            lower=self.program.lower[columns],
            upper=self.program.upper[columns],
            matrix=matrix[:, columns].tocsr(),
            row_lower=self.program.row_lower[rows],
            row_upper=self.program.row_upper[rows],
            row_side=self.program.row_side[rows],
        )
        return InstanceProgram(
            program,
            tuple(each for each, kept in zip(self.instances, active, strict=True) if kept),
            number[self.of_row[rows]],
            place[self.fix_column[fixed]],
            self.fix_value[fixed],
            number[self.of_fixing[fixed]],
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
    made = InstanceMaker(problem)
    parts = [instances_of_rows(problem, bare, formulation.row_rules(), made, lost)]
    flat = expanded(bare)
    if bare.family is not None:
        parts.append(_of_sets(problem, bare, flat, bare.family.rule, made))
    if frozen.preferences is not None:
        known = flat.row_count
        flat = expanded(replace(flat, preferences=frozen.preferences))
        stable = made.number(Instance(frozen.preferences.rule, About.RULE))
        parts.append(np.full(flat.row_count - known, stable, np.int64))
    flat, of_row = _degrees_apart(flat, np.concatenate(parts), made)
    column, value, of_fixing = _of_fixings(problem, formulation, made)
    return InstanceProgram(flat, tuple(made.instances), of_row, column, value, of_fixing)


def _degrees_apart(program: Program, of_row: Integers, made: InstanceMaker) -> tuple[Program, Integers]:
    """Rows of degrees once for the minimum and once for the maximum; of one that binds alone, once."""
    degrees = np.flatnonzero(program.row_side != RowSide.GENERAL)
    low, high = program.row_lower[degrees] > 0, program.row_upper[degrees] < UNBOUNDED
    instances = list(made.instances)
    of_row = of_row.copy()
    lower = program.row_lower.copy()
    upper_only = degrees[high & low]
    added = np.array(
        [made.number(replace(instances[at], bound="max")) for at in of_row[upper_only]], np.int64
    )
    for at, has_low in zip(degrees.tolist(), low.tolist(), strict=True):
        of_row[at] = made.number(replace(instances[of_row[at]], bound="min" if has_low else "max"))
    upper = program.row_upper.copy()
    upper[upper_only] = UNBOUNDED
    wide = replace(
        program,
        matrix=sparse.vstack([program.matrix, program.matrix[upper_only]], format="csr"),
        row_lower=np.concatenate([lower, np.full(len(upper_only), -UNBOUNDED)]),
        row_upper=np.concatenate([upper, program.row_upper[upper_only]]),
        row_side=np.concatenate([program.row_side, program.row_side[upper_only]]),
    )
    return wide, np.concatenate([of_row, added])


def _sizeless(family: SetFamily | None) -> SetFamily | None:
    """The sets without their sizes, which the degrees limit: else both could not be withdrawn apart."""
    if family is None:
        return None
    most = np.bincount(family.sources, minlength=len(family.maximum)).astype(np.int64)
    return replace(family, minimum=np.zeros_like(most), maximum=most, shape=None)


def _of_sets(problem: Problem, bare: Program, flat: Program, rule: str, made: InstanceMaker) -> Integers:
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
    problem: Problem, formulation: Formulation, made: InstanceMaker
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
