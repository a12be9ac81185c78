"""What the rules say of a stage's assignment, on plain data: the one judge of every plan.

The pipeline asks it before a plan is written, `verify` asks it again from the plan's files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matchmaker.formulation import WEIGHT_STEPS, Formulation
from matchmaker.model import POINT, Assignment, Finding, Integers, Problem
from matchmaker.rules import Rule, implicit_rules
from matchmaker.scheme.definitions import Scheme

__all__ = ["Judgement", "formulated", "judge", "level_points", "pair_terms", "stage_rules"]


@dataclass(frozen=True)
class Judgement:
    """The rules' verdict on one stage.

    Parameters
    ----------
    points : mapping of str to int
        Points (hundredths) per objective term.
    violations : tuple of Finding
        Of hard rules; a plan has none.
    shortfalls : tuple of Finding
        Of soft rules.
    """

    points: Mapping[str, int]
    violations: tuple[Finding, ...]
    shortfalls: tuple[Finding, ...]


def stage_rules(scheme: Scheme, problem: Problem) -> tuple[tuple[Rule, bool], ...]:
    """The stage's rules, implied ones first, each with whether it is soft, as they hold beside each other."""
    rules = (*implicit_rules(problem.stage), *scheme.rules_of(problem.stage.id))
    told = [(rule, scheme.is_soft(rule)) for rule in rules]
    hard = [rule for rule, soft in told if not soft]
    return tuple((rule.beside(hard), soft) for rule, soft in told)


def judge(scheme: Scheme, problem: Problem, assignment: Assignment) -> Judgement:
    """Check every rule of the stage, and that each pair is a candidate at all."""
    points: dict[str, int] = {}
    violations: list[Finding] = list(_strangers(problem, assignment))
    shortfalls: list[Finding] = []
    for rule, soft in stage_rules(scheme, problem):
        check = rule.check(problem, assignment, soft)
        points.update(check.points)
        (shortfalls if soft else violations).extend(check.findings)
        violations.extend(check.hard_findings)
    return Judgement(points, tuple(violations), tuple(shortfalls))


def _strangers(problem: Problem, assignment: Assignment) -> tuple[Finding, ...]:
    """Pairs that are none of the candidates, and pairs given twice."""
    chosen = problem.locate(assignment)
    _, first = np.unique(chosen.pair, return_index=True)
    twice = np.ones(len(chosen.pair), bool)
    twice[first] = False
    wrong = (chosen.pair < 0) | twice
    return tuple(
        Finding(f"{problem.stage.id}.candidates", str(source), str(target), 1, 0, "pairs")
        for source, target in zip(assignment.source_ids[wrong], assignment.target_ids[wrong], strict=True)
    )


def level_points(scheme: Scheme, stage: str, points: Mapping[str, int]) -> list[float]:
    """Value of each of the stage's levels, in points, from the terms' points."""
    return [
        sum(round(weight * WEIGHT_STEPS) * points.get(term, 0) for term, weight in level.items())
        / (WEIGHT_STEPS * POINT)
        for level in scheme.levels(stage)
    ]


def formulated(scheme: Scheme, problem: Problem) -> Formulation:
    """The stage's rules written down; look-ahead rows and cuts are the caller's."""
    formulation = Formulation(problem.pair_source, problem.pair_target)
    for rule, soft in stage_rules(scheme, problem):
        rule.formulate(problem, formulation, soft)
    return formulation


def pair_terms(scheme: Scheme, problem: Problem) -> dict[str, Integers]:
    """Points of every candidate pair for each soft rule that is a sum over pairs."""
    columns: dict[str, Integers] = {}
    for rule, soft in stage_rules(scheme, problem):
        if soft:
            points = rule.pair_points(problem)
            if rule.id in points:  # parts of a rule are printed with the whole
                columns[rule.id] = points[rule.id]
    return columns
