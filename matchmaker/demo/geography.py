"""Sub-districts, communities and grids: their numbers, places on a schematic map, character."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.apportion import apportion
from matchmaker.demo.catalogues import Street, characters, streets
from matchmaker.demo.counts import Counts
from matchmaker.demo.frames import ids, numbers, stream, texts, with_notice
from matchmaker.demo.layout import INVENTED_CENTRE, divide, divide_each, lattice, middle, on_map, touching

__all__ = ["Places", "adjacency_table", "draw_places", "grid_table"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Objects = NDArray[np.object_]

HOUSEHOLDS_PER_GRID = (300, 500)
"""The norm of an urban grid."""
MIN_BUILDINGS_PER_GRID, MAX_BUILDINGS_PER_GRID = 12, 24

_REGISTERED = 0.9
"""Least number of registered members of a grid, of its share by households."""

_EXTENT = np.array([0.31, 0.22])
"""Degrees that the whole district takes up."""
_DISTRICT_KM2 = 390.0
_DISTRICT_GRIDS = 4000


@dataclass(frozen=True)
class Places:
    """The places of one data set, as arrays; rows in the order of their ids.

    Parameters
    ----------
    real : bool
        Whether they bear the real names.
    sub_ids, sub_names, sub_codes : (sub_districts,)
        ``sub_codes`` are the real division codes, None for invented places.
    community_ids, community_names, community_codes : (communities,)
    community_sub : (communities,)
        Position of the sub-district.
    community_character : (communities,)
        Position in `characters()`.
    grid_ids, grid_names : (grids,)
    grid_community : (grids,)
        Position of the community, ascending; successive grids are neighbours.
    grid_households, grid_population, grid_buildings : (grids,)
    sub_points, community_points, grid_points : (…, 2)
        Longitude and latitude.
    sub_edges, community_edges, grid_edges : (…, 2)
        Neighbours by position, first < second.
    area_km2 : (sub_districts,)
    """

    real: bool
    sub_ids: Objects
    sub_names: Objects
    sub_codes: Objects
    community_ids: Objects
    community_names: Objects
    community_codes: Objects
    community_sub: Integers
    community_character: Integers
    grid_ids: Objects
    grid_names: Objects
    grid_community: Integers
    grid_households: Integers
    grid_population: Integers
    grid_buildings: Integers
    sub_points: Floats
    community_points: Floats
    grid_points: Floats
    sub_edges: Integers
    community_edges: Integers
    grid_edges: Integers
    area_km2: Floats

    @property
    def grid_sub(self) -> Integers:
        """Position of each grid's sub-district."""
        return self.community_sub[self.grid_community]

    @property
    def grids_per_sub(self) -> Integers:
        """Number of grids of each sub-district."""
        return np.bincount(self.grid_sub, minlength=len(self.sub_ids))

    @property
    def households_per_sub(self) -> Integers:
        """Number of households of each sub-district."""
        return _total(self.grid_sub, self.grid_households, len(self.sub_ids))

    @property
    def population_per_sub(self) -> Integers:
        """Number of residents of each sub-district."""
        return _total(self.grid_sub, self.grid_population, len(self.sub_ids))

    @property
    def population_per_community(self) -> Integers:
        """Number of residents of each community."""
        return _total(self.grid_community, self.grid_population, len(self.community_ids))

    @property
    def grids_per_community(self) -> Integers:
        """Number of grids of each community."""
        return np.bincount(self.grid_community, minlength=len(self.community_ids))

    @property
    def households_per_community(self) -> Integers:
        """Number of households of each community."""
        return _total(self.grid_community, self.grid_households, len(self.community_ids))

    def needs_of_communities(self) -> Floats:
        """How much each category weighs in each community, by its character; (communities, 16)."""
        weights = np.array([character.needs for character in characters()])
        return weights[self.community_character]


