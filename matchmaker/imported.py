"""A hand-made sheet of pairs as a plan: under another plan's scheme, data and year, judged by the same rules.

Nothing is solved, and nothing is claimed of how near to the best it is: of each first level the
bound is what the duals of the other plan prove for the rows as they are now, else what the
columns alone allow. What the pairs break is told, not refused.
"""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from matchmaker.decided import with_stages
from matchmaker.errors import InputError, Note
from matchmaker.given import needed_stages, unsearched_level
from matchmaker.judgement import Judgement, judge, level_points
from matchmaker.memory import peak_megabytes
from matchmaker.metrics import measure
from matchmaker.model import Assignment, Finding, Problem, Status
from matchmaker.outcome import assignment_table, unassigned_table
from matchmaker.pair_names import located_pairs
from matchmaker.pair_sheets import SheetRow, read_pair_sheets
from matchmaker.plans import Plan, Results, StageRecord
from matchmaker.rebuild import stage_formulation, stage_problem
from matchmaker.scheme.definitions import Scheme
from matchmaker.tables.grids import Ledger
from matchmaker.verify import verify_plan
from matchmaker.warm import row_names, warm_start

__all__ = ["BACKEND", "Imported", "import_pairs"]

BACKEND = "imported"
"""What the record of a stage names as its backend when its pairs come from a sheet."""


@dataclass(frozen=True)
class Imported:
    """A sheet as a plan.

    Parameters
    ----------
    plan : Plan
        Verified where nothing is broken.
    broken : mapping of str to tuple of Finding
        Stage to what its pairs break: hard rules, and pairs that are no candidates.
    taken : tuple of str
        Stages that the sheet lacks and its stages rest on: as the other plan has them.
    notes : tuple of Note
        What was left out on reading.
    """

    plan: Plan
    broken: Mapping[str, tuple[Finding, ...]]
    taken: tuple[str, ...]
    notes: tuple[Note, ...]

    def broken_as_data(self) -> dict[str, Any]:
        """Name of the sheet and every finding of what it breaks, as dictionaries and lists."""
        found = [
            {"stage": stage, **asdict(finding)}
            for stage, findings in self.broken.items()
            for finding in findings
        ]
        return {"name": self.plan.scenario.name, "taken": list(self.taken), "broken": found}


def import_pairs(
    sheet: Path, plan: Plan, origin: Mapping[str, Any] | None = None, *, verified: bool = True
) -> Imported:
    """Read a sheet of pairs as a plan.

    Parameters
    ----------
    sheet
        Workbook, CSV file, or folder of CSV files.
    plan
        Whose scheme, dataset and year the pairs are judged by.
    origin
        Name, year and checksum of that plan, for the record.
    verified
        Whether the plan, where it breaks nothing, is verified as one that was solved is.

    Raises
    ------
    InputError
        With every fault of the sheet: names that are unknown or borne by several, pairs given twice, rows
        that name one side only, stages that lie between those of the sheet and are not in it.
    """
    started = time.monotonic()
    ledger = Ledger()
    before = Results(origin or {}, plan.stages, plan.assignments, plan.certificates)
    scheme, year = plan.scenario.scheme, plan.scenario.year
    rows = read_pair_sheets(sheet, scheme, ledger)
    taken = _taken(scheme, rows, plan, sheet, ledger)
    problems: dict[str, Problem] = {}
    decided: dict[str, Assignment] = {}
    judgements: dict[str, Judgement] = {}
    records: list[StageRecord] = []
    certificates: dict[str, Mapping[str, Any]] = {}
    order = [stage for stage in scheme.stages if stage.id in taken or stage.id in rows]
    for stage in order:
        if stage.id in rows:
            known = with_stages(plan.dataset, [one.to_model() for one in scheme.before(stage.id)], decided)
            decided[stage.id] = located_pairs(stage, rows[stage.id], known, ledger)
        else:
            decided[stage.id] = plan.assignment(stage.id)
    if ledger.faults:
        raise InputError(ledger.faults)
    for stage in order:
        problem = stage_problem(scheme, plan.dataset, year, stage.id, decided)
        problems[stage.id] = problem
        judgements[stage.id] = judge(scheme, problem, decided[stage.id])
        if stage.id in taken:  # nothing that it rests on has changed
            records.append(plan.stage(stage.id))
            certificates[stage.id] = plan.certificates.get(stage.id, {})
            continue
        record, certificates[stage.id] = _record(scheme, problem, judgements[stage.id], before)
        records.append(record)
    broken = {stage: one.violations for stage, one in judgements.items() if one.violations}
    scenario = plan.scenario.model_copy(update={"name": sheet.stem or sheet.name})
    made = Plan(
        scenario=scenario,
        dataset=plan.dataset,
        stages=tuple(records),
        assignments={stage: assignment_table(scheme, problems[stage], decided[stage]) for stage in decided},
        unassigned=unassigned_table(problems, decided),
        findings=tuple(sorted(finding for one in judgements.values() for finding in one.shortfalls)),
        metrics=measure(scenario, problems, decided, judgements),
        certificates=certificates,
        reproducible=True,
        verified=False,
        seconds=time.monotonic() - started,
        peak_mb=peak_megabytes(0),
        versions={
            "python": platform.python_version(),
            **{name: version(name) for name in ("matchmaker", "numpy", "pandas")},
        },
        given=before.origin,
        imported={
            "file": sheet.name,
            "checksum": _checksum(sheet),
            "stages": [one for one in decided if one in rows],
        },
    )
    if verified and not broken:
        made = replace(made, verified=not verify_plan(made).differences)
    return Imported(made, broken, taken, ledger.notes)


