"""The program of a stage that is changed in the middle of its year.

Pairs that stay are put into the rows; what is left are the pairs that may come or go. Rows that
the pairs of the plan before break may stay broken as far as they are, at the price of the first
level. Levels, the most important first: what is broken; targets that must have a partner;
places where later stages need somebody; targets that had a partner; the same unit; the scheme's
own; few changes; the step that breaks ties.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from matchmaker.formulation import UNBOUNDED
from matchmaker.model import Integers, Problem
from matchmaker.obstacles import LOOK_AHEAD
from matchmaker.program import Level, Program
from matchmaker.rebuild import stage_formulation
from matchmaker.replan.added import Added
from matchmaker.replan.standing import Standing
from matchmaker.scheme.definitions import Scheme
from matchmaker.set_family import SetFamily, family_of, in_one_part, in_one_piece
from matchmaker.ties import with_tie_break

__all__ = ["LEVELS_BEFORE", "Posed", "pose"]

Flags = NDArray[np.bool_]

LEVELS_BEFORE = ("broken", "uncovered", "deserted", "covered_again", "same_unit")
"""What the levels before the scheme's are about."""

BROKEN = 1000
"""What a row is worth that was as broken as before; a pair that a rule forbids or demands as much."""


@dataclass(frozen=True)
class Posed:
    """A program over the pairs that may change.

    Parameters
    ----------
    program : Program
        Its pair columns are `pairs`; all others rest as they were.
    pairs : (columns,) int64
        Positions among the candidates of the whole problem.
    kept : (columns,) int64
        1 for those that the stage had.
    moves : (sources,) int64
        Columns that count the changes beyond those made, one a source; empty where none is allowed.
    scheme_levels : int
        How many levels are the scheme's.
    """

    program: Program
    pairs: Integers
    kept: Integers
    moves: Integers
    scheme_levels: int


def pose(
    scheme: Scheme,
    standing: Standing,
    seed: int,
    openings: Flags,
    closeness: Integers,
    places: tuple[Integers, ...],
    *,
    budget: bool,
) -> Posed | None:
    """The program of what may change; None where nothing may.

    Parameters
    ----------
    seed
        Of the step that breaks ties.
    openings : (pairs,) bool
        Candidates that may come.
    closeness : (pairs,) int64
        How close the source of each is to who was there (`matchmaker.replan.units.closeness`).
    places : tuple of (pairs,) int64
        Deserted places that candidates reach (`matchmaker.replan.later.deserted`).
    budget
        Whether pairs that are held may be given up.
    """
    wanted = openings | standing.kept
    if not bool((openings | (standing.kept & ~standing.held)).any()):
        return None  # nothing is touched, or there is no room where something is
    problem = standing.problem.restricted(wanted)
    held = standing.held[wanted]
    releasable = standing.kept[wanted] & ~held
    if budget:
        releasable |= held & standing.around[wanted]
    build = _Build(scheme, problem, seed, standing.kept[wanted], openings[wanted], releasable)
    if not build.free.any():
        return None
    touched = standing.sources[problem.pair_source], standing.targets[problem.pair_target]
    count = (held & releasable, openings[wanted] & ~touched[0] & ~touched[1]) if budget else None
    given = _Given(standing, np.flatnonzero(wanted), closeness[wanted],
                   tuple(place[wanted] for place in places), count)  # fmt: skip
    return build.posed(given)


@dataclass(frozen=True)
class _Given:
    """What the levels before the scheme's are made of, by candidate that is looked at.

    Parameters
    ----------
    standing : Standing
    pairs : (pairs,) int64
        Positions in the whole problem.
    closeness : (pairs,) int64
    places : tuple of (pairs,) int64
    count : ((pairs,) bool, (pairs,) bool) or None
        Pairs that count as a change when they go, and when they come; None where none may.
    """

    standing: Standing
    pairs: Integers
    closeness: Integers
    places: tuple[Integers, ...]
    count: tuple[Flags, Flags] | None


