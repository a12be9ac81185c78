"""Faults in numbers: places that only few can serve, and rules that nothing can fulfil."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from matchmaker.called import called
from matchmaker.deficient_sets import DeficientSet, deficient_sets
from matchmaker.errors import Detail, Fault, Place
from matchmaker.formulation import Formulation
from matchmaker.model import Finding, Integers, Problem, Side
from matchmaker.row_reach import UnreachableRow, unreachable_rows
from matchmaker.rule_instances import Instance, row_instances
from matchmaker.rules import Rule

__all__ = ["LOOK_AHEAD", "NAMED", "shortages"]

LOOK_AHEAD = "look_ahead."
"""Before the id of a later stage: the rule to which rows belong that it needs of this one."""

NAMED = 10
"""How many ids a message spells out; the count is always given."""


def shortages(
    problem: Problem,
    formulation: Formulation,
    rules: Sequence[tuple[Rule, bool]],
    lost: Mapping[str, Sequence[tuple[str, str]]],
    place: Place,
    *,
    first: bool,
) -> Iterator[Fault]:
    """What is short though every row has candidates enough.

    Parameters
    ----------
    problem, formulation, rules
        As `matchmaker.obstacles.plain_obstacles` takes them.
    lost
        Pairs that pins demand and that are no candidates.
    place
        Of the stage.
    first
        Whether nothing else is told already. Else what follows from it is not told again: places
        that only few can serve, rules that degrees keep from being fulfilled.
    """
    if first:
        yield from _few_can_serve(problem, formulation, place)
    if not rules:
        return
    hard = {rule.id: rule for rule, soft in rules if not soft}
    own = {f"{problem.stage.id}.{part}" for part in ("sources", "targets", "pins")}
    names = formulation.row_rules()
    out_of_reach = [
        each
        for each in unreachable_rows(problem, formulation, degrees=first)
        if str(names[each.row]) in hard.keys() - own or str(names[each.row]).startswith(LOOK_AHEAD)
    ]
    if not out_of_reach:
        return
    instances, of_row = row_instances(problem, formulation, lost)
    told: set[Instance] = set()
    for each in out_of_reach:
        instance = instances[of_row[each.row]]
        if instance not in told and not lost.get(instance.rule):
            told.add(instance)
            yield _out_of_reach(problem, hard.get(instance.rule), instance, each, place)


def _few_can_serve(problem: Problem, formulation: Formulation, place: Place) -> Iterator[Fault]:
    """Sets of targets (or sources) that need more than those who may serve them can give."""
    low, high = (each[: problem.pair_count] for each in _pair_bounds(formulation))
    pinned, is_open = low > 0, (low == 0) & (high > 0)
    ends = (problem.sources, problem.pair_source), (problem.targets, problem.pair_target)
    for (side, owner), (other, partner), word in (
        (ends[1], ends[0], "target"),
        (ends[0], ends[1], "source"),
    ):
        need = side.minimum - np.bincount(owner[pinned], minlength=len(side))
        room = other.maximum - np.bincount(partner[pinned], minlength=len(other))
        for found in deficient_sets(need, room, owner[is_open], partner[is_open]):
            yield _deficient(problem, side, other, found, word, place)


def _pair_bounds(formulation: Formulation) -> tuple[Integers, Integers]:
    low = np.zeros(formulation.column_count, np.int64)
    high = np.ones(formulation.column_count, np.int64)
    for _, columns, value in formulation.fixings():
        low[columns] = np.maximum(low[columns], value)
        high[columns] = np.minimum(high[columns], value)
    return low, high


def _deficient(
    problem: Problem, side: Side, other: Side, found: DeficientSet, word: str, place: Place
) -> Fault:
    partners = found.partners[other.maximum[found.partners] > 0]
    details: dict[str, Detail] = {
        "stage": problem.stage.id,
        "count": len(found.rows),
        "partners": len(partners),
        "who": _listed(problem, other, partners) or "—",
        "needed": found.needed,
        "room": found.room,
        "short": found.short,
    }
    return Fault(f"solve.few_can_serve.{word}", place, _listed(problem, side, found.rows), details)


def _out_of_reach(
    problem: Problem, rule: Rule | None, instance: Instance, row: UnreachableRow, place: Place
) -> Fault:
    """One rule about one thing, with what it reaches at best and what it asks for."""
    details: dict[str, Detail] = {
        "stage": problem.stage.id,
        "rule": instance.rule if rule is None else rule.title,
        "about": _about(problem, instance) or "—",
        "bound": row.bound,
    }
    if rule is None:
        details["later"] = instance.rule.removeprefix(LOOK_AHEAD)
        code = "solve.out_of_reach.later" if row.reached < row.bound else "solve.too_much.later"
        return Fault(code, place, str(row.reached), details)
    finding = _finding(problem, rule, instance, row)
    reached = float(row.reached if finding is None else finding.found)
    bound = float(row.bound if finding is None else finding.required)
    code = "solve.out_of_reach" if row.reached < row.bound else "solve.too_much"
    return Fault(code, place, f"{reached:g}", {**details, "bound": f"{bound:g}"})


def _finding(problem: Problem, rule: Rule, instance: Instance, row: UnreachableRow) -> Finding | None:
    """What the rule says itself of the choice that comes nearest: in its own units, not in the row's."""
    chosen = problem.assignment(row.pairs[row.pairs < problem.pair_count])
    findings = [
        each
        for each in rule.check(problem, chosen, False).findings
        if (each.found < each.required) == (row.reached < row.bound)
    ]
    ids = {*instance.sources, *instance.targets}
    about = [each for each in findings if ids & {each.source_id, each.target_id}]
    if len(about) == 1:
        return about[0]
    return findings[0] if len(findings) == 1 else None


def _about(problem: Problem, instance: Instance) -> str:
    parts = [
        _listed_ids(problem, side.table, ids)
        for side, ids in ((problem.sources, instance.sources), (problem.targets, instance.targets))
        if ids
    ]
    return "–".join(parts)


def _listed(problem: Problem, side: Side, positions: Integers) -> str:
    return _listed_ids(problem, side.table, tuple(side.ids[positions]))


def _listed_ids(problem: Problem, table: str, ids: Sequence[str]) -> str:
    shown = "、".join(called(problem.dataset, table, ids[:NAMED]))
    return shown if len(ids) <= NAMED else f"{shown} … ({len(ids)})"
