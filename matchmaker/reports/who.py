"""Whom a line of an evaluation is about, and the order of lines: a community finds its members together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.evaluation_links import related
from matchmaker.messages import Language
from matchmaker.model import Dataset, Integers
from matchmaker.ordering import official_order, rows_in_order
from matchmaker.reports.names import noun, row_names
from matchmaker.reports.sheet import Cell, Column
from matchmaker.scheme.definitions import Scheme

__all__ = ["rows_by_place", "served_communities", "who_columns"]

_BY_PLACE = ("members", "branches")


def served_communities(dataset: Dataset, scheme: Scheme, table: str) -> pd.DataFrame | None:
    """The communities in which each row serves: (row, community); None where no stage tells.

    That is what the first stage says which has the rows themselves on one side and places inside
    communities on the other.
    """
    if not dataset.has("communities"):
        return None
    for stage in scheme.stages:
        sides = (stage.from_, stage.to)
        for own, partner in (sides, sides[::-1]):
            if own != table or stage.id not in dataset.joins:
                continue
            if dataset.ancestors(partner, "communities") is not None:
                found = related(dataset, table, "communities", stage.id)
                return found.rename(columns={"other": "community"})
    return None


def rows_by_place(dataset: Dataset, scheme: Scheme, table: str, rows: Integers) -> tuple[Integers, Integers]:
    """Order of the given rows on a sheet, and the number of the background of each line so ordered.

    Members and branches stand by the community in which they serve and by what they belong to,
    all others in the official order.
    """
    place = np.empty(len(dataset.frame(table)), np.int64)
    place[rows_in_order(dataset, table)] = np.arange(len(place))
    served = served_communities(dataset, scheme, table) if table in _BY_PLACE else None
    if served is None:
        order = np.argsort(place[rows], kind="stable").astype(np.int64)
        return order, np.empty(0, np.int64)
    rank = np.empty(len(dataset.frame("communities")), np.int64)
    rank[rows_in_order(dataset, "communities")] = np.arange(len(rank))
    first = np.full(len(place), len(rank), np.int64)
    np.minimum.at(first, served["row"].to_numpy(np.int64), rank[served["community"].to_numpy(np.int64)])
    order = np.lexsort((place[rows], first[rows])).astype(np.int64)
    sorted_first = first[rows][order]
    band = np.cumsum(np.concatenate([[0], np.diff(sorted_first) != 0]))[: len(order)]
    return order, band.astype(np.int64)


def who_columns(
    dataset: Dataset, scheme: Scheme, table: str, rows: Integers, language: Language
) -> list[Column]:
    """Community served, what the row lies directly below, and its name."""
    columns = []
    served = served_communities(dataset, scheme, table) if table in _BY_PLACE else None
    if served is not None:
        columns.append(
            Column(noun("communities", language), _joined(dataset, served, table, rows), "text", 24)
        )
    above = dataset.parents[table][1] if table in dataset.parents else None
    up = None if above is None or not dataset.has(above) else dataset.ancestors(table, above)
    if above is not None and up is not None:
        names = row_names(dataset, above)
        cells: list[Cell] = [str(names[at]) if at >= 0 else None for at in up[rows].tolist()]
        columns.append(Column(noun(above, language), cells, "text", 30))
    own = row_names(dataset, table)
    columns.append(Column(noun(table, language), [str(own[row]) for row in rows.tolist()], "text", 30))
    return columns


def _joined(dataset: Dataset, served: pd.DataFrame, table: str, rows: Integers) -> list[Cell]:
    """Names of the communities of each row, several joined in official order."""
    names = row_names(dataset, "communities")
    at = served["community"].to_numpy(np.int64)
    told = served.assign(rank=official_order(dataset, "communities")[at], name=names[at])
    told = told.sort_values(["row", "rank"], kind="stable")
    text = np.full(len(dataset.frame(table)), None, dtype=object)
    joined = told.groupby("row")["name"].agg("、".join)
    text[joined.index.to_numpy(np.int64)] = joined.to_numpy(object)
    return list(text[rows])
