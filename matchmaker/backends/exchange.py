"""Exchanges between parts: move one source, or swap two, as long as the whole gains.

Each part's division is exact, so a move is judged by two small assignment problems.
Prices of the parts' divisions give an upper bound on the gain of any move; moves that
cannot gain are never tried.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from matchmaker.backends.base import Settings
from matchmaker.backends.market import IMPOSSIBLE, Market
from matchmaker.model import Floats, Integers

__all__ = ["exchange"]

LEAST_GAIN = 0.5
"""Levels are whole units: a smaller computed gain is rounding."""


def exchange(market: Market, part_of: Integers, trials: int, settings: Settings) -> Integers:
    """Improve which part each source has, by at most `trials` judged moves.

    Parameters
    ----------
    market
        Values and sizes.
    part_of : (sources,) int64
        A feasible start.
    trials
        Work limit.
    settings
        Its deadline stops the search too.

    Returns
    -------
    (sources,) int64
        Parts whose exact divisions are worth at least as much as the start's.
    """
    part_of = part_of.copy()
    value = np.array(
        [market.divide(part, np.flatnonzero(part_of == part))[0] for part in range(market.parts)]
    )
    worth = np.column_stack([_worth_at_own_prices(market, part, part_of) for part in range(market.parts)])
    while trials > 0 and settings.seconds_left() > 0:
        moved: set[int] = set()
        for first, second, target_part in _promising(worth, part_of):
            if trials <= 0 or settings.seconds_left() <= 0:
                break
            home, away = int(part_of[first]), target_part
            if home in moved or away in moved:
                continue  # its bound is of before the last exchange
            trials -= 1
            after = part_of.copy()
            after[first] = away
            if second >= 0:
                after[second] = home
            gained = [market.divide(part, np.flatnonzero(after == part))[0] for part in (home, away)]
            if sum(gained) > value[home] + value[away] + LEAST_GAIN:
                part_of, moved = after, moved | {home, away}
                value[[home, away]] = gained
        if not moved:
            break
        for part in sorted(moved):
            worth[:, part] = _worth_at_own_prices(market, part, part_of)
    return part_of


def _promising(worth: Floats, part_of: Integers) -> list[tuple[int, int, int]]:
    """(source, other source or -1, part) of the moves that may gain, best bound first."""
    sources = np.arange(len(part_of))
    loss = worth[sources, part_of]
    gain_to = worth - loss[:, np.newaxis]  # of moving a source to a part, at that part's prices
    swap = worth[:, part_of] - loss[np.newaxis, :]
    swap = np.triu(swap + swap.T, 1)
    different = part_of[:, np.newaxis] != part_of[np.newaxis, :]
    first, second = np.nonzero((swap > LEAST_GAIN) & different)
    mover, to = np.nonzero(gain_to > LEAST_GAIN)
    bound = np.concatenate([swap[first, second], gain_to[mover, to]])
    order = np.argsort(-bound, kind="stable")
    left = np.concatenate([first, mover])[order]
    right = np.concatenate([second, np.full(len(mover), -1)])[order]
    part = np.concatenate([part_of[second], to])[order]
    return list(zip(left.tolist(), right.tolist(), part.tolist(), strict=True))


def _worth_at_own_prices(market: Market, part: int, part_of: Integers) -> Floats:
    """What each source would gain in a part at the prices of its present division."""
    prices = np.zeros(market.value.shape[1])
    prices[market.start[part] : market.start[part + 1]] = _division_prices(
        market, part, np.flatnonzero(part_of == part)
    )
    worth = market.best_sets_in(part, prices)[0]
    return np.where(worth > IMPOSSIBLE / 2, worth, IMPOSSIBLE)


def _division_prices(market: Market, part: int, members: Integers) -> Floats:
    """Duals of the targets in the linear program of one part's division."""
    targets, sources = int(market.sizes[part]), len(members)
    if sources == 0 or targets == 0:
        return np.zeros(targets)
    count = sources * targets
    value = market.value[members, market.start[part] : market.start[part + 1]].ravel()
    allowed = (value > IMPOSSIBLE / 2).astype(float)
    column = np.arange(count)
    by_target = sparse.csr_array((np.ones(count), (column % targets, column)))
    by_source = sparse.csr_array((np.ones(count), (column // targets, column)))
    result = linprog(  # type: ignore[call-overload]
        -np.where(allowed > 0, value, 0.0),
        A_eq=by_target,
        b_eq=np.ones(targets),
        A_ub=sparse.vstack([by_source, -by_source], format="csr"),
        b_ub=np.concatenate([market.maximum[members], -market.minimum[members]]),
        bounds=np.column_stack([np.zeros(count), allowed]),
        method="highs-ds",
    )
    if result.status != 0:
        raise RuntimeError(f"division of a part: {result.message}")
    return -np.asarray(result.eqlin.marginals)
