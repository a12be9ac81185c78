"""What the scheme of 龙岗 meets by construction, and what follows from its plan: posts, duties, lists."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from matchmaker.plans import Plan
from tests.conftest import SolvedYear
from tests.demo.plans import listed, pairs, partner_of, planned


@pytest.fixture
def plan(year: SolvedYear) -> Plan:
    return year.plan


def column(plan: Plan, table: str, name: str) -> pd.Series:
    return pd.Series(plan.dataset.frame(table)[name].to_numpy(object), index=plan.dataset.ids(table))


def waiting(plan: Plan, *kinds: str) -> set[str]:
    """Needs that nobody had claimed before, of these kinds of places."""
    status, kind = column(plan, "needs", "status"), column(plan, "needs", "place_kind")
    return set(status.index[(status == "待认领") & kind.isin(kinds)])


@pytest.mark.parametrize(("scale", "seed", "real_names"), [(0.01, 2, False), (0.02, 3, True)])
def test_there_is_a_plan_at_every_scale(scale: float, seed: int, real_names: bool, tmp_path: Path) -> None:
    plan = planned("longgang", tmp_path / "demo", scale, seed, real_names)
    assert all(len(plan.assignment(stage.id)) for stage in plan.stages)


# units and buildings


def test_grids_lie_in_the_sub_district_of_the_branch_s_agency(plan: Plan) -> None:
    found = pairs(plan, "branch_grid")
    agency = column(plan, "branches", "agency_id")
    community, sub = column(plan, "grids", "community_id"), column(plan, "communities", "sub_district_id")
    serves = partner_of(plan, "agency_sub_district")
    assert (found["source"].map(agency).map(serves) == found["target"].map(community).map(sub)).all()


def test_a_building_or_its_units_are_looked_after_never_both(plan: Plan) -> None:
    divided, part_of = column(plan, "buildings", "divided"), column(plan, "buildings", "part_of")
    assert set(part_of.dropna()) == set(divided.index[divided.astype(bool)])
    for stage in ("member_building", "building_head", "fill_field", "fill_resident"):
        targets = pairs(plan, stage)["target"]
        assert not divided[targets].any(), stage
        assert part_of[targets].notna().any(), stage  # units are among them


# posts


def test_heads_of_grids_look_after_a_building_there(plan: Plan) -> None:
    grid = column(plan, "buildings", "grid_id")
    found = pairs(plan, "grid_head")
    assert (found["source"].map(partner_of(plan, "member_building")).map(grid) == found["target"]).all()
    reached = set(partner_of(plan, "member_building").map(grid))
    assert set(found["target"]) == reached
    missing = {each.target_id for each in plan.findings if each.rule == "grid_head.targets"}
    assert missing == set(plan.dataset.ids("grids")) - reached
    assert len(listed(plan, "open_grids")) == len(missing)


def test_every_building_with_members_has_a_head_among_them(plan: Plan) -> None:
    found = pairs(plan, "building_head")
    assert (found["source"].map(partner_of(plan, "member_building")) == found["target"]).all()
    assert sorted(found["target"]) == sorted(set(partner_of(plan, "member_building")))


@pytest.mark.parametrize(
    ("list_id", "stage"),
    [
        ("member_duties", "member_building"),
        ("grid_heads", "grid_head"),
        ("building_heads", "building_head"),
        ("field_duties", "field_community"),
        ("fill_field_duties", "fill_field"),
        ("fill_resident_duties", "fill_resident"),
    ],
)
def test_every_assignment_carries_post_and_duty(plan: Plan, list_id: str, stage: str) -> None:
    found = listed(plan, list_id)
    assert len(found) == len(plan.assignment(stage)) > 0
    duties = plan.dataset.frame("duties")
    known = set(zip(duties["post"], duties["duty"], strict=True))
    assert set(zip(found["岗位"], found["职责"], strict=True)) <= known


def test_duties_differ_between_categories(plan: Plan) -> None:
    found = listed(plan, "field_duties")
    assert (found.groupby("党员类别")["岗位"].nunique() == 1).all()
    assert found["岗位"].nunique() == found["党员类别"].nunique() == 2


# members of other fields


def test_members_of_other_fields_register_in_their_sub_district_enough_for_every_community(
    plan: Plan,
) -> None:
    found = pairs(plan, "field_community")
    eligible = column(plan, "field_members", "eligible").astype(bool)
    assert sorted(found["source"]) == sorted(eligible.index[eligible])
    sub = column(plan, "communities", "sub_district_id")
    home = column(plan, "field_members", "home_sub_district")
    assert (found["target"].map(sub) == found["source"].map(home)).all()
    asked = column(plan, "grids", "min_members").groupby(column(plan, "grids", "community_id")).sum()
    assert (found["target"].value_counts()[asked.index] >= asked).all()


def test_buildings_are_filled_in_the_order_of_the_categories(plan: Plan) -> None:
    agency, field, resident = (
        set(pairs(plan, stage)["target"]) for stage in ("member_building", "fill_field", "fill_resident")
    )
    assert not agency & field
    assert not (agency | field) & resident
    category = column(plan, "field_members", "member_category")
    grid, home = column(plan, "buildings", "grid_id"), column(plan, "field_members", "home_grid")
    eligible = column(plan, "field_members", "eligible").astype(bool)
    for stage, kind in (("fill_field", "field"), ("fill_resident", "resident")):
        found = pairs(plan, stage)
        assert set(category[found["source"]]) == {kind}
        assert (found["target"].map(grid) == found["source"].map(home)).all()
    # a resident comes where all members of other fields of the grid are placed already
    free = eligible & (category == "field") & ~eligible.index.isin(pairs(plan, "fill_field")["source"])
    assert not set(home[free]) & set(grid[sorted(resident)])
    left = set(listed(plan, "open_buildings")["楼栋或单元"])
    placed = column(plan, "buildings", "name")[sorted(agency | field | resident)]
    assert left
    assert not left & set(placed)


# needs


def test_agencies_claim_needs_of_the_sub_district_that_they_serve(plan: Plan) -> None:
    found = pairs(plan, "need_claim")
    agency_sub = found["source"].str.split("+", expand=True)
    assert (agency_sub[1] == found["target"].map(column(plan, "needs", "sub_district_id"))).all()
    capacity = column(plan, "agencies", "capacity")
    load = agency_sub[0].value_counts()
    assert (load <= capacity[load.index]).all()
    assert found["target"].is_unique
    assert set(found["target"]) <= waiting(plan, "sub_district", "community")


def test_no_need_of_a_community_or_grid_is_without_somebody(plan: Plan) -> None:
    claimed = set(pairs(plan, "need_claim")["target"])
    backstop = pairs(plan, "backstop")
    assert backstop["target"].is_unique
    assert set(backstop["target"]) == waiting(plan, "community", "grid") - claimed
    community, grid = column(plan, "grids", "community_id"), backstop["source"].str.split("+").str[1]
    kind, place, of = (
        backstop["target"].map(column(plan, "needs", name))
        for name in ("place_kind", "community_id", "place_id")
    )
    assert (grid.map(community) == place).all()
    assert (grid[kind == "grid"] == of[kind == "grid"]).all()
    unclaimed = listed(plan, "unclaimed")
    assert set(unclaimed["编号"]) == waiting(plan, "sub_district") - claimed


# lists


def test_an_agency_is_in_the_communities_of_its_branches(plan: Plan) -> None:
    found = listed(plan, "agency_community").set_index("单位")
    name = column(plan, "agencies", "name")
    pairing = pairs(plan, "branch_grid")
    community = pairing["target"].map(column(plan, "grids", "community_id"))
    communities = community.map(column(plan, "communities", "name"))
    agency = pairing["source"].map(column(plan, "branches", "agency_id")).map(name)
    expected = communities.groupby(agency).agg(set)
    assert {unit: set(places.split("、")) for unit, places in found["社区"].items()} == expected.to_dict()
    other = listed(plan, "community_agencies").set_index("社区")["单位"]
    assert {place: set(units.split("、")) for place, units in other.items()} == agency.groupby(
        communities
    ).agg(set).to_dict()


def test_pairs_that_do_not_suit_are_listed(plan: Plan) -> None:
    chosen = plan.assignments["agency_sub_district"]
    poor = chosen[chosen["fit"] < 10]
    told = {(each.source_id, each.target_id) for each in plan.findings if each.rule == "poor_fit"}
    assert told == set(zip(poor["source_id"], poor["target_id"], strict=True))
    history = plan.dataset.frame("history")
    before = history[history["relation"] == "agency_sub_district"]
    last = set(zip(before["source_id"], before["target_id"], strict=True))
    lost = chosen[chosen["mismatch"] != 0]
    assert set(zip(lost["source_id"], lost["target_id"], strict=True)) == told & last


def test_whom_to_turn_to_is_known_for_every_building(plan: Plan) -> None:
    found = listed(plan, "escalation")
    divided = column(plan, "buildings", "divided").astype(bool)
    assert len(found) == (~divided).sum()
    told = ["网格", "支部", "社区", "社区联系人", "社区电话", "街道", "街道联系人", "街道电话"]
    assert found[told].notna().all(axis=None)