def _taken(
    scheme: Scheme, rows: Mapping[str, Sequence[SheetRow]], plan: Plan, sheet: Path, ledger: Ledger
) -> tuple[str, ...]:
    """Stages to take from the plan: those that the sheet's rest on and that it lacks, in order."""
    needed = {one for stage in rows for one in needed_stages(scheme, stage)} - rows.keys()
    titles = {stage.id: stage.title for stage in scheme.stages}
    before = len(ledger.faults)
    for stage in (one.id for one in scheme.stages if one.id in needed):
        resting = [titles[one] for one in rows if stage in needed_stages(scheme, one)]
        above = [titles[one] for one in needed_stages(scheme, stage) if one in rows]
        details = {"resting": "、".join(resting), "above": "、".join(above)}
        if above:
            ledger.file_fault("import.between", sheet.name, found=titles[stage], **details)
        elif stage not in plan.assignments:
            ledger.file_fault("import.lacks", sheet.name, found=titles[stage], resting=details["resting"])
    if len(ledger.faults) > before:  # whom the names mean cannot be told without these stages
        raise InputError(ledger.faults)
    return tuple(one.id for one in scheme.stages if one.id in needed)


def _record(
    scheme: Scheme, problem: Problem, judgement: Judgement, before: Results
) -> tuple[StageRecord, Mapping[str, Any]]:
    """What is known of one stage: the values of its levels, and bounds that nobody had to search for."""
    started = time.monotonic()
    stage = problem.stage.id
    formulation = stage_formulation(scheme, problem, ())
    levels = scheme.levels(stage)
    program = formulation.program(levels)
    values = level_points(scheme, stage, judgement.points)
    names = row_names(problem, formulation, program)
    warm = None
    if stage in before.assignments and levels and not judgement.violations:
        warm = warm_start(before, stage, problem, program.levels[0], names)
    duals = np.zeros(program.row_count)
    if warm is not None and warm.start.duals is not None:
        duals = warm.start.duals
    proven = bool(duals.any())
    records = tuple(
        unsearched_level(program, level, value, duals if position == 0 and proven else None)
        for position, (level, value) in enumerate(zip(program.levels, values, strict=True))
    )
    record = StageRecord(
        id=stage,
        status=Status.IMPORTED,
        backend=BACKEND,
        sources=len(problem.sources),
        targets=len(problem.targets),
        pairs=problem.pair_count,
        components=len(program.components()),
        rows=program.row_count,
        columns=program.column_count,
        seconds=round(time.monotonic() - started, 3),
        ties="partial",
        levels=records,
    )
    return record, {"level0": duals, "row.name": names.astype(str)} if proven else {}


def _checksum(sheet: Path) -> str:
    """SHA-256 of the sheet, of a folder that of its files' one after the other."""
    files = sorted(path for path in sheet.iterdir() if path.is_file()) if sheet.is_dir() else [sheet]
    found = hashlib.sha256()
    for path in files:
        found.update(path.read_bytes())
    return found.hexdigest()
