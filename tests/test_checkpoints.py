"""Kept batches: found again by what was asked, or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from matchmaker.backends.base import LevelResult, Settings, Solution
from matchmaker.checkpoints import Checkpoints
from matchmaker.model import Status
from matchmaker.solver import inline
from tests.programs import random_market, random_program

PROGRAMS = [random_program(1, levels=2, tie_break=True), random_market(2), random_program(5, general=True)]
SOLVED = [one for one in inline(PROGRAMS, Settings(), lambda *given: None) if one is not None]


def assert_same(left: list[Solution], right: list[Solution]) -> None:
    for one, other in zip(left, right, strict=True):
        assert (one.status, one.backend) == (other.status, other.backend)
        assert (one.x is None) == (other.x is None)
        assert one.x is None or other.x is None or one.x.tolist() == other.x.tolist()
        for level, again in zip(one.levels, other.levels, strict=True):
            assert (level.value, level.bound, level.certified) == (again.value, again.bound, again.certified)
            assert (level.duals is None) == (again.duals is None)
            assert level.duals is None or again.duals is None or (level.duals == again.duals).all()


@pytest.fixture
def kept(tmp_path: Path) -> Checkpoints:
    return Checkpoints(tmp_path / "kept")


def test_what_is_saved_is_loaded(kept: Checkpoints) -> None:
    others = [
        Solution(Status.INFEASIBLE, None, (), "flow"),
        Solution(
            Status.FEASIBLE,
            np.array([1, 0]),
            (LevelResult(-3, 5), LevelResult(2**61, 2**61, -1)),
            "cpsat",
        ),
    ]
    kept.save("key", [*SOLVED, *others])
    loaded = kept.load("key")
    assert loaded is not None
    assert_same([*SOLVED, *others], loaded)
    kept.save("empty", [])
    assert kept.load("empty") == []


def test_nothing_is_left_beside_a_saved_file(kept: Checkpoints) -> None:
    kept.save("key", SOLVED)
    assert [path.name for path in kept.folder.iterdir()] == ["key.npz"]


def test_what_was_never_kept_is_not_found(kept: Checkpoints) -> None:
    assert kept.load("key") is None
    kept.save("key", SOLVED)
    assert kept.load("other") is None


@pytest.mark.parametrize("damage", ["empty", "truncated", "changed", "text", "pickled"])
def test_damaged_files_are_discarded(kept: Checkpoints, damage: str) -> None:
    kept.save("key", SOLVED)
    path = kept.folder / "key.npz"
    whole = path.read_bytes()
    if damage == "pickled":
        np.savez(path, count=np.array([{"a": 1}], dtype=object))
    else:
        middle = len(whole) // 2
        path.write_bytes(
            {
                "empty": b"",
                "truncated": whole[:middle],
                "changed": whole[:middle] + bytes([whole[middle] ^ 255]) * 40 + whole[middle + 40 :],
                "text": b"not an archive",
            }[damage]
        )
    assert kept.load("key") is None
    assert not path.exists()


def test_only_opaque_arrays_are_kept(kept: Checkpoints) -> None:
    kept.save("key", SOLVED)
    with np.load(kept.folder / "key.npz", allow_pickle=False) as stored:
        assert all(stored[name].dtype.kind in "ifUb" for name in stored.files)
