"""Components in worker processes: plain arrays in and out, one solver thread each.

The main process never waits inside a solver: Ctrl-C ends the workers at once, and a
worker that overruns the deadline is ended by the watchdog.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing.queues import SimpleQueue
from types import TracebackType
from typing import Any

from matchmaker.backends.base import Report, Settings, Solution
from matchmaker.checkpoints import Checkpoints
from matchmaker.formulation import Program
from matchmaker.solver import solve_component

__all__ = ["Pool"]

BATCH_COLUMNS = 30_000
"""Small components travel together until they have this many columns."""

GRACE_SECONDS = 15.0
"""How long after the deadline a worker may still finish its answer."""

POLL_SECONDS = 0.2

_messages: Any = None


def _start_worker(messages: SimpleQueue[Any]) -> None:
    # the main process alone answers Ctrl-C; it ends the workers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    global _messages
    _messages = messages


def _solve_batch(programs: Sequence[Program], settings: Settings) -> list[Solution]:
    def report(level: int, value: float | None, bound: float | None) -> None:
        _messages.put((level, value, bound))

    telling = len(programs) == 1  # a thousand small components would only flood the queue
    return [
        solve_component(program, settings, report) if telling else solve_component(program, settings)
        for program in programs
    ]


class Pool:
    """A pool of worker processes that solves components; use it as a context.

    Parameters
    ----------
    workers
        Number of processes.
    checkpoints
        Where finished batches are kept, and looked up first; None keeps nothing.
    """

    def __init__(self, workers: int, checkpoints: Checkpoints | None = None) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._messages: SimpleQueue[Any] = self._context.SimpleQueue()
        self._workers = workers
        self._checkpoints = checkpoints
        self._report: Report | None = None
        self._executor: ProcessPoolExecutor | None = None
        self._listener: threading.Thread | None = None

    def __enter__(self) -> Pool:
        self._executor = ProcessPoolExecutor(
            self._workers, mp_context=self._context, initializer=_start_worker, initargs=(self._messages,)
        )
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.kill()
        elif self._executor is not None:
            self._executor.shutdown()
        self._messages.put(None)

    def kill(self) -> None:
        """End all workers now, whatever they are doing."""
        if self._executor is None:
            return
        for process in list((self._executor._processes or {}).values()):
            process.kill()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _listen(self) -> None:
        while (message := self._messages.get()) is not None:
            if self._report is not None:
                self._report(*message)

    def solve_many(self, programs: Sequence[Program], settings: Settings, report: Report) -> list[Solution | None]:
        """Solve programs side by side; None for those still unfinished when the watchdog bites."""
        assert self._executor is not None, "use the pool as a context"
        self._report = report
        results: list[Solution | None] = [None] * len(programs)
        waiting: dict[Future[list[Solution]], list[int]] = {}
        keys: dict[Future[list[Solution]], str] = {}
        for batch in _batches(programs):
            inside = [programs[position] for position in batch]
            key = "" if self._checkpoints is None else self._checkpoints.key(inside, settings)
            kept = None if self._checkpoints is None else self._checkpoints.load(key)
            if kept is not None:
                for position, solution in zip(batch, kept, strict=True):
                    results[position] = solution
                continue
            future = self._executor.submit(_solve_batch, inside, settings)
            waiting[future], keys[future] = batch, key
        while waiting:
            done, _ = wait(waiting, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                solved = future.result()
                for position, solution in zip(waiting.pop(future), solved, strict=True):
                    results[position] = solution
                if self._checkpoints is not None and all(one.reproducible for one in solved):
                    self._checkpoints.save(keys[future], solved)
            if settings.deadline is not None and time.monotonic() > settings.deadline + GRACE_SECONDS:
                self.kill()
                break
        return results


def _batches(programs: Sequence[Program]) -> list[list[int]]:
    """Positions of the programs, the largest first, small ones together."""
    order = sorted(range(len(programs)), key=lambda i: (-programs[i].column_count, i))
    batches: list[list[int]] = []
    columns = BATCH_COLUMNS
    for position in order:
        size = programs[position].column_count
        if columns + size > BATCH_COLUMNS:
            batches.append([])
            columns = 0
        batches[-1].append(position)
        columns += size
    return batches
