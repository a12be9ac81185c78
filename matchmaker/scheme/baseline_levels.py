"""As few changes as possible: of each stage the first thing aimed at is to keep what a plan has.

A correction of a plan gets a `prefer` for each stage, on the pairs of its baseline, as the stage's
first level; next year's scheme has them no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Any

from matchmaker.rules import Rule, implicit_rules
from matchmaker.rules.contiguous import Contiguous
from matchmaker.rules.one_place import OnePlace
from matchmaker.rules.prefer import Prefer
from matchmaker.scheme.checks import LARGEST_WEIGHT
from matchmaker.scheme.definitions import Scheme, rule_stages

__all__ = ["baseline_changes", "without_baseline_levels"]

CONDITION = {"baseline": True}

OUTWEIGHING = 4
"""Times the weights of the other rules: twice what their points of one pair can come to."""

Level = dict[str, float]


def baseline_changes(scheme: Scheme, stages: Iterable[str]) -> list[dict[str, Any]]:
    """The `changes` of a scenario that put keeping the baseline's pairs first in each of some stages.

    Stages that have such a rule already are left alone.
    """
    has = {rule.stage for rule in scheme.rules if isinstance(rule, Prefer) and _is_baseline(rule)}
    order = [stage.id for stage in scheme.stages if stage.id in set(stages) - has]
    if not order:
        return []
    taken = {rule.id for rule in scheme.rules}
    ids = {stage: _free(f"baseline_{stage}", taken) for stage in order}
    rules = [
        {"add_rule": {"id": ids[stage], "kind": "prefer", "stage": stage, "pair": CONDITION, "points": 100}}
        for stage in order
    ]
    return [*rules, {"set": "objective", "to": _levels(scheme, ids)}]


def without_baseline_levels(written: dict[str, Any]) -> dict[str, Any]:
    """A scheme as YAML has it, without the rules of `baseline_changes`."""
    gone = {rule["id"] for rule in written["rules"] if rule.get("pair") == CONDITION}
    if not gone:
        return written
    levels = ({t: w for t, w in level.items() if t not in gone} for level in written["objective"])
    return {
        **written,
        "rules": [rule for rule in written["rules"] if rule["id"] not in gone],
        "objective": [level for level in levels if level],
    }


def _levels(scheme: Scheme, ids: dict[str, str]) -> list[Level]:
    """The objective with a level for each stage in `ids` before the stage's own.

    A level of several stages becomes one for each: a stage looks at its own terms only, so that
    nothing is weighed otherwise. A rule over several stages may come first only where terms of
    earlier stages follow it. A stage of connected sets keeps its one level: its backend takes no
    more, and the pairs of the baseline outweigh what else is in it.
    """
    position = {stage.id: at for at, stage in enumerate(scheme.stages)}
    last = {
        term: max(position[stage] for stage in stages)
        for rule, stages in _rules(scheme)
        for term in rule.terms()
    }
    parts = [
        (at, {term: weight for term, weight in level.items() if last[term] == at})
        for level in scheme.objective
        for at in sorted({last[term] for term in level})
    ]
    waiting = []
    for stage, rule in ids.items():
        own = [part for at, part in parts if at == position[stage]]
        if stage in _with_sets(scheme) and len(own) == 1:
            own[0][rule] = _outweighing(own[0])
        else:
            waiting.append((position[stage], rule))
    levels: list[Level] = []
    for number, (_, part) in enumerate(parts):
        rest = min(at for at, _ in parts[number:])
        while waiting and waiting[0][0] <= rest:
            levels.append({waiting.pop(0)[1]: 1})
        levels.append(part)
    levels += [{rule: 1} for _, rule in waiting]
    return levels


def _with_sets(scheme: Scheme) -> set[str]:
    """Stages whose sources take sets of targets."""
    return {rule.stage for rule in scheme.rules if isinstance(rule, Contiguous | OnePlace)}


def _outweighing(level: Level) -> float:
    """A weight at which no pair is given up for what other pairs gain.

    A pair that takes the place of another gains 200 points at most with each rule (100 instead of
    -100), and the one given up costs 100 times this weight.
    """
    return min(float(ceil(OUTWEIGHING * sum(level.values()))) or 1.0, LARGEST_WEIGHT)


def _rules(scheme: Scheme) -> Iterable[tuple[Rule, tuple[str, ...]]]:
    for rule in scheme.rules:
        yield rule, rule_stages(rule)
    for stage in scheme.stages:
        for implied in implicit_rules(stage.to_model()):
            yield implied, (stage.id,)


def _is_baseline(rule: Prefer) -> bool:
    pair = rule.pair
    return pair is not None and pair.model_dump(by_alias=True, exclude_none=True) == CONDITION


def _free(wanted: str, taken: set[str]) -> str:
    while wanted in taken:
        wanted += "_"
    return wanted
