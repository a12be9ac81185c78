"""Agencies and branches: kinds and functions, uneven sizes, and one plan known to be feasible."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.apportion import apportion
from matchmaker.demo.catalogues import AgencyKind, agency_kinds, category_codes
from matchmaker.demo.counts import Counts
from matchmaker.demo.frames import categories_column, flags, ids, numbers, stream, texts, with_notice
from matchmaker.demo.geography import MIN_BUILDINGS_PER_GRID, Places
from matchmaker.demo.housing import MEMBERS_PER_BUILDING
from matchmaker.demo.names import chinese_numeral, draw_names, draw_phones

__all__ = ["Organisations", "agency_table", "branch_table", "draw_organisations"]

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

FIXED_FORCES = ("派出所", "综合行政执法队")
"""Kinds of agency that stay with the sub-district they stand in; the first that there are."""

_MIN_MEMBERS = 5
_GRID_CAPACITY = (2, 7)
_CAPACITY_PER_GRID = 1.3
_SPARE_MEMBERS = 0.02
"""Members who may not take part, per one who may."""


@dataclass(frozen=True)
class Organisations:
    """The agencies and branches of one data set; rows in the order of their ids.

    Parameters
    ----------
    agency_ids, agency_names, agency_kind : (agencies,)
    functions : (agencies, 16) bool
        By category.
    located : (agencies,)
        Position of the sub-district it stands in.
    fixed : (agencies,) bool
        Fixed forces, which stay where they stand.
    feasible : (agencies,)
        Position of a sub-district for each: a plan that keeps every band, known
        beforehand so that the data is feasible at every scale. Never published.
    branch_ids : (branches,)
    branch_agency : (branches,)
        Position of the agency, ascending.
    branch_functions : (branches, 16) bool
    eligible, others : (branches,)
        Members who may take part, and who may not.
    grid_capacity : (branches,)
    """

    agency_ids: NDArray[np.object_]
    agency_names: NDArray[np.object_]
    agency_kind: tuple[AgencyKind, ...]
    functions: Flags
    located: Integers
    fixed: Flags
    feasible: Integers
    branch_ids: NDArray[np.object_]
    branch_agency: Integers
    branch_functions: Flags
    eligible: Integers
    others: Integers
    grid_capacity: Integers

    @property
    def branches_per_agency(self) -> Integers:
        """Number of branches of each agency."""
        return np.bincount(self.branch_agency, minlength=len(self.agency_ids))

    @property
    def members_per_agency(self) -> Integers:
        """Number of members in the roster of each agency."""
        members = np.bincount(self.branch_agency, self.eligible + self.others, len(self.agency_ids))
        return members.astype(np.int64)


def draw_organisations(places: Places, counts: Counts, seed: int) -> Organisations:
    """Draw agencies, branches and their sizes.

    A feasible plan is drawn first, with agencies, branches and grid capacity in
    proportion to each sub-district's grids and members in proportion to its
    households; sizes are then drawn inside it.
    """
    kinds, names, ordinal = _agencies(counts.agencies)
    present = {kind.kind for kind in kinds}
    force = next((kind for kind in FIXED_FORCES if kind in present), "")
    fixed = np.array([kind.kind == force for kind in kinds])
    feasible = _feasible_plan(places, kinds, ordinal, counts, stream(seed, "feasible plan"))
    located = _locations(places, kinds, feasible, stream(seed, "locations"))
    functions = _functions(kinds, stream(seed, "functions"))

    generator = stream(seed, "branches")
    grids = places.grids_per_sub
    branches = _branches(kinds, feasible, grids, counts, generator)
    branch_agency = np.repeat(np.arange(counts.agencies), branches)
    size = np.array([kind.weight for kind in kinds])[branch_agency] ** 0.25
    size = size * generator.lognormal(0, 0.32, counts.branches)
    eligible = np.empty(counts.branches, np.int64)
    capacity = np.empty(counts.branches, np.int64)
    members = apportion(counts.members, places.households_per_sub)
    most = MEMBERS_PER_BUILDING * MIN_BUILDINGS_PER_GRID
    for sub in range(len(grids)):
        inside = np.flatnonzero(feasible[branch_agency] == sub)
        eligible[inside] = apportion(int(members[sub]), size[inside], _MIN_MEMBERS, most)
        capacity[inside] = apportion(
            int(np.ceil(_CAPACITY_PER_GRID * grids[sub])), eligible[inside] ** 0.8, *_GRID_CAPACITY
        )
    others = generator.multinomial(
        max(1, round(_SPARE_MEMBERS * counts.members)), eligible / eligible.sum()
    ).astype(np.int64)
    return Organisations(
        agency_ids=ids("A", counts.agencies, 4),
        agency_names=names,
        agency_kind=kinds,
        functions=functions,
        located=located,
        fixed=fixed,
        feasible=feasible,
        branch_ids=ids("B", counts.branches, 4),
        branch_agency=branch_agency,
        branch_functions=_branch_functions(functions[branch_agency], generator),
        eligible=eligible,
        others=others,
        grid_capacity=capacity,
    )


def agency_table(organisations: Organisations, places: Places, seed: int) -> pd.DataFrame:
    """The agencies, in the official order of their kinds."""
    generator = stream(seed, "agencies")
    kinds = organisations.agency_kind
    count = len(kinds)
    near = generator.random((count, 2)) * 0.02 - 0.01
    points = np.round(places.sub_points[organisations.located] + near, 6)
    weight = np.array([kind.weight for kind in kinds])
    strength = np.clip(np.round(2.2 + 0.7 * weight + generator.normal(0, 0.6, count)), 1, 5)
    house = generator.integers(1, 200, count)
    short = [name.removeprefix("示例区").removeprefix("示例") for name in organisations.agency_names]
    return with_notice(
        pd.DataFrame(
            {
                "agency_id": texts(organisations.agency_ids),
                "name": texts(organisations.agency_names),
                "short_name": texts(short),
                "agency_type": texts(kind.agency_type for kind in kinds),
                "level": texts(kind.level for kind in kinds),
                "member_count": numbers(organisations.members_per_agency),
                "branch_count": numbers(organisations.branches_per_agency),
                "function_codes": categories_column(organisations.functions, category_codes()),
                "address": texts(f"示例路{number}号" for number in house),
                "located_sub_district": texts(places.sub_ids[organisations.located]),
                "lng": numbers(points[:, 0]),
                "lat": numbers(points[:, 1]),
                "strength": numbers(strength),
                "capacity": numbers(np.ceil(strength / 2)),
                "leader_in_charge": texts(draw_names(generator, generator.random(count) < 0.35)),
                "liaison": texts(draw_names(generator, generator.random(count) < 0.6)),
                "phone": texts(draw_phones(count, 10001)),
                "active": flags(np.ones(count)),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def branch_table(organisations: Organisations, seed: int) -> pd.DataFrame:
    """The branches, numbered within their agencies."""
    generator = stream(seed, "branch table")
    agency = organisations.branch_agency
    per_agency = organisations.branches_per_agency
    count = len(agency)
    number = np.arange(count) - (np.cumsum(per_agency) - per_agency)[agency] + 1
    names = [
        f"{name}党支部" if alone else f"{name}第{chinese_numeral(int(n))}党支部"
        for name, alone, n in zip(
            organisations.agency_names[agency], per_agency[agency] == 1, number, strict=True
        )
    ]
    return with_notice(
        pd.DataFrame(
            {
                "branch_id": texts(organisations.branch_ids),
                "name": texts(names),
                "agency_id": texts(organisations.agency_ids[agency]),
                "secretary": texts(draw_names(generator, generator.random(count) < 0.4)),
                "member_count": numbers(organisations.eligible + organisations.others),
                "function_codes": categories_column(organisations.branch_functions, category_codes()),
                "grid_capacity": numbers(organisations.grid_capacity),
                "liaison": texts(draw_names(generator, generator.random(count) < 0.6)),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def _agencies(count: int) -> tuple[tuple[AgencyKind, ...], NDArray[np.object_], Integers]:
    """Kind, name and number within the kind of each of `count` agencies.

    Kinds are taken evenly from the list of a whole district, so that a small data set
    has a bit of everything.
    """
    kinds = agency_kinds()
    whole = np.cumsum([kind.count for kind in kinds])
    taken = np.diff(np.floor(whole * count / whole[-1] + 0.5), prepend=0).astype(int)
    chosen: list[AgencyKind] = []
    names: list[str] = []
    ordinals: list[int] = []
    for kind, number in zip(kinds, taken, strict=True):
        for ordinal in range(1, number + 1):
            name = kind.name.format(n=chinese_numeral(ordinal))
            if "{n}" not in kind.name and ordinal > 1:
                name = f"{name}({chinese_numeral(ordinal)})"
            chosen.append(kind)
            names.append(f"示例{name}" if name.startswith("区") else f"示例区{name}")
            ordinals.append(ordinal)
    return tuple(chosen), np.array(names, object), np.array(ordinals)


def _feasible_plan(
    places: Places,
    kinds: tuple[AgencyKind, ...],
    ordinal: Integers,
    counts: Counts,
    generator: np.random.Generator,
) -> Integers:
    grids = places.grids_per_sub
    room = apportion(counts.agencies, grids, 1)
    plan = np.full(counts.agencies, -1, np.int64)
    for agency, kind in enumerate(kinds):
        sub = (ordinal[agency] - 1) % len(grids)
        if kind.each_place and room[sub] > 0:
            plan[agency] = sub
            room[sub] -= 1
    rest = np.flatnonzero(plan < 0)
    plan[generator.permutation(rest)] = np.repeat(np.arange(len(grids)), room)
    return plan


def _locations(
    places: Places, kinds: tuple[AgencyKind, ...], feasible: Integers, generator: np.random.Generator
) -> Integers:
    """Bureaus crowd around the district's seat, schools and clinics stand everywhere."""
    share = places.grids_per_sub / places.grids_per_sub.sum()
    count = len(kinds)
    seat = int(np.argmax(share))
    located = generator.choice(len(share), count, p=share)
    central = np.array([kind.agency_type in ("party", "government", "mass", "institution") for kind in kinds])
    located[central & (generator.random(count) < 0.6)] = seat
    each = np.array([kind.each_place for kind in kinds])
    return np.where(each, feasible, located).astype(np.int64)


