"""The lists: posts, four lists, wishes, pins, history, and the rest."""

from __future__ import annotations

from itertools import chain

from matchmaker.tables.code_lists import CHOICES
from matchmaker.tables.definitions_people import CONTACT, NOTE, PHONE
from matchmaker.tables.schema import Chooser, Column, Kind, Table

__all__ = ["PARTY_TABLES", "TABLES", "YEAR"]

_CATEGORY = Column("category", "类别", required=True, choices=CHOICES["category"])
_CONTENT = Column("content", "内容", aliases=("服务内容", "需求内容", "资源内容"), required=True)
YEAR = Column("year", "年度", Kind.INTEGER, aliases=("年份",), required=True, minimum=1949, maximum=2200,
               units=("年", "年度"))  # fmt: skip
_SOURCE = Column("source_id", "来源", Kind.ID, aliases=("来源编码",), required=True)
_TARGET = Column("target_id", "对象", Kind.ID, aliases=("对象编码",), required=True)

PARTY_TABLES = {
    "agency": ("agencies",),
    "branch": ("branches",),
    "member": ("members",),
    "sub_district": ("sub_districts",),
    "community": ("communities",),
    "grid": ("grids",),
    "building": ("buildings",),
    "building_unit": ("building_units",),
    "household": ("households",),
    "partner": ("partners",),
    "post": ("posts",),
    "group": ("groups",),
    "project": ("projects",),
    "need": ("needs",),
    "service": ("services",),
    "resource": ("resources",),
    "leader": ("leaders",),
    "committee_member": ("committee_members",),
    "cadre": ("cadres",),
    "enterprise_head": ("enterprise_heads",),
    "community_member": ("community_members",),
    "reserve_cadre": ("reserve_cadres",),
    "field_member": ("field_members",),
    "helper": ("helpers",),
    "recipient": ("recipients",),
    "micro_wish": ("micro_wishes",),
    "service_project": ("service_projects",),
    "order": ("orders",),
    "hub_household": ("hub_households",),
    "committee": ("committees",),
    "grid_group": ("grid_groups",),
    "meeting_group": ("meeting_groups",),
}
"""Kind of a party, as sheets write it, to its table."""
_PLACE_TABLES = {
    "sub_district": ("sub_districts",),
    "community": ("communities",),
    "grid": ("grids",),
    "partner": ("partners",),
    # 群众 hand in through their household, grid or community.
    "resident": ("households", "grids", "communities"),
    "committee": ("committees",),
}
_WISHED = Chooser("target_kind", PARTY_TABLES)

_POSTS = Table(
    id="posts",
    zh="岗位表",
    aliases=("岗位", "岗位清单"),
    key="post_id",
    names=("name",),
    parent=("community_id", "communities"),
    columns=(
        Column("post_id", "岗位编码", Kind.ID, aliases=("岗位编号", "编码"), required=True),
        Column("community_id", "社区", Kind.ID, aliases=("社区编码", "所属社区", "所在社区"), required=True,
               refers_to=("communities",)),
        Column("name", "岗位名称", aliases=("岗位", "名称"), required=True),
        _CATEGORY,
        Column("capacity", "需要人数", Kind.INTEGER, aliases=("人数",), required=True, minimum=0,
               units=("人", "名")),
        Column("skills", "技能要求", aliases=("技能",), many=True, choices=CHOICES["category"]),
        Column("time_slot", "时段"),
        Column("hours", "需要时长", Kind.NUMBER, aliases=("时长", "服务时长"), minimum=0,
               units=("小时", "h")),
        NOTE,
    ),
)  # fmt: skip

_RESOURCES = Table(
    id="resources",
    zh="资源清单",
    key="resource_id",
    one_of=("agency_id", "branch_id", "partner_id", "community_id"),
    columns=(
        Column("resource_id", "编号", Kind.ID, aliases=("资源编号", "编码"), required=True),
        Column("agency_id", "提供单位", Kind.ID, aliases=("单位编码",), refers_to=("agencies",)),
        Column("branch_id", "支部", Kind.ID, aliases=("支部编码", "提供支部"), refers_to=("branches",)),
        Column("partner_id", "企业", Kind.ID, aliases=("企业编码", "提供企业"), refers_to=("partners",)),
        Column("community_id", "提供社区", Kind.ID, aliases=("社区", "社区编码", "社区(村)"),
               refers_to=("communities",)),
        _CATEGORY,
        Column("kind", "形式", aliases=("资源形式",), choices=CHOICES["resource_kind"]),
        _CONTENT,
        Column("quantity", "数量", Kind.NUMBER, minimum=0),
        Column("unit", "单位", aliases=("计量单位",)),
        Column("time", "开放时间", aliases=("时间",)),
        CONTACT,
        PHONE,
        NOTE,
    ),
)  # fmt: skip

