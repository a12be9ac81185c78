"""The question as a whole: what plainly does not add up, what conflicts, what would repair it."""

from __future__ import annotations

import time
from dataclasses import dataclass

from matchmaker.backends.base import Settings
from matchmaker.diagnosis.cascade import Failure, Heard, Scope, attempt, unheard
from matchmaker.diagnosis.conflicts import Conflict, conflicts_of
from matchmaker.errors import Fault
from matchmaker.model import Dataset, Problem, Status
from matchmaker.pipeline import prepare
from matchmaker.plain_conflicts import plain_conflicts
from matchmaker.scheme.scenario import Scenario

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
    finished: bool
    seconds: float


def diagnose(
    scenario: Scenario,
    dataset: Dataset | None = None,
    *,
    seconds: float | None = None,
    heard: Heard = unheard,
) -> Diagnosis:
    """Say why a scenario has no plan.

    Parameters
    ----------
    scenario
        What to look at.
    dataset
        Ready to be solved (`matchmaker.pipeline.prepare`), where that is done already.
    seconds
        Stop after so many seconds with what is known by then. None: never.
    heard
        Told of each stage that is looked at.

    Raises
    ------
    InputError
        With every fault of the scenario's data.
    """
    started = time.monotonic()
    dataset = prepare(scenario) if dataset is None else dataset
    deadline = None if seconds is None else started + seconds
    settings = Settings(scenario.limits.gap, EFFORT, deadline)
    scheme, year = scenario.scheme, scenario.year
    plain = scenario.places.located(plain_conflicts(scheme, dataset, year))
    tried = attempt(scheme, dataset, year, settings, heard)
    stages = tuple(_stage(scenario, failure, settings) for failure in tried.failures)
    status = Status.INFEASIBLE if plain else tried.status
    finished = settings.seconds_left() > 0
    return Diagnosis(scenario, dataset, status, plain, stages, finished, time.monotonic() - started)


def _stage(scenario: Scenario, failure: Failure, settings: Settings) -> StageDiagnosis:
    conflicts = tuple(conflicts_of(scenario.scheme, failure, settings))
    return StageDiagnosis(failure.problem, failure.scope, conflicts)
