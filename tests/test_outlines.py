"""What is read in little time is what reading everything gives."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from matchmaker.compare import compare
from matchmaker.errors import InputError
from matchmaker.outlines import Frames, read_outline
from matchmaker.plan_folder import read_plan, write_plan
from matchmaker.reports.names import is_demo, names_of, row_names
from tests.small_plans import FIRST, SECOND, demo_plan, small_plan


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
