"""A scheme without one of its rules, and what that changes at the rule's stages."""

from __future__ import annotations

from pathlib import Path

from matchmaker.pipeline import solve
from matchmaker.plans import Plan
from matchmaker.scheme.definitions import DegreeBounds, Scheme, rule_stages
from matchmaker.scheme.scenario import Scenario

SIDES = {"sources": "each_source", "targets": "each_target"}


def without_rule(scheme: Scheme, rule_id: str) -> Scheme:
    """The scheme without a rule and its terms; degrees of a stage are dropped as rules are."""
    stage, _, part = rule_id.partition(".")
    rules = tuple(rule for rule in scheme.rules if rule.id != rule_id)
    terms = next((rule.terms() for rule in scheme.rules if rule.id == rule_id), (rule_id,))
    objective = tuple(
        {term: weight for term, weight in level.items() if term not in terms} for level in scheme.objective
    )
    stages = scheme.stages
    if part in SIDES:
        stages = tuple(
            each.model_copy(update={SIDES[part]: DegreeBounds()}) if each.id == stage else each
            for each in stages
        )
    elif len(rules) == len(scheme.rules):
        raise KeyError(rule_id)
    levels = tuple(level for level in objective if level)
    return scheme.model_copy(update={"rules": rules, "objective": levels, "stages": stages})


def stages_of(scheme: Scheme, rule_id: str) -> tuple[str, ...]:
    """Stages that a rule is about."""
    return next(
        (rule_stages(rule) for rule in scheme.rules if rule.id == rule_id), (rule_id.partition(".")[0],)
    )


def difference(scenario: Scenario, plan: Plan, folder: Path, rule_id: str) -> str:
    """What changes first when a rule is dropped: ``plan`` or ``finding``; empty for nothing.

    A level's value proves nothing: without the rule its own points are gone, whoever is paired.
    What else a level counts changes with the pairs only.

    Parameters
    ----------
    scenario, plan, folder
        The full scenario, its plan, and the plan's folder.
    """
    changed = scenario.model_copy(update={"scheme": without_rule(scenario.scheme, rule_id)})
    for stage in stages_of(scenario.scheme, rule_id):
        again = solve(changed, in_processes=False, stage=stage, given=folder)
        pairs = [
            list(zip(one.assignment(stage).source_ids, one.assignment(stage).target_ids, strict=True))
            for one in (plan, again)
        ]
        if pairs[0] != pairs[1]:
            return "plan"
        if {each for each in plan.findings if each.rule == rule_id}:
            return "finding"
    return ""
