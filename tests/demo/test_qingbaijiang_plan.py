"""What the scheme of 青白江 meets by construction: nesting, and the lists that follow from the pairs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from matchmaker.demo.folder import write_demo
from matchmaker.pipeline import prepare
from matchmaker.plans import Plan
from matchmaker.scheme.scenario import load_scenario
from tests.demo.plans import listed, pairs, planned

SENIOR = ("bureau", "division", "deputy_division")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return planned("qingbaijiang", tmp_path_factory.mktemp("qingbaijiang") / "demo", 0.1)


def table(plan: Plan, name: str) -> pd.DataFrame:
    return plan.known.frame(name)


def test_every_branch_has_one_village_and_every_village_one_branch(plan: Plan) -> None:
    found = pairs(plan, "branch_village")
    assert sorted(found["source"]) == sorted(table(plan, "branches")["branch_id"])
    assert sorted(found["target"]) == sorted(table(plan, "communities")["community_id"])


def test_households_lie_in_the_village_of_the_branch(plan: Plan) -> None:
    village = pairs(plan, "branch_village").set_index("source")["target"]
    branch = table(plan, "members").set_index("member_id")["branch_id"]
    home = table(plan, "households").set_index("household_id")["community_id"]
    found = pairs(plan, "member_household")
    assert (found["source"].map(branch).map(village) == found["target"].map(home)).all()


def test_every_household_is_linked_once_and_every_cadre_has_one(plan: Plan) -> None:
    found = pairs(plan, "member_household")
    assert sorted(found["target"]) == sorted(table(plan, "households")["household_id"])
    members = table(plan, "members")
    assert set(found["source"]) == set(members["member_id"][members["eligible"]])


def test_households_in_hardship_go_to_senior_cadres_and_shortages_are_listed(plan: Plan) -> None:
    found = pairs(plan, "member_household")
    kind = found["target"].map(table(plan, "households").set_index("household_id")["household_kind"])
    rank = found["source"].map(table(plan, "members").set_index("member_id")["rank"])
    assert rank[kind == "hardship"].isin(SENIOR).all()
    counts = found.groupby([found["source"], kind]).size().unstack(fill_value=0)
    members = table(plan, "members")
    short = {
        wanted: int((counts[wanted].reindex(members["member_id"][members["eligible"]]).fillna(0) < 1).sum())
        for wanted in ("member", "ordinary")
    }
    told = [each for each in plan.findings if each.rule in ("leaders_link", "others_link")]
    for wanted, number in short.items():
        assert number > 0
        assert sum(each.unit == f"partners:{wanted}" for each in told) == number


def test_committee_members_come_from_the_team_of_the_paired_agency(plan: Plan) -> None:
    village = pairs(plan, "branch_village").set_index("source")["target"]
    members = table(plan, "members").set_index("member_id")
    found = pairs(plan, "part_time_committee")
    assert sorted(found["target"]) == sorted(village)
    assert members.loc[found["source"], "is_team_member"].all()
    assert (found["source"].map(members["branch_id"]).map(village) == found["target"]).all()


def test_triads_have_all_three_kinds_of_parties(plan: Plan) -> None:
    found = listed(plan, "triads")
    assert len(found) == len(table(plan, "branches"))
    assert found.drop(columns=["共建项目"]).notna().all().all()
    joined = found["“两新”组织"].str.split("、").explode()
    partners = table(plan, "partners")
    assert sorted(joined) == sorted(partners["name"][partners["key"]])
    assert found["“两新”组织"].str.count("、").max() <= 2


def test_teams_are_the_agencies_that_serve_one_town(plan: Plan) -> None:
    found = listed(plan, "teams")
    assert sorted(found["组团"]) == sorted(table(plan, "sub_districts")["name"])
    villages = table(plan, "communities").set_index("community_id")
    towns = table(plan, "sub_districts").set_index("sub_district_id")["name"]
    agencies = table(plan, "agencies").set_index("agency_id")["name"]
    agency = table(plan, "branches").set_index("branch_id")["agency_id"]
    pairing = pairs(plan, "branch_village")
    expected = pairing["source"].map(agency).map(agencies)
    town = pairing["target"].map(villages["sub_district_id"]).map(towns)
    for name, members in zip(found["组团"], found["成员单位"], strict=True):
        assert set(members.split("、")) == set(expected[town == name])


def test_leaders_in_charge_meet_the_secretaries_of_their_village_and_partners(plan: Plan) -> None:
    found = listed(plan, "contacts")
    agencies = table(plan, "agencies").set_index("name")
    villages = table(plan, "communities").set_index("name")
    assert found["分管领导"].tolist() == agencies.loc[found["单位"], "leader_in_charge"].tolist()
    assert found["村(社区)书记"].tolist() == villages.loc[found["村(社区)"], "secretary"].tolist()
    partners = table(plan, "partners").set_index("name")["secretary"]
    for names, secretaries in zip(found["“两新”组织"], found["“两新”组织书记"], strict=True):
        assert set(secretaries.split("、")) == set(partners[names.split("、")])


def test_members_report_to_the_village_and_the_partners_of_their_branch(plan: Plan) -> None:
    found = listed(plan, "registration")
    assert len(found) == len(table(plan, "members"))
    triads = listed(plan, "triads").set_index("牵头单位")
    for column, source in (("报到村(社区)", "村(社区)"), ("报到“两新”组织", "“两新”组织")):
        assert found[column].tolist() == triads.loc[found["单位"], source].tolist()


def test_visits_fall_due_each_quarter(plan: Plan) -> None:
    found = listed(plan, "visits_due")
    assert len(found) == 4 * len(table(plan, "households"))
    assert set(found["due"]) == {"2027-03-31", "2027-06-30", "2027-09-30", "2027-12-31"}
    hours = table(plan, "members").set_index("member_id")["hours"]
    load = 4 * pairs(plan, "member_household").groupby("source").size()
    assert (load <= hours[load.index]).all()


def test_problems_name_the_branch_that_answers_for_them(plan: Plan) -> None:
    found = listed(plan, "problems")
    answering = found[["责任支部(村、社区)", "责任支部(“两新”组织)"]]
    assert (answering.notna().sum(axis=1) == 1).all()


def test_every_project_has_an_owner_and_a_team(plan: Plan) -> None:
    found = listed(plan, "project_list")
    assert len(found) == len(table(plan, "projects"))
    assert found.notna().all().all()
    assert found.groupby("组团").size().between(2, 3).all()


def test_real_names_need_no_judgement(tmp_path: Path) -> None:
    write_demo("qingbaijiang", tmp_path / "demo", scale=0.05, real_names=True)
    assert prepare(load_scenario(tmp_path / "demo" / "scenario.yaml")).has("households")
