"""The records of a year: ratings, the points log, visits, assessment sheets, and the scores made of them."""

from __future__ import annotations

from matchmaker.tables.code_lists import CHOICES
from matchmaker.tables.definitions_lists import PARTY_TABLES, YEAR
from matchmaker.tables.definitions_people import NOTE
from matchmaker.tables.schema import Chooser, Column, Kind, Table

__all__ = ["KINDS_OF_TABLES", "RATEE_TABLES", "TABLES"]

KINDS_OF_TABLES = {tables[0]: kind for kind, tables in PARTY_TABLES.items()}
"""Table to the kind by which sheets name its rows."""

RATEE_TABLES = {
    "community_agency": ("agencies",),
    "agency_community": ("communities",),
    "branch_member": ("members",),
    "community_member": ("members",),
    "resident": ("members", "agencies", "branches"),
}
"""Tables of those who may be rated, by kind of rating, tried in order."""

_RATER_TABLES: dict[str, tuple[str, ...]] = {
    "community_agency": ("communities",),
    "agency_community": ("agencies",),
    "branch_member": ("branches",),
    "community_member": ("communities",),
    "resident": (),
}
_VISITORS = {kind: PARTY_TABLES[kind] for kind in CHOICES["visitor_kind"].names}
_VISITED = {kind: PARTY_TABLES[kind] for kind in CHOICES["visited_kind"].names}

_EVALUATIONS = Table(
    id="evaluations",
    zh="双向评价表",
    aliases=("双向评价", "评价表"),
    columns=(
        YEAR,
        Column("rater_kind", "评价方", required=True, choices=CHOICES["rater_kind"]),
        Column("ratee_id", "被评", Kind.ID, aliases=("被评方", "被评对象"), required=True,
               chooser=Chooser("rater_kind", RATEE_TABLES), strict=False, strict_in_records=True),
        Column("rater_id", "对象", Kind.ID, aliases=("评价人",), required=True,
               chooser=Chooser("rater_kind", _RATER_TABLES), strict=False, strict_in_records=True),
        Column("score", "分数", Kind.NUMBER, aliases=("得分",), required=True, minimum=0, maximum=100,
               units=("分",)),
        Column("grade", "等次"),
        Column("comment", "意见"),
        NOTE,
    ),
)  # fmt: skip

_POINTS = Table(
    id="points",
    zh="积分与服务日志",
    aliases=("积分表", "服务日志", "积分"),
    columns=(
        Column("date", "日期", Kind.DATE, required=True),
        Column("member_id", "党员", Kind.ID, aliases=("党员编码", "姓名"), required=True,
               refers_to=("members",)),
        Column("community_id", "社区", Kind.ID, aliases=("社区编码",), required=True,
               refers_to=("communities",)),
        Column("activity", "活动", aliases=("活动名称",)),
        Column("hours", "时长", Kind.NUMBER, minimum=0, units=("小时", "h")),
        Column("points", "积分", Kind.NUMBER, required=True, units=("分",)),
        NOTE,
    ),
)  # fmt: skip

_VISITS = Table(
    id="visits",
    zh="走访记录表",
    aliases=("走访记录", "走访登记表", "走访台账", "走访"),
    columns=(
        Column("date", "日期", Kind.DATE, aliases=("走访日期",), required=True),
        Column("visitor_kind", "走访方类型", required=True, choices=CHOICES["visitor_kind"]),
        Column("visitor_id", "走访方", Kind.ID, aliases=("走访人", "走访人员"), required=True,
               chooser=Chooser("visitor_kind", _VISITORS)),
        Column("place_kind", "走访对象类型", aliases=("对象类型",), required=True,
               choices=CHOICES["visited_kind"]),
        Column("place_id", "走访对象", Kind.ID, aliases=("对象",), required=True,
               chooser=Chooser("place_kind", _VISITED)),
        Column("matter", "事由", aliases=("反映的问题", "反映问题", "走访内容")),
        Column("settled", "是否办结", Kind.FLAG, aliases=("办结",)),
        NOTE,
    ),
)  # fmt: skip

_ASSESSMENTS = Table(
    id="assessments",
    zh="考核评分表",
    aliases=("考核评分", "评分表"),
    unique=("year", "kind", "id"),
    columns=(
        YEAR,
        Column("kind", "对象类型", required=True, choices=CHOICES["party_kind"]),
        Column("id", "考核对象", Kind.ID, aliases=("对象", "被考核对象"), required=True,
               chooser=Chooser("kind", PARTY_TABLES)),
        Column("routine_score", "平时分", Kind.NUMBER, minimum=0, maximum=100, units=("分",)),
        Column("annual_score", "年度分", Kind.NUMBER, minimum=0, maximum=100, units=("分",)),
        Column("bonus", "加分", Kind.NUMBER, minimum=0, maximum=100, units=("分",)),
        Column("deduction", "扣分", Kind.NUMBER, minimum=0, maximum=100, units=("分",)),
        Column("basis", "扣分依据", aliases=("加扣分依据", "依据")),
        NOTE,
    ),
)  # fmt: skip

_SCORES = Table(
    id="scores",
    zh="考核结果表",
    aliases=("考核结果", "年度考核结果"),
    unique=("year", "kind", "id"),
    columns=(
        YEAR,
        Column("kind", "对象类型", required=True, choices=CHOICES["party_kind"]),
        # of earlier years: a unit that has been merged since is no row of today's tables
        Column("id", "考核对象", Kind.ID, aliases=("对象", "被考核对象"), required=True,
               chooser=Chooser("kind", PARTY_TABLES), strict=False),
        Column("score", "总分", Kind.NUMBER, aliases=("得分", "分数"), required=True, units=("分",)),
        Column("grade", "等次"),
        NOTE,
    ),
)  # fmt: skip

TABLES = (_EVALUATIONS, _POINTS, _VISITS, _ASSESSMENTS, _SCORES)
