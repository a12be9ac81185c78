"""Fair ties: points of a last step, from a published seed and the ids alone.

points(source, target) = a 30-bit hash of (seed, year, source id, target id): nobody gains
by applying early, twice or in another order, and anyone can recompute it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from matchmaker.model import Integers, Objects, Problem
from matchmaker.program import Level, Program

__all__ = ["tie_points", "with_tie_break"]

BITS = 30
_MULTIPLIERS = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))


def tie_points(problem: Problem, seed: int) -> Integers:
    """Points of each candidate pair, shape (pairs,), from 0 to 2³⁰ - 1.

    Each id is hashed with BLAKE2b, the two hashes of a pair are mixed by the finaliser of
    SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
    """
    salt = f"{seed}/{problem.year}/"
    left = _hashed(problem.sources.ids, salt + "source/")[problem.pair_source]
    right = _hashed(problem.targets.ids, salt + "target/")[problem.pair_target]
    with np.errstate(over="ignore"):
        mixed = left + np.uint64(0x9E3779B97F4A7C15) * (right | np.uint64(1))
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _MULTIPLIERS[0]
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _MULTIPLIERS[1]
        mixed ^= mixed >> np.uint64(31)
    points: Integers = (mixed >> np.uint64(64 - BITS)).astype(np.int64)
    return points


def with_tie_break(program: Program, problem: Problem, seed: int) -> Program:
    """The program with one more level that only chooses among equals."""
    points = np.zeros(program.column_count, np.int64)
    points[: program.pair_count] = tie_points(problem, seed)
    return replace(program, levels=(*program.levels, Level(points, 0, 1.0, is_tie_break=True)))


def _hashed(ids: Objects, salt: str) -> np.ndarray:
    digests = b"".join(hashlib.blake2b((salt + str(one)).encode(), digest_size=8).digest() for one in ids)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)
