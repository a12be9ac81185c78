"""The roster of members: invented names, ranks, homes, skills, and who may not take part."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.catalogues import category_codes
from matchmaker.demo.frames import (
    categories_column,
    flags,
    ids,
    numbers,
    only_where,
    stream,
    texts,
    with_notice,
)
from matchmaker.demo.geography import Places
from matchmaker.demo.housing import Housing
from matchmaker.demo.names import draw_names, draw_phones
from matchmaker.demo.organisations import Organisations

__all__ = ["member_table"]

Integers = NDArray[np.int64]
Objects = NDArray[np.object_]

_REASONS = np.array(["病假", "孕产期", "外派", "借调", "将退休", "年老体弱", "流动"], object)
_CATEGORIES_OF_EXEMPT = np.array(
    ["in_service", "in_service", "in_service", "in_service", "in_service", "frail", "mobile"], object
)
_AGENCY_TYPES = ("party", "government", "justice", "mass", "vertical")
_SENIOR_TYPES = ("party", "government", "justice")


def member_table(
    organisations: Organisations, places: Places, housing: Housing, year: int, seed: int
) -> pd.DataFrame:
    """The roster, branch by branch.

    Homes are inside the district for nearly nine in ten, and nearer to the agency than
    chance would have it; the others have none.
    """
    generator = stream(seed, "members")
    size = organisations.eligible + organisations.others
    branch = np.repeat(np.arange(len(size)), size)
    count = len(branch)
    agency = organisations.branch_agency[branch]
    within = np.arange(count) - np.repeat(np.cumsum(size) - size, size)
    # The last of each branch are those who may not take part.
    eligible = within < organisations.eligible[branch]
    reason = generator.integers(0, len(_REASONS), count)
    female = generator.random(count) < 0.42
    female |= ~eligible & (_REASONS[reason] == "孕产期")
    rank, title, leader = _ranks(organisations, agency, generator)
    kinds = np.array([kind.agency_type for kind in organisations.agency_kind], object)[agency]
    category = np.where(np.isin(kinds, _AGENCY_TYPES), "agency", "in_service")
    category = np.where(np.isin(rank, ("division", "deputy_division")), "leader", category)
    category = np.where(eligible, category, _CATEGORIES_OF_EXEMPT[reason])
    birth, retire = _dates(eligible, _REASONS[reason], leader, year, generator)
    home_sub, home_community, home_building = _homes(
        organisations.located[agency], places, housing, generator
    )
    return with_notice(
        pd.DataFrame(
            {
                "member_id": texts(ids("M", count, 5)),
                "name": texts(draw_names(generator, female)),
                "sex": texts(np.where(female, "female", "male")),
                "birth": texts(birth),
                "agency_id": texts(organisations.agency_ids[agency]),
                "branch_id": texts(organisations.branch_ids[branch]),
                "member_category": texts(category),
                "rank": texts(rank),
                "post_title": texts(title),
                "is_team_member": flags(leader),
                "home_sub_district": texts(home_sub),
                "home_community": texts(home_community),
                "home_building": texts(home_building),
                "skills": categories_column(
                    _skills(organisations.branch_functions[branch], generator), category_codes()
                ),
                "hours": numbers(generator.integers(2, 11, count) * 2),
                "eligible": flags(eligible),
                "exempt_reason": texts(only_where(~eligible, _REASONS[reason])),
                "retire_on": texts(retire),
                "phone": texts(draw_phones(count, 100001)),
            }
        )
    )


def _ranks(
    organisations: Organisations, agency: Integers, generator: np.random.Generator
) -> tuple[Objects, Objects, NDArray[np.bool_]]:
    """Rank, title, and whether in the leading team: the first of each agency lead it."""
    members = organisations.members_per_agency
    place = np.arange(len(agency)) - (np.cumsum(members) - members)[agency]
    senior = np.array([kind.agency_type in _SENIOR_TYPES for kind in organisations.agency_kind])[agency]
    central = senior & (np.array([kind.count for kind in organisations.agency_kind])[agency] == 1)
    deputies = 1 + members[agency] // 20
    head, deputy = place == 0, (place > 0) & (place <= deputies)
    chance = generator.random(len(agency))
    rank = np.select(
        [head & central, head, deputy & central, deputy, chance < 0.14, chance < 0.32],
        ["division", "section", "deputy_division", "deputy_section", "section", "deputy_section"],
        "general",
    ).astype(object)
    title = np.select(
        [head, deputy, rank == "section", rank == "deputy_section"],
        ["主要负责人", "班子成员", "部门负责人", "部门副职"],
        "工作人员",
    ).astype(object)
    return rank, title, head | deputy


def _dates(
    eligible: NDArray[np.bool_],
    reason: Objects,
    leader: NDArray[np.bool_],
    year: int,
    generator: np.random.Generator,
) -> tuple[Objects, Objects]:
    """Months of birth and of retirement at sixty, as the first of the month."""
    count = len(eligible)
    age = np.where(leader, generator.integers(38, 59, count), generator.integers(24, 59, count))
    age = np.where(~eligible & (reason == "孕产期"), generator.integers(25, 42, count), age)
    age = np.where(~eligible & np.isin(reason, ("将退休", "年老体弱")), 59, age)
    month = generator.integers(1, 13, count)
    birth = np.array([f"{y}-{m:02d}-01" for y, m in zip(year - 1 - age, month, strict=True)], object)
    retire = np.array([f"{y}-{m:02d}-01" for y, m in zip(year + 59 - age, month, strict=True)], object)
    return birth, retire


def _homes(
    located: Integers, places: Places, housing: Housing, generator: np.random.Generator
) -> tuple[Objects, Objects, Objects]:
    """Home sub-district, community and building of each member, or None."""
    count = len(located)
    building_sub = places.grid_sub[housing.grid]
    grown = np.concatenate(([0], np.cumsum(housing.households)))
    last = np.searchsorted(building_sub, np.arange(len(places.sub_ids)), side="right")
    first = np.searchsorted(building_sub, np.arange(len(places.sub_ids)), side="left")
    near = generator.random(count) < 0.4
    low = np.where(near, grown[first[located]], 0)
    high = np.where(near, grown[last[located]], grown[-1])
    household = low + generator.random(count) * (high - low)
    building = np.clip(np.searchsorted(grown, household, side="right") - 1, 0, len(housing.grid) - 1)
    grid = housing.grid[building]
    away = generator.random(count) < 0.12
    unknown = away | (generator.random(count) < 0.05)
    return (
        only_where(~away, places.sub_ids[places.grid_sub[grid]]),
        only_where(~away, places.community_ids[places.grid_community[grid]]),
        only_where(~unknown, housing.building_ids[building]),
    )


def _skills(functions: NDArray[np.bool_], generator: np.random.Generator) -> NDArray[np.bool_]:
    """None to a few categories: often of one's own trade, sometimes anything."""
    skills: NDArray[np.bool_] = functions & (generator.random(functions.shape) < 0.5)
    extra = generator.integers(0, functions.shape[1], len(functions))
    taken = generator.random(len(functions)) < 0.35
    skills[np.flatnonzero(taken), extra[taken]] = True
    return skills
