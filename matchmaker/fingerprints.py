"""What exactly was asked of a backend, as one short text: equal only for equal programs, ways and versions.

Checkpoints find finished work by it, and a warm run the parts that have not changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy import sparse

from matchmaker.backends.base import Settings, Start
from matchmaker.program import Program

__all__ = ["fingerprint"]

FORMAT = b"matchmaker fingerprint 2"

BENEATH = (
    "area_rows", "bounds", "connected_sets", "expansion", "formulation", "preferences", "program", "rows",
    "same_label", "set_family", "set_uses", "set_values",
)  # fmt: skip
"""Modules that backends rest on: what they do decides what is found."""


def fingerprint(
    programs: Sequence[Program], settings: Settings, starts: Sequence[Start | None] | None = None
) -> str:
    """SHA-256, in hexadecimal, of programs, settings, starts, and of what solves them.

    Ids are not in it but by their ties: programs that bear a tie-breaking level are equal
    only where their ids are.
    """
    digest = hashlib.sha256(FORMAT)
    digest.update(_way_of_solving())
    digest.update(f"{settings.gap}/{settings.effort}".encode())
    for program in programs:
        _update(digest, program)
    for start in starts or ():
        _update(digest, start)
    return digest.hexdigest()


@cache
def _way_of_solving() -> bytes:
    """Versions, and the source of the backends: another way of solving may give another plan."""
    digest = hashlib.sha256()
    for package in ("ortools", "numpy", "scipy", "matchmaker"):
        digest.update(version(package).encode())
    here = Path(__file__).parent
    for source in sorted([*(here / "backends").rglob("*.py"), *(here / f"{name}.py" for name in BENEATH)]):
        digest.update(source.read_bytes())
    return digest.digest()


def _update(digest: hashlib._Hash, value: object) -> None:
    if isinstance(value, np.ndarray):
        digest.update(str((value.dtype, value.shape)).encode())
        digest.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, sparse.csr_array):
        for array in (value.data, value.indices.astype(np.int64), value.indptr.astype(np.int64)):
            _update(digest, array)
    elif isinstance(value, tuple):
        digest.update(f"tuple {len(value)}".encode())
        for item in value:
            _update(digest, item)
    elif hasattr(value, "__dataclass_fields__"):
        for field in fields(value):  # type: ignore[arg-type]
            digest.update(field.name.encode())
            _update(digest, getattr(value, field.name))
    else:
        digest.update(repr(value).encode())
