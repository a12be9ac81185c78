"""The records of a plan's year, made up: ratings, points, visits, orders, assessment sheets.

Nobody with a real name is judged: communities are rated, and orders there, only where they bear
a name of the demonstrations.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import pandas as pd

from matchmaker.demo.frames import Integers, Objects, ids, numbers, stream, texts, with_notice
from matchmaker.model import Dataset
from matchmaker.tables.definitions_records import KINDS_OF_TABLES

__all__ = ["year_records"]

INVENTED = "示例"
"""What the names of places that do not exist begin with or hold."""

_ACTIVITIES = ("政策宣传", "环境整治", "入户走访", "法律咨询", "助老服务", "平安巡查")
_MATTERS = ("了解诉求", "送政策", "查看安全", "反映路灯不亮", "反映停车难", "需要代办手续")
_CONTENTS = (("law", "合同咨询"), ("elderly", "上门理发"), ("housing", "报修水管"), ("health", "量血压"))


def year_records(dataset: Dataset, year: int, visited: Collection[str], seed: int) -> dict[str, pd.DataFrame]:
    """Records of one year for what a plan has decided.

    Parameters
    ----------
    dataset
        With every decided stage as a table (`Plan.known`).
    visited
        Stages whose pairs are visited each quarter.
    seed
        0 or more. The same plan and seed give the same records.

    Returns
    -------
    dict of str to DataFrame
        ``evaluations``, ``points``, ``visits``, ``orders``, ``assessments``, those without rows left out.
    """
    tables = {
        "evaluations": _ratings(dataset, year, seed),
        "points": _points(dataset, year, seed),
        "visits": _visits(dataset, year, visited, seed),
        "orders": _orders(dataset, year, seed),
        "assessments": _assessments(dataset, year, seed),
    }
    return {name: with_notice(frame) for name, frame in tables.items() if len(frame)}


def _pairs(dataset: Dataset, table: str) -> tuple[Integers, Integers]:
    """Rows of `table` and the communities where they, or rows below them, have partners; each pair once."""
    width = len(dataset.frame("communities"))
    found = [np.empty(0, np.int64)]
    for stage in dataset.joins:
        frame = dataset.frame(stage)
        sides = ((dataset.parents[stage][1], "source_id"), (dataset.joins[stage][1], "target_id"))
        for (own, own_id), (partner, partner_id) in (sides, sides[::-1]):
            up, place = dataset.ancestors(own, table), dataset.ancestors(partner, "communities")
            if up is None or place is None or not len(frame) or not width:
                continue
            row = np.append(up, -1)[dataset.positions(own, frame[own_id])]
            community = np.append(place, -1)[dataset.positions(partner, frame[partner_id])]
            both = (row >= 0) & (community >= 0)
            found.append(row[both] * width + community[both])
    codes = np.unique(np.concatenate(found))
    return codes // max(width, 1), codes % max(width, 1)


def _invented(dataset: Dataset) -> np.ndarray:
    """Which communities do not exist."""
    names = dataset.frame("communities").get("name", pd.Series(dtype=object))
    return names.astype(str).str.contains(INVENTED, regex=False).to_numpy(bool)


def _ratings(dataset: Dataset, year: int, seed: int) -> pd.DataFrame:
    parts = list(_rating_parts(dataset, seed))
    kind, ratee, rater, score = (
        np.concatenate([np.asarray(part[at], object) for part in parts]) if parts else np.empty(0, object)
        for at in range(4)
    )
    score = score.astype(float)
    return pd.DataFrame(
        {
            "year": numbers(np.full(len(score), year)),
            "rater_kind": texts(kind),
            "ratee_id": texts(ratee),
            "rater_id": texts(rater),
            "score": numbers(score),
        }
    )


def _rating_parts(dataset: Dataset, seed: int) -> Iterator[tuple[Objects, Objects, Objects, Objects]]:
    """(kind, ratee, rater, score) of each kind of rating."""
    generator = stream(seed, "year ratings")
    communities = dataset.ids("communities")
    if dataset.has("agencies"):
        agency, community = _pairs(dataset, "agencies")
        who, where = dataset.ids("agencies")[agency], communities[community]
        merit = generator.normal(86, 5, len(dataset.frame("agencies")))[agency]
        yield _rated("community_agency", who, where, merit, 4, generator)
        real = _invented(dataset)[community]
        fair = np.full(int(real.sum()), 84.0)
        yield _rated("agency_community", where[real], who[real], fair, 5, generator)
    if dataset.has("members"):
        member, community = _pairs(dataset, "members")
        diligence = generator.normal(86, 5, len(dataset.frame("members")))
        served = np.unique(member)
        people, branches = dataset.ids("members"), dataset.frame("members")["branch_id"].to_numpy(object)
        has = pd.notna(branches[served])
        own = served[has]
        yield _rated("branch_member", people[own], branches[own], diligence[own] + 2, 3, generator)
        yield _rated(
            "community_member", people[member], communities[community], diligence[member], 4, generator
        )
        asked = np.sort(generator.choice(served, len(served) // 5, replace=False))
        for number in (1, 2):
            names = np.array([f"居民{number:02d}"] * len(asked), dtype=object)
            yield _rated("resident", people[asked], names, diligence[asked], 6, generator)


def _rated(
    kind: str, ratee: Objects, rater: Objects, mean: np.ndarray, spread: float, generator: np.random.Generator
) -> tuple[Objects, Objects, Objects, Objects]:
    score = np.clip(np.round(mean + generator.normal(0, spread, len(mean))), 55, 100)
    return np.full(len(ratee), kind, dtype=object), ratee, rater, score.astype(object)


def _points(dataset: Dataset, year: int, seed: int) -> pd.DataFrame:
    """Four entries a year for each member who serves: around 26 points together."""
    generator = stream(seed, "year points")
    member, community = _pairs(dataset, "members") if dataset.has("members") else (np.empty(0, np.int64),) * 2
    member, first = np.unique(member, return_index=True)
    community = community[first]
    quarter = np.tile(np.arange(4), len(member))
    month = quarter * 3 + generator.integers(1, 4, len(quarter))
    day = generator.integers(1, 29, len(quarter))
    amount = np.repeat(generator.choice([4, 6, 8], len(member), p=[0.15, 0.45, 0.4]), 4)
    amount = np.maximum(amount + generator.integers(-2, 3, len(quarter)), 1)
    people, places = dataset.ids("members")[member], dataset.ids("communities")[community]
    return pd.DataFrame(
        {
            "date": texts(_dates(year, month, day)),
            "member_id": texts(np.repeat(people, 4)),
            "community_id": texts(np.repeat(places, 4)),
            "activity": texts(
                np.array(_ACTIVITIES, object)[generator.integers(0, len(_ACTIVITIES), len(quarter))]
            ),
            "hours": numbers(amount * 2),
            "points": numbers(amount),
        }
    )


def _visits(dataset: Dataset, year: int, visited: Collection[str], seed: int) -> pd.DataFrame:
    """In each quarter nine pairs of ten are visited."""
    generator = stream(seed, "year visits")
    frames = [
        pd.DataFrame(columns=["date", "visitor_kind", "visitor_id", "place_kind", "place_id", "matter"])
    ]
    for stage in sorted(visited):
        frame = dataset.frame(stage)
        tables = dataset.parents[stage][1], dataset.joins[stage][1]
        kinds = [KINDS_OF_TABLES.get(table) for table in tables]
        if None in kinds:
            continue
        drawn = generator.random((len(frame), 4)) < 0.9
        row, quarter = np.nonzero(drawn)
        month = quarter * 3 + generator.integers(1, 4, len(row))
        matter = generator.integers(0, len(_MATTERS), len(row))
        frames.append(
            pd.DataFrame(
                {
                    "date": _dates(year, month, generator.integers(1, 29, len(row))),
                    "visitor_kind": kinds[0],
                    "visitor_id": frame["source_id"].to_numpy(object)[row],
                    "place_kind": kinds[1],
                    "place_id": frame["target_id"].to_numpy(object)[row],
                    "matter": np.array(_MATTERS, object)[matter],
                    "settled": generator.random(len(row)) < 0.8,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def _orders(dataset: Dataset, year: int, seed: int) -> pd.DataFrame:
    """The orders that the plan knows, rated; where it knows none, two on each grid of an invented place."""
    generator = stream(seed, "year orders")
    place = dataset.ancestors("grids", "communities")
    if place is None or not dataset.has("grids"):
        return pd.DataFrame()
    if dataset.has("orders"):
        frame = dataset.frame("orders")
        if "rating" in frame:  # what has one was done before
            frame = frame[frame["rating"].isna().to_numpy(bool)].drop(columns="rating")
        frame = frame.drop(columns="note", errors="ignore")
        grid = dataset.positions("grids", frame["grid_id"])
        frame = frame[_invented(dataset)[place[grid]]].reset_index(drop=True)
    else:
        grids = dataset.ids("grids")[_invented(dataset)[place]]
        kind = generator.integers(0, len(_CONTENTS), 2 * len(grids))
        days = _dates(year, generator.integers(1, 13, len(kind)), generator.integers(1, 29, len(kind)))
        frame = pd.DataFrame(
            {
                "order_id": ids("DD", 2 * len(grids), 5),
                "grid_id": np.repeat(grids, 2),
                "category": np.array([code for code, _ in _CONTENTS], object)[kind],
                "content": np.array([words for _, words in _CONTENTS], object)[kind],
                "raised_on": days,
                "status": "已办结",
            }
        )
    stars = generator.choice([2.0, 3.0, 4.0, 5.0], len(frame), p=[0.03, 0.12, 0.4, 0.45])
    return frame.assign(rating=np.where(generator.random(len(frame)) < 0.8, stars, np.nan))


def _assessments(dataset: Dataset, year: int, seed: int) -> pd.DataFrame:
    """Routine and annual scores of agencies; a few have something added, a few something taken off."""
    generator = stream(seed, "year assessments")
    agencies = dataset.ids("agencies") if dataset.has("agencies") else np.empty(0, object)
    drawn = generator.random(len(agencies))
    bonus, deduction = np.where(drawn < 0.05, 2.0, 0.0), np.where(drawn > 0.97, 2.0, 0.0)
    basis = np.select([bonus > 0, deduction > 0], ["建议被采纳", "联席会议缺席一次"], "")
    scores = np.clip(np.round(generator.normal(86, 5, (2, len(agencies)))), 60, 100)
    return pd.DataFrame(
        {
            "year": numbers(np.full(len(agencies), year)),
            "kind": texts(["agency"] * len(agencies)),
            "id": texts(agencies),
            "routine_score": numbers(scores[0]),
            "annual_score": numbers(scores[1]),
            "bonus": numbers(np.where(bonus > 0, bonus, np.nan)),
            "deduction": numbers(np.where(deduction > 0, deduction, np.nan)),
            "basis": texts([words or None for words in basis.tolist()]),
        }
    )


def _dates(year: int, month: Integers, day: Integers) -> Objects:
    return np.array([f"{year}-{m:02d}-{d:02d}" for m, d in zip(month, day, strict=True)], dtype=object)
