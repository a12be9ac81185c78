"""The cascade: the best plan that later stages can complete, or a proof that there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from matchmaker import pipeline
from matchmaker.errors import Infeasible, NoPlanFound, UserError
from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.model import Status
from matchmaker.pipeline import Event, solve
from matchmaker.plans import Plan
from matchmaker.solver import Optimum
from matchmaker.verify import verify_plan
from tests.cascades import FIRST, SECOND, Cascade, cascade_of, first_plans, random_cascade


def run(cascade: Cascade, folder: Path) -> tuple[Plan, list[Event]]:
    events: list[Event] = []
    plan = solve(cascade.scenario(folder), listener=events.append, in_processes=False)
    return plan, events


@pytest.mark.parametrize("seed", range(18))
def test_the_best_completable_plan_or_a_proof(seed: int, tmp_path: Path) -> None:
    completable = [plan.points for plan in first_plans(seed) if plan.completable]
    if not completable:
        with pytest.raises(Infeasible):
            run(random_cascade(seed), tmp_path)
        return
    plan, _ = run(random_cascade(seed), tmp_path)
    (level,) = plan.stage(FIRST).levels
    assert level.value == level.bound == max(completable)
    assert plan.stage(FIRST).status is Status.OPTIMAL
    assert verify_plan(plan).differences == ()


def trap(*, pairs: dict[str, Any] | None = None, agencies: int = 2) -> Cascade:
    """Every agency would rather go to S0, which look-ahead rows cannot see is closed to its branch."""
    tables: dict[str, list[dict[str, Any]]] = {
        "agencies": [
            {"agency_id": f"A{i}", "name": f"示例单位{i}", "agency_type": "government",
             "function_codes": ("law",), "active": True}
            for i in range(agencies)
        ],
        "sub_districts": [{"sub_district_id": f"S{i}", "name": f"示例街道{i}"} for i in range(2)],
        "communities": [
            {"community_id": f"C{i}", "name": f"示例社区{i}", "sub_district_id": f"S{i}", "households": 900.0}
            for i in range(2)
        ],
        "branches": [
            {"branch_id": f"B{i}", "name": f"示例支部{i}", "agency_id": f"A{i}", "member_count": 9.0,
             "home": "C1"}
            for i in range(agencies)
        ],
        "grids": [
            {"grid_id": f"G{i}", "name": f"示例网格{i}", "community_id": f"C{i % 2}", "grid_kind": "general",
             "households": 90.0}
            for i in range(2 * agencies)
        ],
    }  # fmt: skip
    stages = [
        {"id": FIRST, "from": "agencies", "to": "sub_districts", "each_source": 1},
        {"id": SECOND, "from": "branches", "to": "grids", "within": FIRST, "each_source": 1,
         "each_target": {"max": 1}, "where": {"pair": pairs or {"same": ["home", "community"]}}},
    ]  # fmt: skip
    rules = [
        {"id": "rather", "kind": "prefer", "stage": FIRST, "points": 10,
         "where": {"target": {"sub_district_id": "S0"}}},
    ]  # fmt: skip
    return cascade_of(
        tables, {"name": "两级", "stages": stages, "rules": rules, "objective": [{"rather": 1}]}
    )


def test_a_first_optimum_that_cannot_be_completed_is_cut_off(tmp_path: Path) -> None:
    plan, events = run(trap(), tmp_path)
    cuts = [event.count for event in events if event.step == "cut"]
    assert cuts == list(range(1, len(cuts) + 1))
    assert cuts
    assert plan.assignment(FIRST).target_ids.tolist() == ["S1", "S1"]
    assert plan.stage(FIRST).status is Status.OPTIMAL
    assert plan.stage(FIRST).levels[0].value == plan.stage(FIRST).levels[0].bound == 0
    assert verify_plan(plan).differences == ()
    stored = plan.certificates[FIRST]
    assert sum(name.endswith(".sources") for name in stored) == len(cuts)


def test_a_proof_covers_every_first_plan(tmp_path: Path) -> None:
    # no branch has a home anywhere: no first plan can be completed
    cascade = trap()
    homeless = cascade.tables["branches"].assign(home="C9")
    with pytest.raises(Infeasible) as caught:
        run(Cascade({**cascade.tables, "branches": homeless}, cascade.scheme), tmp_path)
    assert_rendered(caught.value)


def test_minima_that_may_fall_short_are_not_blamed(tmp_path: Path) -> None:
    cascade = trap()
    scheme = cascade.scheme.model_dump(mode="json", by_alias=True, exclude_none=True)
    scheme["stages"] = [{**scheme["stages"][0], "each_target": {"min": 5}}]
    scheme["rules"] = [
        *scheme["rules"],
        {"id": "nowhere", "kind": "forbid", "stage": FIRST, "where": {"source": {"agency_id": "A0"}}},
    ]
    scheme["objective"] = [{f"{FIRST}.targets": 1, "rather": 1}]
    with pytest.raises(Infeasible) as caught:
        run(Cascade(cascade.tables, cascade.scheme.model_validate(scheme)), tmp_path)
    (fault,) = caught.value.faults
    assert (fault.code, fault.found) == ("solve.forbidden.source", "示例单位0(A0)")
    assert fault.details["rules"] == "nowhere"


def test_too_many_cuts_are_no_proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "MOST_CUTS", 1)
    with pytest.raises(NoPlanFound) as caught:
        run(trap(agencies=3), tmp_path)
    # it is not time that lacks: more seconds would not help
    assert caught.value.faults[0].code == "solve.no_plan_given"
    assert_rendered(caught.value)


def test_a_cut_that_may_lose_plans_proves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pipeline.cut_before
    monkeypatch.setattr(pipeline, "cut_before", lambda *given: replace(real(*given), proven=False))
    plan, _ = run(trap(), tmp_path / "one")
    assert plan.stage(FIRST).status is Status.FEASIBLE
    cascade = trap()
    homeless = Cascade(
        {**cascade.tables, "branches": cascade.tables["branches"].assign(home="C9")}, cascade.scheme
    )
    with pytest.raises(NoPlanFound):
        run(homeless, tmp_path / "two")


def test_a_pin_of_a_later_stage_decides_the_earlier_one(tmp_path: Path) -> None:
    cascade = trap(pairs={"distance_km": {"is_null": True}})
    pinned = Cascade(cascade.tables, cascade.scheme.model_validate(with_pin(cascade)))
    plan, events = run(pinned, tmp_path)
    assert not [event for event in events if event.step == "cut"]
    assert dict(zip(*pairs_of(plan, FIRST), strict=True)) == {"A0": "S0", "A1": "S1"}
    assert ("B1", "G1") in list(zip(*pairs_of(plan, SECOND), strict=True))


def with_pin(cascade: Cascade) -> dict[str, Any]:
    scheme = cascade.scheme.model_dump(by_alias=True, exclude_none=True)
    pin = {"id": "fixed", "kind": "pin", "stage": SECOND, "source": "B1", "target": "G1"}
    return {**scheme, "rules": (*scheme["rules"], pin)}


def pairs_of(plan: Plan, stage: str) -> tuple[list[str], list[str]]:
    assignment = plan.assignment(stage)
    return assignment.source_ids.tolist(), assignment.target_ids.tolist()


def assert_rendered(error: UserError) -> None:
    for fault in error.faults:
        assert all(render_fault(fault, language) for language in LANGUAGES)


def test_events_tell_the_way(tmp_path: Path) -> None:
    _, events = run(random_cascade(3) if first_completable(3) else trap(), tmp_path)
    steps = [(event.stage, event.step) for event in events if event.step != "solving"]
    assert steps[0] == ("", "reading")
    assert steps[-2:] == [(SECOND, "done"), ("", "verifying")]
    for stage in (FIRST, SECOND):
        own = [step for at, step in steps if at == stage and step != "cut"]
        assert own[-3:] == ["formulating", "checking", "done"]


def first_completable(seed: int) -> bool:
    return any(plan.completable for plan in first_plans(seed))


def test_the_check_and_the_solver_must_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pipeline.judge

    def another(*given: Any) -> Any:
        judgement = real(*given)
        return replace(judgement, points={term: points + 1 for term, points in judgement.points.items()})

    monkeypatch.setattr(pipeline, "judge", another)
    with pytest.raises(RuntimeError, match="solver"):
        run(trap(), tmp_path)


def test_finished_parts_are_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = trap().scenario(tmp_path / "data")
    kept = tmp_path / "kept"
    first = solve(scenario, checkpoints=kept)
    files = sorted(path.name for path in kept.iterdir())
    assert files
    again = solve(scenario, checkpoints=kept)
    assert sorted(path.name for path in kept.iterdir()) == files
    for stage in (FIRST, SECOND):
        assert pairs_of(first, stage) == pairs_of(again, stage)
    assert [replace(record, seconds=0) for record in first.stages] == [
        replace(record, seconds=0) for record in again.stages
    ]


@pytest.mark.parametrize("pinned", [False, True])
def test_a_failure_that_rests_on_an_earlier_stage_is_no_proof(tmp_path: Path, pinned: bool) -> None:
    """B0 may meet only pairs of C1: whether there is one was the first stage's choice."""
    tables: dict[str, list[dict[str, Any]]] = {
        "agencies": [{"agency_id": "A0", "name": "示例单位0", "agency_type": "government",
                      "function_codes": ("law",), "active": True}],
        "branches": [{"branch_id": "B0", "name": "示例支部0", "agency_id": "A0", "member_count": 9.0}],
        "sub_districts": [{"sub_district_id": "S0", "name": "示例街道0"}],
        "communities": [{"community_id": f"C{i}", "name": f"示例社区{i}", "sub_district_id": "S0",
                         "households": 900.0} for i in range(2)],
    }  # fmt: skip
    only = {"target": {"community": "C1"}}
    stages = [
        {"id": "first", "from": "branches", "to": "communities", "each_source": 1},
        {"id": "second", "from": "branches", "to": "first", "each_source": 1, "where": only},
    ]
    rules = [
        {"id": "there", "kind": "pin", "stage": "first", "source": "B0", "target": "C0"} if pinned else
        {"id": "rather", "kind": "prefer", "stage": "first", "where": {"target": {"community_id": "C0"}},
         "points": 10},
    ]  # fmt: skip
    objective = [] if pinned else [{"rather": 1}]
    cascade = cascade_of(tables, {"name": "a", "stages": stages, "rules": rules, "objective": objective})
    with pytest.raises(NoPlanFound):
        run(cascade, tmp_path)


@pytest.mark.parametrize(
    ("reproducible", "code"), [(True, "solve.no_plan_by_work"), (False, "solve.no_plan")]
)
def test_more_seconds_are_advised_only_where_time_was_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reproducible: bool, code: str
) -> None:
    found = Optimum(Status.UNKNOWN, None, (), "none", "bundles", 1, reproducible)
    monkeypatch.setattr(pipeline, "optimise", lambda *given: found)
    with pytest.raises(NoPlanFound) as caught:
        run(trap(), tmp_path)
    (fault,) = caught.value.faults
    assert (fault.code, fault.place.key) == (code, f"stages.{FIRST}")
    assert "rules" in fault.details
    assert all(render_fault(fault, language) for language in LANGUAGES)
