"""Who holds posts: grid groups, community committees, the reserve, fixed forces; codes and duties."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.demo.catalogues import category_codes
from matchmaker.demo.frames import (
    births,
    categories_column,
    ids,
    numbered,
    numbers,
    only_where,
    stream,
    texts,
    with_notice,
)
from matchmaker.demo.names import draw_names
from matchmaker.demo.yungang.enterprises import Enterprises
from matchmaker.demo.yungang.places import Places

__all__ = [
    "code_table",
    "community_member_table",
    "duty_table",
    "force_table",
    "grid_group_table",
    "pin_table",
    "reserve_cadre_table",
]

POSTS_PER_COMMUNITY_MEMBER = 3
"""Grid groups in which a member of a community's committee may hold a post; the scheme says the same."""

_LEAST_MEMBERS = 5
_TITLES = np.array(["书记、主任", "副书记", "副主任", "委员"], object)

_RESERVES = 5
"""Reserve cadres for each community."""
_SOURCES = {"grid_worker": 26, "excellent_member": 24, "graduate": 18, "retired_cadre": 16, "veteran": 16}
_AGES = {"grid_worker": 34, "excellent_member": 42, "graduate": 26, "retired_cadre": 60, "veteran": 36}

_FORCE_STAGES = {"enforcement": "force_street", "police": "force_street", "property": "force_community"}
_MANAGED = 0.6
"""Part of the communities that a property company manages."""

_JOINT_DUTIES = {
    "党建联抓": ("org", "talent"),
    "资源联享": ("biz", "employ", "edu", "culture", "policy"),
    "问题联解": ("law", "housing", "infra", "elderly"),
    "应急联防": ("health", "emergency"),
    "综治联控": ("safety",),
    "文明联创": ("env", "ecology"),
}
"""The six joint duties, and the categories of need that belong to each."""

_MANAGEMENT = {
    "in_service": ("特长式", "按特长认领岗位和点单，工作时间以外到社区服务"),
    "mobile": ("跟踪式", "定期联系，掌握去向，线上参加组织生活"),
    "frail": ("送学式", "送学上门，安排党员联系关爱"),
    "retired": ("特定式", "按意愿和身体状况参加活动"),
    "hardship": ("关爱式", "安排党员联系关爱，对接帮扶政策"),
    "veteran": ("服务式", "就近参加网格服务和应急值守"),
    "community": ("日常式", "参加本社区网格和岗位服务"),
}
"""How members of each of the seven categories are looked after, in words of our own."""

_ROLES = {"网格服务": "网格服务员", "社区志愿岗": "志愿服务员", "点单服务": "接单党员"}
_ROLE_DUTIES = {
    "网格服务": "联系网格住户，收集并上报问题",
    "社区志愿岗": "按岗位时段到岗服务",
    "点单服务": "接单、办理、回访，请群众评价",
}
_ACTIVE = ("in_service", "veteran", "community")


