"""Makes pictures in many modes of image files: transparent, with a palette, in colour, with 16 or 32 bits."""

import numpy as np
from PIL import Image

from tests.support.picture_ink import blend, coverage


def _rgba(ink, colour):
    pixels = np.zeros((*ink.shape, 4), np.uint8)
    pixels[..., :3], pixels[..., 3] = colour, np.rint(255 * ink)
    return Image.fromarray(pixels)


def white_on_transparent(rng, strokes):
    """White or pale ink on transparent: a canvas export."""
    ink = coverage(strokes, (280, 280), rng.uniform(8, 30))
    return _rgba(ink, [(255, 255, 255), (240, 240, 240), (255, 255, 200), (200, 230, 255)][rng.integers(4)])


def dark_on_transparent(rng, strokes):
    """Dark ink on transparent."""
    return _rgba(
        coverage(strokes, (280, 280), rng.uniform(8, 30)), [(0, 0, 0), (60, 20, 20)][rng.integers(2)]
    )


def transparent_la(rng, strokes):
    """White or black ink on transparent, in grey with alpha (mode LA)."""
    image = _rgba(
        coverage(strokes, (280, 280), rng.uniform(8, 30)), (255,) * 3 if rng.random() < 0.5 else (0,) * 3
    )
    return image.convert("LA")


def transparent_palette(rng, strokes):
    """A palette of two colours: one is transparent, and the other, the ink, is white or black."""
    ink = coverage(strokes, (280, 280), rng.uniform(8, 30)) > 0.5
    image = Image.fromarray(ink.astype(np.uint8), "P")
    colour = [255] * 3 if rng.random() < 0.5 else [0] * 3
    image.putpalette([*rng.integers(0, 256, 3).tolist(), *colour])
    image.info["transparency"] = 0
    return image


def transparent_margin(rng, strokes):
    """Dark ink on an opaque sheet of white paper, with a transparent margin around the sheet."""
    sheet = blend(coverage(strokes, (280, 280), rng.uniform(8, 30)), 255, 0)
    side = int(rng.uniform(320, 420))
    image = Image.new("LA", (side, side))
    image.paste(Image.fromarray(sheet).convert("LA"), ((side - 280) // 2, (side - 280) // 2))
    return image


def equal_brightness(rng, strokes):
    """Ink and paper of the same brightness and different colours."""
    pairs = [((255, 0, 0), (0, 130, 0)), ((0, 0, 255), (75, 0, 0)), ((200, 60, 60), (30, 135, 60))]
    paper, pen = pairs[rng.integers(3)]
    if rng.random() < 0.5:
        paper, pen = pen, paper
    ink = coverage(strokes, (280, 280), rng.uniform(8, 30))[..., None]
    return Image.fromarray(np.rint(np.array(paper) + ink * (np.array(pen) - paper)).astype(np.uint8))


def yellow_on_white(rng, strokes):
    """Yellow ink of a highlighter on white paper."""
    ink = coverage(strokes, (280, 280), rng.uniform(12, 34))[..., None]
    return Image.fromarray(np.rint(255 + ink * (np.array([250, 250, 20]) - 255.0)).astype(np.uint8))


def _grey(rng, strokes):
    paper, pen = rng.choice([[255, 0], [0, 255], [220, 40]])
    return blend(coverage(strokes, (280, 280), rng.uniform(8, 30)), paper, pen)


def sixteen_bits(rng, strokes):
    """16 bits per pixel, with all or a part of the range used."""
    return Image.fromarray(
        (_grey(rng, strokes).astype(np.uint16) * int(rng.choice([257, 64, 16]))).astype(np.uint16)
    )


def thirty_two_bits(rng, strokes):
    """32-bit integers."""
    return Image.fromarray(_grey(rng, strokes).astype(np.int32) * int(rng.choice([1, 257, 1_000_000])))


def floats(rng, strokes):
    """Floating-point values up to 1, up to 255, or on another scale."""
    return Image.fromarray(_grey(rng, strokes).astype(np.float32) * np.float32(rng.choice([1 / 255, 1, 40])))


def cmyk(rng, strokes):
    """The four colours of a printer."""
    return Image.fromarray(_grey(rng, strokes)).convert("RGB").convert("CMYK")
