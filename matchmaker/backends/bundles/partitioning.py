"""Set partitioning of a group: its sources choose among given sets, the rest of the plan stays.

Losses against the joint duals stand for points: over rows that are met exactly both
differ by a constant, and small numbers leave CP-SAT less to do.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from matchmaker.backends.base import Settings
from matchmaker.backends.bundles.division import Division
from matchmaker.backends.bundles.plan import Plan
from matchmaker.backends.restricted import solve_restricted
from matchmaker.formulation import UNBOUNDED, RowSide
from matchmaker.model import Floats, Integers
from matchmaker.program import Level, Program

__all__ = ["Group", "partitioned", "with_present"]

EFFORT = 1.0
"""Work limit of one group, in deterministic seconds: nearly all are closed by then."""


@dataclass(frozen=True)
class Group:
    """Parts to divide anew, their sources, and the columns to choose among.

    Parameters
    ----------
    parts : (parts of the group,) int64
    members : (n,) int64
        Their sources, ascending.
    source, ids : (columns,) int64
        A source and the id of a set each, the present ones among them.
    """

    parts: Integers
    members: Integers
    source: Integers
    ids: Integers


def with_present(plan: Plan, parts: Integers, members: Integers, source: Integers, ids: Integers) -> Group:
    """A group with the given columns and those of the plan."""
    has = members[plan.chosen[members] >= 0]
    columns = np.column_stack([np.append(source, has), np.append(ids, plan.chosen[has])])
    unique = np.unique(columns, axis=0)
    return Group(parts, members, unique[:, 0], unique[:, 1])


def partitioned(
    division: Division, duals: Floats, best: Floats, plan: Plan, group: Group, settings: Settings
) -> Plan | None:
    """Divide a group anew.

    Parameters
    ----------
    division
        What is divided.
    duals : (program's rows,) float64
        At which losses are counted.
    best : (sources,) float64
        What each source's best set is worth at them.
    plan, group
        The present plan, and what may change.
    settings
        The deadline.

    Returns
    -------
    Plan or None
        The plan if it has become better.
    """
    small = _set_partitioning(division, duals, np.rint(best).astype(np.int64), plan, group)
    program, level, hint = small.program, small.program.levels[0], small.hint
    free = np.ones(program.column_count, bool)
    none = np.zeros(program.column_count, np.int64)
    exact = replace(settings, gap=0.0)
    found = solve_restricted(program, level, free, none, hint, exact, EFFORT, light=True)
    if found.x is None or level.units(found.x) <= level.units(hint):
        return None
    count = len(group.ids)
    chosen, extra = plan.chosen.copy(), plan.extra.copy()
    chosen[group.members] = -1
    taken = np.flatnonzero(found.x[:count])
    chosen[group.source[taken]] = group.ids[taken]
    extra[small.extra] = found.x[count : count + len(small.extra)]
    return Plan(chosen, extra)


@dataclass(frozen=True)
class _Small:
    """The set partitioning of a group.

    Its columns: the candidates, the extra columns within reach, sources that stay empty,
    units missing and over. `hint` is the present plan.
    """

    program: Program
    extra: Integers
    hint: Integers


def _set_partitioning(division: Division, duals: Floats, best: Integers, plan: Plan, group: Group) -> _Small:
    whole = division.program
    source, ids, members = group.source, group.ids, group.members
    count = len(ids)
    coefficients = (whole.matrix[:, : whole.pair_count] @ division.pairs_of(source, ids)).tocsr()
    kept = np.zeros(whole.row_count, bool)
    kept[division.rows] = True
    reached = kept & (np.diff(coefficients.indptr) > 0)
    reached[division.target_row[np.isin(division.bidders.sets.part, group.parts)]] = True
    # columns that are no pairs answer for all their rows
    needing, needed = division.needs(source, ids)
    using = np.flatnonzero(np.diff(needing.indptr))
    beside = whole.matrix[:, whole.pair_count :].tocsc()
    extra = np.union1d(beside[reached].tocoo().col, needed[using].tocoo().col)
    reached[beside[:, extra].tocoo().row] = True
    # what gives points only with what sets need is needed with it
    extra = np.union1d(extra, beside[reached & kept & _beside_only(whole)].tocoo().col)
    reached[beside[:, extra].tocoo().row] = True
    reached &= kept
    rows = np.flatnonzero(reached)
    stays = plan.x(division)
    mine = np.isin(whole.family.sources, members) if whole.family is not None else np.empty(0, bool)
    hint_pairs = stays.copy()
    stays[: whole.pair_count][mine] = 0
    stays[whole.pair_count + extra] = 0
    base = whole.matrix[rows] @ stays
    lower = np.where(whole.row_lower[rows] <= -UNBOUNDED, -UNBOUNDED, whole.row_lower[rows] - base)
    upper = np.where(whole.row_upper[rows] >= UNBOUNDED, UNBOUNDED, whole.row_upper[rows] - base)
    activity = whole.matrix[rows] @ hint_pairs - base
    short, over = lower > -UNBOUNDED, (upper < UNBOUNDED) & (whole.row_side[rows] == RowSide.GENERAL)
    loose = (whole.row_side[rows] == RowSide.TARGET) & (lower < upper)  # may stay without a source
    place = np.cumsum(np.isin(np.arange(division.sources), members)) - 1
    own = sparse.csr_array(
        (np.ones(count, np.int64), (place[source], np.arange(count))), shape=(len(members), count)
    )
    units = np.eye(len(rows), dtype=np.int64)
    blocks = [
        [coefficients[rows], beside[rows][:, extra], None, sparse.csr_array(units[:, short]),
         sparse.csr_array(-units[:, over]), sparse.csr_array(units[:, loose])],
        [own, None, sparse.eye_array(len(members), dtype=np.int64), None, None, None],
        [needing[using], needed[using][:, extra], None, None, None, None],
    ]  # fmt: skip
    matrix = sparse.block_array(blocks, format="csr")
    met_exactly = (whole.row_lower == whole.row_upper) | (whole.row_side == RowSide.TARGET)
    exact = np.where(met_exactly, np.rint(duals), 0).astype(np.int64)
    spent = exact[rows]
    may_rest = division.bidders.may_stay_empty[members]
    points = np.concatenate(
        [
            division.worth(source, ids) - spent @ coefficients[rows] - best[source],
            division.level.points[whole.pair_count + extra] - spent @ beside[rows][:, extra],
            np.where(may_rest, 0, -division.penalty) - best[members],
            -division.penalty - spent[short],
            -division.penalty + spent[over],
            -spent[loose],
        ]
    ).astype(np.int64)
    widest = np.maximum(np.abs(activity) + np.abs(lower * short) + np.abs(np.where(over, upper, 0)) + 1, 1)
    highest = np.concatenate(
        [np.ones(count, np.int64), whole.upper[whole.pair_count + extra], np.ones(len(members), np.int64),
         widest[short], widest[over], np.ones(int(loose.sum()), np.int64)]
    )  # fmt: skip
    lowest = np.zeros(len(highest), np.int64)
    lowest[count : count + len(extra)] = _least(division, plan, members)[extra]
    is_chosen = plan.chosen[source] == ids
    hint = np.concatenate(
        [
            is_chosen.astype(np.int64),
            plan.extra[extra],
            (plan.chosen[members] < 0).astype(np.int64),
            np.maximum(lower - activity, 0)[short],
            np.maximum(activity - upper, 0)[over],
            (activity == 0).astype(np.int64)[loose],
        ]
    )
    one = np.ones(len(members), np.int64)
    small = Program(
        pair_count=count,
        lower=lowest,
        upper=highest,
        matrix=matrix,
        row_lower=np.concatenate([np.where(loose, upper, lower), one, np.full(len(using), -UNBOUNDED)]),
        row_upper=np.concatenate([upper, one, np.zeros(len(using), np.int64)]),
        row_side=np.full(matrix.shape[0], RowSide.GENERAL, np.int8),
        levels=(Level(points, 0, 1.0),),
    )
    return _Small(small, extra, hint)


def _beside_only(program: Program) -> np.ndarray:
    """Rows that have no pair in them, (rows,)."""
    pairs = np.diff(program.matrix[:, : program.pair_count].indptr)
    only: np.ndarray = pairs == 0
    return only


def _least(division: Division, plan: Plan, members: Integers) -> Integers:
    """Least values of the columns that are no pairs, (extra,): what others need is there."""
    least = division.program.lower[division.extra].copy()
    part = division.part_of(plan.chosen)
    part[members] = -1
    needed = division.uses.needed(np.arange(division.sources), part)
    least[needed[needed >= 0] - division.program.pair_count] = 1
    return least
