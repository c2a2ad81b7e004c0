"""From a drawing, pen strokes or pixels, to a 28x28 digit like MNIST's.

Every step is integers, plain averages or IEEE doubles in a stated order, so that a browser can repeat it.
Coordinates: x to the right, y downwards; the centre of pixel (row, column) is the point (x=column, y=row).

Strokes, `digit_from_strokes`:
1. The bounding box of all points; its longer side, at least MINIMUM_SIDE, becomes BOX - PEN_WIDTH.
2. The box's middle goes to (CENTRE, CENTRE). Draw: a pixel at distance d from the nearest segment gets
   floor(255 * clamp(PEN_WIDTH / 2 + 0.5 - d, 0, 1) + 0.5).
3. Shift the path by CENTRE - centre of mass of that picture (as far as the ink stays inside), and draw again.

Pixels, `digit_from_image`:
1. Light ink on black, background 0, strongest ink 255. An image of 28x28 is done.
2. Cut out what is at least INK_LEVEL; box-average so that the longer side is 20 pixels.
3. Paste it with its centre of mass as near to (CENTRE, CENTRE) as whole pixels allow.
"""

from dataclasses import dataclass

import numpy as np

from bnn.drawing.raster import (
    CENTRE,
    MINIMUM_SIDE,
    PEN_WIDTH,
    SIDE,
    box_average,
    centre_of_mass,
    draw_path,
    fit_and_draw,
)
from bnn.drawing.strokes import concatenate_strokes

MAX_IMAGE_SIDE = 4096
PICTURE_SIDE = 140
# From which pixel value on a pixel is part of the crop: above the noise of a photograph or a JPEG.
INK_LEVEL = 64
# A picture whose strongest ink differs less than this from its background is empty.
LEAST_CONTRAST = 32


@dataclass(frozen=True)
class Drawing:
    """A drawing on its way to a digit.

    canvas: (s, s) uint8, what was drawn, white on black. cropped: (h, w) uint8, the same, cut to its ink.
    digit: (28, 28) uint8, what the network reads. is_empty: nothing was drawn; the digit is then all zero.
    """

    canvas: np.ndarray
    cropped: np.ndarray
    digit: np.ndarray
    is_empty: bool


def digit_from_strokes(strokes):
    """The digit drawn by pen strokes, redrawn at MNIST's scale and pen width: a Drawing.

    strokes: list of (n, 2) arrays of x, y in canvas pixels, y downwards; empty strokes are skipped. A stroke of one
    point, or of equal points, is a dot. The digit does not depend on the place of the drawing (exactly, if moving it
    does not round its coordinates), on its size (but for float noise and MINIMUM_SIDE), or on the order or direction
    of its strokes (but for float noise).
    Raises ValueError for a wrong shape, a coordinate that is not within +-1e6, or more than 200,000 points.
    Box and centring: LeCun, Cortes, Burges, "The MNIST database of handwritten digits".
    """
    points, ends = concatenate_strokes(strokes)
    if len(points) == 0:
        return _empty()
    digit = np.zeros((SIDE, SIDE), np.uint8)
    fit_and_draw(points, ends, PEN_WIDTH, MINIMUM_SIDE, digit)
    canvas = _picture(points, ends)
    return Drawing(canvas, _crop(canvas, 1), digit, False)


def _picture(points, ends):
    """The whole drawing, square, PICTURE_SIDE pixels, with a margin of an eighth."""
    low, high = points.min(axis=0), points.max(axis=0)
    side = max((high - low).max(), MINIMUM_SIDE) * 1.25
    moved = (points - (low + high) / 2) * (PICTURE_SIDE / side) + (PICTURE_SIDE - 1) / 2
    image = np.zeros((PICTURE_SIDE, PICTURE_SIDE), np.uint8)
    draw_path(moved, ends, PICTURE_SIDE / 20, image)
    return image


def _crop(image, level):
    """The part of the image with pixels of at least `level`."""
    rows, columns = np.flatnonzero((image >= level).any(1)), np.flatnonzero((image >= level).any(0))
    return image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _empty():
    return Drawing(*np.zeros((3, SIDE, SIDE), np.uint8), True)


def digit_from_image(pixels):
    """The digit in a greyscale picture, MNIST's own way: a Drawing.

    pixels: (height, width) uint8, sides 1 to 4096. If the outermost pixels are brighter than 127.5 on average, it is
    dark ink on light, and turned around. An image of 28x28 is then taken as it is, whatever is in it. Else the
    border's median is the background, made 0, and the strongest pixel is made 255; the ink's box, its longer side
    taken to be at least a twentieth of the picture's, is box-averaged to 20 pixels and moved by whole pixels.
    Raises ValueError for a wrong type, shape or size.
    """
    pixels = np.asarray(pixels)
    if pixels.dtype != np.uint8 or pixels.ndim != 2:
        raise ValueError(f"pixels must be (height, width) uint8, got {pixels.dtype} {pixels.shape}")
    if not 1 <= min(pixels.shape) <= max(pixels.shape) <= MAX_IMAGE_SIDE:
        raise ValueError(f"an image's sides must be 1 to {MAX_IMAGE_SIDE} pixels, got {pixels.shape}")
    ink = _light_on_dark(pixels)
    as_it_is = ink.shape == (SIDE, SIDE)
    ink = ink if as_it_is else _stretched(ink)
    if not ink.any():
        return _empty()
    canvas = _shrunk(_square(ink))
    if as_it_is:
        return Drawing(canvas, _crop(ink, 1), ink, False)
    crop = _crop(ink, INK_LEVEL)
    return Drawing(canvas, _shrunk(crop), _placed(_fitted(crop, max(ink.shape))), False)


def _border(image):
    return np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])


def _light_on_dark(pixels):
    border = _border(pixels)
    return 255 - pixels if 2 * int(border.sum(dtype=np.int64)) > 255 * border.size else pixels.copy()


def _stretched(ink):
    background, peak = int(np.sort(_border(ink))[_border(ink).size // 2]), int(ink.max())
    if peak - background < LEAST_CONTRAST:
        return np.zeros_like(ink)
    lookup = np.clip((np.arange(256) - background) * 255 // (peak - background), 0, 255)
    return lookup.astype(np.uint8)[ink]


def _square(image):
    height, width = image.shape
    side = max(height, width)
    out = np.zeros((side, side), np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    out[top : top + height, left : left + width] = image
    return out


def _shrunk(image):
    side = max(image.shape)
    if side <= PICTURE_SIDE:
        return image
    return box_average(image, *(max(1, n * PICTURE_SIDE // side) for n in image.shape))


def _fitted(crop, image_side):
    side = max(*crop.shape, -(-image_side // 20))
    return box_average(crop, *(max(1, (2 * n * 20 + side) // (2 * side)) for n in crop.shape))


def _placed(small):
    x, y = centre_of_mass(small)
    height, width = small.shape
    left = min(max(int(np.floor(CENTRE - x + 0.5)), 0), SIDE - width)
    top = min(max(int(np.floor(CENTRE - y + 0.5)), 0), SIDE - height)
    digit = np.zeros((SIDE, SIDE), np.uint8)
    digit[top : top + height, left : left + width] = small
    return digit
