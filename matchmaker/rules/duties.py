"""Duties: what somebody has to do over several stages, and besides them, stays within a cap."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from matchmaker.columns import Expression, numbers
from matchmaker.errors import Detail, Fault, InputError, Note, Place
from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.messages import Language
from matchmaker.model import Assignment, Dataset, Finding, Integers, Problem
from matchmaker.rules.base import Check, Hardness, Rule, SideNumbers, SidePaths, points_lost
from matchmaker.rules.duty_ledger import Ledger, Terms, ledger_of, other_duties, owners_of
from matchmaker.rules.sums import limit_sums, limit_uses

__all__ = ["Duties"]

LISTED = 5
"""Owners that a warning names."""


class Duties(Rule):
    """The loads of one owner over all stages and other duties are at most its cap, in few places.

    Each stage is held against what is left: the cap minus other duties and the stages decided
    before; hard, also minus what the minima of later stages will need. Soft, a stage is charged
    for the excess that it adds, so that the charges of all stages are the excess of the whole.
    """

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    summary: ClassVar[tuple[str, str]] = (
        "多个环节与其他包联任务合计不超过任务上限，且不分散到太多地方",
        "over several stages and other duties together nobody has more than a cap, nor in too many places",
    )
    example: ClassVar[str] = """\
id: burden
kind: duties
stages: [agency_community, agency_village]
per: agency
max: duty_cap
places: sub_district
max_places: 2
"""

    kind: Literal["duties"] = "duties"
    stages: tuple[str, ...] = Field(min_length=1, description="Stages that count together")
    per: str | None = Field(
        None,
        description="Who has the duties: a table at or above the sources of every stage, in the singular; "
        "if missing, the sources themselves",
    )
    load: Expression = Field(
        1, description="Load of each target: a number, or a column or count of its table"
    )
    max: Expression | None = Field(
        None, description="Most load of one owner: a number, or a column or count of its table; empty: no cap"
    )
    other_duties: bool = Field(True, description="Whether the rows of the other_duties sheet count too")
    places: str | None = Field(None, description="Column of the target, or a table above it; with max_places")
    max_places: int | None = Field(None, ge=1, description="Most different places of one owner")
    points: float = Field(
        100, ge=0, le=10_000, description="Points lost per unit or place too many, where soft"
    )

    @field_validator("stages", mode="before")
    @classmethod
    def _listed(cls, stages: object) -> object:
        # a tuple: strict validation takes no Python list for one
        return tuple(stages) if isinstance(stages, list) else stages

    @model_validator(mode="after")
    def _something_to_keep(self) -> Duties:
        if len(set(self.stages)) < len(self.stages):
            raise PydanticCustomError("form.stages_twice", "each stage once")
        if (self.places is None) != (self.max_places is None):
            raise PydanticCustomError("form.places", "places and max_places go together")
        if self.max is None and self.places is None:
            raise PydanticCustomError("form.duties", "give max, or places and max_places")
        return self

    def of_stages(self) -> tuple[str, ...]:
        """All of `stages`."""
        return self.stages

    def columns(self) -> SideNumbers:
        """`load` of the targets of every stage."""
        return (("target", self.load),)

    def numbers_elsewhere(self) -> tuple[Expression, ...]:
        """`max` of those who have the duties."""
        return () if self.max is None else (self.max,)

    def paths(self) -> SidePaths:
        """`places` of the targets of every stage."""
        return () if self.places is None else (("target", self.places),)

    def structure_faults(self, dataset: Dataset, source_table: str, target_table: str) -> tuple[Fault, ...]:
        """Owners that are not above the sources, caps that are no numbers, stages of other sources."""
        del target_table
        owners = owners_of(dataset, source_table, self.per)
        if owners is None:
            return (Fault("rule.duties.no_owner", Place(), str(self.per), {"table": source_table}),)
        faults: list[Fault] = []
        for stage in self.stages if self.per is None else ():
            other = dataset.parents[stage][1] if stage in dataset.joins else source_table
            if other != source_table:
                details: dict[str, Detail] = {"other": other, "table": source_table}
                faults.append(Fault("rule.duties.other_sources", Place(), stage, details))
        try:
            if self.max is not None:
                numbers(dataset, owners[0], self.max)
        except InputError as error:
            faults += error.faults
        return tuple(faults)

    def warnings(self, problem: Problem) -> tuple[Note, ...]:
        """Owners whose other duties are more than their cap already: nothing can be given to them."""
        owners = owners_of(problem.dataset, problem.sources.table, self.per)
        if problem.stage.id != self.stages[0] or self.max is None or not self.other_duties or owners is None:
            return ()
        table = owners[0]
        duties = other_duties(problem.dataset, table, None)
        cap = numbers(problem.dataset, table, self.max)
        taken = np.bincount(duties["owner"], duties["load"], minlength=len(cap))
        beyond = problem.dataset.ids(table)[taken > np.nan_to_num(cap, nan=np.inf)]
        if not len(beyond):
            return ()
        named = "、".join(beyond[:LISTED].astype(str)) + ("…" if len(beyond) > LISTED else "")
        where = Place(key=f"rules.{self.id}")
        return (Note("rule.warning.duties_beyond", where, len(beyond), {"table": table, "named": named}),)

    def _ledger(self, problem: Problem) -> Ledger:
        terms = Terms(self.stages, self.per, self.load, self.max, self.other_duties, self.places)
        return ledger_of(problem, terms)

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """One row an owner for its load, and one for the places that it has not used before."""
        ledger = self._ledger(problem)
        owner = ledger.of_source[problem.pair_source]
        if self.max is not None:
            self._limit_load(problem, formulation, ledger, owner, soft)
        if self.max_places is not None:
            self._limit_places(problem, formulation, ledger, owner, soft)

    def _limit_load(
        self, problem: Problem, formulation: Formulation, ledger: Ledger, owner: Integers, soft: bool
    ) -> None:
        room = ledger.room(keep=not soft)
        owned = np.flatnonzero(owner >= 0)
        load = ledger.load[problem.pair_target[owned]]
        if not soft:  # what no room is left for by itself: the relaxation must not take a part of it
            large = load > np.maximum(room[owner[owned]], 0)
            formulation.fix(self.id, owned[large], 0)
            owned, load = owned[~large], load[~large]
        most = _most(problem, owned, load, owner[owned], len(room))
        present = np.unique(ledger.of_source[ledger.of_source >= 0])
        rows = present[most[present] > room[present]]
        number = np.full(len(room), -1, np.int64)
        number[rows] = np.arange(len(rows))
        used = number[owner[owned]] >= 0
        limit_sums(
            self.id,
            formulation,
            number[owner[owned[used]]],
            owned[used],
            load[used],
            np.full(len(rows), -UNBOUNDED, np.int64),
            room[rows],
            points_lost(self.points, ledger.steps) if soft else None,
        )

    def _limit_places(
        self, problem: Problem, formulation: Formulation, ledger: Ledger, owner: Integers, soft: bool
    ) -> None:
        cell = np.where(owner >= 0, ledger.cell(owner, problem.pair_target), -1)
        pairs = np.flatnonzero((cell >= 0) & ~np.isin(cell, ledger.places_used))
        free = self._free_places(ledger)
        if not soft:
            full = free[owner[pairs]] == 0
            formulation.fix(self.id, pairs[full], 0)
            pairs = pairs[~full]
        cells = np.unique(cell[pairs])
        most = _most(problem, pairs, np.ones(len(pairs), np.int64), owner[pairs], len(free))
        most = np.minimum(most, np.bincount(cells // ledger.places, minlength=len(free)))
        pairs = pairs[(most > free)[owner[pairs]]]
        if not len(pairs):
            return
        keys, use = np.unique(cell[pairs], return_inverse=True)
        owners, row_of_use = np.unique(keys // ledger.places, return_inverse=True)
        lost = points_lost(self.points) if soft else None
        limit_uses(self.id, problem, formulation, pairs, use, row_of_use, free[owners], lost)

    def _free_places(self, ledger: Ledger) -> Integers:
        """How many places each owner may still begin to use."""
        free: Integers = np.maximum((self.max_places or 0) - ledger.places_had(), 0)
        return free

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Add up what each owner takes at this stage, and count the places that it begins to use."""
        ledger = self._ledger(problem)
        source, target = problem.locate(assignment).known
        owner = ledger.of_source[source]
        owner, target = owner[owner >= 0], target[owner >= 0]
        lost, findings = 0, list[Finding]()
        if self.max is not None:
            taken = np.zeros(len(ledger.ids), np.int64)
            np.add.at(taken, owner, ledger.load[target])
            lost, findings = self._too_much(ledger, taken, soft)
        if self.max_places is not None:
            used = np.unique(ledger.cell(owner, target))
            used = used[~np.isin(used, ledger.places_used)]
            begun = np.bincount(used // ledger.places, minlength=len(ledger.ids))
            beyond = begun - self._free_places(ledger)
            whole = begun + ledger.places_had()
            crowded = np.flatnonzero((beyond > 0) & (begun > 0)).tolist()
            findings += [self._finding(ledger, at, whole[at], self.max_places, "places") for at in crowded]
            lost += points_lost(self.points) * int(beyond[crowded].sum())
        return Check({self.id: -lost} if soft else {}, tuple(findings))

    def _too_much(self, ledger: Ledger, taken: Integers, soft: bool) -> tuple[int, list[Finding]]:
        """Points lost by owners who take more at this stage than is left to them, and who they are."""
        room = ledger.room(keep=not soft)
        concerned = np.unique(ledger.of_source[ledger.of_source >= 0])
        over = concerned[taken[concerned] > room[concerned]]
        whole = taken + ledger.used + (0 if soft else ledger.needed)
        findings = [
            self._finding(ledger, at, whole[at] / ledger.steps, ledger.limit[at] / ledger.steps, "load")
            for at in over.tolist()
        ]
        return points_lost(self.points, ledger.steps) * int((taken - room)[over].sum()), findings

    def _finding(self, ledger: Ledger, owner: int, found: float, required: float, unit: str) -> Finding:
        return Finding.about(self.id, "source", ledger.ids[owner], float(found), float(required), unit)

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        stages = "、".join(self.stages) if language == "zh" else ", ".join(self.stages)
        most = self.max if isinstance(self.max, str | int | float) else "…"
        if language == "zh":
            who = f"每个 {self.per} " if self.per else "每个来源"
            kept = [f"任务合计不超过 {most}"] if self.max is not None else []
            kept += [f"分布不超过 {self.max_places} 处（按 {self.places}）"] if self.places else []
            others = "（含其他包联任务）" if self.other_duties else ""
            tail = f"，每超一个扣 {self.points:g} 分" if soft else ""
            return f"{who}在环节 {stages} 中{others}{'，'.join(kept)}{tail}"
        who = f"each {self.per}" if self.per else "each source"
        kept = [f"a load of at most {most}"] if self.max is not None else []
        kept += [f"at most {self.max_places} places ({self.places})"] if self.places else []
        others = ", other duties included" if self.other_duties else ""
        tail = f"; {self.points:g} points lost for each one too many" if soft else ""
        return f"{who} has {' and '.join(kept)} over stages {stages}{others}{tail}"


def _most(problem: Problem, pairs: Integers, load: Integers, owner: Integers, owners: int) -> Integers:
    """The largest load that each owner's sources can take within their degrees, (owners,)."""
    source = problem.pair_source[pairs]
    order = np.lexsort((-load, source))
    _, first, size = np.unique(source[order], return_index=True, return_counts=True)
    rank = np.arange(len(order)) - np.repeat(first, size)
    counts = rank < problem.sources.maximum[source[order]]
    return np.bincount(owner[order][counts], load[order][counts], minlength=owners).astype(np.int64)
