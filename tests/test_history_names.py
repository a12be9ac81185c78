"""The history names stages by id or by name; what names no stage is told."""

from __future__ import annotations

import pandas as pd

from matchmaker.history_names import unknown_relations, with_located_history
from matchmaker.messages import LANGUAGES, text
from matchmaker.model import Dataset
from matchmaker.scheme.definitions import Scheme
from tests.rules.instances import dataset_from

SCHEME = Scheme.model_validate(
    {
        "name": "x",
        "stages": [
            {"id": "doctor_clinic", "name": "医生到社区", "from": "cadres", "to": "communities"},
            {"id": "again", "name": "同名", "from": "cadres", "to": "communities"},
            {"id": "once_more", "name": "同名", "from": "cadres", "to": "communities"},
        ],
    }
)


def dataset(*relations: str) -> Dataset:
    rows = [{"year": 2026.0, "relation": each, "source_id": "D", "target_id": "C"} for each in relations]
    return dataset_from({}).with_table("history", pd.DataFrame(rows))


def test_names_of_stages_become_ids() -> None:
    located = with_located_history(
        SCHEME, dataset("doctor_clinic", "医生到社区", "医生 到社区", "同名", "单位联街道")
    )
    assert located.frame("history")["relation"].tolist() == [
        "doctor_clinic", "doctor_clinic", "doctor_clinic", "同名", "单位联街道",
    ]  # fmt: skip


def test_what_no_programme_knows_is_told() -> None:
    notes = unknown_relations(SCHEME, dataset("again", "单位联街道", "坐诊", "坐诊"))
    assert [(note.details["relation"], note.count) for note in notes] == [("坐诊", 2)]
    assert all(
        text(note.code, each, **note.details, count=note.count) for note in notes for each in LANGUAGES
    )
    assert unknown_relations(SCHEME, dataset_from({})) == ()
