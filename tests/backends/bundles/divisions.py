"""Small divisions, every (source, set) of theirs, and the linear program over all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from matchmaker.backends import bundles
from matchmaker.backends.bundles.division import Division, division_of
from matchmaker.backends.bundles.plan import Plan
from matchmaker.connected_sets import connected_sets
from matchmaker.formulation import UNBOUNDED, Formulation, RowSide
from matchmaker.model import Integers
from matchmaker.program import Program
from matchmaker.set_family import SetFamily, Shape
from tests.programs import enumerated, random_areas, with_kin

AREAS = [seed for seed in range(150) if bundles.accepts(random_areas(seed))]
FEASIBLE = [seed for seed in AREAS if enumerated(random_areas(seed)).feasible]
"""Seeds of `random_areas` with a plan."""

WITH_ROWS = [
    seed
    for seed in range(80)
    if bundles.accepts(random_areas(seed, targets=3, general=True))
    and random_areas(seed, targets=3, general=True).column_count <= 8
]
"""Seeds of `random_areas` that have rows of another rule, with columns of its own."""


def of_kin(seed: int, soft: bool) -> Program | None:
    """Areas in two parts whose two sources are kin; None for seeds that draw others."""
    program = random_areas(seed)
    family = program.family
    assert family is not None
    if not bundles.accepts(program) or len(family.minimum) < 2 or len(np.unique(family.part)) < 2:
        return None
    if not soft:  # all in one part, nobody in the other
        lower = np.where(program.row_side == RowSide.TARGET, 0, program.row_lower)
        program = replace(program, row_lower=lower)
    return with_kin(program, seed, soft)


KIN = [(seed, soft) for seed in range(300) for soft in (True, False) if of_kin(seed, soft) is not None]
"""Arguments of `of_kin` that give a program."""


def kin_program(seed: int, soft: bool) -> Program:
    """A program of `KIN`."""
    program = of_kin(seed, soft)
    assert program is not None
    return program


def divided(program: Program) -> Division:
    """The division of a program for its first level."""
    assert program.family is not None
    sets = connected_sets(program.family)
    assert sets is not None
    return division_of(program, program.levels[0], sets)


def city(seed: int, parts: int = 3, targets: int = 4, sources: int = 6) -> Program:
    """Parts of a few targets on a ring with a chord or two; every target once, sources take up to three.

    There is a plan where there are two sources for each part.
    """
    rng = np.random.default_rng(seed)
    count = parts * targets
    source, target = np.divmod(np.arange(sources * count), count)
    form = Formulation(source, target)
    pair = np.arange(len(source))
    low, high = np.zeros(sources, np.int64), rng.integers(2, 4, sources)
    low[: parts // 2] = 1
    form.add_rows("sources", source, pair, 1, low, high, RowSide.SOURCE)
    form.add_rows("targets", target, pair, 1, np.ones(count, np.int64), 1, RowSide.TARGET)
    form.add_points("fit", pair, rng.integers(0, 9000, len(pair)))
    part = np.arange(count) // targets
    ring = np.arange(count)
    after = part * targets + (ring + 1) % targets
    joined = np.zeros((count, count), bool)
    joined[ring, after] = True
    joined |= (rng.random((count, count)) < 0.1) & (part[:, None] == part)
    joined |= joined.T
    np.fill_diagonal(joined, False)
    away = np.triu(rng.integers(100, 2000, (count, count)) * (part[:, None] == part), 1)
    form.set_family(
        SetFamily(
            "connected", source, target, part[target], low, high,
            sparse.csr_array(joined.astype(np.int8)), Shape(200, sparse.csr_array(away + away.T)), "compact",
        )
    )  # fmt: skip
    return form.program([{"fit": 1.0, "compact": 1.0}])


def every_column(division: Division) -> tuple[Integers, Integers]:
    """Sources and ids of all sets that they may take, looked at one by one."""
    columns = list(_columns(division))
    sources, ids = zip(*columns, strict=True) if columns else ((), ())
    return np.array(sources, np.int64), np.array(ids, np.int64)


def _columns(division: Division) -> Iterator[tuple[int, int]]:
    bidders = division.bidders
    for source in range(division.sources):
        must = set(np.flatnonzero(bidders.required[source]).tolist())
        for ids, members in enumerate(bidders.sets.members):
            inside = members[members >= 0].tolist()
            if not bidders.minimum[source] <= len(inside) <= bidders.maximum[source]:
                continue
            if not bidders.barred[source, inside].any() and must <= set(inside):
                yield source, ids


def relaxed(division: Division, penalty: float) -> float | None:
    """Units of the linear program over all columns; each missing unit of a row costs `penalty`.

    None where rows cannot be met and `penalty` is infinite.
    """
    program = division.program
    source, ids = every_column(division)
    above = division.coefficients(source, ids).toarray()
    beside = program.matrix[division.rows][:, program.pair_count :].toarray()
    own = np.zeros((division.sources, len(ids)))
    own[source, np.arange(len(ids))] = 1
    rows = np.block([[above, beside], [own, np.zeros((division.sources, beside.shape[1]))]])
    must = ~division.bidders.may_stay_empty
    low = np.append(program.row_lower[division.rows], must).astype(float)
    high = np.append(program.row_upper[division.rows], np.ones(len(must))).astype(float)
    low[low <= -UNBOUNDED], high[high >= UNBOUNDED] = -np.inf, np.inf
    gain = np.append(division.worth(source, ids), division.level.points[program.pair_count :]).astype(float)
    bounds = [(0.0, None)] * len(ids) + [
        (float(program.lower[column]), float(program.upper[column])) for column in division.extra
    ]
    blocks, limits = [], []
    slack = len(low) if np.isfinite(penalty) else 0
    for side, sign in ((low, -1.0), (high, 1.0)):
        there = np.flatnonzero(np.isfinite(side))
        miss = np.zeros((len(there), 2 * slack))
        if slack:
            miss[np.arange(len(there)), there + (slack if sign > 0 else 0)] = -1.0
        blocks.append(np.hstack([sign * rows[there], miss]))
        limits.append(sign * side[there])
    cost = np.append(-gain, np.full(2 * slack, penalty if slack else 0.0))
    found = linprog(
        cost, np.vstack(blocks), np.concatenate(limits), bounds=bounds + [(0.0, None)] * (2 * slack)
    )
    return division.level.constant - float(found.fun) if found.status == 0 else None


def worth_of(division: Division, plan: Plan) -> int:
    """Units of a plan minus the penalties for what it misses."""
    value = division.program.units(division.level, plan.x(division))
    return value - division.penalty * int(plan.missing(division).sum())


def check_plan(division: Division, plan: Plan) -> None:
    """A plan gives each source a set that it may take, and no target to two of them."""
    may = set(zip(*(one.tolist() for one in every_column(division)), strict=True))
    taken = [(source, ids) for source, ids in enumerate(plan.chosen.tolist()) if ids >= 0]
    assert set(taken) <= may
    members = division.bidders.sets.members[[ids for _, ids in taken]]
    targets = members[members >= 0].tolist()
    assert len(set(targets)) == len(targets)


def nothing_yet(division: Division) -> Plan:
    """The plan in which nobody has a set."""
    program, extra = division.program, division.extra
    return Plan(
        np.full(division.sources, -1, np.int64), np.clip(0, program.lower[extra], program.upper[extra])
    )
