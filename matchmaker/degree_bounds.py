"""What a scheme says of a stage's degrees, as problems take it."""

from __future__ import annotations

from dataclasses import replace

from matchmaker.problem import Bounds
from matchmaker.rules import implicit_rules
from matchmaker.scheme.definitions import DegreeBounds, Scheme, StageDefinition

__all__ = ["degree_bounds", "hard_bounds"]


def degree_bounds(degrees: DegreeBounds) -> Bounds:
    """A scheme's degree bounds as `build_problem` takes them."""
    return Bounds(degrees.min, degrees.max)


def hard_bounds(scheme: Scheme, definition: StageDefinition) -> tuple[Bounds, Bounds]:
    """Degree bounds of a stage's sources and targets, without minima that may fall short."""
    source_bounds, target_bounds = (
        replace(degree_bounds(degrees), minimum=0) if scheme.is_soft(rule) else degree_bounds(degrees)
        for degrees, rule in zip(
            (definition.each_source, definition.each_target),
            implicit_rules(definition.to_model())[:2],
            strict=True,
        )
    )
    return source_bounds, target_bounds
