"""Connected, compact sets written as rows: flat programs for backends that know no sets.

The groups of one source are the connected pieces of its targets inside a part, so that
targets without a neighbour need no row of their own. Each set has a root, and the root is
the centre of its shape: any member may be it, and the objective makes it the best one.
How the members hang together depends on how many there may be:

- Few (`FEW`): steps from the root. A target that is d steps away has a neighbour that is
  d - 1 steps away. Only ones as coefficients, and the relaxation sees that targets without
  neighbours cannot be together; a flow's would not, as each target can be a fraction of a
  root. The loss by distance: each target is given to the root (the p-median form).
- Many: steps would be too many columns. One commodity flows from the root and every other
  member keeps one unit; the loss is a column per target, bounded from below by the root's
  distance and by that of the nearest target.

The rows are exact for each integer point; columns of shapes are so under maximisation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.model import Integers
from matchmaker.rows import Extension
from matchmaker.same_label import pairs_within
from matchmaker.set_family import SetFamily, centres

__all__ = ["FEW", "AreaRows"]

FEW = 8
"""Sets of up to so many targets (two at least) are written by steps: hardly more columns than a flow."""


@dataclass(frozen=True)
class _Links:
    """Ordered pairs of members, and the columns that belong to them."""

    one: Integers
    other: Integers
    column: Integers


class AreaRows:
    """The connected sets of one program: members (pairs that can be with others), groups, columns.

    A member is a pair column that has a neighbour in its source's part. Sources that take
    one target at most have no members: one row says so.

    Parameters
    ----------
    family
        With a graph.
    allowed : (pairs,) bool
        Pairs that may be chosen at all.
    counted : bool
        Whether a level counts the shapes of the sets.
    rows
        Where the columns and rows are written to, at once.
    """

    def __init__(self, family: SetFamily, allowed: NDArray[np.bool_], counted: bool, rows: Extension) -> None:
        self.family, self.rows = family, rows
        usable = np.flatnonzero(allowed)
        self.several = usable[family.maximum[family.sources[usable]] > 1]
        self.single = usable[family.maximum[family.sources[usable]] <= 1]
        one, other = _neighbours(family, self.several)
        links = sparse.csr_array(
            (np.ones(len(one), np.int64), (one, other)), shape=(len(self.several), len(self.several))
        )
        _, piece = sparse.csgraph.connected_components(links, directed=False)
        self.piece = piece.astype(np.int64)
        size = np.bincount(self.piece)
        joined = size[self.piece] > 1
        self.pair = self.several[joined]
        groups, group = np.unique(self.piece[joined], return_inverse=True)
        self.group = group.astype(np.int64)
        self.links = links[joined][:, joined]
        self.target = family.targets[self.pair]
        self.size = size[groups].astype(np.int64)
        first = np.unique(self.group, return_index=True)[1]
        self.owner = family.sources[self.pair[first]]
        self.most = np.minimum(family.maximum[self.owner], self.size)
        self.few = self.most <= FEW
        self.steps: list[tuple[Integers, Integers]] = []  # members and columns, one step a group of columns
        none = np.empty(0, np.int64)
        self.flow = self.sides = self.given = _Links(none, none, none)
        self.part = self.lost = (none, none)

        self._write(counted and family.shape is not None)

    def _write(self, shaped: bool) -> None:
        self.root = self.rows.columns(np.ones(len(self.pair), np.int64))
        self._write_one_group()
        self._write_steps()
        self._write_flow()
        if shaped:
            self._write_sides()
            self._write_given()
            self._write_lost()

    def _write_one_group(self) -> None:
        """One group a source, one root a set, sizes."""
        rows, family = self.rows, self.family
        owners, at = np.unique(family.sources[self.single], return_inverse=True)
        most = np.maximum(family.maximum[owners], 0)
        limited = np.bincount(at, minlength=len(owners)) > most
        number = np.cumsum(limited) - 1
        kept = limited[at]
        rows.rows(int(limited.sum()), (number[at[kept]], self.single[kept], 1), upper=most[limited])
        # pieces of each source: groups of members, and pairs alone
        piece_owner = np.zeros(self.piece.max(initial=-1) + 1, np.int64)
        piece_owner[self.piece] = family.sources[self.several]
        choice = np.bincount(piece_owner, minlength=len(family.minimum)) > 1
        which = np.flatnonzero(choice[self.owner])
        part = rows.columns(np.ones(len(which), np.int64))
        self.part = (which, part)
        column = np.full(len(self.size), -1, np.int64)
        column[which] = part
        # Σ root = part, or ≤ 1 where there is one group only
        rows.rows(
            len(self.size), (self.group, self.root, 1), (which, part, -1),
            lower=0, upper=np.where(column >= 0, 0, 1),
        )  # fmt: skip
        inside = np.flatnonzero(column[self.group] >= 0)
        number = np.arange(len(inside))
        rows.rows(
            len(inside), (number, self.pair[inside], 1), (number, column[self.group[inside]], -1), upper=0
        )
        limited = self.most < self.size
        number = np.cumsum(limited) - 1
        member = np.flatnonzero(limited[self.group])
        chosen = np.flatnonzero(limited & (column >= 0))
        rows.rows(
            int(limited.sum()),
            (number[self.group[member]], self.pair[member], 1),
            (number[chosen], column[chosen], -self.most[chosen]),
            upper=np.where(column[limited] >= 0, 0, self.most[limited]),
        )
        alone = self.several[np.bincount(self.piece)[self.piece] == 1]
        alone = alone[choice[family.sources[alone]]]
        owner = np.concatenate([family.sources[alone], self.owner[which]])
        used, at = np.unique(owner, return_inverse=True)
        rows.rows(len(used), (at.astype(np.int64), np.concatenate([alone, part]), 1), upper=1)

    def _write_steps(self) -> None:
        """Members of small sets: so many steps from the root, each next to one that is nearer."""
        rows, depth = self.rows, np.where(self.few, self.most - 1, 0)[self.group]
        member = np.flatnonzero(depth > 0)
        self.steps = [(member, self.root[member])]
        for step in range(1, depth.max(initial=0)):
            further = np.flatnonzero(depth > step)
            self.steps.append((further, rows.columns(np.ones(len(further), np.int64))))
        column = np.full((len(self.steps), len(self.pair)), -1, np.int64)
        for step, (further, columns) in enumerate(self.steps):
            column[step, further] = columns
        number = np.cumsum(depth > 0) - 1
        own = [(number[further], columns, 1) for further, columns in self.steps]
        rows.rows(len(member), *own, (number[member], self.pair[member], -1), upper=0)
        one, other = self.links.nonzero()
        for step in range(1, depth.max(initial=0) + 1):
            # a member at the last step has no column of its own: it is what is left of the pair
            here = np.flatnonzero(depth >= step)
            last, further = depth[here] == step, here[depth[here] > step]
            number = np.cumsum(depth >= step) - 1
            met = depth[one] >= step
            left = here[last]
            rows.rows(
                len(here),
                (number[one[met]], column[step - 1, other[met]], -1),
                (number[further], column[min(step, len(column) - 1), further], 1),
                (number[left], self.pair[left], 1),
                *[(number[left], column[nearer, left], -1) for nearer in range(step)],
                upper=0,
            )

    def _write_flow(self) -> None:
        """Members of large sets: a flow from the root of which every other keeps one unit."""
        rows, many = self.rows, ~self.few[self.group]
        ends = np.asarray(self.links.nonzero(), np.int64)
        one, other = ends[:, many[ends[0]]]
        flow = rows.columns(self.most[self.group[one]] - 1)
        self.flow = _Links(one, other, flow)
        member = np.flatnonzero(many)
        number = np.cumsum(many) - 1
        at, most = number[member], self.most[self.group[member]]
        rows.rows(
            len(member), (number[other], flow, 1), (at, self.pair[member], 1 - most),
            (at, self.root[member], most - 1), upper=0,
        )  # fmt: skip
        rows.rows(
            len(member), (number[other], flow, 1), (number[one], flow, -1), (at, self.pair[member], -1),
            (at, self.root[member], most), lower=0,
        )  # fmt: skip

    def _write_sides(self) -> None:
        """Neighbours that are both in the set; of two members each is as far from the other."""
        assert self.family.shape is not None
        ends = np.asarray(self.links.nonzero(), np.int64)
        one, other = ends[:, ends[0] < ends[1]]
        two = self.most[self.group[one]] == 2
        worth = self.family.shape.sides - np.where(two, self._spread(one, other), 0)
        one, other, worth = one[worth != 0], other[worth != 0], worth[worth != 0]
        column = self.rows.columns(np.ones(len(one), np.int64), worth)
        self.sides = _Links(one, other, column)
        number = np.arange(len(one))
        for end in (one, other):
            gain = np.flatnonzero(worth > 0)
            self.rows.rows(
                len(gain), (number[: len(gain)], column[gain], 1),
                (number[: len(gain)], self.pair[end[gain]], -1), upper=0,
            )  # fmt: skip
        loss = np.flatnonzero(worth < 0)
        at = number[: len(loss)]
        self.rows.rows(
            len(loss), (at, self.pair[one[loss]], 1), (at, self.pair[other[loss]], 1),
            (at, column[loss], -1), upper=1,
        )  # fmt: skip

    def _write_given(self) -> None:
        """Small sets: every member but the root is given to the root, within reach of it."""
        depth = np.where(self.few, self.most - 1, 0)[self.group]
        depths = [int(steps) for steps in np.unique(depth) if steps > 1]
        found = [_reach(self.links, np.flatnonzero(depth == steps), steps) for steps in depths]
        if not found or not self._loses():
            return
        one, other = (np.concatenate([ends[side] for ends in found]) for side in (0, 1))
        column = self.rows.columns(np.ones(len(one), np.int64), -self._spread(one, other))
        self.given = _Links(one, other, column)
        member = np.flatnonzero(depth > 1)
        number = np.cumsum(depth > 1) - 1
        at = number[member]
        self.rows.rows(
            len(member), (number[one], column, 1), (at, self.root[member], 1), (at, self.pair[member], -1),
            lower=0, upper=0,
        )  # fmt: skip
        at = np.arange(len(one))
        self.rows.rows(len(one), (at, column, 1), (at, self.root[other], -1), upper=0)
        # a root has no more others than a set holds: sharper than the size of the source's set alone
        full = self.most[self.group[member]] - 1
        self.rows.rows(
            len(member), (number[other], column, 1), (number[member], self.root[member], -full), upper=0
        )

    def _write_lost(self) -> None:
        """Large sets: what each member loses by its distance from the root."""
        member = np.flatnonzero(~self.few[self.group])
        if not len(member) or not self._loses():
            return
        at, to = pairs_within(self.group[member])
        at, to = at[at != to], to[at != to]
        spread = self._spread(member[at], member[to])
        most, least = np.zeros(len(member), np.int64), np.full(len(member), np.iinfo(np.int64).max)
        np.maximum.at(most, at, spread)
        np.minimum.at(least, at, spread)
        column = self.rows.columns(most, -1)
        self.lost = (member, column)
        own = np.arange(len(member))
        self.rows.rows(
            len(member), (own, column, 1), (at, self.root[member[to]], -spread),
            (own, self.pair[member], -most), lower=-most,
        )  # fmt: skip
        self.rows.rows(
            len(member), (own, column, 1), (own, self.pair[member], -least),
            (own, self.root[member], least), lower=0,
        )  # fmt: skip

    def _loses(self) -> bool:
        assert self.family.shape is not None
        return bool(self.family.shape.spread.count_nonzero() > 0)

    def _spread(self, one: Integers, other: Integers) -> Integers:
        """What members `one` lose with `other` as their centre."""
        if not len(one):
            return np.empty(0, np.int64)
        assert self.family.shape is not None
        found: Integers = self.family.shape.spread[self.target[one], self.target[other]]
        return found.astype(np.int64)

    def fill(self, values: Integers) -> None:
        """Set the new columns for the plan that stands in the pair columns."""
        chosen = values[self.pair] > 0
        is_root = centres(self.family, values[: len(self.family.sources)])[self.pair]
        values[self.root] = is_root
        which, part = self.part
        values[part] = (np.bincount(self.group, chosen, len(self.size)) > 0)[which]
        away = self._steps_away(chosen, is_root)
        for step, (member, column) in enumerate(self.steps):
            values[column] = away[member] == step
        values[self.flow.column] = self._flows(away)
        values[self.sides.column] = chosen[self.sides.one] & chosen[self.sides.other]
        values[self.given.column] = chosen[self.given.one] & is_root[self.given.other]
        member, column = self.lost
        root_of = np.zeros(len(self.size), np.int64)
        root_of[self.group[is_root]] = np.flatnonzero(is_root)
        if len(member):
            centre = root_of[self.group[member]]
            values[column] = np.where(chosen[member], self._spread(member, centre), 0)

    def _steps_away(self, chosen: NDArray[np.bool_], is_root: NDArray[np.bool_]) -> Integers:
        """Steps from the root to each chosen member through chosen ones, -1 for all others."""
        away = np.where(is_root, 0, -1).astype(np.int64)
        step, front = 0, is_root
        while front.any():
            step += 1
            front = (self.links @ front.astype(np.int64) > 0) & chosen & (away < 0)
            away[front] = step
        return away

    def _flows(self, away: Integers) -> Integers:
        """Each member gets its units, and those of all that hang on it, from one that is a step nearer."""
        one, other = self.flow.one, self.flow.other
        nearer = np.flatnonzero((away[one] >= 0) & (away[other] == away[one] + 1))
        _, first = np.unique(other[nearer], return_index=True)
        arc = nearer[first]  # one into each member but the roots
        units, flow = np.ones(len(away), np.int64), np.zeros(len(one), np.int64)
        for step in range(int(away.max(initial=0)), 0, -1):
            now = arc[away[other[arc]] == step]
            flow[now] = units[other[now]]
            np.add.at(units, one[now], flow[now])
        return flow


def _neighbours(family: SetFamily, pairs: Integers) -> tuple[Integers, Integers]:
    """Positions in `pairs` of those that are neighbours: one source, one part, adjacent targets."""
    graph = family.graph
    assert graph is not None
    width = graph.shape[0]
    source, target = family.sources[pairs], family.targets[pairs]
    order = np.argsort(source * width + target)
    codes = (source * width + target)[order]
    degree = np.diff(graph.indptr)[target]
    one = np.repeat(np.arange(len(pairs)), degree)
    entry = np.arange(len(one)) - np.repeat(np.cumsum(degree) - degree - graph.indptr[target], degree)
    wanted = source[one] * width + graph.indices[entry]
    at = np.minimum(np.searchsorted(codes, wanted), max(len(codes) - 1, 0))
    found = codes[at] == wanted if len(codes) else np.zeros(0, bool)
    one, other = one[found], order[at[found]]
    same = family.part[pairs[one]] == family.part[pairs[other]]
    return one[same].astype(np.int64), other[same].astype(np.int64)


def _reach(links: sparse.csr_array, members: Integers, steps: int) -> tuple[Integers, Integers]:
    """Ordered pairs of different members at most so many steps apart."""
    inside = links[members][:, members] + sparse.eye_array(len(members), dtype=np.int64, format="csr")
    reach = inside
    for _ in range(steps - 1):
        reach = ((reach @ inside) > 0).astype(np.int64)
    one, other = reach.nonzero()
    apart = one != other
    return members[one[apart]], members[other[apart]]
