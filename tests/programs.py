"""Tiny programs drawn from a seed, and what enumerating every plan says of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import networkx as nx
import numpy as np
from scipy import sparse

from matchmaker.backends.base import Backend, Settings, Solution
from matchmaker.formulation import UNBOUNDED, Formulation, RowSide, SetFamily
from matchmaker.model import Integers, Status
from matchmaker.preferences import Preferences
from matchmaker.program import Level, Program
from matchmaker.set_family import Shape

MOST_PLANS = 40_000


@dataclass(frozen=True)
class Enumerated:
    """Every feasible vector of a program, the best of them, and the values of their levels.

    ``vectors`` are (plans, columns); ``values`` and ``best`` hold units, one per level.
    """

    vectors: Integers
    values: Integers
    best: tuple[int, ...]
    winners: Integers

    @property
    def feasible(self) -> bool:
        return len(self.vectors) > 0

    def best_given(self, above: Sequence[int], level: int) -> int:
        """The most a level reaches among plans that keep at least `above` at the levels before it."""
        kept = np.ones(len(self.vectors), bool)
        for position, value in enumerate(above[:level]):
            kept &= self.values[:, position] >= value
        return int(self.values[kept, level].max())


def vectors_of(program: Program) -> Integers:
    """Every integer vector within the column bounds, shape (vectors, columns)."""
    if bool((program.lower > program.upper).any()):
        return np.empty((0, program.column_count), np.int64)
    axes = [np.arange(low, high + 1) for low, high in zip(program.lower, program.upper, strict=True)]
    count = int(np.prod([len(axis) for axis in axes], dtype=object))
    assert count <= MOST_PLANS, f"{count} vectors are too many to enumerate"
    if not axes:
        return np.empty((1, 0), np.int64)
    return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(axes)).astype(np.int64)


def enumerated(program: Program) -> Enumerated:
    """All plans by brute force; the family is read here anew, not by the program's own check."""
    vectors = vectors_of(program)
    activity = vectors @ program.matrix.toarray().T if program.row_count else np.zeros((len(vectors), 0))
    fine = ((activity >= program.row_lower) & (activity <= program.row_upper)).all(axis=1)
    if program.family is not None:
        fine &= np.array([may_be(program.family, x[: program.pair_count]) for x in vectors], bool)
    if program.preferences is not None:
        fine &= np.array([is_stable(program.preferences, x[: program.pair_count]) for x in vectors], bool)
    vectors = vectors[fine]
    values = np.array(
        [
            [
                int(level.constant + level.points.astype(object) @ x) + shaped(program, level, x)
                for level in program.levels
            ]
            for x in vectors
        ],
        dtype=object,
    ).reshape(len(vectors), len(program.levels))
    if not len(vectors):
        return Enumerated(vectors, values, (), vectors)
    best = max(tuple(row) for row in values.tolist())
    winners = vectors[[tuple(row) == best for row in values.tolist()]]
    return Enumerated(vectors, values, best, winners)


def assert_agrees(backend: Backend, program: Program, exact: bool = True) -> Solution:
    """Hold a backend's answer against every plan; without `exact` it need not be the best plan."""
    assert backend.accepts(program)
    truth = enumerated(program)
    solution = backend.solve(program, Settings(gap=0))
    if not truth.feasible:
        assert solution.status is Status.INFEASIBLE
        assert solution.x is None
        return solution
    x = solution.x
    assert x is not None
    assert not len(program.violations(x))
    assert (truth.vectors == x).all(axis=1).any()
    values = tuple(program.units(level, x) for level in program.levels)
    objective = sum(not level.is_tie_break for level in program.levels)
    if exact:
        assert solution.status is Status.OPTIMAL
        assert values[:objective] == truth.best[:objective]
    for position, result in enumerate(solution.levels):
        best = truth.best_given(values, position)
        assert result.bound >= best
        assert result.certified is None or result.certified >= best
        if exact or position == 0:
            assert result.value == values[position]
        if solution.status is Status.OPTIMAL and position < objective:
            assert result.bound == result.value
    if ties_proven(program, solution):
        assert values == truth.best
        assert len(truth.winners) > 1 or (truth.winners[0] == x).all()
    return solution


def ties_proven(program: Program, solution: Solution) -> bool:
    """Whether a solution claims its last step closed, all other levels being so."""
    return (
        solution.status is Status.OPTIMAL
        and bool(program.levels)
        and program.levels[-1].is_tie_break
        and len(solution.levels) == len(program.levels)
        and solution.levels[-1].bound == solution.levels[-1].value
    )


