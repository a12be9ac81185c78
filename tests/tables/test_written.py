"""Tables read back as they were written: the same as reading them with all checks, one at a time."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.demo.folder import write_demo
from matchmaker.tables import read_dataset, read_written, write_dataset

PROGRAMMES = ("longgang", "meihekou", "qidong", "qingbaijiang", "yungang")


def assert_read_alike(folder: Path) -> None:
    expected, found = read_dataset(folder).dataset, read_written(folder)
    assert list(found.tables) == list(expected.tables)
    for name, frame in expected.tables.items():
        pd.testing.assert_frame_equal(found.tables[name], frame)
    assert (found.keys, found.parents) == (expected.keys, expected.parents)


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_every_programme_is_read_alike(programme: str, tmp_path: Path) -> None:
    write_demo(programme, tmp_path / "demo", scale=0.05, seed=3)
    tables = read_dataset(tmp_path / "demo" / "data").dataset.tables
    write_dataset(tables, tmp_path / "inputs")
    assert_read_alike(tmp_path / "inputs")


texts = st.text(st.sampled_from("甲乙 ab1=+-@'\",、\n"), max_size=5).map(str.strip)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(texts, texts, st.none() | st.floats(0, 1e6), st.none() | st.booleans()),
        min_size=1,
        max_size=5,
    )
)
def test_odd_cells_are_read_alike(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, float | None, bool | None]]
) -> None:
    folder = tmp_path_factory.mktemp("written")
    frame = pd.DataFrame(rows, columns=["name", "own", "number", "yes"])
    frame["agency_id"] = [f"A{at}" for at in range(len(rows))]
    frame["name"] = [f"n{name}" for name in frame["name"]]
    frame["agency_type"], frame["active"] = "party", True
    frame["function_codes"] = [("org", "law")] * len(rows)
    write_dataset({"agencies": frame}, folder / "first")
    write_dataset(read_dataset(folder / "first").dataset.tables, folder / "inputs")
    assert_read_alike(folder / "inputs")


def test_a_table_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    write_dataset({"agencies": pd.DataFrame({"agency_id": ["A1"], "name": ["甲"]})}, tmp_path)
    (tmp_path / "members.csv").write_text("member_id\n'", encoding="utf-8")
    dataset = read_written(tmp_path)
    assert dataset.has("agencies")
    assert dataset.with_table("branches", pd.DataFrame()).ids("agencies").tolist() == ["A1"]
    assert list(dataset.tables) == ["agencies", "members"]
    with pytest.raises(KeyError):
        dataset.tables["branches"]
