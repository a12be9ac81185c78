"""A year's scores by a scheme's formula: parts, weighted mean, corrections, grades, ranks.

A part about which nothing is known of a row is left out there, and its weight falls to the
others. Scores are rounded to hundredths before they are graded and ranked, so that what a
sheet shows is what counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from matchmaker.assessments import with_assessments
from matchmaker.columns import values
from matchmaker.errors import Detail, Fault, InputError, Note, Place
from matchmaker.evaluation_forms import CORRECTIONS, QUALITY, EvaluationDefinition
from matchmaker.evaluation_parts import PartValues, orders_given_out, part_values
from matchmaker.model import Dataset, Floats, Integers, Objects
from matchmaker.selectors import mask
from matchmaker.tables import canonical_frame
from matchmaker.tables.definitions_records import KINDS_OF_TABLES

__all__ = ["DECIMALS", "RECORDS", "EntryScores", "Evaluation", "evaluate", "rounded_score", "without_records"]

RECORDS = ("evaluations", "points", "visits", "orders", "assessments")
"""Tables of the records of a year."""

DECIMALS = 2
"""Scores have hundredths."""

HALF = 1e-6
"""So much below a half, in hundredths, is one: a sum of products of decimals misses it by less."""

_DATED = {"evaluations": "year", "assessments": "year", "points": "date", "visits": "date",
          "orders": "raised_on"}  # fmt: skip


@dataclass(frozen=True)
class EntryScores:
    """The scores of one entry.

    Parameters
    ----------
    definition : EvaluationDefinition
    rows : (n,) int64
        Positions of the scored rows in their table.
    parts : tuple of PartValues
        In the order of the definition's parts, for those rows.
    mean, correction, score : (n,) float
        Weighted mean of the parts that are known, what is added to it, and both together;
        NaN for a row of which nothing is known.
    grade : (n,) object
        None where there is no score, or no grades.
    rank : (n,) int64
        From 1; equal ones share a rank; 0 for no score.
    lowered : (n,) bool
        Rows that have the grade below their score's because of `excellent_at_most`.
    """

    definition: EvaluationDefinition
    rows: Integers
    parts: tuple[PartValues, ...]
    mean: Floats
    correction: Floats
    score: Floats
    grade: Objects
    rank: Integers
    lowered: np.ndarray

    @property
    def scored(self) -> int:
        """Number of rows that have a score."""
        return int((~np.isnan(self.score)).sum())

    @property
    def mean_score(self) -> float:
        """Mean of the scores; NaN without any."""
        return float(np.nanmean(self.score)) if self.scored else float("nan")

    def grade_counts(self) -> dict[str, int]:
        """Number of rows by grade, the best first."""
        names = sorted(self.definition.grades, key=lambda name: -self.definition.grades[name])
        return {name: int((self.grade == name).sum()) for name in names}


@dataclass(frozen=True)
class Evaluation:
    """All scores of a year.

    Parameters
    ----------
    dataset : Dataset
        On which they rest, records and decided stages included.
    entries : tuple of EntryScores
        In the order of the scheme.
    notes : tuple of Note
        Records of other years, which do not count.
    """

    dataset: Dataset
    year: int
    entries: tuple[EntryScores, ...]
    notes: tuple[Note, ...]

    def scores(self) -> pd.DataFrame:
        """The rows of the ``scores`` table: year, kind, id, score, grade."""
        frames = []
        for entry in self.entries:
            has = ~np.isnan(entry.score)
            table = entry.definition.rows
            frames.append(
                pd.DataFrame(
                    {
                        "year": np.full(int(has.sum()), float(self.year)),
                        "kind": np.full(int(has.sum()), KINDS_OF_TABLES[table], dtype=object),
                        "id": self.dataset.ids(table)[entry.rows[has]],
                        "score": entry.score[has],
                        "grade": entry.grade[has],
                    }
                )
            )
        return canonical_frame("scores", pd.concat(frames, ignore_index=True))

    def ratings(self) -> pd.DataFrame:
        """The rows of the ``evaluations`` table that are of the year."""
        sheet = self.dataset.frame("evaluations")
        return sheet[sheet["year"] == self.year].reset_index(drop=True) if len(sheet) else sheet


def evaluate(definitions: tuple[EvaluationDefinition, ...], dataset: Dataset, year: int) -> Evaluation:
    """Score a year.

    Parameters
    ----------
    definitions
        Of the scheme.
    dataset
        The plan's, with the year's records and with every decided stage as a table.

    Raises
    ------
    InputError
        For whatever the formula names and the dataset does not have, numbers beyond 0 to 100, and
        rows that two entries score.
    """
    dataset = with_assessments(dataset, {each.rows for each in definitions}, year)
    faults: list[Fault] = []
    entries: list[EntryScores] = []
    scores: dict[str, tuple[str, Floats]] = {}
    for definition in definitions:
        try:
            entry = _entry(definition, dataset, year, scores)
        except InputError as error:
            place = Place(key=f"evaluations.{definition.id}")
            faults += [replace(fault, place=place) for fault in error.faults]
            entry = _unscored(definition)
        entries.append(entry)
        of_table = np.full(len(dataset.frame(definition.rows)), np.nan)
        of_table[entry.rows] = entry.score
        scores[definition.id] = (definition.rows, of_table)
    faults += _twice(entries, dataset)
    if faults:
        raise InputError(faults)
    return Evaluation(dataset, year, tuple(entries), tuple(_other_years(dataset, year)))


def without_records(dataset: Dataset) -> Dataset:
    """The dataset before the year has begun."""
    for table in RECORDS:
        if table in dataset.tables:
            dataset = dataset.with_table(table, dataset.frame(table).iloc[:0])
    return dataset


def _entry(
    definition: EvaluationDefinition, dataset: Dataset, year: int, scores: dict[str, tuple[str, Floats]]
) -> EntryScores:
    table = definition.rows
    if not dataset.has(table):
        raise InputError([Fault("evaluation.no_table", Place(), table)])
    count = len(dataset.frame(table))
    chosen = np.ones(count, bool)
    if definition.where is not None:
        chosen = mask(definition.where, lambda path: values(dataset, table, path), count)
    rows = np.flatnonzero(chosen).astype(np.int64)
    faults: list[Fault] = []
    parts: list[PartValues] = []
    for part in definition.parts:
        try:
            found = part_values(dataset, table, part, year, scores).taken(rows)
        except InputError as error:
            faults += error.faults
            continue
        parts.append(found)
        if part.column is not None:
            faults += _beyond(dataset, table, rows, part.title, found.value)
    if faults:
        raise InputError(faults)
    value = np.column_stack([part.value for part in parts])
    weight = np.array([part.weight or 0.0 for part in definition.parts])
    mean = _weighted_mean(value, weight)
    sign = dict(zip(CORRECTIONS, (1.0, -1.0), strict=True))
    signs = np.array([sign.get(part.kind, 0.0) for part in definition.parts])
    correction = np.nan_to_num(value) @ signs
    score = rounded_score(mean + correction)
    quality = _weighted_mean(value, np.where([part.kind in QUALITY for part in definition.parts], weight, 0))
    rank, last = _ranks(score, quality)
    grade, lowered = _grades(definition, score, last)
    correction = np.where(np.isnan(mean), np.nan, correction)
    return EntryScores(definition, rows, tuple(parts), mean, correction, score, grade, rank, lowered)


def rounded_score(value: Floats) -> Floats:
    """To hundredths, halves away from zero as spreadsheets and people do it, shape (rows,)."""
    steps = 10.0**DECIMALS
    found: Floats = np.sign(value) * np.floor(np.abs(value) * steps + 0.5 + HALF) / steps
    return found


def _unscored(definition: EvaluationDefinition) -> EntryScores:
    """An entry that has faults: nobody is scored."""
    none = np.empty(0)
    rows = np.empty(0, np.int64)
    return EntryScores(definition, rows, (), none, none, none, np.empty(0, object), rows, np.empty(0, bool))


def _weighted_mean(value: Floats, weight: Floats) -> Floats:
    """Mean of the known values of each row, shape (rows,); NaN where no weighted one is known."""
    share = np.where(np.isnan(value), 0.0, weight)
    total = share.sum(axis=1)
    return np.where(total > 0, (np.nan_to_num(value) * share).sum(axis=1) / np.maximum(total, 1e-300), np.nan)


def _ranks(score: Floats, quality: Floats) -> tuple[Integers, Integers]:
    """First and last place of each row's peers: by score, then by quality parts; 0 without a score."""
    keys = pd.DataFrame({"score": score, "quality": np.round(np.nan_to_num(quality, nan=-1.0), DECIMALS)})
    keys = keys[keys["score"].notna()].sort_values(["score", "quality"], ascending=False)
    place = np.arange(1, len(keys) + 1)
    peers = pd.Series(place, index=keys.index).groupby([keys["score"], keys["quality"]])
    first, last = np.zeros(len(score), np.int64), np.zeros(len(score), np.int64)
    first[keys.index] = peers.transform("min")
    last[keys.index] = peers.transform("max")
    return first, last


