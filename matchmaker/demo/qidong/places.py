"""Towns, communities and villages: the real structure, invented names, a schematic map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.apportion import apportion
from matchmaker.demo.catalogues import characters
from matchmaker.demo.frames import ids, numbers, only_where, stream, texts, with_notice
from matchmaker.demo.layout import divide, divide_each, middle, on_map
from matchmaker.demo.names import chinese_numeral
from matchmaker.demo.qidong.catalogues import Town, towns
from matchmaker.demo.qidong.counts import QidongCounts
from matchmaker.demo.townships import Community

__all__ = ["Places", "community_table", "draw_places", "town_table"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Objects = NDArray[np.object_]

_INVENTED_CENTRE = np.array([131.0, 20.0])
"""Open sea: nobody takes it for a place."""

_EXTENT = np.array([0.5, 0.4])
"""Degrees that the whole city takes up at scale 1."""


@dataclass(frozen=True)
class Places:
    """The places of one data set; rows in the order of their ids.

    Parameters
    ----------
    real : bool
        Whether they bear the real names.
    town_ids, town_names, town_codes : (towns,)
        The main town first; codes are None for invented places.
    ids, names, codes : (places,)
        Communities that organisations move into, then the main town's other communities,
        then the villages.
    town : (places,)
        Position of the town.
    zone : (places,)
        Position of the zone for the communities of the main city, else -1.
    character : (places,)
        Position in `characters()`.
    households : (places,)
    points, town_points : (…, 2)
        Longitude and latitude.
    """

    real: bool
    town_ids: Objects
    town_names: Objects
    town_codes: Objects
    ids: Objects
    names: Objects
    codes: Objects
    town: Integers
    zone: Integers
    is_village: NDArray[np.bool_]
    character: Integers
    households: Integers
    points: Floats
    town_points: Floats

    @property
    def is_main_city(self) -> NDArray[np.bool_]:
        """Which places are communities that organisations move into."""
        return self.zone >= 0

    def needs(self) -> Floats:
        """How much each category weighs in each place, by its character; (places, 16)."""
        return np.array([character.needs for character in characters()])[self.character]


def draw_places(counts: QidongCounts, seed: int, real_names: bool) -> Places:
    """Draw the places: the towns with most villages, and of each its share of the villages."""
    chosen = _chosen_towns(counts.towns)
    if not real_names:
        # Invented towns stand in another order, so that no drawn fact points back.
        rest = stream(seed, "order").permutation(len(chosen) - 1) + 1
        chosen = [chosen[0], *(chosen[at] for at in rest)]
    villages = apportion(counts.villages, [len(town.villages) for town in chosen], 1)
    communities = counts.main_communities + counts.outer_communities
    town = np.concatenate([np.zeros(communities, np.int64), np.repeat(np.arange(len(chosen)), villages)])
    sizes = apportion(counts.main_communities, np.ones(counts.groups))
    zone = np.full(len(town), -1, np.int64)
    zone[: counts.main_communities] = np.repeat(np.arange(counts.groups), sizes)
    is_village = np.arange(len(town)) >= communities
    generator = stream(seed, "places")
    character = generator.integers(0, len(characters()), len(town))
    points, town_points = _map(town, zone, seed)
    town_names, town_codes, names, codes = _names(chosen, villages, counts, real_names)
    return Places(
        real=real_names,
        town_ids=ids("S", len(chosen), 2),
        town_names=town_names,
        town_codes=town_codes,
        ids=ids("C", len(town), 3),
        names=names,
        codes=codes,
        town=town,
        zone=zone,
        is_village=is_village,
        character=character,
        households=np.round(np.where(is_village, 900, 2400) * generator.lognormal(0, 0.25, len(town))).astype(
            np.int64
        ),
        points=points,
        town_points=town_points,
    )


def town_table(places: Places) -> pd.DataFrame:
    """The towns."""
    count = len(places.town_ids)
    frame = pd.DataFrame(
        {
            "sub_district_id": texts(places.town_ids),
            "name": texts(places.town_names),
            "kind": texts(["town"] * count),
            "communities": numbers(np.bincount(places.town, minlength=count)),
            "sort_order": numbers(np.arange(1, count + 1)),
        }
    )
    return with_notice(_located(frame, places.real, places.town_points, places.town_codes))


def community_table(places: Places) -> pd.DataFrame:
    """Communities and villages; only the communities of the main city have a zone."""
    count = len(places.ids)
    zones = [f"主城第{chinese_numeral(at + 1)}片区" for at in range(int(places.zone.max()) + 1)]
    frame = pd.DataFrame(
        {
            "community_id": texts(places.ids),
            "name": texts(places.names),
            "sub_district_id": texts(places.town_ids[places.town]),
            "kind": texts(np.where(places.is_village, "village", "urban")),
            "zone": texts(only_where(places.zone >= 0, np.array(zones, object)[places.zone])),
            "households": numbers(places.households),
            "sort_order": numbers(np.arange(1, count + 1)),
        }
    )
    return with_notice(_located(frame, places.real, places.points, places.codes))


def _located(frame: pd.DataFrame, real: bool, points: Floats, codes: Objects) -> pd.DataFrame:
    """The frame with a code for real places, with points on the schematic map for invented ones."""
    if real:
        return frame.assign(division_code=texts(codes))
    return frame.assign(lng=numbers(points[:, 0]), lat=numbers(points[:, 1]))


def _chosen_towns(count: int) -> list[Town]:
    """The main town and those with most villages, in their order; beyond all, from the start again."""
    main, *others = towns()
    rounds, rest = divmod(count - 1, len(others))
    largest = sorted(range(len(others)), key=lambda at: -len(others[at].villages))[:rest]
    return [main, *others * rounds, *(others[at] for at in sorted(largest))]


def _map(town: Integers, zone: Integers, seed: int) -> tuple[Floats, Floats]:
    """Points of places and of towns: rectangles for towns, in them for zones, in them for places."""
    generator = stream(seed, "map")
    half = _EXTENT / 2 * np.sqrt(len(town) / 140)
    spread = generator.random((int(town.max()) + 1, 2))
    spread[0] = 0.5  # the main town lies in the middle
    towns_areas = divide(np.concatenate((-half, half)), np.bincount(town).astype(np.float64), spread)
    blocks, block = np.unique(np.column_stack((town, zone)), axis=0, return_inverse=True)
    block_areas = divide_each(
        towns_areas,
        blocks[:, 0],
        np.bincount(block).astype(np.float64),
        generator.random((len(blocks), 2)),
    )
    areas = divide_each(block_areas, block, np.ones(len(town)), generator.random((len(town), 2)))
    phase = generator.uniform(0, 2 * np.pi, 2)
    return (
        on_map(middle(areas), _INVENTED_CENTRE, phase),
        on_map(middle(towns_areas), _INVENTED_CENTRE, phase),
    )


def _names(
    chosen: list[Town], villages: Integers, counts: QidongCounts, real_names: bool
) -> tuple[Objects, Objects, Objects, Objects]:
    """Names and codes of towns and places; invented where there is no real one left."""
    known = len(towns())
    town_rows: list[tuple[str, str | None]] = []
    rows: list[tuple[str, str | None]] = []
    for own, count, word in (
        (chosen[0].city, counts.main_communities, "示例社区"),
        (chosen[0].outside, counts.outer_communities, "示例城郊社区"),
    ):
        rows += _part(own if real_names else (), count, word)
    for at, (town, count) in enumerate(zip(chosen, villages, strict=True)):
        real = real_names and at < known
        town_rows.append((town.name, town.code) if real else (f"示例镇{at + 1:02d}", None))
        rows += _part(town.villages if real else (), int(count), f"示例{at + 1:02d}镇村")
    return (
        np.array([name for name, _ in town_rows], object),
        np.array([code for _, code in town_rows], object),
        np.array([name for name, _ in rows], object),
        np.array([code for _, code in rows], object),
    )


def _part(own: tuple[Community, ...], count: int, word: str) -> list[tuple[str, str | None]]:
    """Names and codes of so many places: the first real ones, the rest invented."""
    real = [(name, code) for code, name, _ in own[:count] if name is not None]
    return [*real, *((f"{word}{number:02d}", None) for number in range(len(real) + 1, count + 1))]