def draw_places(counts: Counts, seed: int, real_names: bool) -> Places:
    """Draw the places of a data set.

    The number of communities of each sub-district is the real one, scaled; grids,
    households and buildings follow the character of the place.
    """
    order = stream(seed, "order")
    chosen = _chosen_streets(counts.sub_districts)
    if not real_names:
        # Invented places stand in another order, so that no drawn fact points back.
        chosen = [chosen[at] for at in order.permutation(len(chosen))]
    size = np.array([len(street.communities) for street in chosen])
    per_sub = apportion(counts.communities, size, 1)
    community_sub = np.repeat(np.arange(len(chosen)), per_sub)
    community_character = _characters(community_sub, stream(seed, "characters"))

    grids = stream(seed, "grids")
    uneven = np.clip(grids.lognormal(0, 0.25, counts.communities), 0.6, 1.5)
    floor = max(1, int(0.5 * counts.grids / counts.communities))
    per_community = apportion(counts.grids, uneven, floor)
    grid_community = np.repeat(np.arange(counts.communities), per_community)
    kind = community_character[grid_community]
    mean = np.array([character.households for character in characters()])[kind]
    low, high = HOUSEHOLDS_PER_GRID
    households = np.clip(np.round(grids.normal(mean, 32)), low, high).astype(np.int64)
    per_household = np.clip(grids.normal(2.5, 0.15, counts.grids), 2.0, 3.0)
    built = np.array([character.buildings for character in characters()])[kind]
    buildings = apportion(
        counts.buildings,
        built * grids.lognormal(0, 0.15, counts.grids),
        MIN_BUILDINGS_PER_GRID,
        MAX_BUILDINGS_PER_GRID,
    )

    sub_areas, community_areas = _areas(chosen, community_sub, per_community, seed, real_names)
    centre = _street_points(chosen).mean(axis=0) if real_names else INVENTED_CENTRE
    points, edges = _lattices(community_areas, per_community, stream(seed, "lattices"))
    phase = stream(seed, "map").uniform(0, 2 * np.pi, 2)
    sub_names, sub_codes, community_names, community_codes = _names(chosen, per_sub, real_names)
    number = np.arange(counts.grids) - np.repeat(np.cumsum(per_community) - per_community, per_community) + 1
    return Places(
        real=real_names,
        sub_ids=ids("S", len(chosen), 2),
        sub_names=sub_names,
        sub_codes=sub_codes,
        community_ids=ids("C", counts.communities, 3),
        community_names=community_names,
        community_codes=community_codes,
        community_sub=community_sub,
        community_character=community_character,
        grid_ids=ids("G", counts.grids, 4),
        grid_names=np.array(
            [f"{community_names[c]}第{n:02d}网格" for c, n in zip(grid_community, number, strict=True)],
            object,
        ),
        grid_community=grid_community,
        grid_households=households,
        grid_population=np.round(households * per_household).astype(np.int64),
        grid_buildings=buildings,
        sub_points=on_map(middle(sub_areas), centre, phase),
        community_points=on_map(middle(community_areas), centre, phase),
        grid_points=on_map(points, centre, phase),
        sub_edges=touching(sub_areas),
        community_edges=touching(community_areas),
        grid_edges=edges,
        area_km2=np.round(_size(sub_areas) * (_DISTRICT_KM2 / _EXTENT.prod()), 1),
    )


def grid_table(places: Places, counts: Counts, seed: int) -> pd.DataFrame:
    """The grids; places with real names carry neither difficulty nor persons."""
    generator = stream(seed, "grid table")
    count = len(places.grid_ids)
    households = places.grid_households.sum()
    kinds = np.array([character.community_kind for character in characters()], object)
    in_park = kinds[places.community_character[places.grid_community]] == "park"
    dedicated = in_park & (generator.random(count) < 0.12)
    frame = pd.DataFrame(
        {
            "grid_id": texts(places.grid_ids),
            "name": texts(places.grid_names),
            "community_id": texts(places.community_ids[places.grid_community]),
            "grid_kind": texts(np.where(dedicated & (not places.real), "dedicated", "general")),
            "households": numbers(places.grid_households),
            "population": numbers(places.grid_population),
            "buildings": numbers(places.grid_buildings),
            "min_members": numbers(
                np.floor(_REGISTERED * counts.field_members * places.grid_households / households)
            ),
            "difficulty": numbers(np.round(np.clip(generator.normal(1.0, 0.18, count), 0.6, 1.6), 2)),
            "lng": numbers(places.grid_points[:, 0]),
            "lat": numbers(places.grid_points[:, 1]),
        }
    )
    return with_notice(frame.drop(columns=["difficulty"]) if places.real else frame)