_NEEDS = Table(
    id="needs",
    zh="需求清单",
    key="need_id",
    columns=(
        Column("need_id", "编号", Kind.ID, aliases=("需求编号", "编码"), required=True),
        Column("place_kind", "提出方类型", required=True, choices=CHOICES["place_kind"]),
        Column("place_id", "提出方", Kind.ID, aliases=("提出方编码",), required=True,
               chooser=Chooser("place_kind", _PLACE_TABLES)),
        _CATEGORY,
        _CONTENT,
        Column("urgency", "紧急程度", Kind.NUMBER, minimum=1, maximum=5, units=("级",)),
        Column("weight", "权重", Kind.NUMBER, minimum=0),
        Column("source", "来源", choices=CHOICES["need_source"]),
        Column("raised_on", "提出日期", Kind.DATE),
        Column("status", "状态"),
        Column("wanted_agency", "期望单位", Kind.ID, refers_to=("agencies",), strict=False),
        Column("sub_district_id", "所在街道", Kind.ID, aliases=("所在镇街", "所在街道(镇)"),
               refers_to=("sub_districts",), strict=False),
        Column("community_id", "所在社区", Kind.ID, aliases=("所在社区(村)",),
               refers_to=("communities",), strict=False),
        NOTE,
    ),
)  # fmt: skip

_SERVICES = Table(
    id="services",
    zh="服务清单",
    key="service_id",
    columns=(
        Column("service_id", "编号", Kind.ID, aliases=("服务编号", "编码"), required=True),
        Column("branch_id", "支部", Kind.ID, aliases=("支部编码", "提供支部"), required=True,
               refers_to=("branches",)),
        _CATEGORY,
        _CONTENT,
        Column("capacity", "可服务次数", Kind.NUMBER, minimum=0, units=("次",)),
        Column("time", "时间"),
        CONTACT,
        PHONE,
        NOTE,
    ),
)  # fmt: skip

_PROJECTS = Table(
    id="projects",
    zh="项目清单",
    key="project_id",
    names=("name",),
    columns=(
        Column("project_id", "编号", Kind.ID, aliases=("项目编号", "编码"), required=True),
        Column("name", "名称", aliases=("项目名称",), required=True),
        Column("aspect", "方面", choices=CHOICES["aspect"]),
        Column("category", "类别", aliases=("项目类别",), choices=CHOICES["category"]),
        Column("lead_agency", "牵头单位", Kind.ID, refers_to=("agencies",)),
        Column("parties", "参与方", Kind.ID, many=True,
               refers_to=("agencies", "communities", "partners", "branches"), strict=False),
        Column("fund", "资金(万元)", Kind.NUMBER, aliases=("资金",), minimum=0, units=("万元", "万")),
        Column("start", "开始日期", Kind.DATE, aliases=("起", "开始")),
        Column("end", "结束日期", Kind.DATE, aliases=("止", "结束")),
        Column("sub_district_id", "所在镇街", Kind.ID, aliases=("所在街道", "街道"),
               refers_to=("sub_districts",)),
        NOTE,
    ),
)  # fmt: skip

_WISHES = Table(
    id="wishes",
    zh="意向表(自选动作)",
    aliases=("意向表", "意向", "自选动作"),
    unique=("side", "source_id", "target_kind"),
    columns=(
        Column("side", "填报方类型", required=True, choices=CHOICES["party_kind"]),
        Column("source_id", "填报方", Kind.ID, aliases=("填报方编码",), required=True,
               chooser=Chooser("side", PARTY_TABLES)),
        Column("target_kind", "对象类型", required=True, choices=CHOICES["party_kind"]),
        Column("wish_1", "第一意向", Kind.ID, required=True, many=True, chooser=_WISHED),
        Column("wish_2", "第二意向", Kind.ID, many=True, chooser=_WISHED),
        Column("wish_3", "第三意向", Kind.ID, many=True, chooser=_WISHED, series=True),
        Column("refused", "不宜结对情形", Kind.ID, aliases=("不宜结对", "不宜结对对象"), many=True,
               chooser=_WISHED),
        Column("reason", "理由", aliases=("原因",)),
        Column("accept_adjust", "是否服从统筹安排", Kind.FLAG, aliases=("服从统筹安排",), required=True),
        Column("filled_on", "填报日期", Kind.DATE),
        NOTE,
    ),
)  # fmt: skip

_PINS = Table(
    id="pins",
    zh="指定与回避表",
    aliases=("指定与回避", "指定回避表"),
    columns=(
        Column("stage", "关系", aliases=("环节",)),
        Column("action", "类型", required=True, choices=CHOICES["pin_action"]),
        _SOURCE,
        _TARGET,
        Column("reason", "原因", aliases=("理由",), required=True),
        Column("until", "有效期", Kind.DATE, aliases=("有效期至",), month=True),
        NOTE,
    ),
)  # fmt: skip