def sets_of(family: SetFamily, pairs: Integers) -> dict[int, list[int]]:
    """Positions of the chosen pairs of each source."""
    found: dict[int, list[int]] = {}
    for pair in np.flatnonzero(pairs).tolist():
        found.setdefault(int(family.sources[pair]), []).append(pair)
    return found


def may_be(family: SetFamily, pairs: Integers) -> bool:
    """Whether every source's set lies in one part and, where there is a graph, is connected."""
    for chosen in sets_of(family, pairs).values():
        if len(set(family.part[chosen].tolist())) > 1:
            return False
        if family.graph is not None:
            graph = nx.from_scipy_sparse_array(family.graph)
            if not nx.is_connected(graph.subgraph(family.targets[chosen].tolist())):
                return False
    return True


def shaped(program: Program, level: Level, x: Integers) -> int:
    """What the shapes of a plan's sets add to a level, from their definition."""
    family = program.family
    if family is None or family.shape is None or family.graph is None or not level.shape:
        return 0
    total = 0
    for chosen in sets_of(family, x[: program.pair_count]).values():
        targets = family.targets[chosen].tolist()
        edges = sum(int(family.graph[a, b]) for a, b in combinations(targets, 2))
        total += family.shape.sides * edges
        total -= min(sum(int(family.shape.spread[other, centre]) for other in targets) for centre in targets)
    return level.shape * total


