"""Everything that can be said of a scenario before it is solved: all faults at once, totals, notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from matchmaker.degree_bounds import hard_bounds
from matchmaker.errors import Fault, Infeasible, InputError, Note
from matchmaker.formulation import UNBOUNDED
from matchmaker.history import unpublished
from matchmaker.model import Dataset, Side
from matchmaker.pin_checks import pins_of_other_schemes
from matchmaker.pipeline import prepare
from matchmaker.plain_conflicts import plain_conflicts
from matchmaker.problem import build_sides
from matchmaker.readiness import warnings_of
from matchmaker.scheme.definitions import Scheme, StageDefinition
from matchmaker.scheme.files import beside, resolved_files
from matchmaker.scheme.scenario import SCENARIO_FILE, Scenario, load_scenario
from matchmaker.tables import Reading, read_dataset

__all__ = ["Checked", "SideTotals", "StageTotals", "check"]

_Result = TypeVar("_Result")


@dataclass(frozen=True)
class SideTotals:
    """One side of a stage: rows that take part, rows left out, and the sums of their bounds.

    ``most`` is None where a row has no maximum.
    """

    table: str
    rows: int
    left_out: int
    least: int
    most: int | None


@dataclass(frozen=True)
class StageTotals:
    """Both sides of one stage, as far as the tables alone tell."""

    stage: str
    title: str
    sources: SideTotals
    targets: SideTotals


@dataclass(frozen=True)
class Checked:
    """A scenario that can be solved.

    Parameters
    ----------
    scenario, dataset
        Ready: history and data changes included.
    notes
        What was tidied up on reading (counted), and warnings; those of the rules too.
    files
        The dataset's files.
    totals
        One per stage whose rows do not depend on what earlier stages decide.
    other_pins
        Rows of the pins sheet about stages that this scheme does not have, by stage.
    successions
        Rows of the ``succession`` sheet as read.
    """

    scenario: Scenario
    dataset: Dataset
    notes: tuple[Note, ...]
    files: tuple[Path, ...]
    totals: tuple[StageTotals, ...]
    other_pins: Mapping[str, int]
    successions: int

    @property
    def rows(self) -> Mapping[str, int]:
        """Number of rows of each table; of `succession` as read, as its rows have done their duty since."""
        rows = {table: len(frame) for table, frame in self.dataset.tables.items()}
        return {**rows, "succession": self.successions} if "succession" in rows else rows


def check(path: Path | str) -> Checked:
    """Check a scenario, its scheme and its dataset.

    Raises
    ------
    InputError
        With the faults of the scenario, the scheme and all tables together.
    Infeasible
        When it can be told without solving that a stage has no plan (`plain_conflicts`).
    """
    path = Path(path)
    faults: list[Fault] = []
    scenario = _tried(lambda: load_scenario(path), faults)
    data = scenario.data if scenario is not None else _data_of(path)
    reading: Reading | None = None
    if data is not None:
        known = data
        reading = _tried(lambda: read_dataset(known), faults)
    if scenario is None or reading is None:
        raise InputError(faults)
    dataset = prepare(scenario, reading.dataset)
    known_sides = [
        definition
        for definition in scenario.scheme.stages
        if not scenario.scheme.rests_on(definition.id)  # else its rows are decided on the way
    ]
    totals = tuple(_totals(scenario.scheme, definition, dataset) for definition in known_sides)
    warnings = warnings_of(scenario.scheme, dataset, scenario.year, scenario.places)
    warnings += unpublished(scenario.history)
    conflicts = plain_conflicts(scenario.scheme, dataset, scenario.year)
    if conflicts:
        raise Infeasible(scenario.places.located(conflicts), warnings)
    notes = (*reading.notes, *warnings)
    other_pins = pins_of_other_schemes(scenario.scheme, dataset, scenario.year)
    successions = len(reading.dataset.frame("succession"))
    return Checked(scenario, dataset, notes, reading.files, totals, other_pins, successions)


def _tried(step: Callable[[], _Result], faults: list[Fault]) -> _Result | None:
    try:
        return step()
    except InputError as error:
        faults += error.faults
        return None


def _data_of(path: Path) -> Path | None:
    """The dataset that a faulty scenario names all the same, so that its faults are told too."""
    try:
        files = resolved_files(path / SCENARIO_FILE if path.is_dir() else path)
    except InputError:
        return None
    node = files.root.get("data")
    return beside(node) if node is not None and isinstance(node.value, str) and node.value else None


def _totals(scheme: Scheme, definition: StageDefinition, dataset: Dataset) -> StageTotals:
    """What a stage must have and can have; minima that may fall short demand nothing."""
    bounds = hard_bounds(scheme, definition)
    sources, targets = build_sides(definition.to_model(), dataset, definition.where, *bounds)
    return StageTotals(
        definition.id, definition.title, _side_totals(sources, dataset), _side_totals(targets, dataset)
    )


def _side_totals(side: Side, dataset: Dataset) -> SideTotals:
    open_ended = bool((side.maximum >= UNBOUNDED).any())
    return SideTotals(
        table=side.table,
        rows=len(side),
        left_out=len(dataset.frame(side.table)) - len(side),
        least=int(side.minimum.sum()),
        most=None if open_ended else int(side.maximum.sum()),
    )
