"""What members and helpers take on: posts, service projects, micro-wishes; and who is cared for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.demo.apportion import apportion
from matchmaker.demo.catalogues import category_codes
from matchmaker.demo.drawing import TIMES, choose_columns, draw_columns, pick_wordings, urgencies
from matchmaker.demo.frames import (
    Integers,
    categories_column,
    ids,
    numbers,
    stream,
    texts,
    with_notice,
)
from matchmaker.demo.meihekou.catalogues import wordings
from matchmaker.demo.meihekou.counts import MeihekouCounts
from matchmaker.demo.meihekou.places import Places
from matchmaker.demo.names import draw_names, draw_surnames

__all__ = ["ACTIVITIES", "Offers", "draw_offers", "helper_table", "offer_tables", "recipient_tables"]

ACTIVITIES = (8, 12, 16)
"""Activities a year that a post or project offers; of each kind some in every community."""

POSTS, PROJECTS = 12, 9
"""Of each community, in categories of their own."""

_HARDSHIP_MEMBERS = 7
"""Of each community, more than agencies that it can have."""

_WAITING = 0.03
"""Residents' wishes that nobody takes yet, per helper."""


@dataclass(frozen=True)
class Offers:
    """Posts and service projects of one data set, community by community.

    Every plan of the posts leaves a plan of the projects in which post and project of each
    member offer `ACTIVITIES` of 24 together: there is room in lively projects for all who
    hold quiet posts.

    Parameters
    ----------
    post_community, post_category, post_capacity, post_activities : (posts,)
    project_community, project_category, project_capacity, project_activities : (projects,)
    """

    post_community: Integers
    post_category: Integers
    post_capacity: Integers
    post_activities: Integers
    project_community: Integers
    project_category: Integers
    project_capacity: Integers
    project_activities: Integers


def draw_offers(places: Places, room: Integers, seed: int) -> Offers:
    """Draw posts for `room` members in each community, and projects for the same numbers."""
    generator = stream(seed, "offers")
    count = len(places.community_ids)
    post_category = _categories(places, POSTS, generator)
    project_category = _categories(places, PROJECTS, generator)
    levels = len(ACTIVITIES)
    post_level = generator.permuted(np.tile(np.arange(POSTS) % levels, (count, 1)), axis=1)
    project_level = generator.permuted(np.tile(np.arange(PROJECTS) % levels, (count, 1)), axis=1)
    posts = np.array(
        [apportion(int(total), generator.uniform(0.5, 1.5, POSTS), 1) for total in room], np.int64
    )
    projects = np.zeros((count, PROJECTS), np.int64)
    for community in range(count):
        for level in range(levels):
            here = project_level[community] == levels - 1 - level
            needed = int(posts[community, post_level[community] == level].sum())
            projects[community, here] = apportion(needed, generator.uniform(0.5, 1.5, int(here.sum())), 1)
    activities = np.array(ACTIVITIES)
    return Offers(
        post_community=np.repeat(np.arange(count), POSTS),
        post_category=post_category.ravel(),
        post_capacity=posts.ravel(),
        post_activities=activities[post_level].ravel(),
        project_community=np.repeat(np.arange(count), PROJECTS),
        project_category=project_category.ravel(),
        project_capacity=projects.ravel(),
        project_activities=activities[project_level].ravel(),
    )


def offer_tables(offers: Offers, places: Places, seed: int) -> dict[str, pd.DataFrame]:
    """Posts and service projects."""
    generator = stream(seed, "offer tables")
    codes = np.array(category_codes(), object)
    post_words = np.array([wordings()[code].post for code in codes], object)
    project_words = np.array([wordings()[code].project for code in codes], object)
    count, projects = len(offers.post_community), len(offers.project_community)
    wanted = np.zeros((count, len(codes)), bool)
    wanted[np.arange(count), offers.post_category] = True
    posts = pd.DataFrame(
        {
            "post_id": texts(ids("O", count, 3)),
            "community_id": texts(places.community_ids[offers.post_community]),
            "name": texts(places.community_names[offers.post_community] + post_words[offers.post_category]),
            "category": texts(codes[offers.post_category]),
            "capacity": numbers(offers.post_capacity),
            "skills": categories_column(wanted, category_codes()),
            "time_slot": texts(TIMES[generator.integers(0, len(TIMES), count)]),
            "activities": numbers(offers.post_activities),
        }
    )
    service_projects = pd.DataFrame(
        {
            "service_project_id": texts(ids("J", projects, 3)),
            "name": texts(
                places.community_names[offers.project_community] + project_words[offers.project_category]
            ),
            "community_id": texts(places.community_ids[offers.project_community]),
            "category": texts(codes[offers.project_category]),
            "capacity": numbers(offers.project_capacity),
            "activities": numbers(offers.project_activities),
        }
    )
    return {"posts": with_notice(posts), "service_projects": with_notice(service_projects)}


