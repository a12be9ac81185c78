"""What the kinds share that judge each pair by itself: points added up, pairs forbidden, pairs pinned."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from numpy.typing import ArrayLike

from matchmaker.formulation import Formulation
from matchmaker.model import Assignment, Finding, Integers, Objects, Problem
from matchmaker.rules.base import Rule
from matchmaker.selectors import Mask

__all__ = ["exempted", "forbid", "forbidden", "pin", "score", "scored", "unpinned"]


def score(rule: Rule, problem: Problem, formulation: Formulation) -> None:
    """Write the rule's points per pair into the formulation, one entry a term."""
    for term, points in rule.pair_points(problem).items():
        where = np.flatnonzero(points)
        formulation.add_points(term, where, points[where])


def scored(rule: Rule, problem: Problem, assignment: Assignment) -> dict[str, int]:
    """Sum of the rule's points over the pairs of an assignment, per term."""
    pairs = problem.locate(assignment).candidates
    return {term: int(points[pairs].sum()) for term, points in rule.pair_points(problem).items()}


def exempted(problem: Problem, ids: Collection[str]) -> Mask:
    """Pairs with a source or target that a rule leaves alone, shape (pairs,)."""
    named = list(ids)
    found: Mask = np.isin(problem.sources.ids, named)[problem.pair_source]
    found |= np.isin(problem.targets.ids, named)[problem.pair_target]
    return found


def forbid(rule: str, formulation: Formulation, pairs: Mask) -> None:
    """Fix the pairs where the mask is true to 0."""
    formulation.fix(rule, np.flatnonzero(pairs), 0)


def forbidden(
    rule: str,
    problem: Problem,
    assignment: Assignment,
    pairs: Mask,
    found: ArrayLike = 1.0,
    required: ArrayLike = 0.0,
    unit: str = "pairs",
) -> tuple[Finding, ...]:
    """One finding for each chosen pair where the mask is true; `found`, `required` per pair or for all."""
    chosen = problem.locate(assignment).candidates
    wrong = chosen[pairs[chosen]]
    found, required = (np.broadcast_to(np.asarray(v, float), problem.pair_count) for v in (found, required))
    return tuple(
        Finding(rule, str(s), str(t), float(f), float(r), unit)
        for s, t, f, r in zip(
            problem.sources.ids[problem.pair_source[wrong]],
            problem.targets.ids[problem.pair_target[wrong]],
            found[wrong],
            required[wrong],
            strict=True,
        )
    )


def pin(
    rule: str, problem: Problem, formulation: Formulation, source_ids: Objects, target_ids: Objects
) -> None:
    """Fix the given pairs to 1; one that is no candidate becomes the contradiction 1 ≤ 0."""
    pairs = problem.located(source_ids, target_ids).pair
    formulation.fix(rule, pairs[pairs >= 0], 1)
    impossible = int((pairs < 0).sum())
    if impossible:
        none = np.empty(0, np.int64)
        one: Integers = np.ones(impossible, np.int64)
        formulation.add_rows(rule, none, none, none, one, one)


def unpinned(
    rule: str, problem: Problem, assignment: Assignment, source_ids: Objects, target_ids: Objects
) -> tuple[Finding, ...]:
    """One finding for each of the given pairs that is not chosen, or is no candidate at all."""
    pairs = problem.located(source_ids, target_ids).pair
    missing = (pairs < 0) | ~np.isin(pairs, problem.locate(assignment).pair)
    return tuple(
        Finding(rule, str(source or ""), str(target or ""), 0, 1, "pairs")
        for source, target in zip(source_ids[missing], target_ids[missing], strict=True)
    )
