"""The history sheet held against the scheme: which stage each row is about.

Offices write the stage's name, rules read ids. Names that the published programmes have for
a stage are known anyway (`matchmaker.past`).
"""

from __future__ import annotations

from collections import Counter

import pandas as pd

from matchmaker.errors import Note, Place
from matchmaker.model import Dataset
from matchmaker.past import RELATIONS, stage_names
from matchmaker.scheme.definitions import Scheme
from matchmaker.succession import dissolved
from matchmaker.tables import match_key

__all__ = ["lost_pairs", "sides_of_relations", "unknown_relations", "with_located_history"]

NAMED = 5
"""Ids that a note names."""


def with_located_history(scheme: Scheme, dataset: Dataset) -> Dataset:
    """The dataset whose history names stages by id wherever it bears the name of one stage only."""
    history = dataset.frame("history")
    if not len(history):
        return dataset
    known = _known(scheme)
    times = Counter(match_key(stage.title) for stage in scheme.stages)
    ids = {match_key(stage.title): stage.id for stage in scheme.stages if times[match_key(stage.title)] == 1}
    ids = {name: stage for name, stage in ids.items() if name not in known}
    ids |= {match_key(stage.id): stage.id for stage in scheme.stages}
    if history["relation"].isin([*ids.values()]).all():
        return dataset
    located = [relation and ids.get(match_key(relation), relation) for relation in history["relation"]]
    relation = pd.Series(located, dtype=object, index=history.index)
    return dataset.with_table("history", history.assign(relation=relation))


def unknown_relations(scheme: Scheme, dataset: Dataset) -> tuple[Note, ...]:
    """A note for each name in the history that neither this scheme nor a published programme has."""
    history = dataset.frame("history")
    if not len(history):
        return ()
    known = _known(scheme)
    known |= {match_key(name) for stage in RELATIONS for name in stage_names(stage)}
    counts = Counter(each for each in history["relation"] if each and match_key(each) not in known)
    stages = "、".join(f"{stage.id}（{stage.title}）" for stage in scheme.stages)
    return tuple(
        Note(
            "rule.warning.unknown_relation",
            Place(sheet="history"),
            count,
            {"relation": relation, "stages": stages},
        )
        for relation, count in sorted(counts.items())
    )


def sides_of_relations(scheme: Scheme) -> dict[str, tuple[str, str]]:
    """Source and target table of each name that the history may have for a stage."""
    return {name: (stage.from_, stage.to) for stage in scheme.stages for name in stage_names(stage.id)}


def lost_pairs(scheme: Scheme, dataset: Dataset, year: int) -> tuple[Note, ...]:
    """A note for each side of each stage whose last year's rows are gone, nobody says where to."""
    history = dataset.frame("history")
    if not len(history):
        return ()
    last = history[history["year"] == year - 1]
    notes = []
    for stage in scheme.stages:
        rows = last[last["relation"].isin(stage_names(stage.id))]
        for table, column in ((stage.from_, "source_id"), (stage.to, "target_id")):
            if not len(rows) or not dataset.has(table):
                continue
            gone = rows[column][dataset.positions(table, rows[column]) < 0]
            gone = gone[~gone.isin(dissolved(dataset, table))]
            if len(gone):
                ids = sorted({str(each) for each in gone})
                named = "、".join(ids[:NAMED]) + ("…" if len(ids) > NAMED else "")
                details = {"stage": stage.title, "table": table, "ids": named}
                notes.append(Note("rule.warning.lost_pairs", Place(sheet="history"), len(gone), details))
    return tuple(notes)


def _known(scheme: Scheme) -> set[str]:
    """Match keys of the ids of the stages, and of the names that the published programmes have for them."""
    return {match_key(name) for stage in scheme.stages for name in stage_names(stage.id)}
