"""Components in worker processes: plain arrays in and out, one solver thread each.

The main process never waits inside a solver: Ctrl-C ends the workers at once, and a
worker that overruns the deadline is ended by the watchdog.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.queues import SimpleQueue
from types import TracebackType
from typing import Any, TypeVar

from matchmaker.backends.base import Report, Settings, Solution, Start, silent
from matchmaker.checkpoints import Checkpoints
from matchmaker.fingerprints import fingerprint
from matchmaker.program import Program
from matchmaker.solver import solve_component

__all__ = ["Pool", "inline_kept"]

BATCH_COLUMNS = 30_000
"""Small components travel together until they have this many columns."""

GRACE_SECONDS = 15.0
"""How long after the deadline a worker may still finish its answer."""

POLL_SECONDS = 0.2

MANY = 100
"""Items beyond which several travel together."""

KILL_SECONDS = 1.0
"""How long to wait for the executor to notice that its workers are gone."""

ATTEMPTS = 2
"""How often a batch is tried whose worker dies."""

_messages: Any = None

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def _start_worker(messages: SimpleQueue[Any]) -> None:
    # the main process alone answers Ctrl-C; it ends the workers
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    global _messages
    _messages = messages
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker whose main process was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """Hold Ctrl-C and SIGTERM back while workers start, so that none is left half started.

    Workers inherit the blocked Ctrl-C: what a terminal sends to the whole group is the
    main process's to answer.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    before = {each: handler for each, handler in before.items() if handler is not None}
    for each in before:
        signal.signal(each, lambda number, _frame: came.append(number))
    blocked = {signal.SIGINT} if hasattr(signal, "pthread_sigmask") else set()
    if blocked:
        signal.pthread_sigmask(signal.SIG_BLOCK, blocked)
    try:
        yield
    finally:
        if blocked:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, blocked)
        for each, handler in before.items():
            signal.signal(each, handler)
    for number in came[:1]:
        signal.raise_signal(number)


