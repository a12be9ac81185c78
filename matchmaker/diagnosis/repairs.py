"""What would give a scenario a plan: the cheapest repair of each kind, every one of them tried.

A repair is a list of `changes` as a scenario writes them. What has to give way is found on the
stage that fails, one kind at a time (more room, lower minima, withdrawn pins, exempt rows,
other numbers in a sheet, shortfalls that cost points, rules dropped), and at last all kinds
together. Only what gives the whole scenario a plan is handed on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matchmaker.backends.base import Settings
from matchmaker.diagnosis.elastic import Slack, cheapest
from matchmaker.diagnosis.ways import Part, Way, changes_of
from matchmaker.instance_program import InstanceProgram
from matchmaker.model import Status

__all__ = ["Prove", "Repair", "repairs_of", "tried_wholly"]

Prove = Callable[[Sequence[Mapping[str, Any]], str | None], Status]
"""Whether the scenario has a plan with some changes, up to a stage (None: of all stages)."""


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


def tried_wholly(repairs: Sequence[Repair], prove: Prove, settings: Settings) -> Iterator[Repair]:
    """The cheapest first: those with which all stages have a plan, and those for which no time was left."""
    for repair in sorted(repairs, key=lambda each: (each.price, len(each.changes))):
        status = Status.UNKNOWN if settings.seconds_left() <= 0 else prove(repair.changes, None)
        if status is not Status.INFEASIBLE:
            yield replace(repair, whole=status is Status.FEASIBLE)


def repairs_of(
    ways: Sequence[Way], program: InstanceProgram, stage: str, prove: Prove, settings: Settings
) -> Iterator[Repair]:
    """The cheapest repair of each kind, then of all together, as they are found; none is told twice.

    Parameters
    ----------
    ways
        How the stage's instances may give way (`ways_of`).
    program
        The stage's rows.
    stage
        The stage that fails.
    prove
        Solves the scenario with the changes.
    settings
        Work limit of each solve, deadline.
    """
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
            if key not in told and prove(changes, stage) is Status.FEASIBLE:
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
