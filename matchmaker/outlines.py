"""A plan as a comparison needs it: its pairs, its figures and the names of its rows, read in little time.

Of the input tables only the columns are read that tell who is who and what lies below what; rules
cannot be asked again from them (`matchmaker.plan_folder.read_plan` reads everything).
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pandas as pd

from matchmaker.columns import NAMING
from matchmaker.decided import with_stages
from matchmaker.errors import Fault, InputError, Place
from matchmaker.model import Assignment, Dataset, Status
from matchmaker.plan_files import DAMAGED
from matchmaker.plan_manifest import read_manifest
from matchmaker.plans import StageRecord
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.scenario import Scenario, load_scenario
from matchmaker.succession import pairs_in_later_ids
from matchmaker.tables import TABLES, canonical_frame, dataset_of, read_dataset
from matchmaker.tables.layouts import table_named
from matchmaker.tables.writer import FORMULA_START

__all__ = ["Frames", "Outline", "Outlined", "in_ids_of", "read_outline", "read_succession"]

NOT_NEEDED = frozenset({"previous_target_id", "change"})
"""Columns of an assignment that a comparison does without: it counts them in the metrics."""

ORDER, NOTE = "sort_order", "note"

Frames = dict[tuple[str, tuple[str, ...]], pd.DataFrame]
"""Tables read before, by checksum and columns: plans of one year mostly rest on the same ones."""


class Outlined(Protocol):
    """What a comparison asks of a plan; `matchmaker.plans.Plan` and `Outline` both answer."""

    @property
    def scenario(self) -> Scenario:
        """Fully resolved."""

    @property
    def stages(self) -> tuple[StageRecord, ...]:
        """How each stage was solved, in order."""

    @property
    def assignments(self) -> Mapping[str, pd.DataFrame]:
        """Stage to its pairs with their points."""

    @property
    def metrics(self) -> Mapping[str, Any]:
        """Content of ``metrics.json``."""

    @property
    def status(self) -> Status:
        """The worst stage's status."""

    @property
    def known(self) -> Dataset:
        """Tables with at least keys, names, parents and order of the rows that stages speak of."""


@dataclass(frozen=True)
class Outline:
    """A plan without what only its rules need.

    Parameters
    ----------
    scenario, stages, metrics
        As in `matchmaker.plans.Plan`.
    assignments : mapping of str to DataFrame
        Stage to source_id, target_id, a column of points per pair-additive soft rule, wish_rank.
    dataset : Dataset
        The tables of the stages' sides and what lies above them: keys, names, parents, order.
    """

    scenario: Scenario
    stages: tuple[StageRecord, ...]
    assignments: Mapping[str, pd.DataFrame]
    metrics: Mapping[str, Any]
    dataset: Dataset = field(repr=False)

    @property
    def status(self) -> Status:
        """The worst stage's status."""
        return Status.worst([stage.status for stage in self.stages])

    @cached_property
    def known(self) -> Dataset:
        """The dataset in which the stages whose pairs are a side of others are tables."""
        stages = self.scenario.scheme.stages
        sides = {table for stage in stages for table in (stage.from_, stage.to)}
        paired = [stage.to_model() for stage in stages if stage.id in sides & self.assignments.keys()]
        return with_stages(self.dataset, paired, {stage.id: self._assignment(stage.id) for stage in paired})

    def _assignment(self, stage: str) -> Assignment:
        frame = self.assignments[stage]
        return Assignment.of(
            stage, np.asarray(frame["source_id"], object), np.asarray(frame["target_id"], object)
        )


