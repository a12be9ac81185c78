"""The workbook, read back by another library: contents, order, print set-up, safety."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from matchmaker.errors import InputError
from matchmaker.messages import LANGUAGES, Language, render_fault
from matchmaker.plans import Plan
from matchmaker.reports.names import place_name
from matchmaker.reports.sheet_writer import unique_tab
from matchmaker.reports.words import sheet_title
from matchmaker.reports.workbook import export
from matchmaker.scheme.definitions import Scheme
from matchmaker.scheme.files import SCENARIOS
from matchmaker.scheme.scenario import load_scheme
from tests.rules.instances import dataset_from
from tests.small_plans import FIRST, SMALL_SCHEME, SMALL_TABLES, demo_plan, plan_of, scenario_of, small_plan

DANGEROUS = ("=1+1 局", "@SUM(A1)", "+86 局", "-局", "\t=局")


@pytest.fixture(scope="module")
def demo() -> Plan:
    return demo_plan()


@pytest.fixture(scope="module")
def book(demo: Plan, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return openpyxl.load_workbook(export(demo, tmp_path_factory.mktemp("book") / "plan.xlsx"))


def head_row(sheet: Worksheet, first: str = "序号") -> int:
    return next(row for row in range(1, 12) if sheet.cell(row, 1).value == first)


def table(sheet: Worksheet, first: str = "序号") -> list[dict[str, Any]]:
    """The rows of a list by their heads, without the total row."""
    head = head_row(sheet, first)
    titles = [cell.value for cell in sheet[head] if cell.value]
    rows = []
    for row in sheet.iter_rows(min_row=head + 1, values_only=True):
        if not isinstance(row[0], int):
            break
        rows.append(dict(zip(titles, row, strict=False)))
    return rows


def texts(sheet: Worksheet) -> str:
    rows = sheet.iter_rows(values_only=True)
    return "\n".join(str(cell) for row in rows for cell in row if cell is not None)


def test_one_sheet_a_stage_after_the_overview_and_one_a_list(book: Any) -> None:
    scheme = load_scheme(SCENARIOS / "longgang" / "scheme.yaml")
    stages, lists = [each.name for each in scheme.stages], [each.name for each in scheme.lists]
    assert book.sheetnames == ["总览", *stages, *lists, "未安排名单"]


@pytest.mark.parametrize(
    ("sheet", "stage", "heads"),
    [
        (
            "单位联街道",
            "agency_sub_district",
            "街道 单位名称 单位类别 党员数 对应需求（前三） 匹配度 是否意向 变动 上年街道 联络员 电话 备注",
        ),
        (
            "支部联网格",
            "branch_grid",
            "街道 社区 网格 网格户数 支部 所属单位 党员数 支部书记 联络员 匹配度 变动",
        ),
        (
            "党员联楼栋",
            "member_building",
            "街道 社区 网格 楼栋（单元） 户数 党员 支部 特长 是否居住本楼 电话 变动",
        ),
    ],
)
def test_every_pair_is_in_its_list(book: Any, demo: Plan, sheet: str, stage: str, heads: str) -> None:
    rows = table(book[sheet])
    assert list(rows[0]) == ["序号", *heads.split()]
    assert [row["序号"] for row in rows] == list(range(1, len(demo.assignments[stage]) + 1))


def test_lists_say_what_the_plan_says(book: Any, demo: Plan) -> None:
    agencies, districts = (demo.dataset.frame(name) for name in ("agencies", "sub_districts"))
    frame = demo.assignments["agency_sub_district"].set_index("source_id")
    names = dict(zip(agencies["name"], agencies["agency_id"], strict=True))
    places = dict(zip(districts["sub_district_id"], districts["name"], strict=True))
    for row in table(book["单位联街道"]):
        pair = frame.loc[names[row["单位名称"]]]
        assert row["街道"] == places[pair["target_id"]]
        assert row["匹配度"] == pytest.approx(pair["fit"])
        assert row["变动"] == pair["change"]
        assert (row["是否意向"] == "第一意向") == (pair["wish_rank"] == 1)
        assert row["上年街道"] == places.get(pair["previous_target_id"])


def test_lists_follow_the_official_order() -> None:
    plan = small_plan(FIRST)
    rows = _written(plan)["单位联街道"]
    # S2 comes first by its sort_order; inside S1 A1 has an order and A3 has none
    assert [row["单位名称"] for row in table(rows)] == ["示例区卫健局", "示例区司法局", "=1+1 局"]
    assert [row["街道"] for row in table(rows)] == ["示例第二街道", "示例街道", "示例街道"]


def test_totals_follow_the_filter(book: Any, demo: Plan) -> None:
    sheet = book["单位联街道"]
    last = head_row(sheet) + len(table(sheet)) + 1
    assert sheet.cell(last, 1).value == "合计"
    assert str(sheet.cell(last, 5).value).startswith("=SUBTOTAL(109,E")
    assert str(sheet.cell(last, 7).value).startswith("=SUBTOTAL(101,G")


def test_the_form_of_the_office(book: Any) -> None:
    lines = "附件 |内部资料　注意保管|填报单位（盖章）：|填表日期：|填报人：|审核人：|主要负责人签字："
    for sheet in book.worksheets[1:]:
        told = texts(sheet)
        for words in lines.split("|"):
            assert words in told
        assert sheet["A2"].alignment.horizontal == "center"
        assert "模拟数据" in told
    assert "三定三联单位联街道安排表（2027年度）" in texts(book["单位联街道"])


def test_sheets_print_well(book: Any) -> None:
    for sheet in book.worksheets[1:]:
        head = head_row(sheet)
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == f"${head}:${head}"
        assert "&P" in sheet.oddFooter.center.text
        assert sheet.oddHeader.left.text == "模拟数据"
        assert sheet.freeze_panes.endswith(str(head + 1))
        assert sheet.auto_filter.ref.startswith(f"A{head}:")
    widths = book["单位联街道"].column_dimensions
    assert widths["C"].width > 2 * widths["A"].width


def test_changes_and_low_fit_are_coloured(book: Any) -> None:
    rules = [rule for area in book["单位联街道"].conditional_formatting for rule in area.rules]
    formulas = {formula for rule in rules for formula in rule.formula}
    assert {'"新增"', '"调整"', "10"} <= formulas


def test_the_overview(book: Any, demo: Plan) -> None:
    told = texts(book["总览"])
    for words in (
        "三定三联工作安排总览",
        "可行，与最优的差距不超过 1%",
        "一、各环节结果",
        "匹配度平均",
        "三、意向采纳情况",
        "力量弱",
        "四、负荷与均衡",
        "五、规则",
        "必须满足",
        "第1级目标，权重 3",
        "六、参数与版本",
        "软件版本：matchmaker",
        "0" * 64,
        "模拟数据",
    ):
        assert words in told
    for rule in demo.scenario.scheme.rules:
        assert rule.describe("zh", demo.scenario.scheme.is_soft(rule)) in told


def test_who_has_nothing_is_listed_with_the_reason(book: Any, demo: Plan) -> None:
    rows = table(book["未安排名单"])
    assert [row["编码"] for row in rows] == demo.unassigned["id"].tolist()
    assert {"不参加本轮安排"} <= {row["原因"] for row in rows}


def test_the_same_plan_gives_the_same_bytes(demo: Plan, tmp_path: Path) -> None:
    first, second = (export(demo, tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    assert first.read_bytes() == second.read_bytes()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "b.xlsx"]


def test_an_existing_file_is_replaced_and_kept_private(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_text("old")
    path.chmod(0o644)
    export(small_plan(FIRST), path)
    assert openpyxl.load_workbook(path).sheetnames[0] == "总览"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_unverified_plan_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        export(small_plan(FIRST, verified=False), tmp_path / "plan.xlsx")
    (fault,) = caught.value.faults
    assert fault.code == "report.not_verified"
    for language in LANGUAGES:
        assert render_fault(fault, language)
    assert not list(tmp_path.iterdir())


def test_text_never_becomes_a_formula_or_a_link() -> None:
    tables = json.loads(json.dumps(SMALL_TABLES))
    for row, name in zip(tables["agencies"], DANGEROUS, strict=False):
        row |= {"name": name, "function_codes": tuple(row["function_codes"]), "note": "http://example.org"}
    for row in tables["wishes"]:
        row |= {key: tuple(row[key]) for key in ("wish_1", "wish_2", "refused")}
    scenario = scenario_of(Scheme.model_validate({**SMALL_SCHEME, "organizer": "=cmd|' /C calc'!A0"}))
    sheet = _written(plan_of(scenario, dataset_from(tables), FIRST))["单位联街道"]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    named = [cell for cell in cells if cell.value in DANGEROUS]
    assert {cell.value for cell in named} == set(DANGEROUS[:3])
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in named)
    assert all(str(cell.value).startswith("=SUBTOTAL(") for cell in cells if cell.data_type == "f")
    assert not any(cell.hyperlink for cell in cells)


def test_any_programme_gets_a_list() -> None:
    scheme = Scheme.model_validate(
        {
            "name": "企地共建",
            "stages": [{"id": "partner_post", "from": "partners", "to": "posts", "each_source": {"max": 1}}],
            "rules": [{"id": "fit", "kind": "fit", "stage": "partner_post"}],
            "objective": [{"fit": 1}],
            "labels": {"partner_post": "企业认领岗位一览表"},
        }
    )
    dataset = dataset_from(
        {
            "communities": [{"community_id": "C1", "name": "甲社区"}],
            "partners": [{"partner_id": "P1", "name": "示例公司", "kind": "private", "community_id": "C1"}],
            "posts": [{"post_id": "Q1", "name": "义诊岗", "community_id": "C1", "category": "health"}],
        }
    )
    plan = plan_of(scenario_of(scheme), dataset, {"partner_post": [("P1", "Q1")]})
    sheet = _written(plan)["partner_post"]
    (row,) = table(sheet)
    assert list(row.values()) == [1, "Q1", "义诊岗", "P1", "示例公司", 0]
    assert list(row) == ["序号", "岗位编码", "岗位", "两新组织和企业编码", "两新组织和企业", "得分"]
    assert "企业认领岗位一览表" in texts(sheet)
    assert "模拟数据" not in texts(sheet)


def test_an_empty_stage_has_an_empty_list() -> None:
    sheet = _written(small_plan({"agency_sub_district": []}))["单位联街道"]
    assert table(sheet) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_are_written(demo: Plan, tmp_path: Path, language: Language) -> None:
    path = export(demo, tmp_path / "plan.xlsx", language)
    with ZipFile(path) as archive:
        told = archive.read("xl/sharedStrings.xml").decode()
    assert ("Prepared by:" in told) == (language == "en")
    assert "模拟数据" in told
    assert "{" not in told


def test_tab_names_are_valid_and_unique() -> None:
    taken: set[str] = set()
    tabs = []
    for name in ("a/b[1]", "A_B_1_", "'x'", "", "History", "名" * 40, "名" * 40):
        tabs.append(unique_tab(name, taken))
        taken.add(tabs[-1].lower())
    assert len({tab.lower() for tab in tabs}) == len(tabs)
    assert all(0 < len(tab) <= 31 and not set(tab) & set("[]:*?/\\") for tab in tabs)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("良安田社区居委会", "良安田社区"),
        ("良安田社区居民委员会", "良安田社区"),
        ("示例街道办事处", "示例街道"),
        ("王家村村民委员会", "王家村"),
        ("王家村委会", "王家村"),
        ("示例社区", "示例社区"),
    ],
)
def test_places_are_shown_without_their_offices(written: str, shown: str) -> None:
    assert place_name(written) == shown


def _written(plan: Plan) -> Any:
    with TemporaryDirectory() as folder:
        return openpyxl.load_workbook(export(plan, Path(folder) / "plan.xlsx"))


@pytest.mark.parametrize(
    ("part", "name", "title"),
    [
        ("pairing", "支部联村", "试验支部联村安排表（2027年度）"),
        ("pairing", "支部联村安排表", "试验支部联村安排表（2027年度）"),
        ("triads", "三方结对一览表", "试验三方结对一览表（2027年度）"),
        ("labelled", "支部联村", "本区支部联村表"),
    ],
)
def test_titles_say_once_what_kind_of_sheet_it_is(part: str, name: str, title: str) -> None:
    stage = {"id": "pairing", "from": "branches", "to": "communities"}
    scheme = Scheme.model_validate(
        {"name": "试验", "labels": {"labelled": "本区支部联村表"}, "stages": [stage]}
    )
    assert sheet_title(scheme, part, name, 2027, "zh") == title
