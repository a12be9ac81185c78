"""What later stages need of a stage: places where somebody must be who can do what must be done there."""

from __future__ import annotations

import numpy as np

from matchmaker.model import Integers
from matchmaker.replan.standing import Parent, Standing
from matchmaker.scheme.definitions import Scheme, StageDefinition

__all__ = ["later_places"]


def later_places(scheme: Scheme, standing: Standing, parent: Parent) -> tuple[Integers, ...]:
    """Targets of stages within this one that had a partner: somebody must stay in reach of each.

    A grid has its head out of those who have a building there: where the only one has left, whoever
    takes over in the grid can be its head.

    Returns
    -------
    tuple of (pairs,) int64
        For each such stage the number of the target that a candidate reaches, -1 for none.
    """
    problem = standing.problem
    order = [stage.id for stage in scheme.stages]
    found = []
    for definition in scheme.stages[order.index(problem.stage.id) + 1 :]:
        if not _rests_within(scheme, definition, problem.stage.id) or definition.id not in parent.pairs:
            continue
        up = problem.dataset.ancestors(problem.targets.table, definition.to)
        if definition.from_ != problem.stage.source_table or up is None:
            continue
        place = up[problem.targets.rows][problem.pair_target]
        had = problem.dataset.positions(definition.to, parent.pairs[definition.id]["target_id"])
        places = np.unique(had[had >= 0])
        number = np.full(len(problem.dataset.frame(definition.to)) + 1, -1, np.int64)
        number[places] = np.arange(len(places))
        found.append(number[place])  # the last entry stands for place -1
    return tuple(found)


def _rests_within(scheme: Scheme, definition: StageDefinition, stage: str) -> bool:
    """Whether a stage lies within another one, and its targets must have a partner whatever that decides."""
    least = definition.each_target.min
    demands = not isinstance(least, int | float) or least > 0
    return stage in definition.within and demands and stage not in scheme.rests_on(definition.id)
