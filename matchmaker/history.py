"""Past years: plans of earlier years become rows of the ``history`` table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from matchmaker.errors import Note, Place
from matchmaker.model import Dataset
from matchmaker.past import stage_names
from matchmaker.plan_folder import read_plan
from matchmaker.publication import FILE, require_as_written
from matchmaker.tables import canonical_frame

__all__ = ["unpublished", "with_history"]


def unpublished(plans: Sequence[Path]) -> tuple[Note, ...]:
    """A note for each plan of the history that was never published: it may not be what was decided."""
    return tuple(
        Note("rule.warning.unpublished", Place(key="history"), 1, {"plan": str(folder)})
        for folder in plans
        if not (folder / FILE).is_file()
    )


def with_history(dataset: Dataset, plans: Sequence[Path]) -> Dataset:
    """The dataset whose ``history`` also has the pairs of earlier plans.

    The sheet's own rows stay as they are; a plan's pair is added where the sheet has none for
    the same year and stage.

    Raises
    ------
    InputError
        When one of the folders is not a plan, or no longer the one that was written or published.
    """
    sheet = dataset.frame("history")
    frames = []
    for folder in plans:
        require_as_written(folder)
        plan = read_plan(folder)
        frames += [
            _added(sheet, stage, plan.scenario.year, frame) for stage, frame in plan.assignments.items()
        ]
    added = pd.concat(frames, ignore_index=True).drop_duplicates() if frames else pd.DataFrame()
    if not len(added):
        return dataset
    rows = pd.concat([sheet, added], ignore_index=True) if len(sheet) else added
    return dataset.with_table("history", canonical_frame("history", rows))


def _added(sheet: pd.DataFrame, stage: str, year: int, pairs: pd.DataFrame) -> pd.DataFrame:
    """Rows of the history for the pairs of a plan that the sheet has not, under any name of the stage."""
    rows = pairs[["source_id", "target_id"]]
    if len(sheet):
        told = sheet[(sheet["year"] == year) & sheet["relation"].isin(stage_names(stage))]
        known = pd.MultiIndex.from_frame(told[["source_id", "target_id"]])
        rows = rows[~pd.MultiIndex.from_frame(rows).isin(known)]
    return pd.DataFrame(
        {
            "year": np.full(len(rows), float(year)),
            "relation": np.full(len(rows), stage, dtype=object),
            "source_id": rows["source_id"].to_numpy(object),
            "target_id": rows["target_id"].to_numpy(object),
        }
    )
