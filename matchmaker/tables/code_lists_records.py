"""Codes of lists and records: the sixteen categories, resources, needs, wishes, pins, ratings."""

from __future__ import annotations

from matchmaker.tables.schema import Choices, Option

__all__ = ["CHOICES"]

CATEGORY = Choices(
    "category",
    "类别",
    (
        Option("org", "组织建设", "organisation building", ("党建", "组织建设/党建", "党的建设")),
        Option(
            "law",
            "法律服务",
            "law and mediation",
            (
                "法律",
                "法律咨询",
                "法律援助",
                "法律咨询与援助",
                "矛盾调解",
                "信访",
                "法治",
                "法律咨询与援助、矛盾调解、信访",
            ),
        ),
        Option(
            "employ",
            "就业",
            "employment",
            ("用工", "劳动保障", "就业用工", "就业创业", "就业、用工、劳动保障"),
        ),
        Option(
            "biz",
            "惠企服务",
            "business support",
            (
                "惠企",
                "惠企政策",
                "融资",
                "市场拓展",
                "招商",
                "招商引资",
                "营商",
                "惠企政策、融资、市场拓展、招商",
            ),
        ),
        Option(
            "housing",
            "住房物业",
            "housing",
            ("住房", "加装电梯", "老旧小区", "物业", "充电", "加装电梯、老旧小区、物业、充电"),
        ),
        Option(
            "env",
            "环境卫生",
            "environment and sanitation",
            ("环境", "市容", "垃圾分类", "环卫", "环境卫生、市容、垃圾分类"),
        ),
        Option("health", "医疗健康", "health", ("健康", "义诊", "医疗", "卫生健康", "健康、义诊、医疗")),
        Option(
            "elderly",
            "助老助残",
            "care",
            ("助老", "助残", "助困", "低保", "养老", "民政", "助老、助残、助困、低保"),
        ),
        Option(
            "edu",
            "教育",
            "education",
            ("助学", "入学咨询", "教育辅导", "教育助学", "助学、入学咨询、教育辅导"),
        ),
        Option("culture", "文化体育", "culture and sports", ("文化", "体育", "文体")),
        Option(
            "safety",
            "安全",
            "safety",
            ("平安", "治安", "治安巡逻", "消防", "安全生产", "安全、治安巡逻、消防"),
        ),
        Option("ecology", "生态", "ecology", ("河湖", "生态河湖", "生态、河湖", "生态环保")),
        Option(
            "talent", "人才培训", "talent and training", ("人才", "培训", "技术技能", "人才、培训、技术技能")
        ),
        Option("infra", "基础设施", "infrastructure", ("道路", "路灯", "市政", "基础设施、道路、路灯")),
        Option(
            "policy",
            "政策代办",
            "policy and errands",
            ("政策", "政策宣传", "代办", "政务服务", "政策宣传、代办"),
        ),
        Option("emergency", "应急", "emergency", ("公共卫生应急", "应急管理", "应急、公共卫生应急")),
    ),
    closed=False,
)

RESOURCE_KIND = Choices(
    "resource_kind",
    "资源形式",
    (
        Option("policy", "政策", "policy"),
        Option("fund", "资金", "fund"),
        Option("venue", "场地", "venue", ("阵地", "场所")),
        Option("talent", "人才", "talent"),
        Option("technology", "技术", "technology"),
        Option("service", "服务", "service"),
        Option("goods", "物资", "goods"),
        Option("project", "项目", "project"),
    ),
    closed=False,
)

NEED_SOURCE = Choices(
    "need_source",
    "需求来源",
    (
        Option("visit", "入户", "home visit", ("入户走访",)),
        Option("phone", "电话", "phone"),
        Option("register", "走访登记", "register", ("登记",)),
        Option("hotline", "12345", "hotline", ("12345工单", "热线")),
        Option("meeting", "联席会", "joint meeting", ("联席会议",)),
    ),
    closed=False,
)

ASPECT = Choices(
    "aspect",
    "方面",
    (
        Option("party", "党建", "party building", ("党建共抓",)),
        Option("economy", "经济", "economy", ("经济共推",)),
        Option("ecology", "生态", "ecology", ("生态共建",)),
        Option("culture", "文化", "culture", ("文化共享",)),
        Option("governance", "治理", "governance", ("社区共治",)),
        Option("aid", "帮困", "aid", ("困难共帮",)),
    ),
    closed=False,
)

