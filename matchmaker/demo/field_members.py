"""Members of other fields and residents who register where they live."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.apportion import apportion
from matchmaker.demo.catalogues import category_codes
from matchmaker.demo.frames import categories_column, flags, ids, stream, texts, with_notice
from matchmaker.demo.geography import Places
from matchmaker.demo.housing import Housing
from matchmaker.demo.names import draw_names

__all__ = ["field_member_table"]

Integers = NDArray[np.int64]

_FIELD_SHARE = 0.6
"""Part that comes from firms, schools and hospitals; the others are residents."""
_FIELDS = ("企业", "学校", "医院", "社会组织")
_FIELDS_SHARE = (0.55, 0.2, 0.15, 0.1)
_ORGANISATIONS = 40
"""Different organisations of each field."""

_UNEVEN = 0.4
"""How much registrations per household differ between communities (log-normal)."""
_SPARE = 0.02
"""Registered members who cannot take part, per one who can."""
_SKILLED = 0.7


def field_member_table(places: Places, housing: Housing, count: int, seed: int) -> pd.DataFrame:
    """The roster: `count` who can take part, by the households of the sub-districts, and a few more.

    Inside a sub-district some communities have many more registrations for their
    households than others.
    """
    generator = stream(seed, "field members")
    per_sub = apportion(count, places.households_per_sub)
    spare = max(1, round(_SPARE * count))
    sub = np.concatenate(
        [
            np.repeat(np.arange(len(per_sub)), per_sub),
            generator.choice(len(per_sub), spare, p=per_sub / per_sub.sum()),
        ]
    )
    eligible = np.arange(len(sub)) < count
    order = generator.permutation(len(sub))
    sub, eligible = sub[order], eligible[order]
    building = _homes(sub, places, housing, generator)
    grid = housing.grid[building]
    of_field = generator.random(len(sub)) < _FIELD_SHARE
    category = np.where(of_field, "field", "resident")
    return with_notice(
        pd.DataFrame(
            {
                "field_member_id": texts(ids("F", len(sub), 5)),
                "name": texts(draw_names(generator, generator.random(len(sub)) < 0.45)),
                "member_category": texts(category),
                "organisation": texts(_organisations(of_field, grid, places, generator)),
                "home_sub_district": texts(places.sub_ids[sub]),
                "home_community": texts(places.community_ids[places.grid_community[grid]]),
                "home_grid": texts(places.grid_ids[grid]),
                "home_building": texts(housing.building_ids[building]),
                "skills": categories_column(_skills(len(sub), generator), category_codes()),
                "eligible": flags(eligible),
            }
        )
    )


def _homes(sub: Integers, places: Places, housing: Housing, generator: np.random.Generator) -> Integers:
    """Building in which each lives, by households and by how keen the community is."""
    keen = generator.lognormal(0, _UNEVEN, len(places.community_ids))
    weight = housing.households * keen[places.grid_community[housing.grid]]
    grown = np.concatenate(([0.0], np.cumsum(weight)))
    building_sub = places.grid_sub[housing.grid]
    low, high = (grown[np.searchsorted(building_sub, sub, side)] for side in ("left", "right"))
    at = low + generator.random(len(sub)) * (high - low)
    home: Integers = np.clip(np.searchsorted(grown, at, side="right") - 1, 0, len(weight) - 1)
    return home


def _organisations(
    of_field: NDArray[np.bool_], grid: Integers, places: Places, generator: np.random.Generator
) -> list[str]:
    """Invented organisations; residents belong to the branch of the community they live in."""
    kind = generator.choice(len(_FIELDS), len(of_field), p=_FIELDS_SHARE)
    number = generator.integers(1, _ORGANISATIONS + 1, len(of_field))
    community = places.community_names[places.grid_community[grid]]
    return [
        f"示例{_FIELDS[what]}{which:02d}党支部" if field else f"{name}居民党支部"
        for field, what, which, name in zip(of_field, kind, number, community, strict=True)
    ]


def _skills(count: int, generator: np.random.Generator) -> NDArray[np.bool_]:
    """One or two categories for most, none for the others."""
    skills = np.zeros((count, len(category_codes())), bool)
    for share in (_SKILLED, _SKILLED / 2):
        has = np.flatnonzero(generator.random(count) < share)
        skills[has, generator.integers(0, skills.shape[1], len(has))] = True
    return skills
