"""Metrics: every figure of a small plan worked out by hand, and recomputable from a stored plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from matchmaker.judgement import judge
from matchmaker.messages import LANGUAGES
from matchmaker.metrics import figures, measure
from matchmaker.plan_folder import read_plan, write_plan
from matchmaker.plans import Plan
from matchmaker.rebuild import problems_of
from matchmaker.reports.words import figure_label, figure_value
from tests.small_plans import FIRST, SECOND, demo_plan, small_plan

STAGE = "agency_sub_district"


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    plan = small_plan(FIRST)  # A1 → S1 (kept), A2 → S2 (moved), A3 → S1 (new, refused by A3)
    return dict(plan.metrics["stages"][STAGE])


def recomputed(plan: Plan) -> dict[str, Any]:
    problems = problems_of(plan)
    decided = {stage: plan.assignment(stage) for stage in problems}
    scheme = plan.scenario.scheme
    judgements = {stage: judge(scheme, problems[stage], decided[stage]) for stage in problems}
    return measure(plan.scenario, problems, decided, judgements)


def test_counts_of_both_sides(measured: dict[str, Any]) -> None:
    sources, targets = measured["sources"], measured["targets"]
    assert (sources["total"], sources["with_partner"], sources["not_taking_part"]) == (3, 3, 1)
    assert (targets["total"], targets["with_partner"], targets["below_minimum"]) == (2, 2, 0)
    assert targets["partners"] == {"min": 1, "mean": 1.5, "max": 2}


def test_changes_against_last_year(measured: dict[str, Any]) -> None:
    changes = measured["changes"]
    assert (changes["kept"], changes["moved"], changes["new"], changes["ended"]) == (1, 1, 1, 1)
    assert changes["kept_share"] == 0.5


def test_fit_and_mismatches(measured: dict[str, Any]) -> None:
    fit = measured["rules"]["fit"]["fit"]
    assert (fit["mean"], fit["median"], fit["min"], fit["max"]) == (50, 50, 0, 100)
    assert (fit["zero"], fit["mismatched"]) == (1, 1)
    assert fit["worst"][0] == ["A3", "S1", 0]
    assert fit["places"] == {"S1": 25, "S2": 100}


def test_coverage_by_category_and_place(measured: dict[str, Any]) -> None:
    coverage = measured["rules"]["needs"]["coverage"]
    assert (coverage["needs"], coverage["half"], coverage["full"], coverage["nobody"]) == (3, 2, 1, 1)
    assert coverage["uncovered"] == [["S1", "env"]]
    assert coverage["places"]["S1"] == {"": 0.5, "env": 0, "law": 1}
    assert coverage["categories"]["health"]["share"] == 0.5


def test_wishes_by_party_rank_and_strength(measured: dict[str, Any]) -> None:
    parties = measured["rules"]["wishes"]["wishes"]["parties"]
    agencies, streets, communities = parties["source"], parties["target"], parties["community"]
    # A4 takes no part, so its wish is not counted
    assert (agencies["stated"], agencies["met"]) == ([2, 1], [1, 0])
    assert (agencies["refused"], agencies["refusals_ignored"]) == (1, 1)
    assert (streets["stated"], streets["met"]) == ([2, 0], [1, 0])
    assert communities["wishers_met"] == 2
    assert communities["by_strength"] == {"strong": {"stated": 1, "met": 1}, "weak": {"stated": 2, "met": 1}}


def test_a_refusal_that_is_heeded_is_not_ignored() -> None:
    parties = small_plan(SECOND).metrics["stages"][STAGE]["rules"]["wishes"]["wishes"]["parties"]
    assert parties["source"]["refusals_ignored"] == 0
    assert parties["source"]["met"] == [2, 0]


def test_balance_and_preference(measured: dict[str, Any]) -> None:
    balance = measured["rules"]["share"]["balance"]
    assert balance["places"]["S1"] == {"load": 40, "share": 20, "deviation": 1}
    assert balance["places"]["S2"] == {"load": 20, "share": 40, "deviation": -0.5}
    assert (balance["largest_deviation"], balance["deviation_range"], balance["load_std"]) == (1, 1.5, 10)
    assert measured["rules"]["near"]["preferred"] == {"pairs": 3, "met": 1}


def test_points_are_those_of_the_judgement(measured: dict[str, Any]) -> None:
    assert measured["points"]["fit"] == 150
    assert measured["points"]["near"] == 20


def test_a_plan_without_pairs_has_metrics() -> None:
    measured = small_plan({STAGE: []}).metrics["stages"][STAGE]
    assert measured["sources"]["without_partner"] == 3
    assert measured["targets"]["below_minimum"] == 2
    assert measured["changes"]["ended"] == 2
    assert "fit" not in measured["rules"]


def test_metrics_are_recomputable_from_the_stored_plan(tmp_path: Path) -> None:
    for number, plan in enumerate((small_plan(FIRST), demo_plan())):
        stored = read_plan(write_plan(plan, tmp_path / str(number)) and tmp_path / str(number))
        assert stored.metrics == json.loads(json.dumps(plan.metrics))
        assert recomputed(stored) == stored.metrics


def test_long_lists_are_by_the_places_above() -> None:
    plan = demo_plan(scale=0.05)
    grids = plan.metrics["stages"]["branch_grid"]["rules"]["branch_fit"]["fit"]
    assert plan.metrics["stages"]["branch_grid"]["targets"]["total"] > 150
    assert grids["place_table"] == "communities"
    assert set(grids["places"]) == set(plan.dataset.ids("communities"))


def test_headline_figures_have_labels_in_both_languages() -> None:
    for plan in (small_plan(FIRST), demo_plan()):
        told = figures(plan.metrics)
        assert len({(one.stage, one.rule, one.key, one.detail) for one in told}) == len(told)
        for figure in told:
            assert figure_value(figure)
            for language in LANGUAGES:
                assert "{" not in figure_label(figure, language)


def test_figures_of_the_small_plan() -> None:
    told = {(one.key, one.detail): one.value for one in figures(small_plan(FIRST).metrics)}
    assert told["sources.share", "agencies"] == 1
    assert told["coverage.full", ""] == 0.3333
    assert told["wishes.wishers_first", "agencies"] == 0.5
    assert told["wishes.wishers_met", "communities"] == 1
    assert (told["wishes.met_strong", "communities"], told["wishes.met_weak", "communities"]) == (1, 0.5)
    assert ("wishes.met_medium", "communities") not in told
    assert told["preferred.share", ""] == 0.3333
    assert figures({}) == ()
