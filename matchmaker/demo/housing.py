"""Buildings, and the units into which the large ones are divided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.apportion import split_each
from matchmaker.demo.frames import flags, ids, numbers, stream, texts, with_notice
from matchmaker.demo.geography import Places

__all__ = ["Housing", "building_table", "draw_housing"]

Integers = NDArray[np.int64]
Objects = NDArray[np.object_]

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

    building_ids: Objects
    grid: Integers
    number: Integers
    households: Integers

    @property
    def divided(self) -> NDArray[np.bool_]:
        """Which buildings are divided: members look after their units, never the whole."""
        return self.households >= _LARGE

    @property
    def units(self) -> Integers:
        """Number of units of each building, 0 of one that is not divided."""
        return np.where(self.divided, -(-self.households // _HOUSEHOLDS_PER_UNIT), 0)

    @property
    def unit_ids(self) -> Objects:
        """Ids of all units, building by building."""
        return ids("U", int(self.units.sum()), 5)

    @property
    def entrances(self) -> Objects:
        """Id of what stands for each building where members are placed: itself, or its first unit."""
        entrances = self.building_ids.copy()
        first = np.cumsum(self.units) - self.units
        entrances[self.divided] = self.unit_ids[first[self.divided]]
        return entrances


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
    """The buildings, then the units of those that are divided, whose households they share.

    With real names without what hints at the people who live there.
    """
    generator = stream(seed, "building table")
    count = len(housing.grid)
    names = [
        f"{name}{number:02d}栋"
        for name, number in zip(places.grid_names[housing.grid], housing.number, strict=True)
    ]
    points = np.round(places.grid_points[housing.grid] + generator.normal(0, 0.0006, (count, 2)), 6)
    key_households = generator.binomial(housing.households, 0.04)
    large = np.flatnonzero(housing.divided)
    units = housing.units[large]
    building = np.repeat(large, units)
    number = np.arange(len(building)) - np.repeat(np.cumsum(units) - units, units) + 1
    size = np.repeat(units, units)
    shared = [
        amounts[building] * number // size - amounts[building] * (number - 1) // size
        for amounts in (housing.households, key_households)
    ]
    rows = np.concatenate([np.arange(count), building])
    frame = pd.DataFrame(
        {
            "building_id": texts(np.concatenate([housing.building_ids, housing.unit_ids])),
            "name": texts(
                [*names, *(f"{names[at]}{unit}单元" for at, unit in zip(building, number, strict=True))]
            ),
            "grid_id": texts(places.grid_ids[housing.grid[rows]]),
            "unit_kind": texts(["building"] * count + ["unit"] * len(building)),
            "part_of": texts([*[None] * count, *housing.building_ids[building]]),
            "divided": flags(np.concatenate([housing.divided, np.zeros(len(building), bool)])),
            "households": numbers(np.concatenate([housing.households, shared[0]])),
            "key_households": numbers(np.concatenate([key_households, shared[1]])),
            "max_members": numbers(np.full(len(rows), MEMBERS_PER_BUILDING)),
            "lng": numbers(points[rows, 0]),
            "lat": numbers(points[rows, 1]),
        }
    )
    return with_notice(frame.drop(columns=["key_households"]) if places.real else frame)
