"""Posts and duties of each category of members and role, in words of our own."""

from __future__ import annotations

import pandas as pd

from matchmaker.demo.frames import texts, with_notice

__all__ = ["duty_table"]

BUILDING, GRID_HEAD, BUILDING_HEAD, COMMUNITY = "党员联楼栋", "兼职网格长", "兼职楼长", "社区报到"
"""Roles; the scheme's lists name them."""

_DUTIES: dict[str, dict[str, tuple[str, str]]] = {
    "leader": {
        BUILDING: ("楼栋联系领导", "联系楼栋，牵头协调本单位解决楼栋反映的难题"),
        GRID_HEAD: ("网格长（领导干部）", "统筹网格内党员分工，每月研究一次网格事项，协调街道和单位"),
        BUILDING_HEAD: ("楼长（领导干部）", "掌握楼栋情况，督办楼栋事项"),
    },
    "agency": {
        BUILDING: ("楼栋联系员", "定期走访楼栋住户，收集诉求，宣传政策"),
        GRID_HEAD: ("网格长", "安排网格内走访，汇总诉求，报社区并跟踪办理"),
        BUILDING_HEAD: ("楼长", "联络楼栋党员和住户，诉求先在楼栋内协调"),
    },
    "in_service": {
        BUILDING: ("楼栋服务员", "工作时间以外走访楼栋，按特长提供服务"),
        GRID_HEAD: ("网格长（在职党员）", "工作时间以外组织网格服务，汇总诉求报社区"),
        BUILDING_HEAD: ("楼长（在职党员）", "联络楼栋党员和住户，组织楼栋服务"),
    },
    "field": {
        COMMUNITY: ("领域党员志愿岗", "到社区报到，按特长参加社区服务"),
        BUILDING: ("楼栋联系员（领域党员）", "在尚无机关党员的楼栋接续联系住户，反映诉求"),
    },
    "resident": {
        COMMUNITY: ("居民党员志愿岗", "到社区报到，参加邻里互助"),
        BUILDING: ("楼栋联系员（居民党员）", "在尚无机关党员、领域党员的楼栋接续联系住户，反映诉求"),
    },
}
"""Category to role to post and duty."""


def duty_table() -> pd.DataFrame:
    """One row for each category of members and each role that it may have."""
    rows = [(category, role, *words) for category, roles in _DUTIES.items() for role, words in roles.items()]
    columns = ("member_category", "role", "post", "duty")
    return with_notice(
        pd.DataFrame({name: texts(row[at] for row in rows) for at, name in enumerate(columns)})
    )
