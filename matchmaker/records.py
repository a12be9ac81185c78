"""The records of a year beside the plan's roster: ratings, points, visits, orders, assessment sheets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from matchmaker.errors import Fault, InputError, Note, Place
from matchmaker.evaluation import RECORDS
from matchmaker.model import Dataset
from matchmaker.tables import TABLES, canonical_frame, read_dataset

__all__ = ["Records", "with_records"]


@dataclass(frozen=True)
class Records:
    """A dataset with the records of a year.

    Parameters
    ----------
    dataset
        The roster's, in which the records that were read stand in place of its own.
    notes
        How they were read.
    files
        Those that were read, in order.
    """

    dataset: Dataset
    notes: tuple[Note, ...]
    files: tuple[Path, ...]


def with_records(dataset: Dataset, path: Path) -> Records:
    """Read the records of a year; ids and names in them are those of the dataset.

    Of ``orders`` those that are told anew replace the dataset's own with their ids, the others
    stay; of the other tables what was read replaces all.

    Parameters
    ----------
    path
        A folder of sheets, or one workbook.

    Raises
    ------
    InputError
        With every fault of every sheet, or when none is a record.
    """
    reading = read_dataset(path, beside=dataset, records=True)
    found = reading.dataset.tables
    if not found.keys() & set(RECORDS):
        names = "、".join(f"{TABLES[table].zh}({table})" for table in RECORDS)
        raise InputError([Fault("evaluation.no_records", Place(file=str(path)), details={"names": names})])
    notes = list(reading.notes)
    for table, frame in found.items():
        if table not in RECORDS:
            notes.append(Note("tables.warning.no_record", Place(sheet=TABLES[table].zh), len(frame)))
        elif table == "orders" and dataset.has(table):
            own = dataset.frame(table)
            rest = own[~own["order_id"].isin(frame["order_id"])]
            dataset = dataset.with_table(table, canonical_frame(table, pd.concat([rest, frame])))
        else:
            dataset = dataset.with_table(table, frame)
    return Records(dataset, tuple(notes), reading.files)
