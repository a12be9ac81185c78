"""A mapping whose values are made the first time that they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol, TypeVar

__all__ = ["Lazily", "Sketch", "with_later", "with_value"]

_Value = TypeVar("_Value")


class Sketch(Protocol):
    """What is known of a table before it is read."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns."""
        ...

    def may_hold(self, words: str) -> bool:
        """Whether some cell may hold exactly these words; False is certain."""
        ...


class Lazily(Mapping[str, _Value]):
    """Names known, values made when asked for, then kept.

    Parameters
    ----------
    names
        All keys, in order.
    make
        Makes the value of one.
    sketch
        What is known of one without making it; None where nothing is.
    """

    def __init__(
        self,
        names: tuple[str, ...],
        make: Callable[[str], _Value],
        sketch: Callable[[str], Sketch | None] | None = None,
    ) -> None:
        self._names = names
        self._make = make
        self._sketch = sketch
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

    def sketch(self, name: str) -> Sketch | None:
        """What is known of a value that has not been made; None where it has, or nothing is."""
        return None if name in self._made or self._sketch is None else self._sketch(name)


def with_value(values: Mapping[str, _Value], name: str, value: _Value) -> Mapping[str, _Value]:
    """The mapping with one value set; values that are still to be made are not made for that."""
    return with_later(values, name, lambda: value) if isinstance(values, Lazily) else {**values, name: value}


def with_later(values: Mapping[str, _Value], name: str, make: Callable[[], _Value]) -> Mapping[str, _Value]:
    """The mapping with one more value, made when it is asked for where that holds of the others too."""
    if not isinstance(values, Lazily):
        return {**values, name: make()}
    names = tuple(dict.fromkeys((*values, name)))
    return Lazily(
        names,
        lambda one: make() if one == name else values[one],
        lambda one: None if one == name else values.sketch(one),
    )
