"""What a plan of the Meihekou programme looks like: links, members, cadres, alliance projects, lists."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from matchmaker.lists import derived_list
from matchmaker.plans import Plan
from matchmaker.rebuild import problems_of
from matchmaker.reports.workbook import export
from tests.demo.plans import pairs, planned


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return planned("meihekou", tmp_path_factory.mktemp("meihekou") / "demo", 0.25)


def column(plan: Plan, table: str, name: str) -> pd.Series:
    frame = plan.dataset.frame(table)
    return pd.Series(frame[name].to_numpy(object), index=plan.dataset.ids(table))


@pytest.mark.parametrize(("scale", "seed"), [(0.01, 1), (0.03, 4), (0.05, 2), (0.1, 3)])
def test_there_is_a_plan_at_every_scale(scale: float, seed: int, tmp_path: Path) -> None:
    found = planned("meihekou", tmp_path / "demo", scale, seed)
    assert len(found.stages) == len(found.scenario.scheme.stages)
    assert all(len(found.assignment(stage.id)) for stage in found.stages)


def test_real_names_have_a_plan_without_weak_places_and_committees(tmp_path: Path) -> None:
    found = planned("meihekou", tmp_path / "demo", 0.1, real_names=True)
    empty = [stage.id for stage in found.stages if not len(found.assignment(stage.id))]
    assert empty == ["committee_member"]


def test_every_unit_is_linked_to_all_four_kinds(plan: Plan) -> None:
    units = set(plan.dataset.ids("agencies"))
    assert set(pairs(plan, "unit_community")["source"]) == units
    assert set(pairs(plan, "unit_community")["target"]) == set(plan.dataset.ids("communities"))
    assert pairs(plan, "unit_partner")["source"].value_counts().to_dict() == dict.fromkeys(units, 1)
    cared = pairs(plan, "unit_recipient")
    kinds = cared["target"].map(column(plan, "recipients", "recipient_kind"))
    counts = pd.crosstab(cared["source"], kinds)
    assert set(counts.index) == units
    assert (counts["member"] == 1).all()
    assert counts["resident"].between(1, 2).all()
    linked = set(pairs(plan, "unit_community").itertuples(index=False, name=None))
    communities = cared["target"].map(column(plan, "recipients", "community_id"))
    assert set(zip(cared["source"], communities, strict=True)) <= linked


def test_alliance_pairs_cross_places_and_industries(plan: Plan) -> None:
    problems = problems_of(plan)
    for stage in ("unit_partner", "community_project", "agency_project", "partner_project"):
        problem = problems[stage]
        assert problem.pair_count == len(problem.sources) * len(problem.targets), stage
    linked = pairs(plan, "unit_partner")
    here = linked["source"].map(column(plan, "agencies", "located_sub_district"))
    there = linked["target"].map(column(plan, "partners", "sub_district_id"))
    assert 0 < (here != there).sum() < len(linked)
    projects = pairs(plan, "partner_project")
    own = projects["source"].map(column(plan, "partners", "industry"))
    wanted = projects["target"].map(column(plan, "projects", "industry"))
    assert (own == wanted).mean() > 0.5


def test_the_organiser_stands_on_the_sheets(plan: Plan, tmp_path: Path) -> None:
    assert plan.scenario.scheme.organizer == "市委组织部"
    book = openpyxl.load_workbook(export(plan, tmp_path / "plan.xlsx"), read_only=True)
    sheet = book[next(name for name in book.sheetnames if name.startswith("单位联社区"))]
    printed = [str(cell) for row in sheet.iter_rows(max_row=6, values_only=True) for cell in row if cell]
    assert any("市委组织部" in cell for cell in printed)


def test_members_serve_where_they_live_or_where_their_unit_is_linked(plan: Plan) -> None:
    reports = pairs(plan, "member_community").set_index("source")["target"]
    members = plan.dataset.frame("members").set_index("member_id")
    eligible = members.index[members["eligible"].astype(bool)]
    assert set(reports.index) == set(eligible)
    linked = set(pairs(plan, "unit_community").itertuples(index=False, name=None))
    at_home = reports == members.loc[reports.index, "home_community"]
    agency = members.loc[reports.index, "agency_id"]
    with_unit = np.array([pair in linked for pair in zip(agency, reports, strict=True)])
    assert (at_home | with_unit).all()
    assert 0.2 < at_home.mean() < 0.9
    weak = plan.dataset.frame("communities").set_index("community_id")
    assert (reports.value_counts() >= weak["min_members"].reindex(reports.value_counts().index)).all()


def test_every_member_has_a_post_a_project_and_a_wish_of_24_points_a_year(plan: Plan) -> None:
    reports = pairs(plan, "member_community").set_index("source")["target"]
    posts = pairs(plan, "member_post").set_index("source")["target"]
    projects, wishes = pairs(plan, "member_project"), pairs(plan, "member_wish")
    projects["member"] = projects["source"].str.split("+").str[0]
    wishes["member"] = wishes["source"].str.split("+").str[0]
    projects, wishes = projects.set_index("member")["target"], wishes.set_index("member")["target"]
    for chosen, table in ((posts, "posts"), (projects, "service_projects"), (wishes, "micro_wishes")):
        assert set(chosen.index) == set(reports.index)
        assert (chosen.map(column(plan, table, "community_id")) == reports[chosen.index]).all()
    assert wishes.is_unique
    activities = posts.map(column(plan, "posts", "activities")) + projects.map(
        column(plan, "service_projects", "activities")
    )
    assert activities.min() == 24
    for chosen, table in ((posts, "posts"), (projects, "service_projects")):
        capacity = column(plan, table, "capacity")
        assert (chosen.value_counts() <= capacity[chosen.value_counts().index]).all()
    same = projects.map(column(plan, "service_projects", "category")) == wishes.map(
        column(plan, "micro_wishes", "category")
    )
    assert same.all()


def test_helpers_take_residents_wishes_one_to_one(plan: Plan) -> None:
    taken = pairs(plan, "helper_wish")
    assert set(taken["source"]) == set(plan.dataset.ids("helpers"))
    assert taken["source"].is_unique
    assert taken["target"].is_unique
    assert taken["target"].map(column(plan, "micro_wishes", "recipient_id")).notna().all()
    assert set(taken["target"]).isdisjoint(pairs(plan, "member_wish")["target"])


def test_part_time_members_head_units_that_stand_in_a_qualified_community(plan: Plan) -> None:
    chosen = pairs(plan, "committee_member")
    communities = plan.dataset.frame("communities").set_index("community_id")
    assert communities.loc[chosen["target"], "has_committee"].astype(bool).all()
    unit = chosen["source"].map(column(plan, "cadres", "agency_id"))
    assert (unit.map(column(plan, "agencies", "community_id")) == chosen["target"]).all()
    seats = chosen["target"].value_counts()
    assert (seats == communities.loc[seats.index, "committee_seats"]).all()


def test_cadres_go_where_they_are_needed(plan: Plan) -> None:
    kinds, ranks = column(plan, "cadres", "cadre_kind"), column(plan, "cadres", "rank")
    secretaries, seconded = pairs(plan, "secretary_community"), pairs(plan, "secondment_community")
    assert set(secretaries["source"].map(ranks)) <= {"section", "deputy_section"}
    assert secretaries["target"].is_unique
    weak = column(plan, "communities", "weak").astype(bool)
    assert set(weak.index[weak]) <= set(secretaries["target"])
    assert set(seconded["target"]).isdisjoint(secretaries["target"])
    welfare = pairs(plan, "welfare_community")
    assert set(welfare["source"].map(kinds)) == {"welfare_post"}
    department = welfare["source"].map(column(plan, "cadres", "agency_id"))
    assert department.nunique() == 4
    assert not pd.DataFrame({"department": department, "target": welfare["target"]}).duplicated().any()
    assert set(welfare["target"]) == set(plan.dataset.ids("communities"))


def test_communities_to_be_raised_have_three_strong_units(plan: Plan) -> None:
    linked = pairs(plan, "unit_community")
    strong = linked["source"].map(column(plan, "agencies", "strength")) >= 4
    weak = column(plan, "communities", "weak").astype(bool)
    count = strong.groupby(linked["target"]).sum()
    assert (count[weak.index[weak]] >= 3).all()


def test_every_alliance_project_has_three_parties(plan: Plan) -> None:
    projects = set(plan.dataset.ids("projects"))
    for stage in ("community_project", "agency_project", "partner_project"):
        chosen = pairs(plan, stage)
        assert set(chosen["target"]) == projects
        assert chosen["target"].is_unique
    assert pairs(plan, "community_project")["source"].value_counts().between(1, 3).all()


def test_lists_are_filled(plan: Plan) -> None:
    known, lists = plan.known, {each.id: each for each in plan.scenario.scheme.lists}
    derived = {name: derived_list(known, each, 2027) for name, each in lists.items()}
    chain = {column.title: column.values for column in derived["chain"].columns}
    assert len(derived["chain"]) == len(plan.dataset.frame("hub_households"))
    for title in ("楼栋党小组", "网格党支部", "社区党委", "街道", "联系领导"):
        assert all(chain[title]), title
    for title, place in (("网格党支部", "楼栋党小组"), ("社区党委", "网格党支部")):
        assert all(inner.startswith(outer) for outer, inner in zip(chain[title], chain[place], strict=True))
    assert len(derived["pledges"]) == len(plan.assignment("unit_community"))
    assert len(derived["open_days"]) == 12 * len(plan.dataset.frame("communities"))
    assert len(derived["visits"]) == 4 * len(plan.assignment("leader_contact"))
    qualified = plan.dataset.frame("communities")["has_committee"].astype(bool).sum()
    assert len(derived["joint_meetings"]) == 4 * qualified
    cards = {column.title: column.values for column in derived["cards"].columns}
    for title in ("单位", "党员", "社区", "岗位", "服务项目", "微心愿"):
        assert all(cards[title]), title
    projects = {column.title: column.values for column in derived["project_list"].columns}
    assert all(all(projects[title]) for title in ("社区", "机关", "两新组织"))
    assert {"need_list", "resource_list", "service_list", "four_links", "contacts", "lit_wishes"} <= set(
        derived
    )
