"""Last year's plan: where everybody stood, for how long, and how each side rated the other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.apportion import apportion
from matchmaker.demo.frames import numbers, stream, texts, with_notice
from matchmaker.demo.geography import Places
from matchmaker.demo.housing import Housing
from matchmaker.demo.organisations import Organisations

__all__ = ["LastYear", "draw_last_year", "history_table"]

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

LONGEST = 3
"""Years after which a pair of agency and sub-district has to change."""

_SHARE_OF_LONGEST = 0.12
_NEW_AGENCIES = 0.01
_NEW_MEMBERS = 0.04


@dataclass(frozen=True)
class LastYear:
    """Last year's plan.

    Parameters
    ----------
    sub : (agencies,)
        Position of the sub-district, -1 for an agency that is new.
    years : (agencies,)
        Consecutive years up to and including last year, 0 for a new one.
    branch_of_grid : (grids,)
        Position of the branch; a new agency's branches have their grids, too, but no
        history is told of them.
    quality : (agencies,)
        How well each did its work, around 0.
    """

    sub: Integers
    years: Integers
    branch_of_grid: Integers
    quality: NDArray[np.float64]


def draw_last_year(organisations: Organisations, places: Places, seed: int) -> LastYear:
    """Draw last year's plan: by address and by chance, not by what places needed.

    No agency of three years stands where the feasible plan puts it, so that rotation
    leaves that plan possible.
    """
    generator = stream(seed, "last year")
    sub = _subs(organisations, places, generator)
    count = len(sub)
    years = generator.choice([1, 2], count, p=[0.5, 0.5])
    movable = np.flatnonzero((sub != organisations.feasible) & ~organisations.fixed)
    longest = min(round(_SHARE_OF_LONGEST * count), len(movable))
    years[generator.choice(movable, longest, replace=False)] = LONGEST
    branch_of_grid = _grids(organisations, places, sub, generator)
    new = generator.choice(np.flatnonzero(~organisations.fixed), round(_NEW_AGENCIES * count), replace=False)
    sub, years = sub.copy(), years.copy()
    sub[new], years[new] = -1, 0
    return LastYear(sub, years.astype(np.int64), branch_of_grid, generator.normal(0, 1, count))


def history_table(
    last: LastYear,
    organisations: Organisations,
    places: Places,
    housing: Housing,
    members: pd.DataFrame,
    year: int,
    seed: int,
) -> pd.DataFrame:
    """Last year's pairs of all three stages with their consecutive years; agencies have a grade."""
    generator = stream(seed, "history")
    known = np.flatnonzero(last.sub >= 0)
    graded = last.quality[known] + generator.normal(0, 0.5, len(known))
    grade = np.select([graded > 0.8, graded > -0.6], ["优秀", "良好"], "合格")

    branch = last.branch_of_grid
    agency = organisations.branch_agency[branch]
    grid = np.flatnonzero(last.sub[agency] >= 0)
    branch_years = np.zeros(len(organisations.branch_ids), np.int64)
    branch_years[:] = last.years[organisations.branch_agency]
    branch_years = np.minimum(branch_years, generator.integers(1, LONGEST + 1, len(branch_years)))

    source, building, person_branch = _buildings(last, organisations, housing, members, generator)
    person_years = np.minimum(branch_years[person_branch], generator.integers(1, LONGEST + 1, len(source)))
    parts = [
        (
            "agency_sub_district",
            organisations.agency_ids[known],
            places.sub_ids[last.sub[known]],
            last.years[known],
            grade.tolist(),
        ),
        (
            "branch_grid",
            organisations.branch_ids[branch[grid]],
            places.grid_ids[grid],
            branch_years[branch[grid]],
            [None] * len(grid),
        ),
        ("member_building", source, building, person_years, [None] * len(source)),
    ]
    return with_notice(
        pd.DataFrame(
            {
                "year": numbers(np.full(sum(len(part[1]) for part in parts), year - 1)),
                "relation": texts(relation for relation, ids, *_ in parts for _ in range(len(ids))),
                "source_id": texts(np.concatenate([part[1] for part in parts])),
                "target_id": texts(np.concatenate([part[2] for part in parts])),
                "years": numbers(np.concatenate([part[3] for part in parts])),
                "grade": texts(value for part in parts for value in part[4]),
            }
        )
    )


