"""A mapping whose values are made the first time that they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

__all__ = ["Lazily", "with_value"]

_Value = TypeVar("_Value")


class Lazily(Mapping[str, _Value]):
    """Names known, values made when asked for, then kept.

    Parameters
    ----------
    names
        All keys, in order.
    make
        Makes the value of one.
    """

    def __init__(self, names: tuple[str, ...], make: Callable[[str], _Value]) -> None:
        self._names = names
        self._make = make
        self._made: dict[str, _Value] = {}

    def __getitem__(self, name: str) -> _Value:
        if name not in self._made:
            if name not in self._names:
                raise KeyError(name)
            self._made[name] = self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __contains__(self, name: object) -> bool:
        return name in self._names  # the inherited one would make the value


def with_value(values: Mapping[str, _Value], name: str, value: _Value) -> Mapping[str, _Value]:
    """The mapping with one value set; values that are still to be made are not made for that."""
    if not isinstance(values, Lazily):
        return {**values, name: value}
    names = tuple(dict.fromkeys((*values, name)))
    return Lazily(names, lambda one: value if one == name else values[one])
