"""What changes during the year: people leave, come, fall ill; units merge, split, close."""

from __future__ import annotations

from matchmaker.tables.code_lists import CHOICES
from matchmaker.tables.definitions_lists import PARTY_TABLES
from matchmaker.tables.definitions_people import NOTE
from matchmaker.tables.schema import Chooser, Column, Kind, Table

__all__ = ["TABLES"]

_ABOVE = {
    "branch": "agencies",
    "member": "branches",
    "cadre": "agencies",
    "enterprise_head": "partners",
    "building": "grids",
    "building_unit": "buildings",
    "grid": "communities",
    "grid_group": "grids",
    "order": "grids",
    "hub_household": "buildings",
    "community": "sub_districts",
    "committee": "sub_districts",
    "meeting_group": "sub_districts",
    **dict.fromkeys(
        ("household", "partner", "post", "community_member", "recipient", "micro_wish", "service_project"),
        "communities",
    ),
}
"""Table above that of each kind of party, into which its rows go; a merger goes into the own table."""

_INTO = {
    kind: (*((_ABOVE[kind],) if kind in _ABOVE else ()), *tables) for kind, tables in PARTY_TABLES.items()
}

_CHANGES = Table(
    id="changes",
    zh="人员机构变动表",
    aliases=("人员变动表", "人员变动", "机构变动表", "变动表"),
    columns=(
        Column("date", "日期", Kind.DATE, aliases=("变动日期", "起始日期"), required=True),
        Column("kind", "变动", aliases=("变动类型", "类型"), required=True, choices=CHOICES["change_kind"]),
        Column("party_kind", "对象类型", aliases=("变动对象类型",), required=True,
               choices=CHOICES["party_kind"]),
        # who has left is no row of the tables of the plan that comes out of it
        Column("party_id", "变动对象", Kind.ID,
               aliases=("变动对象编码", "离任人", "原单位", "党员", "党员编码", "姓名", "member_id"),
               chooser=Chooser("party_kind", PARTY_TABLES), strict=False, strict_in_records=True),
        Column("new_id", "新编码", Kind.ID, aliases=("新进编码", "拆分后编码")),
        Column("new_name", "新名称", aliases=("新进姓名", "新进人员", "拆分后名称"), sensitive=True),
        Column("into_id", "去向", Kind.ID, aliases=("所入单位", "并入单位", "划入单位", "新单位", "新支部"),
               chooser=Chooser("party_kind", _INTO), strict=False),
        Column("replaces_id", "接替何人", Kind.ID, aliases=("接替", "接替对象"),
               chooser=Chooser("party_kind", PARTY_TABLES), strict=False, strict_in_records=True),
        Column("share", "所占比例", Kind.NUMBER, aliases=("比例",), minimum=0, maximum=1),
        Column("until", "截止日期", Kind.DATE, aliases=("病休截止日期", "期限")),
        Column("reason", "原因", aliases=("变动原因", "事由")),
        NOTE,
    ),
)  # fmt: skip

TABLES = (_CHANGES,)
