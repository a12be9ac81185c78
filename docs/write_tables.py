"""Write docs/tables.md from the definitions: run `python docs/write_tables.py` after changing one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from matchmaker.tables import (
    TABLES,
    definitions_changes,
    definitions_lists,
    definitions_people,
    definitions_places,
    definitions_records,
    definitions_roles,
    definitions_service,
)
from matchmaker.tables.code_lists import CHOICES
from matchmaker.tables.schema import Choices, Column, Kind, Table

PAGE = Path(__file__).with_name("tables.md")

SUBJECTS = (
    ("单位和人员 Agencies and people", definitions_people.TABLES),
    ("地方 Places", definitions_places.TABLES),
    ("角色和组织 Roles and bodies", definitions_roles.TABLES),
    ("服务 Service", definitions_service.TABLES),
    ("清单 Lists", definitions_lists.TABLES),
    ("记录 Records", definitions_records.TABLES),
    ("变动 Changes", definitions_changes.TABLES),
)

KINDS = {
    Kind.ID: "编码 id",
    Kind.TEXT: "文字 text",
    Kind.INTEGER: "整数 whole number",
    Kind.NUMBER: "数 number",
    Kind.FLAG: "是/否 yes/no",
    Kind.DATE: "日期 date",
}

INTRODUCTION = """\
# 数据表 Tables

<!-- Written by docs/write_tables.py from the definitions in matchmaker/tables; a test compares. -->

一个文件夹，每表一个 CSV 文件；或者一个 Excel 工作簿，每表一个工作表。表名和表头用中文、英文都可以，下面各栏的别名也能识别。
不需要的表可以没有。没有列在这里的栏也会保留，规则和一览表可以用它们。表格范例：`matchmaker demo longgang 文件夹 --format xlsx`。

A folder with one CSV file for each table, or one workbook with a sheet for each. Names of tables and headers may be
Chinese or English, and the other spellings listed are known too. Tables that are not needed may be left out. Columns
that are not listed here are kept, and rules and lists may use them.

- **\\*** 必填：表头要有，每行要填。Required: the header must be there and every row must hold a value.
- **→** 填另一表的编码，或者在那个表里不重复的名称。The id of a row of that table, or its name where it is unique.
  “可在表外”：表里没有的，原样保留并计数。"may lie outside": what the table does not have is kept and counted.
- **多值**：一格可填几个，用顿号、逗号、分号或换行隔开。Several values: in one cell, separated by 、 , ; or a line break.
- **个人信息**：屏幕上只显示姓，导出的内部表格里完整。Personal: only the first character on the screen, in full in the
  office's own sheets.
- 考核结果表 `scores` 中上一年的得分和等次，自动成为被考核各表的 `last_score`、`last_grade` 两栏，规则可以引用。Last year's rows of
  `scores` become the columns `last_score` and `last_grade` of the tables that were scored; rules may read them.
- 代码可写代码本身，也可写中文或英文名称；`codes` 表可以给每个[代码表](#代码表-code-lists)加自己的代码。
  `codes` 的“类别”栏写代码表的标识或中文名称（`cadre_kind`、选派类别）；自拟的类别可供名单 `lookup` 查用。
  A code may be written as such or by its name; the dataset's own `codes` table adds to any [list](#代码表-code-lists): its
  column `code_type` holds the list's id or Chinese name. Kinds of one's own serve lists' `lookup`.
"""


def page() -> str:
    """The whole page."""
    lines = [INTRODUCTION]
    for title, tables in SUBJECTS:
        names = "、".join(f"[{table.zh} `{table.id}`](#{_anchor(_heading(table))})" for table in tables)
        lines += [f"- {title}：{names}"]
    for title, tables in SUBJECTS:
        lines += ["", f"## {title}"]
        for table in tables:
            lines += ["", *_table(table)]
    lines += ["", "## 代码表 Code lists"]
    for choices in CHOICES.values():
        lines += ["", *_choices(choices)]
    return "\n".join(lines) + "\n"


def _heading(table: Table | Choices) -> str:
    return f"{table.zh} `{table.id}`"


def _anchor(heading: str) -> str:
    """The anchor that a heading has on the page: its letters and digits, hyphens for spaces."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def _table(table: Table) -> Iterator[str]:
    yield f"### {_heading(table)}"
    yield ""
    if table.aliases:
        yield f"- 别名 Also called: {' / '.join(table.aliases)}"
    if table.key:
        yield f"- 主键 Key: `{table.key}`"
    if table.unique:
        yield f"- 不可重复 May not repeat together: {_listed(table.unique)}"
    if table.one_of:
        yield f"- 至少填一项 At least one of: {_listed(table.one_of)}"
    if table.parent:
        yield f"- 上级 Lies below: {_link(table.parent[1])} (`{table.parent[0]}`)"
    if table.names:
        yield f"- 可用于引用的名称 May be referred to by: {_listed(table.names)}"
    yield ""
    yield "| 表头 Header | id | | 内容 Value | 别名 Also accepted |"
    yield "|---|---|---|---|---|"
    for column in table.columns:
        required = "\\*" if column.required else ""
        aliases = " / ".join(column.aliases)
        yield f"| {column.zh} | `{column.id}` | {required} | {_value(column)} | {aliases} |"


def _value(column: Column) -> str:
    """What a cell may hold."""
    if column.refers_to:
        parts = [f"→ {'、'.join(map(_link, column.refers_to))}"]
    elif column.chooser is not None:
        parts = [f"→ 由 `{column.chooser.column}` 决定的表 the table that `{column.chooser.column}` names"]
    elif column.choices is not None:
        parts = [f"代码 code: [{column.choices.zh}](#{_anchor(_heading(column.choices))})"]
    else:
        parts = [KINDS[column.kind]]
    if column.is_reference and not column.strict:
        parts.append("可在表外 may lie outside")
    if column.month:
        parts.append("可只到月 the month will do")
    parts += [*_bounds(column), *_units(column)]
    if column.many:
        parts.append("多值 several values")
    if column.series:
        parts.append("可继续加栏 may continue")
    if column.sensitive:
        parts.append("个人信息 personal")
    return "; ".join(parts)


def _bounds(column: Column) -> Iterator[str]:
    if column.minimum is not None and column.maximum is not None:
        yield f"{column.minimum:g} – {column.maximum:g}"
    elif column.minimum is not None:
        yield f"≥ {column.minimum:g}"


def _units(column: Column) -> Iterator[str]:
    if column.units:
        yield f"可带单位 may be followed by {' / '.join(column.units)}"


def _choices(choices: Choices) -> Iterator[str]:
    yield f"### {_heading(choices)}"
    yield ""
    yield (
        "只能用下列代码和 `codes` 表所加的。 Only these codes and those that `codes` adds."
        if choices.closed
        else "可用其他文字。 Other words are kept as they are."
    )
    yield ""
    yield "| 代码 Code | 中文 | English | 别名 Also accepted |"
    yield "|---|---|---|---|"
    for option in choices.options:
        yield f"| `{option.code}` | {option.zh} | {option.en} | {' / '.join(option.aliases)} |"


def _listed(columns: tuple[str, ...]) -> str:
    return ", ".join(f"`{column}`" for column in columns)


def _link(table_id: str) -> str:
    return f"[{TABLES[table_id].zh}](#{_anchor(_heading(TABLES[table_id]))})"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