class _Build:
    """The stage's own program, loosened where the pairs that it had break it."""

    def __init__(
        self, scheme: Scheme, problem: Problem, seed: int, kept: Flags, openings: Flags, releasable: Flags
    ) -> None:
        self.problem, self.kept = problem, kept
        formulation = stage_formulation(scheme, problem, ())
        self.base = with_tie_break(formulation.program(scheme.levels(problem.stage.id)), problem, seed)
        self.formulation = formulation
        self.scheme_levels = len(self.base.levels) - 1
        count = problem.pair_count
        closed, forced = self.base.upper[:count] == 0, self.base.lower[:count] == 1
        self.forbidden, self.demanded = closed & kept, forced & ~kept
        self.free = (openings & ~closed) | releasable
        if self.base.family is not None:
            self.free &= ~np.isin(problem.pair_source, self._stuck(self.base.family))

    def _stuck(self, family: SetFamily) -> Integers:
        """Sources whose set is not what the rules ask for with the pairs that they must keep."""
        rows = []
        for source in np.unique(family.sources[np.flatnonzero(self.free)]).tolist():
            own = np.flatnonzero(family.sources == source)
            part = family_of(family, own)
            fixed = (self.kept & ~self.free)[own].astype(np.int64)
            if not (in_one_part(part, fixed) and (in_one_piece(part, fixed) or self.free[own].any())):
                rows.append(source)
        return np.array(rows, np.int64)

    def posed(self, given: _Given) -> Posed:
        """The program of the free pairs, with the levels before the scheme's."""
        base, pair_count = self.base, self.problem.pair_count
        x = np.concatenate([self.kept.astype(np.int64), np.zeros(base.column_count - pair_count, np.int64)])
        stays = np.zeros(base.column_count, bool)
        stays[pair_count:] = True
        stays[:pair_count] = self.free
        if base.family is not None:  # a source's set is looked at as a whole
            stays[:pair_count] |= np.isin(self.problem.pair_source, self.problem.pair_source[self.free])
        slack, most = self._slack(x, given.standing)
        columns = np.flatnonzero(stays)
        lower, upper = base.lower.copy(), base.upper.copy()
        lower[:pair_count] = np.where(self.free, 0, x[:pair_count])
        upper[:pair_count] = np.where(self.free, 1, x[:pair_count])
        resting = np.where(stays, 0, x)
        moved = base.matrix @ resting
        inner = replace(base, lower=lower, upper=upper).only(columns)
        levels = tuple(
            replace(part, constant=level.constant + int(level.points @ resting))
            for part, level in zip(inner.levels, base.levels, strict=True)
        )
        inner = replace(
            inner,
            levels=levels,
            row_lower=np.where(base.row_lower <= -UNBOUNDED, base.row_lower, base.row_lower - moved),
            row_upper=np.where(base.row_upper >= UNBOUNDED, base.row_upper, base.row_upper - moved),
            family=None if base.family is None else family_of(base.family, columns[: inner.pair_count]),
        )
        return _with_levels(self, inner, columns[: inner.pair_count], given, slack, most)

    def _slack(self, x: Integers, standing: Standing) -> tuple[tuple[Integers, Integers], Integers]:
        """Rows that may be broken, with the sign by which they are helped, and by how much.

        A row over pairs alone by as much as it is; one with other columns, of a rule that is
        broken or of what later stages need, as far as it takes.
        """
        base, pair_count = self.base, self.problem.pair_count
        matrix = base.matrix
        row_of = np.repeat(np.arange(base.row_count), np.diff(matrix.indptr))
        mixed = np.zeros(base.row_count, bool)
        mixed[row_of[matrix.indices >= pair_count]] = True
        activity = matrix @ x
        low, high = np.maximum(base.row_lower - activity, 0), np.maximum(activity - base.row_upper, 0)
        rules = self.formulation.row_rules()
        broken = {finding.rule for finding in standing.broken}
        loose = np.array([rule in broken or str(rule).startswith(LOOK_AHEAD) for rule in rules], bool) & mixed
        low[mixed], high[mixed] = 0, 0
        reach = np.bincount(row_of, np.abs(matrix.data), base.row_count).astype(np.int64)
        for bound, side in ((base.row_lower, low), (base.row_upper, high)):
            stated = loose & (np.abs(bound) < UNBOUNDED)
            side[stated] = (reach + np.abs(bound))[stated]
        at = np.concatenate([np.flatnonzero(low), np.flatnonzero(high)])
        sign = np.concatenate(
            [np.ones(int((low > 0).sum()), np.int64), -np.ones(int((high > 0).sum()), np.int64)]
        )
        return (at, sign), np.concatenate([low[low > 0], high[high > 0]])


