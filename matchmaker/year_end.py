"""The end of a plan's year: records read, scores made of them by the scheme's formula, and written down."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from matchmaker.demo.year_records import year_records
from matchmaker.errors import Fault, InputError, Note, Place
from matchmaker.evaluation import EntryScores, Evaluation, evaluate
from matchmaker.new_folder import is_free, new_folder, write_text
from matchmaker.plan_files import DAMAGED
from matchmaker.plan_folder import checksum, read_plan
from matchmaker.plans import Plan
from matchmaker.publication import require_unchanged
from matchmaker.records import with_records
from matchmaker.scheme.scenario import as_written
from matchmaker.tables import write_dataset

__all__ = [
    "MANIFEST",
    "YearEnd",
    "evaluation_faults",
    "figures",
    "require_empty",
    "write_made_up_records",
    "write_year_end",
    "year_end",
]

FORMAT = 1

MANIFEST = "evaluation.json"
"""File of a folder's figures, checksums and formula."""


@dataclass(frozen=True)
class YearEnd:
    """A plan's year, evaluated.

    Parameters
    ----------
    plan : Plan
        Its assignments say who served where.
    evaluation : Evaluation
    notes : tuple of Note
        How the records were read, and which of them do not count.
    inputs : mapping of str to str
        SHA-256 of the plan's ``plan.json`` and of every file of records.
    """

    plan: Plan
    evaluation: Evaluation
    notes: tuple[Note, ...]
    inputs: Mapping[str, str]


def year_end(folder: Path | str, records: Path | str | None = None, year: int | None = None) -> YearEnd:
    """Evaluate a plan's year.

    Parameters
    ----------
    folder
        Of the plan.
    records
        Sheets of the year's records; None: those in the plan's own data.
    year
        The plan's, for those who want to be sure.

    Raises
    ------
    VerificationError
        When the plan is not as it was written or published.
    InputError
        With every fault of the records, or when the scheme does not say how to evaluate.
    """
    folder = Path(folder)
    require_unchanged(folder)
    plan = read_plan(folder)
    scheme, faults = plan.scenario.scheme, []
    if not scheme.evaluations:
        faults.append(Fault("evaluation.no_formula", Place(file=str(folder)), scheme.name))
    if year is not None and year != plan.scenario.year:
        details = {"year": plan.scenario.year}
        faults.append(Fault("evaluation.year", Place(key="--year"), str(year), dict(details)))
    if faults:
        raise InputError(faults)
    dataset = plan.known
    notes: tuple[Note, ...] = ()
    inputs = {"plan.json": checksum(folder / "plan.json")}
    if records is not None:
        read = with_records(dataset, Path(records))
        dataset, notes = read.dataset, read.notes
        inputs |= {path.name: checksum(path) for path in read.files}
    evaluation = evaluate(scheme.evaluations, dataset, plan.scenario.year)
    return YearEnd(plan, evaluation, (*notes, *evaluation.notes), inputs)


def write_year_end(found: YearEnd, folder: Path, write_book: Callable[[Path], object]) -> None:
    """Write the folder of an evaluation: aside, then renamed, so that it is whole or not there.

    Parameters
    ----------
    folder
        New or empty.
    write_book
        Writes the workbook into the folder that it is given.

    Raises
    ------
    InputError
        When the folder holds something.
    """
    require_empty(folder)
    with new_folder(folder) as aside:
        tables = {"scores": found.evaluation.scores(), "evaluations": found.evaluation.ratings()}
        write_dataset(tables, aside / "data")
        write_book(aside)
        write_text(aside / MANIFEST, json.dumps(figures(found), ensure_ascii=False, indent=1) + "\n")
        for path in aside.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)


def write_made_up_records(plan: Path | str, folder: Path, seed: int = 1) -> dict[str, int]:
    """Write made-up records of a plan's year (模拟数据), to try the evaluation with.

    Returns
    -------
    dict of str to int
        Rows of each table written.
    """
    require_empty(folder)
    if seed < 0:
        raise InputError([Fault("demo.seed", Place(key="--seed"), str(seed))])
    read = read_plan(plan)
    parts = [part for entry in read.scenario.scheme.evaluations for part in entry.parts]
    visited = {part.visits.stage for part in parts if part.visits is not None}
    tables = year_records(read.known, read.scenario.year, visited, seed)
    for path in write_dataset(tables, folder):
        path.chmod(0o600)
    return {table: len(frame) for table, frame in tables.items()}


def evaluation_faults(folder: Path, plans: Collection[str]) -> Iterator[Fault]:
    """What is wrong with the folder of an evaluation that is to go on into the next year.

    Parameters
    ----------
    plans
        SHA-256 of ``plan.json`` of the plans one of which must have been evaluated.
    """
    path = folder / MANIFEST
    if not path.is_file():
        yield Fault("evaluation.none", Place(file=str(folder)))
        return
    try:
        written: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        known, of = written["format"], written["inputs"]["plan.json"]
    except DAMAGED as error:
        yield Fault("evaluation.damaged", Place(file=str(path)), str(error))
        return
    if known != FORMAT:
        yield Fault("evaluation.damaged", Place(file=str(path)), f"format {known}")
    elif of not in plans:
        yield Fault("evaluation.other_plan", Place(file=str(folder)), str(of)[:12])


def require_empty(folder: Path) -> None:
    """Raise `InputError` where a folder to be written is there and holds something, or is no folder."""
    if not is_free(folder):
        raise InputError([Fault("evaluation.folder_in_use", Place(file=str(folder)))])


def figures(found: YearEnd) -> dict[str, Any]:
    """Content of ``evaluation.json``: no names, no rows."""
    scheme = found.plan.scenario.scheme
    return {
        "format": FORMAT,
        "plan": found.plan.scenario.name,
        "scheme": scheme.name,
        "year": found.evaluation.year,
        "inputs": dict(found.inputs),
        "entries": [_entry_figures(entry) for entry in found.evaluation.entries],
        "formula": as_written(scheme.evaluations),
    }


def _entry_figures(entry: EntryScores) -> dict[str, Any]:
    parts = [
        {
            "id": part.id,
            "kind": part.kind,
            "weight": part.weight,
            "rows_with_data": int((~np.isnan(values.value)).sum()),
            "mean": _number(values.mean),
        }
        for part, values in zip(entry.definition.parts, entry.parts, strict=True)
    ]
    return {
        "id": entry.definition.id,
        "name": entry.definition.name,
        "rows": len(entry.rows),
        "scored": entry.scored,
        "mean": _number(entry.mean_score),
        "grades": entry.grade_counts(),
        "lowered": int(entry.lowered.sum()),
        "parts": parts,
    }


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(value, 2)
