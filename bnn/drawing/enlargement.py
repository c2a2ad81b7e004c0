"""Recognizes 28x28 images whose pixels were enlarged to squares."""

import numpy as np

from bnn.recipes.layers import IMAGE_SIDE


def before_enlarging(pixels: np.ndarray) -> np.ndarray | None:
    """Returns the 28x28 image from which a picture was made by enlarging each pixel, or None.

    A picture of 28x28 is returned as it is. Programs round the edges between the squares differently, so the
    pixels at these edges may belong to either square.

    Args:
        pixels: (height, width) uint8.

    Returns:
        (28, 28) uint8, or None if the picture is something else.
    """
    side = len(pixels)
    # If the squares differ in size, each needs three rows, so that at least one row is not at an edge.
    if pixels.shape != (side, side) or (side % IMAGE_SIDE and side < 3 * IMAGE_SIDE) or side < IMAGE_SIDE:
        return None
    # For each row the number of its square, and for each square its middle row. (The same holds for columns.)
    square = np.arange(side) * IMAGE_SIDE // side
    middles = (2 * np.arange(IMAGE_SIDE) + 1) * side // (2 * IMAGE_SIDE)
    if side % IMAGE_SIDE:
        # Rows next to an edge between two squares are left out.
        inner = np.flatnonzero(np.concatenate([[True], square[2:] == square[:-2], [True]]))
    else:
        inner = np.arange(side)
    # Each remaining pixel must equal the middle pixel of its square. The 28 middle rows are compared first,
    # because nearly every picture of another kind fails there.
    for rows in (middles, inner):
        expected = pixels[np.ix_(middles[square[rows]], middles[square[inner]])]
        if not np.array_equal(expected, pixels[np.ix_(rows, inner)]):
            return None
    return pixels[np.ix_(middles, middles)]
