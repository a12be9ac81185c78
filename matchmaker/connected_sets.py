"""Every connected set of a family's targets, part by part and size by size, in arrays.

Sets grow by one neighbour at a time; each size is brought into canonical order, so that a
set is met once. What the sets are worth to sources is `matchmaker.set_values`' subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.model import Integers
from matchmaker.set_family import SetFamily, Shape

__all__ = ["MOST_SETS", "Block", "ConnectedSets", "connected_sets"]

MOST_SETS = 2_000_000
"""Sets beyond which a family counts as too large to enumerate (some 400 MB)."""

Masks = NDArray[np.uint64]
"""Sets of targets as numbers: one bit for each target of a part."""

BITS = 63
"""Targets of a part up to which a set is a number of so many bits."""

CHUNK = 20_000
"""Sets that are grown at a time in larger parts: what is needed for each is many times its size."""


@dataclass(frozen=True)
class Block:
    """The sets of one part and size.

    Parameters
    ----------
    part : int
        Position of the part among the family's parts in use.
    size : int
        Targets of each set.
    ids : (sets,) int64
        Positions of the sets in `ConnectedSets.members`.
    targets : (part's targets,) int64
        Positions in `ConnectedSets.targets`.
    incidence : (sets, part's targets) csr_array of float32
        1 where a set has a target.
    """

    part: int
    size: int
    ids: Integers
    targets: Integers
    incidence: sparse.csr_array


@dataclass(frozen=True)
class ConnectedSets:
    """All connected sets that a family's size bounds allow.

    Parameters
    ----------
    targets : (targets,) int64
        The family's targets, as positions in the problem, ascending.
    part : (targets,) int64
        Position of each target's part, parts in ascending order of their numbers.
    members : (sets, largest size) int64
        Targets of each set as positions in `targets`, ascending; -1 where it has no more.
    shape : (sets,) int64
        What each set is worth by its shape, hundredths of a point.
    blocks : tuple of Block
        The sets by part and size.
    """

    targets: Integers
    part: Integers
    members: Integers
    shape: Integers
    blocks: tuple[Block, ...]

    @property
    def parts(self) -> int:
        """Number of parts."""
        return int(self.part.max(initial=-1)) + 1

    def without(self, gone: np.ndarray) -> ConnectedSets:
        """The sets that have none of the targets where `gone` is true; ids stay."""
        blocks = []
        for block in self.blocks:
            left = ~gone[self.members[block.ids, : block.size]].any(axis=1)
            if left.all():
                blocks.append(block)
            elif left.any():
                incidence = block.incidence[np.flatnonzero(left)]
                blocks.append(Block(block.part, block.size, block.ids[left], block.targets, incidence))
        return ConnectedSets(self.targets, self.part, self.members, self.shape, tuple(blocks))


def connected_sets(family: SetFamily, most: int = MOST_SETS) -> ConnectedSets | None:
    """Enumerate a family's connected sets; None where there are more than `most`.

    Parameters
    ----------
    family
        With a graph; each target in one part.
    most
        Sets over all parts.
    """
    assert family.graph is not None
    targets, target = np.unique(family.targets, return_inverse=True)
    _, part_of_pair = np.unique(family.part, return_inverse=True)
    part = np.zeros(len(targets), np.int64)
    part[target] = part_of_pair
    graph = family.graph[targets][:, targets].tocsr()
    largest = np.zeros(part.max(initial=-1) + 1, np.int64)
    np.maximum.at(largest, part_of_pair, family.maximum[family.sources])
    found: list[tuple[int, Integers, Integers]] = []
    count = 0
    for number in range(len(largest)):
        inside = np.flatnonzero(part == number)
        neighbours = _neighbour_lists(graph[inside][:, inside].tocsr())
        for members in _by_size(neighbours, int(min(largest[number], len(inside))), most - count):
            if members is None:
                return None
            found.append((number, inside, members))
            count += len(members)
    return _assembled(family, targets, part, graph, found, count)


def _neighbour_lists(graph: sparse.csr_array) -> Integers:
    """Neighbours of each target, shape (targets, largest degree), -1 where it has no more."""
    degree = np.diff(graph.indptr)
    lists = np.full((len(degree), int(degree.max(initial=0))), -1, np.int64)
    row = np.repeat(np.arange(len(degree)), degree)
    lists[row, np.arange(len(row)) - graph.indptr[row]] = graph.indices
    return lists


def _by_size(neighbours: Integers, largest: int, most: int) -> list[Integers | None]:
    """Connected sets of sizes 1 … `largest`, rows ascending; ends with None beyond `most` sets."""
    count = len(neighbours)
    if count <= BITS:
        return _by_size_in_bits(neighbours, largest, most)
    current = np.arange(count, dtype=np.int64)[:, np.newaxis]
    found: list[Integers | None] = [current] if largest > 0 else []
    total = count
    while current.shape[1] < largest and len(current):
        # a set is told from others by one number of so many digits
        if total > most or float(count) ** (current.shape[1] + 1) >= 2.0**62:
            return [*found, None]
        current = _grown(current, neighbours)
        total += len(current)
        if len(current):
            found.append(current)
    return [*found, None] if total > most else found


def _by_size_in_bits(neighbours: Integers, largest: int, most: int) -> list[Integers | None]:
    """`_by_size` for parts of up to 63 targets: a set is one number, a bit for each target."""
    count = len(neighbours)
    bits = np.uint64(1) << np.arange(count, dtype=np.uint64)
    around = np.array([np.bitwise_or.reduce(bits[row[row >= 0]], initial=0) for row in neighbours], np.uint64)
    current, near = bits, around
    found: list[Integers | None] = []
    total = 0
    for size in range(1, largest + 1):
        if not len(current):
            break
        total += len(current)
        if total > most:
            return [*found, None]
        has = (current[:, np.newaxis] & bits) > 0
        found.append(np.nonzero(has)[1].reshape(len(current), size).astype(np.int64))
        if size < largest:
            current, near = _grown_in_bits(current, near, bits, around)
    return found


def _grown_in_bits(current: Masks, near: Masks, bits: Masks, around: Masks) -> tuple[Masks, Masks]:
    """All sets with one neighbour more, each once, and the neighbours of their targets."""
    sets, reach = [], []
    for bit, its in zip(bits, around, strict=True):
        may = ((near & bit) > 0) & ((current & bit) == 0)
        sets.append(current[may] | bit)
        reach.append(near[may] | its)
    unique, first = np.unique(np.concatenate(sets), return_index=True)
    return unique, np.concatenate(reach)[first]


def _grown(current: Integers, neighbours: Integers) -> Integers:
    """All sets with one neighbour more than those given, each once, rows ascending."""
    count, size = len(neighbours), current.shape[1]
    digits = np.int64(count) ** np.arange(size, -1, -1, dtype=np.int64)
    keys = [np.empty(0, np.int64)]
    for start in range(0, len(current), CHUNK):
        some = current[start : start + CHUNK]
        added = neighbours[some].reshape(len(some), -1)
        row = np.repeat(np.arange(len(some)), added.shape[1])
        new = added.ravel()
        fresh = (new >= 0) & ~(some[row] == new[:, np.newaxis]).any(axis=1)
        grown = np.sort(np.column_stack([some[row[fresh]], new[fresh]]), axis=1)
        keys.append(np.unique(grown @ digits))
    unique = np.unique(np.concatenate(keys))
    return unique[:, np.newaxis] // digits % count


def _assembled(
    family: SetFamily,
    targets: Integers,
    part: Integers,
    graph: sparse.csr_array,
    found: list[tuple[int, Integers, Integers]],
    count: int,
) -> ConnectedSets:
    width = max((members.shape[1] for _, _, members in found), default=0)
    every = np.full((count, width), -1, np.int64)
    shape = np.zeros(count, np.int64)
    blocks = []
    first = 0
    measured = _Measured(family.shape, graph, targets) if family.shape is not None else None
    for number, inside, members in found:
        sets, size = members.shape
        ids = np.arange(first, first + sets)
        every[ids, :size] = inside[members]
        incidence = sparse.csr_array(
            (np.ones(sets * size, np.float32), members.ravel(), np.arange(0, sets * size + 1, size)),
            shape=(sets, len(inside)),
        )
        blocks.append(Block(number, size, ids, inside, incidence))
        if measured is not None:
            shape[ids] = measured.shapes(inside, members)
        first += sets
    return ConnectedSets(targets, part, every, shape, tuple(blocks))


class _Measured:
    """Edges and losses among the targets of a part, dense: parts are small."""

    def __init__(self, shape: Shape, graph: sparse.csr_array, targets: Integers) -> None:
        self.sides = shape.sides
        self.graph = graph
        self.spread = shape.spread[targets][:, targets].tocsr()

    def shapes(self, inside: Integers, members: Integers) -> Integers:
        """Shape of each set of a part, hundredths of a point."""
        edges = self.graph[inside][:, inside].toarray().astype(np.int64)
        losses = self.spread[inside][:, inside].toarray()
        count = np.zeros(len(members), np.int64)
        lost = np.zeros(members.shape, np.int64)  # of the whole set, with each of its targets as centre
        for one, other in combinations(range(members.shape[1]), 2):
            pair = (members[:, one], members[:, other])
            count += edges[pair]
            loss = losses[pair]
            lost[:, one] += loss
            lost[:, other] += loss
        shape: Integers = self.sides * count - lost.min(axis=1)
        return shape
