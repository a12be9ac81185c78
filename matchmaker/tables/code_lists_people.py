"""Codes of people and organisations: kinds of units, ranks, who is sent, who helps, who is helped."""

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

CHANGE_KIND = Choices(
    "change_kind",
    "变动类型",
    (
        Option(
            "leaves",
            "离任",
            "leaves",
            (
                "退休",
                "离退休",
                "调出",
                "调离",
                "辞职",
                "转出",
                "借调",
                "外派",
                "out",
                "retire",
                "transfer_out",
            ),
        ),
        Option("ill", "病休", "on leave", ("病假", "长期病休", "休假", "产假", "sick")),
        Option("returns", "返岗", "returns", ("销假", "恢复工作")),
        Option(
            "comes",
            "新进",
            "comes",
            ("新任", "调入", "转入", "录用", "新增", "新设", "新成立", "in", "transfer_in"),
        ),
        Option("moves", "调动", "moves", ("划转", "转隶", "内部调动", "换支部", "划入")),
        Option("merges", "合并", "merges", ("并入", "撤并")),
        Option("splits", "拆分", "splits", ("分设", "分立")),
        Option("closes", "撤销", "closes", ("注销", "关闭", "解散", "拆除")),
    ),
)

CADRE_KIND = Choices(
    "cadre_kind",
    "选派类别",
    (
        Option("young", "优秀年轻干部", "promising young cadre", ("年轻干部", "优秀机关年轻干部")),
        Option(
            "secretary", "社区党委书记人选", "proposed community secretary", ("社区党委书记", "社区书记人选")
        ),
        Option("secondment", "挂职干部", "seconded cadre", ("挂职", "挂职锻炼")),
        Option(
            "welfare_post", "公益岗位人员", "holder of a public-welfare post", ("公益岗位", "公益性岗位人员")
        ),
        Option("party_secretary", "党组织书记", "secretary of a party organisation", ("机关党组织书记",)),
        Option("party_affairs", "党务干部", "party-affairs cadre", ("党务工作者", "专职党务干部")),
        Option("unit_head", "单位负责人", "head of a unit", ("单位党组织负责人", "党组织负责人")),
    ),
)

RESERVE_SOURCE = Choices(
    "reserve_source",
    "后备干部来源",
    (
        Option("grid_worker", "网格员", "grid worker", ("专职网格员",)),
        Option("excellent_member", "优秀党员", "excellent member"),
        Option("graduate", "高校毕业生", "graduate", ("高校优秀毕业生", "优秀毕业生", "大学毕业生")),
        Option(
            "retired_cadre",
            "企业退休党员干部",
            "retired cadre of an enterprise",
            ("退休党员干部", "企业退休干部"),
        ),
        Option("veteran", "退役军人", "veteran"),
    ),
)

HELPER_KIND = Choices(
    "helper_kind",
    "力量类型",
    (
        Option("cadre", "党员干部", "cadre", ("党员", "干部")),
        Option("citizen", "爱心人士", "citizen", ("社会爱心人士", "爱心群众")),
    ),
)

RECIPIENT_KIND = Choices(
    "recipient_kind",
    "关爱服务对象类型",
    (
        Option("member", "困难党员", "member in hardship", ("党员",)),
        Option("resident", "困难群众", "resident in hardship", ("群众", "困难居民")),
    ),
)

COMMITTEE_KIND = Choices(
    "committee_kind",
    "委员会类型",
    (
        Option(
            "sub_district",
            "街道大工委",
            "sub-district committee",
            ("大工委", "街道“大工委”", "街道", "镇街大工委"),
        ),
        Option("community", "社区大党委", "community committee", ("大党委", "社区“大党委”", "社区")),
    ),
)

FORCE_KIND = Choices(
    "force_kind",
    "固定力量类型",
    (
        Option("enforcement", "综合执法", "law enforcement", ("综合执法队伍", "综合执法队", "执法")),
        Option("police", "派出所", "police station", ("公安派出所", "公安", "民警")),
        Option("property", "物业", "property management", ("物业公司", "物业服务企业")),
    ),
    closed=False,
)

CHOICES = (
    AGENCY_TYPE,
    LEVEL,
    RANK,
    MEMBER_CATEGORY,
    SEX,
    PARTNER_KIND,
    CHANGE_KIND,
    CADRE_KIND,
    RESERVE_SOURCE,
    HELPER_KIND,
    RECIPIENT_KIND,
    COMMITTEE_KIND,
    FORCE_KIND,
)
