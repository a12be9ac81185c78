"""The tables of service: who is cared for, wishes and projects to claim, orders, hub households."""

from __future__ import annotations

from matchmaker.tables.code_lists import CHOICES
from matchmaker.tables.definitions_people import NOTE
from matchmaker.tables.schema import Column, Kind, Table

__all__ = ["TABLES"]

_CATEGORY = Column("category", "类别", required=True, choices=CHOICES["category"])
_URGENCY = Column("urgency", "紧急程度", Kind.NUMBER, minimum=1, maximum=5, units=("级",))
_STATUS = Column("status", "状态")
_COMMUNITY = Column(
    "community_id", "所属社区", Kind.ID,
    aliases=("社区编码", "社区", "所在社区", "所属村社区", "所属社区(村)"),
    required=True, refers_to=("communities",),
)  # fmt: skip

_RECIPIENTS = Table(
    id="recipients",
    zh="关爱服务对象表",
    aliases=("关爱服务对象", "关爱对象表", "服务对象表"),
    key="recipient_id",
    parent=("community_id", "communities"),
    columns=(
        Column("recipient_id", "对象编码", Kind.ID, aliases=("对象编号", "编码", "编号"), required=True),
        Column("alias", "称谓", aliases=("对象称谓",), required=True, sensitive=True),
        Column("recipient_kind", "对象类型", aliases=("类型", "类别", "对象类别"), required=True,
               choices=CHOICES["recipient_kind"], sensitive=True),
        _COMMUNITY,
        Column("category", "需求类别", aliases=("需求", "诉求"), choices=CHOICES["category"],
               sensitive=True),
        Column("household_id", "所在户", Kind.ID, aliases=("户编码", "联系户"), refers_to=("households",),
               sensitive=True),
        NOTE,
    ),
)  # fmt: skip

_MICRO_WISHES = Table(
    id="micro_wishes",
    zh="微心愿表",
    aliases=("微心愿", "微心愿清单"),
    key="micro_wish_id",
    parent=("community_id", "communities"),
    columns=(
        Column("micro_wish_id", "微心愿编码", Kind.ID, aliases=("微心愿编号", "编码", "编号"), required=True),
        _COMMUNITY,
        Column("recipient_id", "关爱服务对象", Kind.ID, aliases=("对象编码", "关爱对象", "提出人"),
               refers_to=("recipients",), sensitive=True),
        _CATEGORY,
        Column("content", "内容", aliases=("心愿内容", "微心愿内容"), required=True),
        _URGENCY,
        _STATUS,
        NOTE,
    ),
)  # fmt: skip

_SERVICE_PROJECTS = Table(
    id="service_projects",
    zh="服务项目表",
    aliases=("服务项目", "服务项目清单"),
    key="service_project_id",
    names=("name",),
    parent=("community_id", "communities"),
    columns=(
        Column("service_project_id", "服务项目编码", Kind.ID,
               aliases=("项目编码", "项目编号", "编码", "编号"), required=True),
        Column("name", "名称", aliases=("项目名称", "服务项目名称", "服务项目"), required=True),
        _COMMUNITY,
        _CATEGORY,
        Column("capacity", "可参加人数", Kind.INTEGER, aliases=("需要人数", "人数", "人数上限"), minimum=0,
               units=("人", "名")),
        NOTE,
    ),
)  # fmt: skip

_ORDERS = Table(
    id="orders",
    zh="点单表",
    aliases=("点单", "群众点单表", "点单派单表", "订单表"),
    key="order_id",
    parent=("grid_id", "grids"),
    columns=(
        Column("order_id", "点单编码", Kind.ID, aliases=("点单编号", "单号", "编码", "编号"), required=True),
        Column("grid_id", "所属网格", Kind.ID, aliases=("网格编码", "所在网格", "网格"), required=True,
               refers_to=("grids",)),
        _CATEGORY,
        Column("content", "内容", aliases=("点单内容", "需求内容"), required=True),
        _URGENCY,
        Column("source", "来源", choices=CHOICES["need_source"]),
        Column("raised_on", "提出日期", Kind.DATE, aliases=("点单日期",)),
        _STATUS,
        Column("rating", "评分", Kind.NUMBER, aliases=("群众评分", "评单"), minimum=1, maximum=5,
               units=("分", "星")),
        NOTE,
    ),
)  # fmt: skip

_HUB_HOUSEHOLDS = Table(
    id="hub_households",
    zh="党员中心户表",
    aliases=("党员中心户", "中心户表"),
    key="hub_household_id",
    parent=("building_id", "buildings"),
    columns=(
        Column("hub_household_id", "中心户编码", Kind.ID, aliases=("中心户编号", "编码", "编号"),
               required=True),
        Column("alias", "称谓", aliases=("户主称谓", "户主"), sensitive=True),
        Column("building_id", "所属楼栋", Kind.ID, aliases=("楼栋编码", "所在楼栋", "楼栋"), required=True,
               refers_to=("buildings",)),
        Column("households", "联系户数", Kind.INTEGER, aliases=("户数",), minimum=0, units=("户",)),
        NOTE,
    ),
)  # fmt: skip

TABLES = (_RECIPIENTS, _MICRO_WISHES, _SERVICE_PROJECTS, _ORDERS, _HUB_HOUSEHOLDS)
