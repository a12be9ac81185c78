"""What plainly does not add up in a scenario, stage by stage, without a solver.

A stage that lies within earlier ones is looked at with all pairs that those could decide: what
is short then is short whatever they decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from matchmaker.errors import Fault
from matchmaker.formulation import Formulation
from matchmaker.judgement import stage_rules
from matchmaker.model import Assignment, Dataset, Problem
from matchmaker.obstacles import plain_obstacles
from matchmaker.rebuild import demands, look_ahead_of, stage_problem, without_soft_minima
from matchmaker.rules import Rule, implicit_rules
from matchmaker.scheme.definitions import Scheme

__all__ = ["MOST_PAIRS", "on_all_choices", "open_pairs", "plain_conflicts"]

MOST_PAIRS = 500_000
"""A stage that could have more pairs is looked at once the earlier ones are decided, not before."""


def plain_conflicts(scheme: Scheme, dataset: Dataset, year: int) -> tuple[Fault, ...]:
    """Every fault that is told without solving, of each stage that can be looked at beforehand.

    Parameters
    ----------
    scheme, dataset, year
        Ready to be solved (`matchmaker.pipeline.prepare`).
    """
    found: list[Fault] = []
    possible: dict[str, Assignment] = {}
    for definition in scheme.stages:
        problem = on_all_choices(scheme, dataset, year, definition.id, possible)
        if problem is None:
            continue
        fixed = tuple(
            (rule, soft)
            for rule, soft in stage_rules(scheme, problem)
            if not soft and reads_no_result(scheme, rule, definition.id)
        )
        demanding = without_soft_minima(scheme, problem)
        formulation = _formulated(scheme, demanding, fixed)
        pins = tuple(each for each in demands(scheme, problem) if each.rule not in _unread(scheme, problem))
        told = plain_obstacles(demanding, formulation, pins, fixed)
        found += [replace(fault, details={**fault.details, "stage": definition.title}) for fault in told]
        possible[definition.id] = open_pairs(problem, formulation)
    return tuple(found)


def on_all_choices(
    scheme: Scheme, dataset: Dataset, year: int, stage: str, possible: Mapping[str, Assignment]
) -> Problem | None:
    """A stage as if those that it lies within had decided all that they could; None where that says nothing.

    Parameters
    ----------
    possible
        All pairs that each earlier stage could decide, as far as that is known.
    """
    definition = scheme.stage(stage)
    bare = _alone(scheme, stage, ())
    if bare.reads(stage) or not possible.keys() >= set(definition.within):
        return None  # who takes part there, or which pairs, rests on more than on where pairs may be
    source_rows, target_rows = (len(dataset.frame(table)) for table in (definition.from_, definition.to))
    if definition.within and source_rows * target_rows > MOST_PAIRS:
        return None
    return stage_problem(scheme, dataset, year, stage, {name: possible[name] for name in definition.within})


def reads_no_result(scheme: Scheme, rule: Rule, stage: str) -> bool:
    """Whether a rule says the same of a stage whatever the stages before it have decided."""
    return not _alone(scheme, stage, (rule,)).reads(stage)


def open_pairs(problem: Problem, formulation: Formulation) -> Assignment:
    """The candidate pairs that no rule of a stage bans."""
    is_open = np.ones(problem.pair_count, bool)
    for _, columns, value in formulation.fixings():
        if value == 0:
            is_open[columns[columns < problem.pair_count]] = False
    return problem.assignment(np.flatnonzero(is_open))


def _alone(scheme: Scheme, stage: str, rules: tuple[Rule, ...]) -> Scheme:
    """The scheme with these rules only, the stage within no other."""
    own = {implied.id for implied in implicit_rules(scheme.stage(stage).to_model())}
    stages = tuple(
        each.model_copy(update={"within": ()}) if each.id == stage else each for each in scheme.stages
    )
    written = tuple(rule for rule in rules if rule.id not in own)
    return scheme.model_copy(update={"stages": stages, "rules": written})


def _formulated(scheme: Scheme, problem: Problem, rules: tuple[tuple[Rule, bool], ...]) -> Formulation:
    formulation = Formulation(problem.pair_source, problem.pair_target)
    for rule, soft in rules:
        rule.formulate(problem, formulation, soft)
    look_ahead_of(scheme, problem, formulation)
    return formulation


def _unread(scheme: Scheme, problem: Problem) -> set[str]:
    """Rules of a stage that read what earlier ones have decided."""
    rules = scheme.rules_of(problem.stage.id)
    return {rule.id for rule in rules if not reads_no_result(scheme, rule, problem.stage.id)}
