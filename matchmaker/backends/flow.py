"""Minimum-cost flow: exact and fast where only degrees and points of pairs are left.

Each column is an arc: from its source row to its target row, or, where it has only one
of them (a shortfall), from or to the terminal. All levels are combined into one integer
cost, which is exact as long as it stays below 2⁶² / (nodes + 1).
"""

from __future__ import annotations

import numpy as np
from ortools.graph.python import min_cost_flow

from matchmaker.backends.base import LevelResult, Report, Settings, Solution, Start, silent
from matchmaker.backends.highs import second_opinion
from matchmaker.bounds import lagrangian_bound, rounded_bound
from matchmaker.formulation import RowSide
from matchmaker.model import Floats, Integers, Status
from matchmaker.program import Level, Program

__all__ = ["accepts", "name", "solve"]

name = "flow"

LARGEST_COST = 2**61


def accepts(program: Program) -> bool:
    """Only degree rows, each column once at most per side with coefficient 1, costs in range."""
    if not program.is_flat or bool((program.row_side == RowSide.GENERAL).any()):
        return False
    if bool((program.matrix.data != 1).any()) or bool((program.lower < 0).any()):
        return False
    row = np.repeat(np.arange(program.row_count), np.diff(program.matrix.indptr))
    keys = program.matrix.indices.astype(np.int64) * 2 + program.row_side[row]
    if int(np.bincount(keys).max(initial=0)) > 1:
        return False
    cost = _combined(program)
    return cost is not None and int(np.abs(cost).max(initial=0)) * (program.row_count + 2) < LARGEST_COST


def solve(
    program: Program, settings: Settings, report: Report = silent, start: Start | None = None
) -> Solution:
    """Solve all levels at once as one flow; the result is optimal or proven infeasible."""
    del start  # a flow takes no longer from nothing
    if bool((program.lower > program.upper).any()):
        return Solution(Status.INFEASIBLE, None, (), name)
    cost = _combined(program)
    assert cost is not None
    x = _flow(program, -cost)
    if x is None:
        status, found = second_opinion(program, settings.seconds_left())
        if found is not None:
            raise RuntimeError("two solvers disagree on whether there is a plan")
        return Solution(status, None, (), name)
    results = []
    for position, level in enumerate(program.levels):
        value = level.units(x)
        duals = _duals(program, level, x) if position == 0 else None
        certified = None if duals is None else rounded_bound(lagrangian_bound(program, level, duals))
        results.append(LevelResult(value, value, certified, duals))
        report(position, value, value)
    return Solution(Status.OPTIMAL, x, tuple(results), name)


def _ends(program: Program) -> tuple[Integers, Integers]:
    """Tail and head row of each column; the terminal (number of rows) where there is none."""
    terminal = program.row_count
    row = np.repeat(np.arange(terminal), np.diff(program.matrix.indptr))
    tail = np.full(program.column_count, terminal, np.int64)
    head = tail.copy()
    is_source = program.row_side[row] == RowSide.SOURCE
    tail[program.matrix.indices[is_source]] = row[is_source]
    head[program.matrix.indices[~is_source]] = row[~is_source]
    return tail, head


def _reach(level: Level, program: Program) -> int:
    """More than the difference between any two values of the level."""
    size, width = np.abs(level.points), program.upper - program.lower
    most_spread = int(size.max(initial=0)) * int(width.max(initial=0)) * len(size)
    if most_spread >= LARGEST_COST:  # Python's own integers do not overflow, but take their time
        size, width = size.astype(object), width.astype(object)
    spread = size * width
    # the columns of source rows add up to those rows' bounds at most: far less than their number
    is_source = program.row_side == RowSide.SOURCE
    row = np.repeat(np.arange(program.row_count), np.diff(program.matrix.indptr))
    inside = np.zeros(program.column_count, bool)
    inside[program.matrix.indices[is_source[row]]] = True
    most = max(int(program.row_upper[is_source].astype(object).sum()), 0)
    largest = int(size[inside].max(initial=0))
    return min(int(spread.sum()), 2 * largest * most + int(spread[~inside].sum())) + 1


