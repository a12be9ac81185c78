"""Smallest sets of rule instances that cannot hold together, each confirmed by solving again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.backends.base import Settings
from matchmaker.backends.conflicts import Grouped, conflicting_by_assumptions, conflicting_by_relaxation
from matchmaker.diagnosis.cascade import Failure
from matchmaker.instance_program import InstanceProgram, instance_program
from matchmaker.model import Integers, Status
from matchmaker.obstacles import LOOK_AHEAD, lost_pins
from matchmaker.rebuild import demands, without_soft_minima
from matchmaker.row_reach import unreachable_rows
from matchmaker.rule_instances import Instance, row_instances
from matchmaker.scheme.definitions import Scheme
from matchmaker.solver import optimise

__all__ = ["MOST_CONFLICTS", "Conflict", "conflicts_of", "program_of"]

MOST_CONFLICTS = 5
"""So many are looked for, none of which shares an instance with another."""


@dataclass(frozen=True)
class Conflict:
    """Rule instances of one stage that cannot hold together.

    Parameters
    ----------
    stage : str
    instances : tuple of Instance
    minimal : bool
        Whether it is proven that any of them can be withdrawn and the others hold together.
    """

    stage: str
    instances: tuple[Instance, ...]
    minimal: bool


def program_of(scheme: Scheme, failure: Failure) -> InstanceProgram:
    """The instances of a failed stage, all of them."""
    problem = failure.problem
    return instance_program(problem, failure.formulation, lost_pins(problem, demands(scheme, problem)))


def conflicts_of(scheme: Scheme, failure: Failure, settings: Settings) -> Iterator[Conflict]:
    """Conflicts that share no instance, one after the other, until none is left or time ends.

    Parameters
    ----------
    scheme, failure
        Where a stage fails.
    settings
        Work limit of each solve, deadline.
    """
    program = program_of(scheme, failure)
    columns = np.concatenate([np.empty(0, np.int64), *failure.components])
    program = program.narrowed(program.touching(columns))
    seeds = _seeds(scheme, failure, program)
    active = np.ones(len(program.instances), bool)
    for _ in range(MOST_CONFLICTS):
        core = _core(program, active, seeds, settings)
        if core is None:
            return
        core, minimal = _minimised(program, core, settings)
        yield Conflict(failure.problem.stage.id, tuple(sorted(program.instances[at] for at in core)), minimal)
        active[core] = False
        if settings.seconds_left() <= 0:
            return


def _seeds(scheme: Scheme, failure: Failure, program: InstanceProgram) -> list[int]:
    """Instances with a row that is out of reach by itself: the plainest conflicts there are."""
    rows = unreachable_rows(without_soft_minima(scheme, failure.problem), failure.formulation)
    if not rows:
        return []
    lost = lost_pins(failure.problem, demands(scheme, failure.problem))
    instances, of_row = row_instances(failure.problem, failure.formulation, lost)
    named = {instances[of_row[each.row]] for each in rows}
    return [at for at, each in enumerate(program.instances) if each in named]


def _core(
    program: InstanceProgram, active: NDArray[np.bool_], seeds: Sequence[int], settings: Settings
) -> Integers | None:
    """Instances that conflict, confirmed; None where the active ones have a plan or nothing is known.

    One rule with degrees, pins and bans is looked at before several rules: what people see is
    what a reader can follow.
    """
    for chosen in _plainest_first(program, active, seeds):
        found = _conflicting(program, chosen, settings, conflicting_by_relaxation)
        if found is not None:
            return found
    found = _conflicting(program, active, settings, conflicting_by_assumptions)
    if found is None and bool(active.any()):
        own = np.flatnonzero(active)
        found = own if _fails(program, own, settings) is True else None
    return found


def _plainest_first(
    program: InstanceProgram, active: NDArray[np.bool_], seeds: Sequence[int]
) -> Iterator[NDArray[np.bool_]]:
    """Sets of instances to look at, each with the degrees, pins and bans beside it; at last all."""
    degrees = np.array([bool(each.bound) for each in program.instances], bool)
    fixing = np.zeros(len(program.instances), bool)
    fixing[program.of_fixing] = True
    with_rows = np.zeros(len(program.instances), bool)
    with_rows[program.of_row] = True
    for seed in seeds:
        beside = (degrees | fixing & ~with_rows) & active
        beside[seed] = True
        if active[seed]:
            yield beside
    basis = (degrees | (fixing & ~with_rows)) & active
    yield basis
    rules = np.array([each.rule for each in program.instances], object)
    for rule in dict.fromkeys(rules[with_rows & ~degrees & active]):
        yield basis | (active & (rules == rule))
    yield active


def _conflicting(
    program: InstanceProgram,
    chosen: NDArray[np.bool_],
    settings: Settings,
    look: Callable[[Grouped, Settings], Integers | None],
) -> Integers | None:
    """What conflicts among the chosen instances, as one of the two ways finds it, confirmed."""
    own = np.flatnonzero(chosen)
    if not len(own) or settings.seconds_left() <= 0:
        return None
    narrowed = program.narrowed(chosen)
    grouped = Grouped(
        narrowed.program,
        narrowed.of_row,
        narrowed.fix_column,
        narrowed.fix_value,
        narrowed.of_fixing,
        len(narrowed.instances),
    )
    found = look(grouped, settings)
    if found is None:
        return None
    core: Integers = own[found] if _fails(program, own[found], settings) is True else own
    return core if _fails(program, core, settings) is True else None


def _minimised(program: InstanceProgram, core: Integers, settings: Settings) -> tuple[Integers, bool]:
    """Withdraw instances, many at once and then one by one, as long as the others conflict.

    What nobody can withdraw (needs of later stages, cuts) goes first, degrees and pins last.
    """
    kept = sorted(core.tolist(), key=lambda at: _rank(program.instances[at]))
    minimal = True
    step = max(1, len(kept) // 3)
    while True:
        at = 0
        while at < len(kept):
            rest = kept[:at] + kept[at + step :]
            failed = _fails(program, np.array(rest, np.int64), settings) if rest else False
            if failed is True:
                kept = rest
            else:
                minimal &= failed is not None or step > 1
                at += step
        if step == 1:
            return np.array(kept, np.int64), minimal
        step = max(1, step // 2)


def _rank(instance: Instance) -> int:
    if instance.rule.startswith((LOOK_AHEAD, "cut.")):
        return 0
    if instance.demands:
        return 3
    return 2 if instance.bound else 1


def _fails(program: InstanceProgram, instances: Integers, settings: Settings) -> bool | None:
    """Whether some instances alone leave no plan; None where that is not known."""
    active = np.zeros(len(program.instances), bool)
    active[instances] = True
    alone = program.narrowed(active)
    status = optimise(alone.only(np.ones(len(alone.instances), bool)), settings).status
    return None if status is Status.UNKNOWN else status is Status.INFEASIBLE
