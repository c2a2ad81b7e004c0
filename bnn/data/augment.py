"""Fresh random deformations of MNIST-like images, for training."""

import numpy as np

from bnn.system.jit import compiled

SIDE = 28
CENTRE = 14.0  # where MNIST's centre of mass lies; everything turns about it
GRID = 5  # the elastic deformation is bilinear between 5 x 5 random displacements
MIDDLE = 96.0  # what contrast leaves as it is; lower than half of 255, so that thin strokes do not fade
LEAST_INK = 0.6  # thinning may take no more than the rest: a thin stroke would fade and break


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
    contrast=0.8,
):
    """The images, each deformed by its own random numbers: (n, 28, 28) uint8.

    images: (n, 28, 28) uint8, ink 255 on 0; left unchanged. seed: for numpy's default_rng; the same images, seed and
    strengths give the same result. A strength is the limit of a uniform distribution about "no change", all of them
    at 0 return the images exactly:
    rotation_degrees; shear, horizontal, in pixels per pixel of height; scale, of height and width each, from
    1 / (1 + scale) to 1 + scale; shift_pixels, each way; pen_width, how far each edge of the ink moves, in pixels,
    at most 1; elastic, the displacement at each of 5 x 5 points, in pixels; contrast, the edges of
    the ink become from 1 to 1 + contrast times as steep: to deform blurs, and a network is not to learn the blur.
    Raises ValueError for a wrong type or shape, a negative or not finite strength, or pen_width above 1.
    Elastic deformation: Simard, Steinkraus, Platt, "Best practices for convolutional neural networks" (2003).
    """
    images = np.asarray(images)
    if images.dtype != np.uint8 or images.ndim != 3 or images.shape[1:] != (SIDE, SIDE):
        raise ValueError(f"images must be (n, 28, 28) uint8, got {images.dtype} {images.shape}")
    _check_strengths(locals())
    rng, num = np.random.default_rng(seed), len(images)

    def spread(limit, *shape):
        return rng.uniform(-1.0, 1.0, (num, *shape)) * limit

    scales = np.exp(spread(np.log1p(scale), 2))
    matrices = _matrices(np.radians(spread(rotation_degrees)), spread(shear), scales)
    shifts, grids = spread(shift_pixels, 2), spread(elastic, 2, GRID, GRID)
    contrasts = 1.0 + np.abs(spread(contrast))
    out = np.empty_like(images)
    _deform(np.ascontiguousarray(images), matrices, shifts, grids, spread(pen_width), contrasts, out)
    return out


def _check_strengths(given):
    for name in ("rotation_degrees", "shear", "scale", "shift_pixels", "pen_width", "elastic", "contrast"):
        limit = 1.0 if name == "pen_width" else np.finfo(float).max
        if not 0 <= given[name] <= limit:
            raise ValueError(
                f"{name} must be a number of at least 0 (pen_width at most 1), got {given[name]}"
            )


def _matrices(angle, shear, scales):
    """(n, 2, 2): from a place in the result to the place in the image it is taken from, (y, x) from the centre."""
    cos, sin = np.cos(angle), np.sin(angle)
    rotate = np.stack([np.stack([cos, sin], -1), np.stack([-sin, cos], -1)], -2)
    skew = np.zeros_like(rotate)
    skew[:, 0, 0], skew[:, 1, 1], skew[:, 1, 0] = scales[:, 0], scales[:, 1], shear
    return rotate @ skew


@compiled
def _deform(images, matrices, shifts, grids, edges, contrasts, out):
    field = np.zeros((SIDE, SIDE))
    other = np.zeros((SIDE, SIDE))
    for n in range(len(images)):
        _warp(images[n], matrices[n], shifts[n], grids[n], field)
        _move_edges(field, other, edges[n], contrasts[n], out[n])


@compiled
def _warp(image, matrix, shift, grid, field):
    """Fills `field` with the image seen through the matrix, the shift and the grid of displacements."""
    for y in range(SIDE):
        for x in range(SIDE):
            u, v = y - CENTRE, x - CENTRE
            grid_y, grid_x = y * (GRID - 1) / (SIDE - 1), x * (GRID - 1) / (SIDE - 1)
            from_y = (
                CENTRE + matrix[0, 0] * u + matrix[0, 1] * v + shift[0] + _bilinear(grid[0], grid_y, grid_x)
            )
            from_x = (
                CENTRE + matrix[1, 0] * u + matrix[1, 1] * v + shift[1] + _bilinear(grid[1], grid_y, grid_x)
            )
            field[y, x] = _bilinear(image, from_y, from_x)


@compiled
def _bilinear(values, y, x):
    """The value between four places, 0 outside."""
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
def _move_edges(field, other, distance, contrast, out):
    """Grey dilation (distance > 0) or erosion by part of a pixel, to all four sides; then contrast.

    A neighbour seen from `distance` nearer is, bilinearly, (1 - distance) * centre + distance * neighbour; the
    greatest or least of these is the same mixture of the centre and the greatest or least neighbour.
    """
    before, after = _greatest_or_least(field, other, distance > 0)
    part = abs(distance)
    if before - part * (before - after) < LEAST_INK * before:
        part = (1 - LEAST_INK) * before / (before - after)
    for y in range(SIDE):
        for x in range(SIDE):
            value = field[y, x] + part * (other[y, x] - field[y, x])
            out[y, x] = int(min(max(MIDDLE + contrast * (value - MIDDLE), 0.0), 255.0) + 0.5)


@compiled
def _greatest_or_least(field, other, greatest):
    """Fills `other` with the greatest (or least) of each pixel and its four neighbours; returns both sums."""
    before = after = 0.0
    for y in range(SIDE):
        for x in range(SIDE):
            value = field[y, x]
            before += value
            for near_y, near_x in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
                if 0 <= near_y < SIDE and 0 <= near_x < SIDE:
                    near = field[near_y, near_x]
                    value = max(value, near) if greatest else min(value, near)
            other[y, x] = value
            after += value
    return before, after
