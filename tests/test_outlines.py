"""What is read in little time is what reading everything gives."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from matchmaker.commands import app
from matchmaker.compare import Absent, compare
from matchmaker.errors import InputError
from matchmaker.outlines import Frames, in_ids_of, read_outline, read_succession
from matchmaker.plan_folder import read_plan, write_plan
from matchmaker.reports.names import is_demo, names_of, row_names
from matchmaker.scheme.definitions import Scheme
from tests.rules.instances import dataset_from
from tests.small_plans import (
    FIRST,
    SECOND,
    SMALL_SCHEME,
    SMALL_TABLES,
    demo_plan,
    plan_of,
    scenario_of,
    small_plan,
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("plans")
    for seed in (1, 2):
        write_plan(demo_plan(seed), folder / str(seed))
    return [folder / "1", folder / "2"]


def test_both_give_the_same_comparison(folders: list[Path]) -> None:
    frames: Frames = {}
    quick = compare([read_outline(folder, frames) for folder in folders])
    assert quick == compare([read_plan(folder) for folder in folders])


def test_names_and_what_lies_above_are_the_same(folders: list[Path]) -> None:
    quick, whole = read_outline(folders[0]), read_plan(folders[0])
    for stage in whole.scenario.scheme.stages:
        for table in (stage.from_, stage.to):
            assert list(row_names(quick.known, table)) == list(row_names(whole.known, table))
            for above in ("agencies", "sub_districts", "communities"):
                one, other = (plan.known.ancestors(table, above) for plan in (quick, whole))
                assert (one is None) == (other is None)
                assert one is None or other is None or (one == other).all()
    assert quick.status == whole.status
    assert is_demo(quick.known) == is_demo(whole.known)


def test_tables_that_two_plans_share_are_read_once(folders: list[Path]) -> None:
    frames: Frames = {}
    first, second = (read_outline(folder, frames) for folder in folders)
    assert all(first.dataset.frame(name) is frame for name, frame in second.dataset.tables.items())


def test_text_that_looks_like_a_formula_is_read_as_it_was(tmp_path: Path) -> None:
    write_plan(small_plan(FIRST), tmp_path / "plan")
    known = read_outline(tmp_path / "plan").known
    assert names_of(known, "agencies", ["A3"]) == ["=1+1 局"]


def test_a_changed_table_is_not_taken_for_another(tmp_path: Path) -> None:
    frames: Frames = {}
    for name, pairs in (("a", FIRST), ("b", SECOND)):
        write_plan(small_plan(pairs), tmp_path / name)
    path = tmp_path / "b" / "inputs" / "agencies.csv"
    path.write_text(path.read_text("utf-8").replace("示例区司法局", "示例区另一局"), "utf-8")
    names = [names_of(read_outline(tmp_path / one, frames).known, "agencies", ["A1"]) for one in ("a", "b")]
    assert names == [["示例区司法局"], ["示例区另一局"]]


@pytest.mark.parametrize("file", ["metrics.json", "assignments/agency_sub_district.csv"])
def test_a_folder_that_lacks_a_file_is_damaged(tmp_path: Path, file: str) -> None:
    write_plan(small_plan(FIRST), tmp_path / "plan")
    (tmp_path / "plan" / file).unlink()
    with pytest.raises(InputError) as error:
        read_outline(tmp_path / "plan")
    assert [fault.code for fault in error.value.faults] == ["plan.damaged"]
    shutil.rmtree(tmp_path / "plan")
    with pytest.raises(InputError) as error:
        read_outline(tmp_path / "plan")
    assert [fault.code for fault in error.value.faults] == ["plan.not_a_plan"]


def test_a_stage_without_pairs(tmp_path: Path) -> None:
    write_plan(small_plan({"agency_sub_district": []}), tmp_path / "plan")
    frame = read_outline(tmp_path / "plan").assignments["agency_sub_district"]
    assert len(frame) == 0
    assert isinstance(frame, pd.DataFrame)


# plans of a year before

SUCCESSION = [
    # A1 and A9 were merged into A1, A8 was renamed A2, S9 was split into S1 and S2, A7 is gone
    ("year", "kind", "old_id", "new_id", "share"),
    (2027, "agency", "A9", "A1", 1),
    (2027, "agency", "A8", "A2", 1),
    (2027, "sub_district", "S9", "S1", 0.5),
    (2027, "sub_district", "S9", "S2", 0.5),
    (2027, "agency", "A7", "", 1),
    (2028, "agency", "A3", "A1", 1),
]


@pytest.fixture
def years(tmp_path: Path) -> list[Path]:
    """A plan of 2027, and one of 2026 whose agencies and sub-districts had other ids."""
    write_plan(small_plan(FIRST), tmp_path / "2027")
    tables = {name: [dict(row) for row in rows] for name, rows in SMALL_TABLES.items()}
    tables["agencies"] = [
        {**tables["agencies"][0], "agency_id": one, "name": f"示例单位{one}", "located_sub_district": "S9"}
        for one in ("A1", "A9", "A8", "A7", "A3")
    ]
    tables["sub_districts"] = [{**tables["sub_districts"][0], "sub_district_id": "S9", "name": "示例老街道"}]
    for name in ("communities", "needs", "wishes", "history"):
        tables[name] = []
    scenario = scenario_of(Scheme.model_validate(SMALL_SCHEME), "上年").model_copy(update={"year": 2026})
    pairs = {"agency_sub_district": [(one, "S9") for one in ("A1", "A9", "A8", "A7", "A3")]}
    write_plan(plan_of(scenario, dataset_from(tables), pairs), tmp_path / "2026")
    rows = "\n".join(",".join(map(str, row)) for row in SUCCESSION)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "succession.csv").write_text(f"{rows}\n", "utf-8")
    (tmp_path / "data" / "agencies.csv").write_text("agency_id\n", "utf-8")  # not read at all
    return [tmp_path / "2027", tmp_path / "2026", tmp_path / "data"]


def test_pairs_of_a_year_before_are_told_in_this_year_s_ids(years: list[Path]) -> None:
    now, before = (read_outline(folder) for folder in years[:2])
    for path in (years[2], years[2] / "succession.csv"):
        told = in_ids_of(before, 2027, read_succession(path, now.known))
        frame = told.assignments["agency_sub_district"]
        pairs = sorted(zip(frame["source_id"], frame["target_id"], strict=True))
        # A3 goes into A1 only in 2028; whoever has no successor keeps the id
        assert pairs == [(one, place) for one in ("A1", "A2", "A3", "A7") for place in ("S1", "S2")]
    (stage,) = compare([now, told]).differences[0].stages
    assert stage.absent == (Absent("source", (), ("A7",)),)
    assert {move.source_id: move.to_ids for move in stage.moves}["A1"] == ("S2",)


def test_without_the_sheet_those_that_only_one_year_has_are_named(years: list[Path]) -> None:
    (stage,) = compare([read_outline(folder) for folder in years[:2]]).differences[0].stages
    assert stage.absent == (
        Absent("source", ("A2",), ("A7", "A8", "A9")),
        Absent("target", ("S1", "S2"), ("S9",)),
    )


def test_a_plan_of_the_same_year_stays_as_it_is(years: list[Path]) -> None:
    now = read_outline(years[0])
    assert in_ids_of(now, 2027, read_succession(years[2], now.known)) is now


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_command_takes_the_sheet(years: list[Path], language: str) -> None:
    arguments = ["compare", *map(str, years[:2]), "--succession", str(years[2]), "--lang", language]
    answer = CliRunner().invoke(app, arguments)
    assert answer.exit_code == 0, answer.output
    assert "示例单位A7" in answer.output
    assert "示例老街道" not in answer.output
