"""Whether a scenario has any plan: its stages in order, without an objective, and where they fail.

As `matchmaker.pipeline` does it, a later stage that fails sends a cut to the stage that it lies
within. Before that it is asked whether it fails whatever that stage decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from matchmaker.backends.base import Settings
from matchmaker.formulation import Formulation
from matchmaker.listeners import StageListener, unheard
from matchmaker.lookahead import Cut, cut_before
from matchmaker.model import Assignment, Dataset, Integers, Problem, Status
from matchmaker.plain_conflicts import on_all_choices, open_pairs, reads_no_result
from matchmaker.rebuild import stage_formulation, stage_problem
from matchmaker.scheme.definitions import Scheme
from matchmaker.solver import Optimum, optimise

__all__ = ["MOST_CUTS", "Attempt", "Failure", "Scope", "any_plan", "attempt", "further_failures"]

ANY = 10.0
"""A relative gap with which the first plan found will nearly always do."""

MOST_CUTS = 25
"""Cuts that may come back from later stages before the answer is that nothing is known."""


class Scope(StrEnum):
    """What a failure of a stage rests on."""

    ITSELF = "itself"
    """On the stage alone: it lies within no other, and reads none."""
    WHATEVER = "whatever"
    """It fails whatever the stages that it lies within decide."""
    GIVEN = "given"
    """It fails on top of what earlier stages have decided; had they decided otherwise it might not."""
    LATER = "later"
    """It fails because nothing that it could decide leaves a later stage a plan."""


@dataclass(frozen=True)
class Failure:
    """A stage proven to have no plan.

    Parameters
    ----------
    problem, formulation
        The stage and its rows.
    components
        Columns of each component proven infeasible.
    scope : Scope
    """

    problem: Problem
    formulation: Formulation
    components: tuple[Integers, ...]
    scope: Scope


@dataclass(frozen=True)
class Attempt:
    """What is known of a scenario.

    Parameters
    ----------
    status : Status
        ``FEASIBLE`` (every stage has a plan), ``INFEASIBLE`` (proven) or ``UNKNOWN``.
    failures : tuple of Failure
        Where it failed: the stage that ends it, then the later stages whose cuts led there.
    stage : str
        The stage at which the search ended, empty where every stage has a plan.
    """

    status: Status
    failures: tuple[Failure, ...] = ()
    stage: str = ""


def attempt(
    scheme: Scheme,
    dataset: Dataset,
    year: int,
    settings: Settings,
    listener: StageListener = unheard,
    until: str | None = None,
) -> Attempt:
    """Look for any plan of all stages.

    Parameters
    ----------
    scheme, dataset, year
        Ready to be solved (`matchmaker.pipeline.prepare`).
    settings
        Work limit per component, deadline.
    listener
        Told of each stage that begins.
    until
        The last stage to be decided; None: all.
    """
    order = [definition.id for definition in scheme.stages]
    order = order if until is None else order[: order.index(until) + 1]
    decided: dict[str, Assignment] = {}
    problems: dict[str, Problem] = {}
    possible: dict[str, Assignment] = {}
    causes: list[Failure] = []
    cuts: list[Cut] = []
    position, proven = 0, True
    while position < len(order):
        stage = order[position]
        listener(stage)
        problem = stage_problem(scheme, dataset, year, stage, decided)
        formulation = stage_formulation(scheme, problem, cuts)
        optimum = any_plan(scheme, stage, formulation, settings)
        if optimum.x is not None:
            problems[stage], decided[stage] = problem, _assignment(problem, optimum)
            position += 1
            continue
        if optimum.status is not Status.INFEASIBLE:
            return Attempt(Status.UNKNOWN, tuple(causes), stage)
        failure = Failure(problem, formulation, optimum.infeasible, Scope.GIVEN)
        definition = scheme.stage(stage)
        own_cuts = any(cut.stage == stage for cut in cuts)
        if not definition.within:
            alone = not scheme.reads(stage)
            scope = (Scope.LATER if own_cuts else Scope.ITSELF) if alone else Scope.GIVEN
            status = Status.INFEASIBLE if alone and proven else Status.UNKNOWN
            return Attempt(status, (replace(failure, scope=scope), *causes), stage)
        if not any(each.problem.stage.id == stage for each in causes):
            whatever = _whatever(scheme, dataset, year, stage, settings, possible)
            if whatever is not None:
                return Attempt(Status.INFEASIBLE, (whatever,), stage)
            causes.append(failure)
        before = definition.within[-1]
        cut = cut_before(problem, formulation, optimum.infeasible, problems[before], decided[before])
        proven &= cut.proven and scheme.reads(stage) == {before}
        cuts.append(replace(cut, proven=proven))
        if len(cuts) > MOST_CUTS or settings.seconds_left() <= 0:
            return Attempt(Status.UNKNOWN, tuple(causes), stage)
        position = order.index(before)
    return Attempt(Status.FEASIBLE)


def further_failures(
    scheme: Scheme, dataset: Dataset, year: int, stage: str, settings: Settings
) -> Iterator[Failure]:
    """Stages after a failed one that fail as well, whatever the ones that they lie within decide."""
    order = [definition.id for definition in scheme.stages]
    possible: dict[str, Assignment] = {}
    for later in order[order.index(stage) + 1 :]:
        if scheme.stage(later).within and settings.seconds_left() > 0:
            failure = _whatever(scheme, dataset, year, later, settings, possible)
            if failure is not None:
                yield failure


def any_plan(scheme: Scheme, stage: str, formulation: Formulation, settings: Settings) -> Optimum:
    """Any plan of a stage, or the proof that there is none.

    The first level is there to be searched by the backends that know sets, and any value will do.
    """
    return optimise(formulation.program(scheme.levels(stage)[:1]), replace(settings, gap=ANY))


def _assignment(problem: Problem, optimum: Optimum) -> Assignment:
    assert optimum.x is not None
    return problem.assignment(np.flatnonzero(optimum.x[: problem.pair_count]))


def _whatever(
    scheme: Scheme,
    dataset: Dataset,
    year: int,
    stage: str,
    settings: Settings,
    possible: dict[str, Assignment],
) -> Failure | None:
    """The failure of a stage with all pairs that earlier ones could decide, if it fails even then."""
    for name in (*(each.id for each in scheme.before(stage)), stage):
        if name in possible:
            continue
        relaxed = _relaxed(scheme, dataset, year, name, possible)
        if relaxed is None:
            continue
        problem, formulation = relaxed
        if name == stage:
            optimum = any_plan(scheme, stage, formulation, settings)
            failed = optimum.status is Status.INFEASIBLE
            return Failure(problem, formulation, optimum.infeasible, Scope.WHATEVER) if failed else None
        possible[name] = open_pairs(problem, formulation)
    return None


def _relaxed(
    scheme: Scheme, dataset: Dataset, year: int, stage: str, possible: Mapping[str, Assignment]
) -> tuple[Problem, Formulation] | None:
    """A stage within all that earlier ones could decide, with the rules that read no result of theirs."""
    problem = on_all_choices(scheme, dataset, year, stage, possible)
    if problem is None:
        return None
    unread = [rule.id for rule in scheme.rules_of(stage) if not reads_no_result(scheme, rule, stage)]
    rules = tuple(rule for rule in scheme.rules if rule.id not in unread)
    return problem, stage_formulation(scheme.model_copy(update={"rules": rules}), problem, ())
