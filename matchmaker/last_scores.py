"""Last year's scores as columns of the rows themselves, so that rules and conditions can read them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.errors import Fault, InputError, Place
from matchmaker.model import Dataset
from matchmaker.scheme.definitions import Scheme
from matchmaker.tables.definitions_lists import PARTY_TABLES

__all__ = ["GRADE", "SCORE", "with_last_scores", "without_last_scores"]

SCORE, GRADE = "last_score", "last_grade"
"""Columns that are made of the ``scores`` table."""


def with_last_scores(scheme: Scheme, dataset: Dataset, year: int) -> Dataset:
    """The dataset whose rows have ``last_score`` and ``last_grade``: those of the year before `year`.

    Tables that were scored have them, and where the scheme names one of them all tables that can be
    scored, empty for rows without a score. Columns of one's own with these names stand as they are.

    Raises
    ------
    InputError
        Where such a column says something else than the ``scores`` table.
    """
    sheet = dataset.frame("scores")
    if len(sheet):
        sheet = sheet[sheet["year"] == year - 1]
    written = scheme.model_dump_json()
    named = SCORE in written or GRADE in written
    faults = []
    for kind, (table,) in PARTY_TABLES.items():
        rows = sheet[sheet["kind"] == kind] if len(sheet) else sheet
        if not dataset.has(table) or not (len(rows) or named):
            continue
        frame = dataset.frame(table)
        columns = _columns(dataset, table, rows)
        for name in (SCORE, GRADE):
            if name not in frame:
                continue
            if len(rows) and _differ(frame[name], columns[name]):
                faults.append(Fault("scores.own_column", Place(sheet=table), name, {"table": table}))
            del columns[name]
        dataset = dataset.with_table(table, frame.assign(**columns)) if columns else dataset
    if faults:
        raise InputError(faults)
    return dataset


def without_last_scores(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows without what one year said of the year before."""
    return frame.drop(columns=[SCORE, GRADE], errors="ignore")


def _columns(dataset: Dataset, table: str, rows: pd.DataFrame) -> dict[str, pd.Series]:
    """Score and grade of each row of a table."""
    count = len(dataset.frame(table))
    score, grade = np.full(count, np.nan), np.full(count, None, dtype=object)
    if len(rows):
        at = dataset.positions(table, rows["id"])
        known = at >= 0
        score[at[known]] = rows["score"].to_numpy(float)[known]
        if "grade" in rows:
            grade[at[known]] = rows["grade"].to_numpy(object)[known]
    return {SCORE: pd.Series(score), GRADE: pd.Series(grade, dtype=object)}


def _differ(own: pd.Series, made: pd.Series) -> bool:
    """Whether two columns say different things; what neither knows is no difference."""
    if made.dtype == np.float64:
        numbers = pd.to_numeric(own, errors="coerce").to_numpy(float)
        return not np.allclose(numbers, made.to_numpy(float), rtol=0, atol=1e-9, equal_nan=True)
    return bool((own.fillna("").astype(str) != made.fillna("").astype(str)).any())
