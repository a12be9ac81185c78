"""A scenario solved: stages in order, components through a pool, every plan checked.

Stages are solved one after the other; when a later one is proven infeasible, a cut goes
back to the stage it lies within, which is solved again. Nothing leaves here that the
rules' own checks do not confirm.
"""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

import numpy as np

from matchmaker.backends.base import Settings
from matchmaker.baseline import origin_of, with_baseline
from matchmaker.checkpoints import Checkpoints
from matchmaker.errors import Detail, Fault, Infeasible, InputError, NoPlanFound, Note, Place
from matchmaker.formulation import Formulation
from matchmaker.given import StageResult, level_record, stages_given, taken_over
from matchmaker.history import unpublished, with_history
from matchmaker.history_names import sides_of_relations, with_located_history
from matchmaker.judgement import Judgement, judge, level_points, stage_rules
from matchmaker.last_scores import with_last_scores
from matchmaker.listeners import unheard
from matchmaker.lookahead import CUT_PARTS, Cut, cut_before
from matchmaker.memory import peak_megabytes
from matchmaker.metrics import measure
from matchmaker.model import Dataset, Floats, Integers, Problem, Status
from matchmaker.obstacles import obstacles
from matchmaker.outcome import assignment_table, unassigned_table
from matchmaker.pin_checks import with_located_pins
from matchmaker.plan_folder import read_results
from matchmaker.plans import Plan, Results, StageRecord
from matchmaker.pool import Pool, inline_kept
from matchmaker.posed import posed
from matchmaker.program import Program
from matchmaker.publication import require_as_published
from matchmaker.readiness import require_ready, warnings_of
from matchmaker.rebuild import demands, stage_problem, without_soft_minima
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.row_changes import apply_data_changes
from matchmaker.scheme.scenario import Scenario
from matchmaker.solver import Optimum, SolveMany, inline, optimise
from matchmaker.succession import with_succession
from matchmaker.tables import read_dataset
from matchmaker.verify import ForEach, confirm_plan
from matchmaker.warm import certificate_of

__all__ = ["EFFORT", "Event", "prepare", "solve"]

EFFORT = Settings.effort
"""Work limit per component and level, in deterministic seconds."""

MOST_CUTS = 25
"""Cuts that may come back from later stages before the run gives up (status unknown)."""


@dataclass(frozen=True)
class Event:
    """Progress: what is being done at which stage, value and bound (points) as they move, and warnings."""

    stage: str
    step: str
    value: float | None = None
    bound: float | None = None
    count: int = 0
    notes: tuple[Note, ...] = ()


Listener = Callable[[Event], None]


@dataclass(frozen=True)
class _Run:
    """What all stages of one run share."""

    scenario: Scenario
    dataset: Dataset
    settings: Settings
    solve_many: SolveMany
    listener: Listener
    started: float
    warm: Results | None
    given: Results | None
    stage: str | None
    through: str | None = None


def prepare(scenario: Scenario, dataset: Dataset | None = None) -> Dataset:
    """The scenario's dataset with its history and data changes, ready for its scheme.

    `dataset` is what the scenario's files hold, where it has been read already.

    Raises
    ------
    InputError
        With every fault of the data, of the changes, or of what the scheme needs of them.
    """
    if dataset is None:
        dataset = read_dataset(scenario.data).dataset
    dataset = apply_data_changes(dataset, scenario.data_changes)
    dataset = with_history(with_located_history(scenario.scheme, dataset), scenario.history)
    dataset = with_baseline(dataset, scenario.baseline)
    dataset = with_succession(dataset, sides_of_relations(scenario.scheme), scenario.year)
    dataset = with_last_scores(scenario.scheme, dataset, scenario.year)
    dataset = with_located_pins(scenario.scheme, dataset)
    require_ready(scenario.scheme, dataset, scenario.year, scenario.places)
    return dataset


