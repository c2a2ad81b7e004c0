"""Separates the ink of a picture from its paper: ink is what differs from the paper's brightness."""

import numpy as np

from bnn.drawing.raster import shrunk

# To find the paper, the picture is shrunk until its longer side has at most this many pixels.
COARSE_SIDE = 64
# The same limit if the light is uneven. It is higher, because the edges of shadows are sharp.
FINE_SIDE = 240
# The paper counts as evenly lit if its brightness varies by at most this many grey values.
EVEN_LIGHT = 20
# Only pixels that differ from the paper by more than this many grey values decide whether the ink is dark or
# light.
MIN_DIFFERENCE = 16
# A strip along the edge differs from the rest by more than STRIP_CONTRAST grey values, and takes at most the
# share MAX_STRIP of the picture's side.
STRIP_CONTRAST = 32
MAX_STRIP = 1 / 6
# Whether a picture counts as made by a program, not by a camera, depends on its two most frequent grey values
# (ink and paper). They must cover at least the share PLAIN_SHARE of the picture, and differ by at least
# PLAIN_CONTRAST.
PLAIN_SHARE = 0.9
PLAIN_CONTRAST = 64


def ink_of(pixels: np.ndarray) -> np.ndarray:
    """Returns how much each pixel differs from the paper, (height, width) int32.

    Ink is positive, paper about 0. The result may be smaller than the picture, because dark or light strips
    along the edge are cut off first. Such a strip may be a frame, or the lid of a scanner.

    Args:
        pixels: (height, width) uint8, dark ink on lighter paper or light ink on darker.
    """
    pixels = _without_strips(pixels)
    coarse = shrunk(pixels, COARSE_SIDE).astype(np.float64)
    # The paper's brightness if it is evenly lit: the median along the edge.
    even_paper = int(np.sort(border(pixels))[border(pixels).size // 2])
    difference = pixels.astype(np.int32) - even_paper
    is_dark = _is_dark_ink(coarse - even_paper, difference)
    paper = _paper(coarse, is_dark, max(1, max(coarse.shape) // 6))
    if np.ptp(np.percentile(paper, [5, 95])) > EVEN_LIGHT and not _is_plain(pixels):
        return _uneven_ink(pixels)
    return -difference if is_dark else difference


def border(image: np.ndarray) -> np.ndarray:
    """Returns the pixels along the edge of an image; those in the corners occur twice."""
    return np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])


def _is_dark_ink(coarse: np.ndarray, fine: np.ndarray) -> bool:
    """Returns whether the ink is darker than the paper.

    Args:
        coarse: the shrunk picture's differences from the paper. Shrinking averages the noise out, but also
            makes the lines of a thin pen pale.
        fine: the same differences without shrinking. They are used only if shrinking made all lines too pale.
    """
    dark, light = _energy(-coarse), _energy(coarse)
    if dark == light == 0:
        dark, light = _energy(-fine), _energy(fine)
    return dark > light


def _is_plain(pixels: np.ndarray) -> bool:
    counts = np.bincount(pixels.ravel(), minlength=256)
    first, second = (int(value) for value in np.argsort(counts)[-2:])
    is_plain = counts[first] + counts[second] >= PLAIN_SHARE * pixels.size
    return is_plain and abs(first - second) >= PLAIN_CONTRAST


def _paper(values: np.ndarray, is_dark_ink: bool, reach: int) -> np.ndarray:
    """Returns the brightness of the paper at each pixel, even under the ink.

    This is a morphological closing, or an opening if the ink is light. Strokes narrower than 2 * reach + 1
    vanish. The edge of a shadow stays where it is, however sharp it is.
    """
    sign = -1 if is_dark_ink else 1
    eroded = -_dilated(-sign * values, reach)
    # Outside the picture, the light is assumed to rise or fall as it does inside. Ink at the edge has already
    # vanished, so it is not continued outside.
    margin = min(reach, min(values.shape) - 1)
    opened = _dilated(np.pad(eroded, margin, mode="reflect", reflect_type="odd"), reach)
    return sign * opened[margin : margin + values.shape[0], margin : margin + values.shape[1]]


def _dilated(values: np.ndarray, reach: int) -> np.ndarray:
    """Returns, for each pixel, the maximum over a square around it with sides of 2 * reach + 1."""
    for axis in (0, 1):
        padded = np.pad(values, [(reach, reach) if n == axis else (0, 0) for n in (0, 1)], mode="edge")
        values = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=axis).max(axis=-1)
    return values


def _uneven_ink(pixels: np.ndarray) -> np.ndarray:
    fine = shrunk(pixels, FINE_SIDE).astype(np.float64)
    reach = max(2, max(fine.shape) // 10)
    is_dark = _is_dark_ink_in_uneven_light(fine, reach)
    paper = _enlarged(_paper(fine, is_dark, reach), pixels.shape)
    ink = paper - pixels if is_dark else pixels - paper
    if is_dark:
        # In half the light, ink and paper differ by half as much. The ink is scaled as if all the paper were
        # in full light.
        ink *= paper.max() / np.maximum(paper, 16)
    return np.rint(np.clip(ink, -255, 255)).astype(np.int32)


def _is_dark_ink_in_uneven_light(values: np.ndarray, reach: int) -> bool:
    """Returns whether the dark parts are narrower than the light parts.

    The narrower parts are the ink, because strokes are narrower than the gaps between them. The widths of the
    parts are compared at four scales. Logarithms of the brightness are used, so that ink in the shade counts
    as much as ink in the light.
    """
    values = np.log(values + 16)
    widths = sorted({max(1, reach // divisor) for divisor in (8, 4, 2, 1)})
    # `_paper` removes dark or light parts, and the energy says how much was removed at each scale.
    dark = np.array([_energy(_paper(values, True, width) - values, 0.15) for width in widths])
    light = np.array([_energy(values - _paper(values, False, width), 0.15) for width in widths])
    # The lines of a thin pen cover a few hundredths of the area that they enclose. So if one energy is
    # below a hundredth of the other, it is only noise, and the larger energy is that of the ink.
    if min(dark[-1], light[-1]) < 0.01 * max(dark[-1], light[-1]):
        return dark[-1] > light[-1]
    # At small scales, `_paper` removes only narrow parts. So the ink, which is narrower than the gaps, has a
    # larger share of its energy there.
    return (dark / max(dark[-1], 1e-9)).sum() >= (light / max(light[-1], 1e-9)).sum()


def _energy(difference: np.ndarray, least: float = MIN_DIFFERENCE) -> float:
    """Returns the sum of the amounts by which the differences exceed `least`."""
    return float(np.maximum(difference - least, 0).sum())


def _enlarged(values: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Returns the values enlarged to the shape, interpolated bilinearly between the centres of pixels."""
    for axis, size in enumerate(shape):
        places = (np.arange(size) + 0.5) * values.shape[axis] / size - 0.5
        low = np.clip(np.floor(places).astype(int), 0, values.shape[axis] - 1)
        high = np.minimum(low + 1, values.shape[axis] - 1)
        share = np.clip(places - low, 0, 1)
        share = share[:, None] if axis == 0 else share
        values = np.take(values, low, axis) * (1 - share) + np.take(values, high, axis) * share
    return values


def _without_strips(pixels: np.ndarray) -> np.ndarray:
    # After four quarter turns, each edge was at the top once, and the picture is upright again.
    for _ in range(4):
        pixels = np.rot90(pixels)
        pixels = pixels[_strip_height(pixels) :]
    return pixels


def _strip_height(pixels: np.ndarray) -> int:
    """Returns the height of a strip at the top that is darker or lighter than the paper; 0 without one."""
    limit = int(MAX_STRIP * len(pixels))
    is_other = np.abs(pixels[: limit + 4] - np.median(pixels)) > STRIP_CONTRAST
    # The index of the first row that does not belong to a strip.
    height = int(np.argmin([*(is_other.mean(axis=1) >= 0.95), False]))
    if not 0 < height <= limit:
        return 0
    # The edge of a strip may be soft. Up to three of its rows are neither strip nor paper.
    for row in range(height, min(height + 4, len(is_other))):
        jump = abs(np.median(pixels[row]) - np.median(pixels[height - 1]))
        if is_other[row].mean() <= 0.1 and jump > STRIP_CONTRAST / 2:
            return row
    return 0
