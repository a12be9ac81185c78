"""Party organisations of communities and enterprises, their branches, and the roster of members."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.demo.catalogues import category_codes
from matchmaker.demo.drawing import among, draw_skills
from matchmaker.demo.frames import (
    Flags,
    Integers,
    Objects,
    births,
    categories_column,
    flags,
    ids,
    numbered,
    numbers,
    only_where,
    stream,
    texts,
    with_notice,
)
from matchmaker.demo.names import branch_names, draw_names, draw_phones
from matchmaker.demo.yungang.enterprises import Enterprises
from matchmaker.demo.yungang.places import Places

__all__ = ["HELPERS", "Organisations", "agency_table", "branch_table", "draw_organisations", "member_table"]

HELPERS = ("in_service", "veteran", "community")
"""Categories of members who help; the others are cared for, kept in touch with, or left alone."""

COMMUNITY_MEMBERS = {"veteran": 2, "community": 5, "retired": 3, "frail": 2, "mobile": 1, "hardship": 1}
"""Members of each community's own organisation: the same everywhere, which says nothing of any place."""

_PER_BRANCH = 20
_COMMUNITY_FUNCTIONS = ("org", "policy", "elderly", "env")
_AWAY = 0.04
"""Members in service who may not take part this year."""
_REASONS = np.array(["病假", "孕产期", "外派", "借调"], object)
_RANKS = np.array(["section", "deputy_section", "general"], object)


@dataclass(frozen=True)
class Organisations:
    """Party organisations, branches and members; rows in the order of their ids.

    Communities' organisations come first, then those of enterprises.

    Parameters
    ----------
    community : (agencies,)
        Position of the community in which each stands.
    enterprise : (agencies,)
        Position of the enterprise, -1 for a community's own.
    agency_ids, branch_ids, member_ids : (…,)
    branch_agency, member_branch : (…,)
        Positions, ascending.
    category : (members,)
        Code of the member's category.
    eligible : (members,) bool
        Not away this year.
    """

    community: Integers
    enterprise: Integers
    agency_ids: Objects
    branch_ids: Objects
    branch_agency: Integers
    member_ids: Objects
    member_branch: Integers
    category: Objects
    eligible: Flags

    @property
    def member_agency(self) -> Integers:
        """Position of each member's organisation."""
        return self.branch_agency[self.member_branch]

    @property
    def member_community(self) -> Integers:
        """Position of the community in which each member's organisation stands."""
        return self.community[self.member_agency]

    @property
    def helps(self) -> Flags:
        """Members who help: of a helping category, and not away."""
        helps: Flags = self.eligible & np.isin(self.category.astype(str), HELPERS)
        return helps

    def helpers_per_community(self, count: int) -> Integers:
        """Members who help, by the community in which their organisation stands."""
        return np.bincount(self.member_community[self.helps], minlength=count)


def draw_organisations(places: Places, enterprises: Enterprises, seed: int) -> Organisations:
    """An organisation for each community and each enterprise, with branches of about twenty."""
    generator = stream(seed, "organisations")
    communities, count = len(places.community_ids), len(enterprises.ids)
    away = np.maximum(np.round(_AWAY * enterprises.volunteers), enterprises.volunteers > 12).astype(np.int64)
    own = np.concatenate(
        [np.full(communities, sum(COMMUNITY_MEMBERS.values())), enterprises.volunteers + away]
    )
    branches = np.maximum(1, np.round(own / _PER_BRANCH)).astype(np.int64)
    branch_agency = np.repeat(np.arange(communities + count), branches)
    agency = np.repeat(np.arange(communities + count), own)
    place = numbered(agency)
    member_branch = (np.cumsum(branches) - branches)[agency] + place * branches[agency] // own[agency]
    every = [category for category, number in COMMUNITY_MEMBERS.items() for _ in range(number)]
    category = np.full(len(agency), "in_service", object)
    category[agency < communities] = np.tile(np.array(every, object), communities)
    # Who is away is drawn anew for each enterprise: any of its members may be.
    order = np.lexsort((generator.random(len(agency)), agency))
    eligible = np.ones(len(agency), bool)
    gone = (agency >= communities) & (place < np.concatenate([np.zeros(communities, int), away])[agency])
    eligible[order[gone]] = False
    return Organisations(
        community=np.concatenate([np.arange(communities), enterprises.community]),
        enterprise=np.concatenate([np.full(communities, -1), np.arange(count)]),
        agency_ids=ids("A", communities + count, 4),
        branch_ids=ids("B", len(branch_agency), 4),
        branch_agency=branch_agency,
        member_ids=ids("M", len(agency), 5),
        member_branch=member_branch,
        category=category,
        eligible=eligible,
    )


