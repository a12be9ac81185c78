"""The Meihekou data set: agencies, members, cadres and helpers to urban communities and who lives there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.demo.frames import seed_of
from matchmaker.demo.meihekou.counts import MeihekouCounts
from matchmaker.demo.meihekou.lists import need_table, project_table, resource_table, wish_table
from matchmaker.demo.meihekou.members import homes_of, member_table
from matchmaker.demo.meihekou.organisations import (
    agency_table,
    branch_table,
    draw_organisations,
    partner_table,
)
from matchmaker.demo.meihekou.places import draw_places, place_tables
from matchmaker.demo.meihekou.posted import cadre_table, leader_table
from matchmaker.demo.meihekou.service import draw_offers, helper_table, offer_tables, recipient_tables
from matchmaker.tables import dataset_of

__all__ = ["MEIHEKOU_YEAR", "generate_meihekou"]

MEIHEKOU_YEAR = 2027
"""The year that is to be planned."""

_ROOM = 1.4
"""Places of posts in a community, for each member that the feasible plan brings or that lives there."""

_HOME_SHARE = 0.9
"""Part of the members living in a community that report there at least; all of them if it is weak."""


def generate_meihekou(scale: float = 1.0, seed: int = 1, real_names: bool = False) -> dict[str, pd.DataFrame]:
    """Generate the data set: real structure of urban communities, published numbers, the rest invented.

    Parameters
    ----------
    scale : float
        Multiplies every number, places included. At 1: 8 sub-districts and towns with 30
        urban communities, 93 agencies, 5,400 members who can take part, 75 partners, 60
        alliance projects, 2,800 helpers, 15 city leaders, 11 secretaries, 15 secondments,
        60 welfare posts. There is a plan at every scale.
    seed : int
        0 or more. The same seed gives the same tables, to the byte.
    real_names : bool
        Put in the real names of sub-districts and communities, and say nothing that judges
        one: columns that the scheme needs are empty. Agencies and persons stay invented.

    Returns
    -------
    dict of str to DataFrame
        Tables in the data set's conventions. Every row says 模拟数据 in its note.

    Raises
    ------
    ValueError
        When `scale` is not above 0 or `seed` is negative.
    """
    drawn = seed_of(seed, real_names)
    counts = MeihekouCounts.of(scale)
    year = MEIHEKOU_YEAR
    places = draw_places(counts, drawn, real_names)
    organisations = draw_organisations(places, counts, drawn)
    members = member_table(organisations, places, year, drawn)
    homes = homes_of(members, places)
    brought = organisations.members_of_communities(counts.communities)
    room = np.ceil(_ROOM * np.maximum(brought, homes)).astype(np.int64)
    least = np.where(places.weak, homes, np.floor(_HOME_SHARE * homes)).astype(np.int64)
    seats = np.maximum(1, organisations.located_in(counts.communities) // 2)
    offers = draw_offers(places, room, drawn)
    partners = partner_table(places, counts, drawn)
    helpers = helper_table(members, places, counts, drawn)
    tables = {
        **place_tables(places, seats, least, drawn),
        "agencies": agency_table(organisations, places, drawn),
        "branches": branch_table(organisations, drawn),
        "members": members,
        "partners": partners,
        "leaders": leader_table(counts, drawn),
        "cadres": cadre_table(organisations, members, counts, drawn),
        "helpers": helpers,
        **offer_tables(offers, places, drawn),
        **recipient_tables(places, offers, helpers, drawn),
        "projects": project_table(partners, counts, year, drawn),
        "needs": need_table(places, partners, year, drawn),
        "resources": resource_table(organisations, places, drawn),
        "wishes": wish_table(members, organisations, offers, places, year, drawn),
    }
    return dict(dataset_of(tables).tables)
