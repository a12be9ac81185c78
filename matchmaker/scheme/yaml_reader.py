"""Strict YAML: plain values whose every part knows its file, line and key.

YAML 1.1 has surprises that an office cannot be expected to know: ``no`` is a truth
value, ``0012`` is ten, ``12:30`` is 750, and a few lines with aliases grow to megabytes.
Here only ``true`` and ``false`` are truth values and only plain decimal numbers are
numbers; aliases, tags, repeated keys, tabs and full-width colons are faults, each told
with its line. The document is built straight from the parser's events, so that one
fault does not hide the next.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from matchmaker.errors import Detail, Fault, InputError, Place

__all__ = ["MAXIMUM_DEPTH", "Document", "KeyPath", "Node", "Scalar", "parse_yaml", "read_yaml", "scalar"]

MAXIMUM_DEPTH = 50
"""How deep mappings and lists may be nested."""

Scalar = str | int | float | bool | None
KeyPath = tuple[str | int, ...]

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is about six times as fast

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(
    r"[-+]?((0|[1-9][0-9]*)\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?[1-9][0-9]*[eE][-+]?[0-9]+"
)
_NOT_FINITE = re.compile(r"[-+]?\.?(nan|inf|infinity)", re.IGNORECASE)
_NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_AMBIGUOUS = frozenset(
    spelling for word in ("yes", "no", "on", "off") for spelling in (word, word.title(), word.upper())
)

_WIDE_COLON = "："
_KEY_WITH_WIDE_COLON = re.compile(r"[A-Za-z_][\w.]*" + _WIDE_COLON)
_LINE_WITH_WIDE_COLON = re.compile(r"\s*(?:- +)*([A-Za-z_][\w.]*)" + _WIDE_COLON)


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document and the place that wrote it.

    Parameters
    ----------
    value
        Text, number, truth value, None, a mapping of keys to nodes, or a list of nodes.
    place : Place
        File, line (of the key, for a value in a mapping) and dotted key.
    """

    value: Scalar | dict[str, Node] | list[Node]
    place: Place

    def plain(self) -> Any:
        """The value as ordinary mappings, lists and scalars."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def get(self, key: str | int) -> Node | None:
        """The part under a key of a mapping or at a position of a list; None where there is none."""
        if isinstance(self.value, dict):
            return self.value.get(key) if isinstance(key, str) else None
        if isinstance(self.value, list) and isinstance(key, int) and 0 <= key < len(self.value):
            return self.value[key]
        return None

    def place_of(self, path: KeyPath) -> Place:
        """The place of the part at `path`; for a part that is missing, its parent's with the key added."""
        node, place = self, self.place
        for position, key in enumerate(path):
            below = node.get(key)
            if below is None:
                missing = [place.key, *map(str, path[position:])]
                return Place(file=place.file, line=place.line, key=".".join(filter(None, missing)))
            node, place = below, below.place
        return place

    def walk(self, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Node]]:
        """Every part with its path, this one first."""
        yield path, self
        children: Any = ()
        if isinstance(self.value, dict):
            children = self.value.items()
        elif isinstance(self.value, list):
            children = enumerate(self.value)
        for key, node in children:
            yield from node.walk((*path, key))


@dataclass(frozen=True)
class Document:
    """One YAML file, read."""

    root: Node

    @cached_property
    def value(self) -> Any:
        """Ordinary mappings, lists and scalars."""
        return self.root.plain()

    @cached_property
    def lines(self) -> dict[KeyPath, int]:
        """The 1-based line of every part, by its path of keys and positions."""
        return {path: node.place.line for path, node in self.root.walk()}


def read_yaml(path: Path | str) -> Document:
    """Read one YAML file.

    Parameters
    ----------
    path
        The file, UTF-8 with or without a byte order mark, or UTF-16 with one.

    Raises
    ------
    InputError
        With every fault that could be found, each with file, line and key: a file that
        is missing, unreadable or not UTF-8, empty or of several documents; a repeated
        key, alias, tag, tab or full-width colon; nesting deeper than `MAXIMUM_DEPTH`;
        NaN or infinity; yes, no, on or off without quotes; anything that is not YAML.
    """
    file = str(path)
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        raise InputError([Fault("yaml.no_file", Place(file=file))]) from None
    except OSError as error:
        raise InputError([Fault("yaml.unreadable", Place(file=file), error.strerror or "")]) from None
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        fault = Fault("yaml.encoding", Place(file=file, line=line), details={"offset": error.start})
        raise InputError([fault]) from None
    return parse_yaml(text, file)


