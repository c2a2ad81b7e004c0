"""Fresh random deformations of MNIST-like images."""

import numpy as np
from numba import njit

SIDE = 28
CENTRE = 14.0
GRID = 5


def augment(
    images,
    seed,
    *,
    rotation_degrees=14.0,
    shear=0.2,
    scale=0.15,
    shift_pixels=2.5,
    pen_width=0.5,
    elastic=0.6,
):
    """(n, 28, 28) uint8: `images` (n, 28, 28) uint8, each deformed at random, the same for the same seed."""
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
        raise ValueError(f"images must be (n, 28, 28) uint8, got {images.dtype} {images.shape}")
    rng, num = np.random.default_rng(seed), len(images)

    def spread(limit, *shape):
        return rng.uniform(-1.0, 1.0, (num, *shape)) * limit

    angle = np.radians(spread(rotation_degrees))
    matrices = _matrices(angle, spread(shear), np.exp(spread(np.log1p(scale), 2)))
    shifts = spread(shift_pixels, 2)
    grids = spread(elastic, 2, GRID, GRID)
    out = np.empty_like(images)
    _deform(images, matrices, shifts, grids, spread(pen_width), out)
    return out


def _matrices(angle, shear, scales):
    """(n, 2, 2): from output to input, y first."""
    cos, sin = np.cos(angle), np.sin(angle)
    rotate = np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], -2)
    skew = np.zeros_like(rotate)
    skew[:, 0, 0], skew[:, 1, 1], skew[:, 1, 0] = scales[:, 0], scales[:, 1], shear
    return rotate @ skew


@njit(cache=True, nogil=True)
def _deform(images, matrices, shifts, grids, pen, out):
    field = np.zeros((SIDE, SIDE))
    for n in range(len(images)):
        _warp(images[n], matrices[n], shifts[n], grids[n], field)
        _change_pen(field, pen[n], out[n])


@njit(cache=True, nogil=True)
def _warp(image, matrix, shift, grid, field):
    for y in range(SIDE):
        for x in range(SIDE):
            u, v = y - CENTRE, x - CENTRE
            gy, gx = y * (GRID - 1) / (SIDE - 1), x * (GRID - 1) / (SIDE - 1)
            source_y = CENTRE + matrix[0, 0] * u + matrix[0, 1] * v + shift[0] + _bilinear(grid[0], gy, gx)
            source_x = CENTRE + matrix[1, 0] * u + matrix[1, 1] * v + shift[1] + _bilinear(grid[1], gy, gx)
            field[y, x] = _bilinear(image, source_y, source_x)


@njit(cache=True, nogil=True)
def _bilinear(values, y, x):
    height, width = values.shape
    if y <= -1.0 or x <= -1.0 or y >= height or x >= width:
        return 0.0
    i, j = int(np.floor(y)), int(np.floor(x))
    fy, fx = y - i, x - j
    a = values[i, j] if i >= 0 and j >= 0 else 0.0
    b = values[i, j + 1] if i >= 0 and j + 1 < width else 0.0
    c = values[i + 1, j] if i + 1 < height and j >= 0 else 0.0
    d = values[i + 1, j + 1] if i + 1 < height and j + 1 < width else 0.0
    return (1 - fy) * ((1 - fx) * a + fx * b) + fy * ((1 - fx) * c + fx * d)


@njit(cache=True, nogil=True)
def _change_pen(field, change, out):
    for y in range(SIDE):
        for x in range(SIDE):
            low = high = field[y, x]
            for dy, dx in ((-1, 0), (1, 0), (0, -1), (0, 1)):
                if 0 <= y + dy < SIDE and 0 <= x + dx < SIDE:
                    low, high = min(low, field[y + dy, x + dx]), max(high, field[y + dy, x + dx])
            other = high if change > 0 else low
            out[y, x] = int(field[y, x] + abs(change) * (other - field[y, x]) + 0.5)
