"""Plans of the Qidong programme: one at every scale, and rows of the document met by construction."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from matchmaker.check import check
from matchmaker.demo.folder import write_demo
from matchmaker.demo.qidong import generate_qidong
from matchmaker.errors import Infeasible
from matchmaker.plans import Plan
from matchmaker.reports.derived import filled_lists
from tests.demo.plans import partner_of, planned


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return planned("qidong", tmp_path_factory.mktemp("qidong") / "demo", 0.3, 2)


@pytest.mark.parametrize(
    ("scale", "seed", "real_names"), [(0.01, 1, False), (0.25, 4, False), (0.4, 5, False), (0.3, 1, True)]
)
def test_there_is_a_plan_at_every_scale(scale: float, seed: int, real_names: bool, tmp_path: Path) -> None:
    plan = planned("qidong", tmp_path / "demo", scale, seed, real_names)
    for stage in plan.stages:
        for level in stage.levels:
            assert level.gap <= 0.005 or level.bound - level.value <= level.unit * (1 + 1e-9)


def test_groups_are_an_overlay(plan: Plan) -> None:
    """Joining a group changes nothing of organisations and people: the plan holds them as they came in."""
    given = generate_qidong(0.3, 2)
    for table in ("agencies", "cadres", "groups", "committee_members"):
        pd.testing.assert_frame_equal(
            plan.dataset.frame(table)[given[table].columns], given[table], check_dtype=False
        )


def test_leads_are_strong_members_of_their_group(plan: Plan) -> None:
    group, lead = partner_of(plan, "agency_group"), partner_of(plan, "group_lead")
    strength = plan.dataset.frame("agencies").set_index("agency_id")["strength"]
    assert sorted(lead) == sorted(set(group))
    assert (group[lead.index] == lead).all()
    assert (strength[lead.index] >= 4).all()


def test_every_organisation_is_observed_once_by_another_group(plan: Plan) -> None:
    group = partner_of(plan, "agency_group")
    visits = plan.assignment("observation")
    assert sorted(visits.target_ids) == sorted(group.index)
    assert (group[visits.target_ids].to_numpy() != visits.source_ids).all()


def test_observers_are_of_the_group_and_members_of_different_organisations(plan: Plan) -> None:
    group = partner_of(plan, "agency_group")
    agency = plan.dataset.frame("cadres").set_index("cadre_id")["agency_id"]
    for stage in ("team_leader", "team_member"):
        team = partner_of(plan, stage)
        assert (group[agency[team.index]].to_numpy() == team.to_numpy()).all()
    members = partner_of(plan, "team_member")
    assert not pd.DataFrame({"team": members, "agency": agency[members.index]}).duplicated().any()


def test_each_group_sends_its_share_of_cadres(plan: Plan) -> None:
    group = partner_of(plan, "agency_group")
    agency = plan.dataset.frame("cadres").set_index("cadre_id")["agency_id"]
    sent = group[agency[partner_of(plan, "cadre_village").index]].value_counts()
    assert set(sent) <= {12, 13}


def test_outside_bodies_do_not_count_to_the_size(plan: Plan) -> None:
    assert partner_of(plan, "agency_group").value_counts().between(7, 8).all()
    assert (partner_of(plan, "partner_group").value_counts() >= 1).all()


def test_a_lead_beside_the_members_does_not_add_up(tmp_path: Path) -> None:
    """The other reading of the document's numbers is refused before anything is solved."""
    write_demo("qidong", tmp_path / "demo", scale=1, seed=1)
    (tmp_path / "demo" / "beside.yaml").write_text(
        "extends: scenario.yaml\nname: 牵头另算\nchanges:\n"
        "  - {set: stages.0.each_target, to: {min: 8, max: 9}}\n",
        "utf-8",
    )
    with pytest.raises(Infeasible) as caught:
        check(tmp_path / "demo" / "beside.yaml")
    (fault,) = caught.value.faults
    assert (fault.code, fault.details["needed"], fault.details["short"]) == (
        "solve.too_little_capacity",
        64,
        6,
    )


def test_every_list_has_lines(plan: Plan) -> None:
    assert all(len(derived) for derived in filled_lists(plan))
    assert len(filled_lists(plan)) == len(plan.scenario.scheme.lists)