def _subs(organisations: Organisations, places: Places, generator: np.random.Generator) -> Integers:
    """Sub-district of each agency: where it stands if there is room, else where there is most."""
    branches = organisations.branches_per_agency
    capacity = np.bincount(organisations.branch_agency, organisations.grid_capacity, len(branches))
    grids = places.grids_per_sub
    room = grids * capacity.sum() / grids.sum()
    stays = generator.random(len(branches)) < 0.5
    chance = generator.random((len(branches), len(grids)))
    sub = np.full(len(branches), -1, np.int64)
    # The largest first, so that the small ones fill the gaps; fixed forces before all.
    for agency in np.lexsort((np.arange(len(branches)), -capacity, ~organisations.fixed)):
        at = int(organisations.located[agency])
        if not organisations.fixed[agency] and not (stays[agency] and room[at] >= capacity[agency]):
            free = room >= capacity[agency]
            at = int(np.argmax(np.where(free, chance[agency], -1.0) if free.any() else room))
        sub[agency] = at
        room[at] -= capacity[agency]
    return sub


def _grids(
    organisations: Organisations, places: Places, sub: Integers, generator: np.random.Generator
) -> Integers:
    """Branch of each grid: successive grids of one community for each branch."""
    branch_sub = sub[organisations.branch_agency]
    capacity = organisations.grid_capacity
    grids = places.grids_per_community
    first = np.cumsum(grids) - grids
    result = np.full(len(places.grid_ids), -1, np.int64)
    for place in range(len(places.sub_ids)):
        branches = generator.permutation(np.flatnonzero(branch_sub == place))
        communities = np.flatnonzero(places.community_sub == place)
        room = grids[communities] * capacity[branches].sum() / grids[communities].sum()
        group = np.empty(len(branches), np.int64)
        for at in np.argsort(-capacity[branches], kind="stable"):
            group[at] = np.argmax(room)
            room[group[at]] -= capacity[branches[at]]
        for number, community in enumerate(communities):
            own = branches[group == number]
            total = int(grids[community])
            # Last year some may have had more than they can take this year.
            most = capacity[own] if capacity[own].sum() >= total else np.full(len(own), total)
            sizes = apportion(total, capacity[own], 1, most)
            result[first[community] : first[community] + total] = np.repeat(own, sizes)
    return result


def _buildings(
    last: LastYear,
    organisations: Organisations,
    housing: Housing,
    members: pd.DataFrame,
    generator: np.random.Generator,
) -> tuple[NDArray[np.object_], NDArray[np.object_], Integers]:
    """Member ids, building ids and branch positions: members spread evenly over their branch's grids."""
    count = len(organisations.branch_ids)
    # A branch's grids follow one another, so its buildings do, too.
    owner = last.branch_of_grid[housing.grid]
    buildings = np.bincount(owner, minlength=count)
    first = np.full(count, len(owner), np.int64)
    np.minimum.at(first, owner, np.arange(len(owner)))
    size = organisations.eligible
    branch = np.repeat(np.arange(count), size)
    place = np.arange(len(branch)) - np.repeat(np.cumsum(size) - size, size)
    building = first[branch] + place * buildings[branch] // size[branch]
    told = (last.sub[organisations.branch_agency[branch]] >= 0) & (
        generator.random(len(branch)) >= _NEW_MEMBERS
    )
    persons = members["member_id"].to_numpy(object)[members["eligible"].to_numpy(bool)]
    return persons[told], housing.entrances[building[told]], branch[told]
