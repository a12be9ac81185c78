from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from matchmaker.demo import generate_longgang
from matchmaker.demo.catalogues import agency_kinds, categories, characters, streets
from matchmaker.demo.frames import NOTICE
from matchmaker.tables import TABLES, read_dataset, write_dataset

Tables = dict[str, pd.DataFrame]

JUDGING = {
    "strengths", "weaknesses", "weak", "strength_level", "secretary_stars", "difficulty", "character",
    "key_households", "refused", "reason", "has_committee",
}  # fmt: skip
PERSONAL_OF_PLACES = {"secretary", "contact", "phone", "grid_head", "grid_worker", "building_head"}
PLACES = ("sub_districts", "communities", "grids", "buildings")


def without_units(buildings: pd.DataFrame) -> pd.DataFrame:
    """The buildings themselves."""
    return buildings[buildings["part_of"].isna()]


def test_committed_structure_is_the_real_one() -> None:
    assert len(streets()) == 11
    names = [name for street in streets() for _, name in street.communities]
    assert len(names) == len(set(names)) == 119
    assert "良安田社区" in names
    assert not any(name.endswith(("居委会", "居民委员会")) for name in names)
    assert sum(kind.count for kind in agency_kinds()) == 733
    codes = {category.code for category in categories()}
    assert len(codes) == 16
    assert {code for kind in agency_kinds() for code in kind.functions} == codes
    assert all(character.needs.shape == (16,) for character in characters())


def test_published_totals(longgang_whole: Tables) -> None:
    expected = {
        "sub_districts": 11, "communities": 119, "agencies": 733, "branches": 1100, "grids": 4000,
        "buildings": 60000,
    }  # fmt: skip
    whole = {**longgang_whole, "buildings": without_units(longgang_whole["buildings"])}
    assert {name: len(whole[name]) for name in expected} == expected
    members = longgang_whole["members"]
    assert members["eligible"].sum() == 21000
    exempt = members[~members["eligible"].astype(bool)]
    assert 200 <= len(exempt) <= 999
    assert exempt["exempt_reason"].notna().all()
    assert 2000 <= whole["buildings"]["divided"].sum() <= 5000
    registered = longgang_whole["field_members"]
    assert registered["eligible"].sum() == 50000
    assert set(registered["member_category"]) == {"field", "resident"}
    assert sorted(longgang_whole["communities"].groupby("sub_district_id").size()) == sorted(
        len(street.communities) for street in streets()
    )


@pytest.mark.parametrize(
    ("scale", "expected"),
    [
        (0.05, (2, 6, 37, 55, 200, 1050, 3000)),
        (0.2, (2, 24, 147, 220, 800, 4200, 12000)),
    ],
)
def test_scaled_counts(scale: float, expected: tuple[int, ...]) -> None:
    tables = generate_longgang(scale)
    found = [len(tables[name]) for name in ("sub_districts", "communities", "agencies", "branches", "grids")]
    found += [int(tables["members"]["eligible"].sum()), len(without_units(tables["buildings"]))]
    assert tables["field_members"]["eligible"].sum() == round(50000 * scale)
    assert tuple(found) == expected


@pytest.mark.parametrize("fixture", ["longgang_small", "longgang_fifth", "longgang_whole", "longgang_real"])
def test_every_row_says_that_it_is_generated(fixture: str, request: pytest.FixtureRequest) -> None:
    for name, frame in request.getfixturevalue(fixture).items():
        assert (frame["note"] == NOTICE).all(), name
        assert len(frame) > 0, name


