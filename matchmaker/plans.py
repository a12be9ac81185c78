"""The plan: what a run decided, with everything needed to verify and rerun it (`matchmaker.plan_folder`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from matchmaker.decided import with_stages
from matchmaker.lazily import Lazily
from matchmaker.model import Assignment, Dataset, Finding, Floats, Status
from matchmaker.scheme.scenario import Scenario

__all__ = [
    "CHANGE_KEPT",
    "CHANGE_MOVED",
    "CHANGE_NEW",
    "UNASSIGNED_COLUMNS",
    "LevelRecord",
    "Plan",
    "Results",
    "StageRecord",
]

CHANGE_KEPT, CHANGE_NEW, CHANGE_MOVED = "保持", "新增", "调整"
"""Values of the `change` column: the pair was there last year; its source had none; it had others."""

UNASSIGNED_COLUMNS = ("stage", "side", "id", "reason", "detail")


@dataclass(frozen=True)
class LevelRecord:
    """One level of one stage, in points.

    ``unit`` is the smallest step of the level; ``certified_bound`` is what the stored
    duals alone prove, None where there are none. A level that is not ``searched`` was taken
    from another plan: its bound is what the columns alone allow, and says nothing.
    """

    value: float
    bound: float
    certified_bound: float | None
    gap: float
    unit: float
    searched: bool = True

    @staticmethod
    def of(
        value: float, bound: float, certified: float | None, unit: float, searched: bool = True
    ) -> LevelRecord:
        """The record of a value and bounds, in points."""
        return LevelRecord(
            value=round(value, 5),
            bound=round(bound, 5),
            certified_bound=None if certified is None else round(certified, 5),
            gap=abs(bound - value) / max(1.0, abs(value)),
            unit=unit,
            searched=searched,
        )


@dataclass(frozen=True)
class StageRecord:
    """How one stage was solved."""

    id: str
    status: Status
    backend: str
    sources: int
    targets: int
    pairs: int
    components: int
    rows: int
    columns: int
    seconds: float
    ties: str
    levels: tuple[LevelRecord, ...]


@dataclass(frozen=True)
class Plan:
    """A complete plan, in memory or read from its folder.

    Parameters
    ----------
    scenario : Scenario
        Fully resolved.
    dataset : Dataset
        The normalised tables, history included.
    stages : tuple of StageRecord
        In the order of the scheme.
    assignments : mapping of str to DataFrame
        Stage to the rows of ``assignments/<stage>.csv``: source_id, target_id, a column of
        points per pair-additive soft rule, wish_rank, previous_target_id, change.
    unassigned : DataFrame
        Who has nothing, and why: stage, side, id, reason, detail.
    findings : tuple of Finding
        What soft rules miss.
    metrics : mapping
        Content of ``metrics.json``.
    certificates : mapping of str to mapping of str to array
        Stage to ``level0``, ``level1``, …: row duals.
    verified : bool
        The plan was checked on plain data before it was written.
    inputs, versions
        Checksums of the input files, versions of what solved.
    warm : mapping
        Name, year and checksum of the plan that the run began with; empty for a cold one.
    given : mapping
        The same of the plan that gave all stages but one; empty where all were solved.
    baseline : mapping
        The same of the plan that this one corrects, and the checksum of its publication (empty
        where it was not published); empty where it corrects none.
    imported : mapping
        Name and checksum of the sheet whose pairs these are, and the stages that it gave; empty
        where the plan was solved.
    """

    scenario: Scenario
    dataset: Dataset
    stages: tuple[StageRecord, ...]
    assignments: Mapping[str, pd.DataFrame]
    unassigned: pd.DataFrame
    findings: tuple[Finding, ...]
    metrics: Mapping[str, Any]
    certificates: Mapping[str, Mapping[str, Floats]]
    reproducible: bool
    verified: bool
    seconds: float
    peak_mb: float
    inputs: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    warm: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)
    baseline: Mapping[str, Any] = field(default_factory=dict)
    imported: Mapping[str, Any] = field(default_factory=dict)
    replan: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def known(self) -> Dataset:
        """The dataset in which every decided stage is a table, for lists and names."""
        stages = [stage.to_model() for stage in self.scenario.scheme.stages if stage.id in self.assignments]
        return with_stages(self.dataset, stages, Lazily(tuple(stage.id for stage in stages), self.assignment))

    @property
    def status(self) -> Status:
        """The worst stage's status."""
        return Status.worst([stage.status for stage in self.stages])

    def assignment(self, stage: str) -> Assignment:
        """The pairs of one stage."""
        frame = self.assignments[stage]
        return Assignment.of(
            stage, np.asarray(frame["source_id"], object), np.asarray(frame["target_id"], object)
        )

    def stage(self, stage: str) -> StageRecord:
        """The record of one stage; KeyError where there is none."""
        return next(record for record in self.stages if record.id == stage)


@dataclass(frozen=True)
class Results:
    """What a plan folder says of its results, without the tables that they rest on.

    Parameters
    ----------
    origin : mapping
        Name, year and checksum of the plan.
    stages, assignments, certificates, baseline
        As in `Plan`.
    """

    origin: Mapping[str, Any]
    stages: tuple[StageRecord, ...]
    assignments: Mapping[str, pd.DataFrame]
    certificates: Mapping[str, Mapping[str, Floats]]
    baseline: Mapping[str, Any] = field(default_factory=dict)
