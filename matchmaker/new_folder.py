"""A folder that a command writes: made aside, then renamed, so that it is whole or not there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["is_free", "new_folder", "write_text"]


def is_free(folder: Path) -> bool:
    """Whether a folder can be written: it is not there, or empty."""
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A folder beside `folder`, which is free, to write into; it gets the name where nothing is raised."""
    folder = folder.absolute()
    aside = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True, mode=0o700)  # nobody else looks in while rosters are being written
    try:
        yield aside
        if folder.exists():
            folder.rmdir()
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def write_text(path: Path, content: str) -> None:
    """Write UTF-8 whose lines end in a line feed."""
    path.write_text(content, "utf-8", newline="\n")
