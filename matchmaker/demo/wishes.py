"""Wishes for the new year: of agencies for sub-districts, of sub-districts and communities for agencies."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.demand import demand_of_communities, demand_of_sub_districts, suitability
from matchmaker.demo.frames import flags, only_where, stream, texts, with_notice
from matchmaker.demo.geography import Places
from matchmaker.demo.last_year import LONGEST, LastYear
from matchmaker.demo.organisations import Organisations

__all__ = ["wish_table"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Objects = NDArray[np.object_]

_WISHING_AGENCIES = 0.7
_REFUSING = 0.05
_REASONS = np.array(["监管关系", "业务不相近", "路程较远"], object)
_PLACE_REASON = "工作衔接不畅"
_RANKS = 3


def wish_table(
    last: LastYear, organisations: Organisations, places: Places, needs: pd.DataFrame, year: int, seed: int
) -> pd.DataFrame:
    """Wishes of 70 % of the agencies and of all sub-districts and communities.

    They follow what places need, last year's pairs and popularity; about one in twenty
    names somebody not to be paired with, never a pair of the feasible plan. With real
    names there are no refusals.
    """
    generator = stream(seed, "wishes")
    of_sub = suitability(organisations, demand_of_sub_districts(places, needs))
    of_community = suitability(organisations, demand_of_communities(places, needs))
    subs = np.arange(len(places.sub_ids))
    sides = [
        _of_agencies(last, organisations, places, of_sub, generator),
        _of_places("sub_district", places.sub_ids, subs, of_sub, last, organisations, generator),
        _of_places(
            "community",
            places.community_ids,
            places.community_sub,
            of_community,
            last,
            organisations,
            generator,
        ),
    ]
    frame = pd.concat(sides, ignore_index=True)
    day = generator.integers(4, 29, len(frame))
    frame = frame.assign(
        accept_adjust=flags(generator.random(len(frame)) >= 0.04),
        filled_on=texts(f"{year}-01-{number:02d}" for number in day),
    )
    return with_notice(frame.drop(columns=["refused", "reason"]) if places.real else frame)


def _of_agencies(
    last: LastYear,
    organisations: Organisations,
    places: Places,
    suited: Floats,
    generator: np.random.Generator,
) -> pd.DataFrame:
    count, subs = suited.shape
    free = np.flatnonzero(~organisations.fixed)
    wishing = np.sort(generator.permutation(free)[: round(_WISHING_AGENCIES * count)])
    liking = 1.5 * _standard(suited) + 0.4 * generator.normal(0, 1, subs)
    paired = np.flatnonzero(last.sub >= 0)
    liking[paired, last.sub[paired]] += np.where(last.years[paired] >= LONGEST, -4.0, 0.9)
    liking += generator.gumbel(0, 0.7, suited.shape)
    # Refused is what suits least, but never the place of the feasible plan.
    shunned = np.where(np.arange(subs) == organisations.feasible[:, None], np.inf, liking).argmin(axis=1)
    refuses = np.zeros(count, bool)
    refuses[generator.permutation(wishing)[: max(1, round(_REFUSING * len(wishing)))]] = True
    liking[np.flatnonzero(refuses), shunned[refuses]] = -np.inf
    reason = _REASONS[generator.integers(0, len(_REASONS), count)]
    return _ranked(
        "agency",
        organisations.agency_ids[wishing],
        "sub_district",
        places.sub_ids,
        liking[wishing],
        np.where(refuses, shunned, -1)[wishing],
        reason[wishing],
    )


def _of_places(
    side: str,
    names: Objects,
    sub: Integers,
    suited: Floats,
    last: LastYear,
    organisations: Organisations,
    generator: np.random.Generator,
) -> pd.DataFrame:
    count = len(names)
    size = np.log(organisations.members_per_agency + 1.0)
    renown = (0.5 * _standard(size) + 0.3 * last.quality)[:, None]
    here = last.sub[:, None] == sub[None, :]
    liking = (1.6 * _standard(suited) + renown + 0.6 * here).T
    liking = liking + generator.gumbel(0, 0.5, liking.shape)
    liking[:, organisations.fixed] = -np.inf
    # Refused is the least liked of last year's agencies that the feasible plan puts elsewhere.
    possible = (here & (organisations.feasible[:, None] != sub[None, :])).T
    shunned = np.where(possible, liking, np.inf).argmin(axis=1)
    refuses = possible.any(axis=1) & (generator.random(count) < _REFUSING)
    liking[np.flatnonzero(refuses), shunned[refuses]] = -np.inf
    return _ranked(
        side,
        names,
        "agency",
        organisations.agency_ids,
        liking,
        np.where(refuses, shunned, -1),
        np.full(count, _PLACE_REASON, object),
    )


def _ranked(
    side: str,
    sources: Objects,
    target_kind: str,
    targets: Objects,
    liking: Floats,
    refused: Integers,
    reason: Objects,
) -> pd.DataFrame:
    """One row for each source: its three best liked, and whom it should not be paired with."""
    order = np.argsort(-liking, axis=1, kind="stable")[:, :_RANKS]
    columns: dict[str, pd.Series] = {}
    for rank in range(_RANKS):
        chosen = order[:, min(rank, order.shape[1] - 1)]
        real = (rank < order.shape[1]) & np.isfinite(liking[np.arange(len(sources)), chosen])
        columns[f"wish_{rank + 1}"] = _tuples(only_where(real, targets[chosen]))
    return pd.DataFrame(
        {
            "side": texts([side] * len(sources)),
            "source_id": texts(sources),
            "target_kind": texts([target_kind] * len(sources)),
            **columns,
            "refused": _tuples(only_where(refused >= 0, targets[refused])),
            "reason": texts(only_where(refused >= 0, reason)),
        }
    )


def _tuples(values: Objects) -> pd.Series:
    return pd.Series([() if value is None else (value,) for value in values], dtype=object)


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-9), np.float64)
