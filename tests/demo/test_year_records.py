"""Made-up records of a year: the same for the same seed, marked, and of nobody with a real name."""

from __future__ import annotations

import pandas as pd
import pytest

from matchmaker.demo.frames import NOTICE
from matchmaker.demo.year_records import year_records
from matchmaker.evaluation import evaluate
from matchmaker.model import Dataset
from matchmaker.plans import Plan
from matchmaker.tables import dataset_of
from tests.small_plans import YEAR, demo_plan

VISITED = ("member_building",)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return demo_plan()


@pytest.fixture(scope="module")
def records(plan: Plan) -> dict[str, pd.DataFrame]:
    return year_records(plan.known, YEAR, VISITED, 1)


def test_the_same_seed_the_same_records(plan: Plan, records: dict[str, pd.DataFrame]) -> None:
    again = year_records(plan.known, YEAR, VISITED, 1)
    assert all(again[name].equals(frame) for name, frame in records.items())
    assert not year_records(plan.known, YEAR, VISITED, 2)["points"].equals(records["points"])


def test_every_row_is_of_the_year_and_marked(records: dict[str, pd.DataFrame]) -> None:
    assert set(records) == {"evaluations", "points", "visits", "orders", "assessments"}
    for frame in records.values():
        assert set(frame["note"]) == {NOTICE}
        when = next(frame[column] for column in ("year", "date", "raised_on") if column in frame)
        assert set(when.astype(str).str[:4]) == {str(YEAR)}


def test_members_are_rated_by_whom_they_belong_to_and_serve(
    plan: Plan, records: dict[str, pd.DataFrame]
) -> None:
    ratings = records["evaluations"]
    own = ratings[ratings["rater_kind"] == "branch_member"]
    branch = plan.dataset.frame("members").set_index("member_id")["branch_id"]
    assert own["rater_id"].tolist() == branch.loc[own["ratee_id"]].tolist()
    assert set(own["ratee_id"]) >= set(plan.assignment("member_building").source_ids)
    assert ratings["score"].between(0, 100).all()


def test_real_places_are_not_judged(plan: Plan) -> None:
    communities = plan.dataset.frame("communities")
    renamed = plan.known.with_table("communities", communities.assign(name="良安田社区"))
    records = year_records(renamed, YEAR, VISITED, 1)
    assert "agency_community" not in set(records["evaluations"]["rater_kind"])
    assert "orders" not in records


def test_whoever_serves_has_a_score(plan: Plan, records: dict[str, pd.DataFrame]) -> None:
    dataset: Dataset = plan.known
    for name, frame in dataset_of(records).tables.items():
        dataset = dataset.with_table(name, frame)
    found = evaluate(plan.scenario.scheme.evaluations, dataset, YEAR)
    assert all(entry.scored for entry in found.entries)
    served = dataset.positions("members", plan.assignment("member_building").source_ids)
    members = found.entries[0]
    assert members.rank[members.rows.searchsorted(served)].min() >= 1
