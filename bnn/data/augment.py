"""Random deformations of training images."""

from collections.abc import Sequence

import numpy as np

from bnn.drawing.raster import CENTRE
from bnn.recipes.layers import IMAGE_SIDE
from bnn.system.jit import compiled

GRID = 5  # elastic deformation interpolates between GRID x GRID random displacements
# Contrast brightens the pixels above this grey value and darkens those below it. The value is low, so that
# the grey of thin strokes is above it.
FIXED_LEVEL = 96.0
MIN_INK = 0.6  # thinning leaves at least this share of the ink, so that strokes do not fade or break


def augment(
    images: np.ndarray,
    seed: int | Sequence[int],
    *,
    rotation_degrees: float = 14.0,
    shear: float = 0.2,
    scale: float = 0.15,
    shift_pixels: float = 2.5,
    pen_width: float = 0.5,
    elastic: float = 0.6,
    contrast: float = 0.8,
) -> np.ndarray:
    """Returns the images, (n, 28, 28) uint8, each deformed by random numbers of its own.

    The keyword arguments are strengths: each limits one random change. The changes are uniform, except that
    scales are log-uniform, and contrast only increases. If all strengths are 0, the images are returned
    unchanged. The same images, seed and strengths give the same result.

    Args:
        images: (n, 28, 28) uint8, ink 255 on background 0.
        seed: for `numpy.random.default_rng`.
        rotation_degrees: largest rotation to either side.
        shear: largest horizontal shear, in pixels per pixel of height.
        scale: height and width are multiplied by different factors from 1 / (1 + scale) to 1 + scale.
        shift_pixels: largest shift in each direction.
        pen_width: largest distance by which the edges of the ink move in or out, in pixels; at most 1.
        elastic: largest displacement at each of 5 x 5 points, in pixels (Simard, Steinkraus, Platt, "Best
            practices for convolutional neural networks", 2003).
        contrast: the steepness of the ink's edges is multiplied by a factor from 1 to (1 + contrast). This
            makes up for the blur that deforming causes. A network should not learn this blur.

    Raises:
        ValueError: for images of a wrong type or shape, a negative or infinite strength, or a pen_width
            above 1.
    """
    images = np.asarray(images)
    _check_images(images)
    _check_strengths(
        rotation_degrees=rotation_degrees,
        shear=shear,
        scale=scale,
        shift_pixels=shift_pixels,
        pen_width=pen_width,
        elastic=elastic,
        contrast=contrast,
    )
    rng, num = np.random.default_rng(seed), len(images)

    def within(limit: float, *shape: int) -> np.ndarray:
        return rng.uniform(-1.0, 1.0, (num, *shape)) * limit

    scales = np.exp(within(np.log1p(scale), 2))
    matrices = _matrices(np.radians(within(rotation_degrees)), within(shear), scales)
    shifts, grids = within(shift_pixels, 2), within(elastic, 2, GRID, GRID)
    contrasts = 1.0 + np.abs(within(contrast))
    out = np.empty_like(images)
    _deform(np.ascontiguousarray(images), matrices, shifts, grids, within(pen_width), contrasts, out)
    return out


def _check_images(images: np.ndarray) -> None:
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
        raise ValueError(f"images must be (n, 28, 28) uint8, got {images.dtype} {images.shape}")


def _check_strengths(**strengths: float) -> None:
    for name, strength in strengths.items():
        limit, words = (1.0, " and at most 1") if name == "pen_width" else (np.finfo(float).max, "")
        if not 0 <= strength <= limit:
            raise ValueError(f"{name} must be a finite number of at least 0{words}, got {strength}")


def _matrices(angle: np.ndarray, shear: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """Returns (n, 2, 2) matrices that map a position y, x in the result to one in the original image.

    Both positions are relative to the centre.
    """
    cos, sin = np.cos(angle), np.sin(angle)
    rotate = np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], -2)
    skew = np.zeros_like(rotate)
    skew[:, 0, 0], skew[:, 1, 1], skew[:, 1, 0] = scales[:, 0], scales[:, 1], shear
    return rotate @ skew


