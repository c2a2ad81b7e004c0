"""Random deformations of pen paths, as if another person, pen or tablet had drawn them."""

from typing import NamedTuple

import numpy as np

from bnn.drawing import raster

# The share of the training drawings that are not deformed.
UNDEFORMED = 0.2
# Number of strokes with a shift of their own. The strokes after these get the same shifts again.
SHIFTED_STROKES = 8


class Deformations(NamedTuple):
    """The deformations of n drawings. All lengths are fractions of the drawing's longer side.

    Args:
        is_plain: (n,) bool, whether the drawing is not deformed at all.
        roundings: (n,) int64, how many times the corners are rounded a little.
        matrices: (n, 2, 2) float64, change of proportions, slant and rotation.
        warps: (n, 2) float64, amplitudes in x and y of a slow wave across the drawing.
        warp_phases: (n, 2) float64, phases of these waves, in radians.
        middle_shifts: (n,) float64, how far the points at half the drawing's height move up or down; points
            nearer to its top or bottom move less.
        tremors: (n,) float64, the strength of a tremor, which consists of three small waves along the path.
        tremor_phases: (n, 3, 2) float64, phases of the three waves in x and y, in radians.
        shifts: (n, 8, 2) float64, the shift of each stroke in x and y.
        dropped: (n, 2) float64, the length lost at the start of the first stroke and at the end of the last.
        gaps: (n, 2) float64, a gap in the stroke with the most points: where it starts, as a fraction of the
            stroke, and its length, as a fraction of the longer side.
        skips: (n,) int64, k: only every k-th point is kept, as if the pen had moved fast.
        grids: (n,) float64, the spacing of a coarse tablet's coordinates; 0 for exact coordinates.
        pen_widths: (n,) float64, in MNIST pixels.
    """

    is_plain: np.ndarray
    roundings: np.ndarray
    matrices: np.ndarray
    warps: np.ndarray
    warp_phases: np.ndarray
    middle_shifts: np.ndarray
    tremors: np.ndarray
    tremor_phases: np.ndarray
    shifts: np.ndarray
    dropped: np.ndarray
    gaps: np.ndarray
    skips: np.ndarray
    grids: np.ndarray
    pen_widths: np.ndarray


def random_deformations(
    rng: np.random.Generator, num: int, undeformed_share: float = UNDEFORMED
) -> Deformations:
    """Returns random deformations of `num` drawings. Each is left undeformed with that probability.

    The strengths were chosen by eye. A deformed drawing must stay legible, and must look like another
    person's.
    """

    def normal(spread: float, *shape: int) -> np.ndarray:
        return spread * np.clip(rng.standard_normal((num, *shape)), -2.2, 2.2)

    def sometimes(share: float, low: float, high: float, *shape: int) -> np.ndarray:
        return np.where(rng.random((num, *shape)) < share, rng.uniform(low, high, (num, *shape)), 0.0)

    def phases(*shape: int) -> np.ndarray:
        return rng.uniform(0.0, 2 * np.pi, (num, *shape))

    return Deformations(
        is_plain=rng.random(num) < undeformed_share,
        roundings=(14 * rng.random(num) ** 3).astype(np.int64),
        matrices=_matrices(np.radians(normal(6.0)), normal(0.15), normal(0.16)),
        warps=normal(0.02, 2),
        warp_phases=phases(2),
        middle_shifts=normal(0.03),
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
    """Returns (n, 2, 2) matrices. Each stretches and slants a point (x, y), and then turns the result."""
    cos, sin, wide = np.cos(angle), np.sin(angle), np.exp(stretch)
    turn = np.stack([np.stack([cos, -sin], -1), np.stack([sin, cos], -1)], -2)
    stretched = np.zeros_like(turn)
    stretched[:, 0, 0], stretched[:, 0, 1], stretched[:, 1, 1] = wide, -slant, 1 / wide
    return turn @ stretched
