"""Problems built from a scheme: the same while solving and while verifying."""

from __future__ import annotations

import numpy as np

from matchmaker.lookahead import Cut
from matchmaker.rebuild import problems_of, stage_formulation, stage_problem
from tests.cascades import FIRST, SECOND, YEAR, random_cascade
from tests.conftest import SolvedYear


def test_a_plan_s_problems_hold_its_pairs(year: SolvedYear) -> None:
    problems = problems_of(year.plan)
    assert list(problems) == [stage.id for stage in year.plan.stages]
    for record in year.plan.stages:
        problem = problems[record.id]
        assert (len(problem.sources), len(problem.targets), problem.pair_count) == (
            record.sources, record.targets, record.pairs,
        )  # fmt: skip
        assert (problem.locate(year.plan.assignment(record.id)).pair >= 0).all()


def test_a_stage_lies_within_what_was_decided() -> None:
    cascade = random_cascade(1)
    first = stage_problem(cascade.scheme, cascade.dataset, YEAR, FIRST, {})
    nothing = first.assignment(np.empty(0, np.int64))
    assert stage_problem(cascade.scheme, cascade.dataset, YEAR, SECOND, {FIRST: nothing}).pair_count == 0
    everything = first.assignment(np.arange(first.pair_count))
    second = stage_problem(cascade.scheme, cascade.dataset, YEAR, SECOND, {FIRST: everything})
    assert second.earlier == {FIRST: everything}


def test_a_formulation_has_rules_look_ahead_and_cuts() -> None:
    cascade = random_cascade(1)
    problem = cascade.first_problem()
    none = np.empty(0, object)
    cut = Cut(FIRST, none, none, problem.sources.ids, problem.targets.ids)
    plain, with_cut = (
        set(stage_formulation(cascade.scheme, problem, cuts).row_rules().tolist()) for cuts in ([], [cut])
    )
    assert with_cut - plain == {f"cut.{FIRST}"}
    assert f"{FIRST}.targets" in plain