def _combined(program: Program) -> Integers | None:
    """One integer objective that orders plans as the levels do; None where it would overflow."""
    total, largest = np.zeros(program.column_count, np.int64), 0
    for level in program.levels:
        reach = _reach(level, program)
        largest = largest * reach + int(np.abs(level.points).max(initial=0))
        if largest >= LARGEST_COST:
            return None
        # while all levels above are 0, so is the total: a reach beyond 64 bits changes nothing
        total = level.points + (total * reach if reach < LARGEST_COST else 0)
    return total


def _flow(program: Program, cost: Integers) -> Integers | None:
    """A circulation of least cost within all bounds; the flows of the columns, or None."""
    tail, head = _ends(program)
    terminal, rows = program.row_count, program.row_count
    node = np.arange(rows)
    is_source = program.row_side == RowSide.SOURCE
    # each row is a node with an arc from (sources) or to (targets) the terminal
    capacity_total = int(program.upper.astype(object).sum()) + 1
    low = np.maximum(program.row_lower, 0)
    high = np.minimum(program.row_upper, capacity_total)
    if bool((low > high).any()):
        return None
    tails = np.concatenate([tail, np.where(is_source, terminal, node)])
    heads = np.concatenate([head, np.where(is_source, node, terminal)])
    lower = np.concatenate([program.lower, low])
    upper = np.concatenate([program.upper, high])
    supplies = np.zeros(rows + 1, np.int64)
    np.subtract.at(supplies, tails, lower)
    np.add.at(supplies, heads, lower)
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        tails, heads, upper - lower, np.concatenate([cost, np.zeros(rows, np.int64)])
    )
    solver.set_nodes_supplies(np.arange(rows + 1), supplies)
    status = solver.solve()
    if status == solver.INFEASIBLE:
        return None
    if status != solver.OPTIMAL:
        raise RuntimeError(f"minimum-cost flow: {status}")
    flows = np.asarray(solver.flows(arcs), np.int64)
    x: Integers = (flows + lower)[: program.column_count]
    return x


def _duals(program: Program, level: Level, x: Integers) -> Floats:
    """Row duals of an optimal flow: potentials of the residual network for one level's points."""
    tail, head = _ends(program)
    terminal, rows = program.row_count, program.row_count
    is_source = program.row_side == RowSide.SOURCE
    activity = program.matrix @ x
    node = np.arange(rows)
    arc_tail = np.concatenate([tail, np.where(is_source, terminal, node)])
    arc_head = np.concatenate([head, np.where(is_source, node, terminal)])
    length = np.concatenate([-level.points, np.zeros(rows, np.int64)]).astype(np.float64)
    more = np.concatenate([x < program.upper, activity < program.row_upper])
    less = np.concatenate([x > program.lower, activity > program.row_lower])
    source = np.concatenate([arc_tail[more], arc_head[less]])
    target = np.concatenate([arc_head[more], arc_tail[less]])
    weight = np.concatenate([length[more], -length[less]])
    potential = _shortest(source, target, weight, rows + 1)
    relative = potential - potential[terminal]
    # an arc's points minus (tail's − head's potential) is its reduced value: so much a row's unit is worth
    duals: Floats = np.where(is_source, relative[:rows], -relative[:rows])
    return duals


def _shortest(source: Integers, target: Integers, weight: Floats, nodes: int) -> Floats:
    """Shortest distances from a root joined to every node at length 0 (no negative cycles)."""
    distance = np.zeros(nodes)
    for _ in range(nodes):
        candidate = distance.copy()
        np.minimum.at(candidate, target, distance[source] + weight)
        if bool((candidate == distance).all()):
            break
        distance = candidate
    return distance
