"""Tables: what an office hands in, read, checked, normalised, and written back."""

from __future__ import annotations

from matchmaker.tables.canonical import TABLES, canonical_frame, choices_of, dataset_of
from matchmaker.tables.reader import Reading, read_dataset
from matchmaker.tables.schema import Choices, Chooser, Column, Kind, Option, Table, match_key
from matchmaker.tables.writer import write_dataset
from matchmaker.tables.written import read_written

__all__ = [
    "TABLES",
    "Choices",
    "Chooser",
    "Column",
    "Kind",
    "Option",
    "Reading",
    "Table",
    "canonical_frame",
    "choices_of",
    "dataset_of",
    "match_key",
    "read_dataset",
    "read_written",
    "write_dataset",
]