_OBJECTIONS = Table(
    id="objections",
    zh="异议表",
    aliases=("公示异议表", "异议", "公示异议", "意见反馈表"),
    key="objection_id",
    columns=(
        Column("objection_id", "异议编号", Kind.ID, aliases=("编号", "编码"), required=True),
        Column("stage", "关系", aliases=("环节",), required=True),
        Column("party_kind", "提出方类型", required=True, choices=CHOICES["party_kind"]),
        Column("party_id", "提出方", Kind.ID, aliases=("提出方编码",), required=True,
               chooser=Chooser("party_kind", PARTY_TABLES)),
        _SOURCE,
        _TARGET,
        Column("wanted_id", "希望的对象", Kind.ID, aliases=("希望对象", "希望调整到")),
        Column("reason", "理由", aliases=("原因", "异议理由"), required=True),
        Column("raised_on", "提出日期", Kind.DATE),
        Column("decision", "处理结果", aliases=("处理意见", "决定"), choices=CHOICES["objection_decision"]),
        Column("decided_by", "决定单位", aliases=("处理单位",)),
        Column("decided_on", "决定日期", Kind.DATE, aliases=("处理日期",)),
        NOTE,
    ),
)  # fmt: skip

_BASELINE = Table(
    id="baseline",
    zh="更正前结对安排",
    columns=(
        Column("stage", "关系", required=True),
        _SOURCE,
        _TARGET,
        NOTE,
    ),
)  # fmt: skip

_HISTORY = Table(
    id="history",
    zh="上年结对安排",
    aliases=("历年结对安排", "结对历史", "历史结对"),
    columns=(
        YEAR,
        Column("relation", "关系", required=True),
        _SOURCE,
        _TARGET,
        Column("role", "角色"),
        Column("years", "连续年数", Kind.INTEGER, minimum=0, units=("年",)),
        Column("grade", "评价", aliases=("等次",)),
        NOTE,
    ),
)  # fmt: skip

_SUCCESSION = Table(
    id="succession",
    zh="沿革对照表",
    aliases=("沿革表", "编码对照表", "新旧编码对照表"),
    unique=("year", "kind", "old_id", "new_id"),
    columns=(
        Column("year", "启用年度", Kind.INTEGER, aliases=("年度",), required=True, minimum=1949, maximum=2200,
               units=("年", "年度")),
        Column("kind", "类型", required=True, choices=CHOICES["party_kind"]),
        Column("old_id", "原编码", Kind.ID, required=True),
        Column("new_id", "新编码", Kind.ID, chooser=Chooser("kind", PARTY_TABLES), strict=False),
        Column("share", "所占比例", Kind.NUMBER, aliases=("比例",), minimum=0, maximum=1),
        Column("reason", "变动情况", aliases=("原因",)),
        NOTE,
    ),
)  # fmt: skip

_USUAL_CARRIERS = ("agencies", "members", "branches")
_CARRIERS = tuple(dict.fromkeys((*_USUAL_CARRIERS, *chain(*PARTY_TABLES.values()))))
"""Tables whose rows may have other duties, as any stage's sources may; of equal ids the first counts."""


_OTHER_DUTIES = Table(
    id="other_duties",
    zh="其他包联任务表",
    aliases=("其他包联任务", "其他任务表"),
    columns=(
        Column("source_id", "单位/人员", Kind.ID, aliases=("单位", "人员", "来源"), required=True,
               refers_to=_CARRIERS, may_lack=_CARRIERS[len(_USUAL_CARRIERS):]),
        Column("scheme", "任务名称", aliases=("任务",), required=True),
        _TARGET,
        Column("sub_district_id", "所在镇街", Kind.ID, aliases=("所在街道", "街道"),
               refers_to=("sub_districts",), strict=False),
        Column("load", "工作量", Kind.NUMBER, required=True, minimum=0),
        Column("owner", "牵头部门"),
        NOTE,
    ),
)  # fmt: skip

_DISTANCES = Table(
    id="distances",
    zh="距离表",
    aliases=("距离",),
    unique=("source_id", "target_id"),
    columns=(
        _SOURCE,
        _TARGET,
        Column("km", "距离(公里)", Kind.NUMBER, aliases=("距离", "公里"), minimum=0, maximum=40_000,
               units=("公里", "km", "千米")),
        Column("minutes", "车程(分)", Kind.NUMBER, aliases=("车程", "车程(分钟)"), minimum=0, maximum=100_000,
               units=("分钟", "分")),
        NOTE,
    ),
)  # fmt: skip

_CODES = Table(
    id="codes",
    zh="代码表",
    unique=("code_type", "code"),
    columns=(
        Column("code_type", "类别", aliases=("代码类别",), required=True),
        Column("code", "代码", Kind.ID, aliases=("编码",), required=True),
        Column("name", "名称", required=True),
        Column("parent", "上级", Kind.ID),
        NOTE,
    ),
)  # fmt: skip

TABLES = (
    _POSTS,
    _RESOURCES,
    _NEEDS,
    _SERVICES,
    _PROJECTS,
    _WISHES,
    _PINS,
    _OBJECTIONS,
    _BASELINE,
    _HISTORY,
    _SUCCESSION,
    _OTHER_DUTIES,
    _DISTANCES,
    _CODES,
)