def _functions(kinds: tuple[AgencyKind, ...], generator: np.random.Generator) -> Flags:
    codes = category_codes()
    own = np.array([[code in kind.functions for code in codes] for kind in kinds])
    # Some agencies have taken up something beyond their trade.
    extra = generator.integers(0, len(codes), len(kinds))
    taken = generator.random(len(kinds)) < 0.3
    own[np.flatnonzero(taken), extra[taken]] = True
    return own


def _branches(
    kinds: tuple[AgencyKind, ...],
    feasible: Integers,
    grids: Integers,
    counts: Counts,
    generator: np.random.Generator,
) -> Integers:
    """Number of branches of each agency: at least 1, and no lump too large for the bands."""
    most = int(np.clip(round(0.12 * counts.branches / counts.sub_districts), 2, 12))
    weights = np.array([kind.weight for kind in kinds]) ** 1.6
    weights = weights * generator.lognormal(0, 0.3, len(kinds))
    result = np.empty(len(kinds), np.int64)
    for sub, branches in enumerate(apportion(counts.branches, grids)):
        inside = np.flatnonzero(feasible == sub)
        result[inside] = apportion(int(branches), weights[inside], 1, most)
    return result


def _branch_functions(functions: Flags, generator: np.random.Generator) -> Flags:
    """A part of the agency's functions, never none, sometimes another."""
    kept = functions & (generator.random(functions.shape) < 0.65)
    lost = ~kept.any(axis=1)
    first = functions.argmax(axis=1)
    kept[np.flatnonzero(lost), first[lost]] = True
    extra = generator.integers(0, functions.shape[1], len(functions))
    taken = generator.random(len(functions)) < 0.2
    kept[np.flatnonzero(taken), extra[taken]] = True
    return kept
