"""Makes training images from real pen paths: deforms each path, and then draws it.

The path is deformed, not its image, so the ink stays as sharp as on the Draw page.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bnn.data.pen_deformations import SHIFTED_STROKES, UNDEFORMED, Deformations, random_deformations
from bnn.drawing import raster
from bnn.drawing.strokes import concatenate_strokes
from bnn.recipes.layers import IMAGE_SIDE
from bnn.system.jit import compiled

# Before a stroke is deformed, it gets points at this distance from each other, a fraction of the drawing's
# longer side.
SPACING = 0.02
# Longer side to which a path is scaled before it is drawn, in pixels of the Draw page's canvas.
LONGER_SIDE = 200.0
# If the largest drawing of a file is smaller than this, the coordinates are not pixels of a canvas.
MIN_LARGEST = 4 * raster.MINIMUM_SIDE
# Points and strokes of a deformed drawing beyond these numbers are dropped.
MAX_POINTS = 4096
MAX_STROKES = 64
# Periods of the waves of a tremor, in points of the path.
TREMOR_PERIODS = np.array([48.0, 24.0, 11.0])


class PenPaths(NamedTuple):
    """Drawings in three arrays, the form that compiled code can read.

    Args:
        points: (num_points, 2) float64; each drawing's middle is at 0, 0 and its longer side is 1.
        stroke_ends: (num_strokes,) int64, where each stroke ends in `points`.
        drawing_ends: (num_drawings,) int64, where each drawing ends in `stroke_ends`.
        sides: (num_drawings,) float64, the longer side with which each drawing is drawn, in canvas pixels.
    """

    points: np.ndarray
    stroke_ends: np.ndarray
    drawing_ends: np.ndarray
    sides: np.ndarray


def gather(drawings: Sequence[Sequence[np.ndarray]]) -> PenPaths:
    """Returns the drawings as `PenPaths`.

    Args:
        drawings: the strokes of each drawing, (n, 2) arrays of x, y; each drawing has at least one point.
    """
    points, ends, counts, sides, num_points = [], [], [], [], 0
    for strokes in drawings:
        path, stroke_ends = concatenate_strokes(strokes)
        low, high = path.min(axis=0), path.max(axis=0)
        sides.append((high - low).max())
        points.append((path - (low + high) / 2) / max(sides[-1], 1e-9))
        ends.append(stroke_ends + num_points)
        counts.append(len(stroke_ends))
        num_points += len(path)
    drawing_ends = np.cumsum(counts).astype(np.int64)
    return PenPaths(np.concatenate(points), np.concatenate(ends), drawing_ends, _drawn_sides(np.array(sides)))


def _drawn_sides(sides: np.ndarray) -> np.ndarray:
    """Returns the longer side with which each drawing is drawn, (n,) float64 in canvas pixels.

    A drawing below MINIMUM_SIDE, such as a dot, stays small on the Draw page. So it keeps its size here, too.
    The size of larger drawings does not matter.

    Args:
        sides: (n,) float64, the longer side of each drawing in its file.
    """
    is_small = (sides < raster.MINIMUM_SIDE) & (sides.max() >= MIN_LARGEST)
    return np.where(is_small, sides, LONGER_SIDE)


def draw(
    paths: PenPaths, chosen: np.ndarray, rng: np.random.Generator, undeformed_share: float = UNDEFORMED
) -> np.ndarray:
    """Returns images of some drawings, (n, 28, 28) uint8. Each is deformed by random numbers of its own.

    Args:
        paths: the drawings.
        chosen: (n,) integers, the indices of the drawings; an index may occur several times.
        rng: makes the random numbers. If random numbers have also chosen the drawings, they must come from
            this generator or from one with another seed.
        undeformed_share: the probability with which an image is not deformed.
    """
    deformations = random_deformations(rng, len(chosen), undeformed_share)
    images = np.zeros((len(chosen), IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    _draw(paths, np.asarray(chosen, np.int64), deformations, images)
    return images


def draw_plain(paths: PenPaths) -> np.ndarray:
    """Returns images of all drawings, (n, 28, 28) uint8, undeformed and drawn as on the Draw page."""
    return draw(paths, np.arange(len(paths.drawing_ends)), np.random.default_rng(0), undeformed_share=1.0)


@compiled
def _draw(paths: PenPaths, chosen: np.ndarray, deformations: Deformations, images: np.ndarray) -> None:
    points, stroke_ends, drawing_ends, sides = paths
    buffer, ends = np.empty((MAX_POINTS, 2)), np.empty(MAX_STROKES, np.int64)
    for i in range(len(chosen)):
        first_stroke = drawing_ends[chosen[i] - 1] if chosen[i] else 0
        ends_in_points = stroke_ends[first_stroke : drawing_ends[chosen[i]]]
        start = stroke_ends[first_stroke - 1] if first_stroke else 0
        path, ends_in_path = points[start : ends_in_points[-1]], ends_in_points - start
        if deformations.is_plain[i]:
            scaled = path * sides[chosen[i]]
            raster.fit_and_draw(scaled, ends_in_path, raster.PEN_WIDTH, raster.MINIMUM_SIDE, images[i])
            continue
        num_points, num_strokes = _deform(path, ends_in_path, deformations, i, buffer, ends)
        scaled = buffer[:num_points] * sides[chosen[i]]
        width = deformations.pen_widths[i]
        raster.fit_and_draw(scaled, ends[:num_strokes], width, raster.MINIMUM_SIDE, images[i])


@compiled
def _deform(
    path: np.ndarray,
    stroke_ends: np.ndarray,
    deformations: Deformations,
    i: int,
    out: np.ndarray,
    ends: np.ndarray,
) -> tuple[int, int]:
    """Fills `out` with the points of the deformed path, and `ends` with where its strokes end.

    Returns:
        The number of points and the number of strokes.
    """
    num_points = num_strokes = 0
    longest = _longest(stroke_ends)
    stroke = np.empty((MAX_POINTS, 2))
    first = 0
    for stroke_index in range(len(stroke_ends)):
        length = _resample(path[first : stroke_ends[stroke_index]], stroke)
        first = stroke_ends[stroke_index]
        begin, length = _without_ends(length, stroke_index, len(stroke_ends), deformations.dropped[i])
        piece = stroke[begin:length]
        for _ in range(deformations.roundings[i]):
            _round_corners(piece)
        _move(piece, stroke_index, deformations, i)
        gap_start, gap_points = len(piece), 0
        if stroke_index == longest and deformations.gaps[i, 1] > 0:
            gap_start = max(1, int(deformations.gaps[i, 0] * len(piece)))
            gap_points = int(deformations.gaps[i, 1] / SPACING)
        for part in range(2):
            kept = piece[:gap_start] if part == 0 else piece[gap_start + gap_points :]
            if len(kept) and num_strokes < MAX_STROKES:
                num_points = _append(kept, deformations.skips[i], deformations.grids[i], out, num_points)
                ends[num_strokes] = num_points
                num_strokes += 1
    return num_points, num_strokes


@compiled
def _longest(stroke_ends: np.ndarray) -> int:
    """Returns the index of the stroke with the most points."""
    best, most, first = 0, 0, 0
    for stroke_index in range(len(stroke_ends)):
        if stroke_ends[stroke_index] - first > most:
            best, most = stroke_index, stroke_ends[stroke_index] - first
        first = stroke_ends[stroke_index]
    return best


@compiled
def _resample(stroke: np.ndarray, out: np.ndarray) -> int:
    """Fills `out` with points on the stroke, SPACING apart, and with its last point; returns their number."""
    out[0] = stroke[0]
    num, to_next = 1, SPACING
    for i in range(len(stroke) - 1):
        dx, dy = stroke[i + 1, 0] - stroke[i, 0], stroke[i + 1, 1] - stroke[i, 1]
        length = np.sqrt(dx * dx + dy * dy)
        at = to_next
        while at < length and num < len(out) - 1:
            out[num, 0], out[num, 1] = stroke[i, 0] + dx * at / length, stroke[i, 1] + dy * at / length
            num += 1
            at += SPACING
        to_next = at - length
    out[num] = stroke[-1]
    return num + 1


@compiled
def _without_ends(length: int, stroke_index: int, num_strokes: int, dropped: np.ndarray) -> tuple[int, int]:
    """Returns where a stroke begins and ends without the parts it loses; at least 3/5 of it are left."""
    most = length // 5
    begin = min(most, int(dropped[0] / SPACING)) if stroke_index == 0 else 0
    lost = min(most, int(dropped[1] / SPACING)) if stroke_index == num_strokes - 1 else 0
    return begin, length - lost


@compiled
def _round_corners(stroke: np.ndarray) -> None:
    """Moves each point, except the first and the last, half-way to the middle of its neighbours."""
    before_x, before_y = stroke[0, 0], stroke[0, 1]
    for i in range(1, len(stroke) - 1):
        x, y = stroke[i, 0], stroke[i, 1]
        stroke[i, 0] = x / 2 + (before_x + stroke[i + 1, 0]) / 4
        stroke[i, 1] = y / 2 + (before_y + stroke[i + 1, 1]) / 4
        before_x, before_y = x, y


@compiled
def _move(stroke: np.ndarray, stroke_index: int, deformations: Deformations, i: int) -> None:
    """Moves the points of a stroke by the waves, the matrix and the stroke's shift."""
    warps, warp_phases = deformations.warps[i], deformations.warp_phases[i]
    matrix, shift = deformations.matrices[i], deformations.shifts[i, stroke_index % SHIFTED_STROKES]
    middle_shift = deformations.middle_shifts[i]
    for j in range(len(stroke)):
        x, y = stroke[j, 0], stroke[j, 1]
        u = x + warps[0] * np.sin(np.pi * y + warp_phases[0])
        v = y + warps[1] * np.sin(np.pi * x + warp_phases[1]) + middle_shift * np.cos(np.pi * y)
        for k in range(3):
            # A wave with a longer period is larger; with a period of 24, it is as large as `tremors` says.
            wave = deformations.tremors[i] * TREMOR_PERIODS[k] / 24
            angle = 2 * np.pi * j / TREMOR_PERIODS[k]
            u += wave * np.sin(angle + deformations.tremor_phases[i, k, 0])
            v += wave * np.sin(angle + deformations.tremor_phases[i, k, 1])
        stroke[j, 0] = matrix[0, 0] * u + matrix[0, 1] * v + shift[0]
        stroke[j, 1] = matrix[1, 0] * u + matrix[1, 1] * v + shift[1]


@compiled
def _append(stroke: np.ndarray, skip: int, grid: float, out: np.ndarray, num: int) -> int:
    """Adds every `skip`-th point and the last point of a stroke to `out`.

    Args:
        stroke: (n, 2) float64.
        skip: at least 1.
        grid: the spacing of the coordinates to which points are rounded; 0 for no rounding.
        out: (MAX_POINTS, 2) float64; points are added to it.
        num: number of points in `out`.

    Returns:
        The new number of points in `out`.
    """
    for i in range(len(stroke)):
        if (i % skip == 0 or i == len(stroke) - 1) and num < len(out):
            for axis in range(2):
                value = stroke[i, axis]
                out[num, axis] = np.floor(value / grid + 0.5) * grid if grid > 0 else value
            num += 1
    return num
