"""The Yungang data set: real structure, stated totals, nothing that judges a real place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from matchmaker.demo.townships import townships
from matchmaker.demo.yungang import generate_yungang
from matchmaker.demo.yungang.catalogues import industries
from matchmaker.tables import TABLES

Tables = dict[str, pd.DataFrame]

PLACES = ("sub_districts", "communities", "grids")
HELPING = ("in_service", "veteran", "community")


@pytest.fixture(scope="module")
def small() -> Tables:
    return generate_yungang(0.1, 3)


@pytest.fixture(scope="module")
def whole() -> Tables:
    return generate_yungang()


@pytest.fixture(scope="module")
def real() -> Tables:
    return generate_yungang(real_names=True)


def test_committed_structure_is_the_real_one() -> None:
    every = townships("yungang_places.csv")
    assert len(every) == 27
    assert sum(place.kind == "street" for place in every) == 21
    names = [name for place in every for _, name, _ in place.communities]
    assert len(names) == len(set(names)) == 244
    assert sum(village for place in every for *_, village in place.communities) == 94
    assert len({industry.name for industry in industries()}) == len(industries())


def test_stated_totals(whole: Tables) -> None:
    expected = {
        "sub_districts": 27, "communities": 244, "grids": 1140, "grid_groups": 1140, "partners": 520,
        "committees": 271, "reserve_cadres": 1220, "needs": 623, "posts": 976,
    }  # fmt: skip
    assert {name: len(whole[name]) for name in expected} == expected
    members = whole["members"]
    assert (members["eligible"].astype(bool) & (members["member_category"] == "in_service")).sum() == 5200
    assert members["member_category"].nunique() == 7
    assert whole["communities"]["kind"].value_counts().to_dict() == {"urban": 150, "village": 94}
    assert whole["partners"]["key"].sum() == 12
    assert 60 <= (whole["partners"]["member_count"] >= 50).sum() <= 80


@pytest.mark.parametrize(
    ("scale", "expected"), [(0.01, (2, 4, 12, 8)), (0.25, (7, 61, 285, 130)), (1.5, (40, 366, 1710, 780))]
)
def test_scaled_counts(scale: float, expected: tuple[int, ...]) -> None:
    tables = generate_yungang(scale)
    assert tuple(len(tables[name]) for name in (*PLACES, "partners")) == expected


@pytest.mark.parametrize("fixture", ["small", "whole"])
def test_there_is_enough_of_everything_in_every_place(fixture: str, request: pytest.FixtureRequest) -> None:
    tables: Tables = request.getfixturevalue(fixture)
    grids = tables["grids"].groupby("community_id").size()
    partners = tables["partners"].set_index("partner_id")
    heads = tables["enterprise_heads"]["partner_id"].map(partners["community_id"]).value_counts()
    assert (2 * heads.reindex(grids.index, fill_value=0) >= grids).all()
    assert (3 * tables["community_members"].groupby("community_id").size() >= grids).all()
    agencies = tables["agencies"].set_index("agency_id")
    members = tables["members"]
    helping = members[members["eligible"].astype(bool) & members["member_category"].isin(HELPING)]
    here = helping["agency_id"].map(agencies["community_id"]).value_counts()
    orders = tables["orders"]
    grid_community = tables["grids"].set_index("grid_id")["community_id"]
    asked = orders[orders["rating"].isna()]["grid_id"].map(grid_community).value_counts()
    assert (asked <= here[asked.index]).all()
    sub = tables["communities"].set_index("community_id")["sub_district_id"]
    wanted = tables["grids"].groupby(tables["grids"]["community_id"].map(sub))["min_members"].sum()
    serving = helping[helping["member_category"] == "in_service"]["agency_id"]
    assert (serving.map(agencies["located_sub_district"]).value_counts()[wanted.index] >= wanted).all()


def test_numbers_agree_between_tables(small: Tables) -> None:
    in_community = small["grids"].groupby("community_id")
    pairs = [
        ("communities", "community_id", "grids", in_community.size()),
        ("communities", "community_id", "households", in_community["households"].sum()),
        ("sub_districts", "sub_district_id", "communities",
         small["communities"].groupby("sub_district_id").size()),
        ("agencies", "agency_id", "member_count", small["members"].groupby("agency_id").size()),
        ("agencies", "agency_id", "branch_count", small["branches"].groupby("agency_id").size()),
        ("branches", "branch_id", "member_count", small["members"].groupby("branch_id").size()),
    ]  # fmt: skip
    for table, key, column, counted in pairs:
        assert small[table].set_index(key)[column].to_dict() == counted.to_dict(), (table, column)


def test_enterprises_have_grids_meetings_and_committees_of_their_own(whole: Tables) -> None:
    partners = whole["partners"]
    dedicated = whole["grids"][whole["grids"]["grid_kind"] == "dedicated"]["community_id"]
    assert sorted(dedicated) == sorted(partners[partners["key"].astype(bool)]["community_id"])
    groups = whole["meeting_groups"]
    own = groups[groups["industry"] != "综合"]
    present = partners.groupby(["sub_district_id", "industry"]).size()
    assert (present[list(zip(own["sub_district_id"], own["industry"], strict=True))] >= 3).all()
    assert set(groups[groups["industry"] == "综合"]["sub_district_id"]) == set(partners["sub_district_id"])
    kinds = whole["committees"]["committee_kind"].value_counts().to_dict()
    assert kinds == {"community": 244, "sub_district": 27}


def test_residents_ratings_of_last_year_return(whole: Tables) -> None:
    orders, ratings = whole["orders"], whole["evaluations"]
    done = orders[orders["status"] == "已办结"]
    assert (done["rating"].notna()).all()
    assert orders[orders["status"] != "已办结"]["rating"].isna().all()
    assert sorted(ratings["score"]) == sorted(20 * done["rating"])
    assert set(ratings["rater_kind"]) == {"resident"}
    served = whole["history"][whole["history"]["relation"] == "order_member"]
    assert set(served["target_id"]) == set(done["order_id"])


def test_every_category_of_need_belongs_to_one_of_six_joint_duties(whole: Tables) -> None:
    codes = whole["codes"]
    assert set(whole["needs"]["category"]) <= set(codes["code"])
    assert codes["code"].is_unique
    assert codes["name"].nunique() == 6
    managed = whole["duties"][whole["duties"]["role"] == "管理方式"]
    assert set(managed["member_category"]) == set(whole["members"]["member_category"])


def test_names_are_unique_where_references_may_use_them(whole: Tables) -> None:
    for name in (*PLACES, "partners", "agencies", "branches", "committees", "meeting_groups", "grid_groups"):
        assert whole[name]["name"].is_unique, name


def test_columns_are_those_of_the_definitions(small: Tables) -> None:
    further = {
        (name, column)
        for name, frame in small.items()
        for column in frame.columns
        if TABLES[name].column(column) is None
    }
    assert further == set()


def test_default_data_names_no_real_place(whole: Tables) -> None:
    every = townships("yungang_places.csv")
    known = {place.name for place in every} | {name for place in every for _, name, _ in place.communities}
    for name in PLACES:
        assert whole[name]["name"].str.startswith("示例").all()
        assert not set(whole[name]["name"]) & known
        assert "division_code" not in whole[name]
        assert (whole[name]["lng"] > 128).all()


def test_real_names_bring_no_judgement_and_nobody_to_call(real: Tables) -> None:
    every = townships("yungang_places.csv")
    known = {(code, name) for place in every for code, name, _ in place.communities}
    communities = real["communities"]
    assert set(zip(communities["division_code"], communities["name"], strict=True)) == known
    assert set(real["sub_districts"]["name"]) == {place.name for place in every}
    assert "secretary_stars" not in communities
    assert "headcount" not in real["forces"]
    for table in ("sub_districts", "communities"):
        assert real[table][["contact", "phone"]].isna().all(axis=None)
    assert real["grids"]["grid_worker"].isna().all()
    for table in ("needs", "orders"):
        assert set(real[table]["urgency"]) == {3.0}
        assert set(real[table]["content"]) == {"希望对接相关服务"}
    # As many of everybody in every community: nothing is said of any.
    agency_community = real["agencies"].set_index("agency_id")["community_id"]
    local = real["members"][real["members"]["member_category"] != "in_service"]
    counts = pd.crosstab(local["agency_id"].map(agency_community), local["member_category"])
    assert (counts.nunique() == 1).all()
    assert real["recipients"].groupby("community_id").size().nunique() == 1
    assert real["needs"].groupby("place_id").size().groupby(lambda place: place[0]).nunique().eq(1).all()
    assert real["partners"]["name"].str.startswith("示例").all()


def test_nothing_drawn_for_an_invented_place_stands_at_a_real_one(whole: Tables, real: Tables) -> None:
    invented, drawn = whole["grids"]["households"], real["grids"]["households"]
    assert np.mean(invented.to_numpy() == drawn.to_numpy()) < 0.1
