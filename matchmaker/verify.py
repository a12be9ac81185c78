"""Checking a plan without a solver: every rule, points, level values, bounds and checksums.

Nothing is believed: problems are rebuilt from the plan's inputs, rules judge the
assignments on plain data, and each bound is recomputed from the stored duals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from matchmaker.bounds import lagrangian_bound, rounded_bound
from matchmaker.errors import Detail, Fault, InputError, Place
from matchmaker.judgement import judge, level_points
from matchmaker.lookahead import CUT_PARTS, Cut
from matchmaker.metrics import measure
from matchmaker.model import POINT, Finding, Floats, Problem, Status
from matchmaker.outcome import assignment_table, unassigned_table
from matchmaker.plan_folder import read_plan
from matchmaker.plan_manifest import read_manifest
from matchmaker.plans import LevelRecord, Plan, StageRecord
from matchmaker.program import Program
from matchmaker.publication import checksum_differences
from matchmaker.rebuild import problems_of, stage_formulation
from matchmaker.replanned import altered_rows, before, changes_beyond, inherited, worsened

__all__ = [
    "BoundCheck",
    "PlanNotConfirmedError",
    "Verification",
    "certified_bound",
    "confirm_plan",
    "cuts_of",
    "verify",
    "verify_plan",
]

TOLERANCE = 1e-6
"""Points are printed in hundredths; sums are compared to far below one."""


Part = tuple[Program, Floats]
"""A component and its row duals."""

ForEach = Callable[[Callable[[Part], int], Sequence[Part]], Iterable[int]]
"""What `map` is: it applies a function to each of several components."""

UNREADABLE = (InputError, OSError, ValueError, LookupError, TypeError, EOFError, BadZipFile)
"""What reading and checking a file may raise that somebody has edited."""


class PlanNotConfirmedError(RuntimeError):
    """A plan that the program has made and that its own check does not confirm.

    Attributes
    ----------
    codes : tuple of str
        What differs and where (rules, stages), without any value.
    """

    def __init__(self, differences: Sequence[Fault]) -> None:
        self.codes = tuple(f"{fault.code} {fault.place.key or fault.place.file}" for fault in differences)
        super().__init__(f"{len(self.codes)} differences")


@dataclass(frozen=True)
class BoundCheck:
    """One level's bound: ``certified`` where the stored duals prove the record's certified bound."""

    stage: str
    level: int
    bound: float
    certified_bound: float | None
    standing: str


@dataclass(frozen=True)
class Verification:
    """What `verify` found.

    Parameters
    ----------
    differences : tuple of Fault
        Everything that does not agree; empty for a good plan.
    bounds : tuple of BoundCheck
        Standing of each level's bound: certified, claimed, or (not searched) as given.
    rules, pairs : int
        How many rules were checked on how many pairs.
    """

    differences: tuple[Fault, ...]
    bounds: tuple[BoundCheck, ...]
    rules: int
    pairs: int


def verify(folder: Path | str) -> Verification:
    """Verify a plan folder.

    Raises
    ------
    InputError
        When the folder is not a readable plan.
    """
    changed = checksum_differences(folder)
    try:
        plan = read_plan(folder)
        found = verify_plan(plan)
    except UNREADABLE:
        if not changed:
            raise
        return Verification(changed, (), 0, 0)  # what was changed can no longer be read
    head = _head_differences(plan, Path(folder))
    return Verification((*changed, *head, *found.differences), found.bounds, found.rules, found.pairs)


def confirm_plan(plan: Plan, each: ForEach = map) -> None:
    """Verify a plan in memory before it is written.

    Parameters
    ----------
    plan
        To be confirmed.
    each
        Like `map`; may work side by side.

    Raises
    ------
    PlanNotConfirmedError
        When anything differs: a fault of the program, never of its user.
    """
    differences = verify_plan(plan, each).differences
    if differences:
        raise PlanNotConfirmedError(differences)


def verify_plan(plan: Plan, each: ForEach = map) -> Verification:
    """Verify a plan in memory: all but the checksums of its files; `each` as for `confirm_plan`."""
    scheme = plan.scenario.scheme
    problems = problems_of(plan)
    differences: list[Fault] = []
    bounds: list[BoundCheck] = []
    judgements = {}
    findings: list[Finding] = []
    altered, again, beyond = altered_rows(plan.dataset), plan.replan.get("again", ()), 0
    for stage in plan.stages:
        problem, assignment = problems[stage.id], plan.assignment(stage.id)
        judgement = judge(scheme, problem, assignment)
        judgements[stage.id] = judgement
        broken = judgement.violations
        if plan.replan:
            past = before(problem, altered)
            findings += broken
            broken = worsened(broken, inherited(scheme, problem, past))
            beyond += 0 if stage.id in again else changes_beyond(problem, past, assignment)
        differences += [_broken_rule(finding) for finding in broken]
        findings += judgement.shortfalls
        differences += _level_differences(stage, level_points(scheme, stage.id, judgement.points))
        differences += _record_differences(stage, problem)
        differences += _table_differences(plan, stage.id, problem)
        bounds += _bound_checks(plan, stage, problem, each)
    differences += [
        Fault("verify.bound", Place(key=f"{check.stage} level {check.level}"), str(check.certified_bound))
        for check in bounds
        if check.standing == "refuted"
    ]
    if beyond > plan.replan.get("budget", 0):
        details: dict[str, Detail] = {"expected": plan.replan.get("budget", 0)}
        differences.append(Fault("verify.beyond", Place(file="assignments"), str(beyond), details))
    if sorted(findings) != sorted(plan.findings):
        differences.append(
            Fault(
                "verify.findings",
                Place(file="findings.csv"),
                str(len(plan.findings)),
                {"expected": len(findings)},
            )
        )
    assignments = {stage.id: plan.assignment(stage.id) for stage in plan.stages}
    if dict(measure(plan.scenario, problems, assignments, judgements)) != dict(plan.metrics):
        differences.append(Fault("verify.metrics", Place(file="metrics.json")))
    rebuilt = unassigned_table(problems, assignments)
    if not _same_rows(rebuilt, plan.unassigned):
        differences.append(
            Fault(
                "verify.unassigned",
                Place(file="unassigned.csv"),
                str(len(plan.unassigned)),
                {"expected": len(rebuilt)},
            )
        )
    rules = sum(len(scheme.rules_of(stage.id)) + 3 for stage in plan.stages)
    pairs = sum(len(assignment) for assignment in assignments.values())
    return Verification(tuple(differences), tuple(bounds), rules, pairs)


def certified_bound(program: Program, duals: Floats, each: ForEach = map) -> int:
    """Bound of the first level, in units, recomputed component by component.

    Levels below it are conditional on what each component reached above: they are claimed.

    Parameters
    ----------
    program
        The stage's whole program.
    duals : (rows,) float64
        Of the program's rows.
    each
        Like `map`; may work side by side.
    """
    parts = program.split()
    bounds = each(part_bound, [(part, duals[rows]) for _, rows, part in parts])
    return program.levels[0].constant + sum(bounds)


def part_bound(part: Part) -> int:
    """Bound of one component's first level, constant left out, that its row duals prove."""
    program, duals = part
    return rounded_bound(lagrangian_bound(program, program.levels[0], duals))


