"""The three lists: needs of places, resources of agencies, services of branches."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.catalogues import categories, category_codes
from matchmaker.demo.drawing import around, draw_columns, draw_resources, pick_wordings, urgencies
from matchmaker.demo.frames import ids, numbers, only_where, stream, texts, with_notice
from matchmaker.demo.geography import Places
from matchmaker.demo.names import draw_names
from matchmaker.demo.organisations import Organisations

__all__ = ["NEED_SOURCES", "need_table", "resource_rows", "resource_table", "service_table"]

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Objects = NDArray[np.object_]

_PER_SUB_DISTRICT, _PER_COMMUNITY, _PER_GRID = 60, 15, 0.5
NEED_SOURCES = np.array(["visit", "phone", "register", "hotline", "meeting"], object)
_STATUSES = np.array(["待认领", "已认领", "办理中"], object)
_TIMES = np.array(["工作日", "每周六上午", "每月第二个周六", "晚间", "预约"], object)
# A place asks for what its character needs most far more often than for the rest.
_SHARPNESS = 1.7


def need_table(places: Places, organisations: Organisations, year: int, seed: int) -> pd.DataFrame:
    """The needs that sub-districts, communities and grids have handed in.

    With real names the wordings are neutral, all equally urgent, and no agency is
    asked for by name.
    """
    generator = stream(seed, "needs")
    of_community = places.needs_of_communities() ** _SHARPNESS
    of_sub = np.zeros((len(places.sub_ids), of_community.shape[1]))
    np.add.at(of_sub, places.community_sub, of_community)
    of_grid = of_community[places.grid_community]
    kinds: list[str] = []
    place_parts, category_parts, community_parts, sub_parts = [], [], [], []
    for kind, names, weights, mean, communities, subs in (
        (
            "sub_district",
            places.sub_ids,
            of_sub,
            _PER_SUB_DISTRICT,
            np.full(len(places.sub_ids), None, object),
            places.sub_ids,
        ),
        (
            "community",
            places.community_ids,
            of_community,
            _PER_COMMUNITY,
            places.community_ids,
            places.sub_ids[places.community_sub],
        ),
        (
            "grid",
            places.grid_ids,
            of_grid,
            _PER_GRID,
            places.community_ids[places.grid_community],
            places.sub_ids[places.grid_sub],
        ),
    ):
        number = generator.poisson(mean, len(names)) if mean < 1 else around(mean, len(names), generator)
        place = np.repeat(np.arange(len(names)), number)
        kinds += [kind] * len(place)
        place_parts.append(names[place])
        community_parts.append(communities[place])
        sub_parts.append(subs[place])
        category_parts.append(draw_columns(weights[place], generator))
    category = np.concatenate(category_parts)
    count = len(category)
    codes = np.array(category_codes(), object)
    content = pick_wordings([item.needs for item in categories()], category, generator)
    raised = pd.Timestamp(year - 1, 1, 5) + pd.to_timedelta(generator.integers(0, 320, count), unit="D")
    wanted = _wanted(organisations, category, generator)
    return with_notice(
        pd.DataFrame(
            {
                "need_id": texts(ids("N", count, 5)),
                "place_kind": texts(kinds),
                "place_id": texts(np.concatenate(place_parts)),
                "category": texts(codes[category]),
                "content": texts(["希望对接相关服务"] * count if places.real else content),
                "urgency": numbers(np.full(count, 3) if places.real else urgencies(generator.random(count))),
                "weight": numbers(np.ones(count)),
                "source": texts(NEED_SOURCES[generator.choice(5, count, p=[0.3, 0.15, 0.2, 0.2, 0.15])]),
                "raised_on": texts(raised.strftime("%Y-%m-%d")),
                "status": texts(_STATUSES[generator.choice(3, count, p=[0.7, 0.2, 0.1])]),
                "wanted_agency": texts([None] * count if places.real else wanted),
                "sub_district_id": texts(np.concatenate(sub_parts)),
                "community_id": texts(np.concatenate(community_parts)),
            }
        )
    )


def resource_table(organisations: Organisations, seed: int) -> pd.DataFrame:
    """What agencies have to offer: none to four each, mostly of their own trade."""
    return resource_rows(
        "agency_id", organisations.agency_ids, organisations.functions, stream(seed, "resources")
    )


def resource_rows(
    owner: str, owner_ids: Objects, functions: NDArray[np.bool_], generator: np.random.Generator
) -> pd.DataFrame:
    """What bodies have to offer: none to four each, mostly of their own trade.

    Parameters
    ----------
    owner : str
        Column that names the body: ``agency_id``, ``partner_id``.
    owner_ids : (bodies,)
    functions : (bodies, 16) bool
        By category.
    """
    number = generator.choice(5, len(owner_ids), p=[0.15, 0.25, 0.3, 0.2, 0.1])
    body = np.repeat(np.arange(len(number)), number)
    count = len(body)
    category = draw_columns(functions[body] + 0.01, generator)
    drawn = draw_resources(category, generator)
    return with_notice(
        pd.DataFrame(
            {
                "resource_id": texts(ids("R", count, 4)),
                owner: texts(owner_ids[body]),
                "category": texts(np.array(category_codes(), object)[category]),
                "kind": drawn["kind"],
                "content": drawn["content"],
                "quantity": drawn["quantity"],
                "unit": drawn["unit"],
                "time": texts(_TIMES[generator.integers(0, len(_TIMES), count)]),
                "contact": texts(draw_names(generator, generator.random(count) < 0.5)),
            }
        )
    )


def service_table(organisations: Organisations, seed: int) -> pd.DataFrame:
    """What branches do for residents: none to three each."""
    generator = stream(seed, "services")
    number = generator.choice(4, len(organisations.branch_ids), p=[0.15, 0.35, 0.3, 0.2])
    branch = np.repeat(np.arange(len(number)), number)
    count = len(branch)
    category = draw_columns(organisations.branch_functions[branch] + 0.02, generator)
    return with_notice(
        pd.DataFrame(
            {
                "service_id": texts(ids("V", count, 4)),
                "branch_id": texts(organisations.branch_ids[branch]),
                "category": texts(np.array(category_codes(), object)[category]),
                "content": texts(
                    pick_wordings([item.services for item in categories()], category, generator)
                ),
                "capacity": numbers(generator.integers(1, 9, count) * 3),
                "time": texts(_TIMES[generator.integers(0, len(_TIMES), count)]),
                "contact": texts(draw_names(generator, generator.random(count) < 0.5)),
            }
        )
    )


def _wanted(organisations: Organisations, category: Integers, generator: np.random.Generator) -> Objects:
    """In one need of thirty, an agency of that trade that the place has asked for."""
    asked = generator.random(len(category)) < 1 / 30
    able = organisations.functions.T[category] / (1.0 + organisations.functions.sum(axis=1))
    possible = able.sum(axis=1) > 0
    able[~possible] = 1.0
    agency = draw_columns(able, generator)
    return only_where(asked & possible, organisations.agency_ids[agency])
