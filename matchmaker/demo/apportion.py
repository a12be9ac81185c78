"""Whole numbers in given proportions: totals split over parts without losing one."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from matchmaker.demo.frames import Integers

__all__ = ["apportion", "split_each"]

_HALVINGS = 80


def apportion(
    total: int, weights: ArrayLike, minimum: ArrayLike = 0, maximum: ArrayLike | None = None
) -> Integers:
    """Split `total` over parts in proportion to `weights`, each within its bounds.

    Largest remainders decide the rounding; ties go to the earlier part. Without bounds
    that bind, every part is its exact share rounded down or up.

    Parameters
    ----------
    total : int
        What is to be split; at least the sum of minima, at most the sum of maxima.
    weights : (parts,)
        Positive.
    minimum, maximum : int or (parts,)
        Bounds of each part; no maximum by default.

    Returns
    -------
    (parts,) int64
        Sums to `total`.

    Raises
    ------
    ValueError
        When the bounds leave no room for `total`.
    """
    share = np.asarray(weights, np.float64)
    low = np.broadcast_to(np.asarray(minimum, np.float64), share.shape)
    high = np.broadcast_to(np.asarray(total if maximum is None else maximum, np.float64), share.shape)
    high = np.minimum(high, total)
    if not low.sum() <= total <= high.sum():
        raise ValueError(f"{total} does not lie between {low.sum():.0f} and {high.sum():.0f}")
    # The common factor that makes the clipped shares add up is found by halving: their
    # sum grows with it.
    below, above = 0.0, float(total / share.min() + 1)
    for _ in range(_HALVINGS):
        factor = (below + above) / 2
        if np.clip(factor * share, low, high).sum() < total:
            below = factor
        else:
            above = factor
    exact = np.clip(above * share, low, high)
    parts = np.floor(exact + 1e-9)
    left = round(float(total - parts.sum()))
    room = np.where(parts < high, exact - parts, -1.0)
    parts[np.argsort(-room, kind="stable")[:left]] += 1
    return parts.astype(np.int64)


def split_each(totals: Integers, owner: Integers, weights: ArrayLike) -> Integers:
    """Split each owner's total over its parts in proportion to their weights, at least 1 each.

    Parameters
    ----------
    totals : (owners,) int64
        At least the number of the owner's parts.
    owner : (parts,) int64
        Position of each part's owner, ascending.
    weights : (parts,)
        Positive.

    Returns
    -------
    (parts,) int64
        Sums to the owner's total for every owner.
    """
    share = np.asarray(weights, np.float64)
    parts = np.bincount(owner, minlength=len(totals))
    spare = totals - parts
    exact = spare[owner] * share / np.bincount(owner, share, len(totals))[owner]
    whole = np.floor(exact)
    left = np.round(spare - np.bincount(owner, whole, len(totals))).astype(np.int64)
    order = np.lexsort((np.arange(len(owner)), whole - exact, owner))
    first = np.cumsum(parts) - parts
    rank = np.empty(len(owner), np.int64)
    rank[order] = np.arange(len(owner)) - first[owner[order]]
    return (1 + whole + (rank < left[owner])).astype(np.int64)
