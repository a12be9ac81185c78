"""Buildings, and the units of the large ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.apportion import split_each
from matchmaker.demo.frames import ids, numbers, stream, texts, with_notice
from matchmaker.demo.geography import Places

__all__ = ["Housing", "building_table", "draw_housing", "unit_table"]

Integers = NDArray[np.int64]

MEMBERS_PER_BUILDING = 3
_LARGE = 60
"""Households from which a building is divided into units."""
_HOUSEHOLDS_PER_UNIT = 30


@dataclass(frozen=True)
class Housing:
    """The buildings of one data set; rows in the order of their ids, grid by grid.

    Parameters
    ----------
    building_ids : (buildings,)
    grid : (buildings,)
        Position of the grid, ascending.
    number : (buildings,)
        Number within the grid, from 1.
    households : (buildings,)
        Sums to the grid's households.
    """

    building_ids: NDArray[np.object_]
    grid: Integers
    number: Integers
    households: Integers


def draw_housing(places: Places, seed: int) -> Housing:
    """Draw the buildings of every grid: many small ones, some large."""
    grid = np.repeat(np.arange(len(places.grid_ids)), places.grid_buildings)
    weights = stream(seed, "buildings").lognormal(0, 0.6, len(grid))
    first = np.cumsum(places.grid_buildings) - places.grid_buildings
    return Housing(
        building_ids=ids("L", len(grid), 5),
        grid=grid,
        number=np.arange(len(grid)) - first[grid] + 1,
        households=split_each(places.grid_households, grid, weights),
    )


def building_table(places: Places, housing: Housing, seed: int) -> pd.DataFrame:
    """The buildings; with real names without what hints at the people who live there."""
    generator = stream(seed, "building table")
    count = len(housing.grid)
    grid_names = places.grid_names[housing.grid]
    lng, lat = (places.grid_points[housing.grid] + generator.normal(0, 0.0006, (count, 2))).T
    frame = pd.DataFrame(
        {
            "building_id": texts(housing.building_ids),
            "name": texts(
                f"{name}{number:02d}栋" for name, number in zip(grid_names, housing.number, strict=True)
            ),
            "grid_id": texts(places.grid_ids[housing.grid]),
            "unit_kind": texts(["building"] * count),
            "households": numbers(housing.households),
            "key_households": numbers(generator.binomial(housing.households, 0.04)),
            "max_members": numbers(np.full(count, MEMBERS_PER_BUILDING)),
            "lng": numbers(np.round(lng, 6)),
            "lat": numbers(np.round(lat, 6)),
        }
    )
    return with_notice(frame.drop(columns=["key_households"]) if places.real else frame)


def unit_table(places: Places, housing: Housing) -> pd.DataFrame:
    """The units of the large buildings, whose households they share."""
    large = np.flatnonzero(housing.households >= _LARGE)
    units = -(-housing.households[large] // _HOUSEHOLDS_PER_UNIT)
    owner = np.repeat(np.arange(len(large)), units)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(units) - units, units) + 1
    building = large[owner]
    names = places.grid_names[housing.grid[building]]
    return with_notice(
        pd.DataFrame(
            {
                "unit_id": texts(ids("U", len(owner), 5)),
                "name": texts(
                    f"{name}{house:02d}栋{unit}单元"
                    for name, house, unit in zip(names, housing.number[building], number, strict=True)
                ),
                "building_id": texts(housing.building_ids[building]),
                "households": numbers(
                    split_each(housing.households[large], owner, np.ones(len(owner))) if len(owner) else []
                ),
                "max_members": numbers(np.full(len(owner), MEMBERS_PER_BUILDING)),
            }
        )
    )
