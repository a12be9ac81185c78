"""How a scheme evaluates, held against the rest of it: ids, stages, tables, and scores made of scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from matchmaker.errors import Detail, Fault
from matchmaker.evaluation_forms import EvaluationDefinition, EvaluationPart
from matchmaker.scheme.typed_faults import nearest, validated
from matchmaker.scheme.yaml_reader import Node
from matchmaker.tables.definitions_records import KINDS_OF_TABLES, RATEE_TABLES

__all__ = ["evaluation_faults"]


def evaluation_faults(entries: Sequence[Node], stages: Mapping[str, int]) -> Iterator[Fault]:
    """What is wrong between the entries of `evaluations`, and between them and the stages.

    Parameters
    ----------
    entries
        The items of the list as written; those that do not fit the types are told elsewhere.
    stages
        Ids of the scheme's stages.
    """
    earlier: dict[str, Node] = {}
    bare: dict[str, Node] = {}  # tables of which some entry takes every row
    later = [str(node.value) for each in entries if (node := each.get("id")) is not None]
    for node in entries:
        entry = validated(EvaluationDefinition, node)[0]
        name = node.get("id")
        later = later[1:] if name is not None else later
        if name is not None and str(name.value) in earlier:
            first = earlier[str(name.value)].place_of(("id",)).line
            yield Fault("scheme.repeated_evaluation", name.place, str(name.value), {"first": first})
        if entry is not None:
            yield from _row_faults(entry, node, bare)
            yield from _part_faults(entry, node, stages, list(earlier), later)
        if name is not None:
            earlier.setdefault(str(name.value), node)


def _row_faults(entry: EvaluationDefinition, node: Node, bare: dict[str, Node]) -> Iterator[Fault]:
    place = node.place_of(("rows",))
    if entry.rows not in KINDS_OF_TABLES:
        yield Fault("scheme.not_scored", place, entry.rows, {"near": nearest(entry.rows, KINDS_OF_TABLES)})
    if entry.rows in bare:
        first = bare[entry.rows].place_of(("rows",)).line
        yield Fault("scheme.scored_twice", place, entry.rows, {"first": first})
    if entry.where is None:
        bare.setdefault(entry.rows, node)


def _part_faults(
    entry: EvaluationDefinition,
    node: Node,
    stages: Mapping[str, int],
    earlier: Sequence[str],
    later: Sequence[str],
) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for position, part in enumerate(entry.parts):
        at: tuple[str | int, ...] = ("parts", position)
        place = node.place_of((*at, "id"))
        if part.id in first:
            yield Fault("scheme.repeated_part", place, part.id, {"first": first[part.id]})
        first.setdefault(part.id, place.line)
        if part.through is not None and part.through not in stages:
            way = ("visits", "stage") if part.visits is not None else ("stage",)
            details: dict[str, Detail] = {"near": nearest(part.through, stages)}
            yield Fault("scheme.unknown_stage", node.place_of((*at, *way)), part.through, details)
        if part.score_of is not None and part.score_of not in earlier:
            code = "scheme.score_later" if part.score_of in (entry.id, *later) else "scheme.unknown_score"
            near = nearest(part.score_of, earlier) or "—"
            yield Fault(code, node.place_of((*at, "score_of")), part.score_of, {"near": near})
        yield from _rating_faults(entry, part, node, at)


def _rating_faults(
    entry: EvaluationDefinition, part: EvaluationPart, node: Node, at: tuple[str | int, ...]
) -> Iterator[Fault]:
    """Ratings of other rows than those that are scored."""
    if part.rating is None or entry.rows in RATEE_TABLES[part.rating]:
        return
    fitting = [kind for kind, tables in RATEE_TABLES.items() if entry.rows in tables]
    details: dict[str, Detail] = {"rows": entry.rows, "near": "、".join(fitting) or "—"}
    yield Fault("scheme.rating_of_others", node.place_of((*at, "rating")), part.rating, details)
