from __future__ import annotations

from typing import Any

import pytest

from matchmaker.errors import InputError
from matchmaker.history_names import lost_pairs, sides_of_relations
from matchmaker.model import Dataset
from matchmaker.scheme.definitions import Scheme
from matchmaker.succession import with_succession
from tests.rules.instances import dataset_from

SCHEME = Scheme.model_validate(
    {
        "name": "示例",
        "stages": [
            {"id": "agency_sub_district", "from": "agencies", "to": "sub_districts", "each_source": 1}
        ],
        "rules": [],
        "objective": [],
    }
)


def dataset(succession: list[dict[str, Any]], *pairs: tuple[int, str, str], **tables: Any) -> Dataset:
    history = [
        {"year": float(year), "relation": "agency_sub_district", "source_id": source, "target_id": target}
        for year, source, target in pairs
    ]
    return dataset_from(
        {
            "agencies": [{"agency_id": one, "name": one} for one in ("A1", "A9")],
            "sub_districts": [{"sub_district_id": one, "name": one} for one in ("S1", "S2", "S3")],
            "history": history,
            "succession": succession,
            **tables,
        }
    )


def became(
    old: str, new: str | None, share: float | None = None, year: int = 2027, kind: str = "agency"
) -> dict[str, Any]:
    return {"year": float(year), "kind": kind, "old_id": old, "new_id": new, "share": share}


def past(found: Dataset) -> list[tuple[int, str, str]]:
    frame = with_succession(found, sides_of_relations(SCHEME), 2027).frame("history")
    return sorted(
        (int(year), str(source), str(target))
        for year, source, target in zip(frame["year"], frame["source_id"], frame["target_id"], strict=True)
    )


def test_merged_units_have_one_past() -> None:
    found = dataset([became("A7", "A9"), became("A8", "A9")], (2026, "A7", "S1"), (2026, "A8", "S1"))
    assert past(found) == [(2026, "A9", "S1")]


@pytest.mark.parametrize(
    ("shares", "successors"),
    [((0.5, 0.5), ["S2", "S3"]), ((0.9, 0.1), ["S2"]), ((0.6, 0.3), ["S2", "S3"]), ((None, 0.2), ["S2"])],
)
def test_a_split_place_goes_on_in_its_larger_parts(
    shares: tuple[float | None, float], successors: list[str]
) -> None:
    split = [
        became("S0", new, share, kind="sub_district") for new, share in zip(("S2", "S3"), shares, strict=True)
    ]
    assert past(dataset(split, (2026, "A1", "S0"))) == [(2026, "A1", each) for each in successors]


def test_years_from_the_change_on_are_told_in_the_new_ids_already() -> None:
    moved = [became("S1", "S2", year=2026, kind="sub_district")]
    found = dataset(moved, (2025, "A1", "S1"), (2026, "A1", "S1"))
    assert past(found) == [(2025, "A1", "S2"), (2026, "A1", "S1")]


def test_changes_follow_one_another_and_ids_may_be_exchanged() -> None:
    chain = [became("S0", "S1", year=2026, kind="sub_district"), became("S1", "S3", kind="sub_district")]
    assert past(dataset(chain, (2025, "A1", "S0"))) == [(2025, "A1", "S3")]
    exchanged = [became("S1", "S2", kind="sub_district"), became("S2", "S1", kind="sub_district")]
    found = dataset(exchanged, (2026, "A1", "S1"), (2026, "A9", "S2"))
    assert past(found) == [(2026, "A1", "S2"), (2026, "A9", "S1")]


def test_an_id_of_another_table_stays() -> None:
    assert past(dataset([became("S1", "S2")], (2026, "A1", "S1"))) == [(2026, "A1", "S1")]


def test_ratings_are_about_the_successors() -> None:
    rating = {
        "year": 2026.0,
        "rater_kind": "community_agency",
        "rater_id": "C1",
        "ratee_id": "A7",
        "score": 90.0,
    }
    found = dataset([became("A7", "A9")], evaluations=[rating])
    told = with_succession(found, sides_of_relations(SCHEME), 2027)
    assert told.frame("evaluations")["ratee_id"].tolist() == ["A9"]
    assert not told.has("succession")


def test_what_has_no_successor_is_told() -> None:
    found = dataset([became("A7", None)], (2026, "A7", "S1"), (2026, "A8", "S1"), (2025, "A6", "S1"))
    found = with_succession(found, sides_of_relations(SCHEME), 2027)
    (note,) = lost_pairs(SCHEME, found, 2027)
    assert (note.code, note.count, note.details["ids"]) == ("rule.warning.lost_pairs", 1, "A8")


def test_changes_of_later_years_have_not_happened_yet() -> None:
    assert past(dataset([became("A1", "A9", year=2028)], (2026, "A1", "S1"))) == [(2026, "A1", "S1")]


def test_ratings_of_merged_units_all_count() -> None:
    about = {"year": 2026.0, "rater_kind": "community_agency", "rater_id": "C1"}
    ratings = [
        {**about, "ratee_id": one, "score": score} for one, score in (("A7", 90), ("A8", 90), ("A9", 60))
    ]
    found = dataset([became("A7", "A9"), became("A8", "A9")], evaluations=ratings)
    told = with_succession(found, sides_of_relations(SCHEME), 2027)
    assert sorted(told.frame("evaluations")["score"]) == [60, 90, 90]


def test_shares_are_of_one_whole() -> None:
    thirds = [became("S0", new, 0.334, kind="sub_district") for new in ("S1", "S2", "S3")]
    assert len(past(dataset(thirds, (2026, "A1", "S0")))) == 3
    with pytest.raises(InputError) as raised:
        past(dataset([became("A7", "A1", 0.8), became("A7", "A9", 0.7), became("A8", "A9", 1.0)]))
    (fault,) = raised.value.faults
    assert (fault.code, fault.found, fault.details["old"]) == ("succession.shares", "1.5", "A7")
