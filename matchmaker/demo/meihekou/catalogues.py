"""The committed tables of this programme: a county-level city's agencies, industries, wordings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from matchmaker.demo.catalogues import rows_of

__all__ = [
    "DEPARTMENTS",
    "INDUSTRIES",
    "AgencyKind",
    "Wording",
    "agency_kinds",
    "wordings",
]

DEPARTMENTS = ("市民政局", "市司法局", "市残联", "市人力资源和社会保障局")
"""The four that send holders of public-welfare posts; in every data set, however small."""

INDUSTRIES: dict[str, tuple[str, ...]] = {
    "商贸流通": ("biz", "employ"),
    "医药健康": ("health", "elderly"),
    "食品加工": ("employ", "biz"),
    "建筑建材": ("housing", "infra"),
    "物流运输": ("infra", "employ"),
    "教育培训": ("edu", "talent"),
    "文化旅游": ("culture", "ecology"),
    "养老服务": ("elderly", "health"),
    "信息服务": ("policy", "talent"),
    "环保园林": ("env", "ecology"),
    "法律咨询": ("law", "policy"),
    "安保物业": ("safety", "housing"),
}
"""Industries of firms and social organisations, and what they are good at."""


@dataclass(frozen=True)
class AgencyKind:
    """An agency that a county-level city has: its type, relative size and functions."""

    name: str
    agency_type: str
    weight: float
    functions: tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """Words of one category: a post, a service project, micro-wishes."""

    post: str
    project: str
    wishes: tuple[str, ...]


@cache
def agency_kinds() -> tuple[AgencyKind, ...]:
    """The 93 agencies in their official order."""
    return tuple(
        AgencyKind(row["name"], row["agency_type"], float(row["weight"]), tuple(row["functions"].split()))
        for row in rows_of("meihekou_agencies.csv")
    )


@cache
def wordings() -> dict[str, Wording]:
    """The words of each of the sixteen categories, by code."""
    return {
        row["category"]: Wording(row["post"], row["project"], tuple(row["wishes"].split(";")))
        for row in rows_of("meihekou_wordings.csv")
    }
