"""Numbers as integers that a solver can be trusted with: exact where possible, else on the safe side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matchmaker.model import Floats, Integers

__all__ = ["TIE_BITS", "Scaled", "load_rows", "scaled_points", "tie_points"]

TIE_BITS = 30
"""Bits of the points that decide between equals, where there is room for all of them."""

LARGEST_ROW = 2**30 - 1
"""Coefficients of a row together stay below 2³⁰."""

COARSE_STEPS = 1e6
FINE_STEPS = 2.0**40
"""Steps of the largest value: for a solver that adds up in floating point, and for an exact one."""

_DECIMALS = 6
_NEARLY = 1e-9
"""Room below a capacity that sums of decimal fractions may miss it by (relative)."""

_NOISE = 4e-15
"""Distance (relative) from a whole number that a product of floats leaves."""

Rows = tuple[Integers, Integers]


@dataclass(frozen=True)
class Scaled:
    """Points as integers: ``points · step`` is the value, or the next step above it.

    ``tie_bits`` is how many bits are left for deciding between equals.
    """

    points: Integers
    step: float
    tie_bits: int


def scaled_points(points: Floats, *, nodes: int, most: int, is_flow: bool) -> Scaled:
    """Points as integers, rounded up where they are not exact, so that a bound of theirs is a bound.

    Parameters
    ----------
    points : (pairs,) float64
    nodes, most
        Nodes of the flow, and how many pairs a solution has at most: together they limit
        the costs that a flow can add up exactly.
    is_flow
        Whether there are degrees only.
    """
    largest = float(np.abs(points).max(initial=0.0))
    if largest == 0.0:
        return Scaled(np.zeros(len(points), np.int64), 1.0, TIE_BITS)
    room = 60.0 - np.log2(nodes) if is_flow else 53.0
    exact = _exact_factor(points, min(2.0**40, 2.0**room))
    if exact is not None:
        whole = np.rint(points * exact).astype(np.int64)
        divisor = int(np.gcd.reduce(whole)) or 1
        whole //= divisor
        left = room - np.log2(float(np.abs(whole).max())) - np.log2(2.0 * most + 2) - 1
        bits = TIE_BITS if not is_flow else int(np.clip(np.floor(left), 0, TIE_BITS))
        return Scaled(whole, divisor / exact, bits)
    steps = min(FINE_STEPS, 2.0 ** (room - 1)) if is_flow else COARSE_STEPS
    return Scaled(np.ceil(points * (steps / largest)).astype(np.int64), largest / steps, 0)


def load_rows(loads: Floats, largest_sum: float, capacity: Floats) -> tuple[Rows, Rows | None]:
    """Loads and capacities as integers: (generous, strict) roundings; strict is None where both are exact.

    Parameters
    ----------
    loads : (pairs,) float64
    largest_sum
        Of the loads of one row.
    capacity : (rows,) float64
    """
    factor = _exact_factor(loads, np.inf)
    if factor is not None:
        whole = np.rint(loads * factor)
        divisor = float(np.gcd.reduce(whole.astype(np.int64))) or 1.0
        if largest_sum * factor / divisor <= LARGEST_ROW:
            room = np.floor(capacity * factor / divisor * (1 + _NEARLY))
            return ((whole / divisor).astype(np.int64), room.astype(np.int64)), None
    scale = LARGEST_ROW / 2 / largest_sum
    generous = np.floor(loads * scale), np.ceil(capacity * scale)
    strict = np.ceil(loads * scale), np.floor(capacity * scale)
    return (
        (generous[0].astype(np.int64), generous[1].astype(np.int64)),
        (strict[0].astype(np.int64), strict[1].astype(np.int64)),
    )


def tie_points(source: Integers, target: Integers, seed: int) -> Integers:
    """`TIE_BITS`-bit hash of (seed, source, target) of each pair, shape (pairs,)."""
    generator = np.random.SeedSequence(seed).generate_state(1, np.uint64)[0]
    with np.errstate(over="ignore"):
        mixed = source.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + generator
        for ends in (target.astype(np.uint64), np.uint64(0)):
            # the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014)
            mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            mixed = (mixed ^ (mixed >> np.uint64(31))) + ends
    points: Integers = (mixed >> np.uint64(64 - TIE_BITS)).astype(np.int64)
    return points


def _exact_factor(numbers: Floats, limit: float) -> float | None:
    """The power of ten by which all numbers become whole and stay below `limit`; None if none does."""
    largest = float(np.abs(numbers).max(initial=0.0))
    for digits in range(_DECIMALS + 1):
        factor = 10.0**digits
        if largest * factor >= min(limit, 2.0**52):
            return None
        scaled = numbers * factor
        noise = _NOISE * np.maximum(1.0, np.abs(scaled)) if digits else 0.0
        if bool((np.abs(scaled - np.rint(scaled)) <= noise).all()):
            return factor
    return None
