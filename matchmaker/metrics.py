"""What a plan achieves, in figures: everything in ``metrics.json``, recomputable from the plan alone.

Of the rules it asks `Rule.measures` and knows no kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from matchmaker.judgement import Judgement, stage_rules
from matchmaker.model import POINT, Assignment, Integers, Problem, Side
from matchmaker.past import last_year
from matchmaker.rules.places import rounded
from matchmaker.scheme.scenario import Scenario

__all__ = ["STRENGTH_LEVELS", "WISHES_OF_RANK", "Figure", "figures", "measure"]

Unit = Literal["share", "points", "count", "number", "km"]
Better = Literal["higher", "lower", ""]

STRENGTH_LEVELS = ("strong", "medium", "weak")
"""Strength levels of places by which wishes met are told, the strongest first."""

WISHES_OF_RANK = "wishes.rank_"
"""What the keys of figures begin with that tell how many wishes of one rank are met; the rank follows."""


@dataclass(frozen=True)
class Figure:
    """One headline figure of a plan.

    Parameters
    ----------
    stage, rule : str
        What it is about; the rule is empty for a figure of the stage itself.
    key : str
        Which figure: the text ``figure.<key>`` names it.
    detail : str
        What tells figures of one key apart: the table of those who are counted or wish, or the
        term of points.
    value : float
    unit : str
        ``share`` (0 to 1), ``points``, ``count`` (whole), ``number`` or ``km``.
    better : str
        ``higher``, ``lower``, or empty where neither is better in itself.
    """

    stage: str
    rule: str
    key: str
    detail: str
    value: float
    unit: Unit
    better: Better


def measure(
    scenario: Scenario,
    problems: Mapping[str, Problem],
    assignments: Mapping[str, Assignment],
    judgements: Mapping[str, Judgement],
) -> dict[str, Any]:
    """The metrics of a plan, plain and JSON-able; shares are 0 to 1, points are points.

    Parameters
    ----------
    scenario
        Whose scheme names the stages and rules.
    problems, assignments, judgements
        Per stage; a stage that lacks any of them is left out.
    """
    decided = [
        definition.id
        for definition in scenario.scheme.stages
        if definition.id in problems and definition.id in assignments and definition.id in judgements
    ]
    return {
        "stages": {
            stage: _stage(scenario, problems[stage], assignments[stage], judgements[stage])
            for stage in decided
        }
    }


def figures(metrics: Mapping[str, Any]) -> tuple[Figure, ...]:
    """The headline figures of a plan's metrics, in the order in which they are shown."""
    found: list[Figure] = []
    for stage, measured in metrics.get("stages", {}).items():
        found += _of_stage(stage, measured)
        for rule, subjects in measured["rules"].items():
            found += _of_rule(stage, rule, subjects)
        found += [
            Figure(stage, "", "points", term, points, "points", "higher")
            for term, points in measured["points"].items()
        ]
    return tuple(found)


def _stage(
    scenario: Scenario, problem: Problem, assignment: Assignment, judgement: Judgement
) -> dict[str, Any]:
    chosen = problem.locate(assignment)
    sources, targets = (
        np.bincount(at[at >= 0], minlength=len(side))
        for at, side in ((chosen.source, problem.sources), (chosen.target, problem.targets))
    )
    left_out = [side for side, _, _ in problem.excluded]
    rules = {}
    for rule, _ in stage_rules(scenario.scheme, problem):
        measured = dict(rule.measures(problem, assignment))
        if measured:
            rules[rule.id] = measured
    return {
        "pairs": len(assignment),
        "sources": _side(problem.sources, sources, left_out.count("source")),
        "targets": _side(problem.targets, targets, left_out.count("target")),
        "points": {term: rounded(points / POINT) for term, points in judgement.points.items()},
        "violations": len(judgement.violations),
        "shortfalls": len(judgement.shortfalls),
        "changes": _changes(problem, assignment),
        "rules": rules,
    }


def _side(side: Side, partners: Integers, left_out: int) -> dict[str, Any]:
    """Rows that take part: with a partner, without one, below their minimum; partners of each."""
    counted = partners if len(partners) else np.zeros(1, np.int64)
    return {
        "table": side.table,
        "total": len(side),
        "with_partner": int((partners > 0).sum()),
        "without_partner": int((partners == 0).sum()),
        "below_minimum": int((partners < side.minimum).sum()),
        "not_taking_part": left_out,
        "partners": {
            "min": int(counted.min()),
            "mean": rounded(counted.mean()),
            "max": int(counted.max()),
        },
    }


