"""The plan that another one corrects: its pairs become rows of the ``baseline`` table.

So the corrected plan can be verified alone: what it keeps of the other is among its inputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from matchmaker.model import Dataset
from matchmaker.plan_folder import checksum, origin_of_plan, read_results
from matchmaker.publication import FILE, require_as_written
from matchmaker.tables import canonical_frame

__all__ = ["baseline_rows", "origin_of", "with_baseline"]


def with_baseline(dataset: Dataset, folder: Path | None) -> Dataset:
    """The dataset whose ``baseline`` has the pairs of a plan; as it is where there is no such plan.

    Raises
    ------
    InputError
        When the folder is not a plan, or no longer the one that was written or published.
    """
    if folder is None:
        return dataset
    require_as_written(folder)
    assignments = read_results(folder).assignments
    return dataset.with_table("baseline", canonical_frame("baseline", baseline_rows(assignments)))


def baseline_rows(assignments: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Rows of the table: stage, source_id, target_id of every pair of the stages given."""
    frames = [
        pd.DataFrame(
            {
                "stage": np.full(len(frame), stage, dtype=object),
                "source_id": frame["source_id"].to_numpy(object),
                "target_id": frame["target_id"].to_numpy(object),
            }
        )
        for stage, frame in assignments.items()
    ]
    return pd.concat(frames, ignore_index=True)


def origin_of(folder: Path) -> dict[str, Any]:
    """Name, year and checksum of a plan, and the checksum of its publication, empty where it has none."""
    record = folder / FILE
    return {
        **origin_of_plan(folder),
        "publication": checksum(record) if record.is_file() else "",
    }
