"""The tables of sub-districts and communities, with what they are good at and short of."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.catalogues import category_codes, characters
from matchmaker.demo.counts import Counts
from matchmaker.demo.drawing import choose_columns
from matchmaker.demo.frames import categories_column, flags, numbers, stream, texts, with_notice
from matchmaker.demo.geography import Places
from matchmaker.demo.names import draw_names, draw_phones

__all__ = ["community_table", "sub_district_table"]

_AGENCY_BAND = 0.15
"""How far a sub-district's number of agencies may be from its share of the grids."""

_WEAK_SUB_DISTRICTS, _STRONG_SUB_DISTRICTS = 0.3, 0.35
"""Parts of the sub-districts that are weak, and strong."""

_JUDGING = ["strengths", "weaknesses", "strength_level", "secretary_stars", "weak"]
_PERSONAL = ["secretary"]


def sub_district_table(places: Places, counts: Counts, seed: int) -> pd.DataFrame:
    """The sub-districts; with real names nothing that judges one and nobody to call."""
    generator = stream(seed, "sub_districts")
    count = len(places.sub_ids)
    needs = np.zeros((count, len(category_codes())))
    np.add.at(needs, places.community_sub, places.needs_of_communities())
    share = counts.agencies * places.grids_per_sub / counts.grids
    frame = pd.DataFrame(
        {
            "sub_district_id": texts(places.sub_ids),
            "name": texts(places.sub_names),
            "kind": texts(["street"] * count),
            "area": numbers(places.area_km2),
            "population": numbers(places.population_per_sub),
            "households": numbers(places.households_per_sub),
            "communities": numbers(np.bincount(places.community_sub, minlength=count)),
            "strength_level": _levels_of_sub_districts(places, seed),
            "strengths": _strengths(needs, generator, 3),
            "weaknesses": _weaknesses(needs, generator, np.full(count, 3)),
            "min_agencies": numbers(np.floor((1 - _AGENCY_BAND) * share)),
            "max_agencies": numbers(np.ceil((1 + _AGENCY_BAND) * share)),
            "lng": numbers(places.sub_points[:, 0]),
            "lat": numbers(places.sub_points[:, 1]),
            **_contacts(draw_names(generator, generator.random(count) < 0.5), 1, places.real),
            "sort_order": numbers(np.arange(1, count + 1)),
        }
    )
    if places.real:
        invented = [name for name in (*_JUDGING, *_PERSONAL) if name in frame and name != "strength_level"]
        frame = frame.drop(columns=invented).assign(strength_level=texts([None] * count))  # to be filled in
        # Calibrated areas of real places are known for some only: better none than invented ones.
        frame = frame.drop(columns=["area"]).assign(division_code=texts(places.sub_codes))
    return with_notice(frame)


def community_table(places: Places, seed: int) -> pd.DataFrame:
    """The communities; with real names nothing that judges one and nobody to call."""
    generator = stream(seed, "communities")
    count = len(places.community_ids)
    strong = _standing(places, generator)
    weak = np.argsort(strong, kind="stable").argsort(kind="stable") < max(1, round(0.08 * count))
    level = np.select([weak | (strong < -0.7), strong < 0.5], ["weak", "medium"], "strong")
    stars = np.clip(np.round(3.4 + 0.7 * strong + generator.normal(0, 0.6, count)), 1, 5)
    kinds = np.array([character.community_kind for character in characters()], object)
    words = np.array([character.name for character in characters()], object)
    committee = generator.random(count) < 0.7
    needs = places.needs_of_communities()
    frame = pd.DataFrame(
        {
            "community_id": texts(places.community_ids),
            "name": texts(places.community_names),
            "sub_district_id": texts(places.sub_ids[places.community_sub]),
            "kind": texts(["urban"] * count if places.real else kinds[places.community_character]),
            "households": numbers(places.households_per_community),
            "population": numbers(places.population_per_community),
            "grids": numbers(places.grids_per_community),
            "strength_level": texts(level),
            "secretary_stars": numbers(stars),
            "strengths": _strengths(needs, generator, 2),
            "weaknesses": _weaknesses(needs, generator, 2 + weak.astype(np.int64)),
            "weak": flags(weak),
            "has_committee": flags(committee),
            "committee_seats": numbers(np.where(committee, generator.integers(5, 10, count), 0)),
            "secretary": texts(draw_names(generator, generator.random(count) < 0.45)),
            **_contacts(draw_names(generator, generator.random(count) < 0.6), 1001, places.real),
            "lng": numbers(places.community_points[:, 0]),
            "lat": numbers(places.community_points[:, 1]),
            "sort_order": numbers(np.arange(1, count + 1)),
            "character": texts(words[places.community_character]),
        }
    )
    if places.real:
        invented = [*_JUDGING, *_PERSONAL, "character", "has_committee", "committee_seats"]
        frame = frame.drop(columns=invented).assign(division_code=texts(places.community_codes))
    return with_notice(frame)


def _standing(places: Places, generator: np.random.Generator) -> NDArray[np.float64]:
    """How strong each community is, around 0: the first that its table's stream draws."""
    return generator.normal(0, 1, len(places.community_ids))


def _levels_of_sub_districts(places: Places, seed: int) -> pd.Series:
    """Weak, medium or strong, by how strong the communities are on average."""
    count = len(places.sub_ids)
    standing = _standing(places, stream(seed, "communities"))
    mean = np.bincount(places.community_sub, standing, count) / np.bincount(places.community_sub)
    rank = np.argsort(np.argsort(mean, kind="stable"), kind="stable")
    weak, strong = max(1, round(_WEAK_SUB_DISTRICTS * count)), round(_STRONG_SUB_DISTRICTS * count)
    return texts(np.select([rank < weak, rank >= count - strong], ["weak", "strong"], "medium"))


def _contacts(names: NDArray[np.object_], first_phone: int, real: bool) -> dict[str, pd.Series]:
    """Whom to call; of real places the columns are there to be filled in."""
    count = len(names)
    return {
        "contact": texts([None] * count if real else names),
        "phone": texts([None] * count if real else draw_phones(count, first_phone)),
    }


def _weaknesses(
    needs: NDArray[np.float64], generator: np.random.Generator, count: NDArray[np.int64]
) -> pd.Series:
    """Categories drawn by how much they are needed, `count` for each place."""
    return categories_column(choose_columns(2.5 * np.log(needs), generator, count), category_codes())


def _strengths(needs: NDArray[np.float64], generator: np.random.Generator, count: int) -> pd.Series:
    """Categories drawn from those that are least needed."""
    return categories_column(
        choose_columns(-2.5 * np.log(needs), generator, np.full(len(needs), count)), category_codes()
    )
