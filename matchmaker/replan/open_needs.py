"""What is open at a target: the needs of it, else of the nearest place above it, that nobody has closed."""

from __future__ import annotations

import pandas as pd

from matchmaker.model import Dataset
from matchmaker.needs_and_supply import Scoring, table_of

__all__ = ["open_needs"]


def open_needs(dataset: Dataset, table: str, entity: str) -> tuple[str, ...]:
    """Contents of the open needs that who takes over a target takes over with it.

    Parameters
    ----------
    dataset
    table, entity
        The target.

    Returns
    -------
    tuple of str
        The urgent ones first; of the nearest row, going up the trees, that has any.
    """
    needs = dataset.frame("needs")
    if table == "needs":
        at = int(dataset.positions(table, [entity])[0])
        return () if at < 0 else (str(needs["content"].iloc[at]),)
    if not len(needs) or "place_kind" not in needs:
        return ()
    still = needs
    if "status" in needs:
        still = needs[~needs["status"].isin(Scoring().closed).to_numpy(bool)]
    kinds = still["place_kind"].map(lambda kind: table_of(dataset, str(kind)) or "")
    while True:
        own = still[(kinds == table).to_numpy(bool) & (still["place_id"] == entity).to_numpy(bool)]
        if len(own):
            return tuple(map(str, _urgent_first(own)["content"]))
        above = dataset.parents.get(table)
        at = int(dataset.positions(table, [entity])[0]) if table in dataset.keys else -1
        if above is None or at < 0 or above[0] not in dataset.frame(table):
            return ()
        upper = dataset.frame(table)[above[0]].iloc[at]
        if not isinstance(upper, str):
            return ()
        table, entity = above[1], upper


def _urgent_first(rows: pd.DataFrame) -> pd.DataFrame:
    if "urgency" not in rows:
        return rows
    return rows.sort_values("urgency", ascending=False, kind="stable")
