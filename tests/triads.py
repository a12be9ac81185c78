"""A small cascade for tests: branches to villages, partners to the pairs, second partners to villages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from matchmaker.decided import with_stages
from matchmaker.model import Assignment, Dataset, Stage
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.scenario import Limits, Scenario
from matchmaker.tables import dataset_of, write_dataset
from tests.rules.instances import dataset_from

PAIRING = Stage("branch_village", "branches", "communities")

TABLES: dict[str, list[dict[str, Any]]] = {
    "agencies": [
        {"agency_id": f"A{i}", "name": f"示例单位{i}", "agency_type": "government",
         "function_codes": ("law",) if i else ("health",), "active": True}
        for i in range(3)
    ],
    "branches": [
        {"branch_id": f"B{i}", "name": f"示例支部{i}", "agency_id": f"A{i}", "member_count": 9.0}
        for i in range(3)
    ],
    "sub_districts": [{"sub_district_id": "S0", "name": "示例街道0"}],
    "communities": [
        {"community_id": f"C{i}", "name": f"示例社区{i}", "sub_district_id": "S0", "households": 900.0,
         "weak": i == 1, "lng": 114.0 + i, "lat": 22.0}
        for i in range(3)
    ],
    "partners": [
        {"partner_id": f"P{i}", "name": f"示例企业{i}", "kind": "enterprise", "community_id": f"C{i % 3}"}
        for i in range(4)
    ],
}  # fmt: skip


def decided() -> Dataset:
    pairs = Assignment.of(
        PAIRING.id, np.array(["B1", "B0", "B2"], object), np.array(["C0", "C1", "C2"], object)
    )
    return with_stages(dataset_from(TABLES), [PAIRING], {PAIRING.id: pairs})


STAGES: list[dict[str, Any]] = [
    {"id": "branch_village", "from": "branches", "to": "communities", "each_source": 1, "each_target": 1},
    {"id": "partner_pair", "from": "partners", "to": "branch_village", "each_source": 1,
     "each_target": {"min": 1, "max": 2}},
    {"id": "second_partner", "from": "partners", "to": "communities", "each_source": {"max": 1},
     "where": {"target": {"partner_pair.count": {"gte": 1}}}},
]  # fmt: skip
RULES: list[dict[str, Any]] = [
    {"id": "near", "kind": "prefer", "stage": "partner_pair", "pair": {"same": ["community", "community"]},
     "points": 10},
]  # fmt: skip


def scenario(folder: Path, **changes: Any) -> Scenario:
    scheme = Scheme.model_validate(
        {"name": "triads", "stages": STAGES, "rules": RULES, "objective": [{"near": 1}], **changes}
    )
    tables = {name: pd.DataFrame(rows) for name, rows in TABLES.items()}
    write_dataset(dataset_of(tables).tables, folder / "data")
    return Scenario(
        name="triads",
        scheme=scheme,
        data=folder / "data",
        year=2027,
        limits=Limits(gap=0, seconds=None, workers=1),
    )
