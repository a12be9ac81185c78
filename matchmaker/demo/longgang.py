"""The Longgang data set: agencies to sub-districts, branches to grids, members of all kinds to buildings."""

from __future__ import annotations

import pandas as pd

from matchmaker.demo.counts import Counts
from matchmaker.demo.duties import duty_table
from matchmaker.demo.evaluations import evaluation_table
from matchmaker.demo.field_members import field_member_table
from matchmaker.demo.frames import REAL_NAMES
from matchmaker.demo.geography import adjacency_table, draw_places, grid_table
from matchmaker.demo.housing import building_table, draw_housing
from matchmaker.demo.last_year import draw_last_year, history_table
from matchmaker.demo.lists import need_table, resource_table, service_table
from matchmaker.demo.organisations import agency_table, branch_table, draw_organisations
from matchmaker.demo.people import member_table
from matchmaker.demo.pins import pin_table
from matchmaker.demo.place_tables import community_table, sub_district_table
from matchmaker.demo.wishes import wish_table
from matchmaker.tables import dataset_of

__all__ = ["LONGGANG_YEAR", "generate_longgang"]

LONGGANG_YEAR = 2027
"""The year that is to be planned; the history tells of the year before."""


def generate_longgang(scale: float = 1.0, seed: int = 1, real_names: bool = False) -> dict[str, pd.DataFrame]:
    """Generate the data set: the real structure and published totals, all else invented.

    Parameters
    ----------
    scale : float
        Multiplies every number, places included; communities keep their size of about
        34 grids. At 1: 11 sub-districts, 119 communities, 733 agencies, 1,100 branches,
        4,000 grids, 21,000 members who may take part, 60,000 buildings, 50,000 members of
        other fields and residents. There is a feasible plan at every scale.
    seed : int
        0 or more. The same seed gives the same tables, to the byte.
    real_names : bool
        Put in the real names of sub-districts and communities, and leave out every
        column that judges a place or names a person there; whom to call is left empty.
        Agencies and persons stay invented. Above scale 1 the places beyond the real ones keep invented names.

    Returns
    -------
    dict of str to DataFrame
        Tables in the data set's conventions. Every row says 模拟数据 in its note.

    Raises
    ------
    ValueError
        When `scale` is not above 0 or `seed` is negative.
    """
    if seed < 0:
        raise ValueError(f"seed must be 0 or more, not {seed}")
    counts = Counts.of(scale)
    drawn = seed + (REAL_NAMES if real_names else 0)
    year = LONGGANG_YEAR
    places = draw_places(counts, drawn, real_names)
    housing = draw_housing(places, drawn)
    organisations = draw_organisations(places, counts, drawn)
    members = member_table(organisations, places, housing, year, drawn)
    needs = need_table(places, organisations, year, drawn)
    last = draw_last_year(organisations, places, drawn)
    history = history_table(last, organisations, places, housing, members, year, drawn)
    buildings = building_table(places, housing, drawn)
    wishes = wish_table(last, organisations, places, needs, year, drawn)
    tables = {
        "agencies": agency_table(organisations, places, drawn),
        "branches": branch_table(organisations, drawn),
        "members": members,
        "sub_districts": sub_district_table(places, counts, drawn),
        "communities": community_table(places, drawn),
        "grids": grid_table(places, counts, drawn),
        "buildings": buildings,
        "adjacency": adjacency_table(places),
        "resources": resource_table(organisations, drawn),
        "needs": needs,
        "services": service_table(organisations, drawn),
        "wishes": wishes,
        "pins": pin_table(last, organisations, places, members, buildings, wishes, year, drawn),
        "history": history,
        "field_members": field_member_table(places, housing, counts.field_members, drawn),
        "duties": duty_table(),
        "evaluations": evaluation_table(
            last, history, organisations, places, housing, needs, members, year, drawn
        ),
    }
    return dict(dataset_of(tables).tables)
