"""The tables of the places served, from the sub-district down to the household."""

from __future__ import annotations

from matchmaker.tables.code_lists import CHOICES
from matchmaker.tables.definitions_people import CONTACT, NOTE, PHONE, SORT_ORDER
from matchmaker.tables.schema import Chooser, Column, Kind, Table

__all__ = ["TABLES"]

_CATEGORY = CHOICES["category"]
_HOUSEHOLDS = ("户",)
_PERSONS = ("人", "名")
_PIECES = ("个",)
_LONGITUDE = Column("lng", "经度", Kind.NUMBER, minimum=-180, maximum=180)
_LATITUDE = Column("lat", "纬度", Kind.NUMBER, minimum=-90, maximum=90)
_POPULATION = Column(
    "population", "人口", Kind.INTEGER, aliases=("人口数", "常住人口"), minimum=0, units=_PERSONS
)
_DIVISION_CODE = Column("division_code", "行政区划代码", Kind.ID, aliases=("区划代码", "统计用区划代码"))
_STRENGTHS = Column("strengths", "长处", aliases=("优势",), many=True, choices=_CATEGORY)
_WEAKNESSES = Column("weaknesses", "短处", aliases=("短板", "不足"), many=True, choices=_CATEGORY)
_REQUIRED_HOUSEHOLDS = Column(
    "households", "户数", Kind.INTEGER, aliases=("总户数",), required=True, minimum=0, units=_HOUSEHOLDS
)
_HOUSEHOLD_COUNT = Column(
    "households", "户数", Kind.INTEGER, aliases=("总户数",), minimum=0, units=_HOUSEHOLDS
)

_STRENGTH_LEVEL = Column("strength_level", "力量等级", choices=CHOICES["strength_level"])

