"""What each rule says of a pair: its points, its weight, the facts behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.facts import Fact
from matchmaker.judgement import stage_rules
from matchmaker.model import POINT, Assignment, Integers, Problem
from matchmaker.rules import Rule
from matchmaker.scheme.definitions import Scheme

__all__ = ["HardFacts", "PairExplained", "RulePoints", "explained_pairs", "weights_of"]


@dataclass(frozen=True)
class RulePoints:
    """What one soft rule gives for a pair.

    Parameters
    ----------
    rule : str
    points : float
        Unweighted.
    weight : float
        With which they count in the objective; 0: measured only.
    level : int
        Position of the level among the stage's.
    of_pair : bool
        Whether the rule is a sum over pairs. Where it is not, the points are what the plan as a
        whole would lose without the pair, everything else unchanged.
    facts : tuple of Fact
    """

    rule: str
    points: float
    weight: float
    level: int
    of_pair: bool
    facts: tuple[Fact, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "rule": self.rule,
            "points": self.points,
            "weight": self.weight,
            "level": self.level,
            "of_pair": self.of_pair,
            "facts": [fact.to_json() for fact in self.facts],
        }


@dataclass(frozen=True)
class HardFacts:
    """What a hard rule has to say of a pair."""

    rule: str
    facts: tuple[Fact, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"rule": self.rule, "facts": [fact.to_json() for fact in self.facts]}


@dataclass(frozen=True)
class PairExplained:
    """A pair with what each rule says of it."""

    source_id: str
    target_id: str
    points: tuple[RulePoints, ...]
    hard: tuple[HardFacts, ...] = ()

    @property
    def total(self) -> float:
        """Weighted points of the rules that are sums over pairs, at the stage's first level."""
        return round(sum(one.points * one.weight for one in self.points if one.of_pair and one.level == 0), 5)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "source_id": self.source_id,
            "target_id": self.target_id,
            "total": self.total,
            "points": [one.to_json() for one in self.points],
            "hard": [one.to_json() for one in self.hard],
        }


def weights_of(scheme: Scheme, stage: str) -> Mapping[str, tuple[int, float]]:
    """For each objective term of a stage the position of its level, and its weight."""
    return {
        term: (position, weight)
        for position, level in enumerate(scheme.levels(stage))
        for term, weight in level.items()
    }


def explained_pairs(
    scheme: Scheme, problem: Problem, assignment: Assignment, pairs: Integers
) -> tuple[PairExplained, ...]:
    """What the stage's rules say of candidate pairs at the given positions, chosen or not.

    Rules that are no sums over pairs tell what chosen pairs bring; of others they say facts only.
    """
    weights = weights_of(scheme, problem.stage.id)
    chosen = np.isin(pairs, problem.locate(assignment).candidates)
    told: list[list[RulePoints]] = [[] for _ in pairs]
    hard: list[list[HardFacts]] = [[] for _ in pairs]
    for rule, soft in stage_rules(scheme, problem):
        facts = rule.pair_facts(problem, assignment, pairs)
        if not soft:
            for at, one in enumerate(facts):
                if one:
                    hard[at].append(HardFacts(rule.id, one))
            continue
        terms = [term for term in (rule.id,) if term in weights] or [
            term for term in rule.terms() if term in weights
        ]
        points = rule.pair_points(problem)
        if points:
            for term in terms:
                level, weight = weights[term]
                for at, value in enumerate((points[term][pairs] / POINT).tolist()):
                    told[at].append(RulePoints(term, value, weight, level, True, facts[at]))
            continue
        if not chosen.any() and not any(facts):
            continue
        brought = _brought(rule, problem, assignment, pairs, chosen, terms)
        for at, of_pair in enumerate(brought):
            for term, value in of_pair.items():
                level, weight = weights[term]
                told[at].append(RulePoints(term, value, weight, level, False, facts[at]))
    sources, targets = problem.sources.ids, problem.targets.ids
    return tuple(
        PairExplained(
            str(sources[problem.pair_source[pair]]),
            str(targets[problem.pair_target[pair]]),
            tuple(sorted(told[at], key=lambda one: one.level)),
            tuple(hard[at]),
        )
        for at, pair in enumerate(pairs.tolist())
    )


def _brought(
    rule: Rule,
    problem: Problem,
    assignment: Assignment,
    pairs: Integers,
    chosen: np.ndarray,
    terms: Sequence[str],
) -> list[dict[str, float]]:
    """What the rule would give less without each chosen pair, by term; nothing for the others."""
    whole = rule.check(problem, assignment, True).points
    everything = problem.locate(assignment).candidates
    found: list[dict[str, float]] = []
    for pair, is_chosen in zip(pairs.tolist(), chosen.tolist(), strict=True):
        if not is_chosen:
            found.append({})
            continue
        without = rule.check(problem, problem.assignment(everything[everything != pair]), True).points
        found.append({term: (whole.get(term, 0) - without.get(term, 0)) / POINT for term in terms})
    return found
