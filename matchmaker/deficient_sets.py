"""Places that only few can serve: sets that need more partners than all who may serve them can give.

Hall's condition with degrees: a set T of rows that need partners is deficient where
Σ need over T > Σ over its partners of min(room, their candidates in T). Such a set exists iff
the largest flow from the room to the need falls short, and the smallest cut shows it
(Ford and Fulkerson 1956, Gale 1957).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.model import Integers

__all__ = ["DeficientSet", "deficient_sets"]

_LARGE = 2**20
"""Room beyond this is no limit."""


@dataclass(frozen=True)
class DeficientSet:
    """Rows of one side that need more than those across can give them.

    Parameters
    ----------
    rows : (n,) int64
        Positions on the side that needs; without any of them less would be missing.
    partners : (m,) int64
        Positions across of all that can serve any of them.
    needed, room : int
        Pairs that the rows need in sum, and the most that they can have.
    """

    rows: Integers
    partners: Integers
    needed: int
    room: int

    @property
    def short(self) -> int:
        """Pairs that are missing at least."""
        return self.needed - self.room


def deficient_sets(
    need: Integers, room: Integers, needing: Integers, giving: Integers
) -> tuple[DeficientSet, ...]:
    """The deficient sets that hang together, each the smallest that is short by so much.

    Parameters
    ----------
    need : (rows,) int64
        Partners that each row of one side must have.
    room : (partners,) int64
        Partners that each row across may have.
    needing, giving : (pairs,) int64
        Candidate pairs as positions in `need` and `room`; each pair may be used once.

    Returns
    -------
    tuple of DeficientSet
        Empty where all needs can be met as far as these bounds tell.
    """
    need, room = np.maximum(need, 0), np.clip(room, 0, _LARGE)
    asked = need[needing] > 0
    needing, giving = needing[asked], giving[asked]
    wanted = int(need.sum())
    if not wanted or _largest_flow(need, room, needing, giving) == wanted:
        return ()
    short = _short_rows(need, room, needing, giving)
    found = (_smallest(part, need, room, needing, giving) for part in _parts(short, room, needing, giving))
    return tuple(sorted(found, key=lambda each: (-each.short, len(each.rows), int(each.rows[0]))))


def _largest_flow(need: Integers, room: Integers, needing: Integers, giving: Integers) -> int:
    """What can be met in all; scipy's is quick enough to be asked before every solve."""
    givers, size = len(room), len(room) + len(need) + 2
    start, end = size - 2, size - 1
    tail = np.concatenate([np.full(givers, start), giving, givers + np.arange(len(need))])
    head = np.concatenate([np.arange(givers), givers + needing, np.full(len(need), end)])
    capacity = np.concatenate([room, np.ones(len(giving), np.int64), need]).astype(np.int32)
    graph = sparse.csr_array((capacity, (tail, head)), shape=(size, size))
    return int(sparse.csgraph.maximum_flow(graph, start, end).flow_value)


def _short_rows(need: Integers, room: Integers, needing: Integers, giving: Integers) -> NDArray[np.bool_]:
    """The rows on the far side of a smallest cut; a part that nothing is missing of is left alone."""
    import networkx as nx  # imported late, as few commands need it

    graph: nx.DiGraph[Any] = nx.DiGraph()
    needed = np.flatnonzero(need > 0)
    graph.add_nodes_from(["start", "end"])
    for giver in np.unique(giving).tolist():
        graph.add_edge("start", ("giver", giver), capacity=int(room[giver]))
    graph.add_edges_from(
        (("giver", giver), ("row", row), {"capacity": 1})
        for giver, row in zip(giving.tolist(), needing.tolist(), strict=True)
    )
    for row in needed.tolist():
        graph.add_edge(("row", row), "end", capacity=int(need[row]))
    _, (_, far) = nx.minimum_cut(graph, "start", "end")
    short = np.zeros(len(need), bool)
    short[[node[1] for node in far if node[0] == "row"]] = True
    return short


def _parts(
    short: NDArray[np.bool_], room: Integers, needing: Integers, giving: Integers
) -> Iterator[Integers]:
    """The rows cut into those that share partners."""
    rows = np.flatnonzero(short)
    inside = short[needing] & (room[giving] > 0)
    size = len(short) + len(room)
    links = sparse.coo_array(
        (np.ones(int(inside.sum()), np.int8), (needing[inside], len(short) + giving[inside])),
        shape=(size, size),
    )
    _, labels = sparse.csgraph.connected_components(links, directed=False)
    for label in np.unique(labels[rows]):
        yield rows[labels[rows] == label]


def _smallest(
    rows: Integers, need: Integers, room: Integers, needing: Integers, giving: Integers
) -> DeficientSet:
    """The rows less those without which as much is missing."""
    kept = np.zeros(len(need), bool)
    kept[rows] = True
    count = np.bincount(giving[kept[needing]], minlength=len(room))
    order = np.argsort(needing, kind="stable")
    starts = np.searchsorted(needing[order], np.arange(len(need) + 1))
    for row in rows[np.argsort(-need[rows], kind="stable")].tolist():
        partners = giving[order[starts[row] : starts[row + 1]]]
        freed = int((count[partners] <= room[partners]).sum())
        if freed >= need[row] and int(kept.sum()) > 1:
            kept[row] = False
            count[partners] -= 1
    partners = np.unique(giving[kept[needing]])
    most = int(np.minimum(room[partners], count[partners]).sum())
    return DeficientSet(np.flatnonzero(kept), partners, int(need[kept].sum()), most)
