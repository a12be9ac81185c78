"""What plainly leaves no plan, in numbers: the quick answer when a stage is infeasible."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.called import called
from matchmaker.clashes import Clash, clashes
from matchmaker.errors import Detail, Fault, Place
from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.model import Integers, Objects, Problem, Side
from matchmaker.rules import Rule, implicit_rules
from matchmaker.shortages import LOOK_AHEAD, NAMED, shortages

__all__ = ["LOOK_AHEAD", "NAMED", "Demand", "lost_pins", "obstacles", "plain_obstacles"]


@dataclass(frozen=True)
class Demand:
    """Pairs that a rule demands by id, shape (n,) each; a missing target is None."""

    rule: str
    source_ids: Objects
    target_ids: Objects


def plain_obstacles(
    problem: Problem,
    formulation: Formulation,
    demands: Sequence[Demand] = (),
    rules: Sequence[tuple[Rule, bool]] = (),
) -> tuple[Fault, ...]:
    """What can be said in numbers without solving anything; each is a proof that there is no plan.

    Rows without candidates, totals that do not add up, rules that forbid all, pins that contradict,
    places that only few can serve, rules that nothing can fulfil.

    Parameters
    ----------
    problem, formulation
        The stage and its rows. Minima that may fall short are 0.
    demands
        Pairs that pins demand.
    rules
        The stage's rules, each with whether it is soft: which of the hard ones are out of reach.
    """
    place = Place(key=f"stages.{problem.stage.id}")
    found = [
        *(fault for demand in demands for fault in _impossible(problem, demand, place)),
        *_crossed(problem, place),
        *_without_candidates(problem, place),
        *_totals(problem, place),
        *_forbidden(problem, formulation, place),
        *_contradictions(problem, formulation, place),
    ]
    lost = lost_pins(problem, demands)
    return (*found, *shortages(problem, formulation, rules, lost, place, first=not found))


def lost_pins(problem: Problem, demands: Sequence[Demand]) -> dict[str, list[tuple[str, str]]]:
    """Pairs, by rule, that pins demand though they are no candidates."""
    lost: dict[str, list[tuple[str, str]]] = {}
    for demand in demands:
        pairs = problem.located(demand.source_ids, demand.target_ids).pair
        lost[demand.rule] = [
            ("" if source is None else str(source), "" if target is None else str(target))
            for source, target in zip(demand.source_ids[pairs < 0], demand.target_ids[pairs < 0], strict=True)
        ]
    return lost


def obstacles(
    problem: Problem,
    formulation: Formulation,
    components: Sequence[Integers],
    demands: Sequence[Demand] = (),
    rules: Sequence[tuple[Rule, bool]] = (),
) -> tuple[Fault, ...]:
    """`plain_obstacles`; where there are none, pins that no single rule bears.

    And else: where it fails, and which hard rules limit the pairs there.

    Parameters
    ----------
    problem, formulation, demands, rules
        As `plain_obstacles` takes them.
    components
        Columns of each component proven infeasible.
    """
    found = plain_obstacles(problem, formulation, demands, rules)
    if found:
        return found
    place = Place(key=f"stages.{problem.stage.id}")
    inside = np.concatenate(components) if components else np.empty(0, np.int64)
    degrees = [rule.id for rule in implicit_rules(problem.stage)[:2]]
    clashing = [*clashes(formulation, degrees, inside)]
    pinned = [clash for clash in clashing if clash.pins]
    if pinned:
        return tuple(_pins_clash(problem, clash, place) for clash in pinned)
    pairs = inside[inside < problem.pair_count]
    sources, targets = np.unique(problem.pair_source[pairs]), np.unique(problem.pair_target[pairs])
    near = np.isin(problem.pair_source, sources) | np.isin(problem.pair_target, targets)
    limiting = [rule for clash in clashing for rule in clash.rules]
    limiting = limiting or [*formulation.hard_rules(np.union1d(inside, np.flatnonzero(near)))]
    named = dict.fromkeys(rule for rule in limiting if not _is_implicit(problem, rule))
    return (
        Fault(
            "solve.infeasible",
            place,
            details={
                "stage": problem.stage.id,
                "sources": _named(problem, problem.sources, sources) or "—",
                "targets": _named(problem, problem.targets, targets) or "—",
                "rules": "、".join(named) or "—",
            },
        ),
    )


def _impossible(problem: Problem, demand: Demand, place: Place) -> Iterator[Fault]:
    """Pairs that are demanded though they are no candidates, each with the reason."""
    later = demand.rule.removeprefix(LOOK_AHEAD) if demand.rule.startswith(LOOK_AHEAD) else ""
    about: dict[str, Detail] = {"stage": problem.stage.id, "rule": demand.rule}
    pairs = problem.located(demand.source_ids, demand.target_ids).pair
    for at in np.flatnonzero(pairs < 0):
        ids = demand.source_ids[at], demand.target_ids[at]
        found = "–".join("—" if one is None else str(one) for one in ids)
        if later:
            yield Fault("solve.pin_above", place, found, {**about, "later": later})
        elif ids[1] is None:
            yield Fault("solve.nothing_to_keep", place, str(ids[0]), about)
        else:
            lacking = [
                (str(one), side.table)
                for one, side in zip(ids, (problem.sources, problem.targets), strict=True)
                if one not in side.ids
            ]
            for one, table in lacking:
                is_row = int(problem.dataset.positions(table, [one])[0]) >= 0
                code = "solve.pin_left_out" if is_row else "solve.pin_not_there"
                yield Fault(code, place, found, {**about, "id": one, "table": table})
            if not lacking:
                within = "、".join(problem.stage.within) or "—"
                yield Fault("solve.pin_no_candidate", place, found, {**about, "within": within})


def _pins_clash(problem: Problem, clash: Clash, place: Place) -> Fault:
    """Pins that a rule does not bear."""
    pairs = "、".join(f"{_pair(problem, pair)} ({rule})" for rule, pair in clash.pins[:NAMED])
    more = f" … ({len(clash.pins)})" if len(clash.pins) > NAMED else ""
    details: dict[str, Detail] = {"stage": problem.stage.id, "rules": "、".join(clash.rules)}
    return Fault("solve.pins_clash", place, pairs + more, details)


def _without_candidates(problem: Problem, place: Place) -> Iterator[Fault]:
    for side, owner, word in (
        (problem.sources, problem.pair_source, "source"),
        (problem.targets, problem.pair_target, "target"),
    ):
        count = np.bincount(owner, minlength=len(side))
        alone = np.flatnonzero(count < side.minimum)
        if len(alone):
            yield Fault(
                f"solve.no_candidates.{word}",
                place,
                _named(problem, side, alone),
                {"stage": problem.stage.id},
            )


def _crossed(problem: Problem, place: Place) -> Iterator[Fault]:
    for side in (problem.sources, problem.targets):
        crossed = np.flatnonzero(side.minimum > side.maximum)
        if len(crossed):
            yield Fault(
                "solve.crossed_bounds", place, _named(problem, side, crossed), {"stage": problem.stage.id}
            )


def _totals(problem: Problem, place: Place) -> Iterator[Fault]:
    sources, targets = problem.sources, problem.targets
    for need, room, code in (
        (targets.minimum, sources.maximum, "solve.too_little_capacity"),
        (sources.minimum, targets.maximum, "solve.too_few_places"),
    ):
        if bool((room >= UNBOUNDED).any()):
            continue
        if int(need.sum()) > int(room.sum()):
            yield Fault(
                code,
                place,
                str(int(room.sum())),
                {"stage": problem.stage.id, "needed": int(need.sum()), "short": int(need.sum() - room.sum())},
            )


def _forbidden(problem: Problem, formulation: Formulation, place: Place) -> Iterator[Fault]:
    """Rows with candidates enough, of which hard rules forbid too many."""
    forbidden = np.zeros(problem.pair_count, bool)
    fixed = [
        (rule, columns[columns < problem.pair_count])
        for rule, columns, value in formulation.fixings()
        if value == 0
    ]
    for _, columns in fixed:
        forbidden[columns] = True
    for side, owner, word in (
        (problem.sources, problem.pair_source, "source"),
        (problem.targets, problem.pair_target, "target"),
    ):
        left = np.bincount(owner[~forbidden], minlength=len(side))
        enough = np.bincount(owner, minlength=len(side)) >= side.minimum
        lacking = np.flatnonzero(enough & (left < side.minimum))
        if len(lacking):
            rules = [rule for rule, columns in fixed if bool(np.isin(owner[columns], lacking).any())]
            details: dict[str, Detail] = {"stage": problem.stage.id, "rules": "、".join(dict.fromkeys(rules))}
            yield Fault(f"solve.forbidden.{word}", place, _named(problem, side, lacking), details)


def _is_implicit(problem: Problem, rule: str) -> bool:
    return rule.startswith(f"{problem.stage.id}.")


def _contradictions(problem: Problem, formulation: Formulation, place: Place) -> Iterator[Fault]:
    demanded: dict[int, str] = {}
    for rule, columns, value in formulation.fixings():
        if value > 0:
            demanded.update(dict.fromkeys(columns.tolist(), rule))
    for rule, columns, value in formulation.fixings():
        if value == 0 and demanded:
            for column in np.intersect1d(columns, np.fromiter(demanded, np.int64)).tolist():
                yield Fault(
                    "solve.contradiction",
                    place,
                    _pair(problem, column),
                    {"stage": problem.stage.id, "one": demanded[column], "other": rule},
                )
    pinned = np.array(sorted(column for column in demanded if column < problem.pair_count), np.int64)
    for side, owner in ((problem.sources, problem.pair_source), (problem.targets, problem.pair_target)):
        count = np.bincount(owner[pinned], minlength=len(side))
        for position in np.flatnonzero(count > side.maximum):
            yield Fault(
                "solve.too_many_pins",
                place,
                str(int(count[position])),
                {
                    "stage": problem.stage.id,
                    "id": called(problem.dataset, side.table, [side.ids[position]])[0],
                    "most": int(side.maximum[position]),
                },
            )


def _pair(problem: Problem, column: int) -> str:
    source = problem.sources.ids[problem.pair_source[column]]
    target = problem.targets.ids[problem.pair_target[column]]
    (source,) = called(problem.dataset, problem.sources.table, [source])
    (target,) = called(problem.dataset, problem.targets.table, [target])
    return f"{source}–{target}"


def _named(problem: Problem, side: Side, positions: Integers) -> str:
    shown = "、".join(called(problem.dataset, side.table, side.ids[positions[:NAMED]]))
    return shown if len(positions) <= NAMED else f"{shown} … ({len(positions)})"
