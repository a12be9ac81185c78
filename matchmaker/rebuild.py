"""A stage's problem and program, built the same way while solving and while verifying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matchmaker.formulation import Formulation
from matchmaker.judgement import formulated
from matchmaker.lookahead import Cut, LaterStage, add_cuts, look_ahead
from matchmaker.model import Assignment, Dataset, Problem
from matchmaker.plans import Plan
from matchmaker.problem import Bounds, EarlierStage, build_problem
from matchmaker.scheme import DegreeBounds, Scheme

__all__ = ["problems_of", "stage_formulation", "stage_problem"]


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
        _bounds(definition.each_source),
        _bounds(definition.each_target),
        earlier,
    )


def stage_formulation(scheme: Scheme, problem: Problem, cuts: Sequence[Cut]) -> Formulation:
    """All rows of a stage: its rules, what later stages need, and cuts that came back from them."""
    formulation = formulated(scheme, problem)
    look_ahead(problem, formulation, _later_stages(scheme, problem.stage.id))
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


def _later_stages(scheme: Scheme, stage_id: str) -> list[LaterStage]:
    """Stages that lie within this one, directly or through others, in the scheme's order."""
    inside = {stage_id}
    later = []
    for definition in scheme.stages:
        if definition.id not in inside and inside & set(definition.within):
            inside.add(definition.id)
            later.append(
                LaterStage(
                    definition.to_model(),
                    definition.where,
                    _bounds(definition.each_source),
                    _bounds(definition.each_target),
                )
            )
    return later


def _bounds(degrees: DegreeBounds) -> Bounds:
    return Bounds(degrees.min, degrees.max)
