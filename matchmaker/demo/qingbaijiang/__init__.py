"""The Qingbaijiang data set: branches to villages, partners to the pairs, cadres to households."""

from __future__ import annotations

import pandas as pd

from matchmaker.demo.frames import seed_of
from matchmaker.demo.qingbaijiang.counts import QingbaijiangCounts
from matchmaker.demo.qingbaijiang.households import household_table
from matchmaker.demo.qingbaijiang.lists import need_table, project_table, resource_table
from matchmaker.demo.qingbaijiang.organisations import (
    agency_table,
    branch_table,
    draw_organisations,
    member_table,
)
from matchmaker.demo.qingbaijiang.partners import draw_partners, partner_table
from matchmaker.demo.qingbaijiang.places import community_table, draw_places, sub_district_table
from matchmaker.demo.qingbaijiang.sizes import draw_sizes
from matchmaker.tables import dataset_of

__all__ = ["QINGBAIJIANG_YEAR", "generate_qingbaijiang"]

QINGBAIJIANG_YEAR = 2027
"""The year that is to be planned."""


def generate_qingbaijiang(
    scale: float = 1.0, seed: int = 1, real_names: bool = False
) -> dict[str, pd.DataFrame]:
    """Generate the data set: the real structure and published totals, all else invented.

    Parameters
    ----------
    scale : float
        Multiplies every number, places included. At 1: 83 agencies with a branch each,
        83 villages and communities in 7 towns, 131 key partners, 849, 1,798 and 1,638
        households, 2,000 cadres, 820 needs, 216 items in the ledger, 20 projects of
        2 million yuan. There is a feasible plan at every scale.
    seed : int
        0 or more. The same seed gives the same tables, to the byte.
    real_names : bool
        Put in the real names of towns and villages. Whatever judges a place or names a
        person there is then empty, and no household is in hardship. Agencies, partners
        and persons stay invented.

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
    counts = QingbaijiangCounts.of(scale)
    year = QINGBAIJIANG_YEAR
    places = draw_places(counts, drawn, real_names)
    organisations = draw_organisations(counts.villages, drawn)
    sizes = draw_sizes(places, organisations.weight, counts, drawn)
    partners = draw_partners(places, counts, drawn)
    households = household_table(places, sizes, drawn)
    tables = {
        "agencies": agency_table(organisations, places, sizes, drawn),
        "branches": branch_table(organisations, sizes, drawn),
        "members": member_table(organisations, sizes, year, drawn),
        "sub_districts": sub_district_table(places, drawn),
        "communities": community_table(places, drawn),
        "households": households,
        "partners": partner_table(partners, places, drawn),
        "resources": resource_table(organisations, partners, places, drawn),
        "needs": need_table(places, partners, households, counts, year, drawn),
        "projects": project_table(counts, year, drawn),
    }
    return dict(dataset_of(tables).tables)
