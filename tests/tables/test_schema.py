"""Definitions agree with themselves and with the tables agreed for the product."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

import matchmaker.tables
from matchmaker.messages.reports import TEXTS as REPORTS
from matchmaker.messages.tables import TEXTS
from matchmaker.tables import TABLES, Kind, match_key
from matchmaker.tables.code_lists import CHOICES
from matchmaker.tables.layouts import near_table, table_named

DOCS = Path(__file__).parents[2] / "docs"
EXPECTED = {
    *("agencies", "branches", "members", "partners", "groups", "changes"),
    *("sub_districts", "communities", "grids", "buildings", "building_units", "households", "adjacency"),
    *("posts", "resources", "needs", "services", "projects", "wishes", "pins", "history", "evaluations"),
    *("points", "other_duties", "distances", "codes", "succession", "visits", "assessments", "scores"),
    *("objections", "baseline"),
    *("leaders", "committee_members", "cadres", "enterprise_heads", "community_members", "reserve_cadres"),
    *("field_members", "helpers", "duties", "committees", "grid_groups", "meeting_groups", "forces"),
    *("recipients", "micro_wishes", "service_projects", "orders", "hub_households"),
}


def test_every_table_is_defined_once() -> None:
    assert set(TABLES) == EXPECTED


def test_parents() -> None:
    assert {table.id: table.parent for table in TABLES.values() if table.parent} == {
        "members": ("branch_id", "branches"),
        "branches": ("agency_id", "agencies"),
        "building_units": ("building_id", "buildings"),
        "buildings": ("grid_id", "grids"),
        "grids": ("community_id", "communities"),
        "communities": ("sub_district_id", "sub_districts"),
        "households": ("community_id", "communities"),
        "partners": ("community_id", "communities"),
        "posts": ("community_id", "communities"),
        "cadres": ("agency_id", "agencies"),
        "enterprise_heads": ("partner_id", "partners"),
        "community_members": ("community_id", "communities"),
        "committees": ("sub_district_id", "sub_districts"),
        "grid_groups": ("grid_id", "grids"),
        "meeting_groups": ("sub_district_id", "sub_districts"),
        "recipients": ("community_id", "communities"),
        "micro_wishes": ("community_id", "communities"),
        "service_projects": ("community_id", "communities"),
        "orders": ("grid_id", "grids"),
        "hub_households": ("building_id", "buildings"),
    }


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_headers_name_one_column_each(table: matchmaker.tables.Table) -> None:
    owners: dict[str, str] = {}
    for column in table.columns:
        assert table.find(column.zh) is column
        assert table.find(column.id) is column
        for header in (*column.aliases, column.zh, column.id):
            assert owners.setdefault(match_key(header), column.id) == column.id, header


@pytest.mark.parametrize("table", TABLES.values(), ids=list(TABLES))
def test_definitions_refer_to_what_exists(table: matchmaker.tables.Table) -> None:
    for name in (*filter(None, [table.key]), *table.unique, *table.one_of, *table.names):
        assert table.column(name) is not None
    for column in table.columns:
        tables = list(column.refers_to)
        if column.chooser is not None:
            chooser = table.column(column.chooser.column)
            assert chooser is not None
            assert chooser.choices is not None
            assert set(column.chooser.tables) == set(chooser.choices.names)
            tables += [each for group in column.chooser.tables.values() for each in group]
        assert all(TABLES[each].key for each in tables)
        assert not column.is_reference or column.kind is Kind.ID


@pytest.mark.parametrize("choices", CHOICES.values(), ids=list(CHOICES))
def test_spellings_of_codes_do_not_clash(choices: matchmaker.tables.Choices) -> None:
    owners: dict[str, str] = {}
    for option in choices.options:
        assert choices.code(option.zh) == choices.code(option.code) == option.code
        for spelling in (option.code, option.zh, option.en, *option.aliases):
            if spelling:
                assert owners.setdefault(match_key(spelling), option.code) == option.code, spelling


def test_sixteen_categories_with_their_published_names() -> None:
    assert list(CHOICES["category"].names) == [
        *("org", "law", "employ", "biz", "housing", "env", "health", "elderly"),
        *("edu", "culture", "safety", "ecology", "talent", "infra", "policy", "emergency"),
    ]
    assert CHOICES["category"].code("法律咨询与援助、矛盾调解、信访") == "law"


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("单位编码*", "agency_id"),
        ("单位编码（必填）", "agency_id"),
        ("Agency ID", "agency_id"),
        ("单位 名称", "name"),
        ("力量等级（1-5）", "strength"),
    ],
)
def test_headers_as_offices_write_them(header: str, column: str) -> None:
    found = TABLES["agencies"].find(header)
    assert found is not None
    assert found.id == column


@pytest.mark.parametrize("header", ["第四意向", "wish_4", "Wish 4", "第4意向"])
def test_wishes_may_continue(header: str) -> None:
    found = TABLES["wishes"].find(header)
    assert found is not None
    assert (found.id, found.zh, found.required) == ("wish_4", "第四意向", False)


def test_a_series_does_not_swallow_other_headers() -> None:
    assert TABLES["wishes"].find("第四季度") is None
    assert TABLES["wishes"].find("wish_0") is None
    assert TABLES["agencies"].find("name_4") is None


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("街道（镇）表", "sub_districts"),
        ("附件1：街道表", "sub_districts"),
        ("党员花名册2026", "members"),
        ("Sub-Districts", "sub_districts"),
        ("意向表", "wishes"),
        ("单位联街道", None),
        ("填写说明", None),
    ],
)
def test_names_of_sheets(name: str, table: str | None) -> None:
    found = table_named(name)
    assert (found.id if found else None) == table


def test_names_of_sheets_mean_one_table_each() -> None:
    owners: dict[str, str] = {}
    for table in TABLES.values():
        assert table_named(table.zh) is table_named(table.id) is table
        for name in (table.id, table.zh, *table.aliases):
            assert owners.setdefault(match_key(name), table.id) == table.id, name


def test_every_row_has_room_for_a_note() -> None:
    assert [table.id for table in TABLES.values() if table.column("note") is None] == []


def test_names_of_people_are_sensitive() -> None:
    named = {
        table.id: column.sensitive for table in TABLES.values() for column in table.columns
        if column.zh == "姓名" or column.id == "alias"
    }  # fmt: skip
    assert all(named.values())
    assert set(named) == {
        *("members", "field_members", "leaders", "committee_members", "cadres", "enterprise_heads"),
        *("community_members", "reserve_cadres", "helpers", "households", "recipients", "hub_households"),
    }


def test_what_a_stage_may_join_has_a_noun() -> None:
    nouns = {key.removeprefix("row.") for key in REPORTS if key.startswith("row.")}
    assert nouns == {table.id for table in TABLES.values() if table.key} | {"pairs"}


def test_the_page_of_tables_says_what_the_definitions_say() -> None:
    written = runpy.run_path(str(DOCS / "write_tables.py"))["page"]()
    assert (DOCS / "tables.md").read_text("utf-8") == written, "run python docs/write_tables.py"
    targets = set(re.findall(r"\]\(#([^)]+)\)", written))
    headings = re.findall(r"^#{2,3} (.+)$", written, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert targets <= anchors
    assert len(anchors) == len(headings)


def test_near_names() -> None:
    near = near_table("member")
    assert near is not None
    assert near.id == "members"
    assert near_table("README") is None


def test_every_code_used_has_its_texts() -> None:
    used: set[str] = set()
    for path in Path(matchmaker.tables.__file__).parent.glob("*.py"):
        used.update(re.findall(r'"(tables\.[a-z_.]*[a-z])"', path.read_text(encoding="utf-8")))
    needed = {
        key
        for code in used
        for key in ((code,) if code.count(".") > 1 else (code, f"{code}.expected", f"{code}.remedy"))
    }
    assert needed == set(TEXTS)


@pytest.mark.parametrize("key", TEXTS)
def test_both_languages_use_the_same_details(key: str) -> None:
    chinese, english = (set(re.findall(r"\{(\w+)\}", text)) for text in TEXTS[key])
    optional = {"header", "column", "headers", "columns"}  # either name of a column will do
    assert chinese - optional == english - optional
