"""Private firms and social organisations: the key ones that join a pair, and some others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.demo.apportion import apportion
from matchmaker.demo.catalogues import category_codes
from matchmaker.demo.drawing import draw_columns, take_up
from matchmaker.demo.frames import (
    Flags,
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
from matchmaker.demo.names import draw_names, draw_phones
from matchmaker.demo.qingbaijiang.counts import QingbaijiangCounts
from matchmaker.demo.qingbaijiang.places import Places

__all__ = ["MOST_PER_PAIR", "Partners", "draw_partners", "partner_table"]

MOST_PER_PAIR = 3
_OTHERS = 0.15
"""Partners that are not key ones, per one that is."""

_TRADES = (
    ("装备制造", "enterprise", "有限公司", ("employ", "talent")),
    ("新材料", "enterprise", "有限公司", ("talent", "biz")),
    ("现代物流", "enterprise", "物流有限公司", ("biz", "infra")),
    ("电子商务", "enterprise", "电子商务有限公司", ("biz", "talent")),
    ("现代农业", "enterprise", "农业有限公司", ("employ", "ecology")),
    ("商贸服务", "enterprise", "商贸有限公司", ("biz", "elderly")),
    ("乡村旅游", "enterprise", "文旅有限公司", ("culture", "employ")),
    ("建筑建材", "enterprise", "建材有限公司", ("infra", "housing")),
    ("行业协会", "social", "行业协会", ("biz", "policy")),
    ("社会工作", "social", "社会工作服务中心", ("elderly", "law")),
    ("民办教育", "social", "培训学校", ("edu", "talent")),
    ("志愿服务", "social", "志愿服务队", ("env", "safety")),
)
"""Trade, kind, ending of names, and what those of the trade are good at."""


@dataclass(frozen=True)
class Partners:
    """The partners of one data set; rows in the order of their ids.

    Parameters
    ----------
    ids : (partners,)
    village : (partners,)
        Position of the village each stands in, ascending.
    trade : (partners,)
        Position in the list of trades.
    key : (partners,) bool
        Those that join a pair.
    functions : (partners, 16) bool
    """

    ids: Objects
    village: Integers
    trade: Integers
    key: Flags
    functions: Flags


def draw_partners(places: Places, counts: QingbaijiangCounts, seed: int) -> Partners:
    """Draw the partners: in each town at least as many key ones as pairs, at most three times as many."""
    generator = stream(seed, "partners")
    weight = places.partner_weight() * generator.lognormal(0, 0.3, counts.villages)
    villages = np.bincount(places.community_sub)
    per_town = apportion(
        counts.partners,
        np.bincount(places.community_sub, weight),
        villages,
        MOST_PER_PAIR * villages,
    )
    parts = []
    for town, number in enumerate(per_town):
        inside = np.flatnonzero(places.community_sub == town)
        parts.append(np.repeat(inside, apportion(int(number), weight[inside])))
    others = draw_columns(np.tile(weight, (round(_OTHERS * counts.partners), 1)), generator)
    village = np.concatenate([*parts, others])
    key = np.arange(len(village)) < counts.partners
    order = np.argsort(village, kind="stable")
    trade = generator.integers(0, len(_TRADES), len(village))
    codes = category_codes()
    own = np.array([[code in good for code in codes] for *_, good in _TRADES])[trade]
    functions = take_up(own, 0.3, generator)
    return Partners(ids("P", len(village), 3), village[order], trade, key[order], functions)


def partner_table(partners: Partners, places: Places, seed: int) -> pd.DataFrame:
    """The partners with invented names; no position on the invented map where places are real."""
    generator = stream(seed, "partner table")
    count = len(partners.ids)
    trades = [_TRADES[at] for at in partners.trade]
    points = places.community_points[partners.village] + generator.normal(0, 0.002, (count, 2))
    members = np.round(generator.lognormal(2.2, 0.7, count))
    frame = pd.DataFrame(
        {
            "partner_id": texts(partners.ids),
            "name": texts(f"示例{at + 1:03d}{ending}" for at, (_, _, ending, _) in enumerate(trades)),
            "kind": texts(kind for _, kind, _, _ in trades),
            "industry": texts(industry for industry, *_ in trades),
            "size": texts(np.select([members > 20, members > 8], ["大型", "中型"], "小型").astype(object)),
            "member_count": numbers(np.maximum(members, 3)),
            "community_id": texts(places.community_ids[partners.village]),
            "sub_district_id": texts(places.sub_ids[places.community_sub[partners.village]]),
            "function_codes": categories_column(partners.functions, category_codes()),
            "key": flags(partners.key),
            "secretary": texts(draw_names(generator, generator.random(count) < 0.4)),
            "contact": texts(draw_names(generator, generator.random(count) < 0.6)),
            "phone": texts(draw_phones(count, 200001)),
            "lng": numbers(np.round(points[:, 0], 6)),
            "lat": numbers(np.round(points[:, 1], 6)),
            "sort_order": numbers(np.arange(1, count + 1)),
        }
    )
    return with_notice(frame.drop(columns=["lng", "lat"]) if places.real else frame)
