"""City leaders and those who are sent: secretaries, secondments, welfare posts, heads of units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.demo.catalogues import category_codes
from matchmaker.demo.drawing import choose_columns
from matchmaker.demo.frames import (
    Integers,
    categories_column,
    flags,
    ids,
    numbers,
    only_where,
    stream,
    texts,
    with_notice,
)
from matchmaker.demo.meihekou.catalogues import DEPARTMENTS
from matchmaker.demo.meihekou.counts import MeihekouCounts
from matchmaker.demo.meihekou.organisations import Organisations
from matchmaker.demo.names import draw_names

__all__ = ["cadre_table", "leader_table"]

_NOT_SENT = 2
"""Proposed secretaries who turn out not to be available."""

_RESPONSIBLE = 5
"""Categories that a city leader answers for."""


def leader_table(counts: MeihekouCounts, seed: int) -> pd.DataFrame:
    """City leaders in their official order, each with two or three contact points."""
    generator = stream(seed, "leaders")
    count, codes = counts.leaders, category_codes()
    senior = np.arange(count) < -(-count // 3)
    chosen = choose_columns(np.zeros((count, len(codes))), generator, np.full(count, _RESPONSIBLE))
    return with_notice(
        pd.DataFrame(
            {
                "leader_id": texts(ids("D", count, 2)),
                "name": texts(draw_names(generator, generator.random(count) < 0.25)),
                "rank": texts(np.where(senior, "division", "deputy_division")),
                "post_title": texts(np.where(senior, "市级正职", "市级副职")),
                "function_codes": categories_column(chosen, codes),
                "contact_points": numbers(np.where(senior, 3, 2)),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )


def cadre_table(
    organisations: Organisations, members: pd.DataFrame, counts: MeihekouCounts, seed: int
) -> pd.DataFrame:
    """Everybody who is sent, kind by kind; the heads of all agencies come last."""
    generator = stream(seed, "cadres")
    agencies = len(organisations.agency_ids)
    names = [kind.name for kind in organisations.kinds]
    departments = [names.index(name) for name in DEPARTMENTS]
    heads = members[members["unit_head"].astype(bool)]
    parts: list[tuple[str, Integers]] = [
        ("secretary", generator.integers(0, agencies, counts.secretaries + _NOT_SENT)),
        ("secondment", generator.integers(0, agencies, counts.secondments)),
        ("welfare_post", np.repeat(departments, counts.welfare_posts)),
        ("unit_head", pd.Index(organisations.agency_ids).get_indexer(pd.Index(heads["agency_id"]))),
    ]
    kind = np.repeat([name for name, _ in parts], [len(agency) for _, agency in parts]).astype(object)
    agency = np.concatenate([agency for _, agency in parts])
    count, codes = len(agency), category_codes()
    name = draw_names(generator, generator.random(count) < 0.4)
    name[kind == "unit_head"] = heads["name"].to_numpy(object)
    first = np.arange(count) < counts.secretaries
    eligible = (kind != "secretary") | first
    rank = np.select(
        [kind == "secretary", kind == "secondment", kind == "unit_head"],
        [np.where(np.arange(count) % 3 == 0, "section", "deputy_section"), "deputy_section", "section"],
        "general",
    )
    skills = choose_columns(
        2.0 * organisations.functions[agency], generator, np.where(kind == "welfare_post", 1, 3)
    )
    skills[kind == "welfare_post"] &= organisations.functions[agency][kind == "welfare_post"]
    age = np.where(kind == "unit_head", 50, 34) + generator.integers(0, 8, count)
    reserve = generator.random(count) < 0.8
    return with_notice(
        pd.DataFrame(
            {
                "cadre_id": texts(ids("K", count, 3)),
                "name": texts(name),
                "agency_id": texts(organisations.agency_ids[agency]),
                "cadre_kind": texts(kind),
                "rank": texts(rank),
                "birth": texts(f"{1970 + 57 - years}-06-01" for years in age),
                "excellent": flags((kind == "secondment") | ((kind == "secretary") & reserve)),
                "skills": categories_column(skills, codes),
                "eligible": flags(eligible),
                "exempt_reason": texts(only_where(~eligible, np.full(count, "工作需要", object))),
                "sort_order": numbers(np.arange(1, count + 1)),
            }
        )
    )
