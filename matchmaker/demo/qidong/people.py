"""The committee's members, and the cadres whom organisations name for villages and for observation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.catalogues import category_codes
from matchmaker.demo.drawing import draw_columns
from matchmaker.demo.frames import (
    births,
    categories_column,
    flags,
    ids,
    numbers,
    only_where,
    stream,
    texts,
    with_notice,
)
from matchmaker.demo.names import draw_names
from matchmaker.demo.qidong.counts import QidongCounts
from matchmaker.demo.qidong.organisations import Organisations

__all__ = ["cadre_table", "committee_member_table"]

_QUALIFIED = (2, 4)
"""Promising young cadres of each organisation who may be sent: any seven have more than a group's quota."""

_REASONS = np.array(["借调", "外派", "病假", "孕产期"], object)
_OLDEST_YOUNG = 35


def committee_member_table(counts: QidongCounts, seed: int) -> pd.DataFrame:
    """The committee's members with what each is responsible for."""
    generator = stream(seed, "committee members")
    count = counts.committee_members
    responsible = _skills(np.ones((count, len(category_codes()))), 3, generator)
    return with_notice(
        pd.DataFrame(
            {
                "committee_member_id": texts(ids("W", count, 2)),
                "name": texts(draw_names(generator, generator.random(count) < 0.3)),
                "post_title": texts(["工委书记", "工委副书记", *["工委委员"] * count][:count]),
                "function_codes": categories_column(responsible, category_codes()),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def cadre_table(organisations: Organisations, year: int, seed: int) -> pd.DataFrame:
    """Each organisation's secretary, its party-affairs cadres and the young cadres it has named.

    Some of those named are not excellent or cannot go; those who can are two or more of
    every organisation.
    """
    generator = stream(seed, "cadres")
    agencies = len(organisations.agency_ids)
    qualified = generator.integers(_QUALIFIED[0], _QUALIFIED[1] + 1, agencies)
    young = qualified + generator.integers(0, 2, agencies)
    affairs = generator.integers(1, 3, agencies)
    kind_of, agency_of, able_of = [], [], []
    for kind, number in (
        ("party_secretary", np.ones(agencies, np.int64)),
        ("party_affairs", affairs),
        ("young", young),
    ):
        agency = np.repeat(np.arange(agencies), number)
        place = np.arange(len(agency)) - np.repeat(np.cumsum(number) - number, number)
        kind_of += [kind] * len(agency)
        agency_of.append(agency)
        able_of.append(place < qualified[agency] if kind == "young" else np.ones(len(agency), bool))
    kinds, agency, able = np.array(kind_of, object), np.concatenate(agency_of), np.concatenate(able_of)
    order = np.lexsort((np.arange(len(agency)), agency))
    kinds, agency, able = kinds[order], agency[order], able[order]
    count, is_young = len(agency), kinds == "young"
    excellent = able | (generator.random(count) < 0.5)
    eligible = able | ~excellent
    age = np.where(
        is_young, generator.integers(24, _OLDEST_YOUNG + 1, count), generator.integers(34, 56, count)
    )
    rank = np.select(
        [kinds == "party_secretary", kinds == "party_affairs", generator.random(count) < 0.25],
        ["section", "deputy_section", "deputy_section"],
        "general",
    )
    title = pd.Series(kinds).map(
        {"party_secretary": "机关党组织书记", "party_affairs": "党务干部", "young": "工作人员"}
    )
    return with_notice(
        pd.DataFrame(
            {
                "cadre_id": texts(ids("K", count, 3)),
                "name": texts(draw_names(generator, generator.random(count) < 0.42)),
                "agency_id": texts(organisations.agency_ids[agency]),
                "cadre_kind": texts(kinds),
                "rank": texts(rank),
                "post_title": texts(title),
                "birth": births(year, age, generator.integers(1, 13, count)),
                "excellent": flags(excellent),
                "skills": categories_column(
                    _skills(organisations.functions[agency] * 3.0 + 0.4, 2, generator), category_codes()
                ),
                "eligible": flags(eligible),
                "exempt_reason": texts(
                    only_where(~eligible, _REASONS[generator.integers(0, len(_REASONS), count)])
                ),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def _skills(weights: NDArray[Any], number: int, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Up to `number` categories a row, drawn by the row's weights; (rows, 16)."""
    chosen = np.zeros(weights.shape, bool)
    for _ in range(number):
        chosen[np.arange(len(weights)), draw_columns(weights, generator)] = True
    return chosen
