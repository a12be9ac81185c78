"""The tables of those who are sent: agencies, branches, members, partners, groups, changes."""

from __future__ import annotations

from matchmaker.tables.code_lists import CHOICES
from matchmaker.tables.schema import Column, Kind, Table

__all__ = ["TABLES"]

_PERSONS = ("人", "名")
NOTE = Column("note", "备注", aliases=("说明",))
SORT_ORDER = Column("sort_order", "排序", Kind.NUMBER, aliases=("排序号", "顺序"))
LIAISON = Column("liaison", "联络员", sensitive=True)
CONTACT = Column("contact", "联系人", sensitive=True)
PHONE = Column("phone", "联系电话", Kind.ID, aliases=("电话", "手机", "手机号"), sensitive=True)
MEMBER_COUNT = Column(
    "member_count", "党员数", Kind.INTEGER, aliases=("党员人数", "党员总数"), minimum=0, units=_PERSONS
)
DUTY_CAP = Column(
    "duty_cap", "任务上限", Kind.INTEGER, aliases=("包联任务上限",), minimum=0, units=("项", "个")
)

_AGENCIES = Table(
    id="agencies",
    zh="机关单位表",
    aliases=("机关单位", "单位表", "单位名单", "机关单位一览表"),
    key="agency_id",
    names=("name", "short_name"),
    columns=(
        Column("agency_id", "单位编码", Kind.ID, aliases=("单位编号", "编码"), required=True),
        Column("name", "单位名称", aliases=("名称", "单位"), required=True),
        Column("short_name", "简称", aliases=("单位简称",)),
        Column("agency_type", "单位类别", aliases=("单位类型", "单位性质"), required=True,
               choices=CHOICES["agency_type"]),
        Column("level", "管理层级", aliases=("层级", "级别"), choices=CHOICES["level"]),
        MEMBER_COUNT,
        Column("branch_count", "支部数", Kind.INTEGER, aliases=("党支部数",), minimum=0, units=("个",)),
        Column("function_codes", "职能类别", aliases=("职能", "主要职能", "职能方向"), required=True,
               many=True, choices=CHOICES["category"]),
        Column("line", "条口", aliases=("条口归属", "所属条口")),
        Column("performance", "服务效能", Kind.NUMBER, aliases=("服务效能得分",), minimum=0, maximum=100,
               units=("分",)),
        Column("staff_makeup", "人员构成"),
        Column("address", "单位地址", aliases=("地址",)),
        Column("located_sub_district", "所在街道", Kind.ID, aliases=("所在镇街", "所在街道(镇)"),
               refers_to=("sub_districts",), strict=False),
        Column("community_id", "所在社区", Kind.ID, aliases=("所在社区(村)", "社区编码"),
               refers_to=("communities",), strict=False),
        Column("lng", "经度", Kind.NUMBER, minimum=-180, maximum=180),
        Column("lat", "纬度", Kind.NUMBER, minimum=-90, maximum=90),
        Column("strength", "力量等级", Kind.NUMBER, aliases=("力量",), minimum=1, maximum=5, units=("级",)),
        Column("capacity", "容量上限", Kind.INTEGER, aliases=("容量",), minimum=0),
        DUTY_CAP,
        Column("leader_in_charge", "分管领导", sensitive=True),
        LIAISON,
        PHONE,
        Column("active", "是否参加", Kind.FLAG, required=True),
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_BRANCHES = Table(
    id="branches",
    zh="党支部表",
    aliases=("党支部", "支部表", "支部名单"),
    key="branch_id",
    names=("name",),
    parent=("agency_id", "agencies"),
    columns=(
        Column("branch_id", "支部编码", Kind.ID, aliases=("支部编号", "编码", "党支部编码"), required=True),
        Column("name", "支部名称", aliases=("名称", "支部", "党支部", "党支部名称"), required=True),
        Column("agency_id", "所属单位", Kind.ID,
               aliases=("单位编码", "所属单位编码", "单位", "所在单位", "单位名称"),
               required=True, refers_to=("agencies",)),
        Column("secretary", "书记", aliases=("支部书记",), sensitive=True),
        Column("member_count", "党员数", Kind.INTEGER, aliases=("党员人数", "党员总数"), required=True,
               minimum=0, units=_PERSONS),
        Column("function_codes", "职能方向", aliases=("职能类别", "职能"), many=True,
               choices=CHOICES["category"]),
        Column("grid_capacity", "可联网格数", Kind.INTEGER, aliases=("网格数上限",), minimum=0,
               units=("个",)),
        DUTY_CAP,
        LIAISON,
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_MEMBERS = Table(
    id="members",
    zh="党员花名册",
    aliases=("党员表", "党员名册", "花名册", "党员"),
    key="member_id",
    names=("name",),
    parent=("branch_id", "branches"),
    columns=(
        Column("member_id", "党员编码", Kind.ID, aliases=("党员编号", "编码"), required=True),
        Column("name", "姓名", aliases=("党员姓名",), required=True, sensitive=True),
        Column("sex", "性别", choices=CHOICES["sex"], sensitive=True),
        Column("birth", "出生年月", Kind.DATE, aliases=("出生日期",), month=True, sensitive=True),
        Column("agency_id", "所在单位", Kind.ID, aliases=("单位编码", "单位", "所属单位", "单位名称"),
               required=True, refers_to=("agencies",)),
        Column("branch_id", "所在支部", Kind.ID, aliases=("支部编码", "支部", "所属支部", "所在党支部"),
               required=True, refers_to=("branches",)),
        Column("member_category", "党员类别", aliases=("类别",), required=True,
               choices=CHOICES["member_category"]),
        Column("rank", "职级", aliases=("级别",), required=True, choices=CHOICES["rank"]),
        Column("post_title", "职务"),
        Column("is_team_member", "是否班子成员", Kind.FLAG, aliases=("班子成员",)),
        Column("unit_head", "是否单位党组织负责人", Kind.FLAG,
               aliases=("单位党组织负责人", "党组织负责人", "是否党组织负责人")),
        Column("home_sub_district", "居住街道", Kind.ID, aliases=("居住街道(镇)",),
               refers_to=("sub_districts",), strict=False, sensitive=True),
        Column("home_community", "居住社区", Kind.ID, aliases=("居住社区(村)", "居住地社区"),
               refers_to=("communities",), strict=False, sensitive=True),
        Column("home_grid", "居住网格", Kind.ID, refers_to=("grids",), strict=False, sensitive=True),
        Column("home_building", "居住楼栋", Kind.ID, refers_to=("buildings",), strict=False, sensitive=True),
        Column("skills", "特长", aliases=("专业特长", "个人专长"), many=True, choices=CHOICES["category"]),
        Column("hours", "可服务时间", Kind.NUMBER, aliases=("可服务时长",), minimum=0, units=("小时", "h")),
        DUTY_CAP,
        Column("eligible", "是否可参加", Kind.FLAG, required=True),
        Column("exempt_reason", "不参加原因", aliases=("免报到原因",), sensitive=True),
        Column("retire_on", "退休日期", Kind.DATE, aliases=("退休时间",), month=True, sensitive=True),
        PHONE,
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_PARTNERS = Table(
    id="partners",
    zh="两新组织与驻地企业表",
    aliases=("两新组织表", "两新组织", "驻地企业表", "企业表", "“两新”组织表"),
    key="partner_id",
    names=("name",),
    parent=("community_id", "communities"),
    columns=(
        Column("partner_id", "编码", Kind.ID, aliases=("组织编码", "企业编码", "编号"), required=True),
        Column("name", "名称", aliases=("组织名称", "企业名称"), required=True),
        Column("kind", "类型", aliases=("组织类型",), required=True, choices=CHOICES["partner_kind"]),
        Column("industry", "行业", aliases=("所属行业",)),
        Column("size", "规模"),
        MEMBER_COUNT,
        Column("community_id", "所在社区", Kind.ID, aliases=("社区编码", "所属社区", "社区", "所在社区(村)"),
               required=True, refers_to=("communities",)),
        Column("sub_district_id", "所在街道", Kind.ID, aliases=("所属街道", "街道", "所在镇街", "街道编码"),
               refers_to=("sub_districts",)),
        Column("function_codes", "优势类别", aliases=("优势", "服务类别"), many=True,
               choices=CHOICES["category"]),
        Column("key", "是否重点", Kind.FLAG, aliases=("重点",)),
        Column("claim_capacity", "可认领数", Kind.INTEGER, aliases=("可认领需求数", "认领上限"), minimum=0,
               units=("项", "件", "个")),
        Column("secretary", "书记", sensitive=True),
        CONTACT,
        PHONE,
        Column("lng", "经度", Kind.NUMBER, minimum=-180, maximum=180),
        Column("lat", "纬度", Kind.NUMBER, minimum=-90, maximum=90),
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_GROUPS = Table(
    id="groups",
    zh="共同体与牵头表",
    aliases=("共同体表", "共同体", "组团表"),
    key="group_id",
    names=("name",),
    columns=(
        Column("group_id", "编码", Kind.ID, aliases=("组号", "共同体编码", "编号"), required=True),
        Column("name", "名称", aliases=("共同体名称",), required=True),
        Column("theme", "主题"),
        Column("theme_codes", "主题类别", many=True, choices=CHOICES["category"]),
        Column("lead_agency", "牵头单位", Kind.ID, refers_to=("agencies",)),
        Column("min_size", "下限", Kind.INTEGER, aliases=("规模下限",), minimum=0, units=("家",)),
        Column("max_size", "上限", Kind.INTEGER, aliases=("规模上限",), minimum=0, units=("家",)),
        Column("committee_member", "联系委员", aliases=("工委委员",), sensitive=True),
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

TABLES = (_AGENCIES, _BRANCHES, _MEMBERS, _PARTNERS, _GROUPS)
