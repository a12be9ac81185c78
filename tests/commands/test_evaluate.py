"""evaluate: a plan's year, from its records to next year's rules."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from matchmaker.movements import movements
from matchmaker.pipeline import prepare
from matchmaker.plan_folder import read_plan
from matchmaker.scheme.scenario import load_scenario
from matchmaker.tables import read_dataset
from tests.commands.conftest import Cli

Evaluated = tuple[Path, Path]


@pytest.fixture(scope="session")
def records_once(cli: Cli, plan_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("records") / "records"
    answer = cli("demo", "records", folder, "--plan", plan_once, "--quiet")
    assert (answer.code, answer.err) == (0, "")
    return folder


@pytest.fixture
def records(records_once: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "records"
    shutil.copytree(records_once, folder)
    return folder


@pytest.fixture(scope="session")
def evaluated(
    cli: Cli, plan_once: Path, records_once: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("evaluated") / "evaluated"
    answer = cli("evaluate", plan_once, "--records", records_once, "-o", folder, "--lang", "zh")
    assert (answer.code, answer.err) == (0, "")
    assert "党员考核：" in answer.out
    return folder


def changed(path: Path, column: str, row: int, value: object) -> None:
    frame = pd.read_csv(path, dtype=object)
    frame.loc[row, column] = value
    frame.to_csv(path, index=False)


def test_what_is_written(evaluated: Path, plan_once: Path) -> None:
    names = {path.relative_to(evaluated).as_posix() for path in evaluated.rglob("*") if path.is_file()}
    assert names == {"evaluation.xlsx", "evaluation.json", "data/scores.csv", "data/evaluations.csv"}
    assert {stat.S_IMODE((evaluated / name).stat().st_mode) for name in names} == {0o600}
    written = json.loads((evaluated / "evaluation.json").read_text("utf-8"))
    plan = read_plan(plan_once)
    assert (written["year"], written["format"]) == (plan.scenario.year, 1)
    assert [entry["id"] for entry in written["entries"]] == [
        one.id for one in plan.scenario.scheme.evaluations
    ]
    scores = read_dataset(evaluated / "data").dataset.frame("scores")
    assert len(scores) == sum(entry["scored"] for entry in written["entries"])
    assert {len(one) for one in written["inputs"].values()} == {64}


def test_the_workbook_shows_what_each_score_rests_on(evaluated: Path) -> None:
    book = load_workbook(evaluated / "evaluation.xlsx")
    assert {
        "党员考核",
        "单位考核",
        "党员双向评价表",
        "单位社区互评表",
        "积分达标表",
        "群众评单表",
        "考核办法说明表",
    } <= set(book.sheetnames)
    rows = list(book["党员考核"].iter_rows(values_only=True))
    head = next(row for row in rows if row[0] == "序号")
    assert {
        "社区",
        "党员",
        "支部评价",
        "社区评价",
        "群众评价",
        "总分",
        "等次",
        "名次",
        "累计积分",
        "是否达标（≥24）",
    } <= set(head)
    lines = [dict(zip(head, row, strict=True)) for row in rows if isinstance(row[0], int)]
    places = [line["社区"] for line in lines]
    assert len(set(places)) == sum(
        a != b for a, b in zip(places, [None, *places], strict=False)
    )  # each in one piece
    line = lines[0]
    parts = [
        (line["支部评价"], 35),
        (line["社区评价"], 35),
        (line["群众评价"], 20),
        (line["累计积分"] and min(1, line["累计积分"] / 24) * 100, 10),
    ]
    known = [(value, weight) for value, weight in parts if value is not None]
    expected = sum(value * weight for value, weight in known) / sum(weight for _, weight in known)
    assert line["总分"] == pytest.approx(expected, abs=0.02)


def test_data_and_the_other_language(cli: Cli, plan_once: Path, records: Path, tmp_path: Path) -> None:
    data = cli("evaluate", plan_once, "--records", records, "-o", tmp_path / "e", "--json").data
    assert [entry["id"] for entry in data["entries"]][:2] == ["member_score", "branch_score"]
    english = cli("evaluate", plan_once, "--records", records, "-o", tmp_path / "f", "--lang", "en")
    assert "The evaluation of" in english.out
    heads = load_workbook(tmp_path / "f" / "evaluation.xlsx", read_only=True).sheetnames
    assert "Formula" in heads


def test_orders_of_other_years_are_not_on_the_sheet(
    cli: Cli, plan_once: Path, records: Path, tmp_path: Path
) -> None:
    orders = pd.read_csv(records / "orders.csv", dtype=object)
    strange = orders.iloc[[0]].assign(order_id="OLD1", raised_on="2001-05-01", rating="1")
    pd.concat([orders, strange]).to_csv(records / "orders.csv", index=False)
    assert cli("evaluate", plan_once, "--records", records, "-o", tmp_path / "e", "--quiet").code == 0
    rows = load_workbook(tmp_path / "e" / "evaluation.xlsx")["群众评单表"].iter_rows(values_only=True)
    cells = {cell for row in rows for cell in row}
    assert "OLD1" not in cells
    assert orders["order_id"].iloc[0] in cells


def test_without_records_the_plans_own_data_count(cli: Cli, plan_once: Path, tmp_path: Path) -> None:
    answer = cli("evaluate", plan_once, "-o", tmp_path / "e", "--lang", "en")
    assert answer.code == 0  # ratings of the year before only: nobody has a score
    assert "do not count" in answer.out
    assert "0 scored" in answer.out


def test_scores_go_on_into_next_year(cli: Cli, plan_once: Path, evaluated: Path, tmp_path: Path) -> None:
    folder = tmp_path / "next"
    answer = cli("rotate", plan_once, "--evaluated", evaluated, "-o", folder, "--quiet")
    assert (answer.code, answer.err) == (0, "")
    data, year = read_dataset(folder / "data").dataset, read_plan(plan_once).scenario.year
    assert set(data.frame("scores")["year"]) == {year}
    assert year in set(data.frame("evaluations")["year"])
    sheet = load_workbook(folder / "rotation.xlsx").worksheets[0]
    head = next(row for row in sheet.iter_rows() if row[0].value == "序号")
    (rated,) = (cell.column for cell in head if cell.value == "上年双向评价")
    assert any(
        isinstance(row[0], float) for row in sheet.iter_rows(min_col=rated, max_col=rated, values_only=True)
    )
    scheme = (
        (folder / "scheme.yaml")
        .read_text("utf-8")
        .replace("active: true", "active: true\n        last_score: {gte: 1}", 1)
    )
    (folder / "scheme.yaml").write_text(scheme, "utf-8")
    assert cli("check", folder / "scenario.yaml").code == 0


def test_who_has_left_or_was_merged_keeps_last_years_ratings(
    cli: Cli, plan_once: Path, evaluated: Path, tmp_path: Path
) -> None:
    """Ratings of last year are about last year's roster; the next one may lack some of it."""
    folder = tmp_path / "next"
    assert cli("rotate", plan_once, "--evaluated", evaluated, "-o", folder, "--quiet").code == 0
    data = read_dataset(folder / "data").dataset
    ratings = data.frame("evaluations")
    member = ratings["ratee_id"][ratings["rater_kind"] == "branch_member"].iloc[0]
    old, new = ratings["ratee_id"][ratings["rater_kind"] == "community_agency"].drop_duplicates().iloc[:2]
    for path in (folder / "data").glob("*.csv"):
        if path.stem not in ("evaluations", "scores", "history"):
            frame = pd.read_csv(path, dtype=object).replace({old: new})
            frame = frame.drop_duplicates("agency_id") if path.stem == "agencies" else frame
            frame = frame[frame["member_id"] != member] if path.stem == "members" else frame
            frame.to_csv(path, index=False)
    year = read_plan(plan_once).scenario.year
    merged = {"year": year + 1, "kind": "agency", "old_id": old, "new_id": new, "share": 1}
    pd.DataFrame([merged]).to_csv(folder / "data" / "succession.csv", index=False)
    answer = cli("check", folder / "scenario.yaml", "--lang", "en")
    assert "evaluations" not in answer.err
    assert "succession: 1 row" in answer.out
    plan, again = tmp_path / "plan", tmp_path / "again"
    assert cli("solve", folder / "scenario.yaml", "--out", plan, "--quiet").code == 0
    third = cli("rotate", plan_once, plan, "--evaluated", evaluated, "-o", again, "--quiet")
    assert (third.code, third.err) == (0, "")  # an earlier year's evaluation is about its own roster
    told = prepare(load_scenario(folder / "scenario.yaml")).frame("evaluations")
    assert old not in set(told["ratee_id"])
    both = ratings[ratings["ratee_id"].isin([old, new])]
    assert len(told[told["ratee_id"] == new]) == len(both)


