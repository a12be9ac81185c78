"""A schematic map: rectangles within rectangles, and lattices of small areas inside them.

Nothing on it is a boundary. Areas are split so that every place gets room in proportion
to its weight and lies roughly where its centre says.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matchmaker.demo.frames import Floats, Integers

__all__ = ["INVENTED_CENTRE", "Lattice", "divide", "divide_each", "lattice", "middle", "on_map", "touching"]

_EDGE = 1e-9

INVENTED_CENTRE = np.array([130.0, 20.0])
"""Longitude and latitude of invented places: open sea, which nobody takes for a place."""


def divide(rectangle: Floats, weights: Floats, centres: Floats) -> Floats:
    """Divide a rectangle into one smaller rectangle per part.

    Parameters
    ----------
    rectangle : (4,)
        Left, bottom, right, top.
    weights : (parts,)
        Area wanted, relative.
    centres : (parts, 2)
        Where each part should lie; only the order along each axis counts.

    Returns
    -------
    (parts, 4)
        Rectangles that tile the given one, areas in proportion to the weights.
    """
    rectangles = np.empty((len(weights), 4))
    _divide(rectangle, np.arange(len(weights)), weights, centres, rectangles)
    return rectangles


def divide_each(rectangles: Floats, owner: Integers, weights: Floats, centres: Floats) -> Floats:
    """Divide each rectangle among its own parts, as `divide` does; (parts, 4).

    Parameters
    ----------
    rectangles : (rectangles, 4)
    owner : (parts,)
        Position of each part's rectangle.
    weights : (parts,)
    centres : (parts, 2)
    """
    result = np.empty((len(owner), 4))
    for at, rectangle in enumerate(rectangles):
        inside = np.flatnonzero(owner == at)
        result[inside] = divide(rectangle, weights[inside], centres[inside])
    return result


def _divide(rectangle: Floats, parts: Integers, weights: Floats, centres: Floats, result: Floats) -> None:
    if len(parts) == 1:
        result[parts[0]] = rectangle
        return
    left, bottom, right, top = rectangle
    axis = 0 if right - left >= top - bottom else 1
    ordered = parts[np.argsort(centres[parts, axis], kind="stable")]
    grown = np.cumsum(weights[ordered])
    cut = int(np.argmin(np.abs(grown[:-1] - grown[-1] / 2))) + 1
    share = grown[cut - 1] / grown[-1]
    first, second = rectangle.copy(), rectangle.copy()
    edge = rectangle[axis] + share * (rectangle[axis + 2] - rectangle[axis])
    first[axis + 2] = second[axis] = edge
    _divide(first, ordered[:cut], weights, centres, result)
    _divide(second, ordered[cut:], weights, centres, result)


def touching(rectangles: Floats) -> Integers:
    """Pairs of rectangles that share an edge of some length, shape (pairs, 2), first < second."""
    left, bottom, right, top = rectangles.T
    beside = np.abs(right[:, None] - left[None, :]) < _EDGE
    below = np.abs(top[:, None] - bottom[None, :]) < _EDGE
    overlap_x = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    overlap_y = np.minimum(top[:, None], top) - np.maximum(bottom[:, None], bottom)
    shared = (beside & (overlap_y > _EDGE)) | (below & (overlap_x > _EDGE))
    return np.argwhere(np.triu(shared | shared.T, 1)).astype(np.int64)


def middle(rectangles: Floats) -> Floats:
    """Centres of rectangles, shape (rectangles, 2)."""
    return np.asarray((rectangles[:, :2] + rectangles[:, 2:]) / 2, np.float64)


def on_map(points: Floats, centre: Floats, phase: Floats) -> Floats:
    """From the map's own coordinates to longitude and latitude, six decimals; (points, 2).

    Parameters
    ----------
    points : (points, 2)
        Degrees from the map's centre.
    centre, phase : (2,)
        Longitude and latitude of the centre; where the bends of this map begin.
    """
    x, y = points.T
    # A gentle bend takes the stiffness out of the rectangles; neighbours stay neighbours.
    bent = np.column_stack((x + 0.008 * np.sin(28 * y + phase[0]), y + 0.008 * np.sin(22 * x + phase[1])))
    return np.asarray(np.round(centre + bent, 6), np.float64)


@dataclass(frozen=True)
class Lattice:
    """Small areas of one rectangle, numbered along a path that turns at each row's end.

    Parameters
    ----------
    points : (areas, 2)
        Their centres.
    edges : (edges, 2) int64
        Neighbours, first < second: along rows, between rows, and some diagonals.
        Successive numbers are always neighbours.
    """

    points: Floats
    edges: Integers


def lattice(rectangle: Floats, areas: int, generator: np.random.Generator) -> Lattice:
    """Fill a rectangle with `areas` small areas of about the same size."""
    left, bottom, right, top = rectangle
    width, height = right - left, top - bottom
    columns = int(np.clip(np.round(np.sqrt(areas * width / height)), 1, areas))
    rows = -(-areas // columns)
    number = np.arange(areas)
    row = number // columns
    column = np.where(row % 2 == 0, number % columns, columns - 1 - number % columns)
    wobble = generator.uniform(-0.22, 0.22, (areas, 2))
    points = np.column_stack(
        (
            left + (column + 0.5 + wobble[:, 0]) * width / columns,
            bottom + (row + 0.5 + wobble[:, 1]) * height / rows,
        )
    )
    at = np.full((rows + 1, columns + 1), -1, np.int64)
    at[row, column] = number
    here, beside, above, across = at[:-1, :-1], at[:-1, 1:], at[1:, :-1], at[1:, 1:]
    # One diagonal at most in each square of four: the graph stays planar.
    chance = generator.random(here.shape)
    pairs = [
        _pairs(here, beside),
        _pairs(here, above),
        _pairs(here, np.where(chance < 0.3, across, -1)),
        _pairs(beside, np.where(chance > 0.7, above, -1)),
    ]
    return Lattice(points, np.unique(np.sort(np.concatenate(pairs), axis=1), axis=0))


def _pairs(first: Integers, second: Integers) -> Integers:
    both = (first >= 0) & (second >= 0)
    return np.column_stack((first[both], second[both]))
