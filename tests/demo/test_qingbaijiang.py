"""The Qingbaijiang data set: published totals, sizes that fit, nothing that judges a real place."""

from __future__ import annotations

import pandas as pd
import pytest

from matchmaker.demo.qingbaijiang import generate_qingbaijiang
from matchmaker.demo.townships import townships
from matchmaker.tables import TABLES

Tables = dict[str, pd.DataFrame]

SENIOR = ("bureau", "division", "deputy_division")
JUDGING = ("weak", "weaknesses", "short_of")
PERSONAL = ("secretary", "contact", "phone")


@pytest.fixture(scope="module")
def whole() -> Tables:
    return generate_qingbaijiang()


@pytest.fixture(scope="module")
def quarter() -> Tables:
    return generate_qingbaijiang(0.25)


@pytest.fixture(scope="module")
def real() -> Tables:
    return generate_qingbaijiang(real_names=True)


def test_committed_structure_is_the_real_one() -> None:
    every = townships("qingbaijiang_places.csv")
    assert [len(town.communities) for town in every] == [18, 8, 7, 15, 14, 12, 9]
    villages = [name for town in every for _, name, village in town.communities if village]
    communities = [name for town in every for _, name, village in town.communities if not village]
    assert (len(communities), len(villages)) == (50, 33)
    assert "怡湖社区" in communities
    assert "同福村" in villages


def test_published_totals(whole: Tables) -> None:
    expected = {"sub_districts": 7, "communities": 83, "agencies": 83, "branches": 83, "projects": 20}
    assert {name: len(whole[name]) for name in expected} == expected
    assert whole["partners"]["key"].sum() == 131
    assert whole["households"]["household_kind"].value_counts().to_dict() == {
        "member": 1798, "ordinary": 1638, "hardship": 849,
    }  # fmt: skip
    assert whole["members"]["eligible"].sum() == 2000
    assert whole["members"]["rank"].isin(SENIOR).sum() == 365
    ledger = whole["needs"]["source"] == "meeting"
    assert ledger.sum() > 200
    assert (~ledger).sum() > 800
    assert set(whole["needs"]["place_kind"][ledger]) == {"community", "partner"}
    assert whole["projects"]["fund"].sum() == 200
    assert whole["projects"]["aspect"].nunique() == 6
    per_town = whole["communities"].groupby("sub_district_id").size()
    assert sorted(per_town) == [7, 8, 9, 12, 14, 15, 18]
    assert "soe" in set(whole["agencies"]["agency_type"])


@pytest.mark.parametrize(
    ("scale", "expected"),
    [(0.01, (2, 6, 6, 120, 150, 6)), (0.25, (2, 21, 33, 500, 1072, 6)), (1.3, (9, 108, 170, 2600, 5570, 26))],
)
def test_scaled_counts(scale: float, expected: tuple[int, ...]) -> None:
    tables = generate_qingbaijiang(scale)
    found = (
        len(tables["sub_districts"]),
        len(tables["communities"]),
        int(tables["partners"]["key"].sum()),
        int(tables["members"]["eligible"].sum()),
        len(tables["households"]),
        len(tables["projects"]),
    )
    assert found == expected
    assert len(tables["branches"]) == len(tables["agencies"]) == len(tables["communities"])


@pytest.mark.parametrize("fixture", ["whole", "quarter"])
def test_numbers_agree_between_tables(fixture: str, request: pytest.FixtureRequest) -> None:
    tables: Tables = request.getfixturevalue(fixture)
    members = tables["members"]
    stated = tables["branches"].set_index("branch_id")["member_count"]
    assert stated.to_dict() == members.groupby("branch_id").size().to_dict()
    assert stated.tolist() == tables["agencies"]["member_count"].tolist()
    assert (members["agency_id"].str[1:] == members["branch_id"].str[1:]).all()
    senior = members[members["rank"].isin(SENIOR)].groupby("branch_id").size()
    capacity = tables["branches"].set_index("branch_id")["most_hardship"]
    assert capacity.to_dict() == (3 * senior).to_dict()
    team = members[members["is_team_member"]]
    assert team["rank"].isin(SENIOR).all()
    assert team["eligible"].all()
    assert set(team["branch_id"]) == set(tables["branches"]["branch_id"])
    exempt = members[~members["eligible"]]
    assert exempt["exempt_reason"].notna().all()
    assert (exempt["hours"] == 0).all()
    assert (members[members["eligible"]]["hours"] >= 4).all()


@pytest.mark.parametrize(("scale", "seed"), [(0.01, 1), (0.1, 2), (0.25, 1), (0.25, 7), (1.0, 1), (1.0, 4)])
def test_every_town_has_partners_for_its_pairs_and_no_more_than_three_each(scale: float, seed: int) -> None:
    tables = generate_qingbaijiang(scale, seed)
    key = tables["partners"][tables["partners"]["key"]].groupby("sub_district_id").size()
    pairs = tables["communities"].groupby("sub_district_id").size()
    assert (key >= pairs).all()
    assert (key <= 3 * pairs).all()


def test_names_of_things_are_unique_where_references_may_use_them(whole: Tables) -> None:
    for name in ("agencies", "branches", "sub_districts", "communities", "partners", "projects"):
        assert whole[name]["name"].is_unique, name
    assert whole["agencies"]["short_name"].is_unique


def test_default_data_names_no_real_place(whole: Tables) -> None:
    every = townships("qingbaijiang_places.csv")
    known = {town.name for town in every} | {name for town in every for _, name, _ in town.communities}
    for name in ("sub_districts", "communities", "agencies", "partners"):
        assert whole[name]["name"].str.startswith("示例").all(), name
        assert not set(whole[name]["name"]) & known
    assert (whole["communities"]["lng"] > 128).all()
    assert whole["communities"]["weak"].sum() == 7


def test_real_names_bring_no_judgement_and_no_person(real: Tables) -> None:
    every = townships("qingbaijiang_places.csv")
    known = {(code, name) for town in every for code, name, _ in town.communities}
    communities = real["communities"]
    assert set(zip(communities["division_code"], communities["name"], strict=True)) == known
    for column in JUDGING:
        # the column is there for the office to fill in, and empty
        assert communities[column].map(lambda value: value == () or pd.isna(value)).all(), column
    for name in ("sub_districts", "communities"):
        for column in set(PERSONAL) & set(real[name].columns):
            assert real[name][column].isna().all(), (name, column)
        assert "lng" not in real[name]
    assert set(real["households"]["household_kind"]) == {"member", "ordinary"}
    assert set(real["needs"]["urgency"]) == {3.0}
    assert set(real["needs"]["content"]) == {"希望对接相关服务"}
    assert real["agencies"]["name"].str.startswith("示例").all()


def test_nothing_drawn_for_an_invented_place_stands_at_a_real_one(whole: Tables, real: Tables) -> None:
    same = whole["communities"]["households"].to_numpy() == real["communities"]["households"].to_numpy()
    assert same.mean() < 0.1


def test_columns_are_those_of_the_definitions(quarter: Tables) -> None:
    further = {
        (name, column)
        for name, frame in quarter.items()
        for column in frame.columns
        if TABLES[name].column(column) is None
    }
    assert further == {
        ("agencies", "project_budget"),
        ("branches", "strong_in"),
        ("branches", "most_hardship"),
        ("communities", "short_of"),
    }
