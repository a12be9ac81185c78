"""A plan's files read as plain rows, and the numbers of an explanation counted again from them.

Nothing of the package is used: what stands here is what a clerk with a spreadsheet would do.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

Row = dict[str, str]


class PlanSheets:
    """The CSV files of a plan's folder."""

    def __init__(self, folder: Path) -> None:
        self.inputs = {path.stem: rows_of(path) for path in (folder / "inputs").glob("*.csv")}
        self.assignments = {path.stem: rows_of(path) for path in (folder / "assignments").glob("*.csv")}

    def row(self, table: str, key: str, one: str) -> Row:
        return next(row for row in self.inputs[table] if row[key] == one)

    def communities_of(self, sub_district: str) -> set[str]:
        rows = self.inputs["communities"]
        return {row["community_id"] for row in rows if row["sub_district_id"] == sub_district}

    def places_in(self, sub_district: str) -> set[str]:
        """The sub-district, its communities, their grids, buildings, households: all ids."""
        found = {sub_district, *self.communities_of(sub_district)}
        for table, key, above in (
            ("grids", "grid_id", "community_id"),
            ("buildings", "building_id", "grid_id"),
            ("units", "unit_id", "building_id"),
        ):
            rows = self.inputs.get(table, [])
            found |= {row[key] for row in rows if row.get(above) in found}
        return found

    def needs(
        self, sub_district: str, closed: tuple[str, ...], weakness: float
    ) -> dict[str, dict[str, float]]:
        """By category of a sub-district: urgency points, number of items, number of weaknesses."""
        inside = self.places_in(sub_district)
        found: dict[str, dict[str, float]] = defaultdict(lambda: {"need": 0.0, "item": 0, "weaknesses": 0})
        for row in self.inputs["needs"]:
            if row["place_id"] in inside and row.get("status", "") not in closed:
                of = found[row["category"]]
                of["need"] += float(row["urgency"] or 3) * float(row.get("weight") or 1)
                of["item"] += 1
        for table, key in (("sub_districts", "sub_district_id"), ("communities", "community_id"),
                           ("grids", "grid_id"), ("buildings", "building_id")):  # fmt: skip
            for row in self.inputs[table]:
                if row[key] in inside:
                    for code in filter(None, row.get("weaknesses", "").split("、")):
                        found[code]["need"] += weakness
                        found[code]["weaknesses"] += 1
        return dict(found)

    def supply(self, agency: str, year: int) -> dict[str, dict[str, float]]:
        """By category of an agency: amount, and how many records of each kind."""
        own = self.row("agencies", "agency_id", agency)
        branches = {row["branch_id"] for row in self.inputs["branches"] if row["agency_id"] == agency}
        members = {row["member_id"] for row in self.inputs["members"] if row["branch_id"] in branches}
        best: Counter[str] = Counter()
        added: Counter[str] = Counter()
        kinds: dict[str, Counter[str]] = defaultdict(Counter)
        for column, value, into in (
            ("function_codes", 1.0, best),
            ("skills", 1.0, best),
            ("strengths", 0.5, added),
        ):
            for code in set(filter(None, own.get(column, "").split("、"))):
                into[code] = max(into[code], value) if into is best else into[code] + value  # type: ignore[assignment]
                kinds[code][column] += 1
        for table in ("resources", "services"):
            for row in self.inputs.get(table, []):
                value = 0.0
                if row.get("agency_id") == agency:
                    value = 0.5
                elif row.get("branch_id") in branches or row.get("member_id") in members:
                    value = 0.25
                if value:
                    added[row["category"]] += value  # type: ignore[assignment]
                    kinds[row["category"]][table] += 1
        factor = self.factor(agency, year)
        return {
            code: {"amount": (best[code] + added[code]) * factor, "factor": factor, **counts}
            for code, counts in kinds.items()
        }

    def factor(self, agency: str, year: int) -> float:
        """1 for ratings of 80 on average, up to 0.2 more or less."""
        scores = [
            float(row["score"])
            for row in self.inputs.get("evaluations", [])
            if row["ratee_id"] == agency and row["score"] and int(float(row["year"])) < year
            and row["rater_kind"].endswith("_agency")
        ]  # fmt: skip
        if not scores:
            return 1.0
        return 1 + 0.2 * max(-1.0, min(1.0, (sum(scores) / len(scores) - 80) / 20))

    def years(self, stage_names: tuple[str, ...], source: str, target: str, year: int) -> int:
        """For how many years on end up to last year a pair has lasted."""
        stated = {
            int(float(row["year"])): row.get("years", "")
            for row in self.inputs.get("history", [])
            if row["relation"] in stage_names and row["source_id"] == source and row["target_id"] == target
        }
        run, at = 0, year - 1
        while at in stated:
            if stated[at]:
                return run + int(float(stated[at]))
            run, at = run + 1, at - 1
        return run


def rows_of(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts_of(pair: Any, rule: str) -> list[dict[str, Any]]:
    """Facts that a pair's explanation, as data, has of a rule."""
    for one in (*pair["points"], *pair["hard"]):
        if one["rule"] == rule:
            return list(one["facts"])
    return []
