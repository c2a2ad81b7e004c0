"""Real pen paths -> training images: each path is deformed as another hand, pen or tablet would, then drawn.

The path is deformed and not its picture, so the ink stays as sharp and as wide as that of a digit drawn on
the Draw page.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bnn.drawing import raster
from bnn.drawing.strokes import concatenate_strokes
from bnn.system.jit import compiled

# Of a path's longer side. Paths are 1 large here and are drawn this many canvas pixels large.
SPACING = 0.02
HEIGHT = 200.0
# A drawing that would need more is cut short.
MAX_POINTS = 4096
MAX_STROKES = 64
# This share of the drawings is drawn as it is.
UNDEFORMED = 0.2
SHIFTED_STROKES = 8
TREMOR_PERIODS = np.array([48.0, 24.0, 11.0])


class PenPaths(NamedTuple):
    """Drawings in three arrays, so that compiled code can go through them.

    Args:
        points: (num_points, 2) float64; each drawing's middle is at 0, 0 and its longer side is 1.
        stroke_ends: (num_strokes,) int64, where each stroke ends in `points`.
        drawing_ends: (num_drawings,) int64, where each drawing ends in `stroke_ends`.
    """

    points: np.ndarray
    stroke_ends: np.ndarray
    drawing_ends: np.ndarray


class Deformations(NamedTuple):
    """How each of n drawings is deformed; lengths are in parts of its longer side.

    Args:
        is_plain: (n,) bool, whether it is drawn as it is.
        roundings: (n,) int64, how often corners are rounded a little.
        matrices: (n, 2, 2): proportions, slant and rotation.
        warps: (n, 2), of a slow wave across the drawing; phases (n, 2) in `warp_phases`.
        warp_phases: see `warps`.
        halves: (n,), how far the middle moves up or down.
        tremors: (n,), of waves along the path; phases (n, 3, 2) in `tremor_phases`.
        tremor_phases: see `tremors`.
        shifts: (n, 8, 2), of each stroke.
        dropped: (n, 2), the length lost at the start of the first stroke and at the end of the last.
        gaps: (n, 2), the place, in parts of a stroke, and the length of a gap in the longest stroke.
        skips: (n,) int64: of the points of a fast pen, each of these is left.
        grids: (n,), the step of a coarse tablet's coordinates, or 0.
        pen_widths: (n,), in MNIST pixels.
    """

    is_plain: np.ndarray
    roundings: np.ndarray
    matrices: np.ndarray
    warps: np.ndarray
    warp_phases: np.ndarray
    halves: np.ndarray
    tremors: np.ndarray
    tremor_phases: np.ndarray
    shifts: np.ndarray
    dropped: np.ndarray
    gaps: np.ndarray
    skips: np.ndarray
    grids: np.ndarray
    pen_widths: np.ndarray


def gather(drawings: Sequence[Sequence[np.ndarray]]) -> PenPaths:
    """Returns drawings, each a sequence of (n, 2) strokes with at least one point, in three arrays."""
    points, ends, counts, num_points = [], [], [], 0
    for strokes in drawings:
        path, stroke_ends = concatenate_strokes(strokes)
        low, high = path.min(axis=0), path.max(axis=0)
        points.append((path - (low + high) / 2) / max((high - low).max(), 1e-9))
        ends.append(stroke_ends + num_points)
        counts.append(len(stroke_ends))
        num_points += len(path)
    return PenPaths(np.concatenate(points), np.concatenate(ends), np.cumsum(counts).astype(np.int64))


def draw(paths: PenPaths, which: np.ndarray, seed: int | Sequence[int]) -> np.ndarray:
    """Returns the images (n, 28, 28) uint8 of some drawings, each deformed by random numbers of its own.

    Args:
        paths: the drawings.
        which: (n,) integers, the drawings' indices; one may occur several times.
        seed: for `numpy.random.default_rng`. The same arguments give the same images.
    """
    deformations = _deformations(np.random.default_rng(seed), len(which))
    images = np.zeros((len(which), raster.SIDE, raster.SIDE), np.uint8)
    _draw(*paths, np.asarray(which, np.int64), deformations, images)
    return images


def draw_plain(paths: PenPaths) -> np.ndarray:
    """Returns the images (n, 28, 28) uint8 of all drawings, as the Draw page has them."""
    num = len(paths.drawing_ends)
    deformations = _deformations(np.random.default_rng(0), num)._replace(is_plain=np.ones(num, bool))
    images = np.zeros((num, raster.SIDE, raster.SIDE), np.uint8)
    _draw(*paths, np.arange(num), deformations, images)
    return images


def _deformations(rng: np.random.Generator, num: int) -> Deformations:
    """Returns random deformations.

    The strengths were chosen by eye: a drawing must stay what it is, and look like another person's.
    """

    def normal(spread: float, *shape: int) -> np.ndarray:
        return spread * np.clip(rng.standard_normal((num, *shape)), -2.2, 2.2)

    def sometimes(share: float, low: float, high: float, *shape: int) -> np.ndarray:
        return np.where(rng.random((num, *shape)) < share, rng.uniform(low, high, (num, *shape)), 0.0)

    def phases(*shape: int) -> np.ndarray:
        return rng.uniform(0.0, 2 * np.pi, (num, *shape))

    return Deformations(
        is_plain=rng.random(num) < UNDEFORMED,
        roundings=(14 * rng.random(num) ** 3).astype(np.int64),
        matrices=_matrices(np.radians(normal(6.0)), normal(0.15), normal(0.16)),
        warps=normal(0.02, 2),
        warp_phases=phases(2),
        halves=normal(0.03),
        tremors=normal(0.005),
        tremor_phases=phases(3, 2),
        shifts=normal(0.012, SHIFTED_STROKES, 2),
        dropped=sometimes(0.25, 0.0, 0.07, 2),
        gaps=np.stack([rng.uniform(0.2, 0.8, num), sometimes(0.06, 0.03, 0.09)], axis=-1),
        skips=np.where(rng.random(num) < 0.25, rng.integers(2, 7, num), 1),
        grids=sometimes(0.12, 1 / 40, 1 / 11),
        pen_widths=raster.PEN_WIDTH * np.exp(np.clip(rng.normal(0.0, 0.24, num), -0.45, 0.5)),
    )


def _matrices(angle: np.ndarray, slant: np.ndarray, stretch: np.ndarray) -> np.ndarray:
    """Returns (n, 2, 2) matrices that stretch, slant and then turn x, y."""
    cos, sin, wide = np.cos(angle), np.sin(angle), np.exp(stretch)
    turn = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
    stretched = np.zeros_like(turn)
    stretched[:, 0, 0], stretched[:, 0, 1], stretched[:, 1, 1] = wide, -slant, 1 / wide
    return turn @ stretched


@compiled
def _draw(
    points: np.ndarray,
    stroke_ends: np.ndarray,
    drawing_ends: np.ndarray,
    which: np.ndarray,
    deformations: Deformations,
    images: np.ndarray,
) -> None:
    buffer, ends = np.empty((MAX_POINTS, 2)), np.empty(MAX_STROKES, np.int64)
    for i in range(len(which)):
        first = drawing_ends[which[i] - 1] if which[i] else 0
        strokes = stroke_ends[first : drawing_ends[which[i]]]
        start = stroke_ends[first - 1] if first else 0
        path, relative = points[start : strokes[-1]], strokes - start
        if deformations.is_plain[i]:
            scaled = path * HEIGHT
            raster.fit_and_draw(scaled, relative, raster.PEN_WIDTH, raster.MINIMUM_SIDE, images[i])
            continue
        num_points, num_strokes = _deform(path, relative, deformations, i, buffer, ends)
        scaled = buffer[:num_points] * HEIGHT
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
    """Fills `out` with the deformed path and `ends` with its strokes' ends.

    Returns:
        How many points and how many strokes there are.
    """
    num_points = num_strokes = 0
    longest = _longest(stroke_ends)
    stroke = np.empty((MAX_POINTS, 2))
    first = 0
    for number in range(len(stroke_ends)):
        length = _resample(path[first : stroke_ends[number]], stroke)
        first = stroke_ends[number]
        begin, length = _without_ends(length, number, len(stroke_ends), deformations.dropped[i])
        piece = stroke[begin:length]
        for _ in range(deformations.roundings[i]):
            _round_corners(piece)
        _move(piece, number, deformations, i)
        cut, gap = len(piece), 0
        if number == longest and deformations.gaps[i, 1] > 0:
            cut = max(1, int(deformations.gaps[i, 0] * len(piece)))
            gap = int(deformations.gaps[i, 1] / SPACING)
        for part in range(2):
            some = piece[:cut] if part == 0 else piece[cut + gap :]
            if len(some) and num_strokes < MAX_STROKES:
                num_points = _append(some, deformations.skips[i], deformations.grids[i], out, num_points)
                ends[num_strokes] = num_points
                num_strokes += 1
    return num_points, num_strokes


@compiled
def _longest(stroke_ends: np.ndarray) -> int:
    """Returns the index of the stroke with the most points."""
    best, most, first = 0, 0, 0
    for number in range(len(stroke_ends)):
        if stroke_ends[number] - first > most:
            best, most = number, stroke_ends[number] - first
        first = stroke_ends[number]
    return best


@compiled
def _resample(stroke: np.ndarray, out: np.ndarray) -> int:
    """Fills `out` with points of the stroke that are SPACING apart, and its end; returns how many."""
    out[0] = stroke[0]
    num, left = 1, SPACING
    for i in range(len(stroke) - 1):
        dx, dy = stroke[i + 1, 0] - stroke[i, 0], stroke[i + 1, 1] - stroke[i, 1]
        length = np.sqrt(dx * dx + dy * dy)
        at = left
        while at < length and num < len(out) - 1:
            out[num, 0], out[num, 1] = stroke[i, 0] + dx * at / length, stroke[i, 1] + dy * at / length
            num += 1
            at += SPACING
        left = at - length
    out[num] = stroke[-1]
    return num + 1


@compiled
def _without_ends(length: int, number: int, num_strokes: int, dropped: np.ndarray) -> tuple[int, int]:
    """Returns where a stroke begins and ends when its ends are lost; at least 3/5 of it stay."""
    most = length // 5
    begin = min(most, int(dropped[0] / SPACING)) if number == 0 else 0
    lost = min(most, int(dropped[1] / SPACING)) if number == num_strokes - 1 else 0
    return begin, length - lost


@compiled
def _round_corners(stroke: np.ndarray) -> None:
    """Moves each point but the ends half-way to the middle of its neighbours."""
    before_x, before_y = stroke[0, 0], stroke[0, 1]
    for i in range(1, len(stroke) - 1):
        x, y = stroke[i, 0], stroke[i, 1]
        stroke[i, 0] = x / 2 + (before_x + stroke[i + 1, 0]) / 4
        stroke[i, 1] = y / 2 + (before_y + stroke[i + 1, 1]) / 4
        before_x, before_y = x, y


@compiled
def _move(stroke: np.ndarray, number: int, deformations: Deformations, i: int) -> None:
    """Moves the points as the waves, the matrix and the shift of this stroke say."""
    warps, warp_phases = deformations.warps[i], deformations.warp_phases[i]
    matrix, shift = deformations.matrices[i], deformations.shifts[i, number % SHIFTED_STROKES]
    for j in range(len(stroke)):
        x, y = stroke[j, 0], stroke[j, 1]
        u = x + warps[0] * np.sin(np.pi * y + warp_phases[0])
        v = y + warps[1] * np.sin(np.pi * x + warp_phases[1]) + deformations.halves[i] * np.cos(np.pi * y)
        for k in range(3):
            wave = deformations.tremors[i] * TREMOR_PERIODS[k] / 24
            angle = 2 * np.pi * j / TREMOR_PERIODS[k]
            u += wave * np.sin(angle + deformations.tremor_phases[i, k, 0])
            v += wave * np.sin(angle + deformations.tremor_phases[i, k, 1])
        stroke[j, 0] = matrix[0, 0] * u + matrix[0, 1] * v + shift[0]
        stroke[j, 1] = matrix[1, 0] * u + matrix[1, 1] * v + shift[1]


@compiled
def _append(stroke: np.ndarray, skip: int, grid: float, out: np.ndarray, num: int) -> int:
    """Adds each `skip`-th point and the last one to `out`, on a grid if it is not 0.

    Returns:
        How many points there are then.
    """
    for i in range(len(stroke)):
        if (i % skip == 0 or i == len(stroke) - 1) and num < len(out):
            for axis in range(2):
                value = stroke[i, axis]
                out[num, axis] = np.floor(value / grid + 0.5) * grid if grid > 0 else value
            num += 1
    return num
