"""Where the parts of a scheme are written, so that what the data show of them is told with file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from matchmaker.errors import Fault, Note, Place, UserError
from matchmaker.scheme.yaml_reader import KeyPath, Node

__all__ = ["SchemePlaces", "places_of"]


@dataclass(frozen=True)
class SchemePlaces:
    """Places of the stages, rules, lists and evaluations of a scheme, and of all within them.

    Parameters
    ----------
    known : mapping of path to Place
        Path as faults have it: section, id of the part, keys inside it. Empty for a scheme that
        comes from no file. Two schemes are equal wherever they are written.
    """

    known: Mapping[KeyPath, Place] = field(default_factory=dict, compare=False, repr=False)

    def of(self, section: str, part: str, path: KeyPath = ()) -> Place:
        """The place of what stands at `path` in a part, or of the nearest around it that is written."""
        full: KeyPath = (section, part, *path)
        key = ".".join(map(str, full))
        for length in range(len(full), 1, -1):
            found = self.known.get(full[:length])
            if found is not None:
                return replace(found, key=key)
        return Place(key=key)

    def located(self, faults: Iterable[Fault]) -> tuple[Fault, ...]:
        """The faults, those of parts of the scheme with file and line."""
        return tuple(replace(fault, place=self._located(fault.place)) for fault in faults)

    @contextmanager
    def telling(self, notes: Iterable[Note] = ()) -> Iterator[None]:
        """Faults raised inside get file and line, and go with these notes."""
        try:
            yield
        except UserError as error:
            raise type(error)(self.located(error.faults), notes) from error

    def _located(self, place: Place) -> Place:
        section, _, part = place.key.partition(".")
        return place if place.file or not part else self.of(section, part)


def places_of(scheme: Node) -> SchemePlaces:
    """The places of a scheme's node and all below it."""
    known: dict[KeyPath, Place] = {}
    for section in ("stages", "rules", "lists", "evaluations"):
        parts = scheme.get(section)
        for part in parts.value if parts is not None and isinstance(parts.value, list) else ():
            name = part.get("id")
            if name is not None and isinstance(name.value, str):
                known.update({(section, name.value, *path): node.place for path, node in part.walk()})
    return SchemePlaces(known)
