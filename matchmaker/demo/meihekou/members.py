"""The roster of members, and the heads of their agencies."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.demo.catalogues import category_codes
from matchmaker.demo.drawing import take_up
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
from matchmaker.demo.meihekou.organisations import Organisations
from matchmaker.demo.meihekou.places import Places
from matchmaker.demo.names import draw_names, draw_phones

__all__ = ["AWAY", "homes_of", "member_table"]

AWAY = 4
"""In every agency one member of so many lives in no urban community and reports where the agency does."""

_SPARE = 0.02
"""Members who may not take part, per one who may."""

_REASONS = np.array(["病假", "外派", "借调", "将退休"], object)


def member_table(organisations: Organisations, places: Places, year: int, seed: int) -> pd.DataFrame:
    """The roster, agency by agency; the first of each agency is its head."""
    generator = stream(seed, "members")
    branch = np.repeat(np.arange(len(organisations.branch_ids)), organisations.branch_members)
    taking_part = len(branch)
    spare = generator.integers(0, len(organisations.branch_ids), max(1, round(_SPARE * taking_part)))
    branch = np.concatenate([branch, spare])
    eligible = np.arange(len(branch)) < taking_part
    order = np.lexsort((np.arange(len(branch)), ~eligible, branch))
    branch, eligible = branch[order], eligible[order]
    count = len(branch)
    agency = organisations.branch_agency[branch]
    place = numbered(agency)
    head, team = place == 0, (place > 0) & (place <= 3)
    home = _homes(agency, eligible, places, generator)
    functions = organisations.functions[agency]
    skills = functions & (generator.random(functions.shape) < 0.5)
    skills = take_up(skills, 0.4, generator, also=skills.sum(axis=1) == 0)
    age = np.where(head | team, generator.integers(38, 58, count), generator.integers(24, 59, count))
    month = generator.integers(1, 13, count)
    return with_notice(
        pd.DataFrame(
            {
                "member_id": texts(ids("M", count, 5)),
                "name": texts(draw_names(generator, generator.random(count) < 0.42)),
                "birth": births(year, age, month),
                "agency_id": texts(organisations.agency_ids[agency]),
                "branch_id": texts(organisations.branch_ids[branch]),
                "member_category": texts(np.where(head, "leader", "in_service")),
                "rank": texts(_ranks(head, team, generator)),
                "post_title": texts(np.select([head, team], ["主要负责人", "班子成员"], "工作人员")),
                "unit_head": flags(head),
                "is_team_member": flags(head | team),
                "home_community": texts(only_where(home >= 0, places.community_ids[home])),
                "skills": categories_column(skills, category_codes()),
                "hours": numbers(generator.integers(2, 11, count) * 2),
                "eligible": flags(eligible),
                "exempt_reason": texts(
                    only_where(~eligible, _REASONS[generator.integers(0, len(_REASONS), count)])
                ),
                "phone": texts(draw_phones(count, 100001)),
            }
        )
    )


def homes_of(members: pd.DataFrame, places: Places) -> Integers:
    """Members who can take part and live in each community; (communities,)."""
    lives = members.loc[members["eligible"].astype(bool), "home_community"].dropna()
    at = pd.Index(places.community_ids).get_indexer(pd.Index(lives.to_numpy(object)))
    return np.bincount(at, minlength=len(places.community_ids)).astype(np.int64)


def _homes(agency: Integers, eligible: Flags, places: Places, generator: np.random.Generator) -> Integers:
    """Position of each member's home community; -1 for those who live elsewhere."""
    share = places.households / places.households.sum()
    home = generator.choice(len(share), len(agency), p=share)
    # counted among those who take part, so that no agency has more members from elsewhere than that
    order = np.lexsort((generator.random(len(agency)), ~eligible, agency))
    place = np.empty(len(agency), np.int64)
    place[order] = numbered(agency)
    return np.where(place % AWAY == AWAY - 1, -1, home).astype(np.int64)


def _ranks(head: Flags, team: Flags, generator: np.random.Generator) -> Objects:
    chance = generator.random(len(head))
    ranks: Objects = np.select(
        [head, team, chance < 0.1, chance < 0.25],
        ["section", "deputy_section", "section", "deputy_section"],
        "general",
    ).astype(object)
    return ranks
