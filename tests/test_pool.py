"""The pool of workers: the same answers as in one process, kept answers, workers that die."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from matchmaker import pool as pool_module
from matchmaker.backends.base import Settings, Solution, silent
from matchmaker.backends.restricted import LARGEST_ROW
from matchmaker.checkpoints import Checkpoints
from matchmaker.errors import InputError
from matchmaker.formulation import UNBOUNDED, Formulation
from matchmaker.model import Status
from matchmaker.pool import Pool
from matchmaker.program import Program
from matchmaker.solver import inline
from tests.programs import random_market, random_program

PROGRAMS = [random_program(seed, general=seed % 2 == 0, levels=2, tie_break=True) for seed in range(12)]
EXACT = Settings(gap=0)


def plain(solutions: Sequence[Solution | None]) -> list[object]:
    return [
        None if one is None else (one.status, None if one.x is None else one.x.tolist(),
                                  [(level.value, level.bound) for level in one.levels])
        for one in solutions
    ]  # fmt: skip


def die(programs: list[Program], settings: Settings, starts: list[None]) -> list[Solution]:
    os._exit(1)


def die_once(programs: list[Program], settings: Settings, starts: list[None]) -> list[Solution]:
    """Ends its process the first time, and solves when it is tried again."""
    marker = Path(os.environ["MATCHMAKER_TEST_MARKER"])
    if not marker.exists():
        marker.touch()
        os._exit(1)
    return [one for one in inline(programs, settings, silent) if one is not None]


def wait_for_ever(programs: list[Program], settings: Settings, starts: list[None]) -> list[Solution]:
    while True:
        time.sleep(1)


@pytest.fixture(scope="module")
def expected() -> list[object]:
    return plain(inline(PROGRAMS, EXACT, silent))


@pytest.mark.parametrize("workers", [1, 2])
def test_workers_give_what_one_process_gives(
    workers: int, expected: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "BATCH_COLUMNS", 30)
    with Pool(workers) as pool:
        assert plain(pool.solve_many(PROGRAMS, EXACT, silent)) == expected


def test_kept_batches_are_not_solved_again(
    tmp_path: Path, expected: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Checkpoints(tmp_path / "kept")
    with Pool(1, kept) as pool:
        first = pool.solve_many(PROGRAMS, EXACT, silent)
        assert len(list(kept.folder.iterdir())) == 1
        monkeypatch.setattr(pool_module, "_solve_batch", die)  # nothing may be asked of a worker now
        again = pool.solve_many(PROGRAMS, EXACT, silent)
    assert plain(first) == plain(again) == expected


def test_changed_programs_are_solved_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Checkpoints(tmp_path / "kept")
    with Pool(1, kept) as pool:
        pool.solve_many(PROGRAMS, EXACT, silent)
        changed = [replace(PROGRAMS[0], upper=np.zeros_like(PROGRAMS[0].upper)), *PROGRAMS[1:]]
        assert plain(pool.solve_many(changed, EXACT, silent)) == plain(inline(changed, EXACT, silent))
    assert len(list(kept.folder.iterdir())) == 2


def test_a_worker_that_dies_is_replaced_once(
    tmp_path: Path, expected: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHMAKER_TEST_MARKER", str(tmp_path / "marker"))
    monkeypatch.setattr(pool_module, "_solve_batch", die_once)
    with Pool(1) as pool:
        assert plain(pool.solve_many(PROGRAMS, EXACT, silent)) == expected
    assert (tmp_path / "marker").exists()


def test_a_batch_that_always_ends_its_worker_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with Pool(1) as pool:
        monkeypatch.setattr(pool_module, "_solve_batch", die)
        assert pool.solve_many(PROGRAMS[:2], EXACT, silent) == [None, None]
        monkeypatch.undo()


def test_the_watchdog_ends_what_overruns_its_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "GRACE_SECONDS", 0.0)
    monkeypatch.setattr(pool_module, "_solve_batch", wait_for_ever)
    with Pool(1) as pool:
        over = Settings(deadline=time.monotonic())
        assert pool.solve_many(PROGRAMS[:2], over, silent) == [None, None]


def test_kill_ends_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "_solve_batch", wait_for_ever)
    with Pool(1) as pool:
        assert pool._executor is not None
        future = pool._executor.submit(wait_for_ever, [], EXACT)
        while not future.running():
            time.sleep(0.01)
        processes = list((pool._executor._processes or {}).values())
        pool.kill()
        for process in processes:
            process.join(10)
            assert not process.is_alive()
        with pytest.raises(BrokenProcessPool):
            future.result(10)


def test_leaving_by_an_error_ends_the_workers() -> None:
    pool = Pool(1).__enter__()
    assert pool._executor is not None
    future = pool._executor.submit(wait_for_ever, [], EXACT)
    while not future.running():
        time.sleep(0.01)
    processes = list((pool._executor._processes or {}).values())
    pool.__exit__(KeyError, KeyError("stop"), None)
    assert processes
    for process in processes:
        process.join(10)
        assert not process.is_alive()


def test_a_users_fault_comes_back_from_a_worker() -> None:
    form = Formulation(np.arange(2), np.zeros(2, np.int64))
    form.add_rows("large", [0, 0], [0, 1], [LARGEST_ROW, 1], [0], [UNBOUNDED])
    with pytest.raises(InputError) as caught, Pool(1) as pool:
        pool.solve_many([form.program([])], EXACT, silent)
    assert [fault.code for fault in caught.value.faults] == ["solver.large_row"]


def test_a_single_program_reports_on_its_way() -> None:
    program = next(one for one in map(random_market, range(20)) if one.levels)
    told: list[tuple[int, float | None, float | None]] = []
    with Pool(1) as pool:
        (solution,) = pool.solve_many([program], EXACT, lambda *message: told.append(message))
    assert solution is not None
    for _ in range(1000):  # another thread hears of it
        if told:
            break
        time.sleep(0.01)
    assert told


def test_batches_hold_every_program_once() -> None:
    many = PROGRAMS * 5
    batches = pool_module._batches(many)
    assert sorted(position for batch in batches for position in batch) == list(range(len(many)))
    sizes = [many[position].column_count for batch in batches for position in batch]
    assert sizes == sorted(sizes, reverse=True)


def test_programs_without_columns_are_solved_too() -> None:
    none = np.empty(0, np.int64)
    form = Formulation(none, none)
    form.add_rows("impossible", none, none, none, [1], [1])
    with Pool(1) as pool:
        (solution,) = pool.solve_many([form.program([])], EXACT, silent)
    assert solution is not None
    assert solution.status is Status.INFEASIBLE
