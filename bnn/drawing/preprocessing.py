"""Turns a drawing, given as pen strokes or as a picture, into a 28x28 digit like MNIST's.

Every step on strokes uses integers, exact averages or IEEE doubles in a stated order, so that another engine
can get the same result. In coordinates, x points to the right and y downwards. The centre of the pixel in a
row and a column is the point (x=column, y=row).

`digit_from_strokes`:
1. Find the bounding box of all points. Scale the points so that the box's longer side becomes
   BOX - PEN_WIDTH. (A longer side below MINIMUM_SIDE counts as MINIMUM_SIDE.)
2. Move the box's middle to (CENTRE, CENTRE). Draw: a pixel at distance d from the nearest segment gets
   floor(255 * clamp(PEN_WIDTH / 2 + 0.5 - d, 0, 1) + 0.5).
3. Shift the points by CENTRE - centre of mass of that image, but not so far that ink leaves the image. Draw
   again.

`digit_from_image`:
1. If the image is like MNIST's own (28x28, the digit in the middle), return it with light ink on black, and
   skip the other steps. Do the same with an image of this kind whose pixels were enlarged (`enlargement`).
2. Find the paper, and subtract its brightness. The differences are the ink (`background`).
3. Drop connected components that are much smaller than the largest, lines across the picture, and frames
   (`digit_finding`). Cut out the rest, and scale its values so that the strongest ink is 255.
4. If the pen is thin, thicken the strokes (`pen_width`). Shrink by box averages until the longer side is 20
   pixels.
5. Paste the result so that its centre of mass is as near to (CENTRE, CENTRE) as whole pixels allow.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np
from numpy.typing import ArrayLike

from bnn.drawing import background
from bnn.drawing.digit_finding import INK_LEVEL, find_digit
from bnn.drawing.enlargement import before_enlarging
from bnn.drawing.pen_width import MIN_WIDTH, pen_width, thickened
from bnn.drawing.picture_files import MAX_IMAGE_SIDE
from bnn.drawing.raster import (
    BOX,
    CENTRE,
    MINIMUM_SIDE,
    PEN_WIDTH,
    box_average,
    centre_of_mass,
    draw_path,
    fit_and_draw,
    shrunk,
)
from bnn.drawing.strokes import concatenate_strokes
from bnn.recipes.layers import IMAGE_SIDE

# Largest side, in pixels, of the pictures in a `Drawing` that show the steps.
PICTURE_SIDE = 140


@dataclass(frozen=True)
class Drawing:
    """A drawing and the digit made from it.

    Args:
        digit: (28, 28) uint8, the image that the network reads; all zero if the drawing is empty.
        is_empty: whether nothing was drawn.
        draw_steps: a function that returns `canvas` and `cropped`. It is called only if they are used.
    """

    digit: np.ndarray
    is_empty: bool
    draw_steps: Callable[[], tuple[np.ndarray, np.ndarray]]

    @cached_property
    def _steps(self) -> tuple[np.ndarray, np.ndarray]:
        return self.draw_steps()

    @property
    def canvas(self) -> np.ndarray:
        """The drawing in a square, (s, s) uint8, white on black."""
        return self._steps[0]

    @property
    def cropped(self) -> np.ndarray:
        """The drawing cut to the box of its ink, (h, w) uint8."""
        return self._steps[1]


def digit_from_strokes(strokes: Iterable[ArrayLike]) -> Drawing:
    """Returns the digit drawn by pen strokes, redrawn at MNIST's scale and pen width.

    A stroke of one point, or of equal points, is a dot. Apart from float rounding, the digit stays the same
    if the drawing is moved, or its strokes are reordered or reversed. It also stays the same if the drawing
    is scaled, as long as its longer side is at least MINIMUM_SIDE. If moving the drawing rounds no
    coordinate, the digit is exactly the same.

    The size of the box and the centring follow LeCun, Cortes, Burges, "The MNIST database of handwritten
    digits".

    Args:
        strokes: one (n, 2) array of x, y in canvas pixels for each stroke, y downwards; empty arrays are
            skipped.

    Raises:
        ValueError: for a wrong shape, a coordinate that is not within +-1e6, or more than 200,000 points.
    """
    points, ends = concatenate_strokes(strokes)
    if len(points) == 0:
        return _empty()
    digit = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    fit_and_draw(points, ends, PEN_WIDTH, MINIMUM_SIDE, digit)

    def draw_steps() -> tuple[np.ndarray, np.ndarray]:
        canvas = _whole_drawing(points, ends)
        return canvas, _cut_to_ink(canvas)

    return Drawing(digit, False, draw_steps)


def _whole_drawing(points: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Returns a picture of the drawing, (PICTURE_SIDE, PICTURE_SIDE) uint8, with a margin around it."""
    low, high = points.min(axis=0), points.max(axis=0)
    side = max((high - low).max(), MINIMUM_SIDE) * 1.25
    moved = (points - (low + high) / 2) * (PICTURE_SIDE / side) + (PICTURE_SIDE - 1) / 2
    image = np.zeros((PICTURE_SIDE, PICTURE_SIDE), np.uint8)
    draw_path(moved, ends, PICTURE_SIDE / 20, image)
    return image


