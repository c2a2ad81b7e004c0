"""Bits as pictures: +1 is white, -1 is black, and what is neither is grey.

Every picture has one pixel for one bit, so that what is seen can be checked against what was computed.
"""

from math import ceil, sqrt

import numpy as np

WHITE, BLACK, GREY = 255, 0, 122
# A bit that turned white, and one that turned black: a contrast of at least 3 to white, and to black.
TURNED_WHITE, TURNED_BLACK = (170, 122, 242), (120, 50, 200)
GAP = 1


def of_bits(bits: np.ndarray) -> np.ndarray:
    """Grey values, uint8, of bits of any shape, True for -1."""
    return np.where(bits, BLACK, WHITE).astype(np.uint8)


def of_signs(values: np.ndarray, inside: np.ndarray | None = None) -> np.ndarray:
    """Grey values, uint8, of +1 and -1 in any shape; grey for 0 and where `inside` is False."""
    shown = np.where(values == 0, GREY, np.where(values > 0, WHITE, BLACK))
    return (shown if inside is None else np.where(inside, shown, GREY)).astype(np.uint8)


def of_flips(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Colours (..., 3) uint8 of bits that were `before` and are `after`: those that changed stand out."""
    colours = np.repeat(of_bits(after)[..., None], 3, axis=-1)
    colours[before & ~after] = TURNED_WHITE
    colours[~before & after] = TURNED_BLACK
    return colours


def gap_of(side: int) -> int:
    """A gap that tiles of that side can be told apart by."""
    return GAP if side <= 12 else 2 * GAP


def num_columns(count: int, shape: float = 1.0) -> int:
    """In how many columns so many square tiles make a picture about `shape` times as wide as high."""
    return min(count, ceil(sqrt(count * shape)))


def wall(tiles: np.ndarray, columns: int, gap: int = GAP) -> np.ndarray:
    """Tiles (n, h, w) or (n, h, w, 3) uint8 in one picture, row by row; grey lines of `gap` around each.

    The tile in row r and column c begins at pixel (gap + r * (h + gap), gap + c * (w + gap)).
    """
    count, height, width = tiles.shape[:3]
    rows = -(-count // columns)
    size = (gap + rows * (height + gap), gap + columns * (width + gap))
    picture = np.full((*size, *tiles.shape[3:]), GREY, np.uint8)
    for number, tile in enumerate(tiles):
        y, x = gap + number // columns * (height + gap), gap + number % columns * (width + gap)
        picture[y : y + height, x : x + width] = tile
    return picture


def channels(values: np.ndarray) -> np.ndarray:
    """The channels of (h, w, channels[, 3]) uint8 as tiles (channels, h, w[, 3])."""
    return np.moveaxis(values, 2, 0)


def filters(weights: np.ndarray, side: int) -> np.ndarray:
    """One tile for each filter, with its channels side by side in it: (outputs, height, width[, 3]) uint8.

    Args:
        weights: (outputs, taps, channels[, 3]) uint8, pictures of its weights.
        side: height and width of what one channel of it looks at; taps are side * side.
    """
    outputs, _, count, *colour = weights.shape
    grid = ceil(sqrt(count))
    room = np.full((outputs, side, side, grid * grid, *colour), GREY, np.uint8)
    room[:, :, :, :count] = weights.reshape(outputs, side, side, count, *colour)
    room = room.reshape(outputs, side, side, grid, grid, *colour)
    # (output, y, x, grid row, grid column) -> (output, grid row, y, grid column, x)
    room = np.moveaxis(room, (3, 1, 4, 2), (1, 2, 3, 4))
    return room.reshape(outputs, grid * side, grid * side, *colour)
