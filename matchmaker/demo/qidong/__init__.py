"""The Qidong data set: organisations to groups, and what the groups do in town and villages."""

from __future__ import annotations

import pandas as pd

from matchmaker.demo.frames import seed_of
from matchmaker.demo.qidong.counts import QidongCounts
from matchmaker.demo.qidong.last_year import history_table, last_groups
from matchmaker.demo.qidong.organisations import agency_table, draw_organisations, group_table
from matchmaker.demo.qidong.partners import partner_table
from matchmaker.demo.qidong.people import cadre_table, committee_member_table
from matchmaker.demo.qidong.places import community_table, draw_places, town_table
from matchmaker.demo.qidong.records import duty_table, need_table, other_duty_table, resource_table
from matchmaker.tables import dataset_of

__all__ = ["QIDONG_YEAR", "generate_qidong"]

QIDONG_YEAR = 2027
"""The year that is to be planned; the history tells of the year before."""


def generate_qidong(scale: float = 1.0, seed: int = 1, real_names: bool = False) -> dict[str, pd.DataFrame]:
    """Generate the data set: the real structure and published totals, all else invented.

    Parameters
    ----------
    scale : float
        Multiplies every number, in whole groups. At 1: 58 organisations with 6,423 members
        and 8 groups, 37 communities of the main town and 3 outside of it, 100 villages, 104
        enterprises. Groups keep their 7–8 organisations. There is a feasible plan at every
        scale.
    seed : int
        0 or more. The same seed gives the same tables, to the byte.
    real_names : bool
        Put in the real names of towns, communities and villages, without any column that
        judges a place. Organisations and persons stay invented.

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
    counts = QidongCounts.of(scale)
    year = QIDONG_YEAR
    places = draw_places(counts, drawn, real_names)
    organisations = draw_organisations(counts, drawn)
    partners = partner_table(counts, places, drawn)
    committee = committee_member_table(counts, drawn)
    tables = {
        "agencies": agency_table(organisations, drawn),
        "groups": group_table(organisations),
        "committee_members": committee,
        "cadres": cadre_table(organisations, year, drawn),
        "partners": partners,
        "sub_districts": town_table(places),
        "communities": community_table(places),
        "resources": resource_table(organisations, drawn),
        "needs": need_table(places, partners, year, drawn),
        "duties": duty_table(),
        "other_duties": other_duty_table(organisations, places, drawn),
        "history": history_table(organisations, last_groups(organisations, drawn), committee, year, drawn),
    }
    return dict(dataset_of(tables).tables)
