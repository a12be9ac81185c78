"""Whom words of a sheet mean: stages and rows by id or by a name that only one bears."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

import numpy as np

from matchmaker.model import Dataset
from matchmaker.past import stage_names
from matchmaker.scheme.definitions import Scheme
from matchmaker.tables import TABLES, match_key

__all__ = ["id_of", "ids_by_name", "near_ids", "near_rows", "rows_called", "stages_by_name"]

MOST_COMPARED = 20_000
"""Rows of larger tables are not compared with words one by one."""


def stages_by_name(scheme: Scheme) -> Mapping[str, str]:
    """Match key of every name that a stage goes by, to its id; ids win over names."""
    found: dict[str, str] = {}
    for definition in scheme.stages:
        for name in (definition.title, *stage_names(definition.id)):
            found.setdefault(match_key(name), definition.id)
    return {**found, **{match_key(definition.id): definition.id for definition in scheme.stages}}


def ids_by_name(dataset: Dataset, table: str) -> Mapping[str, str]:
    """Match key of each name that only one row bears, to its id."""
    frame, definition = dataset.frame(table), TABLES.get(table)
    if definition is None or not len(frame):
        return {}
    ids = dataset.ids(table)
    columns = [name for name in definition.names if name in frame]
    pairs = {
        (match_key(name), str(ids[at])) for column in columns for at, name in enumerate(frame[column]) if name
    }
    count = Counter(name for name, _ in pairs)
    return {name: found for name, found in pairs if count[name] == 1}


def id_of(
    words: str | None, tables: Sequence[str], dataset: Dataset, names: Mapping[str, Mapping[str, str]]
) -> str | None:
    """The id that words mean in some tables: an id means itself, a name whom it belongs to; else the words.

    ``names`` has `ids_by_name` of each of the tables.
    """
    if words is None or any(dataset.positions(table, [words])[0] >= 0 for table in tables):
        return words
    found = {names[table][match_key(words)] for table in tables if match_key(words) in names[table]}
    return found.pop() if len(found) == 1 else words


def near_ids(words: str, tables: Sequence[str], dataset: Dataset) -> str:
    """Ids of some tables that are close to some words, at most three, in one text."""
    ids = np.concatenate([np.empty(0, object), *(dataset.ids(table) for table in tables)])
    return "、".join(get_close_matches(words, ids.astype(str).tolist(), n=3, cutoff=0.6))


def rows_called(dataset: Dataset, table: str, words: str) -> tuple[str, ...]:
    """Ids of the rows that words mean: the row with that id, else all that bear the name."""
    if not dataset.has(table) or table not in dataset.keys:
        return ()
    if dataset.positions(table, [words])[0] >= 0:
        return (words,)
    frame, definition = dataset.frame(table), TABLES.get(table)
    columns = () if definition is None else tuple(name for name in definition.names if name in frame)
    wanted, called = match_key(words), np.zeros(len(frame), bool)
    for column in columns:
        known, at = np.unique(frame[column].fillna("").to_numpy(object).astype(str), return_inverse=True)
        called |= np.array([match_key(name) == wanted for name in known], bool)[at]
    return tuple(str(one) for one in dataset.ids(table)[called])


def near_rows(dataset: Dataset, words: str, tables: Sequence[str]) -> list[str]:
    """Ids and names of some tables that are close to some words, at most three; large tables are left out."""
    known: dict[str, None] = {}
    for table in tables:
        frame, definition = dataset.frame(table), TABLES.get(table)
        if not dataset.has(table) or len(frame) > MOST_COMPARED:
            continue
        known |= dict.fromkeys(dataset.ids(table).astype(str).tolist())
        if definition is not None:
            for column in (name for name in definition.names if name in frame):
                known |= dict.fromkeys(str(name) for name in frame[column].dropna())
    return get_close_matches(words, list(known), n=3, cutoff=0.6)
