"""Last year's scores as columns: where they stand, where one's own do, and what was merged."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from matchmaker.columns import numbers, values
from matchmaker.errors import InputError
from matchmaker.last_scores import with_last_scores
from matchmaker.model import Dataset
from matchmaker.scheme.definitions import Scheme
from matchmaker.succession import with_succession
from tests.rules.instances import dataset_from

STAGE = {"id": "s", "from": "agencies", "to": "sub_districts", "each_source": 1}


def scheme(**where: Any) -> Scheme:
    return Scheme.model_validate({"name": "示例", "stages": [{**STAGE, **where}]})


def score(
    one: str, points: float, grade: str | None = "良好", year: int = 2026, kind: str = "agency"
) -> dict[str, Any]:
    return {"year": year, "kind": kind, "id": one, "score": points, "grade": grade}


def data(*scores: dict[str, Any], own: dict[str, Any] | None = None, **tables: Any) -> Dataset:
    agencies = [{"agency_id": one, "name": one, **(own or {})} for one in ("A1", "A2")]
    branches = [{"branch_id": "B1", "name": "B1", "agency_id": "A1"}]
    further = {"scores": list(scores), **tables} if scores else tables
    return dataset_from({"agencies": agencies, "branches": branches, **further})


def test_scores_of_the_year_before() -> None:
    found = with_last_scores(
        scheme(), data(score("A1", 88.5), score("A2", 50, year=2025), score("A9", 1)), 2027
    )
    assert found.frame("agencies")["last_score"].tolist() == pytest.approx([88.5, np.nan], nan_ok=True)
    assert found.frame("agencies")["last_grade"].tolist() == ["良好", None]
    assert numbers(found, "branches", "agency.last_score").tolist() == [88.5]  # by paths too
    assert "last_score" not in found.frame("branches")


def test_they_are_there_when_the_scheme_names_them() -> None:
    where = {"where": {"source": {"last_score": {"lt": 60}}}}
    assert "last_score" not in with_last_scores(scheme(), data(), 2027).frame("agencies")
    found = with_last_scores(scheme(**where), data(), 2027)
    assert values(found, "branches", "last_grade").tolist() == [None]


def test_once_more_changes_nothing_and_columns_of_ones_own_stand() -> None:
    once = with_last_scores(scheme(), data(score("A1", 88.5)), 2027)
    assert with_last_scores(scheme(), once, 2027).frame("agencies").equals(once.frame("agencies"))
    alone = with_last_scores(scheme(), data(score("B1", 70, kind="branch"), own={"last_score": 3.0}), 2027)
    assert alone.frame("agencies")["last_score"].tolist() == [3, 3]
    with pytest.raises(InputError, match=r"scores\.own_column"):
        with_last_scores(scheme(), data(score("A1", 70), own={"last_score": 3.0}), 2027)


def test_what_was_merged_has_the_mean_by_share() -> None:
    became = [
        {"year": 2027, "kind": "agency", "old_id": "X", "new_id": "A1", "share": 1.0},
        {"year": 2027, "kind": "agency", "old_id": "Y", "new_id": "A1", "share": 0.5},
        {"year": 2027, "kind": "agency", "old_id": "Y", "new_id": "A2", "share": 0.5},
    ]
    scores = (score("X", 90, "优秀"), score("Y", 60, "合格"), score("A2", 80), score("Y", 10, year=2025))
    told = with_succession(data(*scores, succession=became), {}, 2027)
    found = with_last_scores(scheme(), told, 2027).frame("agencies")
    assert found["last_score"].tolist() == [80, 73.33]  # (90 + 60/2) / 1.5, (80 + 60/2) / 1.5
    assert found["last_grade"].tolist() == ["优秀", "良好"]
    later = with_last_scores(scheme(), with_succession(data(*scores, succession=became), {}, 2026), 2026)
    assert later.frame("agencies")["last_score"].isna().all()  # nothing has been merged yet