def _solve_batch(
    programs: Sequence[Program], settings: Settings, starts: Sequence[Start | None]
) -> list[Solution]:
    def report(level: int, value: float | None, bound: float | None) -> None:
        _messages.put((level, value, bound))

    telling = len(programs) == 1  # a thousand small components would only flood the queue
    return [
        solve_component(program, settings, report if telling else silent, start)
        for program, start in zip(programs, starts, strict=True)
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
        self._killed = False

    def __enter__(self) -> Pool:
        self._start()
        return self

    def _start(self) -> None:
        # a new queue each time: a worker that died while it told something keeps the old one's lock
        self._messages = self._context.SimpleQueue()
        self._executor = ProcessPoolExecutor(
            self._workers, mp_context=self._context, initializer=_start_worker, initargs=(self._messages,)
        )
        threading.Thread(target=self._listen, args=(self._messages,), daemon=True).start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            self.kill()
        elif self._executor is not None:
            self._executor.shutdown()
        if not self._killed:  # a worker killed while it told something keeps the queue's lock for ever
            self._messages.put(None)

    def kill(self) -> None:
        """End all workers now, whatever they are doing."""
        if self._executor is None:
            return
        self._killed = True
        manager: Any = self._executor._executor_manager_thread
        for process in list((self._executor._processes or {}).values()):
            process.kill()
        self._executor.shutdown(wait=False, cancel_futures=True)
        if (
            manager is not None
        ):  # while it still closes its pipes, the end of the process would trip over them
            manager.join(KILL_SECONDS)

    def _listen(self, messages: SimpleQueue[Any]) -> None:
        while (message := messages.get()) is not None:
            if self._report is not None:
                self._report(*message)

    def solve_many(
        self,
        programs: Sequence[Program],
        settings: Settings,
        report: Report,
        starts: Sequence[Start | None] | None = None,
    ) -> list[Solution | None]:
        """Solve programs side by side, each from its start; None for those that are given up.

        Given up is what the watchdog ends, and what ends its worker twice (a crash of the
        solver, memory that runs out).
        """
        self._report = report
        results: list[Solution | None] = [None] * len(programs)
        starts = [None] * len(programs) if starts is None else starts
        todo: list[_Batch] = []
        for positions in _batches(programs):
            inside = [programs[position] for position in positions]
            begin = [starts[position] for position in positions]
            key = "" if self._checkpoints is None else fingerprint(inside, settings, begin)
            kept = None if self._checkpoints is None else self._checkpoints.load(key)
            if kept is None:
                todo.append(_Batch(positions, inside, begin, key))
            else:
                _put(results, positions, kept)
        for _ in range(ATTEMPTS):
            todo = self._attempt(todo, settings, results)
            if not todo or self._killed:
                break
            self._start()
        return results

    def each(self, function: Callable[[_Item], _Result], items: Sequence[_Item]) -> Iterable[_Result]:
        """Apply a function to each of several items, side by side; results in their order."""
        assert self._executor is not None, "use the pool as a context"
        with _interrupts_later():
            chunk = max(1, len(items) // (4 * self._workers)) if len(items) > MANY else 1
            return self._executor.map(function, items, chunksize=chunk)

    def _attempt(
        self, todo: Sequence[_Batch], settings: Settings, results: list[Solution | None]
    ) -> list[_Batch]:
        """Solve batches into `results`; returns those whose worker died."""
        assert self._executor is not None, "use the pool as a context"
        waiting: dict[Future[list[Solution]], _Batch] = {}
        died: list[_Batch] = []
        for batch in todo:
            try:
                with _interrupts_later():
                    future = self._executor.submit(_solve_batch, batch.programs, settings, batch.starts)
                    waiting[future] = batch
            except BrokenProcessPool:
                died.append(batch)
        while waiting:
            done, _ = wait(waiting, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                batch = waiting.pop(future)
                try:
                    solved = future.result()
                except BrokenProcessPool:
                    died.append(batch)
                    continue
                _put(results, batch.positions, solved)
                if self._checkpoints is not None and all(one.reproducible for one in solved):
                    self._checkpoints.save(batch.key, solved)
            late = settings.deadline is not None and time.monotonic() > settings.deadline + GRACE_SECONDS
            if late and waiting:  # with nothing under way the pool is left for what comes after
                self.kill()
                break
        return died


@dataclass(frozen=True)
class _Batch:
    """Programs that one worker solves from their starts, their positions, the key of their checkpoint."""

    positions: list[int]
    programs: list[Program]
    starts: list[Start | None]
    key: str


def inline_kept(
    checkpoints: Checkpoints,
    programs: Sequence[Program],
    settings: Settings,
    report: Report,
    starts: Sequence[Start | None] | None = None,
) -> list[Solution | None]:
    """Solve one program after the other in this process; what `checkpoints` has is not solved again."""
    results: list[Solution | None] = [None] * len(programs)
    starts = [None] * len(programs) if starts is None else starts
    for positions in _batches(programs):
        inside, begin = [programs[at] for at in positions], [starts[at] for at in positions]
        key = fingerprint(inside, settings, begin)
        solved = checkpoints.load(key)
        if solved is None:
            telling = report if len(inside) == 1 else silent
            solved = [
                solve_component(one, settings, telling, at) for one, at in zip(inside, begin, strict=True)
            ]
            if all(one.reproducible for one in solved):
                checkpoints.save(key, solved)
        _put(results, positions, solved)
    return results


def _put(results: list[Solution | None], positions: Sequence[int], solved: Sequence[Solution]) -> None:
    for position, solution in zip(positions, solved, strict=True):
        results[position] = solution


def _batches(programs: Sequence[Program]) -> list[list[int]]:
    """Positions of the programs, the largest first, small ones together."""
    order = sorted(range(len(programs)), key=lambda i: (-programs[i].column_count, i))
    batches: list[list[int]] = []
    columns = 0
    for position in order:
        size = programs[position].column_count
        if not batches or columns + size > BATCH_COLUMNS:
            batches.append([])
            columns = 0
        batches[-1].append(position)
        columns += size
    return batches
