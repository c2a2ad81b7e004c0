"""Converts pictures of any mode (colour, transparency, bit depth) to grey values that show the ink."""

import numpy as np
from PIL import Image

# If the brightness of ink and paper differs by less than this, in grey values, their colours are compared.
MIN_CONTRAST = 64
# The largest pixel values of the usual bit depths: 1, 8, 10, 12, 14 and 16 bits.
DEPTHS = (1.0, 255.0, 1023.0, 4095.0, 16383.0, 65535.0)
# The strength of the ink is this percentile of the differences from the paper. The maximum could come from a
# single speck.
_STRENGTH_PERCENTILE = 99.9


def grey(image: Image.Image) -> np.ndarray:
    """Returns the picture as grey values, (height, width) uint8."""
    if image.mode.startswith(("I", "F")):
        return _from_numbers(np.asarray(image))
    if image.has_transparency_data:
        return _on_paper(image.convert("RGBA"))
    if image.mode in ("1", "L"):
        return np.asarray(image.convert("L"))
    return _from_colours(image.convert("RGB"))


def contrast(pixels: np.ndarray) -> float:
    """Returns the amount of ink: the sum of the pixels' differences from the paper, in grey values.

    The sum is taken over every second row and column, and without differences below 32.
    """
    difference = np.abs(pixels[::2, ::2].astype(np.int16) - _paper(pixels))
    return float(difference[difference >= 32].sum(dtype=np.float64))


def _strength(pixels: np.ndarray, is_visible: np.ndarray) -> float:
    """Returns how far visible pixels differ from the paper, in grey values. A few pixels do not count."""
    difference = np.abs(pixels.astype(np.int16) - _paper(pixels))[is_visible]
    return float(np.percentile(difference, _STRENGTH_PERCENTILE)) if len(difference) else 0.0


def _paper(pixels: np.ndarray) -> int:
    """Returns the brightness of the paper: the median along the edge of the picture."""
    return int(np.median(np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])))


def _from_numbers(values: np.ndarray) -> np.ndarray:
    """Returns 16-bit, 32-bit or floating-point values scaled to 8 bits.

    Black is 0, and white is the lowest of DEPTHS that no value exceeds. If a value is negative or above all
    DEPTHS, black is 0 or the smallest value, whichever is lower, and white is the largest value.
    """
    values = _without_outliers(np.nan_to_num(values.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0))
    low, high = min(float(values.min()), 0.0), float(values.max())
    scale = next((depth for depth in DEPTHS if low == 0 and high <= depth), max(high - low, 1e-30))
    return np.rint((values - np.float32(low)) * np.float32(255.0 / scale)).astype(np.uint8)


def _without_outliers(values: np.ndarray) -> np.ndarray:
    """Returns the values, clipped to their 1st and 99th percentiles if there are outliers on both sides.

    Such outliers come from programs in which numbers overflowed, for example at soft edges.
    """
    low, high = np.percentile(values, [1, 99])
    is_wild = low - values.min() > 4 * (high - low) and values.max() - high > 4 * (high - low)
    return np.clip(values, low, high) if is_wild and high > low else values


def _on_paper(image: Image.Image) -> np.ndarray:
    """Returns the picture on white paper, or on black paper if its ink is too light for white paper.

    How far the ink differs from the paper decides. How much of it there is does not: a sheet with a
    transparent margin is no ink, although most of it differs from black paper.
    """
    pictures = []
    for paper in ("white", "black"):
        background = Image.new("RGBA", image.size, paper)
        background.alpha_composite(image)
        pictures.append(_from_colours(background.convert("RGB")))
    on_white, on_black = pictures
    is_visible = np.asarray(image.getchannel("A")) > 0
    return on_black if _strength(on_black, is_visible) > 2 * _strength(on_white, is_visible) else on_white


def _from_colours(image: Image.Image) -> np.ndarray:
    """Returns the brightness of each pixel, (height, width) uint8.

    If the brightness of ink and paper hardly differs, the result is 255 minus the distance of each pixel's
    colour from the paper's colour.
    """
    brightness = np.asarray(image.convert("L"))
    sample = np.asarray(image)[:: max(1, image.height // 500), :: max(1, image.width // 500)].astype(np.int16)
    edge = np.concatenate([sample[0], sample[-1], sample[:, 0], sample[:, -1]])
    paper = np.median(edge, axis=0)
    in_colour = _spread(np.abs(sample - paper).max(axis=2))
    in_brightness = _spread(np.abs(sample @ (0.299, 0.587, 0.114) - paper @ (0.299, 0.587, 0.114)))
    if in_brightness >= MIN_CONTRAST or in_colour < 1.5 * in_brightness:
        return brightness
    distance = np.zeros(brightness.shape, np.uint8)
    for channel, level in zip(image.split(), paper, strict=True):
        distance = np.maximum(
            distance, np.abs(np.asarray(channel).astype(np.int16) - int(level)).astype(np.uint8)
        )
    return 255 - distance


def _spread(difference: np.ndarray) -> float:
    return float(np.percentile(difference, 99.5))
