"""The lists of codes: what closed columns accept, and the names of the sixteen categories.

Data only. A dataset's own ``codes`` table extends any of them.
"""

from __future__ import annotations

from matchmaker.tables.schema import Choices, Option

__all__ = ["CHOICES"]

AGENCY_TYPE = Choices(
    "agency_type",
    "单位类别",
    (
        Option("party", "党群", "party", ("党群部门", "党委", "党委部门", "党群口")),
        Option("government", "政府", "government", ("政府部门", "党政机关", "行政机关")),
        Option("justice", "政法", "justice", ("政法机关", "政法部门")),
        Option("institution", "事业", "institution", ("事业单位",)),
        Option("soe", "国企", "state-owned enterprise", ("国有企业", "区属国有企业", "大型国企")),
        Option("mass", "群团", "mass organisation", ("群团组织", "人民团体")),
        Option("vertical", "垂直", "vertically managed", ("垂直管理", "垂直管理单位", "垂管")),
        Option("district", "区直", "district-level", ("区直单位", "市直", "市直单位")),
        Option("stationed", "驻区", "stationed", ("驻区单位", "驻地单位")),
        Option("school", "学校", "school"),
        Option("hospital", "医院", "hospital"),
        Option("bank", "银行", "bank", ("金融机构",)),
        Option("other", "其他", "other"),
    ),
)

LEVEL = Choices(
    "level",
    "管理层级",
    (
        Option("national", "中央", "national", ("国家", "部级")),
        Option("province", "省", "province", ("省级", "省直")),
        Option("city", "市", "city", ("市级", "市直")),
        Option("district", "区", "district", ("区县", "县", "区级", "县级", "区直", "县直")),
        Option("township", "乡", "township", ("镇", "街道", "乡镇", "乡级")),
    ),
    closed=False,
)

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

RANK = Choices(
    "rank",
    "职级",
    (
        Option("bureau", "厅级", "bureau level", ("正厅", "副厅", "正厅级", "副厅级", "厅局级")),
        Option("division", "正处", "division level", ("正处级", "正县", "正县级")),
        Option("deputy_division", "副处", "deputy division level", ("副处级", "副县", "副县级")),
        Option("section", "正科", "section level", ("正科级", "乡科级正职", "乡科级")),
        Option("deputy_section", "副科", "deputy section level", ("副科级", "乡科级副职")),
        Option("general", "一般", "general", ("科员", "一般干部", "其他", "办事员", "无职级")),
    ),
)

MEMBER_CATEGORY = Choices(
    "member_category",
    "党员类别",
    (
        Option("leader", "党员领导干部", "leading cadre", ("领导干部",)),
        Option("agency", "机关党员", "agency member", ("机关", "机关在职党员")),
        Option("in_service", "在职党员", "in service", ("在职",)),
        Option("field", "领域党员", "member of another field", ("领域", "各领域党员", "两新党员")),
        Option("resident", "居民党员", "resident", ("居民",)),
        Option("community", "社区党员", "community member", ("社区",)),
        Option("retired", "离退休党员", "retired", ("离退休", "退休", "退休党员")),
        Option("veteran", "退役军人党员", "veteran", ("退役军人",)),
        Option("mobile", "流动党员", "mobile", ("流动",)),
        Option("frail", "年老体弱党员", "frail", ("年老体弱",)),
        Option("hardship", "困难党员", "in hardship", ("困难",)),
    ),
)

SEX = Choices("sex", "性别", (Option("male", "男", "male", ("m",)), Option("female", "女", "female", ("f",))))

SUB_DISTRICT_KIND = Choices(
    "sub_district_kind",
    "街道类型",
    (
        Option("street", "街道", "street", ("街道办事处", "街道办", "sub_district")),
        Option("town", "镇", "town"),
        Option("township", "乡", "township", ("民族乡",)),
    ),
)

