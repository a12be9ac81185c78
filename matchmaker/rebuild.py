"""A stage's problem and program, built the same way while solving and while verifying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from matchmaker.formulation import Formulation
from matchmaker.judgement import formulated
from matchmaker.lookahead import Cut, LaterStage, add_cuts, look_ahead
from matchmaker.model import Assignment, Dataset, Objects, Problem
from matchmaker.plans import Plan
from matchmaker.problem import Bounds, EarlierStage, build_problem, build_sides
from matchmaker.rules import implicit_rules
from matchmaker.scheme.definitions import DegreeBounds, Scheme, StageDefinition

__all__ = ["degree_bounds", "problems_of", "stage_formulation", "stage_problem"]


def stage_problem(
    scheme: Scheme, dataset: Dataset, year: int, stage_id: str, decided: Mapping[str, Assignment]
) -> Problem:
    """The problem of one stage, given what the stages it lies within have decided."""
    definition = scheme.stage(stage_id)
    earlier = [EarlierStage(scheme.stage(name).to_model(), decided[name]) for name in definition.within]
    return build_problem(
        definition.to_model(),
        dataset,
        year,
        definition.where,
        degree_bounds(definition.each_source),
        degree_bounds(definition.each_target),
        earlier,
    )


def stage_formulation(scheme: Scheme, problem: Problem, cuts: Sequence[Cut]) -> Formulation:
    """All rows of a stage: its rules, what later stages need, and cuts that came back from them."""
    formulation = formulated(scheme, problem)
    look_ahead(problem, formulation, _later_stages(scheme, problem))
    add_cuts(problem, formulation, cuts)
    return formulation


def problems_of(plan: Plan) -> dict[str, Problem]:
    """The problem of every stage of a plan, rebuilt from its inputs and assignments."""
    scheme = plan.scenario.scheme
    decided = {stage.id: plan.assignment(stage.id) for stage in plan.stages}
    return {
        stage.id: stage_problem(scheme, plan.dataset, plan.scenario.year, stage.id, decided)
        for stage in plan.stages
    }


def _later_stages(scheme: Scheme, problem: Problem) -> list[LaterStage]:
    """The stages after a problem's; minima that may fall short demand nothing of it."""
    order = [definition.id for definition in scheme.stages]
    later = []
    for definition in scheme.stages[order.index(problem.stage.id) + 1 :]:
        stage = definition.to_model()
        source_bounds, target_bounds = (
            replace(degree_bounds(degrees), minimum=0) if scheme.is_soft(rule) else degree_bounds(degrees)
            for degrees, rule in zip(
                (definition.each_source, definition.each_target), implicit_rules(stage)[:2], strict=True
            )
        )
        demanded = _demanded(scheme, problem, definition)
        later.append(LaterStage(stage, definition.where, source_bounds, target_bounds, demanded))
    return later


def _demanded(scheme: Scheme, problem: Problem, definition: StageDefinition) -> tuple[Objects, Objects]:
    """Ids of the pairs that the rules of a later stage demand."""
    stage, none = definition.to_model(), np.empty(0, np.int64)
    bounds = (degree_bounds(definition.each_source), degree_bounds(definition.each_target))
    sources, targets = build_sides(stage, problem.dataset, definition.where, *bounds)
    bare = Problem(stage, problem.dataset, problem.year, sources, targets, none, none)
    rules = (*implicit_rules(stage), *scheme.rules_of(stage.id))
    source_ids, target_ids = zip(*(rule.demanded(bare) for rule in rules), strict=True)
    return np.concatenate(source_ids), np.concatenate(target_ids)


def degree_bounds(degrees: DegreeBounds) -> Bounds:
    """A scheme's degree bounds as `build_problem` takes them."""
    return Bounds(degrees.min, degrees.max)