def adjacency_table(places: Places) -> pd.DataFrame:
    """Neighbours on the schematic map: grids of one community, communities, sub-districts.

    Of sub-districts with real names it says nothing: their neighbours are known.
    """
    parts = [
        ("grids", places.grid_ids, places.grid_edges),
        ("communities", places.community_ids, places.community_edges),
    ]
    if not places.real:
        parts.append(("sub_districts", places.sub_ids, places.sub_edges))
    frame = pd.DataFrame(
        {
            "table": texts(table for table, _, edges in parts for _ in range(len(edges))),
            "id_a": texts(np.concatenate([names[edges[:, 0]] for _, names, edges in parts])),
            "id_b": texts(np.concatenate([names[edges[:, 1]] for _, names, edges in parts])),
        }
    )
    return with_notice(frame)


def _chosen_streets(count: int) -> list[Street]:
    """The `count` largest real sub-districts in their order; beyond all of them, from the start again."""
    every = streets()
    rounds, rest = divmod(count, len(every))
    largest = sorted(range(len(every)), key=lambda at: -len(every[at].communities))[:rest]
    return [*every * rounds, *(every[at] for at in sorted(largest))]


def _characters(community_sub: Integers, generator: np.random.Generator) -> Integers:
    share = np.array([character.share for character in characters()])
    share = share / share.sum()
    count = int(community_sub.max()) + 1
    main = np.repeat(np.arange(len(share)), apportion(count, share))
    main = generator.permutation(main)[community_sub]
    other = generator.choice(len(share), len(community_sub), p=share)
    return np.where(generator.random(len(community_sub)) < 0.6, main, other).astype(np.int64)


def _areas(
    chosen: list[Street], community_sub: Integers, grids: Integers, seed: int, real_names: bool
) -> tuple[Floats, Floats]:
    """Rectangles of sub-districts and of communities, in degrees from the map's centre."""
    generator = stream(seed, "areas")
    half = _EXTENT / 2 * np.sqrt(grids.sum() / _DISTRICT_GRIDS)
    whole = np.concatenate((-half, half))
    count = len(chosen)
    east = (np.arange(count) + 0.5) / count
    north = 0.5 + 0.4 * np.sin(2.4 * np.arange(count)) + generator.normal(0, 0.05, count)
    centres = _street_points(chosen) if real_names else np.column_stack((east, north))
    weights = np.bincount(community_sub, grids, count).astype(np.float64)
    subs = divide(whole, weights, centres)
    spread = generator.random((len(community_sub), 2))
    return subs, divide_each(subs, community_sub, grids.astype(np.float64), spread)


def _lattices(
    areas: Floats, per_community: Integers, generator: np.random.Generator
) -> tuple[Floats, Integers]:
    drawn = [lattice(area, int(grids), generator) for area, grids in zip(areas, per_community, strict=True)]
    first = np.cumsum(per_community) - per_community
    points = np.concatenate([part.points for part in drawn])
    edges = np.concatenate([part.edges + start for part, start in zip(drawn, first, strict=True)])
    return points, edges


def _size(areas: Floats) -> Floats:
    return np.asarray(np.prod(areas[:, 2:] - areas[:, :2], axis=1), np.float64)


def _street_points(chosen: list[Street]) -> Floats:
    return np.array([(street.lng, street.lat) for street in chosen])


def _names(
    chosen: list[Street], per_sub: Integers, real_names: bool
) -> tuple[Objects, Objects, Objects, Objects]:
    """Names and codes of sub-districts and communities; invented where there is no real one left."""
    known = len(streets())
    sub_width, width = max(2, len(str(len(chosen)))), max(2, len(str(int(per_sub.sum()))))
    subs: list[tuple[str, str | None]] = []
    communities: list[tuple[str, str | None]] = []
    for at, (street, count) in enumerate(zip(chosen, per_sub, strict=True)):
        real = real_names and at < known
        subs.append((street.name, street.code) if real else (f"示例街道{at + 1:0{sub_width}d}", None))
        for number in range(int(count)):
            if real and number < len(street.communities):
                code, name = street.communities[number]
                communities.append((name, code))
            else:
                communities.append((f"示例社区{len(communities) + 1:0{width}d}", None))
    return (
        np.array([name for name, _ in subs], object),
        np.array([code for _, code in subs], object),
        np.array([name for name, _ in communities], object),
        np.array([code for _, code in communities], object),
    )


def _total(owner: Integers, amounts: Integers, count: int) -> Integers:
    return np.bincount(owner, amounts, count).astype(np.int64)
