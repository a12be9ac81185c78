"""Contiguous: the targets of one source are one connected area, as compact as may be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from pydantic import Field
from scipy import sparse

from matchmaker.columns import values
from matchmaker.errors import Fault, InputError, Note, Place
from matchmaker.formulation import Formulation
from matchmaker.messages import Language
from matchmaker.model import POINT, Assignment, Finding, Problem
from matchmaker.neighbours import distances_km, neighbour_graph, parts_in_pieces, parts_of_targets
from matchmaker.rules.base import Check, Hardness, SidePaths, StageRule
from matchmaker.rules.places import rounded
from matchmaker.set_family import SetFamily, Shape

if TYPE_CHECKING:
    import networkx

__all__ = ["Contiguous"]

STRETCHED = 1.25
"""An area is scattered when its targets lie farther from its centre, on average, than this many
times the usual distance of neighbours: two by two are 1.14 times away, four in a row 1.33 times."""

LISTED = 5
"""Places and targets that warnings name."""

MOST_POINTS = 10_000
"""Points beyond which nobody means a side or a kilometre: sums are to stay exact integers."""

METRES = 3
"""Decimals of kilometres that findings tell."""


class Contiguous(StageRule):
    """The targets of one source are connected through neighbours, inside one place."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard", "soft"})
    once_a_stage: ClassVar[bool] = True
    summary: ClassVar[tuple[str, str]] = (
        "同一来源的对象连成一片；列入目标时，越紧凑得分越高",
        "the targets of one source are one connected area; in the objective, the more compact the better",
    )
    example: ClassVar[str] = """\
id: connected
kind: contiguous
stage: branch_grid
sides: 2
spread: 10
"""

    kind: Literal["contiguous"] = "contiguous"
    place: str | None = Field(
        None,
        description="Column of the target, or a table above it, inside one of which an area stays; "
        "if missing, the table directly above",
    )
    sides: float = Field(2, ge=0, le=MOST_POINTS, description="Points for each pair of neighbours in an area")
    spread: float = Field(
        10,
        ge=0,
        le=MOST_POINTS,
        description="Points lost per kilometre between each target and its area's centre",
    )

    def paths(self) -> SidePaths:
        """`place` of the targets, where it is given."""
        return () if self.place is None else (("target", self.place),)

    def data_faults(self, problem: Problem, soft: bool) -> tuple[Fault, ...]:
        """Neighbours that are not known and, if distances count, coordinates that are missing."""
        try:
            neighbour_graph(problem, self.place)
            if soft and self.spread:
                distances_km(problem, self.place)
        except InputError as error:
            return error.faults
        return ()

    def warnings(self, problem: Problem) -> tuple[Note, ...]:
        """Places in pieces: no area reaches from one piece to another."""
        broken = parts_in_pieces(problem, self.place)
        where = Place(key=f"rules.{self.id}")
        notes = [
            Note(
                "rule.warning.in_pieces",
                where,
                details={
                    "place": self._place_name(problem, pieces[0][0]),
                    "table": problem.targets.table,
                    "pieces": len(pieces),
                    "smallest": _listed([str(problem.targets.ids[target]) for target in pieces[0]]),
                },
            )
            for pieces in broken[:LISTED]
        ]
        if len(broken) > LISTED:
            notes.append(Note("rule.warning.more_in_pieces", where, len(broken) - LISTED))
        return tuple(notes)

    def _place_name(self, problem: Problem, target: int) -> str:
        dataset, targets = problem.dataset, problem.targets
        above = dataset.parents.get(targets.table, ("", ""))[1]
        path = self.place or dataset.keys.get(above, "").removesuffix("_id")
        for tried in (f"{path}.name", path):
            try:
                found = values(dataset, targets.table, tried)[targets.rows[target]]
            except InputError:
                continue
            if isinstance(found, str):
                return found
        return problem.stage.id

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """A set family with a graph; if soft, its sets have a shape too."""
        shape = None
        if soft and (self.sides or self.spread):
            shape = Shape(round(self.sides * POINT), self._losses(problem))
        candidates = np.bincount(problem.pair_source, minlength=len(problem.sources))
        formulation.set_family(
            SetFamily(
                rule=self.id,
                sources=problem.pair_source,
                targets=problem.pair_target,
                part=parts_of_targets(problem, self.place)[problem.pair_target],
                minimum=problem.sources.minimum,
                maximum=np.minimum(problem.sources.maximum, candidates),
                graph=neighbour_graph(problem, self.place),
                shape=shape,
                shape_term=self.id if shape else "",
            )
        )

    def _losses(self, problem: Problem) -> sparse.csr_array:
        """Hundredths of a point lost between targets of one part, whole numbers, (targets, targets)."""
        if not self.spread:
            return sparse.csr_array((len(problem.targets),) * 2, dtype=np.int64)

        def computed() -> sparse.csr_array:
            km = distances_km(problem, self.place)
            lost = np.rint(km.data * self.spread * POINT).astype(np.int64)
            return sparse.csr_array((lost, km.indices, km.indptr), shape=km.shape)

        return problem.memo(("losses", self.place, self.spread), computed)

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """Areas of each source, and what the shapes of those areas are worth."""
        import networkx as nx  # imported late, as few commands need it

        areas = self._areas(problem, assignment)
        graph = self._network(problem)
        in_pieces = tuple(
            Finding(self.id, str(problem.sources.ids[source]), "", count, 1, "areas")
            for source, area in areas.items()
            if (count := nx.number_connected_components(graph.subgraph(area))) > 1
        )
        if not soft:
            return Check(findings=in_pieces)
        points = 0
        for area in areas.values():
            centre = self._centre(problem, area)
            losses = self._losses(problem)[[centre] * len(area), area]
            points += round(self.sides * POINT) * graph.subgraph(area).number_of_edges() - int(losses.sum())
        whole = {source: area for source, area in areas.items() if nx.is_connected(graph.subgraph(area))}
        return Check({self.id: points}, self._scattered(problem, whole), hard_findings=in_pieces)

    def _areas(self, problem: Problem, assignment: Assignment) -> dict[int, list[int]]:
        """Targets of each source that has any, as positions, both in order."""
        chosen = problem.locate(assignment)
        areas: dict[int, set[int]] = {}
        for source, target in sorted(zip(chosen.source.tolist(), chosen.target.tolist(), strict=True)):
            if source >= 0 and target >= 0:
                areas.setdefault(source, set()).add(target)
        return {source: sorted(area) for source, area in areas.items()}

    def _network(self, problem: Problem) -> networkx.Graph[int]:
        import networkx as nx

        return problem.memo(
            ("network", self.place),
            lambda: nx.from_scipy_sparse_array(neighbour_graph(problem, self.place)),
        )

    def _centre(self, problem: Problem, area: list[int]) -> int:
        """The target of an area to which the others lose least; of several the first."""
        losses = self._losses(problem)[np.repeat(area, len(area)), np.tile(area, len(area))]
        return area[int(losses.reshape(len(area), len(area)).sum(axis=0).argmin())]

    def _scattered(self, problem: Problem, areas: dict[int, list[int]]) -> tuple[Finding, ...]:
        """Connected areas whose targets lie farther from the centre than those of a compact one would."""
        if not self.spread:
            return ()
        part = parts_of_targets(problem, self.place)
        km = distances_km(problem, self.place)
        one, other = neighbour_graph(problem, self.place).nonzero()
        step = np.bincount(part[one], km[one, other], part.max(initial=0) + 1)
        count = np.bincount(part[one], minlength=len(step))
        usual = np.divide(step, count, out=np.zeros(len(step)), where=count > 0)
        findings = []
        for source, area in areas.items():
            if len(area) > 1:
                away = float(km[[self._centre(problem, area)] * len(area), area].sum()) / (len(area) - 1)
                most = STRETCHED * float(usual[part[area[0]]])
                found, required = round(away, METRES), round(most, METRES)
                if found > required:
                    entity = str(problem.sources.ids[source])
                    findings.append(Finding(self.id, entity, "", found, required, "km"))
        return tuple(findings)

    def measures(self, problem: Problem, assignment: Assignment) -> dict[str, Any]:
        """Number and size of the areas, their neighbours inside, distances from their centres."""
        import networkx as nx

        areas = self._areas(problem, assignment)
        if not areas:
            return {}
        graph = self._network(problem)
        found = {
            "areas": len(areas),
            "largest": max(len(area) for area in areas.values()),
            "in_pieces": sum(not nx.is_connected(graph.subgraph(area)) for area in areas.values()),
            "sides_mean": rounded(
                sum(graph.subgraph(area).number_of_edges() for area in areas.values()) / len(areas)
            ),
        }
        if self.spread and not self.data_faults(problem, True):
            km = distances_km(problem, self.place)
            away = np.concatenate(
                [
                    km[[centre] * (len(area) - 1), [target for target in area if target != centre]]
                    for area in areas.values()
                    if len(area) > 1
                    for centre in [self._centre(problem, area)]
                ]
                or [np.zeros(1)]
            )
            found |= {"km_mean": rounded(away.mean()), "km_largest": rounded(away.max())}
        return {"areas": found}

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        if language == "zh":
            inside = f"，且在同一处之内（按 {self.place}）" if self.place else ""
            tail = f"；片内每两个相邻对象得 {self.sides:g} 分，每个对象离片区中心每公里扣 {self.spread:g} 分"
            return f"同一来源的对象连成一片{inside}" + (tail if soft else "")
        inside = f" inside one {self.place}" if self.place else ""
        tail = (
            f"; {self.sides:g} points for each pair of neighbours in it, {self.spread:g} points lost "
            "per kilometre between each target and its centre"
        )
        return f"the targets of one source are one connected area{inside}" + (tail if soft else "")


def _listed(ids: list[str]) -> str:
    return "、".join(ids[:LISTED]) + ("…" if len(ids) > LISTED else "")
