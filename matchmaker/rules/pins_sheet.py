"""The pins sheet: rows of the ``pins`` table, which apply to every plan (`<stage>.pins`).

Every stage has this rule without being asked. Columns read: ``stage`` (empty: any stage
that has both ids), ``action``, ``source_id``, ``target_id``, ``until``.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd
from pydantic import Field

from matchmaker.facts import Fact
from matchmaker.formulation import Formulation
from matchmaker.messages import Language
from matchmaker.model import Assignment, Integers, Objects, Problem
from matchmaker.past import last_year, stage_names
from matchmaker.rules.base import Check, Hardness, StageRule
from matchmaker.rules.pairwise import forbid, forbidden, pin, unpinned
from matchmaker.rules.pin import in_force
from matchmaker.selectors import Mask

__all__ = ["PinsSheet"]


class PinsSheet(StageRule):
    """指定 pins a pair, 回避 forbids it, 保持 pins it or last year's; 建议调整 only advises."""

    hardness: ClassVar[frozenset[Hardness]] = frozenset({"hard"})
    summary: ClassVar[tuple[str, str]] = (
        "指定与回避表中的各行始终有效",
        "the rows of the pins sheet always apply",
    )
    example: ClassVar[str] = "pins.csv: stage,action,source_id,target_id,reason,until   # a sheet, not a rule"

    id: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*\.pins$")

    def formulate(self, problem: Problem, formulation: Formulation, soft: bool) -> None:
        """Fix pinned pairs to 1 and forbidden ones to 0; an impossible pin is a contradiction."""
        del soft
        pin(self.id, problem, formulation, *self.demanded(problem))
        forbid(self.id, formulation, self._forbidden(problem))

    def check(self, problem: Problem, assignment: Assignment, soft: bool) -> Check:
        """See whether every pinned pair is chosen and no forbidden one is."""
        del soft
        missing = unpinned(self.id, problem, assignment, *self.demanded(problem))
        return Check(findings=missing + forbidden(self.id, problem, assignment, self._forbidden(problem)))

    def pair_facts(
        self, problem: Problem, assignment: Assignment, pairs: Integers
    ) -> tuple[tuple[Fact, ...], ...]:
        """The rows of the sheet that are about each pair, with their reasons."""
        del assignment
        pins = problem.dataset.frame("pins")
        told: list[list[Fact]] = [[] for _ in pairs]
        for action in ("pin", "keep", "forbid", "adjust"):
            rows = self.rows(problem, action)
            for at, pair in zip(rows.index, self._pairs_of(problem, rows), strict=True):
                texts = {
                    name: _text(pins[name][at]) if name in pins else None for name in ("reason", "until")
                }
                fact = Fact(f"pins.{action}", {name: text or "" for name, text in texts.items()})
                for position in np.flatnonzero(np.isin(pairs, pair)).tolist():
                    told[position].append(fact)
        return tuple(map(tuple, told))

    def _pairs_of(self, problem: Problem, rows: pd.DataFrame) -> list[Integers]:
        """Candidate pairs that each row is about: of one without a target all of its source."""
        located = problem.located(rows["source_id"], rows["target_id"])
        past = last_year(problem).possible
        found = []
        for source, pair, open_ended in zip(
            located.source.tolist(), located.pair.tolist(), rows["target_id"].isna(), strict=True
        ):
            own = past[problem.pair_source[past] == source] if open_ended else np.array([pair])
            found.append(own[own >= 0])
        return found

    def rows(self, problem: Problem, *actions: str) -> pd.DataFrame:
        """Source and target ids of the rows with some actions that bind the stage, by row of the sheet."""
        pins = problem.dataset.frame("pins")
        if not len(pins):
            return pd.DataFrame({"source_id": [], "target_id": []}, dtype=object)
        asked = pins["action"].isin(actions).to_numpy(bool, copy=True)
        if "until" in pins:
            asked &= np.array([in_force(_text(until), problem.year) for until in pins["until"]], bool)
        if "stage" in pins:
            unnamed = pins["stage"].isna().to_numpy(bool)
            named = pins["stage"].isin(stage_names(self.stage)).to_numpy(bool)
            asked &= named | (unnamed & self._has_both(problem, pins))
        else:
            asked &= self._has_both(problem, pins)
        return pins.loc[asked, ["source_id", "target_id"]]

    def _has_both(self, problem: Problem, pins: pd.DataFrame) -> Mask:
        """Rows whose ids both stand in the stage's tables (an empty target is no obstacle)."""
        stage, dataset = problem.stage, problem.dataset
        source = dataset.positions(stage.source_table, pins["source_id"]) >= 0
        target = dataset.positions(stage.target_table, pins["target_id"]) >= 0
        result: Mask = source & (target | pins["target_id"].isna().to_numpy(bool))
        return result

    def demanded(self, problem: Problem) -> tuple[Objects, Objects]:
        """Pairs that are pinned or kept."""
        pinned, kept = self.rows(problem, "pin"), self.rows(problem, "keep")
        past = last_year(problem)
        before = pd.DataFrame({"source_id": past.source_ids, "target_id": past.target_ids}, dtype=object)
        open_ended = kept[kept["target_id"].isna()]
        # a left join: who had no target last year cannot keep one, and says so as a contradiction
        filled = open_ended[["source_id"]].merge(before, on="source_id", how="left")
        rows = pd.concat([pinned, kept[kept["target_id"].notna()], filled]).drop_duplicates()
        target = np.array(rows["target_id"], object)
        target[pd.isna(target)] = None
        return np.asarray(rows["source_id"], object), target

    def _forbidden(self, problem: Problem) -> Mask:
        rows = self.rows(problem, "forbid")
        pairs = problem.located(rows["source_id"], rows["target_id"]).pair
        result = np.zeros(problem.pair_count, bool)
        result[pairs[pairs >= 0]] = True
        return result

    def describe(self, language: Language, soft: bool) -> str:
        """The rule in one sentence."""
        del soft
        if language == "zh":
            return "指定与回避表：指定、保持的必须安排，回避的不得安排，建议调整的仅供参考"
        return "the pins sheet: pinned and kept pairs are chosen, forbidden ones are not, advice is advice"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
