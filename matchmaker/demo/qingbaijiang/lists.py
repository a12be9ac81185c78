"""The three lists of the programme: needs with the ledger of problems, resources with venues, projects."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.demo.apportion import apportion
from matchmaker.demo.catalogues import categories, category_codes
from matchmaker.demo.drawing import (
    NEUTRAL_NEED,
    SHARPNESS,
    STATUSES,
    TIMES,
    draw_columns,
    draw_days,
    draw_resources,
    pick_wordings,
    urgencies,
)
from matchmaker.demo.frames import ids, numbers, stream, texts, with_notice
from matchmaker.demo.names import draw_names
from matchmaker.demo.qingbaijiang.counts import QingbaijiangCounts
from matchmaker.demo.qingbaijiang.organisations import LARGE_FUND, MOST_LARGE, SMALL_FUND, Organisations
from matchmaker.demo.qingbaijiang.partners import Partners
from matchmaker.demo.qingbaijiang.places import Places

__all__ = ["LEDGER", "need_table", "project_table", "resource_table"]

LEDGER = "meeting"
"""Source of the items of the ledger of problems: villages and partners raise them at the joint meeting."""

_SOURCES = np.array(["visit", "phone", "register", "hotline"], object)
_OF_RESIDENTS = 0.78

_OF_HOUSEHOLDS = ("law", "employ", "health", "elderly", "edu", "policy", "talent", "infra")
_OF_PARTNERS = ("biz", "employ", "talent", "policy", "law", "infra", "safety", "org")

_PROJECTS = (
    ("party", "org", ("联合主题党日", "党课共享", "党员教育点建设", "党务骨干培训")),
    ("economy", "biz", ("农产品展销对接", "惠企服务专班", "集体经济帮带", "用工供需对接")),
    ("ecology", "ecology", ("河道认护", "绿地共建", "林盘环境整治", "垃圾分类示范")),
    ("culture", "culture", ("文艺进村(社区)", "阅读角共建", "群众体育活动", "乡风展示墙")),
    ("governance", "safety", ("平安巡防", "议事亭共建", "消防安全示范", "矛盾调解站")),
    ("aid", "elderly", ("助老探访", "助学陪伴", "助残服务", "义诊进村(社区)")),
)
"""Aspect, category and names of the projects."""


def need_table(
    places: Places,
    partners: Partners,
    households: pd.DataFrame,
    counts: QingbaijiangCounts,
    year: int,
    seed: int,
) -> pd.DataFrame:
    """What residents and villages have handed in, and the ledger of what villages and partners raise.

    With real names the wordings are neutral and all equally urgent.
    """
    generator = stream(seed, "needs")
    codes = np.array(category_codes(), object)
    village = places.needs() ** SHARPNESS
    of_residents = round(_OF_RESIDENTS * counts.needs)
    of_partners = counts.partners
    household = np.sort(generator.choice(len(households), of_residents, replace=False))
    own = draw_columns(np.ones((counts.needs - of_residents, counts.villages)), generator)
    raised = np.arange(counts.problems - of_partners) % counts.villages
    key = np.flatnonzero(partners.key)
    home = np.searchsorted(
        places.community_ids.astype(str), households["community_id"].iloc[household].astype(str)
    )
    category = np.concatenate(
        [
            draw_columns(village[home] * np.isin(codes, _OF_HOUSEHOLDS), generator),
            draw_columns(village[own], generator),
            draw_columns(village[raised], generator),
            draw_columns(village[partners.village[key]] * np.isin(codes, _OF_PARTNERS), generator),
        ]
    )
    count = len(category)
    in_ledger = np.arange(count) >= counts.needs
    content = pick_wordings([item.needs for item in categories()], category, generator)
    source = _SOURCES[generator.choice(4, count, p=[0.5, 0.15, 0.2, 0.15])]
    day = draw_days(pd.Timestamp(year - 1, 1, 5), 320, count, generator)
    kinds = ["resident"] * of_residents + ["community"] * (len(own) + len(raised)) + ["partner"] * of_partners
    place = np.concatenate(
        [
            households["household_id"].to_numpy(object)[household],
            places.community_ids[own],
            places.community_ids[raised],
            partners.ids[key],
        ]
    )
    return with_notice(
        pd.DataFrame(
            {
                "need_id": texts(ids("N", count, 4)),
                "place_kind": texts(kinds),
                "place_id": texts(place),
                "category": texts(codes[category]),
                "content": texts([NEUTRAL_NEED] * count if places.real else content),
                "urgency": numbers(np.full(count, 3) if places.real else urgencies(generator.random(count))),
                "weight": numbers(np.ones(count)),
                "source": texts(np.where(in_ledger, LEDGER, source)),
                "raised_on": texts(day),
                "status": texts(STATUSES[generator.choice(3, count, p=[0.7, 0.2, 0.1])]),
            }
        )
    )


def resource_table(
    organisations: Organisations, partners: Partners, places: Places, seed: int
) -> pd.DataFrame:
    """What agencies and partners offer, and the venue that every village opens."""
    generator = stream(seed, "resources")
    of_agency = np.repeat(np.arange(len(organisations.names)), generator.choice(4, len(organisations.names)))
    of_partner = np.flatnonzero(partners.key & (generator.random(len(partners.ids)) < 0.5))
    villages = len(places.community_ids)
    functions = np.concatenate([organisations.functions[of_agency], partners.functions[of_partner]])
    category = draw_columns(functions + 0.01, generator)
    drawn = draw_resources(category, generator)
    count = len(drawn)
    venue = np.array(["党群服务中心活动室", "驿站站点", "村(社区)会议室"], object)[np.arange(villages) % 3]
    venue_category = np.array(["culture", "policy", "org"], object)[np.arange(villages) % 3]
    nobody: list[None] = [None] * villages
    return with_notice(
        pd.DataFrame(
            {
                "resource_id": texts(ids("R", count + villages, 3)),
                "agency_id": texts(
                    [*organisations.agency_ids[of_agency], *[None] * len(of_partner), *nobody]
                ),
                "partner_id": texts([*[None] * len(of_agency), *partners.ids[of_partner], *nobody]),
                "community_id": texts([*[None] * count, *places.community_ids]),
                "category": texts([*np.array(category_codes(), object)[category], *venue_category]),
                "kind": texts([*drawn["kind"], *["venue"] * villages]),
                "content": texts([*drawn["content"], *venue]),
                "quantity": numbers([*drawn["quantity"], *np.ones(villages)]),
                "unit": texts([*drawn["unit"], *["处"] * villages]),
                "time": texts(TIMES[generator.integers(0, len(TIMES), count + villages)]),
                "contact": texts([*draw_names(generator, generator.random(count) < 0.5), *nobody]),
            }
        )
    )


def project_table(counts: QingbaijiangCounts, year: int, seed: int) -> pd.DataFrame:
    """The projects, aspect after aspect; their owners and teams are decided, not given."""
    generator = stream(seed, "projects")
    number = np.arange(counts.projects)
    aspect = number % len(_PROJECTS)
    turn = number // len(_PROJECTS)
    large = np.sort(generator.permutation(counts.projects)[: min(MOST_LARGE, counts.projects // 4)])
    fund = np.empty(counts.projects, np.int64)
    fund[large] = generator.integers(LARGE_FUND[0], LARGE_FUND[1] + 1, len(large))
    small = np.delete(number, large)
    fund[small] = apportion(
        counts.funds - int(fund[large].sum()), generator.lognormal(0, 0.3, len(small)), *SMALL_FUND
    )
    months = generator.integers(1, 7, counts.projects)
    names = [
        f"{_PROJECTS[a][2][t % 4]}项目" + (f"({t // 4 + 1})" if t >= 4 else "")
        for a, t in zip(aspect, turn, strict=True)
    ]
    return with_notice(
        pd.DataFrame(
            {
                "project_id": texts(ids("X", counts.projects, 2)),
                "name": texts(names),
                "aspect": texts(_PROJECTS[a][0] for a in aspect),
                "category": texts(_PROJECTS[a][1] for a in aspect),
                "fund": numbers(fund),
                "start": texts(f"{year}-{month:02d}-01" for month in months),
                "end": texts([f"{year}-12-31"] * counts.projects),
            }
        )
    )