def _grades(definition: EvaluationDefinition, score: Floats, last: Integers) -> tuple[Objects, np.ndarray]:
    """The grade of each row, and whether too many had the first one."""
    grade = np.full(len(score), None, dtype=object)
    lowered = np.zeros(len(score), bool)
    if not definition.grades:
        return grade, lowered
    names = sorted(definition.grades, key=lambda name: definition.grades[name])
    bounds = np.array([definition.grades[name] for name in names])
    known = ~np.isnan(score)
    step = np.maximum(np.searchsorted(bounds, score[known], side="right") - 1, 0)
    if definition.excellent_at_most is not None:
        most = int(np.floor(definition.excellent_at_most * known.sum() + 1e-9))
        over = (step == len(names) - 1) & (last[known] > most)  # equal ones stay or go together
        step = step - over
        lowered[known] = over
    grade[known] = np.array(names, dtype=object)[step]
    return grade, lowered


def _beyond(dataset: Dataset, table: str, rows: Integers, title: str, value: Floats) -> Iterator[Fault]:
    """Numbers of a column that are no score."""
    for at in np.flatnonzero((value < 0) | (value > 100)).tolist():
        details: dict[str, Detail] = {"part": title, "id": str(dataset.ids(table)[rows[at]])}
        yield Fault("evaluation.beyond", Place(), f"{value[at]:g}", details)


def _twice(entries: list[EntryScores], dataset: Dataset) -> Iterator[Fault]:
    """Rows that two entries score: next year would have two scores of one year."""
    for at, entry in enumerate(entries):
        for before in entries[:at]:
            if before.definition.rows != entry.definition.rows:
                continue
            both = np.intersect1d(before.rows, entry.rows)
            if len(both):
                ids = dataset.ids(entry.definition.rows)[both]
                details: dict[str, Detail] = {"first": before.definition.id, "count": len(both)}
                place = Place(key=f"evaluations.{entry.definition.id}")
                yield Fault("evaluation.twice", place, "、".join(ids[:5]), details)


def _other_years(dataset: Dataset, year: int) -> Iterator[Note]:
    for table in RECORDS:
        column = _DATED[table]
        sheet = dataset.frame(table)
        if not len(sheet) or column not in sheet:
            continue
        told = pd.to_numeric(sheet[column].astype(str).str[:4], errors="coerce")
        other = (told != year) & told.notna()
        if table == "orders":
            other &= ~sheet["order_id"].isin(orders_given_out(dataset))
        others = int(other.sum())
        if others:
            yield Note("tables.warning.other_year", Place(sheet=table), others, {"year": year})
