"""What the terminal, the workbook and the page say alike of a comparison: labels, names, effects in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.compare import ComparedFigure, Comparison, Difference, Move, Roll, StageDifference
from matchmaker.messages import Language, text
from matchmaker.outlines import Outlined
from matchmaker.reports.names import is_demo, masked_names, names_of, noun
from matchmaker.reports.words import (
    figure_label,
    figure_value,
    gap_words,
    number,
    rank_words,
    rule_words,
    signed,
)
from matchmaker.scheme.definitions import Scheme, StageDefinition

__all__ = ["Compared", "FigureRow"]

NAMED = 5
"""Rows that a line names."""

NONE = "—"
"""Where a plan has no such rule or stage."""


@dataclass(frozen=True)
class FigureRow:
    """One figure in words.

    Parameters
    ----------
    figure : ComparedFigure
    stage, label, rule : str
        The rule is empty for a figure of the stage itself.
    values : tuple of str
        One per plan.
    best : tuple of bool
        Whether a value is the best of a row in which not all are alike.
    """

    figure: ComparedFigure
    stage: str
    label: str
    rule: str
    values: tuple[str, ...]
    best: tuple[bool, ...]


@dataclass(frozen=True)
class Compared:
    """A comparison and the plans that it is of.

    Parameters
    ----------
    comparison : Comparison
    plans : sequence of Outlined
        Those compared, in order.
    language : str
    masked : bool
        Whether people's names are hidden.
    """

    comparison: Comparison
    plans: Sequence[Outlined]
    language: Language
    masked: bool = True

    @property
    def schemes(self) -> list[Scheme]:
        """Of the plans, in order."""
        return [plan.scenario.scheme for plan in self.plans]

    @property
    def demo(self) -> bool:
        """Whether any plan rests on made-up data."""
        return any(is_demo(plan.known) for plan in self.plans)

    def say(self, key: str, /, **details: object) -> str:
        """A text of the catalogue."""
        return text(key, self.language, **details)

    def definition(self, stage: str) -> StageDefinition:
        """The stage, as the first scheme says that has it."""
        return next(one for scheme in self.schemes for one in scheme.stages if one.id == stage)

    def rule(self, term: str) -> str:
        """What a rule is called."""
        return rule_words(term, *self.schemes)

    def noun(self, table: str) -> str:
        """What the rows of a table are called."""
        return noun(table, self.language)

    def statuses(self) -> list[str]:
        """What is known of each plan."""
        return [self.say(f"compare.status.{status}") for status in self.comparison.statuses]

    def figures(self, everything: bool) -> list[FigureRow]:
        """The figures; without `everything` those of stages that all plans decide in which plans differ."""
        decided = set.intersection(*(set(plan.assignments) for plan in self.plans))
        return [
            self._figure(figure)
            for figure in self.comparison.figures
            if everything or (figure.stage in decided and len(set(figure.values)) > 1)
        ]

    def _figure(self, figure: ComparedFigure) -> FigureRow:
        sample = figure.figure()
        known = [value for value in figure.values if value is not None]
        best: float | None = None
        if figure.better and len(set(known)) > 1:
            best = max(known) if figure.better == "higher" else min(known)
        return FigureRow(
            figure,
            self.definition(figure.stage).title,
            figure_label(sample, self.language, *self.schemes),
            self.rule(figure.rule) if figure.rule else "",
            tuple(
                NONE
                if value is None
                else gap_words(value)
                if figure.key == "gap"
                else figure_value(sample, value)
                for value in figure.values
            ),
            tuple(best is not None and value == best for value in figure.values),
        )

    def pair(self, difference: Difference) -> tuple[Outlined, Outlined]:
        """The two plans of a difference."""
        return self.plans[difference.first], self.plans[difference.other]

    def titles(self, difference: Difference) -> tuple[str, str]:
        """The names of the two plans of a difference."""
        return self.comparison.plans[difference.first], self.comparison.plans[difference.other]

    def names(self, table: str, ids: Iterable[str], plans: Sequence[Outlined]) -> list[str]:
        """Names of rows, as the first of some plans says that knows each; an unknown one keeps its id."""
        told = np.array(list(ids), dtype=object)
        names = told.copy()
        open_ = np.ones(len(told), bool)
        for plan in plans:
            known = (
                open_ & (plan.known.positions(table, told) >= 0) if plan.known.has(table) else open_ & False
            )
            if known.any():
                named = masked_names if self.masked else names_of
                names[known] = named(plan.known, table, told[known])
                open_ &= ~known
        return [str(name) for name in names]

    def effect(self, move: Move, rules: Sequence[str]) -> str:
        """What a move brings: in all and by rule; empty where nothing."""
        listed = self.by_rule(move.points, rules)
        if not listed:
            return ""
        if [points for points in move.points if points] == [move.total]:
            return self.say("compare.effect_of_one", rules=listed)
        return self.say("compare.effect", total=signed(move.total), rules=listed)

    def by_rule(self, points: Sequence[float], rules: Sequence[str]) -> str:
        """Points gained or lost by rule, those of 0 left out."""
        return self.say("show.list").join(
            self.say("compare.rule_points", rule=self.rule(rule), points=signed(gained))
            for rule, gained in zip(rules, points, strict=True)
            if gained
        )

    def shared(self, difference: Difference) -> list[StageDifference]:
        """The stages that both plans decide."""
        plans = self.pair(difference)
        return [
            stage for stage in difference.stages if all(stage.stage in plan.assignments for plan in plans)
        ]

    def lone_lines(self, difference: Difference) -> list[str]:
        """Which stages only one of the plans decides, and in which nothing differs."""
        comma, shared = self.say("show.list"), self.shared(difference)
        lines = []
        for plan, name in zip(self.pair(difference), self.titles(difference), strict=True):
            lone = [
                self.definition(stage.stage).title
                for stage in difference.stages
                if stage not in shared and stage.stage in plan.assignments
            ]
            if lone:
                lines.append(self.say("compare.lacks", plan=name, stages=comma.join(lone)))
        alike = [self.definition(stage.stage).title for stage in shared if not (stage.moves or stage.sources)]
        if alike:
            lines.append(self.say("compare.same_stages", stages=comma.join(alike)))
        return lines

    def stage_lines(self, stage: StageDifference, difference: Difference) -> list[str]:
        """How many pairs are the same, how many sources move, how many gain and lose."""
        definition = self.definition(stage.stage)
        line = self.say(
            "compare.stage_line",
            stage=definition.title,
            same=number(stage.same),
            moved=number(len(stage.moves)),
            noun=self.noun(definition.from_),
        )
        lines = [line, *self._absent(stage, difference)]
        gains, losses = stage.sources.gains, stage.sources.losses
        if not (gains or losses):
            return lines
        points = self.say(
            "compare.points_line",
            gain=number(len(gains)),
            gained=number(gains.points.sum()),
            lose=number(len(losses)),
            lost=number(losses.points.sum()),
        )
        return [*lines, points]

    def _absent(self, stage: StageDifference, difference: Difference) -> Iterator[str]:
        """Rows that only one plan's data have."""
        definition = self.definition(stage.stage)
        first, other = self.titles(difference)
        for absent in stage.absent:
            table = definition.from_ if absent.side == "source" else definition.to
            for plan, ids in ((other, absent.first), (first, absent.other)):
                if not ids:
                    continue
                shown = self.names(table, ids[:NAMED], self.pair(difference))
                what = self.say("show.list").join(shown)
                if len(ids) > NAMED:
                    what += " " + self.say("compare.more", count=len(ids) - NAMED)
                yield self.say("compare.absent", plan=plan, noun=self.noun(table), count=len(ids), which=what)

    def roll_noun(self, stage: StageDifference, roll: Roll) -> str:
        """What the rows of a sum are called; the side too where both sides come to the same table."""
        called = self.noun(roll.table)
        alike = len({each.table for each in self.told(stage)}) < len(self.told(stage))
        return self.say(f"compare.of_{roll.side}s", noun=called) if alike else called

    def told(self, stage: StageDifference) -> list[Roll]:
        """Sums beside the moves: by what the targets lie in, and by what lies above the sources."""
        sources, targets = stage.rolls
        return [targets, *([sources] if sources.table != self.definition(stage.stage).from_ else [])]

    def partners(
        self, stage: StageDifference, moves: Sequence[Move], difference: Difference
    ) -> tuple[list[str], list[str]]:
        """What each of some moves leads from and to; of one that only adds or ends pairs, all of them."""
        plans = self.pair(difference)
        definition = self.definition(stage.stage)
        complete = [_targets(plan, stage.stage, [move.source_id for move in moves]) for plan in plans]
        told: list[list[tuple[str, ...]]] = [[], []]
        for move in moves:
            whole = not (move.from_ids and move.to_ids)
            for side, own in enumerate((move.from_ids, move.to_ids)):
                told[side].append(complete[side].get(move.source_id, ()) if whole else own)
        ids = list(dict.fromkeys(one for side in told for ones in side for one in ones))
        names = dict(zip(ids, self.names(definition.to, ids, plans), strict=True))
        comma, nothing = self.say("show.list"), self.say("compare.nothing")
        before, after = (
            [comma.join(names[one] for one in ones) or nothing for ones in side] for side in told
        )
        return before, after

    def ranks(self, ranks: Sequence[int]) -> str:
        """Wishes that a source's partners are."""
        return self.say("show.list").join(rank_words(rank, self.language) for rank in ranks)


def _targets(plan: Outlined, stage: str, sources: Sequence[str]) -> dict[str, tuple[str, ...]]:
    frame = plan.assignments.get(stage)
    if frame is None:
        return {}
    own = frame[frame["source_id"].isin(set(sources)).to_numpy(bool)].sort_values("target_id", kind="stable")
    found: dict[str, tuple[str, ...]] = {}
    for source, target in zip(own["source_id"], own["target_id"], strict=True):
        found[source] = (*found.get(source, ()), target)
    return found