def parse_yaml(text: str, file: str = "") -> Document:
    """Read YAML text; `file` is the name told in faults. Raises as `read_yaml` does."""
    builder = _Builder(text, file)
    root = builder.build()
    if builder.faults:
        raise InputError(sorted(builder.faults, key=lambda fault: fault.place.line))
    if root is None or root.value is None:
        raise InputError([Fault("yaml.empty", Place(file=file))])
    return Document(root)


def scalar(text: str) -> Scalar:
    """What unquoted `text` stands for: nothing, a truth value, a decimal number, or itself.

    Raises
    ------
    ValueError
        For a number that is not finite, written so (``.nan``) or too large (``1e999``).
    """
    if text in _NOTHING:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NOT_FINITE.fullmatch(text):
        raise ValueError(text)
    if _DECIMAL.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(text)
        return number
    return text


def is_ambiguous(text: str) -> bool:
    """Whether unquoted `text` is a truth value to some YAML readers and a word to others."""
    return text in _AMBIGUOUS


class _Frame:
    """A mapping or list under construction."""

    __slots__ = ("children", "is_key", "key", "key_line", "node", "path")

    def __init__(self, node: Node, path: KeyPath, is_key: bool) -> None:
        self.node = node
        self.children = node.value
        self.path = path
        self.is_key = is_key
        self.key: str | None = None
        self.key_line = 0