def read_outline(folder: Path | str, frames: Frames | None = None) -> Outline:
    """Read what a comparison needs of a plan folder.

    Parameters
    ----------
    folder
        Of the plan.
    frames
        Tables that other plans' reading has left, and to which this one adds.

    Raises
    ------
    InputError
        As `matchmaker.plan_folder.read_plan` does.
    """
    folder = Path(folder)
    frames = {} if frames is None else frames
    manifest, stages = read_manifest(folder)
    scenario = load_scenario(folder / "scenario.yaml")
    try:
        assignments = {stage.id: _assignment(folder / "assignments" / f"{stage.id}.csv") for stage in stages}
        metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
        tables = {}
        for table in _tables(scenario.scheme):
            name = f"inputs/{table}.csv"
            if name in manifest["inputs"]:
                tables[table] = _frame(folder / name, table, frames)
    except DAMAGED as error:
        raise InputError([Fault("plan.damaged", Place(file=str(folder)), str(error))]) from error
    return Outline(scenario, stages, assignments, metrics, replace(dataset_of({}), tables=tables))


def in_ids_of(plan: Outline, year: int, sheet: pd.DataFrame) -> Outline:
    """A plan of an earlier year with its pairs in the ids of a later one.

    Parameters
    ----------
    plan
        Returned as it is where it is of that year or a later one.
    year
        The later one.
    sheet
        The ``succession`` table: what was merged, split or renamed, and when.
    """
    written = plan.scenario.year
    if written >= year or not len(sheet):
        return plan
    scheme = plan.scenario.scheme
    assignments = {
        stage.id: pairs_in_later_ids(
            plan.assignments[stage.id], (stage.from_, stage.to), sheet, plan.dataset, (written, year)
        )
        for stage in scheme.stages
        if stage.id in plan.assignments
    }
    return replace(plan, assignments=assignments)


def read_succession(path: Path, beside: Dataset) -> pd.DataFrame:
    """The ``succession`` table of a file, or of the folder that holds one; empty where there is none.

    Raises
    ------
    InputError
        With every fault of it.
    """
    files = [path]
    if path.is_dir():
        named = ((each, table_named(each.stem)) for each in sorted(path.iterdir()))
        files = [each for each, table in named if table is not None and table.id == "succession"]
    found = [read_dataset(each, beside=beside).dataset.frame("succession") for each in files]
    return next((frame for frame in found if len(frame)), pd.DataFrame())


def _tables(scheme: Scheme) -> list[str]:
    """The tables of the stages' sides and all above them, in the order of the definitions."""
    found: set[str] = set()
    for stage in scheme.stages:
        for side in (stage.from_, stage.to):
            table: str | None = side
            while table is not None and table in TABLES and table not in found:
                found.add(table)
                parent = TABLES[table].parent
                table = parent[1] if parent else None
    return [table for table in TABLES if table in found]


def _frame(path: Path, table: str, frames: Frames) -> pd.DataFrame:
    """Who is who in a table that this program wrote."""
    definition = TABLES[table]
    parent = definition.parent[0] if definition.parent else ""
    columns = tuple(filter(None, (definition.key, *NAMING, parent, ORDER, NOTE)))
    content = path.read_bytes()
    key = (hashlib.sha256(content).hexdigest(), columns)
    if key not in frames:
        read = pd.read_csv(
            BytesIO(content), dtype=object, keep_default_na=False, usecols=columns.__contains__
        )
        frames[key] = canonical_frame(table, pd.DataFrame({name: _plain(read[name]) for name in read}))
    return frames[key]


def _plain(column: pd.Series) -> pd.Series:
    """Cells as they were before writing: None where empty, without the apostrophe before formulas."""
    cells = column.where(column != "", None)
    quoted = column.str.startswith("'").to_numpy(bool)
    if quoted.any():
        stripped = column[quoted].str[1:]
        formula = stripped.str.match(FORMULA_START.pattern).to_numpy(bool)
        cells[stripped.index[formula]] = stripped[formula]
    return cells


def _assignment(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    text = {"source_id", "target_id"}
    wanted = [name for name in header if name not in NOT_NEEDED]
    kinds = {name: object if name in text else np.float64 for name in wanted}
    missing = {name: [""] for name in wanted if name not in text}
    return pd.read_csv(path, usecols=wanted, dtype=kinds, keep_default_na=False, na_values=missing)
