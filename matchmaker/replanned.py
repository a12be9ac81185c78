"""What holds for a plan that was changed in the middle of its year, beside the plan that it came from.

The plan before stands among the inputs: its pairs, in today's ids, as the ``baseline`` table,
what has changed since as the ``changes`` table. A hard rule that these pairs break under
today's data is mended where that is possible, and never broken further.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matchmaker.judgement import judge
from matchmaker.model import Assignment, Dataset, Finding, Integers, Objects, Problem
from matchmaker.scheme.definitions import Scheme
from matchmaker.tables.definitions_lists import PARTY_TABLES

__all__ = ["Before", "altered_rows", "before", "changes_beyond", "inherited", "worsened"]

Flags = NDArray[np.bool_]

_GOES_ON = {"moves": "party_id", "returns": "party_id", "merges": "into_id", "splits": "new_id"}
"""Kind of change, and the column with the row that goes on and is not what it was."""


@dataclass(frozen=True)
class Before:
    """The pairs that a stage had, beside what it may have now.

    Parameters
    ----------
    source_ids, target_ids : (n,) object
        Their ids.
    pair : (n,) int64
        Positions among today's candidates; -1 where a pair is none.
    held : (n,) bool
        Pairs that only the budget of changes may give up: possible, and of rows that are what they were.
    """

    source_ids: Objects
    target_ids: Objects
    pair: Integers
    held: Flags

    @property
    def possible(self) -> Integers:
        """Positions of the pairs that are candidates, ascending."""
        return np.sort(self.pair[self.pair >= 0])


def altered_rows(dataset: Dataset) -> frozenset[tuple[str, str]]:
    """Table and id of the rows that the ``changes`` table tells of and that are still there."""
    frame = dataset.frame("changes")
    found = set()
    for kind, column in _GOES_ON.items():
        if column not in frame:
            continue
        rows = frame[(frame["kind"] == kind).to_numpy(bool) & frame[column].notna().to_numpy(bool)]
        for party, one in zip(rows["party_kind"], rows[column], strict=True):
            found.add((PARTY_TABLES[str(party)][0], str(one)))
    return frozenset(found)


def before(problem: Problem, altered: Iterable[tuple[str, str]] = ()) -> Before:
    """The pairs of the plan before, of the problem's stage.

    Parameters
    ----------
    altered
        Rows that are not what they were (`altered_rows`).
    """
    rows = problem.dataset.frame("baseline")
    rows = rows[(rows["stage"] == problem.stage.id).to_numpy(bool)] if len(rows) else rows
    none = np.empty(0, object)
    source_ids = rows["source_id"].to_numpy(object) if len(rows) else none
    target_ids = rows["target_id"].to_numpy(object) if len(rows) else none
    pair = problem.located(source_ids, target_ids).pair
    held = pair >= 0
    for table, ids in (
        (problem.stage.source_table, source_ids),
        (problem.stage.target_table, target_ids),
    ):
        own = [one for where, one in altered if where == table]
        if own:
            held &= ~np.isin(ids.astype(str), np.array(own, str))
    return Before(source_ids, target_ids, pair, held)


def changes_beyond(problem: Problem, past: Before, assignment: Assignment) -> int:
    """How many pairs were given up, or made, that the changes themselves do not touch."""
    chosen = problem.locate(assignment).candidates
    given_up = int((past.held & ~np.isin(past.pair, chosen)).sum())
    kept = np.isin(past.pair, chosen)
    made = chosen[~np.isin(chosen, past.pair)]
    whole = np.ones(len(made), bool)  # neither side has lost anything, and both had something
    for side, ids, owner in (
        (problem.sources, past.source_ids, problem.pair_source),
        (problem.targets, past.target_ids, problem.pair_target),
    ):
        had, lost = set(ids[kept]), set(ids[~kept])
        whole &= np.array([one in had and one not in lost for one in side.ids[owner[made]]], bool)
    return given_up + int(whole.sum())


def inherited(scheme: Scheme, problem: Problem, past: Before) -> tuple[Finding, ...]:
    """What the pairs of the plan before break of the hard rules, as far as they are still possible."""
    return judge(scheme, problem, problem.assignment(past.possible)).violations


def worsened(found: Sequence[Finding], known: Sequence[Finding]) -> tuple[Finding, ...]:
    """Findings that are not among those known, or tell of more than these."""
    most: dict[tuple[str, str, str, str], float] = {}
    for one in known:
        key = _key(one)
        most[key] = max(most.get(key, 0.0), abs(one.found - one.required))
    return tuple(one for one in found if abs(one.found - one.required) > most.get(_key(one), -1.0) + 1e-9)


def _key(finding: Finding) -> tuple[str, str, str, str]:
    return finding.rule, finding.source_id, finding.target_id, finding.unit
