"""Column generation: prices from a short run of the volume algorithm, then a warm relaxation.

The volume algorithm meets the columns that matter; the relaxation over them is near its
optimum at once. A few rounds with smoothed duals (Wentges, International Transactions in
Operational Research 4, 1997) close it. Any duals give a valid bound, the best is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matchmaker.backends.base import Settings
from matchmaker.backends.bundles.division import Division
from matchmaker.backends.bundles.master import Master, Point
from matchmaker.backends.prices import find_prices, usual_prices
from matchmaker.bounds import usable_duals
from matchmaker.model import Floats, Integers
from matchmaker.set_values import IMPOSSIBLE

__all__ = ["Generated", "add_near", "generate", "volume_start"]

PRICE_ROUNDS = 35
"""Rounds of the volume algorithm: enough to meet most columns of the relaxation's optimum."""

ROUNDS = 40
"""Rounds of column generation at most; ten or so are usual."""

COLUMNS_PER_SOURCE = 10
SMOOTHING = 0.5
"""Share of the best duals so far in those at which is priced."""

NEAR = 0.04
"""Share of the largest value of a pair: columns within it of a source's best are generated as well."""

CLOSED = 1e-4
"""The relaxation counts as solved when bound and value differ by less (relative)."""


@dataclass(frozen=True)
class Generated:
    """Result of `generate`.

    Parameters
    ----------
    duals : (program's rows,) float64
        Those with the best bound.
    bound : float
        That bound in units, reckoned in single precision: the search goes by it. What proves
        something is `lagrangian_bound` of the duals.
    point : Point
        The last relaxation.
    """

    duals: Floats
    bound: float
    point: Point


def volume_start(division: Division, master: Master, settings: Settings) -> Floats:
    """Prices by the volume algorithm as row duals; the columns met go into the master."""
    bidders, program = division.bidders, division.program
    sources = np.arange(division.sources)
    none = np.zeros(program.row_count)

    def duals_of(price: Floats) -> Floats:
        duals = none.copy()
        duals[division.target_row] = price
        return duals

    def oracle(price: Floats) -> tuple[float, Integers, Integers]:
        duals = duals_of(price)
        worth, ids = bidders.best(division.values(duals))
        part = worth.argmax(axis=1).astype(np.int64)
        best, chosen = worth[sources, part], ids[sources, part]
        part[(chosen < 0) | (bidders.may_stay_empty & (best < 0))] = -1
        taking = np.flatnonzero(part >= 0)
        master.add(taking, chosen[taking])
        members = bidders.sets.members[chosen[taking]]
        count = np.bincount(members[members >= 0], minlength=len(price)).astype(np.int64)
        return division.bound(duals, best), part, count

    at_most_once = program.row_lower[division.target_row] < 1
    value = division.values(none)
    start = usual_prices(np.where(value > IMPOSSIBLE / 2, value, 0.0))
    found = find_prices(oracle, start, division.parts, PRICE_ROUNDS, settings, at_most_once)
    duals = duals_of(found.price)
    if division.uses:  # the algorithm knows nothing of what sets need
        others = np.setdiff1d(division.told, division.target_row)
        duals[others] = master.solve().duals[others]
    return duals


def generate(division: Division, master: Master, start: Floats, settings: Settings) -> Generated:
    """Solve the relaxation over all columns, from the given duals.

    Parameters
    ----------
    division, master
        The program, and the columns known so far; new ones are added.
    start : (program's rows,) float64
        Duals near which to begin.
    settings
        The deadline stops the search early, with a bound all the same.
    """
    best_duals = start
    best_bound = _priced_bound(division, start)
    point = master.solve()
    for _ in range(ROUNDS):
        new = 0
        for share in (SMOOTHING, 0.0):
            duals = usable_duals(division.program, share * best_duals + (1 - share) * point.duals)
            value, bidders = division.values(duals), division.bidders_at(duals)
            best = bidders.worth(value, division.members)
            bound = division.bound(duals, best)
            if bound < best_bound:
                best_bound, best_duals = bound, duals
            threshold = best - NEAR * division.largest if share else point.source_duals + 1e-6
            found = bidders.above(value, threshold, COLUMNS_PER_SOURCE, division.members)
            new = master.add(found.source, found.ids)
            if new:
                break
        closed = best_bound - point.value <= CLOSED * max(1.0, abs(best_bound))
        if not new or closed or settings.seconds_left() <= 0:
            break
        point = master.solve()
    return Generated(best_duals, best_bound, point)


def add_near(division: Division, master: Master, duals: Floats, most: int) -> None:
    """Let the master have the sets near each source's best at the given duals, at most `most` of each."""
    value, bidders = division.values(duals), division.bidders_at(duals)
    threshold = bidders.worth(value, division.members) - NEAR * division.largest
    near = bidders.above(value, threshold, most, division.members)
    master.add(near.source, near.ids)


def _priced_bound(division: Division, duals: Floats) -> float:
    best = division.bidders_at(duals).worth(division.values(duals), division.members)
    return division.bound(duals, best)
