"""Explanations and answers to why not as plain lines, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from matchmaker.explain import (
    Alternative,
    Cost,
    PairExplained,
    Refusal,
    RulePoints,
    StageExplanation,
    WhyNot,
)
from matchmaker.facts import Fact, Named
from matchmaker.messages import Language
from matchmaker.model import Dataset
from matchmaker.reports.facts import FactWords
from matchmaker.reports.names import noun
from matchmaker.reports.words import number, rule_words, signed
from matchmaker.rules import implicit_rules
from matchmaker.scheme.definitions import Scheme, StageDefinition
from matchmaker.shortages import LOOK_AHEAD
from matchmaker.what_if.shifts import Shift

__all__ = ["ExplainedWords"]

LISTED = 12
"""Partners of a row named in one line."""

MOVES_LISTED = 6

FEW = 2
"""Targets of a move named one by one."""

NEARLY = 1e-9


class ExplainedWords:
    """Lines for explanations of one plan.

    Parameters
    ----------
    dataset
        With the plan's decided stages as tables.
    scheme
    language
    """

    def __init__(self, dataset: Dataset, scheme: Scheme, language: Language) -> None:
        self._scheme, self._language, self._dataset = scheme, language, dataset
        self._words = FactWords(dataset, scheme, language)
        self.say = self._words.say

    def explanation(self, told: StageExplanation) -> Iterator[str]:
        """What is to be said of a row or pair at a stage."""
        stage = self._scheme.stage(told.stage)
        yield self.say(
            "explain.heading", stage=stage.title, who=self._who(stage, told.source_id, told.target_id)
        )
        if told.side == "pair":
            yield "  " + self.say("explain.in_plan" if told.chosen else "explain.not_in_plan")
        yield from self.refusals(stage, told.refusals)
        if told.side == "target" and told.pairs:
            yield "  " + self._gets(stage, told.pairs)
        elif not told.pairs and not told.refusals:
            yield "  " + self.say("explain.nothing")
        else:
            for pair in told.pairs:
                yield from self._pair(stage, pair, heading=told.side != "pair")
        for one in told.measured:
            if told.side == "target" or any(fact.code != "degrees.count" for fact in one.facts):
                yield "  " + self.say(
                    "explain.hard", rule=self._rule(stage, one.rule), facts=self._words.facts(one.facts)
                )
        yield from self._narrowing(stage, told)
        if told.narrowing is not None:
            yield from self._alternatives(stage, told)

    def why_not(self, told: WhyNot, seconds: float | None = None, heading: bool = True) -> Iterator[str]:
        """The answer; of one by bound, that it is; the question is left out where it has been told."""
        stage = self._scheme.stage(told.stage)
        if heading:
            yield from self.why_not_heading(told)
        cost = "" if told.cost is None else self.cost(told.cost)
        if told.verdict == "unknown" and told.cost is not None:
            solved = told.cost.how == "bound" and seconds is None
            key = "why_not.unknown_unsolved" if solved else "why_not.unknown"
            yield "  " + self.say(key, seconds=number(seconds or 0), cost=cost)
        elif told.verdict == "possible" and told.cost is not None:
            has_points = told.cost.found is not None or told.cost.at_least is not None
            key = "why_not.possible" if has_points else "why_not.possible_bare"
            if told.cost.how == "bound":
                key = "why_not.by_bound"
            yield "  " + self.say(key, cost=cost, rules=self.changes(stage, told.cost.rules))
        else:
            yield "  " + self.say(f"why_not.{told.verdict}", cost=cost)
        yield from self.refusals(stage, told.refusals)
        if told.verdict == "possible" and told.cost is not None and told.cost.how == "solved":
            yield "  " + self._chain(stage, told.moves, told.source_id)
        if told.pair is not None and told.verdict not in ("chosen",):
            yield from self._side_by_side(stage, told)
        if told.followed_by:
            yield "  " + self.followed_by(told.followed_by)

    def why_not_heading(self, told: WhyNot) -> Iterator[str]:
        """The question."""
        stage = self._scheme.stage(told.stage)
        source, target = self.row(stage.from_, told.source_id), self.row(stage.to, told.target_id)
        yield self.say("why_not.heading", stage=stage.title, source=source, target=target)

    def bound_first(self, told: WhyNot) -> str:
        """What the bound says, while the stage is being solved again."""
        assert told.cost is not None
        return "  " + self.say("why_not.bound_first", cost=self.cost(told.cost))

    def cost(self, cost: Cost) -> str:
        """A cost in words, and how it is known."""
        if cost.impossible:
            return self.say("cost.impossible_bound" if cost.how == "bound" else "cost.impossible")
        if cost.found is None:
            if cost.how == "solved" and cost.at_least is None:
                return self.say("cost.no_points")
            if cost.at_least is None:
                return self.say("cost.unasked")
            return self.say(
                "cost.bound" if cost.at_least > NEARLY else "cost.bound_open", least=number(cost.at_least)
            )
        return self._found(cost) + self._lower(cost)

    def _found(self, cost: Cost) -> str:
        assert cost.found is not None
        details = {"most": number(abs(cost.found))}
        if cost.found < -NEARLY:
            return self.say("cost.gain", **details)
        if abs(cost.found) <= NEARLY:
            return self.say("cost.none")
        if cost.is_exact:
            return self.say("cost.exact", **details)
        if cost.at_least is None:
            return self.say("cost.no_more", **details)
        within = number(cost.found - cost.at_least)
        if cost.at_least > NEARLY:
            return self.say("cost.between", within=within, least=number(cost.at_least), **details)
        return self.say("cost.within", within=within, **details)

    def _lower(self, cost: Cost) -> str:
        return "".join(
            self.say("cost.lower_level", level=level, points=number(points))
            for level, points in enumerate(cost.levels[1:], start=2)
            if abs(points) > NEARLY
        )

    def changes(self, stage: StageDefinition, rules: Sequence[tuple[str, float]]) -> str:
        """By how much rules give more or less, in brackets."""
        told = [
            self.say("explain.rule_change", rule=self._rule(stage, term), points=signed(points))
            for term, points in rules
        ]
        return self.say("explain.rule_changes", changes=self._words.joined(told)) if told else ""

    def _who(self, stage: StageDefinition, source: str, target: str) -> str:
        if source and target:
            return self.say(
                "explain.pair", source=self.row(stage.from_, source), target=self.row(stage.to, target)
            )
        return self.row(stage.from_, source) if source else self.row(stage.to, target)

    def stage(self, stage: str) -> StageDefinition:
        """A stage by its id."""
        return self._scheme.stage(stage)

    def rows(self, table: str, ids: Sequence[str]) -> str:
        """What some rows are called, or that there are none."""
        return self._words.joined([self.row(table, one) for one in ids]) or self.say("explain.nobody")

    def _few(self, table: str, ids: Sequence[str]) -> str:
        """Some rows, of many the first one and how many there are."""
        if len(ids) <= FEW:
            return self.rows(table, ids)
        return self.say("explain.several", first=self.row(table, ids[0]), count=len(ids))

    def row(self, table: str, one: str) -> str:
        """What a row is called, with its id."""
        return self._words.row(Named(table, one))

    def _rule(self, stage: StageDefinition, term: str) -> str:
        """What a rule is called: by its name, else by its kind and id."""
        if term.startswith(LOOK_AHEAD):
            later = term.removeprefix(LOOK_AHEAD)
            return self.say("refusal.look_ahead", stage=self._scheme.stage(later).title)
        if term.startswith("cut."):
            return self.say("refusal.cut", stage=self._scheme.stage(term.removeprefix("cut.")).title)
        for rule in self._scheme.rules:
            if term in rule.terms() and rule.name is None:
                return self.say("kind.named", kind=self.say(f"kind.{rule.kind}"), rule=term)
        if term in {implied.id for implied in implicit_rules(stage.to_model())}:
            return self.say(f"kind.{term.removeprefix(f'{stage.id}.')}")
        return rule_words(term, self._scheme)

    def _gets(self, stage: StageDefinition, pairs: Sequence[PairExplained]) -> str:
        shown = [self.row(stage.from_, pair.source_id) for pair in pairs[:LISTED]]
        names = self._words.joined(shown) + (self.say("explain.more") if len(pairs) > len(shown) else "")
        return self.say("explain.gets", count=len(pairs), noun=noun(stage.from_, self._language), names=names)

    def _pair(self, stage: StageDefinition, pair: PairExplained, heading: bool) -> Iterator[str]:
        if heading:
            source, target = self.row(stage.from_, pair.source_id), self.row(stage.to, pair.target_id)
            # points of several levels do not add up
            key = (
                "explain.pair"
                if any(one.level and one.weight for one in pair.points)
                else "explain.pair_line"
            )
            yield "  " + self.say(key, source=source, target=target, total=number(pair.total))
        told: dict[str, str] = {}
        shown = [one for one in pair.points if one.weight and (one.points or one.facts)]
        lines = [self._points(stage, one, told) for one in shown]
        lines += [
            self.say("explain.hard", rule=self._rule(stage, one.rule), facts=self._words.facts(one.facts))
            for one in pair.hard
            if any(fact.code != "load.brings" for fact in one.facts)
        ]
        yield from (f"    {line}" for line in lines or [self.say("explain.no_points")])

    def _points(self, stage: StageDefinition, one: RulePoints, told: dict[str, str]) -> str:
        """A rule's points and facts; facts that another rule has told are not told again."""
        facts = self._after_colon(one.facts)
        before = told.setdefault(facts, one.rule)
        if facts and before != one.rule:
            facts = self.say("explain.same_facts", rule=self._rule(stage, before))
        key = "explain.points" if one.of_pair else "explain.points_marginal"
        if not one.of_pair and one.points < 0:
            key = "explain.points_marginal_negative"
        return self.say(
            key,
            rule=self._rule(stage, one.rule),
            points=number(one.points),
            weight=number(one.weight),
            facts=facts,
        )

    def _after_colon(self, facts: Sequence[Fact]) -> str:
        told = self._words.facts(facts)
        return self.say("explain.colon", facts=told) if told else ""

    def _narrowing(self, stage: StageDefinition, told: StageExplanation) -> Iterator[str]:
        narrowing = told.narrowing
        if narrowing is None:
            return
        other = stage.to if told.side == "source" else stage.from_
        yield "  " + self.say(
            "explain.choice",
            noun=noun(other, self._language),
            rows=narrowing.rows,
            taking_part=narrowing.taking_part,
            candidates=narrowing.candidates,
            open=narrowing.open,
        )
        for rule, count in narrowing.ruled_out:
            yield "    " + self.say("explain.ruled_out", rule=self._rule(stage, rule), count=count)
        for rule, one in narrowing.pinned:
            yield "    " + self.say(
                "explain.pinned_to", rule=self._rule(stage, rule), who=self.row(other, one)
            )
        if narrowing.limits:
            rules = [self._rule(stage, rule) for rule in narrowing.limits]
            yield "    " + self.say("explain.limits", rules=self._words.joined(rules, "explain.semicolon"))

    def _alternatives(self, stage: StageDefinition, told: StageExplanation) -> Iterator[str]:
        if not told.alternatives:
            yield "  " + self.say("explain.no_alternative")
            return
        key = "explain.alternatives" if told.values else "explain.alternatives_bare"
        yield "  " + self.say(key, value=number(told.values[0]) if told.values else "")
        table = stage.to if told.side == "source" else stage.from_
        for at, one in enumerate(told.alternatives, start=1):
            yield from self._alternative(stage, table, at, one)
        if told.followed_by:
            yield "  " + self.followed_by(told.followed_by)

    def _alternative(self, stage: StageDefinition, table: str, at: int, one: Alternative) -> Iterator[str]:
        yield "    " + self.say(
            "explain.alternative",
            number=at,
            who=self.row(table, one.id),
            cost=self.cost(one.cost),
            rules=self.changes(stage, one.cost.rules),
        )
        if one.cost.found is not None:
            yield "       " + self._chain(stage, one.moves, one.pair.source_id)

    def _chain(self, stage: StageDefinition, moves: Sequence[Shift], asked: str) -> str:
        """Who else moves, in the order of the chain."""
        others = [move for move in moves if move.source_id != asked]
        if not others:
            return self.say("explain.only_move")
        told = [self.move(stage, move) for move in others[:MOVES_LISTED]]
        line = self._words.joined(told, "explain.semicolon")
        if len(others) > len(told):
            line += self.say("explain.semicolon") + self.say("explain.moves_more", count=len(others))
        return self.say("explain.chain", moves=line)

    def move(self, stage: StageDefinition, move: Shift) -> str:
        """One source's move."""
        before, after = (self._few(stage.to, ids) for ids in (move.from_ids, move.to_ids))
        return self.say(
            "explain.move", source=self.row(stage.from_, move.source_id), before=before, after=after
        )

    def followed_by(self, stages: Sequence[str]) -> str:
        """Stages that would be decided anew."""
        titles = self._words.joined([self._scheme.stage(one).title for one in stages])
        return self.say("explain.followed_by", stages=titles)

    def refusals(self, stage: StageDefinition, refusals: Sequence[Refusal]) -> Iterator[str]:
        """Why something cannot be, a line each."""
        for one in refusals:
            facts = self._words.facts(one.facts)
            if one.kind == "within":
                title = self._scheme.stage(one.rules[0]).title
                yield "    " + self.say("refusal.within", stage=title, facts=self._after_colon(one.facts))
                continue
            rules = self._words.joined([self._rule(stage, rule) for rule in one.rules])
            shown = facts if one.kind == "excluded" else self._after_colon(one.facts)
            yield "    " + self.say(f"refusal.{one.kind}", rules=rules, facts=shown)

    def _side_by_side(self, stage: StageDefinition, told: WhyNot) -> Iterator[str]:
        assert told.pair is not None
        yield "  " + self.say("why_not.asked", target=self.row(stage.to, told.target_id))
        yield from self._pair(stage, told.pair, heading=False)
        if not told.instead:
            yield "  " + self.say("why_not.has_nothing")
        for pair in told.instead:
            yield "  " + self.say("why_not.has", target=self.row(stage.to, pair.target_id))
            yield from self._pair(stage, pair, heading=False)
