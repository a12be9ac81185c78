"""Coming years if nothing moves but what must: pairs that the rules end each year, and what choice is left.

Of pairs that must end it is not known where they go; they are left out of the years after.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.backends.base import Settings
from matchmaker.formulation import Formulation
from matchmaker.judgement import stage_rules
from matchmaker.model import Dataset, Integers, Problem, Status
from matchmaker.movements import Verdict, movements
from matchmaker.rebuild import stage_problem, without_soft_minima
from matchmaker.rules import implicit_rules
from matchmaker.scheme.definitions import Scheme
from matchmaker.solver import optimise
from matchmaker.tables import canonical_frame

__all__ = ["ComingYear", "forecast"]


@dataclass(frozen=True)
class ComingYear:
    """One stage in one of the years to come.

    Parameters
    ----------
    stage, year
    going_on : int
        Pairs that may go on.
    must_change : int
        Pairs that end by a hard rule.
    stuck : tuple of str
        Ids of sources that no target is left for.
    enough : bool
        Whether degrees and the pairs that hard rules leave allow any plan at all.
    """

    stage: str
    year: int
    going_on: int
    must_change: int
    stuck: tuple[str, ...]
    enough: bool


def forecast(scheme: Scheme, dataset: Dataset, year: int, years: int) -> tuple[ComingYear, ...]:
    """The stages that rest on the tables alone, in each of the years from `year` on.

    Parameters
    ----------
    dataset
        Ready for the scheme in `year`, with its history.
    """
    found: list[ComingYear] = []
    for coming in range(year, year + years):
        moves = movements(scheme, dataset, coming)
        found += _of_year(scheme, dataset, coming, moves)
        dataset = _going_on(dataset, coming, moves)
    return tuple(found)


def _of_year(scheme: Scheme, dataset: Dataset, year: int, moves: pd.DataFrame) -> Iterator[ComingYear]:
    for definition in scheme.stages:
        if definition.within or definition.id not in set(moves["stage"]):
            continue
        problem = stage_problem(scheme, dataset, year, definition.id, {})
        verdicts = moves["verdict"][moves["stage"] == definition.id]
        ends = int(verdicts.isin([Verdict.MUST_CHANGE, Verdict.CONFLICT]).sum())
        left, enough = _choice(scheme, problem)
        needy = problem.sources.minimum > 0
        yield ComingYear(
            stage=definition.id,
            year=year,
            going_on=int((verdicts != Verdict.GONE).sum()) - ends,
            must_change=ends,
            stuck=tuple(str(one) for one in problem.sources.ids[needy & (left == 0)]),
            enough=enough,
        )


def _choice(scheme: Scheme, problem: Problem) -> tuple[Integers, bool]:
    """Targets that hard rules leave each source, and whether degrees allow a plan among these pairs."""
    demanded = without_soft_minima(scheme, problem)
    formulation = Formulation(problem.pair_source, problem.pair_target)
    for rule in implicit_rules(problem.stage)[:2]:
        rule.formulate(demanded, formulation, False)
    fixed = Formulation(problem.pair_source, problem.pair_target)
    for rule, soft in stage_rules(scheme, problem):
        if not soft and not scheme.reads_results(rule, problem.stage.id):
            rule.formulate(problem, fixed, False)
    for name, columns, value in fixed.fixings():
        formulation.fix(name, columns[columns < problem.pair_count], value)
    program = formulation.program([])
    allowed = program.upper[: problem.pair_count] > 0
    left = np.bincount(problem.pair_source[allowed], minlength=len(problem.sources))
    feasible = bool((program.lower <= program.upper).all())
    return left, feasible and optimise(program, Settings()).status is not Status.INFEASIBLE


def _going_on(dataset: Dataset, year: int, moves: pd.DataFrame) -> Dataset:
    """The dataset in which what may go on in `year` has."""
    history = dataset.frame("history")
    goes_on = moves[~moves["verdict"].isin([Verdict.GONE, Verdict.CONFLICT, Verdict.MUST_CHANGE])]
    added = pd.DataFrame(
        {
            "year": np.full(len(goes_on), float(year)),
            "relation": goes_on["stage"].to_numpy(object),
            "source_id": goes_on["source_id"].to_numpy(object),
            "target_id": goes_on["target_id"].to_numpy(object),
        }
    )
    rows = pd.concat([history, added], ignore_index=True)
    return dataset.with_table("history", canonical_frame("history", rows))
