"""What rows are called where people read of them: names for ids, and no person's name on a screen."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from matchmaker.columns import naming_column
from matchmaker.decided import BETWEEN_NAMES
from matchmaker.messages import Language, text
from matchmaker.messages.reports import TEXTS
from matchmaker.model import Dataset, Objects
from matchmaker.tables import TABLES

__all__ = ["PLACES", "called", "masked_names", "names_of", "noun", "place_name", "row_names"]

PLACES = frozenset({"sub_districts", "communities"})

_OFFICES = re.compile(r"(?<=.)(?:居民委员会|居委会)$")
_VILLAGE_OFFICES = re.compile(r"村?(?:村民委员会|村委会)$")
_SUB_DISTRICT_OFFICES = re.compile(r"(街道|镇|乡)(?:办事处|办|人民政府|政府)$")


def noun(table: str, language: Language) -> str:
    """What the rows of a table are called: pairs for a table that is none of the catalogue's, a stage."""
    return text(f"row.{table}" if f"row.{table}" in TEXTS else "row.pairs", language)


def place_name(name: str) -> str:
    """A place as sheets show it: 良安田社区, not 良安田社区居委会; 某某街道, not 某某街道办事处."""
    name = _VILLAGE_OFFICES.sub("村", name)
    name = _OFFICES.sub("", name)
    return _SUB_DISTRICT_OFFICES.sub(r"\1", name)


def row_names(dataset: Dataset, table: str) -> Objects:
    """The name of each row of `table`, its id where it has none; shape (rows,)."""
    return dataset.memo(("row names", table), lambda: _row_names(dataset, table))


def names_of(dataset: Dataset, table: str, ids: Iterable[object]) -> list[str]:
    """Names of the rows with these ids; an id that the table does not have stands for itself."""
    wanted = np.array([None if one is None or one != one else str(one) for one in ids], dtype=object)
    rows = dataset.positions(table, wanted) if dataset.has(table) else np.full(len(wanted), -1)
    names = row_names(dataset, table)
    return [
        str(names[row]) if row >= 0 else ("" if one is None else one)
        for row, one in zip(rows.tolist(), wanted.tolist(), strict=True)
    ]


def masked_names(dataset: Dataset, table: str, ids: Iterable[object]) -> list[str]:
    """The same for the screen: where a table's names are people's, the id and the family name only."""
    ids = list(ids)
    if table in dataset.joins:
        return _masked_pairs(dataset, table, ids)
    names = names_of(dataset, table, ids)
    called = naming_column(dataset, table)
    column = TABLES[table].column(called) if table in TABLES and called is not None else None
    if column is None or not column.sensitive:
        return names
    return [f"{one} {name[:1]}*" if name != str(one) else name for one, name in zip(ids, names, strict=True)]


def called(dataset: Dataset, table: str, ids: Iterable[object]) -> list[str]:
    """Rows as somebody who has to find them needs them: name and id, the id alone where there is no name."""
    ids = list(ids)
    if table in dataset.joins:
        return [str(one) for one in ids]
    return [
        name if str(one) in name.split() else f"{name}({one})"
        for one, name in zip(ids, masked_names(dataset, table, ids), strict=True)
    ]


def _masked_pairs(dataset: Dataset, stage: str, ids: list[object]) -> list[str]:
    """Pairs of a decided stage: each side as the screen may show it."""
    rows = dataset.positions(stage, np.array(ids, dtype=object))
    if not (rows >= 0).any():
        return [str(one) for one in ids]
    frame = dataset.frame(stage).iloc[rows]
    sides = (
        masked_names(dataset, dataset.parents[stage][1], frame["source_id"]),
        masked_names(dataset, dataset.joins[stage][1], frame["target_id"]),
    )
    return [
        f"{source}{BETWEEN_NAMES}{target}" if row >= 0 else str(one)
        for source, target, row, one in zip(*sides, rows.tolist(), ids, strict=True)
    ]


def _row_names(dataset: Dataset, table: str) -> Objects:
    ids = dataset.ids(table) if table in dataset.keys else np.empty(0, object)
    column = naming_column(dataset, table)
    if column is None:
        return ids
    names = np.asarray(dataset.frame(table)[column], dtype=object)
    shown = np.where(pd.isna(names), ids, names)
    if table in PLACES:  # an agency may well be called 某某街道办事处
        shown = np.array([place_name(name) for name in shown], dtype=object)
    return shown
