"""A small district with one conflict planted in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from matchmaker.model import Dataset
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.scenario import Limits, Scenario
from matchmaker.tables import dataset_of

YEAR = 2027
FIRST, SECOND = "agency_sub_district", "branch_grid"

Row = dict[str, Any]


def tables() -> dict[str, list[Row]]:
    """Six agencies, two sub-districts; a branch an agency and three grids a sub-district."""
    return {
        "agencies": [
            {
                "agency_id": f"A{i}",
                "name": f"示例单位{i}",
                "agency_type": "justice" if i == 0 else "government",
                "member_count": 10.0,
                "line": "one" if i < 2 else f"line{i}",
            }
            for i in range(6)
        ],
        "sub_districts": [
            {
                "sub_district_id": f"S{i}",
                "name": f"示例街道{i}",
                "least": 2.0,
                "most": 4.0,
                "room": 60.0,
                "needed": 20.0,
                "weight": 1.0,
            }
            for i in range(2)
        ],
        "communities": [
            {"community_id": f"C{i}", "name": f"示例社区{i}", "sub_district_id": f"S{i}"} for i in range(2)
        ],
        "branches": [
            {"branch_id": f"B{i}", "name": f"示例支部{i}", "agency_id": f"A{i}", "grid_capacity": 1.0}
            for i in range(6)
        ],
        "grids": [
            {"grid_id": f"G{i}", "name": f"示例网格{i}", "community_id": f"C{i % 2}"} for i in range(6)
        ],
    }


@dataclass(frozen=True)
class Planted:
    """A scenario whose conflict is known.

    Parameters
    ----------
    rules, pins, history
        As a scheme and the sheets have them.
    first, second
        What differs from the usual stages; no second stage where None.
    edit
        Cells that differ: (table, id) → columns.
    """

    rules: Sequence[Row] = ()
    pins: Sequence[Row] = ()
    history: Sequence[Row] = ()
    first: Mapping[str, Any] = field(default_factory=dict)
    second: Mapping[str, Any] | None = None
    edit: Mapping[tuple[str, str], Row] = field(default_factory=dict)

    @property
    def dataset(self) -> Dataset:
        rows = tables()
        for (table, one), cells in self.edit.items():
            key = next(iter(rows[table][0]))
            for row in rows[table]:
                if row[key] == one:
                    row.update(cells)
        if self.pins:
            rows["pins"] = [{"reason": "工作需要", **row} for row in self.pins]
        if self.history:
            rows["history"] = list(self.history)
        return dataset_of({name: pd.DataFrame(each) for name, each in rows.items()})

    @property
    def scheme(self) -> Scheme:
        stages: list[Row] = [
            {
                "id": FIRST,
                "name": "单位联街道",
                "from": "agencies",
                "to": "sub_districts",
                "each_source": 1,
                "each_target": {"min": "least", "max": "most"},
                **self.first,
            }
        ]
        if self.second is not None:
            stages.append(
                {
                    "id": SECOND,
                    "name": "支部联网格",
                    "from": "branches",
                    "to": "grids",
                    "within": FIRST,
                    "each_source": {"max": "grid_capacity"},
                    "each_target": {"min": 1, "max": 1},
                    **self.second,
                }
            )
        rules = [{"stage": FIRST, **rule} for rule in self.rules]
        return Scheme.model_validate({"name": "三定三联", "stages": stages, "rules": rules, "objective": []})

    def scenario(self) -> Scenario:
        """The scenario; its dataset is handed over beside it."""
        limits = Limits(gap=0, seconds=None, workers=1)
        return Scenario(name="试", scheme=self.scheme, data=Path("data"), year=YEAR, limits=limits)


def pin(source: str, target: str, action: str = "pin", stage: str = FIRST) -> Row:
    return {"stage": stage, "action": action, "source_id": source, "target_id": target}


def ids(prefix: str, *numbers: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{number}" for number in numbers)


def of_sources(rule: str, *names: str, bound: str = "") -> set[tuple[str, str, str]]:
    """(rule and bound, sources, targets) of instances about one source each."""
    return {(f"{rule} {bound}".strip(), one, "") for one in names}


def of_targets(rule: str, *names: str, bound: str = "") -> set[tuple[str, str, str]]:
    return {(f"{rule} {bound}".strip(), "", one) for one in names}


CAPACITY = {"id": "room", "kind": "capacity", "load": "member_count", "capacity": "room"}
ROTATE = {"id": "rotate", "kind": "tenure", "max_years": 1}
MIX = {"id": "mix", "kind": "coverage", "mix": {"column": "agency_type", "each": {"justice": {"min": 1}}}}
QUOTA = {"id": "quota", "kind": "quota", "side": "target", "column": "agency_type",
         "of": {"justice": {"min": 1}}}  # fmt: skip
FLOOR = {"id": "force", "kind": "floor", "load": "member_count", "min": "needed"}
TOGETHER = {"id": "line", "kind": "together", "by": "line", "place": "sub_district_id"}
BALANCE = {"id": "share", "kind": "balance", "load": "member_count", "share": "weight", "tolerance": 0.01}
ONLY_B0 = {"id": "only", "kind": "forbid", "stage": SECOND,
           "where": {"source": {"branch_id": {"ne": "B0"}}, "target": {"grid_id": "G0"}}}  # fmt: skip

SOURCES, TARGETS, PINS = f"{FIRST}.sources", f"{FIRST}.targets", f"{FIRST}.pins"
TWO_JUSTICE = {("agencies", "A1"): {"agency_type": "justice"}}

CASES: dict[str, tuple[Planted, list[set[tuple[str, str, str]]]]] = {
    "too_little_capacity": (
        Planted(
            [CAPACITY],
            edit={("sub_districts", "S0"): {"room": 20.0}, ("sub_districts", "S1"): {"room": 30.0}},
        ),
        [of_targets("room", "S0", "S1") | of_sources(SOURCES, *ids("A", *range(6)), bound="min")],
    ),
    "too_few_sources_for_minima": (
        # one of the six may go twice, and it is still not enough: five are needed for the contradiction
        Planted(edit={("sub_districts", f"S{i}"): {"least": 4.0} for i in range(2)}),
        [
            of_targets(TARGETS, "S0", "S1", bound="min")
            | of_sources(SOURCES, *ids("A", *range(1, 6)), bound="max")
        ],
    ),
    "contradictory_pins": (
        Planted(pins=[pin("A0", "S0"), pin("A0", "S1")]),
        [{(PINS, "A0", "S0"), (PINS, "A0", "S1")} | of_sources(SOURCES, "A0", bound="max")],
    ),
    "a_pin_against_a_recusal": (
        Planted(pins=[pin("A0", "S0"), pin("A0", "S0", "forbid")]),
        [{(PINS, "A0", "S0"), (f"{PINS} not", "A0", "S0")}],
    ),
    "tenure_leaving_nobody": (
        Planted(
            [ROTATE],
            history=[
                {"year": 2026, "relation": FIRST, "source_id": "A0", "target_id": one} for one in ("S0", "S1")
            ],
        ),
        [of_sources("rotate", "A0") | of_sources(SOURCES, "A0", bound="min")],
    ),
    "an_impossible_mix": (
        Planted([MIX], pins=[pin("A0", "S0"), pin("A1", "S0")], edit=TWO_JUSTICE),
        [
            {(PINS, "A0", "S0"), (PINS, "A1", "S0")}
            | of_targets("mix", "S1")
            | of_sources(SOURCES, "A0", "A1", bound="max")
        ],
    ),
    "unreachable_grids": (
        Planted(
            first={"where": {"target": {"sub_district_id": {"ne": "S1"}}}, "each_target": {"min": "least"}},
            second={},
        ),
        [of_targets(f"{SECOND}.targets", one, bound="min") for one in ("G1", "G3", "G5")],
    ),
    "a_band_that_no_split_meets": (
        Planted([BALANCE], edit={("agencies", "A0"): {"member_count": 15.0}}),
        [of_targets("share", "S0"), of_targets("share", "S1")],
    ),
    "a_quota_beyond_the_candidates": (
        Planted([QUOTA], pins=[pin("A0", "S1", "forbid"), pin("A1", "S1", "forbid")], edit=TWO_JUSTICE),
        [{(f"{PINS} not", "A0", "S1"), (f"{PINS} not", "A1", "S1")} | of_targets("quota", "S1")],
    ),
    "a_floor_out_of_reach": (
        Planted([FLOOR], edit={("sub_districts", "S0"): {"needed": 50.0}}),
        [of_targets("force", "S0") | of_targets(TARGETS, "S0", bound="max")],
    ),
    "together_against_capacity": (
        Planted(
            [CAPACITY, TOGETHER],
            edit={
                ("agencies", "A2"): {"line": "one"},
                **{("agencies", f"A{i}"): {"member_count": 1.0} for i in (3, 4, 5)},
                **{("sub_districts", f"S{i}"): {"room": 25.0} for i in (0, 1)},
            },
        ),
        [
            of_targets("room", "S0", "S1")
            | of_sources(SOURCES, "A0", "A1", "A2", bound="min")
            | {("line", "A0 A1 A2", "")}
        ],
    ),
}
"""Each planted conflict, and the rule instances that make it up, conflict by conflict."""
