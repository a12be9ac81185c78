"""The master program's relaxation over the columns generated so far, solved warm by GLOP.

Every row may be missed at a penalty, so that there is a solution from the first column on.
GLOP keeps its basis between solves; a solve after some new columns takes a tenth of the
first. It is told of columns one coefficient at a time, which for thousands of columns of a
few targets each is nothing beside the solving.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ortools.linear_solver import pywraplp

from matchmaker.backends.bundles.division import Division
from matchmaker.formulation import UNBOUNDED
from matchmaker.model import Floats, Integers

__all__ = ["Master", "Point"]


@dataclass(frozen=True)
class Point:
    """A solved relaxation.

    Parameters
    ----------
    value : float
        Units, penalties included.
    duals : (program's rows,) float64
        0 for rows that are not kept.
    source_duals : (sources,) float64
        What each source's set is worth at these duals.
    x : (columns,) float64
        How much of each generated column.
    """

    value: float
    duals: Floats
    source_duals: Floats
    x: Floats


class Master:
    """The generated columns and their relaxation.

    Parameters
    ----------
    division : Division
        What is divided.
    """

    def __init__(self, division: Division) -> None:
        self.division = division
        self.source = np.empty(0, np.int64)
        self.ids = np.empty(0, np.int64)
        self._known: set[tuple[int, int]] = set()
        solver = pywraplp.Solver.CreateSolver("GLOP")
        self._solver, self._objective = solver, solver.Objective()
        self._objective.SetMaximization()
        options = pywraplp.MPSolverParameters
        self._after_fixing = _parameters(options.DUAL)
        # with rows of needs the dual simplex would begin anew after each round of columns
        self._after_columns = _parameters(options.PRIMAL) if division.uses else self._after_fixing
        self._columns: list[pywraplp.Variable] = []
        program = division.program
        self._rows = [
            self._row(int(program.row_lower[row]), int(program.row_upper[row])) for row in division.rows
        ]
        self._uses = [self._row(int(-UNBOUNDED), 0, may_miss=False) for _ in division.uses.rows]
        must = ~division.bidders.may_stay_empty
        self._sources = {source: self._row(int(must[source]), 1) for source in division.members.tolist()}
        self._add_extra_columns()

    def _row(self, lower: int, upper: int, may_miss: bool = True) -> pywraplp.Constraint:
        infinity = self._solver.infinity()
        low = -infinity if lower <= -UNBOUNDED else lower
        high = infinity if upper >= UNBOUNDED else upper
        row = self._solver.Constraint(low, high)
        for bound, sign in ((low, 1.0), (high, -1.0)):
            if abs(bound) != infinity and may_miss:
                slack = self._solver.NumVar(0, infinity, "")
                row.SetCoefficient(slack, sign)
                self._objective.SetCoefficient(slack, -float(self.division.penalty))
        return row

    def _add_extra_columns(self) -> None:
        division, program = self.division, self.division.program
        matrix = program.matrix[division.rows][:, division.extra].tocsc()
        for at, column in enumerate(division.extra.tolist()):
            variable = self._solver.NumVar(float(program.lower[column]), float(program.upper[column]), "")
            for row in np.flatnonzero(division.uses.column == column).tolist():
                self._uses[row].SetCoefficient(variable, -1.0)
            self._objective.SetCoefficient(variable, float(division.level.points[column]))
            for entry in range(matrix.indptr[at], matrix.indptr[at + 1]):
                self._rows[int(matrix.indices[entry])].SetCoefficient(variable, float(matrix.data[entry]))

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, source: Integers, ids: Integers) -> int:
        """Add the columns that are new; how many there were."""
        fresh = []
        for at, key in enumerate(zip(source.tolist(), ids.tolist(), strict=True)):
            if key not in self._known:
                self._known.add(key)
                fresh.append(at)
        if not fresh:
            return 0
        source, ids = source[fresh], ids[fresh]
        self.source, self.ids = np.append(self.source, source), np.append(self.ids, ids)
        matrix = self.division.coefficients(source, ids)
        starts, rows, entries = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
        worth = self.division.worth(source, ids).tolist()
        needs = self.division.uses.row_of[source, self.division.part_of(ids)].tolist()
        for at, owner in enumerate(source.tolist()):
            column = self._solver.NumVar(0, self._solver.infinity(), "")
            self._columns.append(column)
            self._objective.SetCoefficient(column, float(worth[at]))
            self._sources[owner].SetCoefficient(column, 1.0)
            if needs[at] >= 0:
                self._uses[needs[at]].SetCoefficient(column, 1.0)
            for entry in range(starts[at], starts[at + 1]):
                self._rows[rows[entry]].SetCoefficient(column, float(entries[entry]))
        return len(fresh)

    def solve(self, fixed: bool = False) -> Point:
        """The relaxation's optimum over the columns so far; `fixed`: some have been decided since."""
        status = self._solver.Solve(self._after_fixing if fixed else self._after_columns)
        if status != pywraplp.Solver.OPTIMAL:
            raise RuntimeError(f"relaxation of the master program: GLOP answers {status}")
        duals = np.zeros(self.division.program.row_count)
        duals[self.division.rows] = [row.dual_value() for row in self._rows]
        duals[self.division.uses.rows] = [row.dual_value() for row in self._uses]
        source_duals = np.zeros(self.division.sources)
        source_duals[self.division.members] = [row.dual_value() for row in self._sources.values()]
        return Point(
            self.division.level.constant + self._objective.Value(),
            duals,
            source_duals,
            np.array([column.solution_value() for column in self._columns]),
        )

    def take(self, columns: Integers) -> None:
        """From now on take the given generated columns whole."""
        for column in columns.tolist():
            self._columns[column].SetLb(1.0)

    def bar(self, columns: Integers) -> None:
        """From now on take none of the given generated columns: GLOP passes over them."""
        for column in columns.tolist():
            self._columns[column].SetUb(0.0)


def _parameters(algorithm: int) -> pywraplp.MPSolverParameters:
    """Keep the basis: it stays primal feasible when columns are added, dual feasible when some are fixed."""
    options = pywraplp.MPSolverParameters
    parameters = options()
    parameters.SetIntegerParam(options.INCREMENTALITY, options.INCREMENTALITY_ON)
    parameters.SetIntegerParam(options.PRESOLVE, options.PRESOLVE_OFF)
    parameters.SetIntegerParam(options.LP_ALGORITHM, algorithm)
    return parameters
