"""Towns and villages: their real numbers, a schematic map, what they need and what they lack."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from matchmaker.demo.apportion import apportion
from matchmaker.demo.catalogues import category_codes, rows_of
from matchmaker.demo.frames import (
    Flags,
    Floats,
    Integers,
    Objects,
    categories_column,
    numbers,
    only_where,
    stream,
    texts,
    with_notice,
)
from matchmaker.demo.layout import INVENTED_CENTRE, divide, divide_each, middle, on_map
from matchmaker.demo.names import draw_names, draw_phones
from matchmaker.demo.qingbaijiang.counts import QingbaijiangCounts
from matchmaker.demo.townships import Structure, draw_structure, largest, townships

__all__ = ["SIDES", "Places", "community_table", "draw_places", "sub_district_table"]

SIDES = np.array(["理论", "实践"], object)
"""What cadres and villages are strong or short in: theory, practice."""

_WEAK = 0.08
_EXTENT = np.array([0.24, 0.18])
"""Degrees that the district takes up."""


@dataclass(frozen=True)
class Places(Structure):
    """The places of one data set: towns, and their villages and communities; rows in the order of their ids.

    Parameters
    ----------
    character : (communities,)
        Position in the table of characters.
    households : (communities,)
        All that live there.
    weak : (communities,) bool
        Those that are to be raised first.
    sub_points, community_points : (…, 2)
        Longitude and latitude on the schematic map.
    """

    character: Integers
    households: Integers
    weak: Flags
    sub_points: Floats
    community_points: Floats

    def needs(self) -> Floats:
        """How much each category weighs in each village, by its character; (villages, 16)."""
        weights = [[float(row[code]) for code in category_codes()] for row in _characters()]
        return np.array(weights)[self.character]

    def partner_weight(self) -> Floats:
        """How many firms and associations a village has, relative to others; (villages,)."""
        return np.array([float(row["partners"]) for row in _characters()])[self.character]


def draw_places(counts: QingbaijiangCounts, seed: int, real_names: bool) -> Places:
    """Draw the places of a data set.

    The number of villages of each town, and how many of them are communities, is the real
    one, scaled; the rest is drawn.
    """
    chosen = largest(townships("qingbaijiang_places.csv"), counts.towns)
    structure = draw_structure(chosen, counts.villages, 3, seed, real_names)
    character = _drawn_characters(~structure.village, stream(seed, "characters"))
    usual = np.array([float(row["households"]) for row in _characters()])[character]
    sizes = usual * np.clip(stream(seed, "households").lognormal(0, 0.25, counts.villages), 0.6, 1.6)
    sub_points, community_points = _points(structure.community_sub, sizes, seed)
    order = stream(seed, "weak").permutation(counts.villages)
    return Places(
        **vars(structure),
        character=character,
        households=np.round(sizes).astype(np.int64),
        weak=np.isin(np.arange(counts.villages), order[: max(1, round(_WEAK * counts.villages))]),
        sub_points=sub_points,
        community_points=community_points,
    )


def sub_district_table(places: Places, seed: int) -> pd.DataFrame:
    """The towns; with real names no persons and no position on the invented map."""
    generator = stream(seed, "sub_districts")
    count = len(places.sub_ids)
    frame = pd.DataFrame(
        {
            "sub_district_id": texts(places.sub_ids),
            "name": texts(places.sub_names),
            "kind": texts(places.sub_kinds),
            "households": numbers(np.bincount(places.community_sub, places.households, count)),
            "communities": numbers(np.bincount(places.community_sub, minlength=count)),
            "lng": numbers(places.sub_points[:, 0]),
            "lat": numbers(places.sub_points[:, 1]),
            "contact": _unless_real(places, draw_names(generator, generator.random(count) < 0.5)),
            "phone": _unless_real(places, draw_phones(count, 1)),
            "sort_order": numbers(np.arange(1, count + 1)),
        }
    )
    return with_notice(_for_real_places(frame, places, places.sub_codes))


def community_table(places: Places, seed: int) -> pd.DataFrame:
    """The villages and communities.

    With real names the columns that judge a place or name a person there are empty: the
    scheme reads them, an office fills them in.
    """
    generator = stream(seed, "communities")
    count = len(places.community_ids)
    short_of = SIDES[(generator.random(count) < 0.5).astype(int)]
    needs = places.needs() * generator.lognormal(0, 0.35, (count, len(category_codes())))
    rank = np.argsort(np.argsort(-needs, axis=1, kind="stable"), axis=1, kind="stable")
    lacking = (rank < 2) & (not places.real)
    frame = pd.DataFrame(
        {
            "community_id": texts(places.community_ids),
            "name": texts(places.community_names),
            "sub_district_id": texts(places.sub_ids[places.community_sub]),
            "kind": texts(np.where(places.village, "village", "urban")),
            "households": numbers(places.households),
            "weaknesses": categories_column(lacking, category_codes()),
            "weak": pd.Series([None] * count if places.real else places.weak, dtype="boolean"),
            "secretary": _unless_real(places, draw_names(generator, generator.random(count) < 0.4)),
            "contact": _unless_real(places, draw_names(generator, generator.random(count) < 0.6)),
            "phone": _unless_real(places, draw_phones(count, 1001)),
            "lng": numbers(places.community_points[:, 0]),
            "lat": numbers(places.community_points[:, 1]),
            "sort_order": numbers(np.arange(1, count + 1)),
            "short_of": _unless_real(places, short_of),
        }
    )
    return with_notice(_for_real_places(frame, places, places.community_codes))


def _unless_real(places: Places, values: Objects) -> pd.Series:
    return texts(only_where(np.full(len(values), not places.real), values))


def _for_real_places(frame: pd.DataFrame, places: Places, codes: Objects) -> pd.DataFrame:
    return frame.drop(columns=["lng", "lat"]).assign(division_code=texts(codes)) if places.real else frame


@cache
def _characters() -> tuple[dict[str, str], ...]:
    return tuple(rows_of("qingbaijiang_characters.csv"))


def _drawn_characters(urban: Flags, generator: np.random.Generator) -> Integers:
    kinds = np.array([row["kind"] for row in _characters()], object)
    share = np.array([float(row["share"]) for row in _characters()])
    result = np.empty(len(urban), np.int64)
    for kind, here in (("urban", urban), ("village", ~urban)):
        possible = np.flatnonzero(kinds == kind)
        parts = apportion(int(here.sum()), share[possible])
        result[here] = generator.permutation(np.repeat(possible, parts))
    return result


def _points(village_town: Integers, sizes: Floats, seed: int) -> tuple[Floats, Floats]:
    """Positions of towns and villages: a rectangle each on a schematic map."""
    generator = stream(seed, "map")
    count = int(village_town.max()) + 1
    half = _EXTENT / 2
    weights = np.bincount(village_town, sizes**0.5, count).astype(np.float64)
    areas = divide(np.concatenate((-half, half)), weights, generator.random((count, 2)))
    villages = divide_each(areas, village_town, sizes**0.5, generator.random((len(village_town), 2)))
    phase = generator.uniform(0, 2 * np.pi, 2)
    return (
        on_map(middle(areas), INVENTED_CENTRE, phase),
        on_map(middle(villages), INVENTED_CENTRE, phase),
    )
