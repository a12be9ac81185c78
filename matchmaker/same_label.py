"""Positions that share a label, paired: areas, sets and places are compared inside themselves only."""

from __future__ import annotations

import numpy as np

from matchmaker.model import Integers

__all__ = ["pairs_within"]


def pairs_within(label: Integers) -> tuple[Integers, Integers]:
    """All ordered pairs of positions that have the same label, each with itself included.

    Parameters
    ----------
    label : (n,) int64

    Returns
    -------
    one, other : (pairs,) int64
        By label, and then in the order of the positions.
    """
    order = np.argsort(label, kind="stable")
    _, start, size = np.unique(label[order], return_index=True, return_counts=True)
    owner = np.repeat(np.arange(len(size)), size)
    repeat = size[owner]
    one = np.repeat(np.arange(len(order)), repeat)
    within = np.arange(len(one)) - np.repeat(np.cumsum(repeat) - repeat, repeat)
    other = start[owner][one] + within
    return order[one].astype(np.int64), order[other].astype(np.int64)
