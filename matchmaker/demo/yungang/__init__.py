"""The Yungang data set: enterprises and the places in which they stand build and serve together."""

from __future__ import annotations

import pandas as pd

from matchmaker.demo.frames import seed_of, stream
from matchmaker.demo.lists import resource_rows
from matchmaker.demo.yungang.counts import YungangCounts
from matchmaker.demo.yungang.enterprises import (
    committee_table,
    draw_enterprises,
    head_table,
    meeting_group_table,
    partner_table,
)
from matchmaker.demo.yungang.members import agency_table, branch_table, draw_organisations, member_table
from matchmaker.demo.yungang.past import history_table
from matchmaker.demo.yungang.places import community_table, draw_places, grid_table, sub_district_table
from matchmaker.demo.yungang.posts import (
    code_table,
    community_member_table,
    duty_table,
    force_table,
    grid_group_table,
    pin_table,
    reserve_cadre_table,
)
from matchmaker.demo.yungang.service import (
    evaluation_table,
    need_table,
    order_table,
    post_table,
    recipient_table,
)
from matchmaker.tables import dataset_of

__all__ = ["YUNGANG_YEAR", "generate_yungang"]

YUNGANG_YEAR = 2027
"""The year that is to be planned; the history tells of the year before."""


def generate_yungang(scale: float = 1.0, seed: int = 1, real_names: bool = False) -> dict[str, pd.DataFrame]:
    """Generate the data set: the real structure of places, all else invented.

    Parameters
    ----------
    scale : float
        Multiplies every number, places included. At 1: 21 streets and 6 townships, 150
        communities and 94 villages, 1,140 grids, 520 enterprises, 5,200 members in service
        who have registered. There is a feasible plan at every scale.
    seed : int
        0 or more. The same seed gives the same tables, to the byte.
    real_names : bool
        Put in the real names of sub-districts, communities and villages, and leave out every
        column that judges a place or names a person there. Enterprises and persons stay
        invented, and so does the map.

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
    counts = YungangCounts.of(scale)
    year = YUNGANG_YEAR
    places = draw_places(counts, drawn, real_names)
    enterprises = draw_enterprises(places, counts, drawn)
    organisations = draw_organisations(places, enterprises, drawn)
    orders = order_table(places, organisations, year, drawn)
    evaluations, done = evaluation_table(orders, organisations, places, year, drawn)
    forces = force_table(places, drawn)
    tables = {
        "sub_districts": sub_district_table(places, drawn),
        "communities": community_table(places, drawn),
        "grids": grid_table(places, enterprises.dedicated, drawn),
        "partners": partner_table(enterprises, places, drawn),
        "enterprise_heads": head_table(enterprises, drawn),
        "committees": committee_table(places),
        "meeting_groups": meeting_group_table(enterprises, places),
        "grid_groups": grid_group_table(places, enterprises, drawn),
        "agencies": agency_table(organisations, enterprises, places, drawn),
        "branches": branch_table(organisations, enterprises, places, drawn),
        "members": member_table(organisations, enterprises, places, year, drawn),
        "community_members": community_member_table(places, drawn),
        "reserve_cadres": reserve_cadre_table(places, year, drawn),
        "recipients": recipient_table(places, drawn),
        "forces": forces,
        "resources": resource_rows(
            "partner_id", enterprises.ids, enterprises.functions, stream(drawn, "resources")
        ),
        "needs": need_table(places, year, drawn),
        "orders": orders,
        "posts": post_table(places, drawn),
        "duties": duty_table(),
        "codes": code_table(),
        "pins": pin_table(forces, year),
        "evaluations": evaluations,
    }
    tables["history"] = history_table(tables, enterprises, places, done, year, drawn)
    return dict(dataset_of(tables).tables)
