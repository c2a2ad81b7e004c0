"""Makes clean pictures, and pictures shrunk to 28x28, drawn with thin pens, or cut close to the digit."""

import numpy as np
from PIL import Image, ImageFilter

from tests.support.picture_ink import blend, coverage, jpeg, light_field, noisy


def clean(rng, strokes):
    """Ink on paper, as with a felt-tip pen."""
    pen = rng.uniform(8, 30)
    paper, ink = rng.choice([[255, 0], [0, 255], [250, 20]])
    return Image.fromarray(blend(coverage(strokes, (280, 280), pen), paper, ink))


def _shrunk(rng, pixels):
    ways = (
        Image.Resampling.BOX,
        Image.Resampling.BILINEAR,
        Image.Resampling.BICUBIC,
        Image.Resampling.LANCZOS,
    )
    return Image.fromarray(pixels).resize((28, 28), ways[rng.integers(4)])


def small_grey_paper(rng, strokes):
    """Dark ink on grey paper, then shrunk to 28x28."""
    ink = coverage(strokes, (280, 280), rng.uniform(14, 26), fill=rng.uniform(0.6, 0.85))
    return _shrunk(rng, noisy(rng, blend(ink, rng.uniform(150, 225), rng.uniform(10, 70)), 4))


def small_pencil(rng, strokes):
    """Pencil on grey or white paper, then shrunk to 28x28."""
    paper = rng.uniform(190, 255)
    ink = coverage(strokes, (280, 280), rng.uniform(10, 22), fill=rng.uniform(0.6, 0.85))
    return _shrunk(rng, noisy(rng, blend(ink, paper, paper - rng.uniform(50, 110)), 3))


def small_uneven_light(rng, strokes):
    """Ink on paper in uneven light, then shrunk to 28x28."""
    light = light_field(rng, (280, 280), rng.uniform(90, 140), rng.uniform(180, 250))
    ink = coverage(strokes, (280, 280), rng.uniform(14, 26), fill=rng.uniform(0.6, 0.8))
    return _shrunk(rng, noisy(rng, blend(ink, light, light * rng.uniform(0.1, 0.35)), 3))


def small_dark_paper(rng, strokes):
    """Chalk on a board that is not quite black, then shrunk to 28x28."""
    ink = coverage(strokes, (280, 280), rng.uniform(14, 26), fill=rng.uniform(0.6, 0.85))
    return _shrunk(rng, noisy(rng, blend(ink, rng.uniform(30, 90), rng.uniform(180, 250)), 4))


def small_corner(rng, strokes):
    """A small digit in a corner of 28x28, white on black or black on white."""
    place = rng.choice([0.0, 1.0], 2)
    fill = rng.uniform(0.4, 0.7)
    ink = coverage(strokes, (280, 280), fill * rng.uniform(22, 34), fill=fill, place=place)
    paper, pen = rng.choice([[0, 255], [255, 0]])
    return _shrunk(rng, blend(ink, paper, pen))


def _thin(rng, strokes, side, pen):
    paper, ink = rng.choice([[255, 0], [0, 255], [245, 40]])
    return Image.fromarray(blend(coverage(strokes, (side, side), pen), paper, ink))


def thin_1_on_280(rng, strokes):
    """A pen of one pixel in a picture of 280 x 280."""
    return _thin(rng, strokes, 280, 1)


def thin_2_on_280(rng, strokes):
    """A pen of two pixels in a picture of 280 x 280."""
    return _thin(rng, strokes, 280, 2)


def thin_4_on_280(rng, strokes):
    """A pen of four pixels in a picture of 280 x 280."""
    return _thin(rng, strokes, 280, 4)


def thin_4_on_1000(rng, strokes):
    """A pen of four pixels in a picture of 1000 x 1000."""
    return _thin(rng, strokes, 1000, 4)


def thin_2_on_1000(rng, strokes):
    """A pen of two pixels in a picture of 1000 x 1000."""
    return _thin(rng, strokes, 1000, 2)


def thin_1_on_1000(rng, strokes):
    """A pen of one pixel in a picture of 1000 x 1000, with or without smooth edges."""
    ink = coverage(strokes, (1000, 1000), 1)
    ink = (ink > 0.3) * 1.0 if rng.random() < 0.5 else ink
    return Image.fromarray(blend(ink, *rng.choice([[255, 0], [0, 255], [245, 40]])))


def thin_stairs(rng, strokes):
    """A thin pen without smooth edges, as simple paint programs draw."""
    ink = coverage(strokes, (400, 400), rng.uniform(1.5, 4)) > 0.3
    return Image.fromarray(np.where(ink, 0, 255).astype(np.uint8))


def ballpoint_photo(rng, strokes):
    """A thin pen on paper, photographed: grey, noisy, JPEG."""
    size = (600, 800)
    light = light_field(rng, size, 170, 215)
    ink = coverage(strokes, size, rng.uniform(4, 8), fill=rng.uniform(0.4, 0.8))
    pixels = noisy(rng, blend(ink, light, light * rng.uniform(0.2, 0.5)), 3)
    return jpeg(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(0.8)), rng.uniform(50, 90))


def _cut_close(rng, strokes):
    """Returns a square picture whose edges touch the ink on two sides, or on all four."""
    ink = coverage(strokes, (280, 280), rng.uniform(8, 26), fill=0.8)
    rows, columns = np.flatnonzero((ink > 0.1).any(1)), np.flatnonzero((ink > 0.1).any(0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    missing = [max(ink.shape) - n for n in ink.shape]
    ink = np.pad(ink, [(n // 2, n - n // 2) for n in missing])
    return blend(ink, *rng.choice([[255, 0], [0, 255], [220, 40]]))


def cut_close(rng, strokes):
    """A digit that fills its picture: upright strokes reach from edge to edge."""
    return Image.fromarray(_cut_close(rng, strokes))


def small_cut_close(rng, strokes):
    """A digit that fills its picture, then shrunk to 28x28."""
    return Image.fromarray(_cut_close(rng, strokes)).resize((28, 28), Image.Resampling.BOX)
