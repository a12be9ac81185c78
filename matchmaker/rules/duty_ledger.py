"""What every owner of duties has on the books: its cap, what is used, what later stages will need.

Tables read: ``other_duties`` (optional: ``source_id``, ``load``, ``target_id``, a column of
places), the decided stages, and the rows of stages still to come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matchmaker.columns import Expression, ancestor_named, numbers, values
from matchmaker.errors import InputError
from matchmaker.formulation import UNBOUNDED
from matchmaker.model import Dataset, Floats, Integers, Objects, Problem, Side
from matchmaker.rules.loads import known_in
from matchmaker.rules.sums import most_in_steps, steps_of
from matchmaker.tables import TABLES

__all__ = ["Ledger", "Terms", "ledger_of", "other_duties", "owners_of"]

NOWHERE = "\N{EMPTY SET}"
"""Before the id of a target without a place, which is a place of its own."""


@dataclass(frozen=True)
class Terms:
    """What a rule counts: over which stages, for whom, how much, against which cap, in which places."""

    stages: tuple[str, ...]
    per: str | None
    load: Expression
    maximum: Expression | None
    other_duties: bool
    places: str | None


@dataclass(frozen=True)
class Ledger:
    """The books of one stage's owners.

    Parameters
    ----------
    ids : (owners,) object
        Rows of the table that has the duties.
    of_source : (sources,) int64
        Owner of each of the stage's sources; -1 for none.
    steps : int
        Steps of a unit of load.
    load : (targets,) int64
        Steps that a pair with the target takes.
    limit : (owners,) int64
        Steps; `UNBOUNDED` where there is no cap.
    used : (owners,) int64
        Steps that other duties and earlier stages have taken.
    needed : (owners,) int64
        Steps that the minima of later stages will take at least.
    place : (targets,) int64
        Number of each target's place.
    places : int
        How many places there are, those of no target included.
    places_used : (n,) int64
        The places that owners have already, as `cell` numbers them, ascending.
    """

    ids: Objects
    of_source: Integers
    steps: int
    load: Integers
    limit: Integers
    used: Integers
    needed: Integers
    place: Integers
    places: int
    places_used: Integers

    def cell(self, owner: Integers, target: Integers) -> Integers:
        """A number for an owner and the place of a target."""
        return owner * self.places + self.place[target]

    def places_had(self) -> Integers:
        """How many places each owner has already."""
        return np.bincount(self.places_used // self.places, minlength=len(self.ids)).astype(np.int64)

    def room(self, keep: bool) -> Integers:
        """Steps left to each owner at this stage; `keep` leaves out what later stages will need.

        What other duties take beyond the cap is nobody's here: then there is no room. Below 0
        where not even later minima fit.
        """
        left = np.maximum(self.limit - self.used, 0) - (self.needed if keep else 0)
        return np.where(self.limit >= UNBOUNDED, UNBOUNDED, left).astype(np.int64)


def owners_of(dataset: Dataset, table: str, per: str | None) -> tuple[str, Integers] | None:
    """The table that has the duties and, for each row of `table`, its row there; None off the tree."""
    if per is None:
        return table, np.arange(len(dataset.frame(table)), dtype=np.int64)
    return ancestor_named(dataset, table, per)


def ledger_of(problem: Problem, terms: Terms) -> Ledger:
    """The books of a stage: other duties and earlier stages entered, later ones foreseen."""
    return problem.memo(("ledger", repr(terms)), lambda: _ledger(problem, terms))


def other_duties(dataset: Dataset, table: str, places: str | None) -> pd.DataFrame:
    """Rows of the sheet as (owner, load, place): of rows of `table`, and of what lies below them.

    The place is what the sheet states, else that of the duty's target; None where neither is known.
    """
    frame = dataset.frame("other_duties")
    owner = np.full(len(frame), -1, np.int64)
    reference = TABLES["other_duties"].column("source_id")
    for candidate in dict.fromkeys((table, *(reference.refers_to if reference else ()))):
        up = dataset.ancestors(candidate, table) if candidate in dataset.keys else None
        if up is None or not len(up) or not len(frame):
            continue
        at = dataset.positions(candidate, frame["source_id"])
        owner = np.where((owner < 0) & (at >= 0), up[at], owner)
    known = owner >= 0
    place = _stated_places(dataset, frame, places)
    load = frame["load"].to_numpy(float) if len(frame) else np.empty(0)
    return pd.DataFrame({"owner": owner[known], "load": np.nan_to_num(load[known]), "place": place[known]})


def _stated_places(dataset: Dataset, frame: pd.DataFrame, places: str | None) -> Objects:
    found = np.full(len(frame), None, dtype=object)
    if places is None or not len(frame):
        return found
    for column in (places, f"{places}_id"):
        if column in frame:
            found = np.array(frame[column], dtype=object)
    tables = [table for table in dataset.keys if table not in dataset.joins]
    for table in tables if "target_id" in frame else ():
        missing = np.flatnonzero(pd.isna(found))
        at = dataset.positions(table, frame["target_id"].iloc[missing])
        labels = _labels(dataset, table, places) if bool((at >= 0).any()) else None
        if labels is not None:
            found[missing[at >= 0]] = labels[at[at >= 0]]
    return np.array([None if pd.isna(value) else str(value) for value in found], dtype=object)


def _labels(dataset: Dataset, table: str, places: str) -> Objects | None:
    """Places of the rows of a table; None where it knows of none."""
    try:
        return values(dataset, table, places)
    except InputError:
        return None


def _ledger(problem: Problem, terms: Terms) -> Ledger:
    dataset = problem.dataset
    found = owners_of(dataset, problem.sources.table, terms.per)
    assert found is not None  # told before solving
    table, up = found
    entries = _entries(problem, terms, table)
    own_load = known_in(dataset, problem.targets.table, terms.load)[problem.targets.rows]
    own_place = _places(dataset, problem.targets.table, terms.places)[problem.targets.rows]
    needed = _needed(problem, terms, table)
    caps = np.full(len(dataset.frame(table)), np.nan)
    if terms.maximum is not None:
        caps = numbers(dataset, table, terms.maximum)
    steps = steps_of(own_load, entries["load"].to_numpy(float), needed, caps[~np.isnan(caps)])
    count = len(dataset.frame(table))
    owner = entries["owner"].to_numpy(np.int64)
    used = np.bincount(owner, np.rint(entries["load"].to_numpy(float) * steps), minlength=count)
    placed = entries["place"].notna().to_numpy(bool)
    codes, names = pd.factorize(pd.concat([pd.Series(own_place, dtype=object), entries["place"][placed]]))
    places = max(len(names), 1)
    return Ledger(
        ids=dataset.ids(table),
        of_source=up[problem.sources.rows],
        steps=steps,
        load=np.rint(own_load * steps).astype(np.int64),
        limit=most_in_steps(caps, steps),
        used=used.astype(np.int64),
        needed=np.rint(needed * steps).astype(np.int64),
        place=codes[: len(own_place)].astype(np.int64),
        places=places,
        places_used=np.unique(owner[placed] * places + codes[len(own_place) :]),
    )


def _entries(problem: Problem, terms: Terms, table: str) -> pd.DataFrame:
    """(owner, load, place) of the other duties and of every pair that an earlier stage has decided."""
    dataset = problem.dataset
    parts = [other_duties(dataset, table, terms.places)] if terms.other_duties else []
    for stage in terms.stages:
        if stage not in problem.earlier:
            continue
        source_table, target_table = dataset.parents[stage][1], dataset.joins[stage][1]
        found = owners_of(dataset, source_table, terms.per)
        assert found is not None  # told before solving
        decided = problem.earlier[stage]
        source = dataset.positions(source_table, decided.source_ids)
        target = dataset.positions(target_table, decided.target_ids)
        parts.append(
            pd.DataFrame(
                {
                    "owner": found[1][source],
                    "load": known_in(dataset, target_table, terms.load)[target],
                    "place": _places(dataset, target_table, terms.places)[target],
                }
            )
        )
    columns = {"owner": np.empty(0, np.int64), "load": np.empty(0), "place": np.empty(0, object)}
    entries = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns)], ignore_index=True)
    return entries[entries["owner"] >= 0]


def _needed(problem: Problem, terms: Terms, table: str) -> Floats:
    """Load that the later stages' minima take at least, by owner: each source its lightest targets."""
    needed = np.zeros(len(problem.dataset.frame(table)))
    for stage in terms.stages:
        if stage in problem.coming:
            sources, targets = problem.coming[stage]
            found = owners_of(problem.dataset, sources.table, terms.per)
            assert found is not None  # told before solving
            owner = found[1][sources.rows]
            least = _lightest(problem.dataset, targets, terms.load)
            at_least = least[np.minimum(sources.minimum, len(least) - 1)]
            needed += np.bincount(owner[owner >= 0], at_least[owner >= 0], minlength=len(needed))
    return needed


def _lightest(dataset: Dataset, targets: Side, load: Expression) -> Floats:
    """Sums of the 0, 1, 2, … lightest targets."""
    try:
        loads = np.sort(known_in(dataset, targets.table, load)[targets.rows])
    except InputError:  # it rests on what is not decided yet: nothing is known of it
        loads = np.zeros(len(targets))
    return np.concatenate([[0.0], np.cumsum(loads)])


def _places(dataset: Dataset, table: str, places: str | None) -> Objects:
    ids: Sequence[object] = dataset.ids(table).tolist()
    if places is None:
        return np.full(len(ids), None, dtype=object)
    labels = values(dataset, table, places).tolist()
    return np.array(
        [
            f"{NOWHERE}{own}" if label is None or label != label else str(label)
            for own, label in zip(ids, labels, strict=True)
        ],
        dtype=object,
    )
