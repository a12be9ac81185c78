"""The tables of people and bodies with a role: leaders, cadres sent, reserves, committees, groups, forces."""

from __future__ import annotations

from matchmaker.tables.code_lists import CHOICES
from matchmaker.tables.definitions_people import NOTE, SORT_ORDER
from matchmaker.tables.schema import Column, Kind, Table

__all__ = ["TABLES"]

_CATEGORY = CHOICES["category"]
_SEATS = ("名", "人", "个")
_NAME = Column("name", "姓名", required=True, sensitive=True)
_POST_TITLE = Column("post_title", "职务", aliases=("现任职务",))
_RANK = Column("rank", "职级", aliases=("级别",), choices=CHOICES["rank"])
_RESPONSIBLE = Column(
    "function_codes", "分管领域", aliases=("分管工作", "职能类别"), many=True, choices=_CATEGORY
)
_SKILLS = Column("skills", "特长", aliases=("专业特长", "个人专长"), many=True, choices=_CATEGORY)
_BIRTH = Column("birth", "出生年月", Kind.DATE, aliases=("出生日期",), month=True, sensitive=True)
_HOME_COMMUNITY = Column(
    "home_community", "居住社区", Kind.ID, aliases=("居住社区(村)", "居住地社区"),
    refers_to=("communities",), strict=False, sensitive=True,
)  # fmt: skip
_SUB_DISTRICT = Column(
    "sub_district_id", "所在街道", Kind.ID, aliases=("所属街道", "街道", "所在镇街", "街道编码"),
    refers_to=("sub_districts",),
)  # fmt: skip
_COMMUNITY = Column(
    "community_id", "所在社区", Kind.ID, aliases=("所属社区", "社区", "社区编码", "所在社区(村)"),
    refers_to=("communities",),
)  # fmt: skip

