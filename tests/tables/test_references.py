"""Keys, and references by id or by unique name (4, 7, 8, 9, 10, 50)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from matchmaker.tables import read_dataset
from tests.tables.conftest import COMMUNITY_HEADER, MEMBER_HEADER, SUB_DISTRICTS, faults_of, notes_of

AGENCIES = [
    ["单位编码", "单位名称", "简称", "单位类别", "职能类别", "是否参加"],
    ["A1", "示例甲局", "甲局", "政府", "就业", "是"],
    ["A2", "示例乙局", "", "政法", "law", "是"],
    ["A3", "示例甲局", "", "党群", "党建", "是"],
]
WISH_HEADER = ["填报方类型", "填报方", "对象类型", "第一意向", "第二意向", "不宜结对情形", "是否服从统筹安排"]


def community(reference: str) -> list[list[object]]:
    return [COMMUNITY_HEADER, ["C1", "示例社区01", reference, 9, "强"]]


@pytest.mark.parametrize("reference", ["S1", "示例东街道", " 示例　东街道 ", "示例 东街道"])
def test_by_id_or_name(reference: str, folder: Callable[..., Path]) -> None:  # 7
    path = folder(sub_districts=SUB_DISTRICTS, communities=community(reference))
    assert read_dataset(path).dataset.tables["communities"]["sub_district_id"].tolist() == ["S1"]


@pytest.mark.parametrize(
    ("reference", "code", "near"),
    [
        ("示例东街到", "tables.orphan_near", "示例东街道"),
        ("完全不同", "tables.orphan", ""),
        ("示例東街道", "tables.variant_character", "示例东街道"),  # 8
    ],
)
def test_orphans(reference: str, code: str, near: str, folder: Callable[..., Path]) -> None:  # 50
    (fault,) = faults_of(folder(sub_districts=SUB_DISTRICTS, communities=community(reference)))
    assert (fault.code, fault.found, fault.place.cell) == (code, reference, "C2")
    assert near in str(fault.details.get("near", ""))


def test_lost_zeros(folder: Callable[..., Path]) -> None:  # 4
    districts = [["街道编码", "名称"], ["001", "示例东街道"], ["012", "示例西街道"], ["13", "示例南街道"]]
    faults = faults_of(folder(sub_districts=districts, communities=community("12")))
    assert [(fault.code, fault.found, fault.details["near"]) for fault in faults] == [
        ("tables.lost_zeros", "12", "012"),
        ("tables.lost_zeros", "13", "013"),
    ]


def test_same_name_with_different_ids_is_kept(folder: Callable[..., Path]) -> None:  # 9
    assert len(read_dataset(folder(agencies=AGENCIES)).dataset.tables["agencies"]) == 3


def test_ambiguous_name_lists_the_ids(folder: Callable[..., Path]) -> None:
    branches = [["支部编码", "支部名称", "所属单位", "党员数"], ["B1", "示例支部", "示例甲局", 5]]
    (fault,) = faults_of(folder(agencies=AGENCIES, branches=branches))
    assert (fault.code, fault.details["ids"]) == ("tables.ambiguous_name", "A1、A3")
    branches[1][2] = "甲局"
    assert read_dataset(folder(branches=branches)).dataset.tables["branches"]["agency_id"].tolist() == ["A1"]


def test_duplicate_keys_name_the_first(folder: Callable[..., Path]) -> None:  # 10
    (fault,) = faults_of(folder(sub_districts=[*SUB_DISTRICTS, ["S1", "示例北街道"]]))
    assert (fault.code, fault.place.cell, fault.details["first"]) == ("tables.duplicate_key", "A4", "A2")


def test_compound_keys(folder: Callable[..., Path]) -> None:
    header = ["来源", "对象", "距离(公里)"]
    (fault,) = faults_of(folder(distances=[header, ["A1", "S1", "3公里"], ["A1", "S1", 4], ["A1", "S2", 5]]))
    assert (fault.code, fault.found) == ("tables.duplicate_key", "A1 + S1")


def test_years_in_compound_keys_are_whole(folder: Callable[..., Path]) -> None:
    header = ["启用年度", "类型", "原编码", "新编码"]
    (fault,) = faults_of(folder(succession=[header, *(["2027年", "单位", "A8", "A9"] for _ in range(2))]))
    assert (fault.code, fault.found) == ("tables.duplicate_key", "2027 + agency + A8 + A9")


def test_wishes_point_where_their_row_says(folder: Callable[..., Path]) -> None:
    wishes = [
        WISH_HEADER,
        ["单位", "示例乙局", "街道", "示例西街道、S1", "", "无", "是"],
        ["sub_district", "示例东街道", "agency", "A1", "甲局", "A2", "否"],
    ]
    path = folder(agencies=AGENCIES, sub_districts=SUB_DISTRICTS, wishes=wishes)
    frame = read_dataset(path).dataset.tables["wishes"]
    assert frame["side"].tolist() == ["agency", "sub_district"]
    assert frame["source_id"].tolist() == ["A2", "S1"]
    assert frame["wish_1"].tolist() == [("S2", "S1"), ("A1",)]
    assert frame["wish_2"].tolist() == [(), ("A1",)]
    assert frame["refused"].tolist() == [(), ("A2",)]


def test_wish_for_the_wrong_kind_is_an_orphan(folder: Callable[..., Path]) -> None:
    wishes = [WISH_HEADER, ["单位", "A1", "街道", "S1、A2", "", "", "是"]]
    (fault,) = faults_of(folder(agencies=AGENCIES, sub_districts=SUB_DISTRICTS, wishes=wishes))
    assert (fault.found, fault.place.cell) == ("A2", "D2")


def test_needs_and_evaluations(folder: Callable[..., Path]) -> None:
    path = folder(
        agencies=AGENCIES,
        sub_districts=SUB_DISTRICTS,
        communities=community("S1"),
        needs=[
            ["编号", "提出方类型", "提出方", "类别", "内容"],
            ["N1", "社区", "示例社区01", "老旧小区", "加装电梯"],
            ["N2", "街道", "S2", "law", "普法"],
        ],
        evaluations=[
            ["年度", "评价方", "被评", "对象", "分数"],
            ["2026年", "社区评单位", "示例乙局", "示例社区01", 95],
            [2026, "群众评", "A1", "居民代表", 90.5],
        ],
    )
    tables = read_dataset(path).dataset.tables
    assert tables["needs"]["place_id"].tolist() == ["C1", "S2"]
    assert tables["needs"]["category"].tolist() == ["housing", "law"]
    rated = dict(zip(tables["evaluations"]["ratee_id"], tables["evaluations"]["rater_id"], strict=True))
    assert rated == {"A2": "C1", "A1": "居民代表"}


def test_resources_name_at_least_one_provider(folder: Callable[..., Path]) -> None:
    header = ["编号", "提供单位", "企业", "类别", "内容"]
    rows = [header, ["R1", "A1", "", "law", "场地"], ["R2", "无", "", "law", "场地"]]
    (fault,) = faults_of(folder(agencies=AGENCIES, resources=rows))
    assert (fault.code, fault.place.line) == ("tables.none_of", 3)


def test_absent_tables_and_homes_elsewhere_are_notes(folder: Callable[..., Path]) -> None:
    members = [
        [*MEMBER_HEADER, "居住社区"],
        ["M1", "示例甲", "A1", "B1", "机关党员", "科员", "是", "示例社区01"],
        ["M2", "示例乙", "A1", "B1", "机关党员", "科员", "是", "外区社区"],
    ]
    path = folder(members=members, sub_districts=SUB_DISTRICTS, communities=community("S1"))
    assert notes_of(path) == {"tables.note.table_absent": 4, "tables.warning.unresolved": 1}
    homes = read_dataset(path).dataset.tables["members"]["home_community"].tolist()
    assert homes == ["C1", "外区社区"]


def test_codes_extend_the_lists(folder: Callable[..., Path]) -> None:
    agencies = [*AGENCIES, ["A4", "示例丁站", "", "驻外", "智慧城市、law", "是"]]
    (fault,) = faults_of(folder(agencies=agencies))
    assert (fault.code, fault.found) == ("tables.unknown_code", "驻外")
    codes = [
        ["类别", "代码", "名称"],
        ["单位类别", "abroad", "驻外"],
        ["function_codes", "smart", "智慧城市"],
    ]
    row = read_dataset(folder(codes=codes)).dataset.tables["agencies"].iloc[3]
    assert (row["agency_type"], row["function_codes"]) == ("abroad", ("smart", "law"))


def test_other_duties_of_anyone_who_may_be_a_source(folder: Callable[..., Path]) -> None:
    duties = [
        ["单位/人员", "任务名称", "对象", "工作量"],
        ["K1", "包联", "C1", 1],
        ["示例丙", "包联", "C1", 2],
        ["示例乙局", "包联", "C1", 3],
    ]
    cadres = [
        ["人员编码", "姓名", "所在单位", "选派类别"],
        ["K1", "示例甲", "A1", "young"],
        ["K2", "示例丙", "A2", "young"],
    ]
    path = folder(agencies=AGENCIES, cadres=cadres, other_duties=duties)
    assert read_dataset(path).dataset.tables["other_duties"]["source_id"].tolist() == ["A2", "K1", "K2"]
    usual = {
        "branches": [["支部编码", "支部名称", "所属单位", "党员数"], ["B1", "示例支部", "A1", 5]],
        "members": [MEMBER_HEADER, ["M1", "示例甲", "A1", "B1", "机关党员", "科员", "是"]],
    }
    unknown = [*duties, ["K9", "包联", "C1", 1]]
    (fault,) = faults_of(folder(agencies=AGENCIES, cadres=cadres, other_duties=unknown, **usual))
    assert (fault.code, fault.found) == ("tables.orphan", "K9")
