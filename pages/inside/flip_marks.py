"""Enlarges the flipped weights in a picture of weights, so that even a few can be seen."""

import numpy as np

from pages.shared import bit_images

# The pixels of the largest mark of a flipped weight, as rows and columns from its middle, nearest first.
_MARK = np.array(
    sorted(
        ((row, column) for row in range(-2, 3) for column in range(-2, 3)),
        key=lambda place: (place[0] ** 2 + place[1] ** 2, place),
    )
)
LARGEST = len(_MARK)
# From this share of flipped weights on, each mark is one pixel.
_SHARE_OF_SINGLE_PIXELS = 0.25


def enlarged(picture: np.ndarray, largest: int = LARGEST) -> np.ndarray:
    """Returns a picture with larger marks of its flipped weights, as in live/weights.js.

    Args:
        picture: (height, width, 3) uint8, one pixel for each weight, in the colours of
            `bit_images.of_flips`. Grey pixels are no weights and stay grey.
        largest: number of pixels of the largest mark.
    """
    width, colours = picture.shape[1], picture.reshape(-1, 3).copy()
    is_weight = (colours != bit_images.GREY).any(axis=1)
    turned = [
        (colours == colour).all(axis=1) for colour in (bit_images.TURNED_WHITE, bit_images.TURNED_BLACK)
    ]
    flipped = np.flatnonzero(turned[0] | turned[1])
    own = colours[flipped]
    sizes = np.minimum(_mark_sizes(len(flipped), int(is_weight.sum())), largest)
    # The following arrays have one element for each pixel of each mark. `weight` is the index in `flipped` of
    # the weight to which the mark belongs. `down` and `right` say how far the pixel is from this weight.
    weight = np.repeat(np.arange(len(flipped)), sizes)
    place_in_mark = np.arange(len(weight)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    down, right = _MARK[place_in_mark].T
    column, marked = flipped[weight] % width + right, flipped[weight] + down * width + right
    is_inside = (column >= 0) & (column < width) & (marked >= 0) & (marked < len(colours))
    # A mark neither covers the gap between two tiles nor reaches beyond it. So the pixel halfway between the
    # weight and the pixel of the mark must not lie in a gap either.
    between = flipped[weight] + down // 2 * width + right // 2
    for place in (marked, between):
        is_inside[is_inside] = is_weight[place[is_inside]]
    # Where marks overlap, NumPy keeps the last one.
    colours[marked[is_inside]] = own[weight[is_inside]]
    # The flipped weights themselves come last, so that no mark of another weight covers them.
    colours[flipped] = own
    return colours.reshape(picture.shape)


def _mark_sizes(num_flipped: int, num_weights: int) -> np.ndarray:
    """Returns the number of pixels of each flipped weight's mark, (num_flipped,) int.

    Each is between 1 and 25, and they differ by at most 1. The more weights are flipped, the smaller are the
    marks, but together they cover ever more of the picture. From a quarter of the weights on, each mark is
    one pixel.
    """
    mean = (_SHARE_OF_SINGLE_PIXELS * num_weights / max(1, num_flipped)) ** 0.75
    mean = min(LARGEST, max(1.0, mean))
    return np.diff(np.floor(mean * np.arange(num_flipped + 1))).astype(int)
