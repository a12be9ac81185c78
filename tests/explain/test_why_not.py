"""Why not, and hand edits, against every assignment of small districts tried."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matchmaker.edited_scenario import write_what_if
from matchmaker.errors import Infeasible
from matchmaker.explain import Asked, why_not
from matchmaker.explain.costs import chained
from matchmaker.explain.moves import edited, try_moves
from matchmaker.judgement import judge, level_points
from matchmaker.model import Assignment
from matchmaker.pipeline import solve
from matchmaker.plan_folder import open_plan
from matchmaker.plans import Plan
from matchmaker.scheme.scenario import load_scenario
from matchmaker.what_if.reopened import Reopened, reopen
from tests.conftest import SolvedYear
from tests.small_questions import STAGE, every_plan, solved_district, values_of

SEEDS = range(8)


def districts() -> list[Plan]:
    found = []
    for seed in SEEDS:
        try:
            found.append(solved_district(seed))
        except Infeasible:
            continue
    return found


@pytest.fixture(scope="module", params=range(4))
def plan(request: pytest.FixtureRequest) -> Plan:
    return districts()[request.param]


def pairs_of(assignment: Assignment) -> set[tuple[str, str]]:
    return set(zip(assignment.source_ids.tolist(), assignment.target_ids.tolist(), strict=True))


def best_with(plan: Plan, wanted: set[tuple[str, str]]) -> float | None:
    """The most that any assignment with some pairs reaches; None where there is none."""
    found = [
        values[0]
        for assignment, values in every_plan(plan.scenario.scheme, plan.dataset)
        if wanted <= pairs_of(assignment)
    ]
    return max(found, default=None)


def everything(reopened: Reopened) -> list[tuple[str, str]]:
    problem = reopened.problem
    return [(str(s), str(t)) for s in problem.sources.ids for t in problem.targets.ids]


def test_every_pair_is_answered_as_trying_all_does(plan: Plan) -> None:
    reopened = reopen(plan, STAGE)
    now = values_of(plan.scenario.scheme, plan.dataset, plan.assignment(STAGE))[0]
    for source, target in everything(reopened):
        told = why_not(reopened, Asked(STAGE, source, target))
        best = best_with(plan, {(source, target)})
        if (source, target) in pairs_of(plan.assignment(STAGE)):
            assert told.verdict == "chosen"
        elif best is None:
            assert told.verdict in ("forbidden", "impossible"), (source, target)
        else:
            assert told.verdict == "possible"
            assert told.cost is not None
            assert told.cost.is_exact
            assert told.cost.found == pytest.approx(now - best, abs=0.011)
            assert told.moves[0].source_id == source
            assert target in told.moves[0].to_ids


def test_what_is_forbidden_names_the_rule(plan: Plan) -> None:
    reopened = reopen(plan, STAGE)
    pins = plan.dataset.frame("pins")
    row = pins[pins["action"] == "forbid"].iloc[0]
    told = why_not(reopened, Asked(STAGE, row["source_id"], row["target_id"]))
    assert told.verdict == "forbidden"
    (refusal,) = told.refusals
    assert refusal.rules == (f"{STAGE}.pins",)
    assert refusal.facts[0].details["reason"] == "回避"


def test_who_is_pinned_elsewhere_is_told_by_name(plan: Plan) -> None:
    reopened = reopen(plan, STAGE)
    pins = plan.dataset.frame("pins")
    row = pins[pins["action"] == "pin"].iloc[0]
    other = next(str(one) for one in reopened.problem.targets.ids if one != row["target_id"])
    told = why_not(reopened, Asked(STAGE, row["source_id"], other))
    assert told.verdict == "impossible"
    named = {rule for refusal in told.refusals for rule in refusal.rules}
    assert {f"{STAGE}.sources", f"{STAGE}.pins"} <= named


def test_bounds_never_promise_too_much(plan: Plan) -> None:
    reopened = reopen(plan, STAGE)
    now = values_of(plan.scenario.scheme, plan.dataset, plan.assignment(STAGE))[0]
    for source, target in everything(reopened):
        told = why_not(reopened, Asked(STAGE, source, target), solve=False)
        best = best_with(plan, {(source, target)})
        if told.verdict == "impossible":
            assert best is None
        elif told.cost is not None and told.cost.at_least is not None and best is not None:
            assert told.cost.at_least <= now - best + 0.011


def test_edits_are_judged_as_they_stand_and_with_what_follows(plan: Plan) -> None:
    reopened = reopen(plan, STAGE)
    scheme, problem = plan.scenario.scheme, reopened.problem
    before = plan.assignment(STAGE)
    now = values_of(scheme, plan.dataset, before)[0]
    rng = np.random.default_rng(3)
    asked = everything(reopened)
    for _ in range(12):
        edits = [asked[at] for at in rng.choice(len(asked), 2, replace=False)]
        if len({source for source, _ in edits}) < 2:
            continue
        told = try_moves(reopened, [Asked(STAGE, *pair) for pair in edits])
        moved = dict(pairs_of(before)) | dict(edits)
        by_hand = Assignment.of(STAGE, np.array([*moved], object), np.array([*moved.values()], object))
        assert pairs_of(edited(reopened, edits).assignment) == pairs_of(by_hand)
        verdict = judge(scheme, problem, by_hand)
        assert told.violations == verdict.violations
        assert told.allowed == (not verdict.violations)
        assert told.lost[0] == pytest.approx(now - level_points(scheme, STAGE, verdict.points)[0], abs=1e-4)
        best = best_with(plan, set(edits))
        if told.refusals or (told.cost is not None and told.cost.impossible):
            assert best is None
            assert not told.possible
        else:
            assert best is not None
            assert told.cost is not None
            assert told.cost.found == pytest.approx(now - best, abs=0.011)


def test_chains_follow_whoever_leaves_a_place() -> None:
    def assignment(**targets: str) -> Assignment:
        return Assignment.of(STAGE, np.array([*targets], object), np.array([*targets.values()], object))

    before = assignment(A="1", B="2", C="3", D="4", E="5", F="6")
    after = assignment(A="2", B="3", C="1", D="4", E="6", F="5")
    assert [move.source_id for move in chained(before, after, ["E"])] == ["E", "F", "A", "B", "C"]


def test_a_grid_that_is_taken_is_given_up(year: SolvedYear) -> None:
    reopened = reopen(open_plan(year.plan_folder), "branch_grid")
    problem = reopened.problem
    plan = problem.assignment(reopened.pairs)
    source, grid = str(plan.source_ids[0]), str(plan.target_ids[-1])
    made = edited(reopened, [(source, grid)])
    holder = next(one for one, target in zip(plan.source_ids, plan.target_ids, strict=True) if target == grid)
    assert (holder, grid) in made.ended
    assert (source, grid) in pairs_of(made.assignment)


def test_an_accepted_edit_becomes_a_scenario_that_solves(year: SolvedYear, tmp_path: Path) -> None:
    plan = open_plan(year.plan_folder)
    reopened = reopen(plan, STAGE)
    frame, targets = plan.assignments[STAGE], reopened.problem.targets.ids.tolist()
    for source, target in zip(frame["source_id"], frame["target_id"], strict=True):
        other = next(one for one in targets if one != target)
        told = try_moves(reopened, [Asked(STAGE, source, other)])
        if told.possible:
            break
    assert told.possible
    path = write_what_if(plan, year.plan_folder, reopened, told, tmp_path / "what-if", "手工调整")
    anew = solve(load_scenario(path), in_processes=False, stage=STAGE, given=year.plan_folder)
    assert (source, other) in pairs_of(anew.assignment(STAGE))
