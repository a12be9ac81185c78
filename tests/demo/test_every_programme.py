"""What holds of the data of every programme, whichever it is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from matchmaker.demo.folder import PROGRAMMES
from matchmaker.demo.frames import NOTICE
from matchmaker.tables import TABLES, read_dataset, write_dataset

SCALE = 0.05

every_programme = pytest.mark.parametrize("programme", sorted(PROGRAMMES))


@every_programme
@pytest.mark.parametrize("real_names", [False, True])
def test_every_row_of_a_known_table_says_that_it_is_generated(programme: str, real_names: bool) -> None:
    for name, frame in PROGRAMMES[programme](SCALE, 2, real_names).items():
        assert name in TABLES
        assert len(frame) > 0, name
        assert set(frame["note"]) == {NOTICE}, name


@every_programme
def test_same_seed_same_bytes_other_seed_other_bytes(programme: str, tmp_path: Path) -> None:
    def written(name: str, seed: int) -> dict[str, bytes]:
        files = write_dataset(PROGRAMMES[programme](SCALE, seed, False), tmp_path / name)
        return {file.name: file.read_bytes() for file in files}

    first = written("first", 5)
    assert first == written("second", 5)
    other = written("third", 6)
    assert first.keys() == other.keys()
    # lists of codes and of nothing but places are no matter of chance
    assert sum(first[name] != other[name] for name in first) > 0.7 * len(first)


@every_programme
@pytest.mark.parametrize("real_names", [False, True])
@pytest.mark.parametrize("file", ["data", "data.xlsx"])
def test_written_data_is_read_back_without_a_fault(
    programme: str, real_names: bool, file: str, tmp_path: Path
) -> None:
    tables = PROGRAMMES[programme](SCALE, 1, real_names)
    if file.endswith("xlsx"):
        write_dataset(tables, tmp_path / file, file_format="xlsx", headers="zh", notice=NOTICE)
    else:
        write_dataset(tables, tmp_path / file)
    reading = read_dataset(tmp_path / file)
    assert reading.notes == ()
    assert reading.dataset.tables.keys() == tables.keys()
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(reading.dataset.frame(name), frame, obj=name)


@every_programme
def test_places_are_invented_unless_real_names_are_asked_for(programme: str) -> None:
    invented, real = (PROGRAMMES[programme](SCALE, 1, real_names) for real_names in (False, True))
    for name in ("sub_districts", "communities"):
        assert invented[name]["name"].str.startswith("示例").all()
        assert "division_code" not in invented[name]
        assert (invented[name]["lng"] > 128).all()  # open sea
        assert not real[name]["name"].str.startswith("示例").any()
        assert real[name]["division_code"].is_unique
        assert not set(invented[name]["name"]) & set(real[name]["name"])


@every_programme
def test_of_real_places_nothing_in_particular_is_said(programme: str) -> None:
    tables = PROGRAMMES[programme](SCALE, 1, True)
    if "partners" in tables:
        assert tables["partners"]["name"].str.startswith("示例").all()
    assert set(tables["needs"]["urgency"]) == {3.0}
    assert tables["needs"]["content"].nunique() == 1


@every_programme
@pytest.mark.parametrize(("scale", "seed"), [(0.0, 1), (-1.0, 1), (0.05, -1)])
def test_impossible_arguments_are_refused(programme: str, scale: float, seed: int) -> None:
    with pytest.raises(ValueError, match="must be"):
        PROGRAMMES[programme](scale, seed, False)
