"""Warm starts: what an earlier plan's folder tells a run of about the same scenario.

Its pairs are found again by id, its row duals by the rows' names, and components that are
asked again exactly as before by their fingerprints: those need no solving at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from matchmaker.backends.base import LevelResult, Start
from matchmaker.formulation import Formulation, RowSide
from matchmaker.model import Assignment, Floats, Integers, Objects, Problem, Status
from matchmaker.plans import Plan, Results
from matchmaker.program import Level, Program
from matchmaker.solver import Known, Optimum, WarmStart

__all__ = ["certificate_of", "row_names", "warm_start"]

NO_CERTIFICATE = -(2**62)
"""Stands for a certified bound that a component does not have."""


def row_names(problem: Problem, formulation: Formulation, program: Program) -> Objects:
    """A name for every row that lasts from one scenario to the next: its rule, and whom it is about.

    Rows of degrees are told by the id of their source or target, others by their place in
    their rule. Rows of look-ahead and cuts count as rules. No two names are equal.
    """
    rules = pd.Series(formulation.row_rules(), dtype=object)
    place = "#" + rules.groupby(rules).cumcount().astype(str).to_numpy(object)
    first = np.full(program.row_count, program.column_count, np.int64)
    row = np.repeat(np.arange(program.row_count), np.diff(program.matrix.indptr))
    np.minimum.at(first, row, program.matrix.indices.astype(np.int64))
    has_pair = first < program.pair_count
    about = place.copy()
    for side, owner, ids in (
        (RowSide.SOURCE, problem.pair_source, problem.sources.ids),
        (RowSide.TARGET, problem.pair_target, problem.targets.ids),
    ):
        here = np.flatnonzero((program.row_side == side) & has_pair)
        about[here] = "@" + ids[owner[first[here]]].astype(object)
    names = pd.Series(rules.to_numpy(object) + about, dtype=object)
    again = names.duplicated(keep=False).to_numpy(bool)
    unique: Objects = names.to_numpy(object).copy()
    unique[again] = unique[again] + place[again]
    return unique


def certificate_of(optimum: Optimum, names: Objects) -> dict[str, np.ndarray]:
    """What a plan keeps of a stage: duals of its levels, and all that a later warm start asks for."""
    duals = {
        f"level{at}": result.duals for at, result in enumerate(optimum.levels) if result.duals is not None
    }
    return duals | _remembered(optimum, names)


def _remembered(optimum: Optimum, names: Objects) -> dict[str, np.ndarray]:
    known = sorted(optimum.known.items())
    levels = max((len(one.levels) for _, one in known), default=0)
    figures = np.zeros((len(known), levels, 3), np.int64)
    duals = [np.empty(0)]
    for at, (_, one) in enumerate(known):
        for position, level in enumerate(one.levels):
            certified = NO_CERTIFICATE if level.certified is None else level.certified
            figures[at, position] = level.value, level.bound, certified
        first = one.levels[0].duals if one.levels else None
        duals.append(np.empty(0) if first is None else first)
    kept = {
        "component.key": np.array([key for key, _ in known], str),
        "component.status": np.array([one.status.value for _, one in known], str),
        "component.backend": np.array([one.backend for _, one in known], str),
        "component.levels": np.array([len(one.levels) for _, one in known], np.int64),
        "component.figures": figures,
        "component.duals": np.concatenate(duals),
        "component.dual_count": np.array([len(one) for one in duals[1:]], np.int64),
    }
    if optimum.levels and optimum.levels[0].duals is not None:
        kept["row.name"] = names.astype(str)
    return kept


def warm_start(
    results: Plan | Results, stage: str, problem: Problem, level: Level | None, names: Objects
) -> WarmStart | None:
    """What an earlier plan tells of a stage; None where it has no such stage.

    Parameters
    ----------
    results
        Of the earlier plan.
    stage, problem
        The stage as it is now.
    level
        The first level as it is now: duals are brought to its units.
    names
        `row_names` of the stage's rows.
    """
    if stage not in results.assignments:
        return None
    frame = results.assignments[stage]
    pairs = np.zeros(problem.pair_count, np.int64)
    source, target = (np.asarray(frame[f"{side}_id"], object) for side in ("source", "target"))
    located = problem.locate(Assignment(stage, source, target)).pair
    pairs[located[located >= 0]] = 1
    certificate = results.certificates.get(stage, {})
    duals = None
    levels = next(record.levels for record in results.stages if record.id == stage)
    if level is not None and levels and "row.name" in certificate:
        duals = _located(certificate["row.name"], certificate["level0"], names)
        duals *= levels[0].unit / level.scale
    gap = levels[0].gap if levels else 0.0
    return WarmStart(Start(pairs, duals, gap, keep=True), _known(certificate))


def _located(before: np.ndarray, duals: Floats, names: Objects) -> Floats:
    """Duals of the rows with the given names; 0 for rows that there were not."""
    at = pd.Index(before.astype(object)).get_indexer(pd.Index(names))
    found: Floats = np.where(at >= 0, duals[np.maximum(at, 0)], 0.0)
    return found


def _known(certificate: Mapping[str, Any]) -> dict[str, Known]:
    known: dict[str, Known] = {}
    if "component.key" not in certificate:
        return known
    ends = np.cumsum(certificate["component.dual_count"])
    for at, key in enumerate(certificate["component.key"]):
        figures: Integers = certificate["component.figures"][at][: certificate["component.levels"][at]]
        levels = [
            LevelResult(value, bound, None if certified == NO_CERTIFICATE else certified)
            for value, bound, certified in figures.tolist()
        ]
        count = int(certificate["component.dual_count"][at])
        if levels and count:
            duals = certificate["component.duals"][ends[at] - count : ends[at]]
            levels[0] = replace(levels[0], duals=duals)
        status = Status(str(certificate["component.status"][at]))
        known[str(key)] = Known(status, tuple(levels), str(certificate["component.backend"][at]))
    return known
