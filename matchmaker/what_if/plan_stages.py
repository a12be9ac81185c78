"""Stages of a plan by the words of whoever asks about them."""

from __future__ import annotations

from matchmaker.errors import Fault, InputError, Place
from matchmaker.plans import Plan
from matchmaker.row_names import stages_by_name
from matchmaker.tables import match_key

__all__ = ["stage_asked", "stage_called"]


def stage_asked(plan: Plan, words: str | None) -> str:
    """Id of the stage that a question is about: the plan's first one where none is named.

    Raises
    ------
    InputError
        When the plan has no such stage.
    """
    return next(iter(plan.assignments)) if words is None else stage_called(plan, words)


def stage_called(plan: Plan, words: str) -> str:
    """Id of the stage that words mean, by its id or a name; `InputError` where the plan has none such."""
    scheme = plan.scenario.scheme
    found = stages_by_name(scheme).get(match_key(words), "")
    if found not in plan.assignments:
        stages = "、".join(f"{scheme.stage(one.id).title}({one.id})" for one in plan.stages)
        raise InputError([Fault("question.no_stage", Place(key="--stage"), words, {"stages": stages})])
    return found
