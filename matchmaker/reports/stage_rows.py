"""The pairs of one stage with what sheets say of them: names, places above, fit, wish, change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from matchmaker.messages import Language, text
from matchmaker.model import POINT, Assignment, Dataset, Integers, Problem
from matchmaker.ordering import official_order
from matchmaker.plans import Plan
from matchmaker.rebuild import stage_problem
from matchmaker.reports.names import code_names, names_of, noun, row_names
from matchmaker.reports.sheet import Cell, Column, Kind, cells, whole_numbers
from matchmaker.reports.words import rank_words, sheet_title
from matchmaker.rules.fit import MISMATCHED_BELOW, Fit
from matchmaker.scheme.definitions import StageDefinition

__all__ = ["StageRows"]

TOP_NEEDS = 3


@dataclass(frozen=True)
class StageRows:
    """One stage's pairs in the order of a sheet.

    Parameters
    ----------
    plan, definition, language
    frame : DataFrame
        The rows of ``assignments/<stage>.csv``, ordered.
    """

    plan: Plan
    definition: StageDefinition
    language: Language
    frame: pd.DataFrame

    @staticmethod
    def of(plan: Plan, definition: StageDefinition, language: Language) -> StageRows:
        """The pairs of a stage in official order: by target and the places above it, then by source."""
        rows = StageRows(plan, definition, language, plan.assignments[definition.id])
        keys = [rows._rank("source"), *_chain(rows, "source"), rows._rank("target"), *_chain(rows, "target")]
        # lexsort: the last key counts first, so the highest place above the target stands last
        return StageRows(plan, definition, language, rows.frame.iloc[np.lexsort(keys)].reset_index(drop=True))

    @property
    def dataset(self) -> Dataset:
        """The plan's tables, decided stages among them."""
        return self.plan.known

    def table(self, side: str) -> str:
        """The table of a side."""
        return self.definition.from_ if side == "source" else self.definition.to

    def at(self, side: str, above: str = "") -> Integers:
        """Row of each pair's source or target, or of its ancestor in table `above`; -1 without one."""
        table = self.table(side)
        here = self.dataset.positions(table, np.asarray(self.frame[f"{side}_id"], object))
        if not above or above == table:
            return here
        climbed = self.dataset.ancestors(table, above)
        if climbed is None or not len(climbed):
            return np.full(len(here), -1, np.int64)
        return np.asarray(np.where(here >= 0, climbed[np.maximum(here, 0)], -1), np.int64)

    def name(self, side: str, above: str = "") -> list[Cell] | None:
        """Names of a side's rows or of places above them; None where no pair has such a place."""
        rows = self.at(side, above)
        if not (rows >= 0).any() and above:
            return None
        if not above:
            return list(names_of(self.dataset, self.table(side), self.frame[f"{side}_id"]))
        names = row_names(self.dataset, above)
        return [str(names[row]) if row >= 0 else None for row in rows.tolist()]

    def short_name(self, side: str, below: str, above: str) -> list[Cell] | None:
        """Names without the name of the place above, which stands in its own column: 第03网格."""
        names, places = self.name(side, below), self.name(side, above)
        if names is None or places is None:
            return names
        return [_without(name, place) for name, place in zip(names, places, strict=True)]

    def value(self, side: str, path: str) -> list[Cell] | None:
        """Cells of a column of a side's table; None where the data do not have it."""
        return cells(self.dataset, self.table(side), path, self.at(side))

    def whole(self, side: str, path: str) -> list[Cell] | None:
        """The same for numbers that are whole."""
        return whole_numbers(self.value(side, path))

    def coded(self, side: str, path: str, choices: str) -> list[Cell] | None:
        """The same for codes, in words; several in one cell are joined."""
        found = self.value(side, path)
        if found is None:
            return None
        names = code_names(self.dataset, choices, self.language)
        return [_in_words(cell, names, self.say("show.list")) for cell in found]

    def say(self, key: str, **details: object) -> str:
        """A text in the sheet's language."""
        return text(key, self.language, **details)

    def column(
        self, head: str, found: list[Cell] | None, kind: Kind = "text", widest: int = 28, total: str = ""
    ) -> list[Column]:
        """A column under the head ``head.<head>``, or none where the data do not have it."""
        return [] if found is None else [Column(self.say(f"head.{head}"), found, kind, widest, total)]

    @cached_property
    def fit_rule(self) -> Fit | None:
        """The stage's first rule about fit."""
        rules = self.plan.scenario.scheme.rules_of(self.definition.id)
        return next((rule for rule in rules if isinstance(rule, Fit)), None)

    def fit(self, top_needs: bool) -> list[Column]:
        """The fit of each pair, before it (on demand) the needs that the source answers most."""
        if self.fit_rule is None:
            return []
        problem, pairs = self._problem, self._pairs
        points = self.fit_rule.fit(problem)[pairs] / POINT
        fit = Column(self.say("head.fit"), points.tolist(), "points", 8, "mean", "fit")
        if not top_needs:
            return [fit]
        names = code_names(self.dataset, "category", self.language)
        largest = self.fit_rule.breakdown(problem, pairs).largest(TOP_NEEDS)
        answered = [self.say("show.list").join(names.get(code, code) for code, _ in best) for best in largest]
        return [Column(self.say("head.top_needs"), answered, "text", 30), fit]

    def wish(self) -> list[Column]:
        """Which wish of the source's the pair is; no column where no pair is one."""
        if "wish_rank" not in self.frame or not self.frame["wish_rank"].notna().any():
            return []
        words = [
            rank_words(int(rank), self.language) if rank == rank else None
            for rank in self.frame["wish_rank"].to_numpy(float).tolist()
        ]
        return [Column(self.say("head.wish"), words, "centre", 12)]

    def change(self) -> list[Column]:
        """How the pair compares with last year; no column without last year's."""
        if not self._has_past:
            return []
        words = {one: self.say(f"book.change.{one}") for one in pd.unique(self.frame["change"].dropna())}
        found: list[Cell] = [words.get(one) for one in self.frame["change"]]
        return [Column(self.say("head.change"), found, "centre", 8, highlight="change")]

    def previous(self, head: str) -> list[Column]:
        """Last year's target of each pair's source."""
        if not self._has_past:
            return []
        given = self.frame["previous_target_id"]
        separate = {one: str(one).split("、") for one in pd.unique(given.dropna())}
        table = self.table("target")
        joined = {one: "、".join(names_of(self.dataset, table, parts)) for one, parts in separate.items()}
        found: list[Cell] = [joined.get(one) for one in given]
        return [Column(self.say(f"head.{head}"), found)]

    def notes(self) -> tuple[str, ...]:
        """What the columns mean, for the foot of the sheet."""
        found = []
        if self.fit_rule is not None:
            found.append(self.say("book.fit_note", below=MISMATCHED_BELOW))
        if self._has_past:
            found.append(self.say("book.change_note"))
        return tuple(found)

    def counts(self) -> str:
        """How many sources and targets the sheet has, for its total row."""
        return self.say(
            "book.counts",
            sources=noun(self.table("source"), self.language),
            source_count=self.frame["source_id"].nunique(),
            targets=noun(self.table("target"), self.language),
            target_count=self.frame["target_id"].nunique(),
        )

    def band(self, side: str, above: str = "") -> Integers:
        """A number that changes where the next group of rows begins."""
        rows = self.at(side, above)
        if not len(rows):
            return rows
        return np.asarray(np.r_[0, np.cumsum(rows[1:] != rows[:-1])], np.int64)

    def title(self) -> str:
        """The sheet's title: the scheme's label for the stage, or one made from names and year."""
        scenario, definition = self.plan.scenario, self.definition
        return sheet_title(scenario.scheme, definition.id, definition.title, scenario.year, self.language)

    @cached_property
    def _has_past(self) -> bool:
        return "previous_target_id" in self.frame and bool(self.frame["previous_target_id"].notna().any())

    @cached_property
    def _problem(self) -> Problem:
        scenario = self.plan.scenario
        decided = {name: self.plan.assignment(name) for name in self.plan.assignments}
        return stage_problem(scenario.scheme, self.plan.dataset, scenario.year, self.definition.id, decided)

    @cached_property
    def _pairs(self) -> Integers:
        # not Plan.assignment: its canonical order is not the sheet's
        source, target = (np.asarray(self.frame[f"{side}_id"], object) for side in ("source", "target"))
        return self._problem.locate(Assignment(self.definition.id, source, target)).pair

    def _rank(self, side: str, above: str = "") -> Integers:
        rows = self.at(side, above)
        order = official_order(self.dataset, above or self.table(side))
        if not len(order):
            return rows
        rank = np.where(rows >= 0, order[np.maximum(rows, 0)], np.iinfo(np.int64).max)
        return np.asarray(rank, np.int64)


def _chain(rows: StageRows, side: str) -> Sequence[Integers]:
    """Ranks of the tables above a side, the nearest first."""
    found, table = [], rows.table(side)
    while table in rows.dataset.parents:
        table = rows.dataset.parents[table][1]
        if rows.dataset.has(table):
            found.append(rows._rank(side, table))
    return found


def _without(name: Cell, place: Cell) -> Cell:
    if not isinstance(name, str) or not isinstance(place, str):
        return name
    return name.removeprefix(place).strip() or name


def _in_words(cell: Cell, names: dict[str, str], separator: str) -> Cell:
    if isinstance(cell, tuple):
        return separator.join(names.get(one, one) for one in cell) or None
    return names.get(cell, cell) if isinstance(cell, str) else cell