def solve(
    scenario: Scenario,
    *,
    dataset: Dataset | None = None,
    listener: Listener = unheard,
    checkpoints: Path | None = None,
    in_processes: bool = True,
    warm: Path | str | None = None,
    stage: str | None = None,
    given: Path | str | None = None,
    through: str | None = None,
) -> Plan:
    """Solve all stages of a scenario, or one of them beside what a plan has decided.

    Parameters
    ----------
    scenario
        What to solve.
    dataset
        What the scenario's files hold, where it has been read already.
    listener
        Hears of progress; may be called from another thread.
    checkpoints
        Folder that keeps finished components for a rerun; None keeps nothing.
    in_processes
        False solves in this process, one component after the other.
    warm
        Folder of an earlier plan to begin with. It shortens the way and is recorded in the plan.
        Of plans up to twice the gap from the bound, one near the earlier plan is preferred.
    stage, given
        Decide this stage alone; all others are taken from the plan in the folder `given`, as
        far as they do not depend on it. Both or neither.
    through
        The last stage to decide; None decides all. KeyError where there is no such stage.

    Raises
    ------
    InputError, Infeasible, NoPlanFound
        As `design.md` §9: exit codes 2, 3 and 4.
    """
    started = time.monotonic()
    listener(Event("", "reading"))
    results = None if warm is None else read_results(warm)
    if given is not None:
        require_as_published(given)
    decided = None if given is None else read_results(given)
    if (stage is None) != (decided is None):
        raise InputError([Fault("given.both", Place(key="--stage" if stage is None else "--given"))])
    dataset = prepare(scenario, dataset)
    notes = warnings_of(scenario.scheme, dataset, scenario.year, scenario.places)
    notes += unpublished(scenario.history)
    listener(Event("", "read", notes=notes))
    deadline = None if scenario.limits.seconds is None else started + scenario.limits.seconds
    settings = Settings(scenario.limits.gap, EFFORT, deadline, scenario.limits.workers)
    kept = None if checkpoints is None else Checkpoints(checkpoints)
    solve_many = inline if kept is None else partial(inline_kept, kept)
    run = _Run(scenario, dataset, settings, solve_many, listener, started, results, decided, stage, through)
    if not in_processes:
        with scenario.places.telling(notes):
            return _confirmed(_solve_stages(run), listener, map)
    workers = scenario.limits.workers
    with scenario.places.telling(notes), Pool(workers, kept) as pool:
        plan = _solve_stages(replace(run, solve_many=pool.solve_many))
        plan = _confirmed(plan, listener, pool.each)
    # the workers' memory is known once they have ended
    return replace(plan, peak_mb=peak_megabytes(workers))


def _confirmed(plan: Plan, listener: Listener, each: ForEach) -> Plan:
    """The plan, once everything it says has been recomputed from plain data (`matchmaker.verify`)."""
    listener(Event("", "verifying"))
    confirm_plan(plan, each)
    return replace(plan, verified=True)


def _solve_stages(run: _Run) -> Plan:
    scenario = run.scenario
    order = [stage.id for stage in scenario.scheme.stages]
    taken: tuple[str, ...] = ()
    if run.given is not None and run.stage is not None:
        taken = stages_given(scenario.scheme, run.stage, run.given)
        order = [stage for stage in order if stage in taken or stage == run.stage]
    if run.through is not None:
        order = order[: order.index(scenario.scheme.stage(run.through).id) + 1]
    decided: dict[str, StageResult] = {}
    cuts: list[Cut] = []
    proven = True
    position = 0
    while position < len(order):
        stage = order[position]
        if run.given is not None and stage in taken:
            pairs = {name: one.assignment for name, one in decided.items()}
            decided[stage] = taken_over(scenario, run.dataset, stage, run.given, pairs, run.settings)
            position += 1
            continue
        result = _solve_stage(run, stage, decided, cuts)
        if isinstance(result, StageResult):
            decided[stage] = result
            position += 1
            continue
        reads = scenario.scheme.reads(stage)
        within = () if taken else scenario.scheme.stage(stage).within  # what is given stays
        if not within:
            if proven and (taken or not reads):
                raise Infeasible(result.faults)
            raise _no_plan_given(scenario.scheme, stage, result)
        before = decided[within[-1]]
        cut = cut_before(
            result.problem, result.formulation, result.components, before.problem, before.assignment
        )
        # other stages that it reads, and the cuts that led here, might have been otherwise
        proven &= cut.proven and reads == {within[-1]}
        cuts.append(replace(cut, proven=proven))
        if len(cuts) > MOST_CUTS:
            raise _no_plan_given(scenario.scheme, stage, result)
        run.listener(Event(stage, "cut", count=len(cuts)))
        position = order.index(cut.stage)
    return _plan(run, decided)


def _no_plan_given(scheme: Scheme, stage: str, failure: _Failure) -> NoPlanFound:
    """That earlier stages, as they were decided, leave a stage no plan, and why."""
    reads = scheme.reads(stage)
    earlier = "、".join(before.title for before in scheme.before(stage) if before.id in reads)
    if not earlier:  # cuts of later stages have left nothing
        return _no_plan(stage, failure.formulation, out_of_time=False)
    details: dict[str, Detail] = {"stage": scheme.stage(stage).title, "earlier": earlier}
    return NoPlanFound(
        [Fault("solve.no_plan_given", Place(key=f"stages.{stage}"), details=details), *failure.faults]
    )


def _no_plan(stage: str, formulation: Formulation, *, out_of_time: bool) -> NoPlanFound:
    """That a search ended without a plan: more seconds help only where they ended it."""
    family = [] if formulation.family is None else formulation.family.rule.split("+")
    hard = formulation.hard_rules(np.arange(formulation.column_count))
    rules = [rule for rule in dict.fromkeys((*family, *hard)) if not rule.startswith(f"{stage}.")]
    details: dict[str, Detail] = {"stage": stage, "rules": "、".join(rules) or "—"}
    code = "solve.no_plan" if out_of_time else "solve.no_plan_by_work"
    return NoPlanFound([Fault(code, Place(key=f"stages.{stage}"), details=details)])


@dataclass(frozen=True)
class _Failure:
    """A stage proven infeasible."""

    problem: Problem
    formulation: Formulation
    components: tuple[Integers, ...]
    faults: tuple[Fault, ...]


