"""Sub-districts, communities, villages and grids: the real structure, invented names, a schematic map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.apportion import apportion
from matchmaker.demo.frames import ids, numbers, only_where, stream, texts, with_notice
from matchmaker.demo.layout import INVENTED_CENTRE, divide, divide_each, lattice, middle, on_map
from matchmaker.demo.names import draw_names, draw_phones
from matchmaker.demo.townships import Township, communities_of, largest, place_names, townships
from matchmaker.demo.yungang.counts import YungangCounts

__all__ = ["Places", "community_table", "draw_places", "grid_table", "sub_district_table"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Integers = NDArray[np.int64]
Objects = NDArray[np.object_]

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
class Places:
    """The places of one data set, as arrays; rows in the order of their ids.

    Parameters
    ----------
    real : bool
        Whether they bear the real names.
    sub_ids, sub_names, sub_codes, sub_kinds : (sub_districts,)
        ``sub_codes`` are the real division codes, None for invented places.
    community_ids, community_names, community_codes : (communities,)
    community_sub : (communities,)
        Position of the sub-district, ascending.
    village : (communities,) bool
    grid_ids, grid_names : (grids,)
    grid_community : (grids,)
        Position of the community, ascending.
    grid_households, grid_members : (grids,)
        ``grid_members`` are the members that each should have.
    sub_points, community_points, grid_points : (…, 2)
        Longitude and latitude on the schematic map.
    """

    real: bool
    sub_ids: Objects
    sub_names: Objects
    sub_codes: Objects
    sub_kinds: Objects
    community_ids: Objects
    community_names: Objects
    community_codes: Objects
    community_sub: Integers
    village: Flags
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
    chosen = _chosen(counts)
    if not real_names:
        # Invented places stand in another order, so that no drawn fact points back.
        chosen = [chosen[at] for at in stream(seed, "order").permutation(len(chosen))]
    per_sub = apportion(counts.communities, [len(place.communities) for place in chosen], 2)
    community_sub = np.repeat(np.arange(len(chosen)), per_sub)
    found = [communities_of(place, int(count)) for place, count in zip(chosen, per_sub, strict=True)]
    village = np.array([is_village for part in found for _, _, is_village in part])

    generator = stream(seed, "grids")
    weights = np.where(village, _GRIDS_OF_VILLAGE, 1.0) * generator.lognormal(0, 0.2, len(village))
    per_community = apportion(counts.grids, weights, 2, _MOST_GRIDS)
    grid_community = np.repeat(np.arange(len(village)), per_community)
    low, high, mean = np.array(_HOUSEHOLDS)[village[grid_community].astype(np.int64)].T
    households = np.clip(np.round(generator.normal(mean, 40)), low, high).astype(np.int64)

    subs, communities, grids = _areas(per_sub, per_community, community_sub, seed)
    phase = stream(seed, "map").uniform(0, 2 * np.pi, 2)
    sub_points, community_points, grid_points = (
        on_map(points, INVENTED_CENTRE, phase) for points in (middle(subs), middle(communities), grids)
    )
    sub_names, community_names = place_names(chosen, found, real_names)
    number = np.arange(len(grid_community)) - (np.cumsum(per_community) - per_community)[grid_community] + 1
    return Places(
        real=real_names,
        sub_ids=ids("S", len(chosen), 2),
        sub_names=sub_names,
        sub_codes=np.array([place.code if real_names else None for place in chosen], object),
        sub_kinds=np.array([place.kind for place in chosen], object),
        community_ids=ids("C", len(village), 3),
        community_names=community_names,
        community_codes=np.array(
            [code if real_names else None for part in found for code, _, _ in part], object
        ),
        community_sub=community_sub,
        village=village,
        grid_ids=ids("G", len(grid_community), 4),
        grid_names=np.array(
            [f"{community_names[c]}第{n:02d}网格" for c, n in zip(grid_community, number, strict=True)],
            object,
        ),
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


def _areas(
    per_sub: Integers, per_community: Integers, community_sub: Integers, seed: int
) -> tuple[Floats, Floats, Floats]:
    """Rectangles of sub-districts and communities and points of grids, in degrees from the centre."""
    generator = stream(seed, "areas")
    half = _EXTENT / 2 * np.sqrt(per_community.sum() / _DISTRICT_GRIDS)
    weights = np.bincount(community_sub, per_community, len(per_sub)).astype(np.float64)
    subs = divide(np.concatenate((-half, half)), weights, generator.random((len(per_sub), 2)))
    spread = generator.random((len(community_sub), 2))
    communities = divide_each(subs, community_sub, per_community.astype(np.float64), spread)
    grids = [
        lattice(area, int(count), generator).points
        for area, count in zip(communities, per_community, strict=True)
    ]
    return subs, communities, np.concatenate(grids)
