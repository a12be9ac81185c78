"""A stage's problem and program, built the same way while solving and while verifying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from matchmaker.decided import with_stages
from matchmaker.degree_bounds import degree_bounds, hard_bounds
from matchmaker.formulation import Formulation
from matchmaker.judgement import formulated, stage_rules
from matchmaker.lookahead import Cut, LaterStage, add_cuts, demanded_above, look_ahead
from matchmaker.model import Assignment, Dataset, Objects, Problem, Side
from matchmaker.obstacles import LOOK_AHEAD, Demand
from matchmaker.plans import Plan
from matchmaker.problem import EarlierStage, build_problem, build_sides
from matchmaker.rules import implicit_rules
from matchmaker.scheme.definitions import Scheme, StageDefinition, rule_stages

__all__ = [
    "demands",
    "look_ahead_of",
    "problem_beside",
    "problems_of",
    "stage_formulation",
    "stage_problem",
    "without_soft_minima",
]


def stage_problem(
    scheme: Scheme, dataset: Dataset, year: int, stage_id: str, decided: Mapping[str, Assignment]
) -> Problem:
    """The problem of one stage, given what the stages before it have decided.

    Parameters
    ----------
    dataset
        The tables that were read; the stages before this one are added to them.
    decided
        Assignments by stage; those of later stages do not count.
    """
    before = scheme.before(stage_id)
    decided = {stage.id: decided[stage.id] for stage in before if stage.id in decided}
    dataset = with_stages(dataset, [stage.to_model() for stage in before], decided)
    return problem_beside(scheme, dataset, year, stage_id, decided)


def problem_beside(
    scheme: Scheme, dataset: Dataset, year: int, stage_id: str, decided: Mapping[str, Assignment]
) -> Problem:
    """The problem of one stage, in whose dataset the stages before it are tables already.

    Parameters
    ----------
    decided
        Assignments of the stages before it.
    """
    definition = scheme.stage(stage_id)
    earlier = [EarlierStage(scheme.stage(name).to_model(), decided[name]) for name in definition.within]
    problem = build_problem(
        definition.to_model(),
        dataset,
        year,
        definition.where,
        degree_bounds(definition.each_source),
        degree_bounds(definition.each_target),
        earlier,
    )
    return replace(problem, earlier=decided, coming=_coming(scheme, dataset, stage_id))


def _coming(scheme: Scheme, dataset: Dataset, stage_id: str) -> dict[str, tuple[Side, Side]]:
    """Sources and targets of the later stages that some rule spans together with this one.

    A stage whose rows rest on what is not decided yet is left out.
    """
    before = {stage.id for stage in scheme.before(stage_id)}
    together = {name for rule in scheme.rules if stage_id in (stages := rule_stages(rule)) for name in stages}
    return {
        definition.id: build_sides(
            definition.to_model(), dataset, definition.where, *hard_bounds(scheme, definition)
        )
        for definition in scheme.stages
        if definition.id in together - before - {stage_id} and scheme.rests_on(definition.id) <= before
    }


def stage_formulation(scheme: Scheme, problem: Problem, cuts: Sequence[Cut]) -> Formulation:
    """All rows of a stage: its rules, what later stages need, and cuts that came back from them."""
    formulation = formulated(scheme, problem)
    look_ahead_of(scheme, problem, formulation)
    add_cuts(problem, formulation, cuts)
    return formulation


def look_ahead_of(scheme: Scheme, problem: Problem, formulation: Formulation) -> None:
    """Add what later stages need of this one (`matchmaker.lookahead.look_ahead`)."""
    look_ahead(problem, formulation, _later_stages(scheme, problem))


def problems_of(plan: Plan) -> dict[str, Problem]:
    """The problem of every stage of a plan, rebuilt from its inputs and assignments."""
    scheme = plan.scenario.scheme
    decided = {stage.id: plan.assignment(stage.id) for stage in plan.stages}
    return {
        stage.id: stage_problem(scheme, plan.dataset, plan.scenario.year, stage.id, decided)
        for stage in plan.stages
    }


def _later_stages(scheme: Scheme, problem: Problem) -> list[LaterStage]:
    """The stages that lie within a problem's, or within one that does; soft minima demand nothing of it."""
    order = [definition.id for definition in scheme.stages]
    later = []
    inside, decided = {problem.stage.id}, set(order[: order.index(problem.stage.id)])
    for definition in scheme.stages[order.index(problem.stage.id) + 1 :]:
        if inside.isdisjoint(definition.within) or scheme.rests_on(definition.id) - decided:
            continue  # it is elsewhere, or who takes part there is not known yet
        inside.add(definition.id)
        stage = definition.to_model()
        source_bounds, target_bounds = hard_bounds(scheme, definition)
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


def demands(scheme: Scheme, problem: Problem) -> tuple[Demand, ...]:
    """The pairs that pins demand of a stage: its own ones, and those above what later stages demand."""
    own = (Demand(rule.id, *rule.demanded(problem)) for rule, _ in stage_rules(scheme, problem))
    above = (
        Demand(f"{LOOK_AHEAD}{later.stage.id}", *demanded_above(problem, later))
        for later in _later_stages(scheme, problem)
        if len(later.demanded[0])
    )
    return tuple(each for each in (*own, *above) if len(each.source_ids))


def without_soft_minima(scheme: Scheme, problem: Problem) -> Problem:
    """The problem as far as it demands anything: minima that may fall short are 0."""
    sources, targets = (
        replace(side, minimum=np.zeros_like(side.minimum)) if scheme.is_soft(rule) else side
        for side, rule in zip(
            (problem.sources, problem.targets), implicit_rules(problem.stage)[:2], strict=True
        )
    )
    return replace(problem, sources=sources, targets=targets)