class _Builder:
    """Builds the node tree from the parser's events and gathers faults on the way."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.source_lines = text.split("\n")
        self.faults: list[Fault] = []
        self.frames: list[_Frame] = []
        self.root: Node | None = None
        self.last_line = 0  # of the latest event

    def build(self) -> Node | None:
        """The root node, or what could be built of it."""
        self._find_tabs()
        try:
            self._follow_events()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._syntax_fault(mark.line + 1 if mark else 0, error.problem or error.context or "")
        except yaml.reader.ReaderError as error:
            # the pure parser tells a position, the C parser one in its own encoding: find it ourselves
            bad = next((i for i, char in enumerate(self.text) if not _is_printable(char)), 0)
            line = self.text.count("\n", 0, bad) + 1
            self._fault("yaml.control_character", line, f"U+{ord(self.text[bad]):04X}")
            del error
        return self.root

    def _fault(
        self, code: str, line: int, found: str = "", path: KeyPath | None = None, **details: Detail
    ) -> None:
        if path is None:
            path = self._path()
        place = Place(file=self.file, line=line, key=".".join(map(str, path)))
        self.faults.append(Fault(code, place, found, details))

    def _path(self) -> KeyPath:
        """The path of the value that comes next."""
        if not self.frames:
            return ()
        frame = self.frames[-1]
        if isinstance(frame.children, list):
            return (*frame.path, len(frame.children))
        return frame.path if frame.key is None else (*frame.path, frame.key)

    def _find_tabs(self) -> None:
        for number, line in enumerate(self.source_lines, 1):
            if "\t" in line and not line.lstrip().startswith("#"):
                self._fault("yaml.tab", number, path=(), column=line.index("\t") + 1)

    def _syntax_fault(self, line: int, problem: str) -> None:
        # what the parser could not read, or no longer reads, may hold full-width colons
        for number in range(max(self.last_line, 1), len(self.source_lines) + 1):
            found = _LINE_WITH_WIDE_COLON.match(self.source_lines[number - 1])
            if found is not None:
                self._wide_colon(number, found[1], ())
        causes = [fault for fault in self.faults if fault.code in ("yaml.tab", "yaml.wide_colon")]
        if not any(fault.place.line <= line for fault in causes):
            self._fault("yaml.syntax", line, self._shown(line), problem=problem)

    def _shown(self, line: int) -> str:
        return self.source_lines[line - 1].strip()[:60] if 0 < line <= len(self.source_lines) else ""

    def _wide_colon(self, line: int, key: str, path: KeyPath) -> None:
        known = {(fault.code, fault.place.line) for fault in self.faults}
        if ("yaml.wide_colon", line) not in known:
            self._fault("yaml.wide_colon", line, self._shown(line), (*path, key), key=key)

    def _follow_events(self) -> None:
        documents = 0
        for event in yaml.parse(self.text, Loader=_LOADER):
            line = self.last_line = _line(event)
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._fault("yaml.several_documents", line, path=())
                    return
            elif isinstance(event, yaml.AliasEvent):
                self._fault("yaml.alias", line, f"*{event.anchor}")
                self._take(None, line)
            elif isinstance(event, yaml.NodeEvent):
                self._check_marks(event, line)
                if isinstance(event, yaml.ScalarEvent):
                    self._scalar(event, line)
                elif len(self.frames) >= MAXIMUM_DEPTH:
                    self._fault("yaml.too_deep", line, path=self._path()[:5], limit=MAXIMUM_DEPTH)
                    return
                else:
                    self._open({} if isinstance(event, yaml.MappingStartEvent) else [], line)
            elif isinstance(event, yaml.CollectionEndEvent):
                frame = self.frames.pop()
                if frame.is_key:
                    self.frames[-1].key = f"?{line}"

    def _check_marks(self, event: Any, line: int) -> None:
        if event.anchor is not None:
            self._fault("yaml.alias", line, f"&{event.anchor}")
        if event.tag is not None:
            self._fault("yaml.tag", line, str(event.tag))

    def _expects_key(self) -> bool:
        return (
            bool(self.frames) and isinstance(self.frames[-1].children, dict) and self.frames[-1].key is None
        )

    def _open(self, children: dict[str, Node] | list[Node], line: int) -> None:
        is_key = self._expects_key()
        path = self._path()
        if is_key:
            self._fault("yaml.key_not_text", line)
            node = Node(children, Place(file=self.file, line=line))
        else:
            node = self._put(children, line)
        self.frames.append(_Frame(node, path, is_key))

    def _scalar(self, event: Any, line: int) -> None:
        text, plain = str(event.value), not event.style
        if plain and _WIDE_COLON in text:
            self._check_wide_colon(text, event.start_mark)
        if self._expects_key():
            self._key(text, plain, line)
            return
        value: Scalar = text
        if plain:
            try:
                value = scalar(text)
            except ValueError:
                self._fault("yaml.not_finite", line, text)
            if is_ambiguous(text):
                self._fault("yaml.ambiguous", line, text)
        self._take(value, line)

    def _check_wide_colon(self, text: str, mark: Any) -> None:
        """A full-width colon where a key must have been meant; in the words of a value it is none."""
        line = mark.line + 1
        before = self.source_lines[mark.line][: mark.column]
        own_line = not before.strip(" -")
        item = bool(before.strip())
        if self._expects_key() or (own_line and (not item or _KEY_WITH_WIDE_COLON.match(text))):
            self._wide_colon(line, text.split(_WIDE_COLON)[0].split("\n")[-1].strip(), self._path())
        for number in range(line + 1, line + text.count(_WIDE_COLON) + 2):
            # a further line of the same text: indented lines of a plain value join into one
            if number > len(self.source_lines):
                break
            found = _LINE_WITH_WIDE_COLON.match(self.source_lines[number - 1])
            if found is not None and f"{found[1]}{_WIDE_COLON}" in text:
                self._wide_colon(number, found[1], self._path())

    def _key(self, text: str, plain: bool, line: int) -> None:
        frame = self.frames[-1]
        assert isinstance(frame.children, dict)
        if plain and not text:
            self._fault("yaml.key_not_text", line)
        if text in frame.children:
            first = frame.children[text].place.line
            self._fault("yaml.duplicate_key", line, text, (*frame.path, text), first=first)
        frame.key, frame.key_line = text, line

    def _take(self, value: Scalar, line: int) -> None:
        if self._expects_key():
            self.frames[-1].key = f"?{line}"
        else:
            self._put(value, line)

    def _put(self, value: Scalar | dict[str, Node] | list[Node], line: int) -> Node:
        path = self._path()
        frame = self.frames[-1] if self.frames else None
        if frame is not None and isinstance(frame.children, dict):
            line = frame.key_line or line
        node = Node(value, Place(file=self.file, line=line, key=".".join(map(str, path))))
        if frame is None:
            self.root = node
        elif isinstance(frame.children, list):
            frame.children.append(node)
        elif isinstance(frame.children, dict) and frame.key is not None:
            frame.children.setdefault(frame.key, node)
            frame.key = None
        return node


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _is_printable(char: str) -> bool:
    return char in "\t\n\r\x85" or "\x20" <= char <= "\x7e" or (char >= "\xa0" and char not in "\ufffe\uffff")
