"""Plans side by side: figures, who is assigned elsewhere, who gains and who loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from matchmaker.metrics import Better, Figure, Unit, figures
from matchmaker.model import POINT, Objects
from matchmaker.plans import Plan

__all__ = ["Change", "ComparedFigure", "Comparison", "Difference", "Move", "StageDifference", "compare"]

NOT_POINTS = frozenset({"source_id", "target_id", "wish_rank", "previous_target_id", "change"})
"""Columns of an assignment that are no rule's points."""


class Move(NamedTuple):
    """A source whose partners differ: those only the first plan gives it, those only the other does."""

    source_id: str
    from_ids: tuple[str, ...]
    to_ids: tuple[str, ...]


class Change(NamedTuple):
    """Points that a source or target has more (or less) in the other plan."""

    id: str
    points: float


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
class StageDifference:
    """One stage of two plans.

    Parameters
    ----------
    stage : str
    pairs, pairs_other, same : int
        Pairs of the first plan, of the other, and of both.
    moves : tuple of Move
        By source id.
    rules : tuple of str
        The rules whose points both plans have; changes of points are unweighted sums over them.
    sources, targets : tuple of Change
        Rows whose points differ, the greatest gain first.
    """

    stage: str
    pairs: int
    pairs_other: int
    same: int
    moves: tuple[Move, ...]
    rules: tuple[str, ...]
    sources: tuple[Change, ...]
    targets: tuple[Change, ...]


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
        """The comparison as dictionaries and lists."""
        return asdict(self, dict_factory=_plain)


def compare(plans: Sequence[Plan]) -> Comparison:
    """Hold plans against one another; the first is what the others are measured by.

    Comparing A with B and B with A give each other's inverse.

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


def _names(plans: Sequence[Plan]) -> tuple[str, ...]:
    names = [plan.scenario.name for plan in plans]
    return tuple(
        name if names.count(name) == 1 else f"{name} ({names[: position + 1].count(name)})"
        for position, name in enumerate(names)
    )


def _figures(plans: Sequence[Plan]) -> tuple[ComparedFigure, ...]:
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


def _of_plan(plan: Plan) -> list[Figure]:
    """The figures of the metrics, and what solving tells."""
    found = list(figures(plan.metrics))
    for record in plan.stages:
        widest = max((level.gap for level in record.levels if level.searched), default=0.0)
        found.append(Figure(record.id, "", "gap", "", widest, "share", "lower"))
        found.append(Figure(record.id, "", "seconds", "", record.seconds, "count", ""))
    return found


def _key(figure: Figure) -> tuple[str, str, str, str]:
    return (figure.stage, figure.rule, figure.key, figure.detail)


def _difference(plans: Sequence[Plan], other: int) -> Difference:
    first, second = plans[0], plans[other]
    stages = dict.fromkeys([*first.assignments, *second.assignments])
    return Difference(
        0, other, tuple(_stage(stage, _rows(first, stage), _rows(second, stage)) for stage in stages)
    )


def _rows(plan: Plan, stage: str) -> pd.DataFrame:
    empty = pd.DataFrame({"source_id": [], "target_id": []}, dtype=object)
    return plan.assignments.get(stage, empty).sort_values(["source_id", "target_id"], kind="stable")


def _stage(stage: str, first: pd.DataFrame, second: pd.DataFrame) -> StageDifference:
    pairs, pairs_other = (
        pd.MultiIndex.from_arrays([frame["source_id"], frame["target_id"]]) for frame in (first, second)
    )
    in_both = np.asarray(pairs.isin(pairs_other), bool)
    in_both_other = np.asarray(pairs_other.isin(pairs), bool)
    rules = tuple(name for name in first.columns if name in second.columns and name not in NOT_POINTS)
    return StageDifference(
        stage=stage,
        pairs=len(first),
        pairs_other=len(second),
        same=int(in_both.sum()),
        moves=_moves(first[~in_both], second[~in_both_other]),
        rules=tuple(sorted(map(str, rules))),
        sources=_changes("source_id", rules, first, second),
        targets=_changes("target_id", rules, first, second),
    )


def _moves(leaving: pd.DataFrame, coming: pd.DataFrame) -> tuple[Move, ...]:
    before, after = _by_source(leaving), _by_source(coming)
    return tuple(
        Move(source, before.get(source, ()), after.get(source, ())) for source in sorted({*before, *after})
    )


def _by_source(rows: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Targets of each source; the rows are sorted by source."""
    sources: Objects = np.asarray(rows["source_id"], dtype=object)
    targets = np.asarray(rows["target_id"], dtype=object).tolist()
    if not len(sources):
        return {}
    starts = np.flatnonzero(np.r_[True, sources[1:] != sources[:-1]])
    ends = np.r_[starts[1:], len(sources)]
    return {
        str(source): tuple(targets[start:end])
        for source, start, end in zip(sources[starts], starts.tolist(), ends.tolist(), strict=True)
    }


def _changes(
    side: str, rules: Sequence[str], first: pd.DataFrame, second: pd.DataFrame
) -> tuple[Change, ...]:
    before, after = (_points(side, rules, frame) for frame in (first, second))
    # in hundredths, so that both directions are exactly each other's negative
    change = after.sub(before, fill_value=0).astype("int64")
    change = change[change != 0]
    order = np.lexsort((change.index.to_numpy(str), -change.to_numpy()))
    ids, points = change.index.to_numpy(object)[order], change.to_numpy()[order] / POINT
    return tuple(map(Change, ids.tolist(), points.tolist()))


def _points(side: str, rules: Sequence[str], frame: pd.DataFrame) -> pd.Series:
    """Hundredths of a point of each row of a side, by id."""
    total = np.zeros(len(frame), np.int64)
    for rule in rules:
        total += np.rint(np.nan_to_num(frame[rule].to_numpy(float)) * POINT).astype(np.int64)
    return pd.Series(total, index=pd.Index(frame[side], dtype=object)).groupby(level=0).sum()


def _plain(items: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: _listed(value) for name, value in items}


def _listed(value: Any) -> Any:
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _listed(part) for name, part in value._asdict().items()}
    if isinstance(value, tuple | list):
        return [_listed(part) for part in value]
    return value
