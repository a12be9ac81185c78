"""matchmaker: yearly assignments by rules, proven, checked and explained.

>>> from matchmaker import load_scenario, solve, verify, compare, assign  # doctest: +SKIP
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matchmaker.assign import assign
    from matchmaker.compare import compare
    from matchmaker.pipeline import solve
    from matchmaker.scheme.scenario import load_scenario
    from matchmaker.verify import verify

__all__ = ["assign", "compare", "load_scenario", "solve", "verify"]

_MODULES = {
    "assign": "matchmaker.assign",
    "compare": "matchmaker.compare",
    "load_scenario": "matchmaker.scheme.scenario",
    "solve": "matchmaker.pipeline",
    "verify": "matchmaker.verify",
}


class _Package(ModuleType):
    """The package, whose functions are imported when they are first asked for.

    Some bear the name of their module. Importing such a module would put it in the
    function's place, so the function is put there instead.
    """

    def __getattr__(self, name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        function = getattr(importlib.import_module(_MODULES[name]), name)
        setattr(self, name, function)
        return function

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _MODULES and isinstance(value, ModuleType):
            value = getattr(value, name)
        super().__setattr__(name, value)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *__all__})


sys.modules[__name__].__class__ = _Package
