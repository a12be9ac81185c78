"""What is asked for: needs, orders of residents and last year's ratings, posts, people to care for."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.demo.catalogues import categories, category_codes
from matchmaker.demo.drawing import NEUTRAL_NEED, among, draw_columns, draw_days, pick_wordings, urgencies
from matchmaker.demo.frames import (
    Integers,
    Objects,
    categories_column,
    ids,
    numbers,
    only_where,
    stream,
    texts,
    with_notice,
)
from matchmaker.demo.lists import NEED_SOURCES
from matchmaker.demo.names import draw_surnames
from matchmaker.demo.yungang.members import COMMUNITY_MEMBERS, Organisations
from matchmaker.demo.yungang.places import Places

__all__ = ["CLOSED", "evaluation_table", "need_table", "order_table", "post_table", "recipient_table"]

CLOSED = "已办结"

_NEEDS_OF_SUB_DISTRICT, _NEEDS_OF_COMMUNITY = 5, 2
_ORDERS_PER_GRID, _RATED_PER_GRID = 1.2, 0.7
_QUARTER_DAYS = 90

_DEMAND = {
    "org": 2, "law": 4, "employ": 5, "biz": 1, "housing": 5, "env": 6, "health": 5, "elderly": 6,
    "edu": 4, "culture": 4, "safety": 5, "ecology": 2, "talent": 2, "infra": 4, "policy": 4, "emergency": 3,
}  # fmt: skip
"""How often each category is asked for."""

_POSTS = {
    "law": "矛盾调解员", "env": "环境卫生监督员", "health": "健康服务员", "elderly": "助老帮扶员",
    "edu": "课业辅导员", "culture": "文体活动员", "safety": "治安巡逻员", "policy": "政策宣传代办员",
}  # fmt: skip
_SLOTS = np.array(["工作日白天", "工作日晚间", "周末"], object)
_CARE = np.array(["elderly", "health", "edu", "employ"], object)
_WORDS_OF_CARE = ("同志", "女士", "先生")


def need_table(places: Places, year: int, seed: int) -> pd.DataFrame:
    """The first quarter's list of needs of sub-districts and communities, as many from each."""
    generator = stream(seed, "needs")
    parts = (
        ("sub_district", np.repeat(places.sub_ids, _NEEDS_OF_SUB_DISTRICT)),
        ("community", np.repeat(places.community_ids, _NEEDS_OF_COMMUNITY)),
    )
    count = sum(len(names) for _, names in parts)
    category = _asked(count, generator)
    return with_notice(
        pd.DataFrame(
            {
                "need_id": texts(ids("N", count, 4)),
                "place_kind": texts(kind for kind, names in parts for _ in range(len(names))),
                "place_id": texts(np.concatenate([names for _, names in parts])),
                "category": texts(np.array(category_codes(), object)[category]),
                "content": texts(_contents(category, places, generator)),
                "urgency": numbers(np.full(count, 3) if places.real else urgencies(generator.random(count))),
                "weight": numbers(np.ones(count)),
                "source": texts(NEED_SOURCES[generator.choice(5, count, p=[0.2, 0.1, 0.2, 0.2, 0.3])]),
                "raised_on": texts(draw_days(pd.Timestamp(year - 1, 10, 1), _QUARTER_DAYS, count, generator)),
                "status": texts(["待认领"] * count),
            }
        )
    )


