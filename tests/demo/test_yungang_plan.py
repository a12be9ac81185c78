"""Plans of the Yungang programme: one at every scale, and rows of the document met by construction."""

from __future__ import annotations

from pathlib import Path

import pytest

from matchmaker.model import Status
from matchmaker.plans import Plan
from tests.demo.plans import partner_of, planned


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return planned("yungang", tmp_path_factory.mktemp("yungang") / "demo", 0.1, 2)


@pytest.mark.parametrize(
    ("scale", "seed", "real_names"), [(0.01, 1, False), (0.05, 4, False), (0.15, 5, False), (0.05, 1, True)]
)
def test_there_is_a_plan_at_every_scale(scale: float, seed: int, real_names: bool, tmp_path: Path) -> None:
    plan = planned("yungang", tmp_path / "demo", scale, seed, real_names)
    assert {stage.status for stage in plan.stages} == {Status.OPTIMAL}


def test_fixed_forces_stand_where_they_are_pinned(plan: Plan) -> None:
    forces = plan.dataset.frame("forces").set_index("force_id")
    for stage, column in (("force_street", "sub_district_id"), ("force_community", "community_id")):
        placed = partner_of(plan, stage)
        assert len(placed) > 0
        assert placed.to_dict() == forces.loc[placed.index, column].to_dict()
    assert len(partner_of(plan, "force_street")) + len(partner_of(plan, "force_community")) == len(forces)


def test_enterprises_whose_size_is_the_same_stay_with_their_committee(plan: Plan) -> None:
    history = plan.dataset.frame("history")
    before = history[history["relation"] == "enterprise_committee"].set_index("source_id")["target_id"]
    now = partner_of(plan, "enterprise_committee")
    kind = plan.dataset.frame("committees").set_index("committee_id")["committee_kind"]
    same_level = now.map(kind) == before[now.index].map(kind)
    assert 0 < (~same_level).sum() < 0.2 * len(now)
    assert (now[same_level] == before[now.index][same_level]).all()


def test_every_grid_group_has_posts_from_both_sides(plan: Plan) -> None:
    groups = set(plan.dataset.frame("grid_groups")["grid_group_id"])
    for stage in ("head_group", "committee_group"):
        assert set(partner_of(plan, stage)) == groups


def test_orders_are_done_by_a_member_of_the_branch_that_has_them(plan: Plan) -> None:
    branch_of_order = plan.assignment("order_branch")
    dispatched = dict(zip(branch_of_order.target_ids, branch_of_order.source_ids, strict=True))
    accepted = partner_of(plan, "order_member")
    branch = plan.dataset.frame("members").set_index("member_id")["branch_id"]
    assert set(accepted) == set(dispatched)
    assert (branch[accepted.index] == accepted.map(dispatched)).all()


def test_unclaimed_needs_are_listed(plan: Plan) -> None:
    missing = {each.target_id for each in plan.findings if each.rule == "need_claim.targets"}
    needs = set(plan.dataset.frame("needs")["need_id"])
    assert missing == needs - set(partner_of(plan, "need_claim"))
    assert 0 < len(missing) < len(needs) / 2 + 5