def cuts_of(stage: str, certificate: Mapping[str, np.ndarray]) -> list[Cut]:
    """The cuts stored with a stage's certificate."""
    cuts: list[Cut] = []
    while f"cut{len(cuts)}.{CUT_PARTS[0]}" in certificate:
        name = f"cut{len(cuts)}"
        parts = [certificate[f"{name}.{part}"].astype(object) for part in CUT_PARTS]
        cuts.append(Cut(stage, parts[0], parts[1], parts[2], parts[3]))
    return cuts


def _broken_rule(finding: Finding) -> Fault:
    return Fault(
        "verify.rule",
        Place(key=finding.rule),
        f"{finding.found:g}",
        {
            "pair": f"{finding.source_id}–{finding.target_id}".strip("–"),
            "required": f"{finding.required:g}",
            "unit": finding.unit,
        },
    )


def _level_differences(stage: StageRecord, values: list[float]) -> Iterator[Fault]:
    if len(values) != len(stage.levels):
        yield Fault("verify.levels", Place(key=stage.id), str(len(stage.levels)), {"expected": len(values)})
        return
    for position, (record, value) in enumerate(zip(stage.levels, values, strict=True)):
        if abs(record.value - value) > TOLERANCE * max(1, abs(value)):
            yield Fault(
                "verify.level_value",
                Place(key=f"{stage.id} level {position}"),
                f"{record.value}",
                {"expected": f"{value}"},
            )
        above = record.bound if record.certified_bound is None else record.certified_bound
        if record.bound < record.value - TOLERANCE * max(1, abs(value)) or record.bound > above + record.unit:
            yield Fault("verify.bound", Place(key=f"{stage.id} level {position}"), f"{record.bound}")