def helper_table(members: pd.DataFrame, places: Places, counts: MeihekouCounts, seed: int) -> pd.DataFrame:
    """Helpers: three of five are members of the roster, the others citizens.

    With real names they are spread evenly, so that no community is said to need more of them.
    """
    generator = stream(seed, "helpers")
    count, codes = counts.helpers, category_codes()
    able = np.flatnonzero(members["eligible"].to_numpy(bool) & members["home_community"].notna().to_numpy())
    cadres = min(round(0.6 * count), len(able))
    chosen = members.iloc[np.sort(generator.choice(able, cadres, replace=False))]
    citizens = count - cadres
    share = places.households / places.households.sum()
    there = generator.choice(len(share), citizens, p=share)
    community = np.array([*chosen["home_community"], *places.community_ids[there]], object)
    if places.real:
        community = places.community_ids[np.arange(count) % len(places.community_ids)]
    skills = choose_columns(np.zeros((citizens, len(codes))), generator, generator.integers(1, 3, citizens))
    return with_notice(
        pd.DataFrame(
            {
                "helper_id": texts(ids("E", count, 4)),
                "name": texts([*chosen["name"], *draw_names(generator, generator.random(citizens) < 0.5)]),
                "helper_kind": texts(["cadre"] * cadres + ["citizen"] * citizens),
                "member_id": texts([*chosen["member_id"], *[None] * citizens]),
                "community_id": texts(community),
                "skills": pd.Series([*chosen["skills"], *categories_column(skills, codes)], dtype=object),
                "hours": numbers(generator.integers(1, 6, count) * 2),
            }
        )
    )


def recipient_tables(
    places: Places, offers: Offers, helpers: pd.DataFrame, seed: int
) -> dict[str, pd.DataFrame]:
    """Who is cared for, and the wishes: residents' own for helpers, communities' for members.

    A community collects as many wishes in each category as its projects of that category
    have places, so that every member finds one there.
    """
    generator = stream(seed, "recipients")
    communities = len(places.community_ids)
    at = pd.Index(places.community_ids).get_indexer(pd.Index(helpers["community_id"].to_numpy(object)))
    residents = np.bincount(at, minlength=communities)
    residents = residents + np.maximum(1, np.ceil(_WAITING * residents)).astype(np.int64)
    if places.real:
        residents[:] = residents.max()
    hardship = np.full(communities, _HARDSHIP_MEMBERS)
    community = np.concatenate([np.repeat(np.arange(communities), hardship),
                                np.repeat(np.arange(communities), residents)])  # fmt: skip
    kind = np.repeat(np.array(["member", "resident"], object), [hardship.sum(), residents.sum()])
    weights = places.needs()[community]
    category = draw_columns(np.ones_like(weights) if places.real else weights**1.5, generator)
    codes = np.array(category_codes(), object)
    count = len(community)
    surname = draw_surnames(generator, generator.random(count) < 0.5)
    recipient_ids = ids("R", count, 4)
    recipients = pd.DataFrame(
        {
            "recipient_id": texts(recipient_ids),
            "alias": texts(surname + np.where(kind == "member", "某（党员）", "某某")),
            "recipient_kind": texts(kind),
            "community_id": texts(places.community_ids[community]),
            "category": texts(codes[category]),
        }
    )
    own = np.flatnonzero(kind == "resident")
    project = np.repeat(np.arange(len(offers.project_capacity)), offers.project_capacity)
    wish_community = np.concatenate([community[own], offers.project_community[project]])
    wish_category = np.concatenate([category[own], offers.project_category[project]])
    words = [wordings()[code].wishes for code in codes]
    wishes = len(wish_community)
    resident = np.full(wishes, None, object)
    resident[: len(own)] = recipient_ids[own]
    micro_wishes = pd.DataFrame(
        {
            "micro_wish_id": texts(ids("W", wishes, 5)),
            "community_id": texts(places.community_ids[wish_community]),
            "recipient_id": texts(resident),
            "category": texts(codes[wish_category]),
            "content": texts(pick_wordings(words, wish_category, generator)),
            "urgency": numbers(urgencies(generator.random(wishes))),
            "status": texts(["待认领"] * wishes),
        }
    )
    return {"recipients": with_notice(recipients), "micro_wishes": with_notice(micro_wishes)}


def _categories(places: Places, number: int, generator: np.random.Generator) -> Integers:
    """`number` different categories for each community, those it needs more often; ascending."""
    chosen = choose_columns(np.log(places.needs()), generator, np.full(len(places.community_ids), number))
    return np.nonzero(chosen)[1].reshape(len(places.community_ids), number).astype(np.int64)
