"""Agencies with their branches, partners, and one plan of the first stage known to be feasible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.demo.apportion import apportion, split_each
from matchmaker.demo.catalogues import category_codes
from matchmaker.demo.drawing import take_up
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
from matchmaker.demo.meihekou.catalogues import DEPARTMENTS, INDUSTRIES, AgencyKind, agency_kinds
from matchmaker.demo.meihekou.counts import MeihekouCounts
from matchmaker.demo.meihekou.places import Places
from matchmaker.demo.names import branch_names, chinese_numeral, draw_names, draw_phones

__all__ = ["STRONG", "Organisations", "agency_table", "branch_table", "draw_organisations", "partner_table"]

STRONG = 4
"""Strength from which an agency counts as strong."""

MOST_AGENCIES = 5
"""Agencies of a community at most, as the scheme says."""

_STRONG_FOR_WEAK = 3
"""Strong agencies that each community to be raised gets at least."""

_MEMBERS_PER_BRANCH = 35
_AT_CENTRES = 0.7
"""Part of the agencies that stand in the communities with a large committee."""

_TWO_COMMUNITIES = 0.15
"""Part of the agencies that can take a second community."""


@dataclass(frozen=True)
class Organisations:
    """The agencies of one data set; rows in the order of their ids.

    Parameters
    ----------
    agency_ids, agency_names, kinds : (agencies,)
    functions : (agencies, 16) bool
    located : (agencies,)
        Position of the community it stands in.
    feasible : (agencies,)
        Position of a community for each: a plan that keeps every rule of the first stage,
        known beforehand so that there is a plan at every scale. Never published.
    strength, capacity, members : (agencies,)
        Strength 1–5, communities it can take, members who can take part.
    branch_ids : (branches,)
    branch_agency : (branches,)
        Position of the agency, ascending.
    branch_members : (branches,)
    """

    agency_ids: Objects
    agency_names: Objects
    kinds: tuple[AgencyKind, ...]
    functions: Flags
    located: Integers
    feasible: Integers
    strength: Integers
    capacity: Integers
    members: Integers
    branch_ids: Objects
    branch_agency: Integers
    branch_members: Integers

    def members_of_communities(self, communities: int) -> Integers:
        """Members that the feasible plan brings to each community; (communities,)."""
        return np.bincount(self.feasible, self.members, communities).astype(np.int64)

    def located_in(self, communities: int) -> Integers:
        """Agencies that stand in each community; (communities,)."""
        return np.bincount(self.located, minlength=communities)


def draw_organisations(places: Places, counts: MeihekouCounts, seed: int) -> Organisations:
    """Draw the agencies, where they stand, how large and strong they are."""
    kinds, names = _agencies(counts.agencies)
    generator = stream(seed, "organisations")
    count, communities = counts.agencies, counts.communities
    least = np.where(places.weak, _STRONG_FOR_WEAK, 2)
    room = apportion(count, places.households**0.5, least, MOST_AGENCIES)
    feasible = generator.permutation(np.repeat(np.arange(communities), room))
    weight = np.array([kind.weight for kind in kinds]) * generator.lognormal(0, 0.2, count)
    members = apportion(counts.members, weight, 10, 10 + 4 * counts.members // count)
    branches = -(-members // _MEMBERS_PER_BRANCH)
    branch_agency = np.repeat(np.arange(count), branches)
    large = np.argsort(-members, kind="stable")[: int(_TWO_COMMUNITIES * count)]
    capacity = np.ones(count, np.int64)
    capacity[large] = 2
    return Organisations(
        agency_ids=ids("A", count, 3),
        agency_names=names,
        kinds=kinds,
        functions=_functions(kinds, generator),
        located=_locations(places, count, generator),
        feasible=feasible,
        strength=_strengths(places, feasible, weight, generator),
        capacity=capacity,
        members=members,
        branch_ids=ids("B", len(branch_agency), 4),
        branch_agency=branch_agency,
        branch_members=split_each(members, branch_agency, np.ones(len(branch_agency))),
    )


def agency_table(organisations: Organisations, places: Places, seed: int) -> pd.DataFrame:
    """The agencies, in their official order."""
    generator = stream(seed, "agencies")
    count = len(organisations.agency_ids)
    near = generator.random((count, 2)) * 0.01 - 0.005
    points = np.round(places.community_points[organisations.located] + near, 6)
    house = generator.integers(1, 200, count)
    frame = pd.DataFrame(
        {
            "agency_id": texts(organisations.agency_ids),
            "name": texts(organisations.agency_names),
            "agency_type": texts(kind.agency_type for kind in organisations.kinds),
            "level": texts(["district"] * count),
            "member_count": numbers(organisations.members),
            "branch_count": numbers(np.bincount(organisations.branch_agency, minlength=count)),
            "function_codes": categories_column(organisations.functions, category_codes()),
            "address": texts(f"示例路{number}号" for number in house),
            "located_sub_district": texts(places.sub_ids[places.community_sub[organisations.located]]),
            "community_id": texts(places.community_ids[organisations.located]),
            "lng": numbers(points[:, 0]),
            "lat": numbers(points[:, 1]),
            "strength": numbers(organisations.strength),
            "capacity": numbers(organisations.capacity),
            "liaison": texts(draw_names(generator, generator.random(count) < 0.6)),
            "phone": texts(draw_phones(count, 10001)),
            "active": flags(np.ones(count)),
            "sort_order": numbers(np.arange(1, count + 1)),
        }
    )
    return with_notice(frame.drop(columns=["lng", "lat"]) if places.real else frame)


def branch_table(organisations: Organisations, seed: int) -> pd.DataFrame:
    """The branches, numbered within their agencies."""
    generator = stream(seed, "branches")
    agency = organisations.branch_agency
    return with_notice(
        pd.DataFrame(
            {
                "branch_id": texts(organisations.branch_ids),
                "name": texts(branch_names(organisations.agency_names, agency)),
                "agency_id": texts(organisations.agency_ids[agency]),
                "secretary": texts(draw_names(generator, generator.random(len(agency)) < 0.4)),
                "member_count": numbers(organisations.branch_members),
                "sort_order": numbers(np.arange(1, len(agency) + 1)),
            }
        )
    )


def partner_table(places: Places, counts: MeihekouCounts, seed: int) -> pd.DataFrame:
    """Private firms and social organisations of all industries, in all communities."""
    generator = stream(seed, "partners")
    count, codes = counts.partners, category_codes()
    industries = np.array(list(INDUSTRIES), object)
    industry = generator.permutation(np.arange(count) % len(industries))
    social = generator.random(count) < 0.4
    community = np.repeat(np.arange(len(places.community_ids)), apportion(count, places.households))
    functions = np.array([[code in INDUSTRIES[name] for code in codes] for name in industries[industry]])
    word = np.where(social, "社会组织", "企业")
    number = np.arange(1, count + 1)
    frame = pd.DataFrame(
        {
            "partner_id": texts(ids("P", count, 3)),
            "name": texts(
                f"示例{name}{kind}{at:02d}"
                for name, kind, at in zip(industries[industry], word, number, strict=True)
            ),
            "kind": texts(np.where(social, "social", "enterprise")),
            "industry": texts(industries[industry]),
            "member_count": numbers(generator.integers(3, 30, count)),
            "community_id": texts(places.community_ids[community]),
            "sub_district_id": texts(places.sub_ids[places.community_sub[community]]),
            "function_codes": categories_column(functions, codes),
            "secretary": texts(draw_names(generator, generator.random(count) < 0.3)),
            "sort_order": numbers(number),
        }
    )
    return with_notice(frame)


def _agencies(count: int) -> tuple[tuple[AgencyKind, ...], Objects]:
    """Kind and name of each agency: the four departments, and the others taken evenly from the list."""
    every = agency_kinds()
    needed = [at for at, kind in enumerate(every) if kind.name in DEPARTMENTS]
    others = [at for at in range(len(every)) if at not in needed]
    rounds, rest = divmod(count, len(every))
    some = [others[at * len(others) // max(rest - len(needed), 1)] for at in range(rest - len(needed))]
    first = list(range(len(every))) if rounds else sorted([*needed, *some])
    chosen, names = [every[at] for at in first], [f"示例{every[at].name}" for at in first]
    for again in range(1, rounds + (rest > 0) if rounds else 1):
        for kind in every[: min(len(every), count - len(chosen))]:
            chosen.append(kind)
            names.append(f"示例{kind.name}({chinese_numeral(again + 1)})")
    return tuple(chosen), np.array(names, object)


def _functions(kinds: tuple[AgencyKind, ...], generator: np.random.Generator) -> Flags:
    codes = category_codes()
    own = np.array([[code in kind.functions for code in codes] for kind in kinds])
    return take_up(own, 0.3, generator)


def _locations(places: Places, count: int, generator: np.random.Generator) -> Integers:
    """Most agencies stand in the communities that qualify for a large committee."""
    everywhere = generator.integers(0, len(places.community_ids), count)
    centres = np.flatnonzero(places.qualified)
    if not len(centres):
        return everywhere
    at_centre = generator.permutation(np.arange(count) < round(_AT_CENTRES * count))
    located = everywhere.copy()
    located[at_centre] = centres[np.arange(int(at_centre.sum())) % len(centres)]
    return located.astype(np.int64)


def _strengths(
    places: Places, feasible: Integers, weight: Floats, generator: np.random.Generator
) -> Integers:
    """1 to 5; the feasible plan has as many strong agencies at each weak community as the scheme asks for."""
    drawn = np.clip(np.round(1.9 + 0.7 * weight + generator.normal(0, 0.7, len(weight))), 1, 5)
    strength: Integers = drawn.astype(np.int64)
    for community in np.flatnonzero(places.weak):
        own = np.flatnonzero(feasible == community)
        first = own[np.argsort(-strength[own], kind="stable")][:_STRONG_FOR_WEAK]
        strength[first] = np.maximum(strength[first], STRONG)
    return strength
