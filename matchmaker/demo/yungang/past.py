"""Last year's arrangement: committees by address, posts in grid groups, who did which order."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from matchmaker.demo.frames import (
    Integers,
    Objects,
    numbered,
    numbers,
    stream,
    texts,
    with_notice,
)
from matchmaker.demo.yungang.enterprises import Enterprises
from matchmaker.demo.yungang.places import Places

__all__ = ["history_table"]

_OTHER_LEVEL = 0.04
"""Enterprises that have grown or shrunk past the threshold since."""
_LEFT = 0.15
"""Posts of last year whose holder has left since."""
_LONGEST = 5


def history_table(
    tables: Mapping[str, pd.DataFrame],
    enterprises: Enterprises,
    places: Places,
    done: pd.DataFrame,
    year: int,
    seed: int,
) -> pd.DataFrame:
    """Last year's pairs, as far as both sides are still there.

    Parameters
    ----------
    tables
        ``committees``, ``enterprise_heads``, ``community_members``, ``grid_groups``.
    done
        ``member_id`` and ``order_id`` of last year's orders.
    """
    generator = stream(seed, "history")
    heads = enterprises.community[np.repeat(np.arange(len(enterprises.ids)), enterprises.heads)]
    own = pd.Index(places.community_ids).get_indexer(
        pd.Index(tables["community_members"]["community_id"].to_numpy(object))
    )
    parts = [
        _committees(tables["committees"], enterprises, places, generator),
        _posts("head_group", tables["enterprise_heads"], heads, tables, places, generator),
        _posts("committee_group", tables["community_members"], own, tables, places, generator),
        ("order_member", done["member_id"].to_numpy(object), done["order_id"].to_numpy(object)),
    ]
    count = [len(sources) for _, sources, _ in parts]
    longest = np.repeat([_LONGEST, _LONGEST, _LONGEST, 1], count)
    return with_notice(
        pd.DataFrame(
            {
                "year": numbers(np.full(sum(count), year - 1)),
                "relation": texts(name for name, sources, _ in parts for _ in range(len(sources))),
                "source_id": texts(np.concatenate([sources for _, sources, _ in parts])),
                "target_id": texts(np.concatenate([targets for _, _, targets in parts])),
                "years": numbers(generator.integers(1, longest + 1)),
            }
        )
    )


def _committees(
    committees: pd.DataFrame, enterprises: Enterprises, places: Places, generator: np.random.Generator
) -> tuple[str, Objects, Objects]:
    """Each enterprise with the committee of its address, a few at the other level than now."""
    ids = committees["committee_id"].to_numpy(object)
    street = enterprises.large ^ (generator.random(len(enterprises.ids)) < _OTHER_LEVEL)
    sub = places.community_sub[enterprises.community]
    return (
        "enterprise_committee",
        enterprises.ids,
        np.where(street, ids[sub], ids[len(places.sub_ids) + enterprises.community]),
    )


def _posts(
    relation: str,
    holders: pd.DataFrame,
    community: Integers,
    tables: Mapping[str, pd.DataFrame],
    places: Places,
    generator: np.random.Generator,
) -> tuple[str, Objects, Objects]:
    """A holder for each grid group, the community's in turn, but for those who have left."""
    present = np.bincount(community, minlength=len(places.community_ids))
    first = np.cumsum(present) - present
    of_group = places.grid_community
    turn = numbered(of_group) + generator.integers(0, 9, len(present))[of_group]
    holder = first[of_group] + turn % present[of_group]
    stays = generator.random(len(of_group)) >= _LEFT
    order = np.argsort(community, kind="stable")
    sources = holders.iloc[order[holder[stays]], 0].to_numpy(object)
    return relation, sources, tables["grid_groups"]["grid_group_id"].to_numpy(object)[stays]
