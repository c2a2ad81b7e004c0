"""The looks of a network at an image: upright, and slanted to the left and to the right.

People slant their digits differently. A network with three looks reads each image three times, and its
probabilities are the means of the three results (test-time augmentation). This is more often right than one
look, and less often wrong with a high probability (docs/experiments.md, "Three looks"). The weights are the
same in all looks.

Each row of pixels is moved sideways, the farther the more distant it is from the middle of the image. The
pixels between two places are interpolated in whole numbers, so that bnn/engine/portable/looks.js and the C
export make exactly the same images.
"""

import numpy as np

from bnn.engine.network import PackedNetwork
from bnn.recipes.layers import IMAGE_SIDE

# By how much a row moves relative to the next one, in 1/256 pixels. Chosen on validation digits.
SLANT = 51
# Parts of a pixel. The distance of a row from the middle has a half, so this is twice 256.
_PARTS = 512
# No row moves by this many pixels or more.
_MARGIN = 1 + SLANT * IMAGE_SIDE // _PARTS


def of(network: PackedNetwork) -> tuple[int, ...]:
    """Returns the slants of a network's looks. The first one, 0, is the image itself."""
    return (0, -SLANT, SLANT) if network.has_three_looks else (0,)


def slanted(images: np.ndarray, slant: int) -> np.ndarray:
    """Returns the images, slanted, (n, 28, 28) uint8. What is moved out of the image is lost.

    Args:
        images: (n, 28, 28) uint8.
        slant: how far each row moves relative to the row above, in 1/256 pixels, at most SLANT. The part
            below the middle moves to the left if it is positive.

    Raises:
        ValueError: if the slant is larger than SLANT.
    """
    if abs(slant) > SLANT:
        raise ValueError(f"slant must be at most {SLANT}, got {slant}")
    if not slant:
        return images
    rows = np.arange(IMAGE_SIDE)[:, None]
    moves = slant * (2 * rows - (IMAGE_SIDE - 1))
    left, share = moves // _PARTS + _MARGIN + np.arange(IMAGE_SIDE), (moves % _PARTS).astype(np.uint32)
    padded = np.pad(images, ((0, 0), (0, 0), (_MARGIN, _MARGIN + 1))).astype(np.uint32)
    sums = padded[:, rows, left] * (_PARTS - share) + padded[:, rows, left + 1] * share
    return ((sums + _PARTS // 2) // _PARTS).astype(np.uint8)
