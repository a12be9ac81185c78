"""Enterprises in their communities: sizes, industries, party organisations, heads, joint meetings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.demo.apportion import apportion, split_each
from matchmaker.demo.catalogues import category_codes
from matchmaker.demo.drawing import among
from matchmaker.demo.frames import (
    Flags,
    Floats,
    Integers,
    Objects,
    categories_column,
    flags,
    ids,
    numbered,
    numbers,
    stream,
    texts,
    with_notice,
)
from matchmaker.demo.names import chinese_numeral, draw_names, draw_phones
from matchmaker.demo.yungang.catalogues import industries
from matchmaker.demo.yungang.counts import YungangCounts
from matchmaker.demo.yungang.places import Places

__all__ = [
    "LARGE_FROM",
    "MIXED",
    "Enterprises",
    "committee_table",
    "draw_enterprises",
    "head_table",
    "meeting_group_table",
    "partner_table",
]

LARGE_FROM = 50
"""Members from which an enterprise belongs to the street's committee; the scheme says the same."""

MIXED = "综合"
"""Industry of the joint meeting of those that are too few for one of their own."""

POSTS_PER_HEAD = 2
_OWN_MEETING = 3
"""Enterprises of one industry in one sub-district that make a joint meeting of their own."""

_BESIDE = 0.1
"""Chance of each further category beside those of the industry."""

_KEY_MEMBERS = (300, 900)
_LARGE_SHARE = 0.12
_TITLES = np.array(["党组织书记", "总经理", "副总经理", "工会主席"], object)
_SIZES = ("大型", "中型", "小型")


@dataclass(frozen=True)
class Enterprises:
    """The enterprises of one data set; rows in the order of their ids.

    Parameters
    ----------
    ids, names : (enterprises,)
    community : (enterprises,)
        Position of the community of its address, ascending.
    industry : (enterprises,)
        Position in `industries()`.
    key : (enterprises,) bool
        Large state-owned ones, with a grid of their own.
    functions : (enterprises, 16) bool
        By category.
    members : (enterprises,)
        Party members, registered with a community or not.
    volunteers : (enterprises,)
        Members in service who have registered with a community.
    heads : (enterprises,)
        Persons who may hold a post in grid groups.
    dedicated : (grids,) bool
        Grids made for a key enterprise.
    points : (enterprises, 2)
        Longitude and latitude.
    """

    ids: Objects
    names: Objects
    community: Integers
    industry: Integers
    key: Flags
    functions: Flags
    members: Integers
    volunteers: Integers
    heads: Integers
    dedicated: Flags
    points: Floats

    @property
    def large(self) -> Flags:
        """Those that belong to the street's committee."""
        return self.members >= LARGE_FROM


def draw_enterprises(places: Places, counts: YungangCounts, seed: int) -> Enterprises:
    """Draw enterprises so that every grid group can have a head and every grid its volunteers.

    Volunteers of a sub-district are in proportion to what its grids should have, heads of a
    community to its grids: so there is a plan at every scale.
    """
    generator = stream(seed, "enterprises")
    grids = places.grids_per_community
    per_community = apportion(counts.enterprises, grids * generator.lognormal(0, 0.3, len(grids)), 1)
    community = np.repeat(np.arange(len(grids)), per_community)
    count = len(community)
    kinds = industries()
    share = np.array([kind.share for kind in kinds])
    industry = generator.choice(len(kinds), count, p=share / share.sum())
    key = _key(community, places, counts.large, generator)
    industry[key] = generator.choice(_state_owned(), int(key.sum()))
    size = np.array([kind.size for kind in kinds])[industry]
    members = np.clip(np.round(14 * size * generator.lognormal(0, 0.6, count)), 3, LARGE_FROM - 1)
    large = np.argsort(-members, kind="stable")[: round(_LARGE_SHARE * count)]
    members[large] = generator.integers(LARGE_FROM, 180, len(large))
    members[key] = generator.integers(*_KEY_MEMBERS, int(key.sum()))
    needed = places.by_sub_district(places.members_per_community)
    totals = apportion(counts.volunteers, needed, needed)
    sub = places.community_sub[community]
    return Enterprises(
        ids=ids("P", count, 4),
        names=_names(industry, key),
        community=community,
        industry=industry.astype(np.int64),
        key=key,
        functions=_functions(industry, generator),
        members=np.maximum(members.astype(np.int64), split_each(totals, sub, members**0.4)),
        volunteers=split_each(totals, sub, members**0.4),
        heads=_heads(places, community, generator),
        dedicated=_dedicated(places, community[key]),
        points=_points(places, community, generator),
    )