_SUB_DISTRICTS = Table(
    id="sub_districts",
    zh="街道(镇)表",
    aliases=("街道表", "镇街表", "街道", "街道镇表", "乡镇街道表"),
    key="sub_district_id",
    names=("name",),
    columns=(
        Column("sub_district_id", "街道编码", Kind.ID, aliases=("街道编号", "镇街编码", "编码"),
               required=True),
        Column("name", "名称", aliases=("街道名称", "镇街名称", "街道"), required=True),
        Column("kind", "类型", choices=CHOICES["sub_district_kind"]),
        Column("area", "面积", Kind.NUMBER, minimum=0, units=("平方公里", "km2", "km²")),
        _POPULATION,
        _HOUSEHOLD_COUNT,
        Column("communities", "社区数", Kind.INTEGER, minimum=0, units=_PIECES),
        _STRENGTH_LEVEL,
        _STRENGTHS,
        _WEAKNESSES,
        Column("min_agencies", "单位数下限", Kind.INTEGER, aliases=("下限",), minimum=0, units=("家", "个")),
        Column("max_agencies", "单位数上限", Kind.INTEGER, aliases=("上限",), minimum=0, units=("家", "个")),
        _LONGITUDE,
        _LATITUDE,
        CONTACT,
        PHONE,
        _DIVISION_CODE,
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_COMMUNITIES = Table(
    id="communities",
    zh="社区(村)表",
    aliases=("社区表", "村居表", "社区", "村(社区)表", "社区村表"),
    key="community_id",
    names=("name",),
    parent=("sub_district_id", "sub_districts"),
    columns=(
        Column("community_id", "社区编码", Kind.ID, aliases=("社区编号", "村社区编码", "编码"),
               required=True),
        Column("name", "名称", aliases=("社区名称", "村(社区)名称", "社区"), required=True),
        Column("sub_district_id", "所属街道", Kind.ID,
               aliases=("街道编码", "所在街道", "街道", "所属街道(镇)"),
               required=True, refers_to=("sub_districts",)),
        Column("kind", "类型", choices=CHOICES["community_kind"]),
        Column("zone", "片区", aliases=("所属片区",)),
        _REQUIRED_HOUSEHOLDS,
        _POPULATION,
        Column("grids", "网格数", Kind.INTEGER, minimum=0, units=_PIECES),
        _STRENGTH_LEVEL,
        Column("secretary_stars", "书记星级", Kind.INTEGER, minimum=1, maximum=5, units=("星", "星级")),
        _STRENGTHS,
        _WEAKNESSES,
        Column("weak", "是否软弱涣散", Kind.FLAG, aliases=("软弱涣散", "重点提升", "是否重点提升")),
        Column("has_committee", "大党委", Kind.FLAG, aliases=("是否大党委",)),
        Column("committee_seats", "兼职委员名额", Kind.INTEGER, minimum=0, units=("名", "个")),
        Column("secretary", "书记", sensitive=True),
        CONTACT,
        PHONE,
        _LONGITUDE,
        _LATITUDE,
        _DIVISION_CODE,
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_GRIDS = Table(
    id="grids",
    zh="网格表",
    aliases=("网格",),
    key="grid_id",
    names=("name",),
    parent=("community_id", "communities"),
    columns=(
        Column("grid_id", "网格编码", Kind.ID, aliases=("网格编号", "编码"), required=True),
        Column("name", "名称", aliases=("网格名称", "网格"), required=True),
        Column("community_id", "所属社区", Kind.ID, aliases=("社区编码", "所在社区", "社区", "所属社区(村)"),
               required=True, refers_to=("communities",)),
        Column("grid_kind", "网格类型", aliases=("类型",), required=True, choices=CHOICES["grid_kind"]),
        _REQUIRED_HOUSEHOLDS,
        _POPULATION,
        Column("buildings", "楼栋数", Kind.INTEGER, minimum=0, units=("栋", "个")),
        Column("difficulty", "难度系数", Kind.NUMBER, aliases=("难度",), minimum=0),
        Column("min_members", "最少党员", Kind.INTEGER, minimum=0, units=_PERSONS),
        Column("grid_head", "现网格长", aliases=("网格长",), sensitive=True),
        Column("grid_worker", "网格员", sensitive=True),
        _LONGITUDE,
        _LATITUDE,
        SORT_ORDER,
        NOTE,
    ),
)  # fmt: skip

_BUILDINGS = Table(
    id="buildings",
    zh="楼栋(单元)表",
    aliases=("楼栋表", "楼栋", "楼栋单元表"),
    key="building_id",
    names=("name",),
    parent=("grid_id", "grids"),
    columns=(
        Column("building_id", "楼栋编码", Kind.ID, aliases=("楼栋编号", "编码"), required=True),
        Column("name", "名称", aliases=("名称/地址", "楼栋名称", "地址", "楼栋"), required=True),
        Column("grid_id", "所属网格", Kind.ID, aliases=("网格编码", "所在网格", "网格"), required=True,
               refers_to=("grids",)),
        Column("unit_kind", "层级", choices=CHOICES["unit_kind"]),
        Column("part_of", "所属楼栋", Kind.ID, aliases=("所在楼栋",), refers_to=("buildings",)),
        Column("divided", "是否分单元", Kind.FLAG, aliases=("分单元",)),
        _REQUIRED_HOUSEHOLDS,
        Column("key_households", "重点户数", Kind.INTEGER, minimum=0, units=_HOUSEHOLDS),
        Column("demand", "需求人数", Kind.INTEGER, minimum=0, units=_PERSONS),
        Column("min_members", "最少党员", Kind.INTEGER, minimum=0, units=_PERSONS),
        Column("max_members", "最多党员", Kind.INTEGER, minimum=0, units=_PERSONS),
        Column("building_head", "现楼长", aliases=("楼长", "楼栋长"), sensitive=True),
        _LONGITUDE,
        _LATITUDE,
        NOTE,
    ),
)  # fmt: skip

_BUILDING_UNITS = Table(
    id="building_units",
    zh="居民单元表",
    aliases=("居民单元", "单元表"),
    key="unit_id",
    names=("name",),
    parent=("building_id", "buildings"),
    columns=(
        Column("unit_id", "单元编码", Kind.ID, aliases=("居民单元编码", "编码"), required=True),
        Column("name", "名称", aliases=("单元名称",)),
        Column("building_id", "所属楼栋", Kind.ID, aliases=("楼栋编码", "所在楼栋", "楼栋"), required=True,
               refers_to=("buildings",)),
        _HOUSEHOLD_COUNT,
        Column("min_members", "最少党员", Kind.INTEGER, minimum=0, units=_PERSONS),
        Column("max_members", "最多党员", Kind.INTEGER, minimum=0, units=_PERSONS),
        NOTE,
    ),
)  # fmt: skip

_HOUSEHOLD_TABLE = Table(
    id="households",
    zh="联系户表",
    aliases=("联系户", "户表"),
    key="household_id",
    parent=("community_id", "communities"),
    columns=(
        Column("household_id", "户编码", Kind.ID, aliases=("户编号", "编码"), required=True),
        Column("alias", "户主称谓", aliases=("户主",), sensitive=True),
        Column("community_id", "所属村社区", Kind.ID,
               aliases=("所属社区", "社区编码", "社区", "所属村(社区)", "村社区"),
               required=True, refers_to=("communities",)),
        Column("grid_id", "所属网格", Kind.ID, aliases=("网格编码", "网格"), refers_to=("grids",)),
        Column("household_kind", "户类别", aliases=("类别", "户类型"), required=True,
               choices=CHOICES["household_kind"], sensitive=True),
        Column("grade", "等级", choices=CHOICES["household_grade"], sensitive=True),
        Column("needs", "诉求", aliases=("需求",), many=True, choices=_CATEGORY, sensitive=True),
        Column("current_member", "现联系人", Kind.ID, refers_to=("members",), strict=False, sensitive=True),
        NOTE,
    ),
)  # fmt: skip

_ADJACENCY = Table(
    id="adjacency",
    zh="邻接表",
    aliases=("邻接", "相邻表"),
    unique=("table", "id_a", "id_b"),
    columns=(
        Column("table", "层级", aliases=("类型", "表"), required=True, choices=CHOICES["place_table"]),
        Column("id_a", "甲方", Kind.ID, aliases=("编码甲", "甲"), required=True,
               chooser=Chooser("table", {code: (code,) for code in CHOICES["place_table"].names})),
        Column("id_b", "乙方", Kind.ID, aliases=("编码乙", "乙"), required=True,
               chooser=Chooser("table", {code: (code,) for code in CHOICES["place_table"].names})),
        NOTE,
    ),
)  # fmt: skip

TABLES = (
    _SUB_DISTRICTS,
    _COMMUNITIES,
    _GRIDS,
    _BUILDINGS,
    _BUILDING_UNITS,
    _HOUSEHOLD_TABLE,
    _ADJACENCY,
)