@pytest.mark.parametrize("fixture", ["longgang_small", "longgang_fifth", "longgang_real"])
def test_numbers_agree_between_tables(fixture: str, request: pytest.FixtureRequest) -> None:
    tables: Tables = request.getfixturevalue(fixture)
    in_community = tables["grids"].groupby("community_id")
    houses = without_units(tables["buildings"])
    pairs = [
        ("branches", "branch_id", "member_count", tables["members"].groupby("branch_id").size()),
        ("agencies", "agency_id", "member_count", tables["members"].groupby("agency_id").size()),
        ("agencies", "agency_id", "branch_count", tables["branches"].groupby("agency_id").size()),
        ("communities", "community_id", "grids", in_community.size()),
        ("grids", "grid_id", "buildings", houses.groupby("grid_id").size()),
        ("grids", "grid_id", "households", houses.groupby("grid_id")["households"].sum()),
        ("communities", "community_id", "households", in_community["households"].sum()),
        ("communities", "community_id", "population", in_community["population"].sum()),
        (
            "sub_districts",
            "sub_district_id",
            "communities",
            tables["communities"].groupby("sub_district_id").size(),
        ),
    ]  # fmt: skip
    for table, key, column, counted in pairs:
        stated = tables[table].set_index(key)[column]
        assert stated.to_dict() == counted.to_dict(), (table, column)
    units = tables["buildings"][tables["buildings"]["part_of"].notna()]
    divided = houses[houses["divided"]].set_index("building_id")
    for column in {"households", "key_households"} & set(houses.columns):
        assert units.groupby("part_of")[column].sum().to_dict() == divided[column].to_dict(), column
    assert (units["grid_id"] == units["part_of"].map(divided["grid_id"])).all()
    assert not units["divided"].any()


@pytest.mark.parametrize("fixture", ["longgang_small", "longgang_fifth", "longgang_whole"])
def test_sizes_stay_within_the_norms(fixture: str, request: pytest.FixtureRequest) -> None:
    tables: Tables = request.getfixturevalue(fixture)
    grids, branches = tables["grids"], tables["branches"]
    assert grids["households"].between(300, 500).all()
    assert (grids["population"] <= 2500).all()
    assert branches["grid_capacity"].between(2, 7).all()
    assert 1.25 <= branches["grid_capacity"].sum() / len(grids) <= 1.35
    assert branches[["grid_capacity", "member_count"]].corr().iloc[0, 1] > 0.8
    eligible = tables["members"].groupby("branch_id")["eligible"].sum()
    assert eligible.min() >= 5
    # Any one grid has room for all of any branch at three to a building.
    assert eligible.max() <= 3 * grids["buildings"].min()
    assert tables["agencies"]["branch_count"].between(1, 12).all()


def test_names_of_things_are_unique_where_references_may_use_them(longgang_whole: Tables) -> None:
    for name in ("agencies", "branches", "sub_districts", "communities", "grids", "buildings"):
        assert longgang_whole[name]["name"].is_unique, name
    assert longgang_whole["agencies"]["short_name"].is_unique
    assert longgang_whole["agencies"]["name"].str.startswith("示例区").all()


@pytest.mark.parametrize("fixture", ["longgang_small", "longgang_fifth", "longgang_whole"])
def test_every_community_is_one_connected_piece(fixture: str, request: pytest.FixtureRequest) -> None:
    tables: Tables = request.getfixturevalue(fixture)
    adjacency = tables["adjacency"]
    community = tables["grids"].set_index("grid_id")["community_id"]
    edges = adjacency[adjacency["table"] == "grids"]
    ends = [edges[end].map(community).to_numpy() for end in ("id_a", "id_b")]
    assert (ends[0] == ends[1]).all()
    graph = nx.Graph()
    graph.add_nodes_from(community.index)
    graph.add_edges_from(zip(edges["id_a"], edges["id_b"], strict=True))
    assert nx.number_connected_components(graph) == len(tables["communities"])
    above = nx.Graph()
    above.add_nodes_from(tables["communities"]["community_id"])
    between = adjacency[adjacency["table"] == "communities"]
    above.add_edges_from(zip(between["id_a"], between["id_b"], strict=True))
    assert nx.is_connected(above)