PARTY_KIND = Choices(
    "party_kind",
    "对象类型",
    (
        Option("agency", "单位", "agency", ("机关单位", "agencies")),
        Option("branch", "支部", "branch", ("党支部", "branches")),
        Option("member", "党员", "member", ("members", "干部", "个人")),
        Option("sub_district", "街道", "sub-district", ("镇街", "镇", "街道(镇)", "sub_districts")),
        Option("community", "社区", "community", ("村", "村(社区)", "社区(村)", "communities")),
        Option("grid", "网格", "grid", ("grids",)),
        Option("building", "楼栋", "building", ("buildings",)),
        Option("building_unit", "居民单元", "building unit", ("单元", "building_units")),
        Option("household", "联系户", "household", ("户", "households")),
        Option("partner", "企业", "partner", ("两新组织", "驻地企业", "两新", "partners")),
        Option("post", "岗位", "post", ("posts",)),
        Option("group", "共同体", "group", ("组团", "groups")),
        Option("project", "项目", "project", ("projects",)),
        Option("need", "需求", "need", ("needs",)),
        Option("service", "服务", "service", ("services",)),
        Option("resource", "资源", "resource", ("resources",)),
        Option("leader", "市级领导", "leader", ("领导", "leaders")),
        Option("committee_member", "工委委员", "committee member", ("委员", "committee_members")),
        Option("cadre", "选派人员", "cadre", ("选派干部", "挂职干部", "cadres")),
        Option("enterprise_head", "企业负责人", "head of an enterprise", ("enterprise_heads",)),
        Option(
            "community_member",
            "社区“两委”成员",
            "member of a community's committees",
            ("社区两委成员", "两委成员", "“两委”成员", "community_members"),
        ),
        Option("reserve_cadre", "后备干部", "reserve cadre", ("reserve_cadres",)),
        Option("field_member", "领域党员", "member of another field", ("field_members",)),
        Option("helper", "帮扶力量", "helper", ("志愿者", "爱心人士", "helpers")),
        Option("recipient", "关爱服务对象", "recipient", ("关爱对象", "recipients")),
        Option("micro_wish", "微心愿", "micro-wish", ("micro_wishes",)),
        Option("service_project", "服务项目", "service project", ("service_projects",)),
        Option("order", "点单", "order", ("订单", "orders")),
        Option("hub_household", "党员中心户", "hub household", ("中心户", "hub_households")),
        Option("committee", "大工委大党委", "committee", ("大工委", "大党委", "committees")),
        Option("grid_group", "网格党小组", "grid party group", ("党小组", "grid_groups")),
        Option("meeting_group", "联席议事组", "joint-meeting group", ("议事组", "meeting_groups")),
    ),
)

PLACE_KIND = Choices(
    "place_kind",
    "提出方类型",
    (
        Option("sub_district", "街道", "sub-district", ("镇", "镇街", "街道(镇)")),
        Option("community", "社区", "community", ("村", "村(社区)", "社区(村)")),
        Option("grid", "网格", "grid"),
        Option("partner", "企业", "partner", ("两新组织", "驻地企业", "两新")),
        Option("resident", "群众", "resident", ("居民", "户", "联系户", "household")),
        Option("committee", "大工委大党委", "committee", ("大工委", "大党委", "街道大工委", "社区大党委")),
    ),
)

PIN_ACTION = Choices(
    "pin_action",
    "指定类型",
    (
        Option("pin", "指定", "pin", ("锁定",)),
        Option("forbid", "回避", "forbid", ("ban",)),
        Option("keep", "保持", "keep", ("保持不变", "不变")),
        Option("adjust", "建议调整", "adjust", ("调整", "change")),
    ),
)

OBJECTION_DECISION = Choices(
    "objection_decision",
    "处理结果",
    (
        Option("accepted", "采纳", "accepted", ("同意", "已采纳")),
        Option("rejected", "不采纳", "rejected", ("不同意", "未采纳")),
        Option("pending", "待定", "pending", ("待处理", "待研究")),
    ),
)

RATER_KIND = Choices(
    "rater_kind",
    "评价方",
    (
        Option("community_agency", "社区评单位", "community rates agency"),
        Option("agency_community", "单位评社区", "agency rates community"),
        Option("branch_member", "支部评党员", "branch rates member"),
        Option("community_member", "社区评党员", "community rates member"),
        Option("resident", "群众评", "residents rate", ("群众评价", "群众评单位", "群众评党员")),
    ),
)


def _parties(kinds: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(option for option in PARTY_KIND.options if option.code in kinds)


VISITOR_KIND = Choices(
    "visitor_kind",
    "走访方类型",
    _parties(
        (
            *("agency", "branch", "member", "partner", "group", "leader", "committee_member", "cadre"),
            *("enterprise_head", "community_member", "reserve_cadre", "field_member", "helper"),
        )
    ),
)

VISITED_KIND = Choices(
    "visited_kind",
    "走访对象类型",
    _parties(
        (
            *("agency", "sub_district", "community", "grid", "building", "building_unit", "household"),
            *("partner", "recipient", "hub_household"),
        )
    ),
)

CHOICES = (
    CATEGORY,
    RESOURCE_KIND,
    NEED_SOURCE,
    ASPECT,
    PARTY_KIND,
    PLACE_KIND,
    PIN_ACTION,
    OBJECTION_DECISION,
    RATER_KIND,
    VISITOR_KIND,
    VISITED_KIND,
)
