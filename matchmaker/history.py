"""Past years: plans of earlier years become rows of the ``history`` table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from matchmaker.model import Dataset
from matchmaker.plans import read_plan
from matchmaker.tables import canonical_frame

__all__ = ["with_history"]

COLUMNS = ("year", "relation", "source_id", "target_id")


def with_history(dataset: Dataset, plans: Sequence[Path]) -> Dataset:
    """The dataset whose ``history`` also has the pairs of earlier plans.

    A pair that the sheet already has for the same year and stage stays as the sheet has it.

    Raises
    ------
    InputError
        When one of the folders is not a plan.
    """
    if not plans:
        return dataset
    frames = [dataset.frame("history")]
    for folder in plans:
        plan = read_plan(folder)
        frames += [
            pd.DataFrame(
                {
                    "year": np.full(len(frame), float(plan.scenario.year)),
                    "relation": np.full(len(frame), stage, dtype=object),
                    "source_id": frame["source_id"],
                    "target_id": frame["target_id"],
                }
            )
            for stage, frame in plan.assignments.items()
        ]
    rows = pd.concat([frame for frame in frames if len(frame)], ignore_index=True)
    rows = rows.drop_duplicates(list(COLUMNS), keep="first")
    return dataset.with_table("history", canonical_frame("history", rows))