def order_table(places: Places, organisations: Organisations, year: int, seed: int) -> pd.DataFrame:
    """Residents' orders: last year's, done and rated, and those that are open now.

    No community has more open orders than half of its own members who help.
    """
    generator = stream(seed, "orders")
    helpers = organisations.helpers_per_community(len(places.community_ids))
    wished = np.round(
        places.grids_per_community * _ORDERS_PER_GRID * generator.lognormal(0, 0.2, len(helpers))
    )
    open_orders = np.minimum(np.maximum(wished, 1), helpers // 2).astype(np.int64)
    rated = np.round(places.grids_per_community * _RATED_PER_GRID).astype(np.int64)
    community = np.concatenate(
        [np.repeat(np.arange(len(helpers)), number) for number in (rated, open_orders)]
    )
    count, closed = len(community), np.arange(len(community)) < rated.sum()
    grid = among(community, places.grids_per_community, generator.random(count))
    category = _asked(count, generator)
    rating = np.where(closed, generator.choice([2, 3, 4, 5], count, p=[0.05, 0.2, 0.4, 0.35]), np.nan)
    raised = np.where(
        closed,
        draw_days(pd.Timestamp(year - 1, 1, 5), _QUARTER_DAYS, count, generator),
        draw_days(pd.Timestamp(year - 1, 10, 1), _QUARTER_DAYS, count, generator),
    )
    return with_notice(
        pd.DataFrame(
            {
                "order_id": texts(ids("O", count, 5)),
                "grid_id": texts(places.grid_ids[grid]),
                "category": texts(np.array(category_codes(), object)[category]),
                "content": texts(_contents(category, places, generator)),
                "urgency": numbers(np.full(count, 3) if places.real else urgencies(generator.random(count))),
                "source": texts(NEED_SOURCES[generator.choice(5, count, p=[0.3, 0.2, 0.2, 0.3, 0.0])]),
                "raised_on": texts(raised),
                "status": texts(np.where(closed, CLOSED, "待派单")),
                "rating": numbers(rating),
            }
        )
    )


def evaluation_table(
    orders: pd.DataFrame, organisations: Organisations, places: Places, year: int, seed: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Residents' ratings of the members who did last year's orders, and who did which.

    Returns
    -------
    evaluations : DataFrame
        One row for each rated order; a star is twenty points.
    done : DataFrame
        ``member_id`` and ``order_id``.
    """
    generator = stream(seed, "ratings")
    rated = orders[orders["status"] == CLOSED]
    grid = pd.Index(places.grid_ids).get_indexer(pd.Index(rated["grid_id"].to_numpy(object)))
    community = places.grid_community[grid]
    helpers = np.flatnonzero(organisations.helps)
    helpers = helpers[np.argsort(organisations.member_community[helpers], kind="stable")]
    present = organisations.helpers_per_community(len(places.community_ids))
    chosen = helpers[among(community, present, generator.random(len(community)))]
    members = organisations.member_ids[chosen]
    evaluations = pd.DataFrame(
        {
            "year": numbers(np.full(len(rated), year - 1)),
            "rater_kind": texts(["resident"] * len(rated)),
            "ratee_id": texts(members),
            "rater_id": texts(rated["grid_id"].to_numpy(object)),
            "score": numbers(rated["rating"].to_numpy(np.float64) * 20),
        }
    )
    done = pd.DataFrame({"member_id": members, "order_id": rated["order_id"].to_numpy(object)})
    return with_notice(evaluations), done


def post_table(places: Places, seed: int) -> pd.DataFrame:
    """Four posts in each community, each with its time and the hours that it takes a month."""
    generator = stream(seed, "posts")
    communities, codes = len(places.community_ids), list(_POSTS)
    order = np.argsort(generator.random((communities, len(codes))), axis=1)[:, :4].ravel()
    community = np.repeat(np.arange(communities), 4)
    count = len(community)
    code = np.array(codes, object)[order]
    wanted = np.array([[name == one for name in category_codes()] for one in code])
    return with_notice(
        pd.DataFrame(
            {
                "post_id": texts(ids("W", count, 4)),
                "community_id": texts(places.community_ids[community]),
                "name": texts(
                    f"{place}{_POSTS[one]}"
                    for place, one in zip(places.community_names[community], code, strict=True)
                ),
                "category": texts(code),
                "capacity": numbers(generator.integers(2, 5, count)),
                "skills": categories_column(wanted, category_codes()),
                "time_slot": texts(_SLOTS[generator.choice(3, count, p=[0.25, 0.35, 0.4])]),
                "hours": numbers(generator.integers(1, 4, count) * 2),
            }
        )
    )


def recipient_table(places: Places, seed: int) -> pd.DataFrame:
    """Members and residents to care for; with real names as many in every community."""
    generator = stream(seed, "recipients")
    communities = np.arange(len(places.community_ids))
    members = COMMUNITY_MEMBERS["frail"] + COMMUNITY_MEMBERS["hardship"]
    residents = np.ones(len(communities), np.int64)
    if not places.real:
        residents = generator.integers(0, 3, len(communities))
    community = np.concatenate([np.repeat(communities, members), np.repeat(communities, residents)])
    count = len(community)
    of_members = np.arange(count) < members * len(communities)
    surname = draw_surnames(generator, np.zeros(count, bool))
    word = np.array(_WORDS_OF_CARE, object)[np.where(of_members, 0, generator.integers(1, 3, count))]
    return with_notice(
        pd.DataFrame(
            {
                "recipient_id": texts(ids("Z", count, 4)),
                "alias": texts(surname + word),
                "recipient_kind": texts(np.where(of_members, "member", "resident")),
                "community_id": texts(places.community_ids[community]),
                "category": texts(_CARE[generator.choice(4, count, p=[0.4, 0.3, 0.2, 0.1])]),
            }
        )
    )


def _asked(count: int, generator: np.random.Generator) -> Integers:
    weights = np.array([_DEMAND[code] for code in category_codes()], np.float64)
    return draw_columns(np.broadcast_to(weights, (count, len(weights))), generator)


def _contents(category: Integers, places: Places, generator: np.random.Generator) -> Objects:
    """Wordings of the categories; of real places nothing in particular is said."""
    if places.real:
        return only_where(np.ones(len(category), bool), [NEUTRAL_NEED] * len(category))
    return pick_wordings([item.needs for item in categories()], category, generator)
