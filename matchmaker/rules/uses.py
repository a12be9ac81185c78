"""What is used: sums of columns that are 1 as soon as one of their pairs is chosen.

A place that a group of sources uses, a place in which a source is: rules count such uses.
Rows say that a pair needs its use, in the form that the relaxation gains most by:

- a use of one source that can have one of its pairs only is the sum of those pairs, no column;
- where a source can have at most one pair of a use, the sum of these pairs needs it, one row;
- where it can have all of them, each needs it, one row a pair;
- else their sum needs it as many times over as the source can have pairs, one row: a source
  with many candidates is not spread over all of them in whole plans.

The rows rest on the sources' largest degrees, which are hard in every plan.
"""

from __future__ import annotations

import numpy as np

from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.model import Integers, Problem

__all__ = ["uses_of"]


def uses_of(
    rule: str, problem: Problem, formulation: Formulation, pairs: Integers, use: Integers
) -> tuple[Integers, Integers]:
    """Write the rows of some uses.

    Parameters
    ----------
    rule
        Id of the rule that the columns and rows belong to.
    problem, formulation
        The problem, and where the rows go.
    pairs : (n,) int64
        Positions of the pairs that need a use.
    use : (n,) int64
        Which use each of them needs, 0 … all of them in use.

    Returns
    -------
    use, column : (entries,) int64
        What a use is the sum of. The sum is at least 1 in every plan that has one of the use's
        pairs, and can be 1 then, 0 otherwise.
    """
    count = int(use.max(initial=-1)) + 1
    source = problem.pair_source[pairs]
    keys, part = np.unique(use * len(problem.sources) + source, return_inverse=True)
    part_use, part_source = keys // len(problem.sources), keys % len(problem.sources)
    size = np.bincount(part, minlength=len(keys))
    most = np.clip(problem.sources.maximum[part_source], 1, size)
    is_sum = (np.bincount(part_use, minlength=count) == 1) & (
        np.bincount(part_use, most, minlength=count) == 1
    )
    column_of = np.full(count, -1, np.int64)
    column_of[~is_sum] = formulation.add_columns(rule, 0, np.ones(int((~is_sum).sum()), np.int64))
    direct = is_sum[use]
    each = ~direct & (most == size)[part] & (most > 1)[part]
    summed = ~direct & ~each
    _need(rule, formulation, np.arange(int(each.sum())), pairs[each], column_of[use[each]], 1)
    number, row = np.unique(part[summed], return_inverse=True)
    _need(rule, formulation, row, pairs[summed], column_of[part_use[number]], most[number])
    return (
        np.concatenate([use[direct], np.flatnonzero(~is_sum)]),
        np.concatenate([pairs[direct], column_of[~is_sum]]),
    )


def _need(
    rule: str,
    formulation: Formulation,
    row: Integers,
    pairs: Integers,
    needed: Integers,
    times: Integers | int,
) -> None:
    """Σ pairs of a row ≤ times · the column that it needs."""
    if not len(needed):
        return
    own = np.arange(len(needed))
    formulation.add_rows(
        rule,
        np.concatenate([row, own]),
        np.concatenate([pairs, needed]),
        np.concatenate([np.ones(len(pairs), np.int64), np.broadcast_to(-np.asarray(times), len(needed))]),
        -UNBOUNDED,
        np.zeros(len(needed), np.int64),
    )
