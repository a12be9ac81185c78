"""Units and places that were merged, split, renamed or redrawn: past years in this year's ids.

The ``succession`` sheet says, for the first ``year`` of the new ids, which row an old one went
into, and which ``share`` of it. Rows of ``history``, ``evaluations`` and ``scores`` of years before are read
as rows about the successors: the one with the largest share, and others with at least half as much.
Of what was merged, the new score is the mean of the old ones, weighted by share.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.errors import Fault, InputError, Place
from matchmaker.model import Dataset
from matchmaker.needs_and_supply import table_of
from matchmaker.tables import canonical_frame

__all__ = ["dissolved", "pairs_in_later_ids", "with_succession"]

Flags = NDArray[np.bool_]

ROUNDING = 0.005
"""By so much shares may add up to more than 1: a third may be written as 0.334."""

SCORE_DECIMALS = 2
"""Decimals of a score of what was merged."""

PART_OF_LARGEST = 0.5
"""Part of the largest successor's share from which a smaller one continues the old row too."""


def with_succession(dataset: Dataset, sides: dict[str, tuple[str, str]], year: int) -> Dataset:
    """The dataset whose past is told in this year's ids.

    The sheet has done its duty then, and keeps only what was dissolved.

    Parameters
    ----------
    sides
        Source and target table of each name that ``relation`` may have in the history.
    year
        Of the plan: what is to change in later years has not changed yet.

    Raises
    ------
    InputError
        When the shares of an old row add up to more than 1.
    """
    sheet = dataset.frame("succession")
    if not len(sheet):
        return dataset
    sheet = sheet[sheet["year"].to_numpy(float) <= year].reset_index(drop=True)
    _require_whole(sheet)
    tables = [table_of(dataset, str(kind)) or "" for kind in sheet["kind"]]
    links = _successors(sheet.assign(table=np.array(tables, object)))
    history, evaluations = dataset.frame("history"), dataset.frame("evaluations")
    if len(history):
        side = {at: {name: both[at] for name, both in sides.items()} for at in (0, 1)}
        columns = (("source_id", history["relation"].map(side[0])),
                   ("target_id", history["relation"].map(side[1])))  # fmt: skip
        history = _told_anew(history, columns, links).drop_duplicates()  # merged rows had the same partner
        dataset = dataset.with_table("history", canonical_frame("history", history))
    if len(evaluations):
        kinds = evaluations["rater_kind"].astype(str).str.rpartition("_")
        columns = (("ratee_id", kinds[2].map(lambda kind: table_of(dataset, str(kind)))),
                   ("rater_id", kinds[0].map(lambda kind: table_of(dataset, str(kind)))))  # fmt: skip
        evaluations = _told_anew(evaluations, columns, links)
        dataset = dataset.with_table("evaluations", canonical_frame("evaluations", evaluations))
    if dataset.has("scores"):
        dataset = dataset.with_table("scores", _scores(dataset, links))
    return dataset.with_table("succession", sheet[sheet["new_id"].isna()].reset_index(drop=True))


def dissolved(dataset: Dataset, table: str) -> frozenset[str]:
    """Ids of a table's rows that the ``succession`` sheet says have no successor."""
    sheet = dataset.frame("succession")
    if not len(sheet):
        return frozenset()
    here = sheet["kind"].map(lambda kind: table_of(dataset, str(kind)) == table).to_numpy(bool)
    return frozenset(sheet["old_id"][here & sheet["new_id"].isna().to_numpy(bool)])


def pairs_in_later_ids(
    pairs: pd.DataFrame, sides: tuple[str, str], sheet: pd.DataFrame, dataset: Dataset, years: tuple[int, int]
) -> pd.DataFrame:
    """Pairs of a plan in the ids of a later year.

    Parameters
    ----------
    pairs
        With ``source_id``, ``target_id`` and what else is known of each.
    sides
        Their tables.
    sheet
        The ``succession`` table as the office keeps it.
    dataset
        Any that says which table a kind of rows is.
    years
        Of the plan, and the later one.

    Returns
    -------
    DataFrame
        A pair of what was split is one with each successor; of what was merged, the first one's row stays.
    """
    first = sheet["year"].to_numpy(float)
    sheet = sheet[(first > years[0]) & (first <= years[1])].reset_index(drop=True)
    tables = [table_of(dataset, str(kind)) or "" for kind in sheet["kind"]]
    columns = tuple(
        (f"{side}_id", pd.Series(table, index=pairs.index, dtype=object))
        for side, table in zip(("source", "target"), sides, strict=True)
    )
    told = _told_anew(pairs.assign(year=float(years[0])), columns, _successors(sheet.assign(table=tables)))
    return told.drop(columns="year").drop_duplicates(["source_id", "target_id"], ignore_index=True)


