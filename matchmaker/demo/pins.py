"""What the office has fixed beforehand: pins, exclusions, pairs to keep and to change."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.frames import stream, texts, with_notice
from matchmaker.demo.geography import Places
from matchmaker.demo.last_year import LONGEST, LastYear
from matchmaker.demo.organisations import Organisations

__all__ = ["pin_table"]

_SUPERVISED = 4
_KEPT = 2
_CHANGED = 2


def pin_table(
    last: LastYear,
    organisations: Organisations,
    places: Places,
    members: pd.DataFrame,
    buildings: pd.DataFrame,
    wishes: pd.DataFrame,
    year: int,
    seed: int,
) -> pd.DataFrame:
    """Pins that the feasible plan keeps, that rotation allows and that nobody refuses.

    With real names there are no suggestions to change a pair.
    """
    generator = stream(seed, "pins")
    feasible, here = organisations.feasible, last.sub
    fixed = np.flatnonzero(organisations.fixed)
    others = generator.permutation(np.flatnonzero(~organisations.fixed & (here >= 0)))
    stays = (here == feasible) & (last.years < LONGEST) & ~_refused(organisations, places, wishes)
    kept = others[stays[others]][:_KEPT]
    changed = others[(here != feasible)[others]][: 0 if places.real else _CHANGED]
    kinds = np.array([kind.agency_type for kind in organisations.agency_kind], object)
    supervisors = others[np.isin(kinds[others], ("government", "justice", "vertical"))][:_SUPERVISED]
    elsewhere = (feasible[supervisors] + 1) % len(places.sub_ids)

    rows: list[tuple[str, str, str, str, str]] = []
    for action, reason, agencies, subs in (
        ("pin", "固定力量", fixed, feasible[fixed]),
        ("forbid", "监管关系", supervisors, elsewhere),
        ("keep", "工作需要", kept, here[kept]),
        ("adjust", "工作需要", changed, here[changed]),
    ):
        rows += [
            ("agency_sub_district", action, organisations.agency_ids[agency], places.sub_ids[sub], reason)
            for agency, sub in zip(agencies, subs, strict=True)
        ]
    branch = int(generator.integers(len(organisations.branch_ids)))
    grid = int(generator.integers(len(places.grid_ids)))
    rows.append(
        ("branch_grid", "forbid", organisations.branch_ids[branch], places.grid_ids[grid], "监管关系")
    )
    at_home = np.flatnonzero(members["eligible"].to_numpy(bool) & members["home_building"].notna().to_numpy())
    person = members.iloc[int(generator.choice(at_home))]
    units = buildings.loc[buildings["part_of"] == person["home_building"], "building_id"]
    rows += [
        ("member_building", "forbid", person["member_id"], home, "亲属")
        for home in (units if len(units) else [person["home_building"]])
    ]
    columns = list(zip(*rows, strict=True))
    names = ("stage", "action", "source_id", "target_id", "reason")
    frame = pd.DataFrame({name: texts(values) for name, values in zip(names, columns, strict=True)})
    return with_notice(frame.assign(until=texts([f"{year}-12-31"] * len(frame))))


def _refused(organisations: Organisations, places: Places, wishes: pd.DataFrame) -> NDArray[np.bool_]:
    """Agencies that refuse somebody or that somebody refuses."""
    if places.real:
        return np.zeros(len(organisations.agency_ids), bool)
    saying = wishes[wishes["refused"].map(len) > 0]
    named = set(saying["source_id"]) | {name for row in saying["refused"] for name in row}
    return np.isin(organisations.agency_ids.astype(str), sorted(named))
