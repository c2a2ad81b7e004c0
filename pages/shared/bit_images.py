"""Draws bits as images: +1 is white, -1 is black, and what is neither is grey.

Each bit is one pixel, so that a test can compare the pixels with the bits. Only a bit of a dense unit is
larger. Images are uint8 arrays, (height, width) or (height, width, 3). A tile is one of several images of the
same size. A wall is one image that shows all tiles.
"""

from math import ceil, sqrt

import numpy as np

WHITE, BLACK, GREY = 255, 0, 122
# Greys for where an input and a weight agree or differ. White and black stand for bits only.
AGREES, DIFFERS = 208, 80
# Colours of a bit that has just turned white or black. Both have a contrast of at least 3 to white and black.
TURNED_WHITE, TURNED_BLACK = (170, 122, 242), (120, 50, 200)
# The colour of all flipped bits in pictures that do not show whether a bit has turned white or black.
FLIPPED = TURNED_BLACK
GAP = 1
# The gap between tiles is wider if their side is longer than this.
_LARGE_SIDE = 12
# The output of a dense unit is a single bit. Its tile has more than one pixel, so that it is easy to click.
_UNIT_SIDE = 5


def of_bits(bits: np.ndarray) -> np.ndarray:
    """Returns grey values, uint8, of bits of any shape. True means -1."""
    return np.where(bits, BLACK, WHITE).astype(np.uint8)


def of_signs(values: np.ndarray, inside: np.ndarray | None = None) -> np.ndarray:
    """Returns grey values, uint8, of signs of any shape: GREY for 0, and where `inside` is False."""
    shown = np.where(values == 0, GREY, np.where(values > 0, WHITE, BLACK))
    return (shown if inside is None else np.where(inside, shown, GREY)).astype(np.uint8)


def of_agreements(products: np.ndarray) -> np.ndarray:
    """Returns grey values, uint8, of products of any shape: light for +1, dark for -1, and grey for 0."""
    return np.where(products == 0, GREY, np.where(products > 0, AGREES, DIFFERS)).astype(np.uint8)


def of_flips(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Returns colours, (..., 3) uint8, of the bits `after`. Bits that differ from `before` are purple."""
    colours = np.repeat(of_bits(after)[..., None], 3, axis=-1)
    colours[before & ~after] = TURNED_WHITE
    colours[~before & after] = TURNED_BLACK
    return colours


def marking_flips(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Returns colours as `of_flips` does, with a single purple for all bits that differ from `before`."""
    return np.where((before != after)[..., None], np.array(FLIPPED, np.uint8), of_bits(after)[..., None])


def of_units(bits: np.ndarray) -> np.ndarray:
    """Returns tiles (n, height, width) that show the output bits (n,) of dense units."""
    return np.broadcast_to(of_bits(bits)[:, None, None], (len(bits), _UNIT_SIDE, _UNIT_SIDE))


def gap_of(side: int) -> int:
    """Returns the width of the gap between tiles of that side, in pixels."""
    return GAP if side <= _LARGE_SIDE else 2 * GAP


def num_columns(count: int, shape: float = 1.0) -> int:
    """Returns the number of columns for `count` square tiles, so that width / height is about `shape`."""
    return min(count, ceil(sqrt(count * shape)))


def wall(tiles: np.ndarray, columns: int, gap: int = GAP) -> np.ndarray:
    """Returns one image of all tiles, row by row, with grey lines between them and around them.

    The tile in row r and column c begins at pixel (gap + r * (h + gap), gap + c * (w + gap)).

    Args:
        tiles: (n, h, w) or (n, h, w, 3) uint8.
        columns: number of tiles in a row.
        gap: width of the lines in pixels.
    """
    count, height, width = tiles.shape[:3]
    rows = ceil(count / columns)
    size = (gap + rows * (height + gap), gap + columns * (width + gap))
    image = np.full((*size, *tiles.shape[3:]), GREY, np.uint8)
    for index, tile in enumerate(tiles):
        y, x = gap + index // columns * (height + gap), gap + index % columns * (width + gap)
        image[y : y + height, x : x + width] = tile
    return image


def pixel_of_tile(wall: np.ndarray, side: int, down: float, right: float) -> tuple[int, int]:
    """Returns the row and column, within its tile, of the pixel at a place of a wall.

    Args:
        wall: an image from `wall`, with tiles of (side, side) and the gap `gap_of(side)`.
        side: height and width of a tile.
        down: share of the image's height above the place, from 0 to 1.
        right: share of the image's width to the left of the place, from 0 to 1.
    """
    gap = gap_of(side)
    height, width = wall.shape[:2]
    row, column = ((share * size - gap) % (side + gap) for share, size in ((down, height), (right, width)))
    return min(side - 1, int(row)), min(side - 1, int(column))


def channels(values: np.ndarray) -> np.ndarray:
    """Returns a tile for each channel: (h, w, channels[, 3]) becomes (channels, h, w[, 3])."""
    return np.moveaxis(values, 2, 0)


def channel_columns(count: int) -> int:
    """Returns how many of `count` channels stand beside each other in the tile of a filter.

    If possible, all rows are full, and a row has at most twice as many channels as a column.
    """
    least = ceil(sqrt(count))
    return next((n for n in range(least, count + 1) if count % n == 0 and n * n <= 2 * count), least)


def filters(weights: np.ndarray, side: int) -> np.ndarray:
    """Returns a tile for each filter, with its channels in a grid: (outputs, height, width[, 3]).

    Args:
        weights: grey values or colours of the weights, (outputs, side * side, channels[, 3]).
        side: height and width of the filter.
    """
    outputs, _, count, *colour = weights.shape
    columns = channel_columns(count)
    rows = ceil(count / columns)
    # Places of the grid that are left over stay grey.
    tiles = np.full((outputs, side, side, rows * columns, *colour), GREY, np.uint8)
    tiles[:, :, :, :count] = weights.reshape(outputs, side, side, count, *colour)
    tiles = tiles.reshape(outputs, side, side, rows, columns, *colour)
    # (output, y, x, grid row, grid column) -> (output, grid row, y, grid column, x)
    tiles = np.moveaxis(tiles, (3, 1, 4, 2), (1, 2, 3, 4))
    return tiles.reshape(outputs, rows * side, columns * side, *colour)
