"""How much memory a run took at its height."""

from __future__ import annotations

import sys

__all__ = ["peak_megabytes"]


def peak_megabytes(workers: int) -> float:
    """Peak resident memory in MB: this process, and `workers` times its largest finished child.

    An upper bound, since they need not peak together. 0 where the system does not tell
    (Windows has no `resource` module).
    """
    if sys.platform == "win32":
        return 0.0
    import resource

    unit = 1024**2 if sys.platform == "darwin" else 1024
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + workers * largest) / unit