def partner_table(enterprises: Enterprises, places: Places, seed: int) -> pd.DataFrame:
    """The enterprises, with the sub-district and community of their address."""
    generator = stream(seed, "partner table")
    count = len(enterprises.ids)
    kinds = industries()
    kind = np.array([kinds[at].kind for at in enterprises.industry], object)
    size = np.select([enterprises.key, enterprises.large], _SIZES[:2], _SIZES[2])
    return with_notice(
        pd.DataFrame(
            {
                "partner_id": texts(enterprises.ids),
                "name": texts(enterprises.names),
                "kind": texts(np.where(enterprises.key, "soe", kind)),
                "industry": texts(kinds[at].name for at in enterprises.industry),
                "size": texts(size),
                "member_count": numbers(enterprises.members),
                "community_id": texts(places.community_ids[enterprises.community]),
                "sub_district_id": texts(places.sub_ids[places.community_sub[enterprises.community]]),
                "key": flags(enterprises.key),
                "function_codes": categories_column(enterprises.functions, category_codes()),
                "claim_capacity": numbers(np.select([enterprises.key, enterprises.large], [6, 4], 2)),
                "secretary": texts(draw_names(generator, generator.random(count) < 0.35)),
                "contact": texts(draw_names(generator, generator.random(count) < 0.5)),
                "phone": texts(draw_phones(count, 20001)),
                "lng": numbers(enterprises.points[:, 0]),
                "lat": numbers(enterprises.points[:, 1]),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def head_table(enterprises: Enterprises, seed: int) -> pd.DataFrame:
    """The persons who head the enterprises."""
    generator = stream(seed, "heads")
    owner = np.repeat(np.arange(len(enterprises.ids)), enterprises.heads)
    place = numbered(owner)
    count = len(owner)
    return with_notice(
        pd.DataFrame(
            {
                "enterprise_head_id": texts(ids("H", count, 4)),
                "name": texts(draw_names(generator, generator.random(count) < 0.3)),
                "partner_id": texts(enterprises.ids[owner]),
                "post_title": texts(_TITLES[np.minimum(place, len(_TITLES) - 1)]),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def committee_table(places: Places) -> pd.DataFrame:
    """A committee of each sub-district, and one of each community or village."""
    subs, communities = len(places.sub_ids), len(places.community_ids)
    count = subs + communities
    names = np.concatenate([places.sub_names, places.community_names])
    endings = ["大工委"] * subs + ["大党委"] * communities
    own = np.concatenate([np.full(subs, None, object), places.community_ids])
    return with_notice(
        pd.DataFrame(
            {
                "committee_id": texts(ids("K", count, 3)),
                "name": texts(f"{name}{ending}" for name, ending in zip(names, endings, strict=True)),
                "committee_kind": texts(["sub_district"] * subs + ["community"] * communities),
                "sub_district_id": texts(
                    np.concatenate([places.sub_ids, places.sub_ids[places.community_sub]])
                ),
                "community_id": texts(own),
                "seats": numbers(np.repeat([15, 7], [subs, communities])),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def meeting_group_table(enterprises: Enterprises, places: Places) -> pd.DataFrame:
    """A joint meeting for each industry that is strong in a sub-district, and a mixed one in each."""
    kinds = industries()
    sub = places.community_sub[enterprises.community]
    present = np.zeros((len(places.sub_ids), len(kinds)), np.int64)
    np.add.at(present, (sub, enterprises.industry), 1)
    rows = [
        (at, MIXED if kind == len(kinds) else kinds[kind].name)
        for at in range(len(places.sub_ids))
        for kind in [*np.flatnonzero(present[at] >= _OWN_MEETING), len(kinds)]
    ]
    return with_notice(
        pd.DataFrame(
            {
                "meeting_group_id": texts(ids("J", len(rows), 3)),
                "name": texts(f"{places.sub_names[at]}{name}企业联席议事组" for at, name in rows),
                "sub_district_id": texts(places.sub_ids[at] for at, _ in rows),
                "industry": texts(name for _, name in rows),
                "sort_order": numbers(np.arange(1, len(rows) + 1)),
            }
        )
    )


def _state_owned() -> Integers:
    return np.flatnonzero([kind.kind == "soe" and "safety" in kind.functions for kind in industries()])


def _key(community: Integers, places: Places, wanted: int, generator: np.random.Generator) -> Flags:
    """Large ones in different communities with several grids, so that one can be made for each."""
    first = np.unique(community, return_index=True)[1]
    roomy = first[places.grids_per_community[community[first]] > 2]
    chosen = generator.permutation(roomy if len(roomy) >= wanted else first)[:wanted]
    key = np.zeros(len(community), bool)
    key[chosen] = True
    return key


def _dedicated(places: Places, communities: Integers) -> Flags:
    """The last grid of each of the communities."""
    last = np.searchsorted(places.grid_community, communities, side="right") - 1
    dedicated = np.zeros(len(places.grid_ids), bool)
    dedicated[last] = True
    return dedicated


def _names(industry: Integers, key: Flags) -> Objects:
    """示例第三矿业公司: the words of the industry in turn, numbered."""
    kinds = industries()
    names: list[str] = []
    seen: dict[int, int] = {}
    for at, large in zip(industry, key, strict=True):
        words = kinds[at].words
        turn = seen.get(at, 0)
        seen[at] = turn + 1
        word = words[turn % len(words)]
        number = chinese_numeral(turn // len(words) + 1)
        ending = "" if word.endswith(("行", "公司", "院")) else ("集团公司" if large else "公司")
        if kinds[at].kind == "social":
            ending = "服务中心"
        names.append(f"示例第{number}{word}{ending}")
    return np.array(names, object)


def _functions(industry: Integers, generator: np.random.Generator) -> Flags:
    """Those of the industry, and what an enterprise may be good at besides; (enterprises, 16)."""
    kinds, codes = industries(), category_codes()
    own = np.array([[code in kinds[at].functions for code in codes] for at in industry])
    beside: Flags = own | (generator.random(own.shape) < _BESIDE)
    return beside


def _heads(places: Places, community: Integers, generator: np.random.Generator) -> Integers:
    """One to three each, and enough in every community for its grid groups."""
    heads = generator.choice([1, 2, 3], len(community), p=[0.5, 0.35, 0.15])
    present = np.bincount(community, heads, len(places.community_ids)).astype(np.int64)
    missing = -(-places.grids_per_community // POSTS_PER_HEAD) - present
    first = np.searchsorted(community, np.arange(len(missing)))
    heads[first] += np.maximum(missing, 0)
    return heads.astype(np.int64)


def _points(places: Places, community: Integers, generator: np.random.Generator) -> Floats:
    """Near one of the community's grids."""
    grid = among(community, places.grids_per_community, generator.random(len(community)))
    near = places.grid_points[grid] + generator.normal(0, 0.0008, (len(community), 2))
    return np.asarray(np.round(near, 6), np.float64)
