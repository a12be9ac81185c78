"""The question as a whole: what plainly does not add up, what conflicts, what would repair it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from matchmaker.backends.base import Settings
from matchmaker.diagnosis.cascade import Failure, Scope, attempt, further_failures
from matchmaker.diagnosis.conflicts import Conflict, conflicts_of
from matchmaker.diagnosis.repairs import Repair, find_repairs
from matchmaker.errors import Fault
from matchmaker.listeners import StageListener, unheard
from matchmaker.model import Dataset, Problem, Status
from matchmaker.pipeline import prepare
from matchmaker.plain_conflicts import plain_conflicts
from matchmaker.scheme.scenario import Scenario
from matchmaker.tables import read_dataset

__all__ = ["Diagnosis", "StageDiagnosis", "diagnose"]

EFFORT = 20.0
"""Work limit of each solve in deterministic seconds: conflicts are small programs."""


@dataclass(frozen=True)
class StageDiagnosis:
    """Why one stage has no plan.

    Parameters
    ----------
    problem : Problem
        The stage as it failed.
    scope : Scope
        Whether that rests on what other stages decide.
    conflicts : tuple of Conflict
        Sets of rule instances that cannot hold together, none of which shares one with another.
    """

    problem: Problem
    scope: Scope
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True)
class Diagnosis:
    """What is known of a scenario.

    Parameters
    ----------
    scenario, dataset
        As it is solved: history and data changes included.
    status : Status
        ``FEASIBLE``: there is a plan. ``INFEASIBLE``: proven that there is none. ``UNKNOWN``.
    repairs : tuple of Repair
        Changes with which there is a plan, each of them tried, the cheapest first.
    plain : tuple of Fault
        What does not add up, told without solving.
    stages : tuple of StageDiagnosis
        The stage that fails, then the later ones that are the reason.
    finished : bool
        False where time ended it.
    seconds : float
    """

    scenario: Scenario
    dataset: Dataset
    status: Status
    plain: tuple[Fault, ...]
    stages: tuple[StageDiagnosis, ...]
    repairs: tuple[Repair, ...]
    finished: bool
    seconds: float


def diagnose(
    scenario: Scenario,
    dataset: Dataset | None = None,
    *,
    seconds: float | None = None,
    repairs: bool = True,
    listener: StageListener = unheard,
) -> Diagnosis:
    """Say why a scenario has no plan.

    Parameters
    ----------
    scenario
        What to look at.
    dataset
        What the scenario's files hold, where it has been read already.
    seconds
        Stop after so many seconds with what is known by then. None: never.
    repairs
        Whether to look for them too.
    listener
        Told of each stage that is looked at.

    Raises
    ------
    InputError
        With every fault of the scenario's data.
    """
    started = time.monotonic()
    raw = read_dataset(scenario.data).dataset if dataset is None else dataset
    dataset = prepare(scenario, raw)
    deadline = None if seconds is None else started + seconds
    settings = Settings(scenario.limits.gap, EFFORT, deadline)
    scheme, year = scenario.scheme, scenario.year
    plain = scenario.places.located(plain_conflicts(scheme, dataset, year))
    tried = attempt(scheme, dataset, year, settings, listener)
    failures = list(tried.failures)
    if failures and failures[0].scope in (Scope.ITSELF, Scope.WHATEVER):
        failures += further_failures(scheme, dataset, year, failures[0].problem.stage.id, settings)
    stages = tuple(_stage(scenario, failure, settings) for failure in failures)
    status = Status.INFEASIBLE if plain else tried.status
    found = find_repairs(scenario, raw, failures, settings) if repairs else ()
    finished = settings.seconds_left() > 0
    spent = time.monotonic() - started
    return Diagnosis(scenario, dataset, status, plain, stages, found, finished, spent)


def _stage(scenario: Scenario, failure: Failure, settings: Settings) -> StageDiagnosis:
    conflicts = tuple(conflicts_of(scenario.scheme, failure, settings))
    return StageDiagnosis(failure.problem, failure.scope, conflicts)
