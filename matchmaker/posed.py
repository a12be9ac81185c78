"""A stage as it is put to the solver: rows of its rules, levels, the step that breaks ties, names of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaker.formulation import Formulation
from matchmaker.lookahead import Cut
from matchmaker.model import Objects, Problem
from matchmaker.plans import Plan, Results
from matchmaker.program import Program
from matchmaker.rebuild import stage_formulation
from matchmaker.scheme.definitions import Scheme
from matchmaker.solver import WarmStart
from matchmaker.ties import with_tie_break
from matchmaker.warm import row_names, warm_start

__all__ = ["PosedStage", "posed"]


@dataclass(frozen=True)
class PosedStage:
    """A stage's problem and its program, the tie-breaking level last.

    Parameters
    ----------
    names : (rows,) object
        What each row of the program is called from one scenario to the next
        (`matchmaker.warm.row_names`).
    """

    problem: Problem
    formulation: Formulation
    program: Program
    names: Objects

    def start_from(self, plan: Plan | Results) -> WarmStart | None:
        """What a plan tells of the stage; None where it has no such stage."""
        levels = self.program.levels
        first = None if levels[0].is_tie_break else levels[0]
        return warm_start(plan, self.problem.stage.id, self.problem, first, self.names)


def posed(scheme: Scheme, problem: Problem, cuts: Sequence[Cut], seed: int) -> PosedStage:
    """A stage's program as solving, taking over and asking again all build it.

    Parameters
    ----------
    cuts
        Those that have come back to the stage from later ones.
    seed
        Of the step that breaks ties.
    """
    formulation = stage_formulation(scheme, problem, cuts)
    program = with_tie_break(formulation.program(scheme.levels(problem.stage.id)), problem, seed)
    return PosedStage(problem, formulation, program, row_names(problem, formulation, program))
