"""The lists that communities, agencies and partners hand in: needs, resources, alliance projects, wishes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.demo.catalogues import categories, category_codes
from matchmaker.demo.drawing import (
    NEUTRAL_NEED,
    SHARPNESS,
    draw_columns,
    draw_days,
    pick_wordings,
    resource_words,
    urgencies,
)
from matchmaker.demo.frames import flags, ids, numbers, only_where, stream, texts, with_notice
from matchmaker.demo.meihekou.catalogues import INDUSTRIES
from matchmaker.demo.meihekou.counts import MeihekouCounts
from matchmaker.demo.meihekou.organisations import Organisations
from matchmaker.demo.meihekou.places import Places
from matchmaker.demo.meihekou.service import Offers
from matchmaker.demo.names import draw_names

__all__ = ["need_table", "project_table", "resource_table", "wish_table"]

_PER_COMMUNITY, _PER_PARTNER = 12, 3
_CLAIMING = 0.4
"""Part of the members who have named posts that they would like to take."""


def need_table(places: Places, partners: pd.DataFrame, year: int, seed: int) -> pd.DataFrame:
    """What communities and partners ask for; with real names in neutral words, all equally urgent."""
    generator = stream(seed, "needs")
    communities, count = len(places.community_ids), len(partners)
    partner_ids = partners["partner_id"].to_numpy(object)
    weights = places.needs() ** SHARPNESS
    if places.real:
        weights = np.ones_like(weights)
    number = np.full(communities, _PER_COMMUNITY) + 4 * places.weak
    place = np.repeat(np.arange(communities), number)
    wanted = np.array(
        [[3.0 if code in ("biz", "employ", "talent", "policy") else 0.4 for code in category_codes()]]
    )
    of_partner = np.repeat(np.arange(count), _PER_PARTNER)
    category = np.concatenate(
        [
            draw_columns(weights[place], generator),
            draw_columns(np.repeat(wanted, len(of_partner), axis=0), generator),
        ]
    )
    rows = len(category)
    content = pick_wordings([item.needs for item in categories()], category, generator)
    raised = draw_days(pd.Timestamp(year - 1, 1, 5), 320, rows, generator)
    return with_notice(
        pd.DataFrame(
            {
                "need_id": texts(ids("N", rows, 4)),
                "place_kind": texts(["community"] * len(place) + ["partner"] * len(of_partner)),
                "place_id": texts([*places.community_ids[place], *partner_ids[of_partner]]),
                "category": texts(np.array(category_codes(), object)[category]),
                "content": texts([NEUTRAL_NEED] * rows if places.real else content),
                "urgency": numbers(np.full(rows, 3) if places.real else urgencies(generator.random(rows))),
                "weight": numbers(np.ones(rows)),
                "source": texts(np.array(["visit", "meeting"], object)[generator.integers(0, 2, rows)]),
                "raised_on": texts(raised),
                "status": texts(["待认领"] * rows),
            }
        )
    )


def resource_table(organisations: Organisations, places: Places, seed: int) -> pd.DataFrame:
    """What agencies open to all (venues, funds, people, services), and rooms of communities."""
    generator = stream(seed, "resources")
    number = generator.integers(1, 4, len(organisations.agency_ids))
    agency = np.repeat(np.arange(len(number)), number)
    community = np.repeat(np.arange(len(places.community_ids)), 2)
    category = np.concatenate(
        [
            draw_columns(organisations.functions[agency] + 0.01, generator),
            generator.integers(0, len(category_codes()), len(community)),
        ]
    )
    rows = len(category)
    words = resource_words(category, generator)
    own = np.arange(rows) >= len(agency)
    return with_notice(
        pd.DataFrame(
            {
                "resource_id": texts(ids("Z", rows, 3)),
                "agency_id": texts([*organisations.agency_ids[agency], *[None] * len(community)]),
                "community_id": texts([*[None] * len(agency), *places.community_ids[community]]),
                "category": texts(np.array(category_codes(), object)[category]),
                "kind": texts(np.where(own, "venue", words["kind"])),
                "content": texts(np.where(own, "社区功能室开放", words["content"])),
                "quantity": numbers(np.where(own, 1, generator.integers(1, 13, rows))),
                "unit": texts(np.where(own, "间", words["unit"])),
                "time": texts(np.array(["工作日", "预约"], object)[generator.integers(0, 2, rows)]),
                "contact": texts(only_where(~own, draw_names(generator, generator.random(rows) < 0.5))),
            }
        )
    )


def project_table(partners: pd.DataFrame, counts: MeihekouCounts, year: int, seed: int) -> pd.DataFrame:
    """Alliance projects: as many of each industry as its partners' share, in that industry's categories."""
    generator = stream(seed, "projects")
    industries = partners["industry"].to_numpy(object)
    industry = np.sort(industries[generator.permutation(len(industries))[: counts.projects]].astype(str))
    codes = category_codes()
    aspect = np.array(["party", "economy", "ecology", "culture", "governance", "aid"], object)
    of_industry = np.array([[float(code in INDUSTRIES[name]) for code in codes] for name in industry])
    category = draw_columns(of_industry + 0.1, generator)
    number = np.arange(1, counts.projects + 1)
    return with_notice(
        pd.DataFrame(
            {
                "project_id": texts(ids("Q", counts.projects, 2)),
                "name": texts(
                    f"示例{name}党建联盟项目{at:02d}" for name, at in zip(industry, number, strict=True)
                ),
                "aspect": texts(aspect[generator.integers(0, len(aspect), counts.projects)]),
                "category": texts(np.array(codes, object)[category]),
                "industry": texts(industry),
                "start": texts([f"{year}-01-01"] * counts.projects),
                "end": texts([f"{year}-12-31"] * counts.projects),
            }
        )
    )


def wish_table(
    members: pd.DataFrame, organisations: Organisations, offers: Offers, places: Places, year: int, seed: int
) -> pd.DataFrame:
    """Posts that two of five members would like to take, where they live or their agency may go."""
    generator = stream(seed, "wishes")
    eligible = np.flatnonzero(members["eligible"].to_numpy(bool))
    claiming = np.sort(generator.choice(eligible, round(_CLAIMING * len(eligible)), replace=False))
    agency = pd.Index(organisations.agency_ids).get_indexer(pd.Index(members["agency_id"].iloc[claiming]))
    home = pd.Index(places.community_ids).get_indexer(pd.Index(members["home_community"].iloc[claiming]))
    community = np.where(home >= 0, home, organisations.feasible[agency])
    per = len(offers.post_community) // len(places.community_ids)
    order = generator.permuted(np.tile(np.arange(per), (len(claiming), 1)), axis=1)[:, :2]
    posts = ids("O", len(offers.post_community), 3)[community[:, None] * per + order]
    none = pd.Series([()] * len(claiming), dtype=object)
    return with_notice(
        pd.DataFrame(
            {
                "side": texts(["member"] * len(claiming)),
                "source_id": texts(members["member_id"].to_numpy(object)[claiming]),
                "target_kind": texts(["post"] * len(claiming)),
                "wish_1": pd.Series([(post,) for post in posts[:, 0]], dtype=object),
                "wish_2": pd.Series([(post,) for post in posts[:, 1]], dtype=object),
                "wish_3": none,
                "accept_adjust": flags(np.ones(len(claiming))),
                "filled_on": texts([f"{year}-01-15"] * len(claiming)),
            }
        )
    )