def _with_levels(
    build: _Build,
    inner: Program,
    own: Integers,
    given: _Given,
    slack: tuple[Integers, Integers],
    most: Integers,
) -> Posed:
    """The program with its loosened rows, the levels before the scheme's, and what counts changes.

    Parameters
    ----------
    own
        The pair columns of `inner`, as positions in the problem that `build` has.
    """
    problem, add = build.problem, Added(inner)
    rows, sign = slack
    loose = add.columns(most)
    add.entries(rows, loose, sign)
    broken = {"columns": [loose], "points": [-np.maximum(BROKEN // np.maximum(most, 1), 1)]}
    for flags, points in ((build.forbidden[own], -BROKEN), (build.demanded[own], BROKEN)):
        broken["columns"].append(np.flatnonzero(flags))
        broken["points"].append(np.full(int(flags.sum()), points, np.int64))
    levels = [add.level(np.concatenate(broken["columns"]), np.concatenate(broken["points"]))]
    minimum = problem.targets.minimum
    had = np.isin(problem.targets.ids.astype(str), given.standing.past.target_ids.astype(str))
    one = np.ones(len(minimum), np.int64)
    levels.append(_covered(add, build, own, problem.pair_target, np.maximum(minimum, 0)))
    reached = [_covered(add, build, own, place, None) for place in given.places]
    levels.append(_sum(reached) if reached else add.level(np.empty(0, np.int64), np.empty(0, np.int64)))
    levels.append(_covered(add, build, own, problem.pair_target, np.where((minimum <= 0) & had, one, 0)))
    levels.append(add.level(np.arange(len(own)), given.closeness[own] * build.free[own]))
    moves = np.empty(0, np.int64)
    few: list[Level] = []
    if given.count is not None:
        moves = _counted(add, problem, own, given.count)
        few = [add.level(moves, -np.ones(len(moves), np.int64))]
    program, columns = _touched(add.program(levels, few), build.free[own])
    is_move = np.isin(columns, moves)
    own = own[columns[: program.pair_count]]
    kept = build.kept[own].astype(np.int64)
    return Posed(program, given.pairs[own], kept, np.flatnonzero(is_move), build.scheme_levels)


def _covered(add: Added, build: _Build, own: Integers, place: Integers, enough: Integers | None) -> Level:
    """A level that counts partners: at each place as many as are enough, 1 where nothing is said.

    Parameters
    ----------
    own
        The program's pair columns, as positions among the candidates that `build` has.
    place : (pairs,) int64
        Where each of these candidates is, -1 for nowhere.
    enough : (places,) int64 or None
    """
    size = int(place.max(initial=-1)) + 1 if enough is None else len(enough)
    wanted = np.ones(size, np.int64) if enough is None else enough
    at = place[own]
    free = np.bincount(at[build.free[own] & (at >= 0)], minlength=size) > 0
    inside = np.zeros(len(place), bool)
    inside[own] = True
    resting = place[build.kept & ~inside & (place >= 0)]
    fixed = np.bincount(resting, minlength=size).astype(np.int64)
    which = np.flatnonzero(free & (wanted > 0))
    covered = add.columns(wanted[which])
    number = np.full(size + 1, -1, np.int64)
    number[which] = np.arange(len(which))
    here = np.flatnonzero(number[at] >= 0)
    add.rows(len(which), (number[at[here]], here, 1), (np.arange(len(which)), covered, -1),
             lower=-fixed[which])  # fmt: skip
    return add.level(covered, np.ones(len(covered), np.int64))


def _sum(levels: list[Level]) -> Level:
    """One level of the points of several, the later ones over more columns."""
    points = np.zeros(len(levels[-1].points), np.int64)
    for level in levels:
        points[: len(level.points)] += level.points
    return replace(levels[-1], points=points)


def _touched(program: Program, free: Flags) -> tuple[Program, Integers]:
    """What hangs together with pairs that may change, and which columns that is: the rest is as it was."""
    rows, columns = program.row_count, program.column_count
    row_of = np.repeat(np.arange(rows), np.diff(program.matrix.indptr))
    here, there = [row_of], [rows + program.matrix.indices.astype(np.int64)]
    size = rows + columns
    if program.family is not None:
        here.append(size + program.family.sources)
        there.append(rows + np.arange(program.pair_count))
        size += len(program.family.minimum)
    link = np.concatenate(here), np.concatenate(there)
    graph = sparse.coo_array((np.ones(len(link[0]), np.int8), link), shape=(size, size))
    _, label = sparse.csgraph.connected_components(graph, directed=False)
    wanted = np.zeros(size, bool)
    wanted[label[rows : rows + program.pair_count][free]] = True
    kept_rows = np.flatnonzero(wanted[label[:rows]])
    kept = np.flatnonzero(wanted[label[rows : rows + columns]])
    inner = program.only(kept)
    return (
        replace(
            inner,
            matrix=inner.matrix[kept_rows],
            row_lower=inner.row_lower[kept_rows],
            row_upper=inner.row_upper[kept_rows],
            row_side=inner.row_side[kept_rows],
        ),
        kept,
    )


def _counted(add: Added, problem: Problem, own: Integers, count: tuple[Flags, Flags]) -> Integers:
    """A column for each source that may change though nothing has happened to it: by how many pairs."""
    given, made = (flags[own] for flags in count)
    source = problem.pair_source[own]
    who, place = np.unique(source[given | made], return_inverse=True)
    del place
    number = np.full(len(problem.sources), -1, np.int64)
    number[who] = np.arange(len(who))
    size = np.bincount(source[given | made], minlength=len(problem.sources))[who].astype(np.int64)
    moves = add.columns(size)
    all_of = np.arange(len(who))
    up, new = np.flatnonzero(given), np.flatnonzero(made)
    held = np.bincount(number[source[up]], minlength=len(who)).astype(np.int64)
    add.rows(len(who), (number[source[up]], up, 1), (all_of, moves, 1), lower=held)  # moves ≥ Σ (1 − x)
    add.rows(len(who), (number[source[new]], new, -1), (all_of, moves, 1), lower=0)
    return moves