COMMUNITY_KIND = Choices(
    "community_kind",
    "社区类型",
    (
        Option("urban", "城市", "urban", ("城市社区", "社区")),
        Option("village", "村", "village", ("行政村", "农村", "农村社区")),
        Option("converted", "村改居", "converted village", ("村改社区", "涉农社区")),
        Option("park", "园区", "park", ("产业园区", "工业园区")),
    ),
    closed=False,
)

STRENGTH_LEVEL = Choices(
    "strength_level",
    "力量等级",
    (
        Option("strong", "强", "strong", ("较强", "5", "4")),
        Option("medium", "中", "medium", ("一般", "中等", "3")),
        Option("weak", "弱", "weak", ("较弱", "重点提升", "软弱涣散", "2", "1")),
    ),
)

GRID_KIND = Choices(
    "grid_kind",
    "网格类型",
    (
        Option("general", "综合", "general", ("综合网格", "基础网格", "普通")),
        Option("dedicated", "专属", "dedicated", ("专属网格", "专业网格")),
        Option("micro", "微", "micro", ("微网格",)),
    ),
)

UNIT_KIND = Choices(
    "unit_kind",
    "层级",
    (
        Option("building", "楼栋", "building", ("栋", "楼")),
        Option("unit", "单元", "unit", ("居民单元", "楼道")),
        Option("courtyard", "院落", "courtyard", ("院", "自然村")),
    ),
)

HOUSEHOLD_KIND = Choices(
    "household_kind",
    "户类别",
    (
        Option("hardship", "困难", "hardship", ("困难户",)),
        Option("member", "党员", "member", ("党员户",)),
        Option("ordinary", "普通", "ordinary", ("普通户", "普通群众", "普通群众户", "群众", "群众户")),
        Option("key", "重点", "key", ("重点户", "重点关爱户")),
    ),
)

HOUSEHOLD_GRADE = Choices(
    "household_grade",
    "户等级",
    (
        Option("green", "绿", "green", ("绿色",)),
        Option("blue", "蓝", "blue", ("蓝色",)),
        Option("yellow", "黄", "yellow", ("黄色",)),
        Option("orange", "橙", "orange", ("橙色",)),
    ),
)

PARTNER_KIND = Choices(
    "partner_kind",
    "组织类型",
    (
        Option(
            "enterprise", "非公企业", "private enterprise", ("非公", "民营企业", "企业", "非公有制经济组织")
        ),
        Option("social", "社会组织", "social organisation", ()),
        Option("soe", "国企", "state-owned enterprise", ("国有企业", "大型国企")),
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

CHANGE_KIND = Choices(
    "change_kind",
    "变动类型",
    (
        Option("in", "调入", "joins", ("transfer_in",)),
        Option("out", "调出", "leaves", ("transfer_out",)),
        Option("retire", "退休", "retires", ("离退休",)),
        Option("sick", "病休", "on sick leave", ("病假",)),
        Option("secondment", "借调", "seconded", ("外派",)),
    ),
)

PLACE_TABLE = Choices(
    "place_table",
    "邻接层级",
    (
        Option("sub_districts", "街道", "sub-districts", ("镇", "街道(镇)", "sub_district")),
        Option("communities", "社区", "communities", ("村", "社区(村)", "community")),
        Option("grids", "网格", "grids", ("grid",)),
        Option("buildings", "楼栋", "buildings", ("building",)),
    ),
)

CHOICES: dict[str, Choices] = {
    choices.id: choices
    for choices in (
        AGENCY_TYPE, LEVEL, CATEGORY, RANK, MEMBER_CATEGORY, SEX, SUB_DISTRICT_KIND, COMMUNITY_KIND,
        STRENGTH_LEVEL, GRID_KIND, UNIT_KIND, HOUSEHOLD_KIND, HOUSEHOLD_GRADE, PARTNER_KIND,
        RESOURCE_KIND, NEED_SOURCE, ASPECT, PARTY_KIND, PLACE_KIND, PIN_ACTION, RATER_KIND,
        CHANGE_KIND, PLACE_TABLE,
    )
}  # fmt: skip
"""Every list of codes, by id."""
