"""Finished components of an interrupted run, found again by what they were asked.

The key is the fingerprint of what was asked: a checkpoint of other inputs is never found, a
damaged one is discarded. Nothing but opaque arrays is kept.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from matchmaker.backends.base import LevelResult, Solution
from matchmaker.model import Status

__all__ = ["Checkpoints"]


class Checkpoints:
    """A folder of solved batches.

    Parameters
    ----------
    folder
        Created when the first batch is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, key: str) -> list[Solution] | None:
        """The solutions kept under `key`; None where there are none, or they are damaged."""
        path = self.folder / f"{key}.npz"
        if not path.exists():
            return None
        try:
            with np.load(path, allow_pickle=False) as stored:
                return _unpacked({name: stored[name] for name in stored.files})
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            path.unlink(missing_ok=True)  # half-written or damaged: it is solved again
            return None

    def save(self, key: str, solutions: Sequence[Solution]) -> None:
        """Keep solutions: written aside and renamed, so that a file is whole or not there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{key}.npz"
        aside = path.with_suffix(f".{os.getpid()}.part")
        with aside.open("wb") as file:
            np.savez(file, **_packed(solutions))  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)


def _packed(solutions: Sequence[Solution]) -> dict[str, np.ndarray]:
    arrays: dict[str, np.ndarray] = {"count": np.array(len(solutions))}
    for number, solution in enumerate(solutions):
        name = f"{number}."
        arrays[name + "head"] = np.array([solution.status.value, solution.backend])
        if solution.x is not None:
            arrays[name + "x"] = solution.x
        arrays[name + "levels"] = np.array(
            [
                [one.value, one.bound, one.certified is not None, one.certified or 0]
                for one in solution.levels
            ],
            np.int64,
        ).reshape(-1, 4)
        for position, level in enumerate(solution.levels):
            if level.duals is not None:
                arrays[f"{name}duals.{position}"] = level.duals
    return arrays


def _unpacked(arrays: dict[str, np.ndarray]) -> list[Solution]:
    solutions = []
    for number in range(int(arrays["count"])):
        name = f"{number}."
        status, backend = (str(one) for one in arrays[name + "head"])
        levels = tuple(
            LevelResult(
                int(value), int(bound), int(certified) if has else None, arrays.get(f"{name}duals.{at}")
            )
            for at, (value, bound, has, certified) in enumerate(arrays[name + "levels"])
        )
        solutions.append(Solution(Status(status), arrays.get(name + "x"), levels, backend, True))
    return solutions