_LEADERS = Table(
    id="leaders",
    zh="市级领导表",
    aliases=("市级领导", "领导表", "区级领导表", "市领导表"),
    key="leader_id",
    names=("name",),
    columns=(
        Column("leader_id", "领导编码", Kind.ID, aliases=("领导编号", "编码", "编号"), required=True),
        _NAME,
        _RANK,
        _POST_TITLE,
        _RESPONSIBLE,
        Column("contact_points", "联系点数", Kind.INTEGER, aliases=("联系点个数", "联系点"), minimum=0,
               units=("个",)),
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_COMMITTEE_MEMBERS = Table(
    id="committee_members",
    zh="工委委员表",
    aliases=("工委委员", "委员表", "机关工委委员表"),
    key="committee_member_id",
    names=("name",),
    columns=(
        Column("committee_member_id", "委员编码", Kind.ID, aliases=("委员编号", "编码", "编号"),
               required=True),
        _NAME,
        _POST_TITLE,
        _RESPONSIBLE,
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_CADRES = Table(
    id="cadres",
    zh="选派人员表",
    aliases=("选派人员", "选派干部表", "选派干部", "选派人员名单", "选派干部名单"),
    key="cadre_id",
    names=("name",),
    parent=("agency_id", "agencies"),
    columns=(
        Column("cadre_id", "人员编码", Kind.ID, aliases=("选派人员编码", "人员编号", "编码", "编号"),
               required=True),
        _NAME,
        Column("agency_id", "所在单位", Kind.ID,
               aliases=("单位编码", "单位", "所属单位", "派出单位", "选派单位", "单位名称"),
               required=True, refers_to=("agencies",)),
        Column("cadre_kind", "选派类别", aliases=("选派类型", "类别"), required=True,
               choices=CHOICES["cadre_kind"]),
        _RANK,
        _POST_TITLE,
        _BIRTH,
        Column("excellent", "是否优秀", Kind.FLAG, aliases=("优秀", "是否优秀干部")),
        _SKILLS,
        _HOME_COMMUNITY,
        Column("eligible", "是否可参加", Kind.FLAG, aliases=("是否可选派",)),
        Column("exempt_reason", "不参加原因", aliases=("不能选派原因",), sensitive=True),
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_ENTERPRISE_HEADS = Table(
    id="enterprise_heads",
    zh="企业负责人表",
    aliases=("企业负责人", "企业负责人名单"),
    key="enterprise_head_id",
    names=("name",),
    parent=("partner_id", "partners"),
    columns=(
        Column("enterprise_head_id", "负责人编码", Kind.ID,
               aliases=("企业负责人编码", "负责人编号", "编码", "编号"), required=True),
        _NAME,
        Column("partner_id", "所在企业", Kind.ID,
               aliases=("企业编码", "企业", "所属企业", "企业名称", "组织编码"),
               required=True, refers_to=("partners",)),
        _POST_TITLE,
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_COMMUNITY_MEMBERS = Table(
    id="community_members",
    zh="社区“两委”成员表",
    aliases=("社区两委成员表", "社区“两委”成员", "社区两委成员", "“两委”成员表", "两委成员表"),
    key="community_member_id",
    names=("name",),
    parent=("community_id", "communities"),
    columns=(
        Column("community_member_id", "成员编码", Kind.ID, aliases=("成员编号", "编码", "编号"),
               required=True),
        _NAME,
        Column("community_id", "所在社区", Kind.ID,
               aliases=("社区编码", "所属社区", "社区", "所在社区(村)", "所在村(社区)"),
               required=True, refers_to=("communities",)),
        _POST_TITLE,
        _SKILLS,
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_RESERVE_CADRES = Table(
    id="reserve_cadres",
    zh="后备干部表",
    aliases=("后备干部", "后备干部人才库", "后备人才库", "人才库"),
    key="reserve_cadre_id",
    names=("name",),
    columns=(
        Column("reserve_cadre_id", "后备干部编码", Kind.ID, aliases=("后备干部编号", "编码", "编号"),
               required=True),
        _NAME,
        # Not 来源 alone: a code table may extend the lists by header, and 来源 is that of needs.
        Column("source_kind", "人员来源", aliases=("来源", "来源类别"), required=True,
               choices=CHOICES["reserve_source"]),
        Column("home_sub_district", "居住街道", Kind.ID, aliases=("居住街道(镇)",),
               refers_to=("sub_districts",), strict=False, sensitive=True),
        _HOME_COMMUNITY,
        _BIRTH,
        _SKILLS,
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_FIELD_MEMBERS = Table(
    id="field_members",
    zh="领域党员表",
    aliases=("领域党员", "领域党员花名册", "各领域党员花名册", "报到党员花名册"),
    key="field_member_id",
    names=("name",),
    columns=(
        Column("field_member_id", "党员编码", Kind.ID, aliases=("领域党员编码", "党员编号", "编码", "编号"),
               required=True),
        Column("name", "姓名", aliases=("党员姓名",), required=True, sensitive=True),
        Column("member_category", "党员类别", aliases=("类别",), required=True,
               choices=CHOICES["member_category"]),
        Column("organisation", "所在组织", aliases=("所在党组织", "所在单位", "组织关系")),
        Column("home_sub_district", "居住街道", Kind.ID, aliases=("居住街道(镇)",),
               refers_to=("sub_districts",), strict=False, sensitive=True),
        _HOME_COMMUNITY,
        Column("home_grid", "居住网格", Kind.ID, refers_to=("grids",), strict=False, sensitive=True),
        Column("home_building", "居住楼栋", Kind.ID, refers_to=("buildings",), strict=False, sensitive=True),
        _SKILLS,
        Column("eligible", "是否可参加", Kind.FLAG, required=True),
        NOTE,
    ),
)  # fmt: skip

_HELPERS = Table(
    id="helpers",
    zh="帮扶力量表",
    aliases=("帮扶力量", "志愿者表", "帮扶人员表"),
    key="helper_id",
    names=("name",),
    columns=(
        Column("helper_id", "帮扶人编码", Kind.ID, aliases=("帮扶人编号", "编码", "编号"), required=True),
        _NAME,
        Column("helper_kind", "力量类型", aliases=("类型", "类别", "人员类型"), required=True,
               choices=CHOICES["helper_kind"]),
        Column("member_id", "党员编码", Kind.ID, aliases=("党员", "对应党员"), refers_to=("members",),
               sensitive=True),
        Column("community_id", "常在社区", Kind.ID,
               aliases=("所在社区", "社区", "社区编码", "服务社区"), refers_to=("communities",)),
        _SKILLS,
        Column("hours", "可服务时间", Kind.NUMBER, aliases=("可服务时长",), minimum=0, units=("小时", "h")),
        NOTE,
    ),
)  # fmt: skip

_DUTIES = Table(
    id="duties",
    zh="职责岗位表",
    aliases=("职责岗位", "岗位职责表", "岗位职责", "职责清单"),
    unique=("member_category", "role"),
    columns=(
        Column("member_category", "党员类别", aliases=("类别",), required=True,
               choices=CHOICES["member_category"]),
        Column("role", "角色", aliases=("岗位/角色", "兼任角色")),
        Column("post", "岗位名称", aliases=("岗位",), required=True),
        Column("duty", "职责", aliases=("岗位职责", "职责内容", "主要职责"), required=True),
        NOTE,
    ),
)  # fmt: skip

_COMMITTEES = Table(
    id="committees",
    zh="大工委大党委表",
    aliases=("大工委大党委", "大工委表", "大党委表", "“大工委”“大党委”表", "大工委、大党委表"),
    key="committee_id",
    names=("name",),
    parent=("sub_district_id", "sub_districts"),
    columns=(
        Column("committee_id", "委员会编码", Kind.ID, aliases=("委员会编号", "编码", "编号"), required=True),
        Column("name", "名称", aliases=("委员会名称",), required=True),
        Column("committee_kind", "委员会类型", aliases=("类型", "类别"), required=True,
               choices=CHOICES["committee_kind"]),
        Column("sub_district_id", "所属街道", Kind.ID,
               aliases=("街道编码", "所在街道", "街道", "所属街道(镇)", "所在镇街"),
               required=True, refers_to=("sub_districts",)),
        Column("community_id", "所属社区", Kind.ID, aliases=("社区编码", "所在社区", "社区"),
               refers_to=("communities",)),
        Column("seats", "委员名额", Kind.INTEGER, aliases=("名额", "兼职委员名额"), minimum=0, units=_SEATS),
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_GRID_GROUPS = Table(
    id="grid_groups",
    zh="网格党小组表",
    aliases=("网格党小组", "党小组表"),
    key="grid_group_id",
    names=("name",),
    parent=("grid_id", "grids"),
    columns=(
        Column("grid_group_id", "党小组编码", Kind.ID, aliases=("党小组编号", "编码", "编号"), required=True),
        Column("name", "名称", aliases=("党小组名称", "网格党小组名称"), required=True),
        Column("grid_id", "所属网格", Kind.ID, aliases=("网格编码", "所在网格", "网格"), required=True,
               refers_to=("grids",)),
        Column("enterprise_seats", "企业任职名额", Kind.INTEGER, aliases=("企业负责人名额", "企业名额"),
               minimum=0, units=_SEATS),
        Column("community_seats", "社区任职名额", Kind.INTEGER, aliases=("社区“两委”名额", "社区名额"),
               minimum=0, units=_SEATS),
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_MEETING_GROUPS = Table(
    id="meeting_groups",
    zh="联席议事组表",
    aliases=("联席议事组", "议事组表", "联席议事平台"),
    key="meeting_group_id",
    names=("name",),
    parent=("sub_district_id", "sub_districts"),
    columns=(
        Column("meeting_group_id", "议事组编码", Kind.ID, aliases=("议事组编号", "编码", "编号"),
               required=True),
        Column("name", "名称", aliases=("议事组名称",), required=True),
        Column("sub_district_id", "所属街道", Kind.ID,
               aliases=("街道编码", "所在街道", "街道", "所属街道(镇)", "所在镇街"),
               required=True, refers_to=("sub_districts",)),
        Column("industry", "行业类别", aliases=("行业", "企业类别")),
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_FORCES = Table(
    id="forces",
    zh="固定力量表",
    aliases=("固定力量", "下沉力量表"),
    key="force_id",
    names=("name",),
    columns=(
        Column("force_id", "力量编码", Kind.ID, aliases=("力量编号", "编码", "编号"), required=True),
        Column("name", "名称", aliases=("力量名称", "队伍名称"), required=True),
        Column("force_kind", "力量类型", aliases=("类型", "类别"), choices=CHOICES["force_kind"]),
        _SUB_DISTRICT,
        _COMMUNITY,
        Column("headcount", "人数", Kind.INTEGER, aliases=("力量人数",), minimum=0, units=("人", "名")),
        NOTE,
    ),
)  # fmt: skip

TABLES = (
    _LEADERS,
    _COMMITTEE_MEMBERS,
    _CADRES,
    _ENTERPRISE_HEADS,
    _COMMUNITY_MEMBERS,
    _RESERVE_CADRES,
    _FIELD_MEMBERS,
    _HELPERS,
    _DUTIES,
    _COMMITTEES,
    _GRID_GROUPS,
    _MEETING_GROUPS,
    _FORCES,
)