def _changes(problem: Problem, assignment: Assignment) -> dict[str, Any]:
    """Kept pairs of last year, new ones (the source had none), moved ones, and those that end."""
    past = last_year(problem)
    before = pd.MultiIndex.from_arrays([past.source_ids, past.target_ids])
    now = pd.MultiIndex.from_arrays([assignment.source_ids, assignment.target_ids])
    kept = np.asarray(now.isin(before), bool) if len(before) and len(now) else np.zeros(len(now), bool)
    known = np.isin(assignment.source_ids.astype(str), past.source_ids.astype(str))
    return {
        "last_year": len(before),
        "still_possible": len(past.possible),
        "kept": int(kept.sum()),
        "new": int((~kept & ~known).sum()),
        "moved": int((~kept & known).sum()),
        "ended": len(before) - int(kept.sum()),
        "kept_share": rounded(kept.sum() / len(before)) if len(before) else None,
    }


def _of_stage(stage: str, measured: Mapping[str, Any]) -> list[Figure]:
    sources, targets = measured["sources"], measured["targets"]
    found = [
        Figure(stage, "", "sources.share", sources["table"], _part(sources), "share", "higher"),
        Figure(stage, "", "sources.without", sources["table"], sources["without_partner"], "count", "lower"),
        Figure(stage, "", "targets.share", targets["table"], _part(targets), "share", ""),
        Figure(stage, "", "targets.below", targets["table"], targets["below_minimum"], "count", "lower"),
    ]
    changes = measured["changes"]
    if changes["last_year"]:
        found.append(Figure(stage, "", "changes.kept_share", "", changes["kept_share"], "share", ""))
        found += [
            Figure(stage, "", f"changes.{kind}", "", changes[kind], "count", "") for kind in ("new", "moved")
        ]
    return found


def _part(side: Mapping[str, Any]) -> float:
    """Part of a side's rows that have a partner."""
    return rounded(side["with_partner"] / side["total"]) if side["total"] else 1.0


def _of_rule(stage: str, rule: str, subjects: Mapping[str, Any]) -> list[Figure]:
    found: list[Figure] = []

    def add(key: str, value: float, unit: Unit, better: Better, detail: str = "") -> None:
        found.append(Figure(stage, rule, key, detail, value, unit, better))

    if fit := subjects.get("fit"):
        for name in ("mean", "median", "min"):
            add(f"fit.{name}", fit[name], "points", "higher")
        add("fit.mismatched", fit["mismatched"], "count", "lower")
    if coverage := subjects.get("coverage"):
        add("coverage.share", coverage["share"], "share", "higher")
        for part in ("half", "full"):
            add(f"coverage.{part}", rounded(coverage[part] / coverage["needs"]), "share", "higher")
        add("coverage.nobody", coverage["nobody"], "count", "lower")
    for counts in subjects.get("wishes", {}).get("parties", {}).values():
        party = counts["table"]
        if stated := sum(counts["stated"]):
            add("wishes.met", rounded(sum(counts["met"]) / stated), "share", "higher", party)
        if len(counts["stated"]) > 1:
            for rank, (met, said) in enumerate(zip(counts["met"], counts["stated"], strict=True), 1):
                # of parties that put one wish first, as many are met as have their first wish
                if said and (rank > 1 or said != counts["wishers"]):
                    add(f"{WISHES_OF_RANK}{rank}", rounded(met / said), "share", "higher", party)
        if counts["wishers"]:
            for name in ("first", "met"):
                share = rounded(counts[f"wishers_{name}"] / counts["wishers"])
                add(f"wishes.wishers_{name}", share, "share", "higher", party)
        heard = counts.get("by_strength", {})
        for level in (level for level in STRENGTH_LEVELS if level in heard):
            share = rounded(heard[level]["met"] / heard[level]["stated"])
            add(f"wishes.met_{level}", share, "share", "higher", party)
        add("wishes.refusals_ignored", counts["refusals_ignored"], "count", "lower", party)
    if balance := subjects.get("balance"):
        add("balance.largest_deviation", balance["largest_deviation"], "share", "lower")
        add("balance.deviation_std", balance["deviation_std"], "share", "lower")
    if areas := subjects.get("areas"):
        for name in ("km_mean", "km_largest"):
            if name in areas:
                add(f"areas.{name}", areas[name], "km", "lower")
    if distance := subjects.get("distance"):
        for name in ("km_mean", "km_largest"):
            add(f"distance.{name}", distance[name], "km", "lower")
    if stable := subjects.get("stable"):
        add("stable.blocking", stable["blocking"], "count", "lower")
    if fair := subjects.get("fair"):
        better: Better = "higher" if fair["better"] == "more" else "lower"
        add("fair.worst_mean", fair["worst_mean"], "number", better, fair["table"])
        add("fair.mean", fair["mean"], "number", better, fair["table"])
    if strength := subjects.get("strength"):
        for name in ("largest_deviation", "deviation_std"):
            add(f"strength.{name}", strength[name], "number", "lower")
    if limits := subjects.get("limits"):
        add("limits.met", rounded(limits["met"] / limits["limits"]), "share", "higher")
        for name in ("short", "over"):
            add(f"limits.{name}", limits[name], "number", "lower")
    if preferred := subjects.get("preferred"):
        add("preferred.share", rounded(preferred["met"] / preferred["pairs"]), "share", "")
    return found
