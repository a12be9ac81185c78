"""Sub-districts, urban communities, grids, buildings and hub households."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.demo.catalogues import category_codes, characters
from matchmaker.demo.drawing import choose_columns
from matchmaker.demo.frames import (
    Flags,
    Floats,
    Integers,
    Objects,
    categories_column,
    flags,
    ids,
    numbers,
    stream,
    texts,
    with_notice,
)
from matchmaker.demo.layout import INVENTED_CENTRE, divide, divide_each, middle, on_map
from matchmaker.demo.meihekou.counts import MeihekouCounts
from matchmaker.demo.names import draw_names, draw_surnames, grid_names
from matchmaker.demo.townships import Structure, draw_structure, largest, townships

__all__ = ["Places", "draw_places", "place_tables"]

_EXTENT = np.array([0.2, 0.15])
"""Degrees that the urban communities take up at scale 1."""

_BUILDINGS_PER_GRID = 5
_HOUSEHOLDS_PER_GRID = 400
_WEAK = 1 / 6
"""Part of the communities that are to be raised first."""

_QUALIFIED = 0.4
"""Part of the communities that qualify for a large committee: many units stand there."""


@dataclass(frozen=True)
class Places(Structure):
    """The places of one data set; rows in the order of their ids.

    Parameters
    ----------
    character : (communities,)
        Position in `characters()`.
    households : (communities,)
    weak, qualified : (communities,) bool
        To be raised first; with a large committee. No community is both, and with real
        names none is either.
    community_points, sub_points : (…, 2)
        Longitude and latitude on the schematic map.
    """

    character: Integers
    households: Integers
    weak: Flags
    qualified: Flags
    community_points: Floats
    sub_points: Floats

    def needs(self) -> Floats:
        """How much each category weighs in each community, by its character; (communities, 16)."""
        return np.array([character.needs for character in characters()])[self.character]


def draw_places(counts: MeihekouCounts, seed: int, real_names: bool) -> Places:
    """Draw the places: the sub-districts with most urban communities, and these among them."""
    chosen = largest(townships("meihekou_places.csv"), counts.sub_districts)
    structure = draw_structure(chosen, counts.communities, 1, seed, real_names)
    generator = stream(seed, "places")
    count = counts.communities
    households = np.round(1900 * generator.lognormal(0, 0.3, count)).astype(np.int64)
    mixed = generator.permutation(count)
    weak, qualified = np.zeros(count, bool), np.zeros(count, bool)
    if not real_names:
        weak[mixed[: int(np.ceil(_WEAK * count))]] = True
        qualified[mixed[::-1][: max(1, int(_QUALIFIED * count))]] = True
    phase = stream(seed, "map").uniform(0, 2 * np.pi, 2)
    areas = _areas(structure.community_sub, seed)
    points, sub_points = (on_map(middle(each), INVENTED_CENTRE, phase) for each in areas)
    return Places(
        **vars(structure),
        character=generator.integers(0, len(characters()), count),
        households=np.clip(households, 1000, 4000),
        weak=weak,
        qualified=qualified,
        community_points=points,
        sub_points=sub_points,
    )


def place_tables(
    places: Places, seats: Integers, min_members: Integers, seed: int
) -> dict[str, pd.DataFrame]:
    """All tables of places.

    Parameters
    ----------
    seats : (communities,)
        Part-time members of its large committee.
    min_members : (communities,)
        Members that it needs at least.
    """
    grid_community = np.repeat(np.arange(len(places.community_ids)), _grids(places))
    building_grid = np.repeat(np.arange(len(grid_community)), _BUILDINGS_PER_GRID)
    grids = _grid_table(places, grid_community, seed)
    buildings = _building_table(places, grids, building_grid, seed)
    return {
        "sub_districts": _sub_district_table(places),
        "communities": _community_table(places, seats, min_members, seed),
        "grids": grids,
        "buildings": buildings,
        "hub_households": _hub_household_table(buildings, seed),
    }


def _grids(places: Places) -> Integers:
    return np.maximum(3, np.round(places.households / _HOUSEHOLDS_PER_GRID)).astype(np.int64)


def _sub_district_table(places: Places) -> pd.DataFrame:
    count = len(places.sub_ids)
    frame = pd.DataFrame(
        {
            "sub_district_id": texts(places.sub_ids),
            "name": texts(places.sub_names),
            "kind": texts(places.sub_kinds),
            "households": numbers(np.bincount(places.community_sub, places.households, count)),
            "communities": numbers(np.bincount(places.community_sub, minlength=count)),
            "sort_order": numbers(np.arange(1, count + 1)),
        }
    )
    return with_notice(_located(frame, places.real, places.sub_points, places.sub_codes))


def _community_table(places: Places, seats: Integers, min_members: Integers, seed: int) -> pd.DataFrame:
    """The communities; with real names nothing that judges one and no persons.

    The columns that the scheme's conditions name are there all the same, but empty.
    """
    generator = stream(seed, "communities")
    count = len(places.community_ids)
    needs = places.needs()
    level = np.where(places.weak, "weak", np.where(generator.random(count) < 0.4, "strong", "medium"))
    frame = pd.DataFrame(
        {
            "community_id": texts(places.community_ids),
            "name": texts(places.community_names),
            "sub_district_id": texts(places.sub_ids[places.community_sub]),
            "kind": texts(["urban"] * count),
            "households": numbers(places.households),
            "population": numbers(np.round(2.4 * places.households)),
            "grids": numbers(_grids(places)),
            "strength_level": texts(level),
            "strengths": categories_column(
                choose_columns(-2.5 * np.log(needs), generator, np.full(count, 3)), category_codes()
            ),
            "weaknesses": categories_column(
                choose_columns(2.5 * np.log(needs), generator, 2 + places.weak.astype(np.int64)),
                category_codes(),
            ),
            "weak": flags(places.weak),
            "has_committee": flags(places.qualified),
            "committee_seats": numbers(np.where(places.qualified, seats, 0)),
            "secretary": texts(draw_names(generator, generator.random(count) < 0.5)),
            "contact": texts(draw_names(generator, generator.random(count) < 0.6)),
            "sort_order": numbers(np.arange(1, count + 1)),
            "min_members": numbers(min_members),
        }
    )
    if places.real:
        nothing, none = pd.array([pd.NA] * count, dtype="boolean"), numbers(np.full(count, np.nan))
        frame = frame.drop(columns=["strength_level", "strengths", "weaknesses", "secretary"]).assign(
            weak=nothing, has_committee=nothing, committee_seats=none, contact=texts([None] * count)
        )
    return with_notice(_located(frame, places.real, places.community_points, places.community_codes))


def _grid_table(places: Places, community: Integers, seed: int) -> pd.DataFrame:
    generator = stream(seed, "grid table")
    count, per = len(community), _grids(places)
    frame = pd.DataFrame(
        {
            "grid_id": texts(ids("G", count, 4)),
            "name": texts(grid_names(places.community_names, community)),
            "community_id": texts(places.community_ids[community]),
            "grid_kind": texts(["general"] * count),
            "households": numbers(np.round(places.households[community] / per[community])),
            "buildings": numbers(np.full(count, _BUILDINGS_PER_GRID)),
            "grid_head": texts(draw_names(generator, generator.random(count) < 0.5)),
        }
    )
    return with_notice(frame.drop(columns=["grid_head"]) if places.real else frame)


def _building_table(places: Places, grids: pd.DataFrame, grid: Integers, seed: int) -> pd.DataFrame:
    generator = stream(seed, "buildings")
    count = len(grid)
    names = grids["name"].to_numpy(object)[grid]
    number = np.arange(count) % _BUILDINGS_PER_GRID + 1
    share = grids["households"].to_numpy(float)[grid] / _BUILDINGS_PER_GRID
    frame = pd.DataFrame(
        {
            "building_id": texts(ids("L", count, 4)),
            "name": texts(f"{name}{at:02d}栋" for name, at in zip(names, number, strict=True)),
            "grid_id": texts(grids["grid_id"].to_numpy(object)[grid]),
            "unit_kind": texts(["building"] * count),
            "households": numbers(np.round(share)),
            "building_head": texts(draw_names(generator, generator.random(count) < 0.5)),
        }
    )
    return with_notice(frame.drop(columns=["building_head"]) if places.real else frame)


def _hub_household_table(buildings: pd.DataFrame, seed: int) -> pd.DataFrame:
    """One hub household for each building."""
    generator = stream(seed, "hub households")
    count = len(buildings)
    surname = draw_surnames(generator, generator.random(count) < 0.5)
    return with_notice(
        pd.DataFrame(
            {
                "hub_household_id": texts(ids("H", count, 4)),
                "alias": texts(surname + "姓中心户"),
                "building_id": texts(buildings["building_id"].to_numpy(object)),
                "households": numbers(generator.integers(8, 16, count)),
            }
        )
    )


def _located(frame: pd.DataFrame, real: bool, points: Floats, codes: Objects) -> pd.DataFrame:
    """The frame with a code for real places, with points on the schematic map for invented ones."""
    if real:
        return frame.assign(division_code=texts(codes))
    return frame.assign(lng=numbers(points[:, 0]), lat=numbers(points[:, 1]))


def _areas(sub: Integers, seed: int) -> tuple[Floats, Floats]:
    """Rectangles of communities and of sub-districts, in degrees from the map's centre."""
    generator = stream(seed, "areas")
    subs = int(sub.max()) + 1
    half = _EXTENT / 2 * np.sqrt(len(sub) / 30)
    whole = np.concatenate((-half, half))
    of_subs = divide(whole, np.bincount(sub).astype(np.float64), generator.random((subs, 2)))
    return divide_each(of_subs, sub, np.ones(len(sub)), generator.random((len(sub), 2))), of_subs
