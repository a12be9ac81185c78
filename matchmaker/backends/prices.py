"""Prices of targets that bound a market from above: the volume algorithm.

Minimises the Lagrangian Σ prices + Σ_sources worth of the best set at those prices, and
keeps a convex combination of the sets met on the way, which tells how much each source
leans to each part (Barahona and Anbil, Mathematical Programming 87, 2000).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matchmaker.backends.base import Settings
from matchmaker.backends.market import IMPOSSIBLE, REQUIRED, Market
from matchmaker.model import Floats

__all__ = ["Prices", "find_prices"]

FIRST_STEP, LARGEST_STEP, SMALLEST_STEP = 1.0, 2.0, 1e-4
SHRINK, GROW = 0.66, 1.1
PATIENCE = 8
"""Rounds without a better bound after which steps shrink."""
LEAST_SHARE, LARGEST_SHARE = 0.02, 0.2
"""Bounds on the share that the newest sets get in the combination."""
AIM = 0.03
"""How far below the best bound the aim of a step lies, as a fraction of it."""


@dataclass(frozen=True)
class Prices:
    """Result of `find_prices`.

    Parameters
    ----------
    price : (targets,) float64
        The best prices found.
    bound : float
        No plan of the market is worth more.
    leaning : (sources, parts) float64
        How much each source leans to each part, from 0 to 1.
    """

    price: Floats
    bound: float
    leaning: Floats


def find_prices(market: Market, rounds: int, settings: Settings) -> Prices:
    """Lower the bound for at most `rounds` rounds, less when steps become tiny or time is over."""
    sources = np.arange(len(market.value))
    real = np.where(market.value > IMPOSSIBLE / 2, market.value, np.nan)
    real = np.where(real > REQUIRED / 2, real - REQUIRED, real)
    # a target is worth about what its third-best source would give
    ranked = -np.sort(-np.nan_to_num(real, nan=0.0), axis=0)
    center = ranked[min(2, len(sources) - 1)].copy()
    bound, chosen, count = _priced(market, center)
    leaning = np.zeros((len(sources), market.parts))
    leaning[sources, chosen] = 1.0
    mean_count = count.astype(np.float64)
    step, waiting, aim = FIRST_STEP, 0, bound - 0.1 * abs(bound)
    for _ in range(rounds):
        direction = 1.0 - mean_count
        size = float(direction @ direction)
        if step < SMALLEST_STEP or size < 1e-9 or settings.seconds_left() <= 0:
            break
        trial = center - step * (bound - aim) / size * direction
        trial_bound, chosen, count = _priced(market, trial)
        share = _share(direction, 1.0 - count)
        mean_count = (1 - share) * mean_count + share * count
        leaning *= 1 - share
        leaning[sources, chosen] += share
        if trial_bound < bound - 1e-9:
            if float((1.0 - count) @ direction) > 0:
                step = min(step * GROW, LARGEST_STEP)
            bound, center, waiting = trial_bound, trial, 0
        else:
            waiting += 1
            if waiting >= PATIENCE:
                step, waiting = step * SHRINK, 0
        if bound < aim + 0.02 * abs(aim):
            aim -= AIM * abs(aim)
    return Prices(center, bound, leaning)


def _priced(market: Market, price: Floats) -> tuple[float, np.ndarray, np.ndarray]:
    worth, order, size = market.best_sets(price)
    chosen = worth.argmax(axis=1)
    best = worth[np.arange(len(worth)), chosen]
    count = np.zeros(market.value.shape[1], np.int64)
    for part in range(market.parts):
        here = np.flatnonzero(chosen == part)
        targets = order[part][here]
        taken = np.arange(targets.shape[1]) < size[here, part][:, np.newaxis]
        np.add.at(count, market.start[part] + targets[taken], 1)
    return float(price.sum() + best.sum()) - market.bonus, chosen, count


def _share(direction: Floats, newest: Floats) -> float:
    """The share of the newest sets that makes the combined direction shortest, within limits."""
    change = newest - direction
    size = float(change @ change)
    best = float(-(direction @ change) / size) if size > 0 else LEAST_SHARE
    return min(max(best, LEAST_SHARE), LARGEST_SHARE)
