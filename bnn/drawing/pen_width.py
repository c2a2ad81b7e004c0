"""Measures the width of a pen in a picture, and thickens the strokes of a thin pen to MNIST's width."""

from math import ceil

import numpy as np

from bnn.drawing.raster import BOX, PEN_WIDTH, box_average
from bnn.system.jit import compiled

# Strokes narrower than this, in MNIST pixels, are thickened.
MIN_WIDTH = 1.2
# Strokes are thickened in a picture that is this many times as large as the digit's image.
TIMES = 8


def pen_width(strokes: np.ndarray) -> float:
    """Returns the mean width of the strokes in pixels: twice their area over the length of their edges.

    Args:
        strokes: (height, width) bool.
    """
    padded = np.pad(strokes.astype(np.float32), 1)
    down, right = np.diff(padded, axis=0)[:, :-1], np.diff(padded, axis=1)[:-1]
    return 2 * float(padded.sum()) / max(float(np.hypot(down, right).sum()), 1.0)


def thickened(ink: np.ndarray, width: float) -> np.ndarray:
    """Returns the digit as if it were drawn with a pen of PEN_WIDTH, scaled to a longer side of BOX pixels.

    Args:
        ink: (height, width), the ink of the digit, cut to its box.
        width: width of its pen, in pixels.

    Returns:
        (h, w) uint8.
    """
    side = max(ink.shape)
    # The path of the pen is scaled to BOX - PEN_WIDTH, because the pen adds half its width at each end.
    path = max(side - width, 1.0)
    scale = TIMES * (BOX - PEN_WIDTH) / path
    reach = round((TIMES * PEN_WIDTH - width * scale) / 2)
    size = [max(1, round(n * scale)) for n in ink.shape]
    large = np.pad(box_average(ink, *size), reach)
    thick = np.zeros_like(large)
    _dilate(large, reach, thick)
    # The median of the strong ink becomes 255. Hardly any ink is left of a hairline in a large picture, so
    # what counts as strong depends on the strongest ink.
    strong = thick[thick >= min(32, max(1, int(thick.max()) // 4))]
    level = float(np.median(strong)) if strong.size else 255.0
    thick = np.clip(thick * (255.0 / level), 0, 255).astype(np.uint8)
    size = [min(int(BOX), ceil(n / TIMES)) for n in thick.shape]
    missing = [max(TIMES * n - m, 0) for n, m in zip(size, thick.shape, strict=True)]
    return box_average(np.pad(thick, [(n // 2, n - n // 2) for n in missing]), *size)


@compiled
def _dilate(image: np.ndarray, radius: int, out: np.ndarray) -> None:
    """Fills `out` with the maximum of the image over a disc around each pixel."""
    height, width = image.shape
    for y in range(height):
        for x in range(width):
            value = image[y, x]
            if value == 0:
                continue
            for dy in range(-radius, radius + 1):
                reach = int(np.sqrt(radius * radius - dy * dy))
                if 0 <= y + dy < height:
                    for column in range(max(0, x - reach), min(width, x + reach + 1)):
                        out[y + dy, column] = max(out[y + dy, column], value)
