"""Enterprises to be paired with, and the outside bodies that join groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matchmaker.demo.catalogues import category_codes
from matchmaker.demo.frames import categories_column, flags, ids, numbers, stream, texts, with_notice
from matchmaker.demo.names import draw_names
from matchmaker.demo.qidong.counts import QidongCounts
from matchmaker.demo.qidong.places import Places

__all__ = ["INDUSTRIES", "partner_table"]

INDUSTRIES = (
    ("电动工具", ("biz", "talent", "safety")),
    ("生物医药", ("biz", "talent", "policy")),
    ("海洋工程", ("safety", "employ", "talent")),
    ("电子信息", ("biz", "talent", "employ")),
    ("新能源", ("biz", "policy", "infra")),
    ("纺织服装", ("employ", "biz", "law")),
    ("农产品加工", ("biz", "ecology", "policy")),
    ("商贸物流", ("policy", "infra", "law")),
)
"""Industries, and what their enterprises ask for most."""

_BODIES = (
    ("志愿者协会", ("elderly", "env")),
    ("律师事务所", ("law", "policy")),
    ("青年企业家协会", ("biz", "talent")),
    ("社会工作服务中心", ("elderly", "health")),
    ("文艺家联合会", ("culture", "edu")),
    ("公益救援队", ("emergency", "safety")),
    ("园林绿化协会", ("ecology", "env")),
    ("人力资源协会", ("employ", "talent")),
    ("物业管理协会", ("housing", "infra")),
)


def partner_table(counts: QidongCounts, places: Places, seed: int) -> pd.DataFrame:
    """The enterprises, and after them the bodies, each in some community or village."""
    generator = stream(seed, "partners")
    count = counts.enterprises + counts.bodies
    is_body = np.arange(count) >= counts.enterprises
    industry = _industries(counts)
    body = np.arange(counts.bodies) % len(_BODIES)
    names = [f"示例{INDUSTRIES[at][0]}企业{number + 1:03d}" for number, at in enumerate(industry)] + [
        f"示例{_BODIES[at][0]}{number // len(_BODIES) + 1}" for number, at in enumerate(body)
    ]
    strong = [()] * counts.enterprises + [_BODIES[at][1] for at in body]
    at = generator.integers(0, len(places.ids), count)
    return with_notice(
        pd.DataFrame(
            {
                "partner_id": texts(ids("P", count, 3)),
                "name": texts(names),
                "kind": texts(np.where(is_body, "social", "enterprise")),
                "industry": texts([INDUSTRIES[at][0] for at in industry] + ["社会组织"] * counts.bodies),
                "member_count": numbers(generator.integers(3, 60, count)),
                "function_codes": categories_column(
                    np.array([[code in own for code in category_codes()] for own in strong]),
                    category_codes(),
                ),
                "community_id": texts(places.ids[at]),
                "key": flags(~is_body & (generator.random(count) < 0.2)),
                "secretary": texts(draw_names(generator, generator.random(count) < 0.3)),
                "contact": texts(draw_names(generator, generator.random(count) < 0.5)),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def _industries(counts: QidongCounts) -> NDArray[np.int64]:
    return np.arange(counts.enterprises) % len(INDUSTRIES)
