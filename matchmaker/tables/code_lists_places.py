"""Codes of places and of what lives in them."""

from __future__ import annotations

from matchmaker.tables.schema import Choices, Option

__all__ = ["CHOICES"]

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

CHOICES = (
    SUB_DISTRICT_KIND,
    COMMUNITY_KIND,
    STRENGTH_LEVEL,
    GRID_KIND,
    UNIT_KIND,
    HOUSEHOLD_KIND,
    HOUSEHOLD_GRADE,
    PLACE_TABLE,
)
