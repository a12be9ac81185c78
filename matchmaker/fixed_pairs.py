"""Single pairs of a stage before it is solved, and what a hard rule says of each of them for certain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from matchmaker.degree_bounds import degree_bounds
from matchmaker.formulation import Formulation
from matchmaker.model import Dataset, Integers, Problem
from matchmaker.problem import build_sides
from matchmaker.rules import Rule
from matchmaker.scheme.definitions import StageDefinition

__all__ = ["fixings_of", "sides_of", "with_pairs"]


def sides_of(dataset: Dataset, year: int, definition: StageDefinition) -> Problem:
    """The stage with its sources and targets, without any pair."""
    stage, none = definition.to_model(), np.empty(0, np.int64)
    bounds = degree_bounds(definition.each_source), degree_bounds(definition.each_target)
    sources, targets = build_sides(stage, dataset, definition.where, *bounds)
    return Problem(stage, dataset, year, sources, targets, none, none)


def with_pairs(bare: Problem, source: Integers, target: Integers) -> Problem:
    """The problem whose only candidates are some pairs, given by positions on both sides; each once."""
    width = max(len(bare.targets), 1)
    codes = np.unique(source * width + target)
    return replace(bare, pair_source=codes // width, pair_target=codes % width, _memo={})


def fixings_of(rule: Rule, problem: Problem) -> Iterator[tuple[Integers, int]]:
    """Pairs that a hard rule fixes, and at what."""
    formulation = Formulation(problem.pair_source, problem.pair_target)
    rule.formulate(problem, formulation, False)
    for _, columns, value in formulation.fixings():
        yield columns[columns < problem.pair_count], value