def _cut_to_ink(image: np.ndarray) -> np.ndarray:
    """Returns the part of the image that is not black."""
    rows, columns = np.flatnonzero(image.any(1)), np.flatnonzero(image.any(0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _empty() -> Drawing:
    digit = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    return Drawing(digit, True, lambda: (digit, digit))


def digit_from_image(pixels: np.ndarray) -> Drawing:
    """Returns the digit in a greyscale picture, scaled and centred as MNIST's digits are.

    The ink may be dark on light paper or light on dark paper. The paper may be grey or lit unevenly.

    Args:
        pixels: (height, width) uint8, sides 1 to MAX_IMAGE_SIDE.

    Raises:
        ValueError: for a wrong type, shape or size.
    """
    pixels = np.asarray(pixels)
    if pixels.dtype != np.uint8 or pixels.ndim != 2:
        raise ValueError(f"pixels must be (height, width) uint8, got {pixels.dtype} {pixels.shape}")
    if not 1 <= min(pixels.shape) <= max(pixels.shape) <= MAX_IMAGE_SIDE:
        raise ValueError(f"an image's sides must be 1 to {MAX_IMAGE_SIDE} pixels, got {pixels.shape}")
    small = before_enlarging(pixels)
    if small is not None:
        image = _light_on_dark(small)
        if _is_like_mnist(image):
            return Drawing(image, False, lambda: (image, _cut_to_ink(image)))
    return _digit_from_picture(pixels)


def _light_on_dark(pixels: np.ndarray) -> np.ndarray:
    edge = background.border(pixels)
    return 255 - pixels if 2 * int(edge.sum(dtype=np.int64)) > 255 * edge.size else pixels.copy()


def _is_like_mnist(image: np.ndarray) -> bool:
    """Returns whether a 28x28 image has a bright digit of the usual size in its middle and a black edge.

    MNIST's own images are well within the limits used here. They have a median of 0 along the edge, a maximum
    of at least 254, a centre of mass within 0.53 of (14, 14), and a longer side of 14 to 20.
    """
    if np.median(background.border(image)) > 16 or image.max() < 200:
        return False
    x, y = centre_of_mass(image)
    rows, columns = (np.flatnonzero((image >= INK_LEVEL).any(axis)) for axis in (1, 0))
    side = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    return abs(x - CENTRE) <= 3 and abs(y - CENTRE) <= 3 and 12 <= side <= 22


def _digit_from_picture(pixels: np.ndarray) -> Drawing:
    found = find_digit(background.ink_of(_denoised(pixels)))
    if found is None:
        return _empty()
    crop = _stretched(found.box.cut(found.ink), found.peak)
    digit = _placed(_fitted(crop, found.is_stroke, max(found.ink.shape)))

    def draw_steps() -> tuple[np.ndarray, np.ndarray]:
        canvas = _square(_visible(_stretched(found.ink, found.peak)))
        return shrunk(canvas, PICTURE_SIDE), shrunk(_visible(crop), PICTURE_SIDE)

    return Drawing(digit, False, draw_steps)


def _visible(ink: np.ndarray) -> np.ndarray:
    return np.clip(ink, 0, 255).astype(np.uint8)


def _stretched(ink: np.ndarray, peak: int) -> np.ndarray:
    """Returns the ink scaled so that `peak` becomes 255, int16. Negative values stay negative."""
    return np.clip(ink.astype(np.int32) * 255 // peak, -255, 255).astype(np.int16)


def _denoised(pixels: np.ndarray) -> np.ndarray:
    """Returns the picture. If it is large and noisy, it is shrunk, so that its noise averages out."""
    times = max(pixels.shape) // 280
    if times < 2 or pixels.shape[1] < 2:
        return pixels
    # The median distance between two normally distributed numbers is 0.954 standard deviations.
    deviation = np.median(np.abs(np.diff(pixels.astype(np.int16), axis=1))) / 0.954
    return pixels if deviation < 3 else box_average(pixels, *(max(1, n // times) for n in pixels.shape))


def _square(image: np.ndarray) -> np.ndarray:
    height, width = image.shape
    side = max(height, width)
    out = np.zeros((side, side), np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    out[top : top + height, left : left + width] = image
    return out


def _fitted(crop: np.ndarray, strokes: np.ndarray, image_side: int) -> np.ndarray:
    """Returns the crop scaled to a longer side of 20 pixels; the strokes of a thin pen are thickened.

    A very small digit becomes smaller than 20 pixels, because its side counts as at least 1/20 of the
    picture's side.
    """
    side = max(*crop.shape, ceil(image_side / 20))
    width = pen_width(strokes)
    if width * BOX / side < MIN_WIDTH and side == max(crop.shape):
        return thickened(np.where(strokes, crop, 0), width)
    # Each size is n * 20 / side, rounded.
    return box_average(crop, *(max(1, (2 * n * 20 + side) // (2 * side)) for n in crop.shape))


def _placed(small: np.ndarray) -> np.ndarray:
    """Returns a 28x28 image with the digit's centre of mass as near to CENTRE as whole pixels allow."""
    x, y = centre_of_mass(small)
    height, width = small.shape
    left = min(max(int(np.floor(CENTRE - x + 0.5)), 0), IMAGE_SIDE - width)
    top = min(max(int(np.floor(CENTRE - y + 0.5)), 0), IMAGE_SIDE - height)
    digit = np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    digit[top : top + height, left : left + width] = small
    return digit
