"""Plans side by side: figures, who is assigned elsewhere, who gains and who loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from matchmaker.differences import StageDifference, stage_difference
from matchmaker.metrics import Better, Figure, Unit, figures
from matchmaker.model import Status
from matchmaker.outlines import Outlined
from matchmaker.plan_changes import Absent, Change, Changes, Move, Moves, Roll
from matchmaker.scheme.definitions import Scheme

__all__ = [
    "Absent",
    "Change",
    "Changes",
    "ComparedFigure",
    "Comparison",
    "Difference",
    "Move",
    "Moves",
    "Roll",
    "StageDifference",
    "compare",
]


@dataclass(frozen=True)
class ComparedFigure:
    """One figure of every plan, in the order of the plans; None where a plan has no such figure."""

    stage: str
    rule: str
    key: str
    detail: str
    unit: Unit
    better: Better
    values: tuple[float | None, ...]

    def figure(self) -> Figure:
        """The figure without its values, for its label."""
        return Figure(self.stage, self.rule, self.key, self.detail, 0.0, self.unit, self.better)


@dataclass(frozen=True)
class Difference:
    """Between the first plan and another, by their positions."""

    first: int
    other: int
    stages: tuple[StageDifference, ...]


@dataclass(frozen=True)
class Comparison:
    """Plans side by side; plain data.

    Parameters
    ----------
    plans : tuple of str
        Their names, told apart where they are the same.
    statuses : tuple of str
    figures : tuple of ComparedFigure
    differences : tuple of Difference
        Of the first plan to each other one.
    """

    plans: tuple[str, ...]
    statuses: tuple[str, ...]
    figures: tuple[ComparedFigure, ...]
    differences: tuple[Difference, ...]

    def to_json(self) -> dict[str, Any]:
        """The comparison as dictionaries and lists; of points by rule those that are 0 are left out."""
        return {
            "plans": list(self.plans),
            "statuses": list(self.statuses),
            "figures": [{**vars(figure), "values": list(figure.values)} for figure in self.figures],
            "differences": [
                {
                    "first": difference.first,
                    "other": difference.other,
                    "stages": [_stage_as_data(stage) for stage in difference.stages],
                }
                for difference in self.differences
            ],
        }


def compare(plans: Sequence[Outlined]) -> Comparison:
    """Hold plans against one another; each later one is told by what it changes of the first.

    Comparing A with B and B with A give each other's inverse, point by point of every rule; sums over rules
    are weighted as the first plan weights them.

    Raises
    ------
    ValueError
        For fewer than two plans.
    """
    if len(plans) < 2:
        raise ValueError("a comparison needs two plans or more")
    return Comparison(
        plans=_names(plans),
        statuses=tuple(plan.status.value for plan in plans),
        figures=_figures(plans),
        differences=tuple(_difference(plans, other) for other in range(1, len(plans))),
    )


def _names(plans: Sequence[Outlined]) -> tuple[str, ...]:
    names = [plan.scenario.name for plan in plans]
    return tuple(
        name if names.count(name) == 1 else f"{name} ({names[: position + 1].count(name)})"
        for position, name in enumerate(names)
    )


def _figures(plans: Sequence[Outlined]) -> tuple[ComparedFigure, ...]:
    per_plan = [{_key(figure): figure for figure in _of_plan(plan)} for plan in plans]
    # stage by stage, whichever plan has the figure; inside a stage in the order of the first that has it
    keys = dict.fromkeys(key for known in per_plan for key in known)
    stages = list(dict.fromkeys(stage.id for plan in plans for stage in plan.stages))
    ordered = sorted(keys, key=lambda key: stages.index(key[0]) if key[0] in stages else len(stages))
    compared = []
    for key in ordered:
        sample = next(known[key] for known in per_plan if key in known)
        values = tuple(known[key].value if key in known else None for known in per_plan)
        compared.append(
            ComparedFigure(
                sample.stage, sample.rule, sample.key, sample.detail, sample.unit, sample.better, values
            )
        )
    return tuple(compared)


def _of_plan(plan: Outlined) -> list[Figure]:
    """The figures of the metrics, and what solving tells."""
    found = list(figures(plan.metrics))
    for stage, measured in plan.metrics.get("stages", {}).items():
        found += [
            Figure(stage, "", name, "", measured[name], "count", "lower")
            for name in ("violations", "shortfalls")
        ]
    for record in plan.stages:
        gaps = [level.gap for level in record.levels if level.searched]
        if gaps or not record.levels:
            found.append(Figure(record.id, "", "gap", "", max(gaps, default=0.0), "share", "lower"))
        if record.status is not Status.IMPORTED:  # nobody solved it
            found.append(Figure(record.id, "", "seconds", "", record.seconds, "count", ""))
    return found


def _key(figure: Figure) -> tuple[str, str, str, str]:
    return (figure.stage, figure.rule, figure.key, figure.detail)


def _difference(plans: Sequence[Outlined], other: int) -> Difference:
    first, second = plans[0], plans[other]
    both = (first, second)
    own, others = (_weights(plan.scenario.scheme) for plan in both)
    weights = {rule: own.get(rule, 0.0) for rule in (*own, *others)}
    stages = []
    for stage in dict.fromkeys([*first.assignments, *second.assignments]):
        definition = next(one for plan in both for one in plan.scenario.scheme.stages if one.id == stage)
        tables = (definition.from_, definition.to)
        frames = (_rows(first, stage), _rows(second, stage))
        stages.append(stage_difference(stage, tables, weights, *frames, (first.known, second.known)))
    return Difference(0, other, tuple(stages))


def _weights(scheme: Scheme) -> dict[str, float]:
    """Weights of the rules that some level names, other than 0; of one named by its parts the largest."""
    weighted = {term: weight for level in scheme.objective for term, weight in level.items() if weight}
    found = {
        rule.id: max((weighted[term] for term in (rule.id, *rule.terms()) if term in weighted), default=0.0)
        for rule in scheme.rules
    }
    return {rule: weight for rule, weight in found.items() if weight}


def _rows(plan: Outlined, stage: str) -> pd.DataFrame:
    empty = pd.DataFrame({"source_id": [], "target_id": []}, dtype=object)
    return plan.assignments.get(stage, empty)


def _stage_as_data(stage: StageDifference) -> dict[str, Any]:
    return {
        "stage": stage.stage,
        "pairs": stage.pairs,
        "pairs_other": stage.pairs_other,
        "same": stage.same,
        "rules": list(stage.rules),
        "moves": [_move_as_data(move, stage.rules) for move in stage.moves],
        "sources": _changes_as_data(stage.sources, stage.rules),
        "targets": _changes_as_data(stage.targets, stage.rules),
        "rolls": [
            {"side": roll.side, "table": roll.table, "changes": _changes_as_data(roll.changes, stage.rules)}
            for roll in stage.rolls
        ],
        "absent": [
            {"side": one.side, "first": list(one.first), "other": list(one.other)} for one in stage.absent
        ],
    }


def _move_as_data(move: Move, rules: Sequence[str]) -> dict[str, Any]:
    ranks = {"ranks": list(move.ranks), "ranks_other": list(move.ranks_other)}
    return {
        "source_id": move.source_id,
        "from_ids": list(move.from_ids),
        "to_ids": list(move.to_ids),
        "total": move.total,
        "points": _by_rule(move.points, rules),
        **{name: listed for name, listed in ranks.items() if listed},
    }


def _changes_as_data(changes: Changes, rules: Sequence[str]) -> list[dict[str, Any]]:
    return [{**change._asdict(), "by_rule": _by_rule(change.by_rule, rules)} for change in changes]


def _by_rule(points: Sequence[float], rules: Sequence[str]) -> dict[str, float]:
    return {rule: gained for rule, gained in zip(rules, points, strict=True) if gained}
