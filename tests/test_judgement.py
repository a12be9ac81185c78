"""The one judge of plans: rules, strangers among the pairs, level values."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.judgement import formulated, judge, level_points, pair_terms, stage_rules
from matchmaker.model import POINT, Assignment
from matchmaker.rebuild import problems_of
from tests.cascades import FIRST, first_plans, random_cascade
from tests.conftest import SolvedYear
from tests.judge import allowed


@pytest.mark.parametrize("seed", range(6))
def test_the_judge_allows_what_the_program_allows(seed: int) -> None:
    cascade = random_cascade(seed)
    problem = cascade.first_problem()
    program = formulated(cascade.scheme, problem).program(cascade.scheme.levels(FIRST))
    fine = {tuple(plan.pairs.tolist()): plan.points for plan in first_plans(seed)}
    rng = np.random.default_rng(seed)
    for pairs in (*list(fine)[:20], *map(tuple, rng.integers(0, 2, (40, problem.pair_count)).tolist())):
        chosen = np.array(pairs)
        assert allowed(program, chosen) == (pairs in fine)
        if pairs in fine and program.levels:
            level = program.levels[0]
            full = np.concatenate([chosen, np.zeros(program.column_count - len(chosen), np.int64)])
            assert level.units(full) * level.scale == pytest.approx(fine[pairs])


def test_strangers_and_repetitions_are_violations() -> None:
    cascade = random_cascade(1)
    problem = cascade.first_problem()
    source, target = str(problem.sources.ids[0]), str(problem.targets.ids[0])
    twice = Assignment.of(
        FIRST, np.array([source, source, "A99"], object), np.array([target, target, target], object)
    )
    found = [
        finding
        for finding in judge(cascade.scheme, problem, twice).violations
        if finding.rule == f"{FIRST}.candidates"
    ]
    assert [(finding.source_id, finding.target_id) for finding in found] == [
        (source, target),
        ("A99", target),
    ]


def test_rules_stand_with_the_implied_ones_first(year: SolvedYear) -> None:
    problem = problems_of(year.plan)[FIRST]
    rules = [(rule.id, soft) for rule, soft in stage_rules(year.scenario.scheme, problem)]
    assert rules[:3] == [(f"{FIRST}.sources", False), (f"{FIRST}.targets", False), (f"{FIRST}.pins", False)]
    assert dict(rules)["fit"]
    assert not dict(rules)["rotate"]


def test_columns_of_points_add_up_to_the_terms(year: SolvedYear) -> None:
    scheme = year.scenario.scheme
    for stage, problem in problems_of(year.plan).items():
        assignment = year.plan.assignment(stage)
        verdict = judge(scheme, problem, assignment)
        assert verdict.violations == ()
        pairs = problem.locate(assignment).pair
        for term, points in pair_terms(scheme, problem).items():
            assert int(points[pairs].sum()) == verdict.points[term]
        recorded = [level.value for level in year.plan.stage(stage).levels]
        assert level_points(scheme, stage, verdict.points) == pytest.approx(recorded)


def test_level_values_weigh_the_terms(year: SolvedYear) -> None:
    points = {"needs": 100 * POINT, "fit": 10 * POINT, "wishes": 1 * POINT}
    assert level_points(year.scenario.scheme, FIRST, points) == [3 * 100 + 2 * 10 + 2 * 1]
    assert level_points(year.scenario.scheme, FIRST, {}) == [0]
