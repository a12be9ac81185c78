"""What would give a scenario a plan: the cheapest repair of each kind, every one of them tried.

A repair is a list of `changes` as a scenario writes them. What has to give way is found on the
stage that fails, one kind at a time (more room, lower minima, withdrawn pins, exempt rows,
other numbers in a sheet, shortfalls that cost points, rules dropped), and at last all kinds
together. Only what gives the whole scenario a plan is handed on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from matchmaker.backends.base import Settings
from matchmaker.diagnosis.cascade import Failure, attempt
from matchmaker.diagnosis.conflicts import program_of
from matchmaker.diagnosis.elastic import Slack, cheapest
from matchmaker.diagnosis.parts import Part, changes_of
from matchmaker.diagnosis.ways import Way, ways_of
from matchmaker.errors import InputError
from matchmaker.instance_program import InstanceProgram
from matchmaker.model import Dataset, Status
from matchmaker.pipeline import prepare
from matchmaker.scheme.row_changes import apply_data_changes
from matchmaker.scheme.scenario import Scenario, changed

__all__ = ["Repair", "find_repairs"]

Prove = Callable[[Sequence[Mapping[str, Any]], str | None], Status]
"""Whether the scenario has a plan with some changes, up to a stage (None: of all stages)."""


COMBINED = 2
"""So many repairs of each failing stage are tried together with those of the others."""

ALTERNATIVES = {"pins": 3}
"""Kinds of which several repairs are told, each without the first part of those before."""


@dataclass(frozen=True)
class Repair:
    """Changes with which there is a plan: tried and found so.

    Parameters
    ----------
    parts : tuple of Part
        What changes, as it is told.
    changes : tuple of mapping
        The same as `changes` of a scenario.
    price : float
        By which repairs are ranked (`docs/diagnose.md`).
    whole : bool
        Whether all stages were tried; else only those up to the one that failed.
    """

    parts: tuple[Part, ...]
    changes: tuple[Mapping[str, Any], ...]
    price: float
    whole: bool = False


def find_repairs(
    scenario: Scenario, raw: Dataset, failures: Sequence[Failure], settings: Settings
) -> tuple[Repair, ...]:
    """Every repair that was tried and does, the cheapest first; of equal price the one with fewer changes.

    Where each of several stages fails by itself and no repair of one does, the cheapest of all
    are tried together.

    Parameters
    ----------
    scenario
        What has no plan.
    raw
        The dataset as it is written, without the scenario's changes.
    failures
        Where it fails.
    settings
        Work limit of each solve, deadline.
    """
    written = apply_data_changes(raw, scenario.data_changes)

    def prove(changes: Sequence[Mapping[str, Any]], until: str | None) -> Status:
        if settings.seconds_left() <= 0:
            return Status.UNKNOWN
        try:
            other = changed(scenario, changes)
            prepared = prepare(other, raw)
        except InputError:  # what it would write is no valid scenario
            return Status.INFEASIBLE
        return attempt(other.scheme, prepared, other.year, settings, until=until).status

    found: list[Repair] = []
    candidates: list[list[Repair]] = []
    for failure in failures:
        program = program_of(scenario.scheme, failure)
        ways = ways_of(scenario.scheme, failure.problem, program, written)
        own = list(_candidates(ways, program, settings))
        candidates.append(sorted(own, key=_rank)[:COMBINED])
        stage, told = failure.problem.stage.id, [repair.changes for repair in found]
        found += [
            each for each in own if each.changes not in told and prove(each.changes, stage) is Status.FEASIBLE
        ]
    if not found and len(failures) > 1:
        found = sorted(map(_joined, product(*candidates)), key=_rank)
    return tuple(_tried_wholly(found, prove, settings))


def _rank(repair: Repair) -> tuple[float, int]:
    return repair.price, len(repair.changes)


def _joined(repairs: Sequence[Repair]) -> Repair:
    """Repairs of several stages as one."""
    parts = tuple(part for repair in repairs for part in repair.parts)
    return Repair(parts, tuple(changes_of(parts)), sum(repair.price for repair in repairs))


def _tried_wholly(repairs: Sequence[Repair], prove: Prove, settings: Settings) -> Iterator[Repair]:
    """Those with which all stages have a plan, and those for which no time was left.

    None is begun that would take longer than is left, as those before it tell.
    """
    longest = 0.0
    for repair in sorted(repairs, key=_rank):
        left = settings.seconds_left()
        status = prove(repair.changes, None) if left > longest else Status.UNKNOWN
        longest = max(longest, left - settings.seconds_left()) if left < float("inf") else 0.0
        if status is not Status.INFEASIBLE:
            yield replace(repair, whole=status is Status.FEASIBLE)


def _candidates(ways: Sequence[Way], program: InstanceProgram, settings: Settings) -> Iterator[Repair]:
    """The cheapest repair of each kind, then of all together; none is told twice."""
    told: list[frozenset[str]] = []
    kinds = list(dict.fromkeys(way.kind for way in ways))
    for kind in (*kinds, ""):
        chosen = [way for way in ways if not kind or way.kind == kind]
        if not kind and len(kinds) < 2:
            continue
        for _ in range(ALTERNATIVES.get(kind, 1)):
            found = None if settings.seconds_left() <= 0 else _cheapest(chosen, program, settings)
            if found is None:
                break
            changes = changes_of(found)
            key = frozenset(map(str, changes))
            if key not in told:
                yield Repair(found, tuple(changes), sum(part.price for part in found))
            told.append(key)
            used = {(part.rule, part.ids, part.row) for part in found[:1]}
            chosen = [way for way in chosen if (way.part.rule, way.part.ids, way.part.row) not in used]


def _cheapest(ways: Sequence[Way], program: InstanceProgram, settings: Settings) -> tuple[Part, ...] | None:
    """What gives way at the least price, in parts that can be told."""
    taken: set[int] = set()
    slacks: list[Slack] = []
    used: list[Way] = []
    for way in sorted(ways, key=lambda each: each.price):
        own = tuple(at for at in way.instances if at not in taken)
        if own and (len(own) == len(way.instances) or not way.by_units):
            taken.update(own)
            slacks.append(Slack(own, way.price, way.by_units))
            used.append(way)
    found = cheapest(program, slacks, settings)
    if found is None or found.price <= 0:
        return None
    return tuple(
        replace(way.part, amount=int(amount), pairs=found.pairs)
        for way, amount in zip(used, found.amounts, strict=True)
        if amount > 0
    )
