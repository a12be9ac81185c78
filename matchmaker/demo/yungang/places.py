"""Sub-districts, communities, villages and grids: the real structure, invented names, a schematic map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.demo.apportion import apportion
from matchmaker.demo.frames import (
    Flags,
    Floats,
    Integers,
    Objects,
    ids,
    numbers,
    only_where,
    stream,
    texts,
    with_notice,
)
from matchmaker.demo.layout import INVENTED_CENTRE, divide, divide_each, lattice, middle, on_map
from matchmaker.demo.names import draw_names, draw_phones, grid_names
from matchmaker.demo.townships import Structure, Township, draw_structure, largest, townships
from matchmaker.demo.yungang.counts import YungangCounts

__all__ = ["Places", "community_table", "draw_places", "grid_table", "sub_district_table"]

_EXTENT = np.array([0.32, 0.24])
"""Degrees that the whole district takes up."""
_DISTRICT_GRIDS = 1140
_HOUSEHOLDS = ((300, 500, 400), (120, 320, 220))
"""Least, most and mean households of a grid, in a community and in a village."""
_GRIDS_OF_VILLAGE = 0.45
"""Grids of a village, for each one of a community."""
_MEMBERS = (4, 3)
"""Members that a grid should have, in a community and in a village."""
_MOST_GRIDS = 9


@dataclass(frozen=True)
class Places(Structure):
    """The places of one data set; rows in the order of their ids.

    Parameters
    ----------
    grid_ids, grid_names : (grids,)
    grid_community : (grids,)
        Position of the community, ascending.
    grid_households, grid_members : (grids,)
        ``grid_members`` are the members that each should have.
    sub_points, community_points, grid_points : (…, 2)
        Longitude and latitude on the schematic map.
    """

    grid_ids: Objects
    grid_names: Objects
    grid_community: Integers
    grid_households: Integers
    grid_members: Integers
    sub_points: Floats
    community_points: Floats
    grid_points: Floats

    @property
    def grids_per_community(self) -> Integers:
        """Number of grids of each community."""
        return np.bincount(self.grid_community, minlength=len(self.community_ids))

    @property
    def members_per_community(self) -> Integers:
        """Members that each community's grids should have together."""
        return self.added(self.grid_members)

    def added(self, of_grid: Integers) -> Integers:
        """What the grids have, added up for each community."""
        total = np.bincount(self.grid_community, of_grid, len(self.community_ids))
        return total.astype(np.int64)

    def by_sub_district(self, of_community: Integers) -> Integers:
        """What the communities have, added up for each sub-district."""
        total = np.bincount(self.community_sub, of_community, len(self.sub_ids))
        return total.astype(np.int64)


def draw_places(counts: YungangCounts, seed: int, real_names: bool) -> Places:
    """Draw the places: as many communities in each sub-district as there are, scaled."""
    structure = draw_structure(_chosen(counts), counts.communities, 2, seed, real_names)
    village = structure.village
    generator = stream(seed, "grids")
    weights = np.where(village, _GRIDS_OF_VILLAGE, 1.0) * generator.lognormal(0, 0.2, len(village))
    per_community = apportion(counts.grids, weights, 2, _MOST_GRIDS)
    grid_community = np.repeat(np.arange(len(village)), per_community)
    low, high, mean = np.array(_HOUSEHOLDS)[village[grid_community].astype(np.int64)].T
    households = np.clip(np.round(generator.normal(mean, 40)), low, high).astype(np.int64)

    subs, communities, grids = _areas(per_community, structure.community_sub, seed)
    phase = stream(seed, "map").uniform(0, 2 * np.pi, 2)
    sub_points, community_points, grid_points = (
        on_map(points, INVENTED_CENTRE, phase) for points in (middle(subs), middle(communities), grids)
    )
    return Places(
        **vars(structure),
        grid_ids=ids("G", len(grid_community), 4),
        grid_names=grid_names(structure.community_names, grid_community),
        grid_community=grid_community,
        grid_households=households,
        grid_members=np.array(_MEMBERS)[village[grid_community].astype(np.int64)],
        sub_points=sub_points,
        community_points=community_points,
        grid_points=grid_points,
    )