def grid_group_table(places: Places, enterprises: Enterprises, seed: int) -> pd.DataFrame:
    """A party group in each grid; those of grids made for an enterprise have more of its seats."""
    generator = stream(seed, "grid groups")
    count = len(places.grid_ids)
    return with_notice(
        pd.DataFrame(
            {
                "grid_group_id": texts(ids("D", count, 4)),
                "name": texts(f"{name}党小组" for name in places.grid_names),
                "grid_id": texts(places.grid_ids),
                "enterprise_seats": numbers(np.where(enterprises.dedicated, 2, 1)),
                "community_seats": numbers(generator.choice([1, 2], count, p=[0.7, 0.3])),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def community_member_table(places: Places, seed: int) -> pd.DataFrame:
    """Members of the communities' committees, enough of them for their grid groups."""
    generator = stream(seed, "community members")
    size = np.maximum(_LEAST_MEMBERS, -(-places.grids_per_community // POSTS_PER_COMMUNITY_MEMBER) + 1)
    community = np.repeat(np.arange(len(size)), size)
    place = numbered(community)
    count = len(community)
    skills = generator.random((count, len(category_codes()))) < 0.12
    return with_notice(
        pd.DataFrame(
            {
                "community_member_id": texts(ids("E", count, 4)),
                "name": texts(draw_names(generator, generator.random(count) < 0.45)),
                "community_id": texts(places.community_ids[community]),
                "post_title": texts(_TITLES[np.minimum(place, len(_TITLES) - 1)]),
                "skills": categories_column(skills, category_codes()),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def reserve_cadre_table(places: Places, year: int, seed: int) -> pd.DataFrame:
    """The reserve: five persons for each community, of five sources that are not equally frequent."""
    generator = stream(seed, "reserve")
    home = np.repeat(np.arange(len(places.community_ids)), _RESERVES)
    count = len(home)
    share = np.array(list(_SOURCES.values()), np.float64)
    source = np.array(list(_SOURCES), object)[generator.choice(len(share), count, p=share / share.sum())]
    middle = np.array([_AGES[kind] for kind in source])
    age = np.round(middle + generator.normal(0, 2.5, count)).astype(np.int64)
    month = generator.integers(1, 13, count)
    skills = generator.random((count, len(category_codes()))) < 0.15
    return with_notice(
        pd.DataFrame(
            {
                "reserve_cadre_id": texts(ids("Q", count, 4)),
                "name": texts(draw_names(generator, generator.random(count) < 0.45)),
                "source_kind": texts(source),
                "home_sub_district": texts(places.sub_ids[places.community_sub[home]]),
                "home_community": texts(places.community_ids[home]),
                "birth": births(year, age, month),
                "skills": categories_column(skills, category_codes()),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def force_table(places: Places, seed: int) -> pd.DataFrame:
    """Bodies that stand in a place: enforcement and police in each sub-district, property in communities."""
    generator = stream(seed, "forces")
    managed = np.flatnonzero(~places.village & (generator.random(len(places.village)) < _MANAGED))
    subs = np.arange(len(places.sub_ids))
    kinds = ["enforcement"] * len(subs) + ["police"] * len(subs) + ["property"] * len(managed)
    sub = np.concatenate([subs, subs, places.community_sub[managed]])
    community = np.concatenate([np.full(2 * len(subs), -1), managed])
    names = [f"{places.sub_names[at]}综合执法队" for at in subs]
    names += [f"{places.sub_names[at]}派出所" for at in subs]
    names += [f"示例{at + 1:03d}号物业服务公司" for at in range(len(managed))]
    count = len(kinds)
    return with_notice(
        pd.DataFrame(
            {
                "force_id": texts(ids("F", count, 3)),
                "name": texts(names),
                "force_kind": texts(kinds),
                "sub_district_id": texts(places.sub_ids[sub]),
                "community_id": texts(only_where(community >= 0, places.community_ids[community])),
                **({} if places.real else {"headcount": numbers(generator.integers(6, 30, count))}),
            }
        )
    )


def pin_table(forces: pd.DataFrame, year: int) -> pd.DataFrame:
    """Every fixed force is pinned to where it stands."""
    kinds = forces["force_kind"].to_numpy(object)
    in_community = kinds == "property"
    place = np.where(in_community, forces["community_id"], forces["sub_district_id"])
    count = len(forces)
    return with_notice(
        pd.DataFrame(
            {
                "stage": texts(_FORCE_STAGES[kind] for kind in kinds),
                "action": texts(["pin"] * count),
                "source_id": texts(forces["force_id"].to_numpy(object)),
                "target_id": texts(place),
                "reason": texts(["固定力量"] * count),
                "until": texts([f"{year}-12-31"] * count),
            }
        )
    )


def code_table() -> pd.DataFrame:
    """To which of the six joint duties each category of need belongs."""
    rows = [(code, name) for name, codes in _JOINT_DUTIES.items() for code in codes]
    return with_notice(
        pd.DataFrame(
            {
                "code_type": texts(["joint_duty"] * len(rows)),
                "code": texts(code for code, _ in rows),
                "name": texts(name for _, name in rows),
            }
        )
    )


def duty_table() -> pd.DataFrame:
    """How each category of members is looked after, and the posts and duties of those who serve."""
    rows = [(category, "管理方式", *words) for category, words in _MANAGEMENT.items()]
    rows += [
        (category, role, post, _ROLE_DUTIES[role]) for category in _ACTIVE for role, post in _ROLES.items()
    ]
    columns = ("member_category", "role", "post", "duty")
    return with_notice(
        pd.DataFrame({name: texts(row[at] for row in rows) for at, name in enumerate(columns)})
    )