def agency_table(
    organisations: Organisations, enterprises: Enterprises, places: Places, seed: int
) -> pd.DataFrame:
    """The party organisations of communities and of enterprises."""
    generator = stream(seed, "agency table")
    count = len(organisations.agency_ids)
    own = organisations.enterprise < 0
    names = _owner_names(organisations, enterprises, places) + "党组织"
    sub = places.community_sub[organisations.community]
    branches = np.bincount(organisations.branch_agency, minlength=count)
    return with_notice(
        pd.DataFrame(
            {
                "agency_id": texts(organisations.agency_ids),
                "name": texts(names),
                "agency_type": texts(np.where(own, "party", "stationed")),
                "level": texts(np.where(own, "township", "district")),
                "member_count": numbers(np.bincount(organisations.member_agency, minlength=count)),
                "branch_count": numbers(branches),
                "function_codes": categories_column(_functions(organisations, enterprises), category_codes()),
                "located_sub_district": texts(places.sub_ids[sub]),
                "community_id": texts(places.community_ids[organisations.community]),
                "liaison": texts(draw_names(generator, generator.random(count) < 0.5)),
                "phone": texts(draw_phones(count, 30001)),
                "active": flags(np.ones(count)),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def branch_table(
    organisations: Organisations, enterprises: Enterprises, places: Places, seed: int
) -> pd.DataFrame:
    """The branches, numbered within their organisations."""
    generator = stream(seed, "branch table")
    agency = organisations.branch_agency
    count = len(agency)
    owners = _owner_names(organisations, enterprises, places)
    functions = _functions(organisations, enterprises)[agency]
    return with_notice(
        pd.DataFrame(
            {
                "branch_id": texts(organisations.branch_ids),
                "name": texts(branch_names(owners, agency)),
                "agency_id": texts(organisations.agency_ids[agency]),
                "secretary": texts(draw_names(generator, generator.random(count) < 0.4)),
                "member_count": numbers(np.bincount(organisations.member_branch, minlength=count)),
                "function_codes": categories_column(functions, category_codes()),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def member_table(
    organisations: Organisations, enterprises: Enterprises, places: Places, year: int, seed: int
) -> pd.DataFrame:
    """The roster: who registered with a community, and the members of the communities themselves."""
    generator = stream(seed, "members")
    count = len(organisations.member_ids)
    female = generator.random(count) < 0.4
    serving = organisations.category == "in_service"
    aged = np.isin(organisations.category.astype(str), ("retired", "frail"))
    age = np.where(aged, generator.integers(62, 86, count), generator.integers(24, 59, count))
    month = generator.integers(1, 13, count)
    rank = np.where(serving, _RANKS[generator.choice(3, count, p=[0.05, 0.1, 0.85])], "general")
    reason = _REASONS[generator.integers(0, len(_REASONS), count)]
    home_grid = _home_grids(organisations, places, generator)
    known = home_grid >= 0
    functions = _functions(organisations, enterprises)[organisations.member_agency]
    community = places.grid_community[home_grid]
    return with_notice(
        pd.DataFrame(
            {
                "member_id": texts(organisations.member_ids),
                "name": texts(draw_names(generator, female)),
                "sex": texts(np.where(female, "female", "male")),
                "birth": births(year, age, month),
                "agency_id": texts(organisations.agency_ids[organisations.member_agency]),
                "branch_id": texts(organisations.branch_ids[organisations.member_branch]),
                "member_category": texts(organisations.category),
                "rank": texts(rank),
                "home_sub_district": texts(
                    only_where(known, places.sub_ids[places.community_sub[community]])
                ),
                "home_community": texts(only_where(known, places.community_ids[community])),
                "home_grid": texts(only_where(known, places.grid_ids[home_grid])),
                "skills": categories_column(draw_skills(functions, 0.45, 0.45, generator), category_codes()),
                "hours": numbers(generator.integers(2, 7, count) * 2),
                "eligible": flags(organisations.eligible),
                "exempt_reason": texts(only_where(~organisations.eligible, reason)),
                "phone": texts(draw_phones(count, 100001)),
            }
        )
    )


def _owner_names(organisations: Organisations, enterprises: Enterprises, places: Places) -> Objects:
    """The enterprise or the community whose organisation each is; (agencies,)."""
    communities = places.community_names[organisations.community]
    at = organisations.enterprise
    return np.where(at < 0, communities, enterprises.names[at]).astype(object)


def _functions(organisations: Organisations, enterprises: Enterprises) -> Flags:
    """Of each organisation: those of its enterprise, or what every community sees to; (agencies, 16)."""
    own = np.array([code in _COMMUNITY_FUNCTIONS for code in category_codes()])
    at = organisations.enterprise
    return np.where((at < 0)[:, None], own, enterprises.functions[at])


def _home_grids(organisations: Organisations, places: Places, generator: np.random.Generator) -> Integers:
    """Most members of a community live in it; of the others half nearby, one in eight outside (-1)."""
    community, sub = organisations.member_community, places.community_sub
    chance = generator.random((2, len(community)))
    near = among(sub[community], np.bincount(sub), chance[0])
    serving = organisations.category == "in_service"
    where = np.where(chance[1] < np.where(serving, 0.5, 0.1), near, community)
    grid = among(where, places.grids_per_community, generator.random(len(where)))
    return np.where(serving & (chance[1] > 0.875), -1, grid)