def _solve_stage(
    run: _Run, stage: str, decided: dict[str, StageResult], cuts: Sequence[Cut]
) -> StageResult | _Failure:
    started = time.monotonic()
    scenario, listener = run.scenario, run.listener
    scheme = scenario.scheme
    listener(Event(stage, "formulating"))
    earlier = {name: one.assignment for name, one in decided.items()}
    problem = stage_problem(scheme, run.dataset, scenario.year, stage, earlier)
    stated = posed(scheme, problem, cuts, scenario.tie_break.seed)
    formulation, program = stated.formulation, stated.program
    levels = scheme.levels(stage)
    listener(Event(stage, "solving", count=problem.pair_count))

    def report(level: int, value: float | None, bound: float | None) -> None:
        if level < len(levels):
            scale = program.levels[level].scale
            listener(
                Event(
                    stage,
                    "solving",
                    None if value is None else value * scale,
                    None if bound is None else bound * scale,
                )
            )

    warm = None if run.warm is None else stated.start_from(run.warm)
    optimum = optimise(program, run.settings, run.solve_many, report, warm)
    if optimum.status is Status.INFEASIBLE:
        demanded = without_soft_minima(scheme, problem)
        rules = stage_rules(scheme, problem)
        faults = obstacles(demanded, formulation, optimum.infeasible, demands(scheme, problem), rules)
        return _Failure(problem, formulation, optimum.infeasible, faults)
    if optimum.x is None:
        raise _no_plan(stage, formulation, out_of_time=not optimum.reproducible)
    listener(Event(stage, "checking"))
    assignment = problem.assignment(np.flatnonzero(optimum.x[: problem.pair_count]))
    judgement = judge(scheme, problem, assignment)
    _confirm(scenario, stage, judgement, program, optimum)
    own_cuts = [cut for cut in cuts if cut.stage == stage]
    record = StageRecord(
        id=stage,
        status=Status.worst([optimum.status, *(Status.FEASIBLE for cut in own_cuts if not cut.proven)]),
        backend=optimum.backend,
        sources=len(problem.sources),
        targets=len(problem.targets),
        pairs=problem.pair_count,
        components=optimum.components,
        rows=program.row_count,
        columns=program.column_count,
        seconds=round(time.monotonic() - started, 3),
        ties=optimum.ties,
        levels=tuple(
            level_record(result, program.levels[at].scale) for at, result in enumerate(optimum.levels)
        ),
    )
    certificate = certificate_of(optimum, stated.names) | _stored_cuts(own_cuts)
    listener(
        Event(stage, "done", *((record.levels[0].value, record.levels[0].bound) if record.levels else ()))
    )
    return StageResult(problem, assignment, judgement, record, certificate, optimum.reproducible)


def _confirm(
    scenario: Scenario, stage: str, judgement: Judgement, program: Program, optimum: Optimum
) -> None:
    """The rules' own checks must agree with the solver: a difference is a fault of the program."""
    if judgement.violations:
        raise RuntimeError(f"{stage}: the plan breaks {judgement.violations[:3]}")
    values = level_points(scenario.scheme, stage, judgement.points)
    for position, (value, result) in enumerate(zip(values, optimum.levels, strict=True)):
        reached = result.value * program.levels[position].scale
        if abs(reached - value) > 1e-6 * max(1.0, abs(value)):
            raise RuntimeError(f"{stage} level {position}: solver {reached}, check {value}")


def _stored_cuts(cuts: Sequence[Cut]) -> dict[str, Floats]:
    """The cuts of a stage as its certificate keeps them."""
    return {
        f"cut{number}.{name}": getattr(cut, name).astype(str)
        for number, cut in enumerate(cuts)
        for name in CUT_PARTS
    }


def _plan(run: _Run, decided: dict[str, StageResult]) -> Plan:
    scenario, dataset = run.scenario, run.dataset
    problems = {stage: one.problem for stage, one in decided.items()}
    assignments = {stage: one.assignment for stage, one in decided.items()}
    judgements = {stage: one.judgement for stage, one in decided.items()}
    resolved = scenario.model_copy(update={"data_changes": (), "history": (), "baseline": None})
    return Plan(
        scenario=resolved,
        dataset=dataset,
        stages=tuple(one.record for one in decided.values()),
        assignments={
            stage: assignment_table(scenario.scheme, one.problem, one.assignment)
            for stage, one in decided.items()
        },
        unassigned=unassigned_table(problems, assignments),
        findings=tuple(sorted(finding for one in decided.values() for finding in one.judgement.shortfalls)),
        metrics=measure(resolved, problems, assignments, judgements),
        certificates={stage: one.certificate for stage, one in decided.items()},
        reproducible=all(one.reproducible for one in decided.values()),
        verified=False,
        seconds=time.monotonic() - run.started,
        peak_mb=peak_megabytes(0),
        versions={
            "python": platform.python_version(),
            **{name: version(name) for name in ("matchmaker", "ortools", "numpy", "scipy", "pandas")},
        },
        warm={} if run.warm is None else run.warm.origin,
        given={} if run.given is None else run.given.origin,
        baseline={} if scenario.baseline is None else origin_of(scenario.baseline),
    )