def sub_district_table(places: Places, seed: int) -> pd.DataFrame:
    """The streets and townships; with real names nobody to call."""
    count = len(places.sub_ids)
    households = places.by_sub_district(places.added(places.grid_households))
    frame = pd.DataFrame(
        {
            "sub_district_id": texts(places.sub_ids),
            "name": texts(places.sub_names),
            "kind": texts(places.sub_kinds),
            "households": numbers(households),
            "communities": numbers(np.bincount(places.community_sub, minlength=count)),
            "lng": numbers(places.sub_points[:, 0]),
            "lat": numbers(places.sub_points[:, 1]),
            **_contacts(places, count, 1, seed, "sub-district table"),
            "sort_order": numbers(np.arange(1, count + 1)),
        }
    )
    return with_notice(_coded(frame, places, places.sub_codes))


def community_table(places: Places, seed: int) -> pd.DataFrame:
    """The communities and villages; with real names no stars and nobody to call."""
    count = len(places.community_ids)
    stars = np.clip(np.round(stream(seed, "stars").normal(3.5, 0.9, count)), 1, 5)
    frame = pd.DataFrame(
        {
            "community_id": texts(places.community_ids),
            "name": texts(places.community_names),
            "sub_district_id": texts(places.sub_ids[places.community_sub]),
            "kind": texts(np.where(places.village, "village", "urban")),
            "households": numbers(places.added(places.grid_households)),
            "grids": numbers(places.grids_per_community),
            **({} if places.real else {"secretary_stars": numbers(stars)}),
            "lng": numbers(places.community_points[:, 0]),
            "lat": numbers(places.community_points[:, 1]),
            **_contacts(places, count, 1001, seed, "community table"),
            "sort_order": numbers(np.arange(1, count + 1)),
        }
    )
    return with_notice(_coded(frame, places, places.community_codes))


def grid_table(places: Places, dedicated: Flags, seed: int) -> pd.DataFrame:
    """The grids; `dedicated` (grids,) are those made for a large enterprise."""
    generator = stream(seed, "grid table")
    count = len(places.grid_ids)
    workers = draw_names(generator, generator.random(count) < 0.6)
    return with_notice(
        pd.DataFrame(
            {
                "grid_id": texts(places.grid_ids),
                "name": texts(places.grid_names),
                "community_id": texts(places.community_ids[places.grid_community]),
                "grid_kind": texts(np.where(dedicated, "dedicated", "general")),
                "households": numbers(places.grid_households),
                "min_members": numbers(places.grid_members),
                "grid_worker": texts(only_where(np.full(count, not places.real), workers)),
                "lng": numbers(places.grid_points[:, 0]),
                "lat": numbers(places.grid_points[:, 1]),
            }
        )
    )


def _contacts(places: Places, count: int, first: int, seed: int, name: str) -> dict[str, pd.Series]:
    """Whom to call; of real places the columns are there to be filled in."""
    generator = stream(seed, name)
    persons = draw_names(generator, generator.random(count) < 0.5)
    invented = np.full(count, not places.real)
    return {
        "contact": texts(only_where(invented, persons)),
        "phone": texts(only_where(invented, draw_phones(count, first))),
    }


def _coded(frame: pd.DataFrame, places: Places, codes: Objects) -> pd.DataFrame:
    return frame.assign(division_code=texts(codes)) if places.real else frame


def _chosen(counts: YungangCounts) -> list[Township]:
    """The largest of each kind, in the order of their codes; all of them, then once more from the start."""
    every = townships("yungang_places.csv")
    streets = [place for place in every if place.kind == "street"]
    rural = [place for place in every if place.kind != "street"]
    return [*largest(streets, counts.streets), *largest(rural, counts.townships)]


def _areas(per_community: Integers, community_sub: Integers, seed: int) -> tuple[Floats, Floats, Floats]:
    """Rectangles of sub-districts and communities and points of grids, in degrees from the centre."""
    generator = stream(seed, "areas")
    half = _EXTENT / 2 * np.sqrt(per_community.sum() / _DISTRICT_GRIDS)
    weights = np.bincount(community_sub, per_community).astype(np.float64)
    subs = divide(np.concatenate((-half, half)), weights, generator.random((len(weights), 2)))
    spread = generator.random((len(community_sub), 2))
    communities = divide_each(subs, community_sub, per_community.astype(np.float64), spread)
    grids = [
        lattice(area, int(count), generator).points
        for area, count in zip(communities, per_community, strict=True)
    ]
    return subs, communities, np.concatenate(grids)
