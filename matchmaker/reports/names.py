"""What rows, codes and figures are called on paper: names for ids (`matchmaker.called`), words for codes."""

from __future__ import annotations

import pandas as pd

from matchmaker.called import PLACES, masked_names, names_of, noun, place_name, row_names
from matchmaker.messages import Language
from matchmaker.model import Dataset
from matchmaker.tables.code_lists import CHOICES

__all__ = [
    "PLACES",
    "code_names",
    "is_demo",
    "masked_names",
    "names_of",
    "noun",
    "place_name",
    "row_names",
]

DEMO_MARK = "模拟数据"
"""What the note of every generated row says."""


def code_names(dataset: Dataset, choices: str, language: Language) -> dict[str, str]:
    """Words for the codes of one list, those of the dataset's own ``codes`` table included."""
    known = CHOICES[choices]
    names = {
        option.code: option.zh if language == "zh" else option.en or option.zh for option in known.options
    }
    codes = dataset.frame("codes")
    if {"code_type", "code", "name"} <= set(codes.columns):
        own = codes[codes["code_type"].isin([known.id, known.zh]).to_numpy(bool)]
        for code, name in zip(own["code"], own["name"], strict=True):
            names.setdefault(str(code), str(name))
    return names


def is_demo(dataset: Dataset) -> bool:
    """Whether any row's note says that the data are made up."""
    return dataset.memo("is demo", lambda: any(_says_demo(frame) for frame in dataset.tables.values()))


def _says_demo(frame: pd.DataFrame) -> bool:
    return "note" in frame and any(DEMO_MARK in str(note) for note in pd.unique(frame["note"]))