def test_a_rule_on_last_years_score_moves_whom_it_is_about(
    cli: Cli, plan_once: Path, evaluated: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "next"
    assert cli("rotate", plan_once, "--evaluated", evaluated, "-o", folder, "--quiet").code == 0
    scores = read_dataset(folder / "data").dataset.frame("scores")
    of_agencies = scores[scores["kind"] == "agency"]
    limit = float(of_agencies["score"].median())
    condition = f"{{source: {{last_score: {{lt: {limit}}}}}, pair: {{last_year: true}}}}"
    rule = f"  - {{id: low_score, kind: forbid, stage: agency_sub_district, where: {condition}}}\n"
    path = folder / "scheme.yaml"
    path.write_text(path.read_text("utf-8").replace("rules:\n", "rules:\n" + rule, 1), "utf-8")
    scenario = load_scenario(folder / "scenario.yaml")
    found = movements(scenario.scheme, prepare(scenario), scenario.year)
    found = found[found["stage"] == "agency_sub_district"]
    told = {one for one, why in zip(found["source_id"], found["reasons"], strict=True) if "low_score" in why}
    low = set(of_agencies["id"][of_agencies["score"] < limit])
    assert told == low & set(found["source_id"])
    assert told


# wrong inputs


def test_every_fault_of_the_records_is_told(cli: Cli, plan_once: Path, records: Path, tmp_path: Path) -> None:
    changed(records / "points.csv", "member_id", 3, "没有这个人")
    changed(records / "evaluations.csv", "score", 5, "101")
    changed(records / "orders.csv", "rating", 0, "6")
    answer = cli("evaluate", plan_once, "--records", records, "-o", tmp_path / "e", "--lang", "zh")
    assert answer.code == 2
    for words in ("points.csv", "没有这个人", "evaluations.csv", "101", "orders.csv"):
        assert words in answer.err
    assert not (tmp_path / "e").exists()


def test_names_may_stand_for_ids_and_other_sheets_are_not_used(
    cli: Cli, plan_once: Path, records: Path, tmp_path: Path
) -> None:
    plan = read_plan(plan_once)
    agency = plan.dataset.frame("agencies").iloc[0]
    ratings = pd.read_csv(records / "evaluations.csv", dtype=object)
    row = ratings.index[
        (ratings["rater_kind"] == "community_agency") & (ratings["ratee_id"] == agency["agency_id"])
    ][0]
    changed(records / "evaluations.csv", "ratee_id", int(row), agency["name"])
    (records / "wishes.csv").write_text("side,source_id,target_kind,wish_1,accept_adjust\n", "utf-8")
    data = cli("evaluate", plan_once, "--records", records, "-o", tmp_path / "e", "--json")
    assert data.code == 0, data.out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--year", "1999"), "1999"),
        (("--records", "nowhere"), "nowhere"),
    ],
)
def test_wrong_options(
    cli: Cli, plan_once: Path, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    answer = cli("evaluate", plan_once, "-o", tmp_path / "e", *options)
    assert answer.code == 2
    assert words in answer.err


def test_what_is_no_plan_or_changed_or_in_use(cli: Cli, plan: Path, tmp_path: Path) -> None:
    assert cli("evaluate", tmp_path, "-o", tmp_path / "e").code == 2
    assert cli("evaluate", plan, "-o", plan).code == 2
    assert cli("publish", plan, "--signed-off", "示例区委组织部", "--quiet").code == 0
    assert cli("evaluate", plan, "-o", tmp_path / "published", "--quiet").code == 0
    assignment = next((plan / "assignments").glob("*.csv"))
    assignment.chmod(0o600)
    assignment.write_text(assignment.read_text("utf-8") + "x,y\n", "utf-8")
    assert cli("evaluate", plan, "-o", tmp_path / "e").code == 5


def test_a_scheme_without_formula(cli: Cli, demo: Path, tmp_path: Path) -> None:
    assert cli("solve", demo / "small.yaml", "--out", tmp_path / "p", "--quiet").code == 0
    answer = cli("evaluate", tmp_path / "p", "-o", tmp_path / "e", "--lang", "en")
    assert answer.code == 2
    assert "add evaluations to the scheme" in answer.err


def test_evaluations_of_another_plan_do_not_go_on(
    cli: Cli, plan_once: Path, evaluated: Path, tmp_path: Path
) -> None:
    other = tmp_path / "evaluated"
    shutil.copytree(evaluated, other)
    path = other / "evaluation.json"
    written = json.loads(path.read_text("utf-8"))
    for inputs, code in (({"plan.json": "0" * 64}, 2), ({}, 2)):
        path.write_text(json.dumps({**written, "inputs": inputs}), "utf-8")
        assert cli("rotate", plan_once, "--evaluated", other, "-o", tmp_path / "next").code == code
    assert cli("rotate", plan_once, "--evaluated", tmp_path, "-o", tmp_path / "next").code == 2


def test_records_need_a_plan(cli: Cli, plan_once: Path, tmp_path: Path) -> None:
    assert cli("demo", "records", tmp_path / "r").code == 2
    assert cli("demo", "longgang", tmp_path / "r", "--plan", plan_once).code == 2
