"""Which targets are neighbours, and how far apart: from the adjacency sheet, else from coordinates."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import sparse

from matchmaker.columns import values
from matchmaker.errors import Fault, InputError
from matchmaker.model import Floats, Integers, Problem
from matchmaker.pair_features import great_circle_km
from matchmaker.pairs import place_numbers
from matchmaker.same_label import pairs_within

__all__ = ["distances_km", "gabriel_graph", "neighbour_graph", "parts_in_pieces", "parts_of_targets"]

FEW = 60
"""Up to so many points every pair is looked at: no triangulation, and no degenerate one."""

NEARLY = 1e-9
"""A point this near to a circle (relative) lies in it: the corners of a square are no neighbours."""

KM_PER_DEGREE = 111.195

LISTED = 5


def parts_of_targets(problem: Problem, place: str | None) -> Integers:
    """The part that each target belongs to, shape (targets,): areas stay inside one.

    `place` is a column of the target or a table above it. None: the table directly
    above; without one, or where it has no rows, all targets are one part.
    """
    return problem.memo(("parts", place), lambda: _parts(problem, place))


def _parts(problem: Problem, place: str | None) -> Integers:
    if place is not None:
        return place_numbers(problem, place)
    dataset, targets = problem.dataset, problem.targets
    if targets.table in dataset.parents:
        above = dataset.ancestors(targets.table, dataset.parents[targets.table][1])
        if above is not None and bool((above >= 0).any()):
            at = above[targets.rows]
            codes = at.copy()
            codes[at < 0] = len(above) + len(at) + np.arange(int((at < 0).sum()))
            return np.unique(codes, return_inverse=True)[1].astype(np.int64)
    return np.zeros(len(targets), np.int64)


def neighbour_graph(problem: Problem, place: str | None) -> sparse.csr_array:
    """Neighbours among the problem's targets inside their parts, (targets, targets), int8, 0 and 1.

    Rows of the ``adjacency`` table that name the targets' table decide; where there are
    none, each part's targets are joined by the Gabriel graph of their coordinates.

    Raises
    ------
    InputError
        Where there are neither such rows nor coordinates of every target.
    """
    return problem.memo(("neighbours", place), lambda: _graph(problem, place))


def _graph(problem: Problem, place: str | None) -> sparse.csr_array:
    part = parts_of_targets(problem, place)
    rows = _adjacent_rows(problem)
    if rows is None:
        points, missing = _coordinates(problem)
        if missing.any():
            raise InputError([_fault(problem, "rule.no_neighbours", missing)])
        one, other = _gabriel_by_part(points, part)
    else:
        one, other = rows
    inside = (one != other) & (part[one] == part[other])
    here, there = np.concatenate([one[inside], other[inside]]), np.concatenate([other[inside], one[inside]])
    graph = sparse.csr_array((np.ones(len(here), np.int8), (here, there)), shape=(len(part), len(part)))
    graph.sum_duplicates()
    graph.data[:] = 1
    return graph


def parts_in_pieces(problem: Problem, place: str | None) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """The parts whose targets no area can reach all of: the pieces of each, smallest first.

    Returns
    -------
    tuple of parts, each a tuple of pieces, each a tuple of target positions
    """
    import networkx as nx  # imported late, as few commands need it

    part = parts_of_targets(problem, place)
    graph = nx.from_scipy_sparse_array(neighbour_graph(problem, place))
    pieces: dict[int, list[tuple[int, ...]]] = {}
    for piece in nx.connected_components(graph):
        members = tuple(sorted(piece))
        pieces.setdefault(int(part[members[0]]), []).append(members)
    return tuple(
        tuple(sorted(found, key=lambda piece: (len(piece), piece)))
        for _, found in sorted(pieces.items())
        if len(found) > 1
    )


def _adjacent_rows(problem: Problem) -> tuple[Integers, Integers] | None:
    """The adjacency sheet's pairs among the targets; None where it says nothing of their table."""
    frame = problem.dataset.frame("adjacency")
    if not len(frame):
        return None
    frame = frame[frame["table"] == problem.targets.table]
    if not len(frame):
        return None
    index = pd.Index(problem.targets.ids, dtype=object)
    one, other = (
        np.asarray(index.get_indexer(pd.Index(frame[column], dtype=object)), np.int64)
        for column in ("id_a", "id_b")
    )
    known = (one >= 0) & (other >= 0)
    return one[known], other[known]


def distances_km(problem: Problem, place: str | None) -> sparse.csr_array:
    """Great-circle distances between targets of one part, (targets, targets), float64, symmetric.

    The diagonal and targets of different parts have no entries.

    Raises
    ------
    InputError
        Where a target has no coordinates.
    """
    return problem.memo(("distances", place), lambda: _distances(problem, place))


