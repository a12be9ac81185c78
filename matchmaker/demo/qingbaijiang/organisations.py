"""Agencies with one branch each, and their cadres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.demo.catalogues import AgencyKind, agency_kinds, category_codes
from matchmaker.demo.drawing import draw_skills, take_up
from matchmaker.demo.frames import (
    Flags,
    Floats,
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
from matchmaker.demo.names import chinese_numeral, draw_names, draw_phones
from matchmaker.demo.qingbaijiang.places import SIDES, Places
from matchmaker.demo.qingbaijiang.sizes import HARDSHIP_PER_SENIOR, Sizes

__all__ = ["Organisations", "agency_table", "branch_table", "draw_organisations", "member_table"]

STRONG = 4
"""Strength from which an agency may be given a village that is to be raised first."""

SMALL_FUND, LARGE_FUND = (4, 10), (14, 20)
"""Least and most funds of a small and of a large project, in ten thousand yuan."""
MOST_LARGE = 3
"""Large projects: no more than one team takes, so that there is room wherever the rich agencies are."""

_TYPES = ("party", "mass", "government", "institution", "justice", "vertical", "soe")
_POOL = 83
_ELSEWHERE = ("城市更新局", "轨道交通中心", "建筑工务署")
"""Bodies of a metropolitan district that one with villages does not have."""
_RURAL = (
    AgencyKind(
        "农业农村局", "区农业农村局", "government", "district", 1, 2.2, ("ecology", "biz", "talent"), False
    ),
    AgencyKind(
        "乡村振兴中心", "区乡村振兴中心", "government", "district", 1, 1.4, ("infra", "elderly"), False
    ),
    AgencyKind("供销合作社", "区供销合作社", "government", "district", 1, 1.2, ("biz", "employ"), False),
)
"""Bodies that it has instead, in their place in the official order."""
_SOE_FIRST = 1.6
"""Enterprises of the district count as agencies here: they come before institutions of their size."""
_THEORY = ("org", "law", "edu", "culture", "policy")
_REASONS = np.array(["病假", "孕产期", "借调", "将退休"], object)
_EXEMPT = 0.02
_TEAM = (3, 6)
"""Fewest and most in a leadership team."""


@dataclass(frozen=True)
class Organisations:
    """The agencies of one data set, each with one branch; rows in the order of their ids.

    Parameters
    ----------
    agency_ids, branch_ids, names : (agencies,)
    kinds : (agencies,)
    functions : (agencies, 16) bool
        By category.
    """

    agency_ids: Objects
    branch_ids: Objects
    names: Objects
    kinds: tuple[AgencyKind, ...]
    functions: Flags

    @property
    def weight(self) -> Floats:
        """Usual size of each agency, relative to others."""
        return np.array([kind.weight for kind in self.kinds])


def draw_organisations(count: int, seed: int) -> Organisations:
    """The agencies: party, government, mass, judicial and vertical bodies, institutions, enterprises."""
    generator = stream(seed, "functions")
    kinds, names = _chosen(count)
    codes = category_codes()
    own = np.array([[code in kind.functions for code in codes] for kind in kinds])
    functions = take_up(own, 0.3, generator)
    return Organisations(ids("A", count, 3), ids("B", count, 3), names, kinds, functions)


def agency_table(organisations: Organisations, places: Places, sizes: Sizes, seed: int) -> pd.DataFrame:
    """The agencies in official order; enough strong ones for the villages that are to be raised first."""
    generator = stream(seed, "agencies")
    count = len(organisations.agency_ids)
    strength = np.clip(np.round(1.3 + 0.7 * organisations.weight + generator.normal(0, 0.6, count)), 1, 5)
    needed = places.weak[sizes.village_of]
    strength = np.where(needed, np.maximum(strength, STRONG), strength)
    located = generator.integers(0, len(places.sub_ids), count)
    members = np.bincount(sizes.branch, minlength=count) + _exempt(sizes, seed)
    rich = generator.permutation(count) < max(MOST_LARGE, count // 4)
    budget = np.where(rich, LARGE_FUND[1], SMALL_FUND[1] + generator.integers(0, 3, count))
    return with_notice(
        pd.DataFrame(
            {
                "agency_id": texts(organisations.agency_ids),
                "name": texts(organisations.names),
                "short_name": texts(name.removeprefix("示例") for name in organisations.names),
                "agency_type": texts(kind.agency_type for kind in organisations.kinds),
                "level": texts(kind.level for kind in organisations.kinds),
                "member_count": numbers(members),
                "branch_count": numbers(np.ones(count)),
                "function_codes": categories_column(organisations.functions, category_codes()),
                "located_sub_district": texts(places.sub_ids[located]),
                "strength": numbers(strength),
                "leader_in_charge": texts(draw_names(generator, generator.random(count) < 0.35)),
                "liaison": texts(draw_names(generator, generator.random(count) < 0.6)),
                "phone": texts(draw_phones(count, 10001)),
                "active": flags(np.ones(count)),
                "sort_order": numbers(np.arange(1, count + 1)),
                "project_budget": numbers(budget),
            }
        )
    )


def branch_table(organisations: Organisations, sizes: Sizes, seed: int) -> pd.DataFrame:
    """One branch for each agency: what it does, what its cadres are strong in, how many it can help."""
    generator = stream(seed, "branches")
    count = len(organisations.branch_ids)
    codes = np.array(category_codes(), object)
    theory = organisations.functions[:, np.isin(codes, _THEORY)].sum(axis=1)
    share = theory / organisations.functions.sum(axis=1)
    strong_in = np.where(share + generator.normal(0, 0.25, count) > 0.5, SIDES[0], SIDES[1])
    members = np.bincount(sizes.branch, minlength=count) + _exempt(sizes, seed)
    return with_notice(
        pd.DataFrame(
            {
                "branch_id": texts(organisations.branch_ids),
                "name": texts(f"{name}党支部" for name in organisations.names),
                "agency_id": texts(organisations.agency_ids),
                "secretary": texts(draw_names(generator, generator.random(count) < 0.4)),
                "member_count": numbers(members),
                "function_codes": categories_column(organisations.functions, category_codes()),
                "liaison": texts(draw_names(generator, generator.random(count) < 0.6)),
                "sort_order": numbers(np.arange(1, count + 1)),
                "strong_in": texts(strong_in),
                "most_hardship": numbers(HARDSHIP_PER_SENIOR * sizes.seniors_of_branch),
            }
        )
    )


def member_table(organisations: Organisations, sizes: Sizes, year: int, seed: int) -> pd.DataFrame:
    """The party cadres, branch by branch; the last of each are the few who do not take part."""
    generator = stream(seed, "members")
    exempt = _exempt(sizes, seed)
    branch = np.concatenate((sizes.branch, np.repeat(np.arange(len(exempt)), exempt)))
    eligible = np.arange(len(branch)) < len(sizes.branch)
    senior = np.concatenate((sizes.senior, np.zeros(exempt.sum(), bool)))
    hours = np.concatenate((sizes.hours, np.zeros(exempt.sum(), np.int64)))
    order = np.argsort(branch, kind="stable")
    branch, eligible, senior, hours = branch[order], eligible[order], senior[order], hours[order]
    count = len(branch)
    rank, title, team = _posts(senior, numbered(branch), branch, generator)
    female = generator.random(count) < 0.42
    reason = _REASONS[generator.integers(0, len(_REASONS), count)]
    female |= ~eligible & (reason == "孕产期")
    age = np.where(senior, generator.integers(40, 58, count), generator.integers(25, 57, count))
    age = np.where(~eligible & (reason == "孕产期"), generator.integers(26, 40, count), age)
    age = np.where(~eligible & (reason == "将退休"), 59, age)
    month = generator.integers(1, 13, count)
    return with_notice(
        pd.DataFrame(
            {
                "member_id": texts(ids("M", count, 4)),
                "name": texts(draw_names(generator, female)),
                "sex": texts(np.where(female, "female", "male")),
                "birth": births(year, age, month),
                "agency_id": texts(organisations.agency_ids[branch]),
                "branch_id": texts(organisations.branch_ids[branch]),
                "member_category": texts(np.where(senior, "leader", "agency")),
                "rank": texts(rank),
                "post_title": texts(title),
                "is_team_member": flags(team),
                "skills": categories_column(
                    draw_skills(organisations.functions[branch], 0.4, 0.5, generator), category_codes()
                ),
                "hours": numbers(hours),
                "eligible": flags(eligible),
                "exempt_reason": texts(only_where(~eligible, reason)),
                "phone": texts(draw_phones(count, 100001)),
            }
        )
    )


def _exempt(sizes: Sizes, seed: int) -> Integers:
    """How many of each branch do not take part this year."""
    size = np.bincount(sizes.branch, minlength=len(sizes.village_of))
    total = max(1, round(_EXEMPT * len(sizes.branch)))
    return stream(seed, "exempt").multinomial(total, size / size.sum()).astype(np.int64)


def _posts(
    senior: Flags, place: Integers, branch: Integers, generator: np.random.Generator
) -> tuple[Objects, Objects, Flags]:
    """Rank, title, and whether in the leadership team: the first of each branch lead its agency."""
    size = generator.integers(_TEAM[0], _TEAM[1] + 1, int(branch.max()) + 1)
    team = senior & (place < size[branch])
    head = team & (place == 0)
    chance = generator.random(len(senior))
    rank = np.select(
        [head, senior, chance < 0.25, chance < 0.5],
        ["division", "deputy_division", "section", "deputy_section"],
        "general",
    ).astype(object)
    title = np.select(
        [head, team, senior, rank == "section", rank == "deputy_section"],
        ["主要负责人", "班子成员", "调研员", "科室负责人", "科室副职"],
        "工作人员",
    ).astype(object)
    return rank, title, team


def _chosen(count: int) -> tuple[tuple[AgencyKind, ...], Objects]:
    """Kind and name of each agency: the larger district bodies, evenly over their official order."""
    district = [
        kind
        for each in agency_kinds()
        if each.count == 1 and each.agency_type in _TYPES
        for kind in (_RURAL if each.kind == _ELSEWHERE[0] else (each,))
        if kind.kind not in _ELSEWHERE
    ]
    heaviest = sorted(range(len(district)), key=lambda at: -_priority(district[at]))[:_POOL]
    pool = [district[at] for at in sorted(heaviest)]
    rounds = -(-count // _POOL)
    even = ((np.arange(count) + 0.5) * rounds * len(pool) / count).astype(int)
    kinds = tuple(pool[at // rounds] for at in even)
    number: dict[str, int] = {}
    names = []
    for kind in kinds:
        number[kind.kind] = number.get(kind.kind, 0) + 1
        again = f"({chinese_numeral(number[kind.kind])})" if number[kind.kind] > 1 else ""
        names.append(f"{'示例' if kind.name.startswith('区') else '示例区'}{kind.name}{again}")
    return kinds, np.array(names, object)


def _priority(kind: AgencyKind) -> float:
    return kind.weight * (_SOE_FIRST if kind.agency_type == "soe" else 1.0)