def test_needs_follow_the_character_of_the_place(longgang_whole: Tables) -> None:
    needs, communities = longgang_whole["needs"], longgang_whole["communities"].set_index("community_id")
    own = needs[needs["place_kind"] == "community"]
    share = pd.crosstab(own["place_id"].map(communities["character"]), own["category"], normalize="index")
    assert share.loc["工业集聚区", "biz"] > 2 * share.loc["老城区", "biz"]
    assert share.loc["老城区", "housing"] > 2 * share.loc["工业集聚区", "housing"]
    assert needs["place_kind"].value_counts().to_dict().keys() == {"sub_district", "community", "grid"}
    assert own.groupby("place_id").size().between(10, 20).all()


def test_wishes_come_from_all_places_and_most_agencies(longgang_whole: Tables) -> None:
    wishes = longgang_whole["wishes"]
    assert wishes["side"].value_counts().to_dict() == {"agency": 513, "community": 119, "sub_district": 11}
    refusing = wishes["refused"].map(len) > 0
    assert 0.03 < refusing.mean() < 0.08
    assert (wishes["reason"].notna() == refusing).all()
    named = wishes[["wish_1", "wish_2", "wish_3", "refused"]].sum(axis=1)
    assert named.map(lambda row: len(row) == len(set(row))).all()
    assert wishes["accept_adjust"].mean() > 0.9


def test_last_year_is_a_whole_plan_that_is_not_a_good_one(longgang_whole: Tables) -> None:
    history = longgang_whole["history"]
    assert (history["year"] == 2026).all()
    relations = dict(iter(history.groupby("relation")))
    agencies, grids = relations["agency_sub_district"], relations["branch_grid"]
    assert agencies["source_id"].is_unique
    assert grids["target_id"].is_unique
    assert len(grids) > 0.97 * 4000
    assert relations["member_building"]["source_id"].is_unique
    years = agencies["years"].value_counts(normalize=True)
    assert set(years.index) == {1.0, 2.0, 3.0}
    assert years[3.0] == pytest.approx(0.12, abs=0.01)
    assert set(agencies["grade"]) == {"优秀", "良好", "合格"}
    # Branches stand in their agency's sub-district and in one community; members in their branch's grids.
    community = longgang_whole["grids"].set_index("grid_id")["community_id"]
    sub = longgang_whole["communities"].set_index("community_id")["sub_district_id"]
    agency = longgang_whole["branches"].set_index("branch_id")["agency_id"]
    served = grids["target_id"].map(community)
    assert served.groupby(grids["source_id"]).nunique().eq(1).all()
    placed = agencies.set_index("source_id")["target_id"]
    assert (served.map(sub) == grids["source_id"].map(agency).map(placed)).all()
    members = relations["member_building"]
    branch = members["source_id"].map(longgang_whole["members"].set_index("member_id")["branch_id"])
    grid = members["target_id"].map(longgang_whole["buildings"].set_index("building_id")["grid_id"])
    assert (grid.map(grids.set_index("target_id")["source_id"]) == branch).all()


def test_both_sides_rate_each_other(longgang_small: Tables) -> None:
    ratings = longgang_small["evaluations"]
    assert ratings["score"].between(60, 100).all()
    there = ratings[ratings["rater_kind"] == "community_agency"]
    back = ratings[ratings["rater_kind"] == "agency_community"]
    assert set(zip(there["ratee_id"], there["rater_id"], strict=True)) == set(
        zip(back["rater_id"], back["ratee_id"], strict=True)
    )
    assert {"branch_member", "community_member"} <= set(ratings["rater_kind"])


