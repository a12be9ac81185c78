"""The lists: needs of places and enterprises, resources, duties of roles, other duties."""

from __future__ import annotations

import numpy as np
import pandas as pd

from matchmaker.demo.catalogues import categories, category_codes
from matchmaker.demo.drawing import around, draw_columns, draw_resources, pick_wordings, urgencies
from matchmaker.demo.frames import ids, numbers, stream, texts, with_notice
from matchmaker.demo.qidong.organisations import Organisations
from matchmaker.demo.qidong.partners import INDUSTRIES
from matchmaker.demo.qidong.places import Places

__all__ = ["duty_table", "need_table", "other_duty_table", "resource_table"]

_PER_COMMUNITY, _PER_VILLAGE, _PER_ENTERPRISE = 9, 6, 3
_SHARPNESS = 1.5
_SHARE_WITH_OTHER_DUTIES = 0.2

_DUTIES = (
    ("牵头单位", "共同体牵头", "召集联席会议，提出年度计划，汇总任务和问题，督促整改"),
    ("成员单位", "共同体成员", "参加联席会议和联合活动，认领任务，按期反馈进展"),
    ("巡学组长", "巡学旁听组长", "制定本共同体旁听计划，组织旁听和年底测评"),
    ("巡学成员", "巡学旁听成员", "参加旁听，记录组织生活情况，提出改进建议"),
)


def need_table(places: Places, partners: pd.DataFrame, year: int, seed: int) -> pd.DataFrame:
    """What communities, villages and enterprises have handed in; neutral with real names."""
    generator = stream(seed, "needs")
    of_place = places.needs() ** _SHARPNESS
    enterprises = partners[partners["kind"] == "enterprise"]
    asked = {name: [code in wanted for code in category_codes()] for name, wanted in INDUSTRIES}
    of_partner = np.array([asked[name] for name in enterprises["industry"]], float) + 0.03
    count_of_place = np.where(
        places.is_village,
        around(_PER_VILLAGE, len(places.ids), generator),
        around(_PER_COMMUNITY, len(places.ids), generator),
    )
    place = np.repeat(np.arange(len(places.ids)), count_of_place)
    partner = np.repeat(np.arange(len(enterprises)), around(_PER_ENTERPRISE, len(enterprises), generator))
    category = draw_columns(np.concatenate([of_place[place], of_partner[partner]]), generator)
    count = len(category)
    names = np.concatenate([places.ids[place], enterprises["partner_id"].to_numpy(object)[partner]])
    content = pick_wordings([item.needs for item in categories()], category, generator)
    raised = pd.Timestamp(year - 1, 1, 5) + pd.to_timedelta(generator.integers(0, 320, count), unit="D")
    urgency = urgencies(generator.random(count))
    return with_notice(
        pd.DataFrame(
            {
                "need_id": texts(ids("N", count, 4)),
                "place_kind": texts(["community"] * len(place) + ["partner"] * len(partner)),
                "place_id": texts(names),
                "category": texts(np.array(category_codes(), object)[category]),
                "content": texts(["希望对接相关服务"] * count if places.real else content),
                "urgency": numbers(np.full(count, 3) if places.real else urgency),
                "raised_on": texts(raised.strftime("%Y-%m-%d")),
                "status": texts(["待认领"] * count),
            }
        )
    )


def resource_table(organisations: Organisations, seed: int) -> pd.DataFrame:
    """What organisations have to offer: one to four each, mostly of their own trade."""
    generator = stream(seed, "resources")
    agency = np.repeat(
        np.arange(len(organisations.agency_ids)),
        generator.integers(1, 5, len(organisations.agency_ids)),
    )
    count = len(agency)
    category = draw_columns(organisations.functions[agency] + 0.04, generator)
    drawn = draw_resources(category, generator)
    return with_notice(
        pd.DataFrame(
            {
                "resource_id": texts(ids("R", count, 3)),
                "agency_id": texts(organisations.agency_ids[agency]),
                "category": texts(np.array(category_codes(), object)[category]),
                "kind": texts(drawn["kind"]),
                "content": texts(drawn["content"]),
                "quantity": numbers(drawn["quantity"]),
                "unit": texts(drawn["unit"]),
            }
        )
    )


def duty_table() -> pd.DataFrame:
    """What leads, members and observers have to do, for the lists."""
    return with_notice(
        pd.DataFrame(
            {
                "member_category": texts(["agency"] * len(_DUTIES)),
                "role": texts(role for role, _, _ in _DUTIES),
                "post": texts(post for _, post, _ in _DUTIES),
                "duty": texts(duty for _, _, duty in _DUTIES),
            }
        )
    )


def other_duty_table(organisations: Organisations, places: Places, seed: int) -> pd.DataFrame:
    """A task beyond this programme for one organisation in five: it takes the room of one pair."""
    generator = stream(seed, "other duties")
    agencies = len(organisations.agency_ids)
    busy = np.sort(generator.permutation(agencies)[: max(1, round(_SHARE_WITH_OTHER_DUTIES * agencies))])
    at = generator.integers(0, len(places.ids), len(busy))
    return with_notice(
        pd.DataFrame(
            {
                "source_id": texts(organisations.agency_ids[busy]),
                "scheme": texts(["文明城市包联"] * len(busy)),
                "target_id": texts(places.ids[at]),
                "sub_district_id": texts(places.town_ids[places.town[at]]),
                "load": numbers(np.ones(len(busy))),
            }
        )
    )
