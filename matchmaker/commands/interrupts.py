"""Ctrl-C and SIGTERM: the run stops in order, and within two seconds in any case."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from matchmaker.commands.session import EXIT_INTERRUPTED

__all__ = ["stoppable"]

ORDERLY_SECONDS = 1.7
"""So long a stopped run may take to end by itself."""


@contextmanager
def stoppable() -> Iterator[None]:
    """Turn the first signal into `KeyboardInterrupt`; leave at once, without a word, on the next."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    signals = (signal.SIGINT, signal.SIGTERM)
    before = {each: signal.getsignal(each) for each in signals}
    stopped = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True
        for each in signals:
            signal.signal(each, _leave)
        threading.Thread(target=_leave_later, daemon=True).start()
        raise KeyboardInterrupt

    for each in signals:
        signal.signal(each, stop)
    try:
        yield
    finally:
        for each, handler in before.items():
            # a stopped process is about to end; while it does so Python would die of another signal
            signal.signal(each, signal.SIG_IGN if stopped else handler)


def _leave_later() -> None:
    time.sleep(ORDERLY_SECONDS)
    _leave()


def _leave(_number: int = 0, _frame: FrameType | None = None) -> None:
    for worker in multiprocessing.active_children():
        worker.kill()
    os._exit(EXIT_INTERRUPTED)
