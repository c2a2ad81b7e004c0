"""Pictures of digits like those that people upload: pale, shrunk, noisy, framed, or photographed."""

from collections.abc import Callable

import numpy as np
from PIL import Image

from tests.support import pictures_in_modes, pictures_of_paper, pictures_small_and_thin

# A black bar on white paper, like a 1.
BAR = np.full((60, 40), 255, np.uint8)
BAR[10:50, 15:25] = 0

Maker = Callable[[np.random.Generator, list[np.ndarray]], Image.Image]


def suffix(image):
    """Returns the ending of file names, such as ".png", for a format that can hold the picture."""
    if image.format == "JPEG":
        return ".jpg"
    return ".tif" if image.mode in ("I", "F", "CMYK") else ".png"


# Each function makes a picture of a digit from its strokes. The app must read all these kinds of pictures.
READABLE: tuple[Maker, ...] = (
    pictures_small_and_thin.clean,
    pictures_small_and_thin.small_grey_paper,
    pictures_small_and_thin.small_pencil,
    pictures_small_and_thin.small_uneven_light,
    pictures_small_and_thin.small_dark_paper,
    pictures_small_and_thin.small_corner,
    pictures_small_and_thin.thin_1_on_280,
    pictures_small_and_thin.thin_2_on_280,
    pictures_small_and_thin.thin_4_on_280,
    pictures_small_and_thin.thin_4_on_1000,
    pictures_small_and_thin.thin_2_on_1000,
    pictures_small_and_thin.thin_1_on_1000,
    pictures_small_and_thin.thin_stairs,
    pictures_small_and_thin.cut_close,
    pictures_small_and_thin.small_cut_close,
    pictures_small_and_thin.ballpoint_photo,
    pictures_of_paper.dust,
    pictures_of_paper.dusty_pencil,
    pictures_of_paper.hairs,
    pictures_of_paper.noise,
    pictures_of_paper.salt_and_pepper,
    pictures_of_paper.page_number,
    pictures_of_paper.framed,
    pictures_of_paper.framed_at_edge,
    pictures_of_paper.ringed,
    pictures_of_paper.scanner_edge,
    pictures_of_paper.underlined,
    pictures_of_paper.uneven_light,
    pictures_of_paper.dim_light,
    pictures_of_paper.pencil,
    pictures_of_paper.photo,
    pictures_of_paper.bad_jpeg,
    pictures_in_modes.white_on_transparent,
    pictures_in_modes.dark_on_transparent,
    pictures_in_modes.transparent_la,
    pictures_in_modes.transparent_palette,
    pictures_in_modes.transparent_margin,
    pictures_in_modes.equal_brightness,
    pictures_in_modes.yellow_on_white,
    pictures_in_modes.sixteen_bits,
    pictures_in_modes.thirty_two_bits,
    pictures_in_modes.floats,
    pictures_in_modes.cmyk,
    pictures_of_paper.hard_shadow,
    pictures_of_paper.lined_paper,
    pictures_of_paper.squared_paper,
    pictures_of_paper.sheet_on_desk,
)