@compiled
def _deform(
    images: np.ndarray,
    matrices: np.ndarray,
    shifts: np.ndarray,
    grids: np.ndarray,
    edges: np.ndarray,
    contrasts: np.ndarray,
    out: np.ndarray,
) -> None:
    """Fills `out` with the images, each deformed by its own numbers.

    Args:
        images: (n, 28, 28) uint8.
        matrices: (n, 2, 2).
        shifts: (n, 2), y and x, in pixels.
        grids: (n, 2, 5, 5), displacements in y and x, in pixels.
        edges: (n,), how far the edges of the ink move outwards, in pixels.
        contrasts: (n,), factors.
        out: (n, 28, 28) uint8.
    """
    field = np.zeros((IMAGE_SIDE, IMAGE_SIDE))
    extremes = np.zeros((IMAGE_SIDE, IMAGE_SIDE))
    for n in range(len(images)):
        _warp(images[n], matrices[n], shifts[n], grids[n], field)
        _move_edges(field, extremes, edges[n], contrasts[n], out[n])


@compiled
def _warp(
    image: np.ndarray, matrix: np.ndarray, shift: np.ndarray, grid: np.ndarray, field: np.ndarray
) -> None:
    """Fills `field` with the image, deformed by the matrix, the shift and the grid of displacements."""
    for y in range(IMAGE_SIDE):
        for x in range(IMAGE_SIDE):
            u, v = y - CENTRE, x - CENTRE
            grid_y, grid_x = y * (GRID - 1) / (IMAGE_SIDE - 1), x * (GRID - 1) / (IMAGE_SIDE - 1)
            from_y = (
                CENTRE + matrix[0, 0] * u + matrix[0, 1] * v + shift[0] + _bilinear(grid[0], grid_y, grid_x)
            )
            from_x = (
                CENTRE + matrix[1, 0] * u + matrix[1, 1] * v + shift[1] + _bilinear(grid[1], grid_y, grid_x)
            )
            field[y, x] = _bilinear(image, from_y, from_x)


@compiled
def _bilinear(values: np.ndarray, y: float, x: float) -> float:
    """Returns `values` at y, x, interpolated bilinearly. Outside, all values are 0."""
    height, width = values.shape
    if y <= -1.0 or x <= -1.0 or y >= height or x >= width:
        return 0.0
    i, j = int(np.floor(y)), int(np.floor(x))
    down, right = y - i, x - j
    a = values[i, j] if i >= 0 and j >= 0 else 0.0
    b = values[i, j + 1] if i >= 0 and j + 1 < width else 0.0
    c = values[i + 1, j] if i + 1 < height and j >= 0 else 0.0
    d = values[i + 1, j + 1] if i + 1 < height and j + 1 < width else 0.0
    return (1 - down) * ((1 - right) * a + right * b) + down * ((1 - right) * c + right * d)


@compiled
def _move_edges(
    field: np.ndarray, extremes: np.ndarray, distance: float, contrast: float, out: np.ndarray
) -> None:
    """Fills `out` with `field`, dilated (distance > 0) or eroded (distance < 0), and then with more contrast.

    Dilation replaces a pixel by the largest value within `distance` of it, in four directions. By linear
    interpolation, the value at a distance d towards a neighbour is (1 - d) * centre + d * neighbour. The
    largest value is therefore (1 - d) * centre + d * m, where m is the maximum of the pixel and its four
    neighbours (`extremes`). Erosion does the same with the minimum.
    """
    before, after = _fill_extremes(field, extremes, distance > 0)
    part = abs(distance)
    # Limits thinning, so that at least the share MIN_INK of the ink is left.
    if before - part * (before - after) < MIN_INK * before:
        part = (1 - MIN_INK) * before / (before - after)
    for y in range(IMAGE_SIDE):
        for x in range(IMAGE_SIDE):
            value = field[y, x] + part * (extremes[y, x] - field[y, x])
            out[y, x] = int(min(max(FIXED_LEVEL + contrast * (value - FIXED_LEVEL), 0.0), 255.0) + 0.5)


@compiled
def _fill_extremes(field: np.ndarray, extremes: np.ndarray, is_maximum: bool) -> tuple[float, float]:
    """Fills `extremes` with the maximum or minimum of each pixel and its four neighbours.

    Returns:
        The sums of `field` and of `extremes`.
    """
    before = after = 0.0
    for y in range(IMAGE_SIDE):
        for x in range(IMAGE_SIDE):
            value = field[y, x]
            before += value
            for near_y, near_x in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
                if 0 <= near_y < IMAGE_SIDE and 0 <= near_x < IMAGE_SIDE:
                    near = field[near_y, near_x]
                    value = max(value, near) if is_maximum else min(value, near)
            extremes[y, x] = value
            after += value
    return before, after
