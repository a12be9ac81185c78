"""Set families: sources that each take a set of targets, of one part, connected and compact if asked.

What a set is worth beyond its pairs is its `Shape`: points for neighbours inside it,
minus what its targets lose by their distance from its centre.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.model import Integers
from matchmaker.same_label import pairs_within

__all__ = [
    "SetFamily",
    "Shape",
    "centres",
    "family_of",
    "in_one_piece",
    "in_one_part",
    "merged",
    "shape_points",
]


@dataclass(frozen=True)
class Shape:
    """What sets of targets are worth by their shape, in hundredths of a point.

    shape(S) = sides · (edges of the graph inside S) − min over c in S of Σ_{g in S} spread[g, c];
    the c of the least sum is the set's centre. The empty set is worth 0.

    Parameters
    ----------
    sides : int
        For each edge of the graph with both ends in the set.
    spread : (targets, targets) csr_array of int64
        What a target costs when another one is the centre: symmetric, zero on the
        diagonal, with entries only between targets of one part.
    """

    sides: int
    spread: sparse.csr_array


@dataclass(frozen=True)
class SetFamily:
    """Sources that each take a *set* of targets, all of one part, connected if a graph is given.

    Parameters
    ----------
    rule : str
        Id of the rule that asks for it; of several, joined by ``+``.
    sources, targets : (pairs,) int64
        Source and target of each pair column (positions in the problem).
    part : (pairs,) int64
        Part of each pair's target; pairs of one source in one set share it.
    minimum, maximum : (sources,) int64
        Bounds on the size of each source's set.
    graph : (targets, targets) csr_array of int8, or None
        Neighbours among all of the problem's targets, symmetric, 0 and 1; a set must be
        connected in it. None: any set will do.
    shape : Shape or None
        What the sets are worth by their shape; only with a graph.
    shape_term : str
        The objective term that the shape's points belong to.
    """

    rule: str
    sources: Integers
    targets: Integers
    part: Integers
    minimum: Integers
    maximum: Integers
    graph: sparse.csr_array | None = None
    shape: Shape | None = None
    shape_term: str = ""


def family_of(family: SetFamily, pairs: Integers) -> SetFamily:
    """The family of the given pair columns, its sources numbered anew."""
    kept, sources = np.unique(family.sources[pairs], return_inverse=True)
    return replace(
        family,
        sources=sources.astype(np.int64),
        targets=family.targets[pairs],
        part=family.part[pairs],
        minimum=family.minimum[kept],
        maximum=family.maximum[kept],
    )


def merged(one: SetFamily, other: SetFamily) -> SetFamily:
    """The family whose sets are sets of both: parts intersect, sizes lie within both bounds.

    Raises
    ------
    ValueError
        When both have a graph, or their pairs differ.
    """
    if one.graph is not None and other.graph is not None:
        raise ValueError(f"rules {one.rule} and {other.rule} both ask for connected sets")
    if not (np.array_equal(one.sources, other.sources) and np.array_equal(one.targets, other.targets)):
        raise ValueError(f"rules {one.rule} and {other.rule} ask for sets of different pairs")
    _, part = np.unique(np.column_stack([one.part, other.part]), axis=0, return_inverse=True)
    shaped = one if one.graph is not None else other
    return SetFamily(
        rule=f"{one.rule}+{other.rule}",
        sources=one.sources,
        targets=one.targets,
        part=part.astype(np.int64),
        minimum=np.maximum(one.minimum, other.minimum),
        maximum=np.minimum(one.maximum, other.maximum),
        graph=shaped.graph,
        shape=shaped.shape,
        shape_term=shaped.shape_term,
    )


def in_one_part(family: SetFamily, pairs: Integers) -> bool:
    """Whether each source's chosen pairs are all of one part."""
    chosen = np.flatnonzero(pairs)
    keys = np.unique(np.column_stack([family.sources[chosen], family.part[chosen]]), axis=0)
    return len(np.unique(keys[:, 0])) == len(keys)


def in_one_piece(family: SetFamily, pairs: Integers) -> bool:
    """Whether each source's chosen targets are connected in the family's graph, if it has one."""
    chosen = np.flatnonzero(pairs)
    if family.graph is None or not len(chosen):
        return True
    source, target = family.sources[chosen], family.targets[chosen]
    one, other = pairs_within(source)
    adjacent = family.graph[target[one], target[other]] > 0
    links = sparse.coo_array(
        (np.ones(int(adjacent.sum()), np.int8), (one[adjacent], other[adjacent])),
        shape=(len(chosen), len(chosen)),
    )
    pieces, _ = sparse.csgraph.connected_components(links, directed=False)
    return int(pieces) == len(np.unique(source))


def shape_points(family: SetFamily, pairs: Integers) -> Integers:
    """Points (hundredths) of the shape of each source's chosen set, shape (sources,).

    Parameters
    ----------
    family
        With or without a shape; without one every set is worth 0.
    pairs : (pairs,) int64
        Booleans of the pair columns.
    """
    points = np.zeros(len(family.minimum), np.int64)
    chosen = np.flatnonzero(pairs)
    if family.shape is None or family.graph is None or not len(chosen):
        return points
    source, target = family.sources[chosen], family.targets[chosen]
    one, other = pairs_within(source)
    ends = np.bincount(source[one], family.graph[target[one], target[other]] > 0, len(points))
    least = np.full(len(points), np.iinfo(np.int64).max)
    np.minimum.at(least, source, _losses(family, chosen))
    least[least == np.iinfo(np.int64).max] = 0
    # each edge was met from both its ends
    result: Integers = family.shape.sides * (ends.astype(np.int64) // 2) - least
    return result


def centres(family: SetFamily, pairs: Integers) -> NDArray[np.bool_]:
    """The centre of each source's chosen set among the pair columns, shape (pairs,); of several the first."""
    chosen = np.flatnonzero(pairs)
    source = family.sources[chosen]
    order = np.lexsort((chosen, _losses(family, chosen), source))
    _, first = np.unique(source[order], return_index=True)
    result = np.zeros(len(family.sources), bool)
    result[chosen[order[first]]] = True
    return result


def _losses(family: SetFamily, chosen: Integers) -> Integers:
    """What the others of its set lose when a chosen pair's target is the centre, for each chosen pair."""
    if family.shape is None or not len(chosen):
        return np.zeros(len(chosen), np.int64)
    target = family.targets[chosen]
    one, other = pairs_within(family.sources[chosen])
    lost = family.shape.spread[target[one], target[other]]
    return np.bincount(other, lost, len(chosen)).astype(np.int64)