def _record_differences(stage: StageRecord, problem: Problem) -> Iterator[Fault]:
    """What ``plan.json`` says of a stage beside its levels' values: sizes, gaps, status."""
    said: dict[str, tuple[object, object]] = {
        "sources": (stage.sources, len(problem.sources)),
        "targets": (stage.targets, len(problem.targets)),
        "pairs": (stage.pairs, problem.pair_count),
    }
    for position, level in enumerate(stage.levels):
        gap = abs(level.bound - level.value) / max(1.0, abs(level.value))
        said[f"level {position} gap"] = (round(level.gap, 6), round(gap, 6))
    closed = all(level.bound <= level.value + TOLERANCE for level in stage.levels)
    if stage.status is Status.OPTIMAL and not closed:
        said["status"] = (Status.OPTIMAL.value, Status.FEASIBLE.value)
    for name, (found, expected) in said.items():
        if found != expected:
            yield _record_difference(f"{stage.id} {name}", found, expected)


def _record_difference(key: str, found: object, expected: object) -> Fault:
    return Fault("verify.record", Place(file="plan.json", key=key), str(found), {"expected": str(expected)})


def _head_differences(plan: Plan, folder: Path) -> Iterator[Fault]:
    """What ``plan.json`` says of the plan as a whole, against its stages and its scenario."""
    manifest, _ = read_manifest(folder)
    expected = {"name": plan.scenario.name, "year": plan.scenario.year, "status": plan.status.value}
    for key, value in expected.items():
        if manifest.get(key) != value:
            yield _record_difference(key, manifest.get(key), value)


def _table_differences(plan: Plan, stage: str, problem: Problem) -> Iterator[Fault]:
    expected = assignment_table(plan.scenario.scheme, problem, plan.assignment(stage))
    found = plan.assignments[stage]
    if not _same_rows(expected, found):
        yield Fault(
            "verify.assignment_table",
            Place(file=f"assignments/{stage}.csv"),
            str(len(found)),
            {"expected": len(expected)},
        )


def _same_rows(left: pd.DataFrame, right: pd.DataFrame) -> bool:
    if list(left.columns) != list(right.columns) or len(left) != len(right):
        return False
    for column in left.columns:
        one, other = left[column], right[column]
        if one.dtype == np.float64 and other.dtype == np.float64:
            if not np.allclose(one, other, atol=TOLERANCE, equal_nan=True):
                return False
        elif [value or None for value in one] != [value or None for value in other]:
            return False
    return True


def _bound_checks(plan: Plan, stage: StageRecord, problem: Problem, each: ForEach) -> list[BoundCheck]:
    certificate = plan.certificates.get(stage.id, {})
    scheme = plan.scenario.scheme
    computed: list[float] = []
    if "level0" in certificate:
        cuts = cuts_of(stage.id, certificate)
        program = stage_formulation(scheme, problem, cuts).program(scheme.levels(stage.id))
        scale = program.levels[0].scale
        # a changed stage above may give other rows; any duals prove some bound, which then disagrees
        duals = np.zeros(program.row_count)
        stored = certificate["level0"][: program.row_count]
        duals[: len(stored)] = stored
        computed = [certified_bound(program, duals, each) * scale]
        if stage.levels:
            # the step of a level is what the program says, not what the record says
            levels = [replace(stage.levels[0], unit=scale), *stage.levels[1:]]
            return [_bound_check(stage.id, at, level, computed) for at, level in enumerate(levels)]
    return [_bound_check(stage.id, at, level, computed) for at, level in enumerate(stage.levels)]


def _bound_check(stage: str, position: int, level: LevelRecord, computed: list[float]) -> BoundCheck:
    if position >= len(computed) or level.certified_bound is None:
        return BoundCheck(stage, position, level.bound, None, "claimed" if level.searched else "given")
    agrees = abs(computed[position] - level.certified_bound) <= max(level.unit, TOLERANCE * abs(level.bound))
    above_value = level.value <= computed[position] + 1 / POINT
    standing = "certified" if agrees and above_value else "refuted"
    return BoundCheck(stage, position, level.bound, computed[position], standing)