def _distances(problem: Problem, place: str | None) -> sparse.csr_array:
    points, missing = _coordinates(problem)
    if missing.any():
        raise InputError([_fault(problem, "rule.no_distances", missing)])
    one, other = pairs_within(parts_of_targets(problem, place))
    once = one < other
    one, other = one[once], other[once]
    km = great_circle_km(points[one], points[other])
    entries = (np.concatenate([km, km]), (np.concatenate([one, other]), np.concatenate([other, one])))
    matrix = sparse.csr_array(entries, shape=(len(points), len(points)))
    matrix.sort_indices()
    return matrix


def _coordinates(problem: Problem) -> tuple[Floats, np.ndarray]:
    """Longitude and latitude of each target, and which targets lack one of them."""
    dataset, targets = problem.dataset, problem.targets
    points = np.full((len(targets), 2), np.nan)
    for axis, name in enumerate(("lng", "lat")):
        if name in dataset.frame(targets.table):
            column = values(dataset, targets.table, name)[targets.rows]
            points[:, axis] = pd.to_numeric(pd.Series(column, dtype=object), errors="coerce")
    return points, np.isnan(points).any(axis=1)


def _fault(problem: Problem, code: str, missing: np.ndarray) -> Fault:
    ids = [str(one) for one in problem.targets.ids[missing]]
    shown = "、".join(ids[:LISTED]) + ("…" if len(ids) > LISTED else "")
    return Fault(code, found=shown, details={"table": problem.targets.table, "count": len(ids)})


def _gabriel_by_part(points: Floats, part: Integers) -> tuple[Integers, Integers]:
    order = np.argsort(part, kind="stable")
    members = np.split(order, np.flatnonzero(np.diff(part[order])) + 1) if len(part) else []
    edges = [
        tuple(inside[end] for end in gabriel_graph(_plane(points[inside])))
        for inside in members
        if len(inside) > 1
    ]
    if not edges:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return np.concatenate([one for one, _ in edges]), np.concatenate([other for _, other in edges])


def _plane(points: Floats) -> Floats:
    """Kilometres east and north, near enough over the few kilometres of one place."""
    stretch = np.cos(np.radians(points[:, 1].mean()))
    plane: Floats = (points - points.mean(axis=0)) * KM_PER_DEGREE * np.array([stretch, 1.0])
    return plane


def gabriel_graph(points: Floats) -> tuple[Integers, Integers]:
    """Pairs of points whose circle (with them as diameter) holds no other point; always connected.

    Gabriel and Sokal (Systematic Zoology 18, 1969): few, short edges, as between areas
    that share a border. Points that coincide count as one and as neighbours of each other.

    Parameters
    ----------
    points : (n, 2) float64

    Returns
    -------
    one, other : int64
        Each pair once.
    """
    from scipy.spatial import cKDTree  # imported late, as few commands need it

    distinct, which = np.unique(points, axis=0, return_inverse=True)
    which = which.ravel()
    one, other = _possible(distinct)
    length = np.linalg.norm(distinct[one] - distinct[other], axis=1)
    if len(distinct) > 2:
        # the third nearest to the middle: the ends are two of them at most
        near, who = cKDTree(distinct).query((distinct[one] + distinct[other]) / 2, k=3)
        third = (who != one[:, np.newaxis]) & (who != other[:, np.newaxis])
        kept = ~(third & (near <= length[:, np.newaxis] / 2 * (1 + NEARLY))).any(axis=1)
        # rounding must never part what the shortest tree joins
        tree = sparse.csgraph.minimum_spanning_tree(
            sparse.csr_array((length, (one, other)), shape=(len(distinct), len(distinct)))
        ).tocoo()
        code = np.unique(
            np.concatenate([one[kept] * len(distinct) + other[kept], tree.row * len(distinct) + tree.col])
        )
        one, other = code // len(distinct), code % len(distinct)
    joined = sparse.csr_array((np.ones(len(one)), (one, other)), shape=(len(distinct), len(distinct)))
    joined = joined + joined.T + sparse.eye_array(len(distinct))
    at = sparse.csr_array((np.ones(len(which)), (np.arange(len(which)), which)))
    pairs = sparse.triu(at @ joined @ at.T, k=1).tocoo()
    return pairs.row.astype(np.int64), pairs.col.astype(np.int64)


def _possible(points: Floats) -> tuple[Integers, Integers]:
    """Pairs among which all Gabriel neighbours are; first < second."""
    count = len(points)
    if count > FEW:
        from scipy.spatial import Delaunay, QhullError  # imported late, as few commands need it

        try:
            corners = Delaunay(points).simplices
        except QhullError:  # all on one line: each with the next, as they are sorted
            return np.arange(count - 1), np.arange(1, count)
        sides = np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1)
        sides = np.unique(sides.astype(np.int64), axis=0)
        return sides[:, 0], sides[:, 1]
    one, other = np.triu_indices(count, 1)
    return one.astype(np.int64), other.astype(np.int64)
