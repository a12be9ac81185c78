"""Prices of targets that bound a division from above: the volume algorithm.

Minimises the Lagrangian Σ prices + Σ_sources worth of the best set at those prices, and
keeps a convex combination of the sets met on the way, which tells how much each source
leans to each part (Barahona and Anbil, Mathematical Programming 87, 2000).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from matchmaker.backends.base import Settings
from matchmaker.model import Floats, Integers

__all__ = ["Oracle", "Prices", "find_prices", "usual_prices"]

FIRST_STEP, LARGEST_STEP, SMALLEST_STEP = 1.0, 2.0, 1e-4
SHRINK, GROW = 0.66, 1.1
PATIENCE = 8
"""Rounds without a better bound after which steps shrink."""
LEAST_SHARE, LARGEST_SHARE = 0.02, 0.2
"""Bounds on the share that the newest sets get in the combination."""
AIM = 0.03
"""How far below the best bound the aim of a step lies, as a fraction of it."""


class Oracle(Protocol):
    """Answers what the sources would take at given prices."""

    def __call__(self, price: Floats) -> tuple[float, Integers, Integers]:
        """The bound that `price` proves, the part each source takes (-1: none), the takers of each target."""
        ...


@dataclass(frozen=True)
class Prices:
    """Result of `find_prices`.

    Parameters
    ----------
    price : (targets,) float64
        The best prices found.
    bound : float
        No division is worth more.
    leaning : (sources, parts) float64
        How much each source leans to each part, from 0 to 1.
    """

    price: Floats
    bound: float
    leaning: Floats


def usual_prices(value: Floats) -> Floats:
    """Where to begin: a target is worth about what its third-best source would give.

    `value` has shape (sources, targets), 0 where there is no pair; the prices (targets,).
    """
    ranked = -np.sort(-value, axis=0)
    usual: Floats = ranked[min(2, len(ranked) - 1)]
    return usual


def find_prices(
    oracle: Oracle, start: Floats, parts: int, rounds: int, settings: Settings, at_most_once: np.ndarray
) -> Prices:
    """Lower the bound for at most `rounds` rounds, less when steps become tiny or time is over.

    Parameters
    ----------
    oracle
        Prices the division.
    start : (targets,) float64
        Prices to begin with.
    parts
        Number of parts.
    rounds, settings
        Work limit, and the deadline.
    at_most_once : (targets,) bool
        Targets that may stay without a source: their prices are not negative.
    """
    floor = np.where(at_most_once, 0.0, -np.inf)
    center = np.maximum(start, floor)
    bound, chosen, count = oracle(center)
    leaning = np.zeros((len(chosen), parts))
    _lean(leaning, chosen, 1.0)
    mean_count = count.astype(np.float64)
    step, waiting, aim = FIRST_STEP, 0, bound - 0.1 * abs(bound)
    for _ in range(rounds):
        direction = 1.0 - mean_count
        size = float(direction @ direction)
        if step < SMALLEST_STEP or size < 1e-9 or settings.seconds_left() <= 0:
            break
        trial: Floats = np.maximum(center - step * (bound - aim) / size * direction, floor)
        trial_bound, chosen, count = oracle(trial)
        share = _share(direction, 1.0 - count.astype(np.float64))
        mean_count = (1.0 - share) * mean_count + share * count
        leaning *= 1 - share
        _lean(leaning, chosen, share)
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


def _lean(leaning: Floats, chosen: Integers, share: float) -> None:
    some = np.flatnonzero(chosen >= 0)
    leaning[some, chosen[some]] += share


def _share(direction: Floats, newest: Floats) -> float:
    """The share of the newest sets that makes the combined direction shortest, within limits."""
    change = newest - direction
    size = float(change @ change)
    best = float(-(direction @ change) / size) if size > 0 else LEAST_SHARE
    return min(max(best, LEAST_SHARE), LARGEST_SHARE)