def random_program(
    seed: int,
    *,
    general: bool = False,
    family: bool = False,
    levels: int = 1,
    tie_break: bool = False,
    most_pairs: int = 8,
) -> Program:
    """Degrees of both sides, shortfalls, fixings, general rows, levels; a family if asked for."""
    rng = np.random.default_rng(seed)
    sources, targets = int(rng.integers(1, 5)), int(rng.integers(1, 5))
    size = sources * targets
    kept = np.sort(rng.permutation(size)[: rng.integers(1, most_pairs + 1)])
    source, target = kept // targets, kept % targets
    form = Formulation(source.astype(np.int64), target.astype(np.int64))
    low_s, high_s = _degree_rows(
        rng, form, source, sources, RowSide.SOURCE, soft=not family and rng.random() < 0.3
    )
    _degree_rows(rng, form, target, targets, RowSide.TARGET, soft=not family and rng.random() < 0.3)
    columns = form.column_count
    if general:
        for _ in range(int(rng.integers(1, 4))):
            chosen = np.flatnonzero(rng.random(columns) < 0.6)
            coefficient = rng.integers(-4, 8, len(chosen))
            middle = int(coefficient[coefficient > 0].sum() // 2)
            form.add_rows(
                "general", np.zeros(len(chosen), np.int64), chosen, coefficient,
                [-UNBOUNDED if rng.random() < 0.4 else middle - int(rng.integers(2, 9))],
                [UNBOUNDED if rng.random() < 0.4 else middle + int(rng.integers(0, 6))],
            )  # fmt: skip
    for value in (0, 1):
        if rng.random() < 0.3:
            form.fix(f"fix{value}", [int(rng.integers(0, len(kept)))], value)
    for number in range(levels):
        scored = np.flatnonzero(rng.random(form.column_count) < 0.8)
        spread = int(rng.choice([3, 100, 10_000]))
        form.add_points(f"term{number}", scored, rng.integers(-spread // 3, spread + 1, len(scored)))
        form.add_constant(f"term{number}", int(rng.integers(-5, 6)))
    if family:
        part_of_target = rng.integers(0, 2, targets)
        form.set_family(
            SetFamily(
                "one_place", source.astype(np.int64), target.astype(np.int64),
                part_of_target[target].astype(np.int64), low_s,
                np.minimum(high_s, np.bincount(source, minlength=sources)),
            )
        )  # fmt: skip
    program = form.program([{f"term{number}": float(rng.integers(1, 4))} for number in range(levels)])
    return with_random_ties(program, rng) if tie_break else program


def with_random_ties(program: Program, rng: np.random.Generator) -> Program:
    """One more level in which hardly any two plans are worth the same."""
    points = np.zeros(program.column_count, np.int64)
    points[: program.pair_count] = rng.integers(0, 2**24, program.pair_count)
    return replace(program, levels=(*program.levels, Level(points, 0, 1.0, is_tie_break=True)))


def random_market(seed: int, most_pairs: int = 12, tie_break: bool = False) -> Program:
    """Every target once, sources take sets of one part: what `free_sets` accepts."""
    rng = np.random.default_rng(seed)
    sources, targets = int(rng.integers(1, 4)), int(rng.integers(1, 5))
    size = sources * targets
    share = 0.95 if rng.random() < 0.7 else 0.6
    kept = np.flatnonzero(rng.random(size) < share)[:most_pairs]
    source, target = (kept // targets).astype(np.int64), (kept % targets).astype(np.int64)
    covered, target = np.unique(target, return_inverse=True)
    target = target.astype(np.int64)
    form = Formulation(source, target)
    low, high = rng.integers(0, 2, sources), rng.integers(1, 4, sources)
    candidates = np.bincount(source, minlength=sources)
    high = np.minimum(high, np.maximum(candidates, 1))
    low = np.where(candidates == 0, 0, low)
    pair = np.arange(len(kept))
    has = candidates > 0
    number = np.cumsum(has) - 1
    form.add_rows("sources", number[source], pair, 1, low[has], high[has], RowSide.SOURCE)
    form.add_rows("targets", target, pair, 1, np.ones(len(covered), np.int64), 1, RowSide.TARGET)
    form.add_points("value", pair, rng.integers(-20, 100, len(kept)))
    part = rng.integers(0, int(rng.integers(1, 4)), len(covered))
    form.set_family(SetFamily("one_place", source, target, part[target].astype(np.int64), low, high))
    for value in (0, 1):
        if len(kept) and rng.random() < 0.25:
            form.fix("fix", [int(rng.integers(0, len(kept)))], value)
    program = form.program([{"value": 1.0}])
    return with_random_ties(program, rng) if tie_break else program


def random_areas(
    seed: int, *, sources: int = 2, targets: int = 5, general: bool = False, tie_break: bool = False
) -> Program:
    """Targets on a drawn map, each taken once (or at most once); sources take connected, compact sets."""
    rng = np.random.default_rng(seed)
    sources, targets = int(rng.integers(1, sources + 1)), int(rng.integers(1, targets + 1))
    share = 1.0 if rng.random() < 0.6 else 0.8
    kept = np.flatnonzero(rng.random(sources * targets) < share)
    kept = kept if len(kept) else np.array([0])
    source, target = (kept // targets).astype(np.int64), (kept % targets).astype(np.int64)
    form = Formulation(source, target)
    candidates = np.bincount(source, minlength=sources)
    high = np.minimum(rng.integers(1, targets + 1, sources), np.maximum(candidates, 1))
    low = np.where(candidates > 0, rng.integers(0, 2, sources), 0)
    covered, row = np.unique(target, return_inverse=True)
    least = np.ones(len(covered), np.int64) if rng.random() < 0.8 else rng.integers(0, 2, len(covered))
    pair = np.arange(len(kept))
    owners, own = np.unique(source, return_inverse=True)
    form.add_rows("sources", own, pair, 1, low[owners], high[owners], RowSide.SOURCE)
    form.add_rows("targets", row, pair, 1, least, np.ones(len(covered), np.int64), RowSide.TARGET)
    if general:
        load = rng.integers(1, 9, len(kept))
        over = form.add_columns("room", 0, np.full(len(owners), 40))
        form.add_points("value", over, -int(rng.integers(1, 30)))
        form.add_rows(
            "room", np.concatenate([own, np.arange(len(owners))]), np.concatenate([pair, over]),
            np.concatenate([load, -np.ones(len(owners), np.int64)]), -UNBOUNDED,
            rng.integers(2, 15, len(owners)),
        )  # fmt: skip
    form.add_points("value", pair, rng.integers(-20, 100, len(kept)))
    edges = np.triu(rng.random((targets, targets)) < 0.5, 1)
    part = rng.integers(0, 2, targets) if rng.random() < 0.5 else np.zeros(targets, np.int64)
    edges &= part[:, None] == part[None, :]
    distance = np.triu(rng.integers(1, 40, (targets, targets)), 1) * (part[:, None] == part[None, :])
    shape = Shape(int(rng.integers(0, 30)), sparse.csr_array(distance + distance.T))
    form.set_family(
        SetFamily(
            "connected", source, target, part[target].astype(np.int64), low.astype(np.int64),
            high.astype(np.int64), sparse.csr_array((edges | edges.T).astype(np.int8)),
            shape, "compact",
        )
    )  # fmt: skip
    for value in (0, 1):
        if rng.random() < 0.2:
            form.fix("fix", [int(rng.integers(0, len(kept)))], value)
    program = form.program([{"value": 1.0, "compact": float(rng.integers(0, 3))}])
    return with_random_ties(program, rng) if tie_break else program


def with_kin(program: Program, seed: int, soft: bool) -> Program:
    """Areas whose sources, all of one group, had better be in one part, or (not `soft`) must be.

    A source's pairs in a part need the part's column, in one row.
    """
    family = program.family
    assert family is not None
    parts, place = np.unique(family.part, return_inverse=True)
    cells, row = np.unique(family.sources * len(parts) + place, return_inverse=True)
    times = np.minimum(np.bincount(row), np.maximum(family.maximum[cells // len(parts)], 1))
    needed = sparse.csr_array((-times, (np.arange(len(cells)), cells % len(parts))), (len(cells), len(parts)))
    pairs = sparse.csr_array((np.ones(len(row), np.int64), (row, np.arange(len(row)))))
    at_most_one = np.ones((1, len(parts)), np.int64)
    blocks = [[program.matrix[:, : program.pair_count], None], [pairs, needed]]
    blocks += [] if soft else [[None, sparse.csr_array(at_most_one)]]
    more = len(cells) + (not soft)
    (level,) = program.levels
    most = int(np.abs(level.points).max(initial=1))
    cost = np.random.default_rng(seed).integers(0, 2 * most, len(parts)) * soft
    return replace(
        program,
        lower=np.append(program.lower, np.zeros(len(parts), np.int64)),
        upper=np.append(program.upper, np.ones(len(parts), np.int64)),
        matrix=sparse.block_array(blocks, format="csr", dtype=np.int64),
        row_lower=np.append(program.row_lower, np.full(more, -UNBOUNDED)),
        row_upper=np.concatenate([program.row_upper, np.repeat([0, 1], [len(cells), not soft])]),
        row_side=np.append(program.row_side, np.full(more, RowSide.GENERAL, np.int8)),
        levels=(replace(level, points=np.append(level.points, -cost)),),
    )


def _degree_rows(
    rng: np.random.Generator, form: Formulation, owner: Integers, count: int, side: RowSide, soft: bool
) -> tuple[Integers, Integers]:
    """Rows of some owners (all others have no bounds); if soft, a shortfall column each."""
    low = rng.integers(0, 2, count) * (rng.random(count) < 0.6)
    high = np.where(rng.random(count) < 0.3, UNBOUNDED, np.maximum(low, rng.integers(0, 4, count)))
    present = rng.random(count) < 0.8
    low, high = (
        np.where(present, low, 0).astype(np.int64),
        np.where(present, high, UNBOUNDED).astype(np.int64),
    )
    with_row = present[owner]
    number = np.cumsum(present) - 1
    row, column = number[owner[with_row]], np.flatnonzero(with_row)
    if soft:
        shortfall = form.add_columns(side.name, 0, low[present])
        form.add_points("term0", shortfall, -1000)
        row, column = np.append(row, np.arange(present.sum())), np.append(column, shortfall)
    if present.any():
        form.add_rows(side.name, row, column, 1, low[present], high[present], side)
    return low, high


def is_stable(preferences: Preferences, x: Integers) -> bool:
    """No two would both rather be a pair: every pair asked one by one."""
    chosen = np.flatnonzero(x)
    for pair in np.flatnonzero(preferences.counts & (x == 0)):
        source, target = preferences.sources[pair], preferences.targets[pair]
        has = [preferences.source_class[one] for one in chosen if preferences.sources[one] == source]
        keeps = [preferences.target_class[one] for one in chosen if preferences.targets[one] == target]
        leaves = not has or preferences.source_class[pair] < min(has)
        room = int(preferences.room[target])
        takes = room > len(keeps) or (room > 0 and preferences.target_class[pair] < max(keeps))
        if leaves and takes:
            return False
    return True


def random_preferences(seed: int, ties: bool = True, least: int = 0) -> Program:
    """Up to 4 sources and 3 targets that order each other; each target takes `least` sources or more."""
    rng = np.random.default_rng(seed)
    sources, targets = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    kept = np.flatnonzero(rng.random(sources * targets) < 0.8)
    source, target = kept // targets, kept % targets
    spread = 2 if ties else 100
    room = rng.integers(least, 3, targets)
    formulation = Formulation(source, target)
    if len(kept):
        ones = np.ones(sources, np.int64)
        formulation.add_rows("sources", source, np.arange(len(kept)), 1, 0 * ones, ones, RowSide.SOURCE)
        formulation.add_rows(
            "targets", target, np.arange(len(kept)), 1, np.full(targets, least), room, RowSide.TARGET
        )
    order = [rng.permutation(spread)[: len(kept)] if ties is False else rng.integers(0, spread, len(kept))
             for _ in range(2)]  # fmt: skip
    formulation.set_preferences(
        Preferences(
            "stable", source, target, order[0], order[1], rng.random(len(kept)) < (0.8 if ties else 2), room
        )
    )
    return formulation.program([])
