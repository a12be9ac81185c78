"""Hand-made sheets: whom their cells mean, every fault with its place, what the pairs break and score."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from matchmaker.compare import compare
from matchmaker.errors import Fault, InputError
from matchmaker.imported import Imported, import_pairs
from matchmaker.messages import text
from matchmaker.model import Status
from matchmaker.plan_folder import open_plan, origin_of_plan, read_plan, write_plan
from matchmaker.plans import Plan
from matchmaker.reports.words import plan_status
from matchmaker.verify import verify
from tests.small_plans import FIRST, SECOND, demo_plan, small_plan

STAGE = "agency_sub_district"
Rows = Sequence[Sequence[object]]
PAIRS = [("A1", "S1"), ("A2", "S1"), ("A3", "S2")]


def csv_of(folder: Path, rows: Rows, name: str = "单位联街道") -> Path:
    path = folder / f"{name}.csv"
    path.write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n", "utf-8")
    return path


def workbook(folder: Path, sheets: dict[str, Rows], merges: Sequence[str] = ()) -> Path:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        for merge in merges:
            sheet.merge_cells(merge)
    path = folder / "手工.xlsx"
    book.save(path)
    return path


def pairs_of(found: Imported, stage: str = STAGE) -> list[tuple[str, str]]:
    frame = found.plan.assignments[stage]
    return list(zip(frame["source_id"], frame["target_id"], strict=True))


def faults(sheet: Path, plan: Plan) -> list[Fault]:
    with pytest.raises(InputError) as error:
        import_pairs(sheet, plan)
    return list(error.value.faults)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return small_plan(FIRST)


# heads, names, forms


@pytest.mark.parametrize(
    "rows",
    [
        [("source_id", "target_id"), ("A1", "S1"), ("A2", "S1"), ("A3", "S2")],
        [("单位编码", "街道编码"), ("A1", "S1"), ("A2", "S1"), ("A3", "S2")],
        [("agency_id", "sub_district_id"), ("A1", "S1"), ("A2", "S1"), ("A3", "S2")],
        [("街道", "单位名称"), ("示例街道", "示例区司法局"), ("示例街道办事处", "示例区卫健局"),
         ("S2", "A3")],
        [("来源", "对象"), ("示例区司法局", "S1"), ("A2", "示例街道"), ("A3", "示例第二街道")],
        [("Sub-districts", "Agencies"), ("S1", "示例区 司法局"), ("S1", "Ａ2"), ("S2", "A3")],
        [("单位编码", "单位", "街道"), ("A1", "随便", "S1"), ("", "示例区卫健局", "S1"), ("A3", "", "S2")],
        [("街道", "结对单位", "单位"), ("S1", "", "示例区司法局、A2"), ("S2", "", "A3")],
        [("三定三联",), ("填报单位：",), ("序号", "单位", "街道"), (1, "A1", "S1"), (2, "A2", "S1"),
         (3, "A3", "S2"), ("合计", "3 个", ""), ("注：手工排定",)],
    ],
)  # fmt: skip
def test_forms_of_one_sheet(plan: Plan, tmp_path: Path, rows: Rows) -> None:
    assert pairs_of(import_pairs(csv_of(tmp_path, rows), plan)) == PAIRS


@pytest.mark.parametrize(
    "name", ["单位联街道", "agency_sub_district", "附件1 单位联街道安排表（2027年度）", "手工方案"]
)
def test_names_of_files(plan: Plan, tmp_path: Path, name: str) -> None:
    found = import_pairs(csv_of(tmp_path, [("source_id", "target_id"), *PAIRS], name), plan)
    assert pairs_of(found) == PAIRS
    assert found.plan.scenario.name == name


def test_a_cell_merged_over_rows_counts_for_all_of_them(plan: Plan, tmp_path: Path) -> None:
    rows = [("街道", "单位"), ("S1", "A1"), (None, "A2"), ("S2", "A3")]
    assert pairs_of(import_pairs(workbook(tmp_path, {"单位联街道": rows}, ["A2:A3"]), plan)) == PAIRS


def test_rows_that_say_their_stage_and_year(plan: Plan, tmp_path: Path) -> None:
    rows = [("year", "relation", "source_id", "target_id"), (2025, "单位联街道", "A1", "S2"),
            *((2026, "agency_sub_district", *pair) for pair in PAIRS)]  # fmt: skip
    found = import_pairs(csv_of(tmp_path, rows, "history"), plan)
    assert pairs_of(found) == PAIRS
    assert [(note.code, note.count) for note in found.notes] == [("import.note.older_years", 1)]


def test_names_that_several_bear_are_told_apart_by_what_they_lie_below(tmp_path: Path) -> None:
    """Short names of grids (第03网格), as sheets that this program writes have them."""
    plan = demo_plan(1)
    grids = plan.dataset.frame("grids")
    community = plan.dataset.frame("communities").set_index("community_id")["name"]
    frame = plan.assignments["branch_grid"]
    names = grids.set_index("grid_id")
    rows: list[tuple[str, str, str]] = [("社区", "网格", "支部编码")]
    for source, target in zip(frame["source_id"], frame["target_id"], strict=True):
        place = str(community[names.loc[target, "community_id"]])
        rows.append((place, str(names.loc[target, "name"]).removeprefix(place), source))
    sheet = workbook(tmp_path, {"支部联网格": rows})
    found = import_pairs(sheet, plan)
    assert pairs_of(found, "branch_grid") == list(zip(frame["source_id"], frame["target_id"], strict=True))
    assert found.taken == ("agency_sub_district",)


# faults, all of them at once, with their places


def test_every_fault_is_told_with_its_place(plan: Plan, tmp_path: Path) -> None:
    rows = [
        ("单位", "街道"),
        ("A1", "S1"),
        ("示例区司法所", "S1"),
        ("A1", "示例街道"),
        ("A2", ""),
        ("A3", "S7、S2"),
    ]
    found = faults(csv_of(tmp_path, rows), plan)
    assert [(fault.code, fault.place.line, fault.found) for fault in found] == [
        ("import.unknown", 3, "示例区司法所"),
        ("import.twice", 4, "A1–S1"),
        ("import.half_pair", 5, "A2"),
        ("import.unknown", 6, "S7"),
    ]
    assert "示例区司法局" in str(found[0].details["near"])


def test_a_name_that_several_bear(tmp_path: Path) -> None:
    plan = demo_plan(1)
    members = plan.dataset.frame("members")
    name = members["name"].value_counts().index[0]
    ids = sorted(members["member_id"][members["name"] == name])
    building = str(plan.assignments["member_building"]["target_id"][0])
    (fault,) = faults(csv_of(tmp_path, [("党员", "楼栋"), (name, building)], "党员联楼栋"), plan)
    assert (fault.code, fault.details["ids"]) == (
        "import.ambiguous",
        "、".join(ids[:5]) + ("、…" if len(ids) > 5 else ""),
    )


@pytest.mark.parametrize(
    ("sheets", "code"),
    [
        ({"名单": [("单位", "街道"), ("A1", "S1")], "说明": [("x",)]}, "import.no_stage"),
        ({"单位联街道": [("单位", "数"), ("A1", 3)]}, "import.no_header"),
        ({"单位联街道": [("单位", "街道"), ("A1", "S1")],
          "单位联街道安排表": [("单位", "街道"), ("A2", "S1")]},
         "import.two_sheets"),
        ({"上年结对安排": [("关系", "来源", "对象"), ("支部联楼", "A1", "S1")]}, "import.unknown_stage"),
    ],
)  # fmt: skip
def test_sheets_that_cannot_be_read(plan: Plan, tmp_path: Path, sheets: dict[str, Rows], code: str) -> None:
    assert code in [fault.code for fault in faults(workbook(tmp_path, sheets), plan)]


def test_no_such_file(plan: Plan, tmp_path: Path) -> None:
    assert [fault.code for fault in faults(tmp_path / "x.xlsx", plan)] == ["import.not_found"]


def test_a_stage_between_two_of_the_sheet_must_be_in_it(tmp_path: Path) -> None:
    plan = demo_plan(1)
    folder = tmp_path / "手工"
    folder.mkdir()
    for stage in ("agency_sub_district", "member_building"):
        frame = plan.assignments[stage]
        pairs = zip(frame["source_id"], frame["target_id"], strict=True)
        csv_of(folder, [("source_id", "target_id"), *pairs], stage)
    (fault,) = faults(folder, plan)
    assert (fault.code, fault.found) == ("import.between", "支部联网格")


# what it breaks, what it scores


def test_what_a_sheet_breaks_is_told_not_refused(plan: Plan, tmp_path: Path) -> None:
    rows = [("source_id", "target_id"), ("A1", "S1"), ("A1", "S2"), ("A2", "S1"), ("A4", "S1")]
    found = import_pairs(csv_of(tmp_path, rows), plan)
    told = {(one.rule, one.source_id, one.target_id, one.found, one.required) for one in found.broken[STAGE]}
    # A1 twice, A3 not at all; A4 takes no part; 36 of 61 members for a third of the households
    assert (f"{STAGE}.sources", "A1", "", 2, 1) in told
    assert (f"{STAGE}.sources", "A3", "", 0, 1) in told
    assert (f"{STAGE}.candidates", "A4", "S1", 1, 0) in told
    assert not found.plan.verified
    assert found.plan.metrics["stages"][STAGE]["violations"] == len(found.broken[STAGE])
    assert found.plan.status is Status.IMPORTED
    assert not any(level.searched for stage in found.plan.stages for level in stage.levels)
    (figure,) = (one for one in compare([plan, found.plan]).figures if one.key == "violations")
    assert figure.values[1] == len(found.broken[STAGE])


def test_heads_alone_put_nobody_anywhere(plan: Plan, tmp_path: Path) -> None:
    found = import_pairs(csv_of(tmp_path, [("单位编码", "街道编码")]), plan)
    assert pairs_of(found) == []
    broken = [one for one in found.broken[STAGE] if one.rule == f"{STAGE}.sources"]
    assert {one.source_id for one in broken} >= {"A1", "A2", "A3"}


def test_a_sheet_scores_as_the_same_pairs_of_a_plan_do(plan: Plan, tmp_path: Path) -> None:
    found = import_pairs(csv_of(tmp_path, [("source_id", "target_id"), *PAIRS]), plan)
    same = small_plan(SECOND)
    assert dict(found.plan.metrics) == dict(same.metrics)
    for stage in same.assignments:
        assert found.plan.assignments[stage].equals(same.assignments[stage])
    (difference,) = compare([same, found.plan]).differences
    assert [(stage.moves, stage.sources) for stage in difference.stages] == [((), ())]


def test_saved_it_is_a_plan_that_says_what_it_is(plan: Plan, tmp_path: Path) -> None:
    write_plan(plan, tmp_path / "plan")
    sheet = csv_of(tmp_path, [("source_id", "target_id"), *FIRST[STAGE]])
    found = import_pairs(sheet, open_plan(tmp_path / "plan"), origin_of_plan(tmp_path / "plan"))
    write_plan(found.plan, tmp_path / "imported")
    read = read_plan(tmp_path / "imported")
    assert read.status is Status.IMPORTED
    assert read.imported["file"] == "单位联街道.csv"
    assert read.imported["stages"] == [STAGE]
    assert read.given["name"] == "方案"
    assert plan_status(read, "zh").startswith("手工排定")
    assert all(level.certified_bound is None for stage in read.stages for level in stage.levels)
    checked = verify(tmp_path / "imported")
    assert {check.standing for check in checked.bounds} == {"given"}
    broken = {fault.place.key for fault in checked.differences}
    assert broken == {one.rule for ones in found.broken.values() for one in ones}
    assert read.verified == (not broken)


def test_of_two_sheets_the_one_called_just_as_the_stage_counts(plan: Plan, tmp_path: Path) -> None:
    rows = [("单位", "街道"), *PAIRS]
    sheet = workbook(tmp_path, {"单位联街道": rows, "单位联街道 (2)": [("单位", "街道"), ("A1", "S2")]})
    found = import_pairs(sheet, plan)
    assert pairs_of(found) == PAIRS
    assert "import.note.second_sheet" in [note.code for note in found.notes]


def test_what_verify_says_of_broken_rules_has_no_words_of_the_program(plan: Plan, tmp_path: Path) -> None:
    found = import_pairs(csv_of(tmp_path, [("单位编码", "街道编码")]), plan)
    write_plan(found.plan, tmp_path / "plan")
    told = [one for one in verify(tmp_path / "plan").differences if one.code == "verify.rule"]
    assert told
    assert not any("partners" in text("verify.rule.expected", "zh", **one.details) for one in told)
