"""The Meihekou data set: the programme's numbers, offers that suffice, nothing that judges a real place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from matchmaker.demo.catalogues import category_codes
from matchmaker.demo.meihekou import generate_meihekou
from matchmaker.demo.meihekou.catalogues import DEPARTMENTS, INDUSTRIES, agency_kinds, wordings
from matchmaker.demo.townships import townships
from matchmaker.tables import TABLES

Tables = dict[str, pd.DataFrame]

STREETS = townships("meihekou_places.csv")
REAL = {(code, name) for street in STREETS for code, name, _ in street.communities}


@pytest.fixture(scope="module")
def whole() -> Tables:
    return generate_meihekou()


@pytest.fixture(scope="module")
def quarter() -> Tables:
    return generate_meihekou(0.25)


@pytest.fixture(scope="module")
def real() -> Tables:
    return generate_meihekou(real_names=True)


def taking_part(tables: Tables) -> pd.DataFrame:
    members = tables["members"]
    return members[members["eligible"].astype(bool)]


def test_committed_tables_are_whole() -> None:
    assert (len(STREETS), len(REAL)) == (8, 30)
    assert all(name is not None and name.endswith("社区") for _, name in REAL)
    assert ("220581001001", "建国社区") in REAL
    kinds = [kind.name for kind in agency_kinds()]
    assert len(kinds) == len(set(kinds)) == 93
    assert set(DEPARTMENTS) <= set(kinds)
    codes = set(category_codes())
    assert {code for kind in agency_kinds() for code in kind.functions} == codes
    assert {code for functions in INDUSTRIES.values() for code in functions} <= codes
    assert set(wordings()) == codes


def test_the_programme_s_numbers(whole: Tables) -> None:
    cadres = whole["cadres"][whole["cadres"]["eligible"].astype(bool)]
    assert {name: len(whole[name]) for name in ("sub_districts", "communities", "agencies", "projects")} == {
        "sub_districts": 8, "communities": 30, "agencies": 93, "projects": 60,
    }  # fmt: skip
    assert len(taking_part(whole)) == 5400
    assert len(whole["helpers"]) == 2800
    assert cadres["cadre_kind"].value_counts().to_dict() == {
        "unit_head": 93, "welfare_post": 60, "secondment": 15, "secretary": 11,
    }  # fmt: skip
    assert sorted(whole["communities"].groupby("sub_district_id").size()) == sorted(
        len(street.communities) for street in STREETS
    )


@pytest.mark.parametrize(
    ("scale", "expected"), [(0.01, (2, 2, 6, 120)), (0.25, (2, 8, 24, 1350)), (2, (16, 60, 186, 10800))]
)
def test_scaled_numbers(scale: float, expected: tuple[int, ...]) -> None:
    tables = generate_meihekou(scale)
    found = [len(tables[name]) for name in ("sub_districts", "communities", "agencies")]
    assert (*found, len(taking_part(tables))) == expected
    for name in ("sub_districts", "communities", "agencies", "partners", "projects", "grids", "buildings"):
        assert tables[name]["name"].is_unique, name


def test_columns_are_those_of_the_definitions(quarter: Tables) -> None:
    further = {
        (name, column)
        for name, frame in quarter.items()
        for column in frame.columns
        if TABLES[name].column(column) is None
    }
    assert further == {
        ("communities", "min_members"), ("posts", "activities"), ("service_projects", "activities"),
        ("projects", "industry"),
    }  # fmt: skip


@pytest.mark.parametrize("fixture", ["quarter", "whole", "real"])
def test_numbers_agree_between_tables(fixture: str, request: pytest.FixtureRequest) -> None:
    tables: Tables = request.getfixturevalue(fixture)
    eligible = taking_part(tables)
    pairs = [
        ("agencies", "agency_id", "member_count", eligible.groupby("agency_id").size()),
        ("agencies", "agency_id", "branch_count", tables["branches"].groupby("agency_id").size()),
        ("branches", "branch_id", "member_count", eligible.groupby("branch_id").size()),
        ("communities", "community_id", "grids", tables["grids"].groupby("community_id").size()),
        ("grids", "grid_id", "buildings", tables["buildings"].groupby("grid_id").size()),
    ]
    for table, key, column, counted in pairs:
        assert tables[table].set_index(key)[column].to_dict() == counted.to_dict(), (table, column)
    heads = tables["members"][tables["members"]["unit_head"].astype(bool)]
    cadres = tables["cadres"][tables["cadres"]["cadre_kind"] == "unit_head"]
    assert heads.set_index("agency_id")["name"].to_dict() == cadres.set_index("agency_id")["name"].to_dict()
    assert tables["hub_households"]["building_id"].is_unique


@pytest.mark.parametrize("fixture", ["quarter", "whole", "real"])
def test_offers_suffice_for_every_plan(fixture: str, request: pytest.FixtureRequest) -> None:
    tables: Tables = request.getfixturevalue(fixture)
    room = {
        table: tables[table].pivot_table(
            index="community_id", columns="activities", values="capacity", aggfunc="sum"
        )
        for table in ("posts", "service_projects")
    }
    # whoever holds a post of 8, 12, 16 activities finds a project of 16, 12, 8 or more
    for post, project in ((8, 16), (12, 12), (16, 8)):
        assert (room["service_projects"][project] >= room["posts"][post]).all()
    # all who live in a community and have no other may come, beside a quarter of those linked with it
    lives = taking_part(tables).groupby("home_community").size()
    assert (0.75 * room["posts"].sum(axis=1) >= lives - 1).all()
    members = taking_part(tables)
    away = members["home_community"].isna().groupby(members["agency_id"]).mean()
    assert (away <= 0.25).all()
    assert (tables["communities"].set_index("community_id")["min_members"] <= lives).all()
    wishes = tables["micro_wishes"]
    of_members = wishes[wishes["recipient_id"].isna()].groupby(["community_id", "category"]).size()
    projects = tables["service_projects"].groupby(["community_id", "category"])["capacity"].sum()
    assert of_members.to_dict() == projects.to_dict()
    residents = wishes[wishes["recipient_id"].notna()].groupby("community_id").size()
    helpers = tables["helpers"].groupby("community_id").size()
    assert (residents.loc[helpers.index] > helpers).all()


def test_large_committees_are_where_units_stand(whole: Tables) -> None:
    communities = whole["communities"].set_index("community_id")
    qualified = communities["has_committee"].astype(bool)
    assert not (qualified & communities["weak"].astype(bool)).any()
    standing = whole["agencies"].groupby("community_id").size().reindex(communities.index, fill_value=0)
    assert (standing[qualified] > communities["committee_seats"][qualified]).all()
    assert (communities["committee_seats"][~qualified] == 0).all()


def test_some_helpers_are_no_members(quarter: Tables) -> None:
    helpers = quarter["helpers"]
    assert (helpers["member_id"].isna() == (helpers["helper_kind"] == "citizen")).all()
    assert 0.3 < (helpers["helper_kind"] == "citizen").mean() < 0.5
    assert helpers["member_id"].dropna().is_unique


def test_default_data_names_no_real_place(whole: Tables) -> None:
    real = {street.name for street in STREETS} | {name for _, name in REAL}
    for name in ("sub_districts", "communities", "grids", "buildings"):
        frame = whole[name]
        assert frame["name"].str.startswith("示例").all()
        assert not set(frame["name"]) & real
        assert "division_code" not in frame
    assert (whole["communities"]["lng"] > 128).all()


def test_real_names_bring_no_judgement_and_no_person(real: Tables) -> None:
    communities = real["communities"]
    assert set(zip(communities["division_code"], communities["name"], strict=True)) == REAL
    assert {"strength_level", "strengths", "weaknesses", "secretary", "lng", "lat"}.isdisjoint(communities)
    # the scheme's conditions name these: they are there and say nothing
    for column in ("weak", "has_committee", "committee_seats", "contact"):
        assert communities[column].isna().all(), column
    assert "grid_head" not in real["grids"]
    assert "building_head" not in real["buildings"]
    assert set(real["needs"]["urgency"]) == {3.0}
    assert set(real["needs"]["content"]) == {"希望对接相关服务"}
    assert len(set(np.bincount(pd.factorize(real["recipients"]["community_id"])[0]))) == 1
    assert real["agencies"]["name"].str.startswith("示例").all()
