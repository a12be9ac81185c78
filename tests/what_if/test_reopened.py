"""A stage asked again: bounds hold, answers are what solving anew gives, untouched parts stay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matchmaker.model import Status
from matchmaker.pipeline import solve
from matchmaker.plan_folder import open_plan
from matchmaker.what_if.reopened import Reopened, reopen
from tests.conftest import SolvedYear

STAGES = ("agency_sub_district", "branch_grid", "member_building", "grid_head")


@pytest.fixture(scope="module", params=STAGES)
def reopened(request: pytest.FixtureRequest, year: SolvedYear) -> Reopened:
    return reopen(open_plan(year.plan_folder), request.param)


def others(reopened: Reopened, count: int) -> list[np.ndarray]:
    """Some open pairs that the plan does not have."""
    upper = reopened.program.upper[: reopened.problem.pair_count]
    free = np.flatnonzero((upper > 0) & (reopened.chosen == 0))
    rng = np.random.default_rng(5)
    return [np.array([at]) for at in rng.choice(free, min(count, len(free)), replace=False)]


def test_the_plan_is_its_own_answer(reopened: Reopened, year: SolvedYear) -> None:
    record = year.plan.stage(reopened.problem.stage.id)
    assert reopened.values == pytest.approx([level.value for level in record.levels])
    assert not reopened.judgement.violations
    at_most = reopened.at_most(reopened.pairs[:1])
    assert at_most is None or at_most >= reopened.values[0] - 1e-6


def test_a_bound_without_solving_is_never_below_the_answer(reopened: Reopened) -> None:
    for pair in others(reopened, 2):
        answer, at_most = reopened.answer(pair), reopened.at_most(pair)
        if answer.status is Status.INFEASIBLE:
            continue
        assert answer.pairs is not None
        assert answer.first_bound is not None
        assert set(pair) <= set(answer.pairs)
        assert answer.values[0] <= answer.first_bound + 1e-6
        assert at_most is None or answer.values[0] <= at_most + 1e-6


def test_what_is_forbidden_is_left_out(reopened: Reopened) -> None:
    answer = reopened.answer(forbidden=reopened.pairs[:1])
    assert answer.pairs is None or reopened.pairs[0] not in answer.pairs


def test_parts_that_a_question_does_not_touch_stay(reopened: Reopened) -> None:
    for pair in others(reopened, 2):
        answer = reopened.answer(pair)
        if answer.pairs is None:
            continue
        moved = np.setxor1d(answer.pairs, reopened.pairs)
        assert np.isin(reopened.part_of[moved], reopened.part_of[pair]).all()


def test_an_answer_is_what_solving_with_a_pin_gives(year: SolvedYear, tmp_path: Path) -> None:
    stage = "agency_sub_district"
    reopened = reopen(open_plan(year.plan_folder), stage)
    gap = year.scenario.limits.gap
    for number, pair in enumerate(others(reopened, 3)):
        problem = reopened.problem
        source, target = (
            side.ids[rows[pair[0]]]
            for side, rows in (
                (problem.sources, problem.pair_source),
                (problem.targets, problem.pair_target),
            )
        )
        folder = tmp_path / str(number)
        folder.mkdir()
        pin = f"pin: {{stage: {stage}, source: {source}, target: {target}, reason: 试}}"
        scenario = year.what_if(folder, pin)
        anew = solve(scenario, in_processes=False, stage=stage, given=year.plan_folder)
        answer = reopened.answer(pair)
        expected = anew.stage(stage).levels[0].value
        # either may be as far from its best as the gap allows, the answer twice for staying near the plan
        assert answer.values[0] == pytest.approx(expected, rel=4 * gap)


def test_another_scheme_finds_the_duals_again(year: SolvedYear) -> None:
    plan = open_plan(year.plan_folder)
    scheme = plan.scenario.scheme
    fewer = scheme.model_copy(update={"rules": tuple(rule for rule in scheme.rules if rule.id != "rotate")})
    reopened = reopen(plan, "agency_sub_district", scheme=fewer)
    assert reopened.duals is not None
    assert reopened.values == pytest.approx([plan.stage("agency_sub_district").levels[0].value])
    at_most = reopened.at_most(reopened.pairs[:1])
    assert at_most is not None
    assert reopened.values[0] <= at_most


def test_a_stage_that_is_not_there(year: SolvedYear) -> None:
    with pytest.raises(KeyError):
        reopen(open_plan(year.plan_folder), "nowhere")
