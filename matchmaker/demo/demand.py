"""How well agencies suit places, as the parties of the generated year would see it.

A rough measure that shapes generated wishes and ratings; the engine has its own.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.catalogues import category_codes
from matchmaker.demo.geography import Places
from matchmaker.demo.organisations import Organisations

__all__ = ["demand_of_communities", "demand_of_sub_districts", "suitability"]

Floats = NDArray[np.float64]


def demand_of_communities(places: Places, needs: pd.DataFrame) -> Floats:
    """Urgency of a community's own and its grids' needs, by category; (communities, 16)."""
    community = pd.Index(places.community_ids).get_indexer(pd.Index(needs["place_id"].to_numpy(object)))
    grid = pd.Index(places.grid_ids).get_indexer(pd.Index(needs["place_id"].to_numpy(object)))
    return _added(
        needs, np.where(grid >= 0, places.grid_community[grid], community), len(places.community_ids)
    )


def demand_of_sub_districts(places: Places, needs: pd.DataFrame) -> Floats:
    """Urgency of a sub-district's own needs and those of all below it; (sub_districts, 16)."""
    sub = pd.Index(places.sub_ids).get_indexer(pd.Index(needs["place_id"].to_numpy(object)))
    demand = _added(needs, sub, len(places.sub_ids))
    np.add.at(demand, places.community_sub, demand_of_communities(places, needs))
    return demand


def suitability(organisations: Organisations, demand: Floats) -> Floats:
    """Share of each place's demand that lies within each agency's functions; (agencies, places)."""
    share = demand / np.maximum(demand.sum(axis=1, keepdims=True), 1.0)
    return np.asarray(organisations.functions @ share.T, np.float64)


def _added(needs: pd.DataFrame, place: NDArray[np.int64], count: int) -> Floats:
    category = pd.Index(list(category_codes())).get_indexer(pd.Index(needs["category"].to_numpy(object)))
    demand = np.zeros((count, len(category_codes())))
    here = place >= 0
    np.add.at(demand, (place[here], category[here]), needs["urgency"].to_numpy(np.float64)[here])
    return demand
