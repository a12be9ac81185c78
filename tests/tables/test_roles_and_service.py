"""The tables of roles and of service, as an office writes them: Chinese headers, names for ids."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from matchmaker.messages import LANGUAGES, render_fault
from matchmaker.scheme.row_removal import without_rows
from matchmaker.tables import TABLES, dataset_of, read_dataset, write_dataset
from tests.tables.conftest import COMMUNITY_HEADER, MEMBER_HEADER, SUB_DISTRICTS, Rows, faults_of
from tests.tables.test_reader import assert_same

PLACES: dict[str, Rows] = {
    "街道(镇)表": SUB_DISTRICTS,
    "社区(村)表": [[*COMMUNITY_HEADER, "片区"], ["C1", "示例社区01", "S1", 900, "强", "东片"],
                ["C2", "示例社区02", "S2", 800, "中", "西片"]],
    "网格表": [["网格编码", "名称", "所属社区", "网格类型", "户数"], ["G1", "示例网格01", "C1", "综合", 300]],
    "楼栋(单元)表": [
        ["楼栋编码", "名称", "所属网格", "层级", "户数", "所属楼栋", "是否分单元"],
        ["B1", "示例小区1栋", "示例网格01", "楼栋", "60户", "", "是"],
        ["B1-1", "示例小区1栋1单元", "示例网格01", "单元", "30户", "示例小区1栋", "无"],
    ],
    "联系户表": [["户编码", "户主称谓", "所属社区", "户类别"], ["H1", "示例甲户", "C1", "困难"]],
}  # fmt: skip
PARTIES: dict[str, Rows] = {
    "机关单位表": [
        ["单位编码", "单位名称", "单位类别", "职能类别", "是否参加", "条口", "服务效能", "所在社区",
         "任务上限"],
        ["A1", "示例甲局", "政府", "就业", "是", "经济口", "87.5分", "示例社区01", "3项"],
        ["A2", "示例乙局", "政法", "法律", "是", "政法口", 92, "外区社区", ""],
    ],
    "党支部表": [["支部编码", "支部名称", "所属单位", "党员数", "任务上限"], ["Z1", "示例支部", "A1", 9, 2]],
    "党员花名册": [
        [*MEMBER_HEADER, "是否单位党组织负责人", "居住网格", "任务上限"],
        ["M1", "示例丙", "A1", "Z1", "机关党员", "正科", "是", "是", "示例网格01", 1],
    ],
    "两新组织与驻地企业表": [
        ["编码", "名称", "类型", "所在社区", "优势类别"],
        ["P1", "示例企业", "非公企业", "示例社区02", "就业、人才"],
    ],
    "共同体与牵头表": [["编码", "名称", "主题类别"], ["T1", "示例共同体", "惠企、政策"]],
}  # fmt: skip
ROLES: dict[str, Rows] = {
    "市级领导表": [["领导编码", "姓名", "职级", "职务", "分管领域", "联系点数", "排序"],
               ["L1", "示例领导", "厅级", "示例职务", "就业；教育", "2个", 1]],
    "工委委员表": [["委员编码", "姓名", "职务", "分管领域"], ["W1", "示例委员", "委员", "党建"]],
    "选派干部名单": [
        ["人员编码", "姓名", "派出单位", "选派类别", "职级", "出生年月", "特长", "居住社区", "是否可参加"],
        ["K1", "示例干部", "示例甲局", "优秀年轻干部", "科员", "1995年3月", "法律", "C1", "是"],
        ["K2", "示例书记", "A2", "社区党委书记", "乡科级", "1980-05", "", "外区社区", "否"],
    ],
    "企业负责人表": [["负责人编码", "姓名", "所在企业"], ["E1", "示例总", "示例企业"]],
    "社区两委成员表": [["成员编码", "姓名", "所在社区", "职务"], ["V1", "示例两委", "示例社区01", "委员"]],
    "后备干部表": [["后备干部编码", "姓名", "来源", "居住社区"],
               ["R1", "示例后备", "高校优秀毕业生", "示例社区02"]],
    "领域党员表": [
        ["党员编码", "姓名", "党员类别", "所在组织", "居住网格", "居住楼栋", "是否可参加"],
        ["F1", "示例丁", "领域党员", "示例学校党支部", "G1", "示例小区1栋", "是"],
    ],
    "帮扶力量表": [["帮扶人编码", "姓名", "力量类型", "党员编码", "常在社区"],
               ["X1", "示例丙", "党员干部", "示例丙", "C1"], ["X2", "示例戊", "社会爱心人士", "", "C2"]],
    "职责岗位表": [["党员类别", "岗位/角色", "岗位名称", "职责"],
               ["机关党员", "兼职楼长", "楼栋服务岗", "示例职责一"],
               ["机关党员", "", "服务岗", "示例职责二"]],
    "大工委大党委表": [
        ["委员会编码", "名称", "委员会类型", "所属街道", "所属社区", "委员名额"],
        ["DGW1", "示例东街道大工委", "大工委", "示例东街道", "", "9名"],
        ["DDW1", "示例社区01大党委", "社区“大党委”", "S1", "示例社区01", 7],
    ],
    "网格党小组表": [["党小组编码", "名称", "所属网格", "企业任职名额", "社区任职名额"],
                ["Q1", "示例党小组", "示例网格01", 1, 1]],
    "联席议事组表": [["议事组编码", "名称", "所属街道", "行业类别"], ["J1", "示例议事组", "S1", "制造业"]],
    "固定力量表": [["力量编码", "名称", "力量类型", "所在街道", "所在社区", "人数"],
               ["U1", "示例执法队", "综合执法", "S1", "", "12人"],
               ["U2", "示例消防站", "消防", "", "C2", ""]],
}  # fmt: skip
SERVICE: dict[str, Rows] = {
    "关爱服务对象表": [["对象编码", "称谓", "对象类型", "所属社区", "需求类别", "所在户"],
                 ["Y1", "示例老人", "困难群众", "C1", "助老", "H1"]],
    "微心愿清单": [["微心愿编码", "所属社区", "关爱对象", "类别", "内容", "紧急程度"],
              ["N1", "示例社区01", "Y1", "助老", "一盏台灯", "4级"]],
    "服务项目表": [["服务项目编码", "名称", "所属社区", "类别", "可参加人数"],
               ["S-1", "示例课堂", "C1", "教育", "20人"]],
    "点单表": [["点单编码", "所属网格", "类别", "内容", "来源", "提出日期", "评分"],
             ["D1", "示例网格01", "法律咨询", "合同咨询", "12345", "2026年9月1日", "5星"]],
    "党员中心户表": [["中心户编码", "称谓", "所属楼栋", "联系户数"], ["I1", "示例户", "示例小区1栋", "15户"]],
}  # fmt: skip
RESOURCES: Rows = [
    ["编号", "提供单位", "提供社区", "类别", "内容"],
    ["RS1", "示例甲局", "", "法律", "讲座"],
    ["RS2", "", "示例社区02", "文化", "活动室"],
]
LISTS: dict[str, Rows] = {
    "资源清单": RESOURCES,
    "项目清单": [["编号", "名称", "类别"], ["PR1", "示例项目", "环境"]],
    "需求清单": [["编号", "提出方类型", "提出方", "类别", "内容"],
             ["ND1", "大工委", "示例东街道大工委", "用工", "招聘会"]],
    "意向表": [["填报方类型", "填报方", "对象类型", "第一意向", "是否服从统筹安排"],
            ["选派干部", "示例干部", "社区", "示例社区02", "是"],
            ["帮扶力量", "X1", "微心愿", "N1", "是"],
            ["企业", "示例企业", "大工委", "示例东街道大工委", "是"]],
}  # fmt: skip
SHEETS = {**PLACES, **PARTIES, **ROLES, **SERVICE, **LISTS}


def test_a_workbook_as_an_office_writes_it(workbook: Callable[..., Path]) -> None:
    reading = read_dataset(workbook(**SHEETS))
    tables = {name: frame.to_dict("list") for name, frame in reading.dataset.tables.items()}
    assert set(TABLES) - set(tables) == {
        *("changes", "building_units", "adjacency", "posts", "services", "pins", "history", "evaluations"),
        *("points", "other_duties", "distances", "codes", "succession", "visits", "assessments", "scores"),
        *("objections", "baseline"),
    }
    assert tables["communities"]["zone"] == ["东片", "西片"]
    assert tables["buildings"]["part_of"] == [None, "B1"]
    assert tables["agencies"]["performance"] == [87.5, 92.0]
    assert tables["agencies"]["community_id"] == ["C1", "外区社区"]
    assert (tables["members"]["unit_head"], tables["members"]["home_grid"]) == ([True], ["G1"])
    assert [tables[table]["duty_cap"][0] for table in ("agencies", "branches", "members")] == [3, 2, 1]
    assert tables["partners"]["function_codes"] == [("employ", "talent")]
    assert tables["groups"]["theme_codes"] == [("biz", "policy")]
    assert tables["projects"]["category"] == ["env"]
    assert (tables["leaders"]["function_codes"], tables["leaders"]["contact_points"]) == (
        [("employ", "edu")],
        [2.0],
    )
    assert tables["cadres"]["cadre_kind"] == ["young", "secretary"]
    assert tables["cadres"]["rank"] == ["general", "section"]
    assert tables["cadres"]["birth"] == ["1995-03-01", "1980-05-01"]
    assert tables["cadres"]["home_community"] == ["C1", "外区社区"]
    assert tables["enterprise_heads"]["partner_id"] == ["P1"]
    assert tables["reserve_cadres"]["source_kind"] == ["graduate"]
    assert tables["field_members"]["home_building"] == ["B1"]
    assert (tables["helpers"]["helper_kind"], tables["helpers"]["member_id"]) == (
        ["cadre", "citizen"],
        ["M1", None],
    )
    assert tables["duties"]["role"] == [None, "兼职楼长"]
    assert tables["committees"]["committee_id"] == ["DDW1", "DGW1"]
    assert tables["committees"]["committee_kind"] == ["community", "sub_district"]
    assert tables["committees"]["community_id"] == ["C1", None]
    assert tables["forces"]["force_kind"] == ["enforcement", "消防"]
    assert tables["recipients"]["household_id"] == ["H1"]
    assert tables["micro_wishes"]["recipient_id"] == ["Y1"]
    assert tables["orders"]["rating"] == [5.0]
    assert tables["hub_households"]["building_id"] == ["B1"]
    assert tables["resources"]["community_id"] == [None, "C2"]
    assert tables["needs"]["place_id"] == ["DGW1"]
    wishes = zip(tables["wishes"]["side"], tables["wishes"]["wish_1"], strict=True)
    assert dict(wishes) == {"cadre": ("C2",), "helper": ("N1",), "partner": ("DGW1",)}


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("headers", ["en", "zh"])
def test_written_and_read_back(
    workbook: Callable[..., Path], tmp_path: Path, file_format: str, headers: str
) -> None:
    tables = read_dataset(workbook(**SHEETS)).dataset.tables
    target = tmp_path / ("back.xlsx" if file_format == "xlsx" else "back")
    write_dataset(tables, target, file_format=file_format, headers=headers)  # type: ignore[arg-type]
    assert_same(dict(read_dataset(target).dataset.tables), dict(dataset_of(tables).tables))


@pytest.mark.parametrize(
    ("sheet", "header", "cell", "code"),
    [
        ("选派干部名单", "选派类别", "自由职业", "tables.unknown_code"),
        ("选派干部名单", "派出单位", "示例丙局", "tables.orphan_near"),
        ("选派干部名单", "姓名", "", "tables.missing_value"),
        ("企业负责人表", "所在企业", "示例企页", "tables.orphan_near"),
        ("后备干部表", "来源", "自荐", "tables.unknown_code"),
        ("帮扶力量表", "党员编码", "示例己", "tables.orphan_near"),
        ("市级领导表", "联系点数", -1, "tables.too_small"),
        ("大工委大党委表", "委员会类型", "大支部", "tables.unknown_code"),
        ("网格党小组表", "所属网格", "G9", "tables.orphan"),
        ("网格党小组表", "企业任职名额", "若干", "tables.bad_number"),
        ("关爱服务对象表", "称谓", "无", "tables.missing_value"),
        ("微心愿清单", "紧急程度", 6, "tables.too_large"),
        ("点单表", "评分", 0, "tables.too_small"),
        ("党员中心户表", "所属楼栋", "完全不同", "tables.orphan"),
        ("机关单位表", "服务效能", 101, "tables.too_large"),
        ("楼栋(单元)表", "所属楼栋", "完全不同", "tables.orphan"),
    ],
)
def test_faults_of_a_cell(
    workbook: Callable[..., Path], sheet: str, header: str, cell: object, code: str
) -> None:
    rows = [list(row) for row in SHEETS[sheet]]
    at = rows[0].index(header)
    rows[1][at] = cell
    faults = faults_of(workbook(**{**SHEETS, sheet: rows}))
    found = {(fault.code, fault.place.sheet, fault.place.cell) for fault in faults}
    assert (code, sheet, f"{'ABCDEFGHIJ'[at]}2") in found
    assert all(render_fault(fault, language) for fault in faults for language in LANGUAGES)


def test_a_duty_stands_once_for_a_category_and_a_role(workbook: Callable[..., Path]) -> None:
    duties: Rows = [*ROLES["职责岗位表"], ["机关党员", "兼职楼长", "另一岗", "示例职责三"]]
    (fault,) = faults_of(workbook(**{**SHEETS, "职责岗位表": duties}))
    assert (fault.code, fault.found) == ("tables.duplicate_key", "agency + 兼职楼长")


def test_a_resource_without_any_provider(workbook: Callable[..., Path]) -> None:
    (fault,) = faults_of(workbook(**{**SHEETS, "资源清单": [*RESOURCES, ["RS3", "", "", "文化", "活动室"]]}))
    assert (fault.code, fault.place.cell) == ("tables.none_of", "B4")
    assert "提供社区" in str(fault.details["headers"])


def test_what_lies_below_a_removed_row_goes_with_it(workbook: Callable[..., Path]) -> None:
    dataset = read_dataset(workbook(**SHEETS)).dataset
    left, _ = without_rows(dataset, "communities", ["C1"])
    counts = {name: (len(dataset.tables[name]), len(left.tables[name])) for name in dataset.tables}
    assert {name for name, (before, after) in counts.items() if after < before} == {
        *("communities", "grids", "buildings", "households", "grid_groups", "orders", "hub_households"),
        *("community_members", "recipients", "micro_wishes", "service_projects", "wishes"),
    }
    assert left.tables["helpers"]["community_id"].tolist() == [None, "C2"]
    left, _ = without_rows(dataset, "communities", ["C2"])
    assert left.tables["resources"]["resource_id"].tolist() == ["RS1"]
    left, _ = without_rows(dataset, "buildings", ["B1"])
    assert left.tables["buildings"]["part_of"].tolist() == [None]