def test_homes_are_consistent(longgang_small: Tables) -> None:
    members = longgang_small["members"]
    lives = members[members["home_building"].notna()]
    assert 0.7 < len(lives) / len(members) < 0.9
    grid = lives["home_building"].map(longgang_small["buildings"].set_index("building_id")["grid_id"])
    community = grid.map(longgang_small["grids"].set_index("grid_id")["community_id"])
    assert (community == lives["home_community"]).all()
    assert members["home_community"].isna().mean() == pytest.approx(0.12, abs=0.03)
    assert members["phone"].str.startswith("000").all()


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path: Path) -> None:
    def written(name: str, seed: int) -> dict[str, bytes]:
        files = write_dataset(generate_longgang(0.02, seed), tmp_path / name)
        return {file.name: file.read_bytes() for file in files}

    first = written("first", 5)
    assert first == written("second", 5)
    other = written("third", 6)
    assert first.keys() == other.keys()
    # duties are the same in every year
    assert {name for name in first if first[name] == other[name]} == {"duties.csv"}


@pytest.mark.parametrize(("scale", "real_names"), [(0.05, False), (0.2, False), (0.05, True)])
def test_written_data_is_read_back_without_a_fault(scale: float, real_names: bool, tmp_path: Path) -> None:
    tables = generate_longgang(scale, real_names=real_names)
    write_dataset(tables, tmp_path / "data")
    reading = read_dataset(tmp_path / "data")
    assert reading.notes == ()
    assert reading.dataset.tables.keys() == tables.keys()
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(reading.dataset.frame(name), frame, obj=name)


def test_default_data_names_no_real_place(longgang_whole: Tables) -> None:
    real = {street.name for street in streets()} | {
        name for street in streets() for _, name in street.communities
    }
    for name in PLACES:
        frame = longgang_whole[name]
        assert frame["name"].str.startswith("示例").all()
        assert not set(frame["name"]) & real
        assert "division_code" not in frame
        assert (frame["lng"] > 128).all()


def test_real_names_bring_no_judgement_and_no_person(longgang_real: Tables) -> None:
    assert set(longgang_real["sub_districts"]["name"]) == {street.name for street in streets()}
    known = {(code, name) for street in streets() for code, name in street.communities}
    communities = longgang_real["communities"]
    assert set(zip(communities["division_code"], communities["name"], strict=True)) == known
    for name in PLACES:
        frame = longgang_real[name]
        # how strong a sub-district is, which the scheme asks for, is there to be filled in
        judged = {column for column in JUDGING & set(frame.columns) if frame[column].notna().any()}
        assert judged == set()
        assert JUDGING & set(frame.columns) == ({"strength_level"} if name == "sub_districts" else set())
        # whom to call stands in the lists: the columns are there to be filled in
        assert frame[[column for column in PERSONAL_OF_PLACES if column in frame]].isna().all(axis=None)
    assert not JUDGING & set(longgang_real["wishes"].columns)
    assert "agency_community" not in set(longgang_real["evaluations"]["rater_kind"])
    assert set(longgang_real["needs"]["urgency"]) == {3.0}
    assert set(longgang_real["needs"]["content"]) == {"希望对接相关服务"}
    assert "adjust" not in set(longgang_real["pins"]["action"])
    assert longgang_real["agencies"]["name"].str.startswith("示例区").all()


def test_nothing_drawn_for_an_invented_place_stands_at_a_real_one(
    longgang_whole: Tables, longgang_real: Tables
) -> None:
    invented, real = longgang_whole["grids"]["households"], longgang_real["grids"]["households"]
    assert np.mean(invented.to_numpy() == real.to_numpy()) < 0.1


def test_real_names_of_a_part_take_the_largest_sub_districts() -> None:
    tables = generate_longgang(0.2, real_names=True)
    assert list(tables["sub_districts"]["name"]) == ["坂田街道", "布吉街道"]
    assert not tables["communities"]["name"].str.startswith("示例").any()


def test_columns_are_those_of_the_definitions(longgang_small: Tables) -> None:
    further = {
        (name, column)
        for name, frame in longgang_small.items()
        for column in frame.columns
        if TABLES[name].column(column) is None
    }
    assert further == {("communities", "character")}


@pytest.mark.parametrize(("scale", "seed"), [(0.0, 1), (-1.0, 1), (0.05, -1)])
def test_impossible_arguments_are_refused(scale: float, seed: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        generate_longgang(scale, seed)
