"""The bare problem: sources to targets from arrays alone, solved by the same engine.

No files, no rules: degrees, capacities and one level of points.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matchmaker.backends.base import Settings, silent
from matchmaker.exact_integers import TIE_BITS, Scaled, load_rows, scaled_points, tie_points
from matchmaker.formulation import UNBOUNDED, Formulation, RowSide
from matchmaker.model import Floats, Integers, Status
from matchmaker.pool import Pool
from matchmaker.program import Level, Program
from matchmaker.solver import Optimum, SolveMany, inline, optimise

__all__ = ["BareSolution", "assign"]

Degrees: TypeAlias = ArrayLike | tuple[ArrayLike | None, ArrayLike | None] | None
Mask = NDArray[np.bool_]

EFFORT = 60.0
"""Work limit in deterministic seconds where no time is given."""

TOLERANCE = 1e-9
"""Loads may exceed a capacity by so much (relative), as sums of decimal fractions do."""


@dataclass(frozen=True)
class BareSolution:
    """What `assign` found.

    Parameters
    ----------
    target : (sources,) int64
        Position of each source's target, -1 where it has none; the first of them where a
        source has several.
    pairs : (n, 2) int64
        Chosen (source, target) positions, sorted.
    objective : float
        Sum of the chosen values as they were given; NaN without a solution.
    bound : float
        Proven: no solution is better. An upper bound when maximising, a lower one when
        minimising; infinite where nothing is known.
    gap : float
        ``|bound − objective| / max(1, |objective|)``.
    status : Status
        ``optimal``, ``feasible``, ``infeasible`` (proven) or ``unknown``.
    """

    target: Integers
    pairs: Integers
    objective: float
    bound: float
    gap: float
    status: Status


def assign(
    value: ArrayLike,
    *,
    load: ArrayLike | None = None,
    capacity: ArrayLike | None = None,
    per_source: Degrees = 1,
    per_target: Degrees = None,
    allowed: ArrayLike | None = None,
    sense: Literal["max", "min"] = "max",
    seconds: float | None = None,
    workers: int = 1,
    seed: int = 0,
) -> BareSolution:
    """Assign sources to targets such that the sum of values is greatest (or least).

    Parameters
    ----------
    value : (sources, targets) array_like
        Points or costs of each pair; finite wherever a pair is allowed.
    load : (sources, targets) or (sources,) array_like, optional
        What a pair takes of its target's capacity, not negative. 1 each when only
        `capacity` is given.
    capacity : (targets,) array_like or number, optional
        What each target can take.
    per_source, per_target : number, (sources,) or (targets,) array, or (min, max), optional
        How many partners: a number (or one per row) means exactly so many; a tuple gives
        a minimum and a maximum, each a number, an array, or None for no bound. None: any
        number.
    allowed : (sources, targets) bool array_like, optional
        Pairs that may be chosen; all by default.
    sense : {"max", "min"}
        Whether values are points or costs.
    seconds : float, optional
        Stop after so many seconds with the best solution found. None: a limit of work,
        the same on every machine.
    workers : int
        Processes for problems that fall into independent parts; with more than 1 call it
        under ``if __name__ == "__main__":``.
    seed : int
        Decides between equal solutions where values are whole numbers.

    Returns
    -------
    BareSolution
        ``optimal`` refers to values as whole numbers: values that are whole (or decimal
        fractions of a few digits) are taken exactly, others in steps of a millionth of
        the largest or finer, always rounded to the safe side, so that `bound` holds for
        the values given and `gap` shows what rounding may hide.

    Raises
    ------
    ValueError
        For arrays of the wrong shape, values that are not finite, negative loads, degrees
        that are not whole numbers or contradict one another.

    Examples
    --------
    >>> assign([[4, 1, 3], [2, 0, 5], [3, 2, 2]], per_target=1, sense="min").target.tolist()
    [1, 0, 2]
    """
    points, possible = _values(value, allowed, sense)
    loads, room = _loads(load, capacity, points.shape)
    if loads is not None and room is not None:
        possible &= loads <= room * (1 + TOLERANCE)
    low_s, high_s = _degrees(per_source, points.shape[0], "per_source")
    low_t, high_t = _degrees(per_target, points.shape[1], "per_target")
    if loads is not None and room is not None:
        high_t, loads = _folded(loads, room, possible, high_t)
    source, target = (np.asarray(at, np.int64) for at in np.nonzero(possible))
    model = _Model(source, target, points[source, target], ((low_s, high_s), (low_t, high_t)), seed)
    if (low_t > high_t).any() or model.lacks_candidates():
        return _nothing(points.shape[0], Status.INFEASIBLE, sense)
    settings = Settings(
        0.0, max(EFFORT, seconds or 0.0), None if seconds is None else time.monotonic() + seconds
    )
    if workers <= 1:
        found = _solved(model, loads, room, settings, inline)
    else:
        with Pool(workers) as pool:
            found = _solved(model, loads, room, settings, pool.solve_many)
    return _answer(model, found, points.shape[0], sense)


@dataclass(frozen=True)
class _Found:
    """Chosen columns, upper bound in points, and what is known."""

    x: Integers | None
    bound: float
    status: Status


@dataclass(frozen=True)
class _Model:
    """The pairs that may be chosen, and the degrees of both sides."""

    source: Integers
    target: Integers
    points: Floats
    degrees: tuple[tuple[Integers, Integers], tuple[Integers, Integers]]
    seed: int

    def lacks_candidates(self) -> bool:
        return any(
            bool((np.bincount(ends, minlength=len(low)) < low).any())
            for ends, (low, _) in zip((self.source, self.target), self.degrees, strict=True)
        )

    def program(self, rows: tuple[Integers, Integers, Integers] | None) -> tuple[Program, Scaled]:
        """The integer program; `rows`: capacity row of each pair (-1: none), loads, capacities."""
        formulation = Formulation(self.source, self.target)
        columns = np.arange(len(self.source), dtype=np.int64)
        for side, ends, (low, high) in zip(
            (RowSide.SOURCE, RowSide.TARGET), (self.source, self.target), self.degrees, strict=True
        ):
            count = np.bincount(ends, minlength=len(low))
            binding = (low > 0) | (high < count)
            place = np.cumsum(binding) - 1
            inside = binding[ends]
            if binding.any():
                formulation.add_rows(
                    side.name, place[ends[inside]], columns[inside], 1, low[binding], high[binding], side
                )
        is_flow = rows is None
        if rows is not None:
            row, loads, room = rows
            inside = row >= 0
            formulation.add_rows("capacity", row[inside], columns[inside], loads[inside], -UNBOUNDED, room)
        program = formulation.program([])
        most = int(min(self.degrees[0][1].clip(max=len(self.degrees[1][0])).sum(), len(columns)))
        scaled = scaled_points(self.points, nodes=program.row_count + 2, most=most, is_flow=is_flow)
        levels = [Level(scaled.points, 0, scaled.step)]
        if scaled.tie_bits > 0:
            ties = tie_points(self.source, self.target, self.seed) >> (TIE_BITS - scaled.tie_bits)
            levels.append(Level(ties, 0, 1.0, is_tie_break=True))
        return _with_levels(program, levels), scaled


def _with_levels(program: Program, levels: list[Level]) -> Program:
    return replace(program, levels=tuple(levels))


def _solved(
    model: _Model, loads: Floats | None, room: Floats | None, settings: Settings, solve_many: SolveMany
) -> _Found:
    if loads is None or room is None:
        return _optimum(model, None, settings, solve_many)
    pair_loads = loads[model.source, model.target]
    total = np.bincount(model.target, pair_loads, len(room))
    binding = (total > room) & (pair_loads.size > 0)
    if not binding.any():
        return _optimum(model, None, settings, solve_many)
    row = np.where(binding, np.cumsum(binding) - 1, -1)[model.target]
    row = np.where(pair_loads > 0, row, -1)
    generous, strict = load_rows(pair_loads, total[binding].max(), room[binding])
    found = _optimum(model, (row, *generous), settings, solve_many)
    if strict is None or found.x is None:
        return found
    taken = np.bincount(model.target, pair_loads * found.x, len(room))
    if bool((taken <= room * (1 + TOLERANCE)).all()):
        return found
    # rounding was too generous: its bound holds, the plan has to be found with loads rounded up
    careful = _optimum(model, (row, *strict), settings, solve_many)
    status = Status.UNKNOWN if careful.x is None else Status.FEASIBLE
    return _Found(careful.x, found.bound, status)


def _optimum(
    model: _Model, rows: tuple[Integers, Integers, Integers] | None, settings: Settings, solve_many: SolveMany
) -> _Found:
    program, scaled = model.program(rows)
    optimum: Optimum = optimise(program, settings, solve_many, silent)
    if optimum.x is None or not optimum.levels:
        return _Found(optimum.x, np.inf, optimum.status)
    return _Found(optimum.x, optimum.levels[0].bound * scaled.step, optimum.status)


def _answer(model: _Model, found: _Found, sources: int, sense: str) -> BareSolution:
    if found.x is None:
        return _nothing(sources, found.status, sense)
    chosen = np.flatnonzero(found.x[: len(model.source)])
    pairs = np.column_stack([model.source[chosen], model.target[chosen]])
    target = np.full(sources, -1, np.int64)
    target[pairs[::-1, 0]] = pairs[::-1, 1]
    objective = float(model.points[chosen].sum())
    bound = max(found.bound, objective)  # sums of floats differ in their last digits
    sign = 1.0 if sense == "max" else -1.0
    gap = abs(bound - objective) / max(1.0, abs(objective))
    return BareSolution(target, pairs, sign * objective + 0.0, sign * bound + 0.0, gap, found.status)


def _nothing(sources: int, status: Status, sense: str) -> BareSolution:
    bound = np.inf if sense == "max" else -np.inf
    none = np.full(sources, -1, np.int64)
    return BareSolution(none, np.empty((0, 2), np.int64), np.nan, bound, np.inf, status)


def _values(value: ArrayLike, allowed: ArrayLike | None, sense: str) -> tuple[Floats, Mask]:
    if sense not in ("max", "min"):
        raise ValueError(f'sense is "max" or "min", not {sense!r}')
    values = np.asarray(value, np.float64)
    if values.ndim != 2:
        raise ValueError(f"value has {values.ndim} dimensions instead of (sources, targets)")
    possible = np.ones(values.shape, bool) if allowed is None else np.array(allowed, bool)
    if possible.shape != values.shape:
        raise ValueError(f"allowed has shape {possible.shape}, value {values.shape}")
    if not np.isfinite(values[possible]).all():
        raise ValueError("value must be finite wherever a pair is allowed")
    return (values if sense == "max" else -values), possible


def _loads(
    load: ArrayLike | None, capacity: ArrayLike | None, shape: tuple[int, ...]
) -> tuple[Floats | None, Floats | None]:
    if capacity is None:
        if load is not None:
            raise ValueError("load needs a capacity")
        return None, None
    loads = np.asarray(1.0 if load is None else load, np.float64)
    if loads.shape == shape[:1] and shape[0] != shape[1]:
        loads = loads[:, np.newaxis]
    if loads.ndim not in (0, 2) or (loads.ndim == 2 and loads.shape not in (shape, (shape[0], 1))):
        raise ValueError(f"load has shape {loads.shape}, value {shape}; one per source: (sources, 1)")
    room = np.asarray(capacity, np.float64)
    if room.shape not in ((), (shape[1],)):
        raise ValueError(f"capacity has shape {room.shape} instead of ({shape[1]},)")
    if not (np.isfinite(loads).all() and (loads >= 0).all() and not np.isnan(room).any()):
        raise ValueError("loads must be finite and not negative, capacities must be numbers")
    return np.broadcast_to(loads, shape).astype(np.float64), np.broadcast_to(room, shape[1:]).astype(
        np.float64
    )


def _degrees(bounds: Degrees, count: int, name: str) -> tuple[Integers, Integers]:
    """Minimum and maximum of each row of one side, shape (count,)."""
    if isinstance(bounds, tuple):
        if len(bounds) != 2:
            raise ValueError(f"{name} as a tuple is (min, max), not {len(bounds)} numbers")
        low, high = bounds
    else:
        low = high = bounds
    least = _whole(0 if low is None else low, count, name)
    most = _whole(UNBOUNDED if high is None else high, count, name)
    if (least > most).any():
        raise ValueError(f"{name}: a minimum exceeds its maximum")
    return least, most


def _whole(number: Any, count: int, name: str) -> Integers:
    values = np.asarray(number)
    if values.shape not in ((), (count,)):
        raise ValueError(f"{name} has shape {values.shape} instead of ({count},)")
    whole = np.rint(values.astype(np.float64))
    if not (np.isfinite(whole).all() and (whole == values).all() and (whole >= 0).all()):
        raise ValueError(f"{name} must be whole numbers from 0 on")
    return np.broadcast_to(whole.astype(np.int64), (count,)).copy()


def _folded(loads: Floats, room: Floats, possible: Mask, most: Integers) -> tuple[Integers, Floats | None]:
    """Where all pairs of a target load it alike, its capacity is a maximum degree: no row is needed."""
    if not possible.size:
        return most, None
    greatest = np.where(possible, loads, -np.inf).max(axis=0)
    alike = greatest == np.where(possible, loads, np.inf).min(axis=0)
    alike &= np.isfinite(greatest) & (greatest > 0) & np.isfinite(room)
    fits = np.floor(
        room / np.where(alike, greatest, 1.0) * (1 + TOLERANCE), where=alike, out=np.zeros(len(room))
    )
    folded = np.where(alike, np.minimum(most, fits.astype(np.int64)), most)
    rest = np.where(alike, 0.0, loads)
    return folded, rest if bool((rest[possible] > 0).any()) else None
