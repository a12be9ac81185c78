"""Questions about single rows of a plan: why so, why not otherwise, at what cost."""

from __future__ import annotations

from matchmaker.explain.asked import Asked, asked_of
from matchmaker.explain.costs import Cost
from matchmaker.explain.explanation import Alternative, StageExplanation, explain
from matchmaker.explain.points import PairExplained, RulePoints
from matchmaker.explain.refusal import Refusal
from matchmaker.explain.why_not import WhyNot, why_not

__all__ = [
    "Alternative",
    "Asked",
    "Cost",
    "PairExplained",
    "Refusal",
    "RulePoints",
    "StageExplanation",
    "WhyNot",
    "asked_of",
    "explain",
    "why_not",
]