def _require_whole(sheet: pd.DataFrame) -> None:
    """Raise `InputError` for old rows whose stated shares add up to more than 1."""
    if "share" not in sheet:
        return
    total = sheet.groupby(["year", "kind", "old_id"])["share"].sum().reset_index()
    over = total[total["share"] > 1 + ROUNDING]
    faults = [
        Fault(
            "succession.shares", Place(sheet="succession"), f"{found:g}", {"old": str(old), "year": int(year)}
        )
        for year, old, found in zip(over["year"], over["old_id"], over["share"], strict=True)
    ]
    if faults:
        raise InputError(faults)


def _successors(sheet: pd.DataFrame) -> pd.DataFrame:
    """(year, table, old, new, share) of those that continue an old row."""
    share = sheet["share"].fillna(1.0) if "share" in sheet else pd.Series(1.0, index=sheet.index)
    links = pd.DataFrame(
        {"year": sheet["year"], "table": sheet["table"], "old": sheet["old_id"], "new": sheet["new_id"]}
    ).assign(share=share)
    links = links[links["new"].notna() & (links["share"] > 0)]
    largest = links.groupby(["year", "table", "old"])["share"].transform("max")
    return links[links["share"] >= PART_OF_LARGEST * largest]


def _scores(dataset: Dataset, links: pd.DataFrame) -> pd.DataFrame:
    """The ``scores`` in the successors' ids; what was merged has the mean, and the largest part's grade."""
    frame = dataset.frame("scores")
    tables = frame["kind"].map(lambda kind: table_of(dataset, str(kind)))
    frame = frame.assign(table=tables.to_numpy(object), weight=1.0)
    if "grade" not in frame:
        frame = frame.assign(grade=None)
    for year, now in links.groupby("year", sort=True):
        before = (frame["year"] < year).to_numpy(bool)
        told = frame[before].merge(now[["table", "old", "new", "share"]], left_on=["table", "id"],
                                   right_on=["table", "old"], how="left")  # fmt: skip
        renamed = told["new"].notna()
        told["id"] = told["new"].where(renamed, told["id"])
        told["weight"] = told["weight"] * told["share"].where(renamed, 1.0)
        frame = pd.concat([frame[~before], told[frame.columns]], ignore_index=True)
    frame = frame.assign(weighted=frame["score"] * frame["weight"])
    frame = frame.sort_values("weight", ascending=False, kind="stable")
    merged = frame.groupby(["year", "kind", "id"], sort=False)
    sums = merged[["weighted", "weight"]].sum()
    firsts = merged.first().drop(columns=["table", "weight", "weighted", "score"])
    score = (sums["weighted"] / sums["weight"]).round(SCORE_DECIMALS)
    return canonical_frame("scores", firsts.assign(score=score).reset_index())


def _told_anew(
    frame: pd.DataFrame, columns: tuple[tuple[str, pd.Series], ...], links: pd.DataFrame
) -> pd.DataFrame:
    """The rows with the successors' ids in the given columns, one row for each of them.

    Parameters
    ----------
    frame
        With a ``year``.
    columns
        Column of ids, and the table that each of them is of.
    links
        (year, table, old, new): for rows of earlier years.
    """
    for column, table in columns:
        frame = frame.assign(**{f"table of {column}": table.to_numpy(object)})
    for year, now in links.groupby("year", sort=True):
        before = frame["year"].to_numpy(float) < year
        for column, _ in columns:
            frame, before = _renamed(frame, before, column, now)
    return frame.drop(columns=[f"table of {column}" for column, _ in columns])


def _renamed(
    frame: pd.DataFrame, before: Flags, column: str, links: pd.DataFrame
) -> tuple[pd.DataFrame, Flags]:
    at = pd.DataFrame(
        {
            "row": np.arange(len(frame)),
            "table": frame[f"table of {column}"].to_numpy(object),
            "old": frame[column].to_numpy(object),
        }
    )
    found = at[before].merge(links, on=["table", "old"])
    stays = np.setdiff1d(np.arange(len(frame)), found["row"])
    row = np.concatenate([stays, found["row"].to_numpy(np.int64)])
    ids = np.concatenate([frame[column].to_numpy(object)[stays], found["new"].to_numpy(object)])
    order = np.argsort(row, kind="stable")
    renamed = frame.iloc[row[order]].reset_index(drop=True)
    renamed[column] = pd.Series(ids[order], dtype=object)
    return renamed, before[row[order]]
