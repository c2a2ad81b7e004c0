"""Makes pictures of digits like those that people have: pale, shrunk, noisy, framed, or photographed."""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Maker = Callable[[np.random.Generator, list[np.ndarray]], Image.Image]


def coverage(strokes, size, pen, *, fill=0.7, place=(0.5, 0.5)):
    """Returns how much of each pixel the pen covers, (height, width) float64 from 0 to 1.

    Args:
        strokes: list of (n, 2) arrays.
        size: width and height in pixels.
        pen: width of the pen in pixels.
        fill: longer side of the digit as a share of the shorter side of the picture.
        place: where in the picture the digit is; (0, 0) is the upper left, (1, 1) the lower right corner.
    """
    times = max(1, min(4, 1200 // max(size)))
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = fill * min(size) / max(extent.max(), 1e-9)
    free = np.array(size) - extent * scale - 2 * pen
    offset = pen + np.maximum(free, 0) * place
    image = Image.new("L", (size[0] * times, size[1] * times))
    draw = ImageDraw.Draw(image)
    width = max(1, round(pen * times))
    for stroke in strokes:
        placed = [tuple(point) for point in ((stroke - low) * scale + offset) * times]
        draw.line(placed, fill=255, width=width, joint="curve")
        for x, y in (placed[0], placed[-1]):
            radius = (width - 1) / 2
            draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=255)
    return np.asarray(image.reduce(times) if times > 1 else image) / 255


def blend(ink, paper, pen):
    """Returns a picture (height, width) uint8 of ink on paper, both grey values or arrays of them."""
    return np.clip(np.rint(paper + ink * (pen - np.asarray(paper, float))), 0, 255).astype(np.uint8)


def _noisy(rng, pixels, deviation):
    return np.clip(np.rint(pixels + rng.normal(0, deviation, pixels.shape)), 0, 255).astype(np.uint8)


def _light(rng, size, low, high):
    """Returns light (height, width) between low and high: a slope, a lamp, or both."""
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    angle = rng.uniform(0, 2 * np.pi)
    slope = (x * np.cos(angle) + y * np.sin(angle)) / 2.83 + 0.5
    middle = rng.uniform(-0.6, 0.6, 2)
    lamp = np.exp(-((x - middle[0]) ** 2 + (y - middle[1]) ** 2) / rng.uniform(0.8, 2.5))
    share = rng.choice([0.0, 0.5, 1.0])
    field = share * slope + (1 - share) * lamp
    return low + (high - low) * (field - field.min()) / np.ptp(field)


def _jpeg(image, quality):
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=int(quality))
    return Image.open(buffer)


def clean(rng, strokes):
    """Ink on paper, with the pen of a felt tip."""
    pen = rng.uniform(8, 30)
    paper, ink = rng.choice([[255, 0], [0, 255], [250, 20]])
    return Image.fromarray(blend(coverage(strokes, (280, 280), pen), paper, ink))


# 28x28, shrunk by the people themselves


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
    return _shrunk(rng, _noisy(rng, blend(ink, rng.uniform(150, 225), rng.uniform(10, 70)), 4))


def small_pencil(rng, strokes):
    """Pencil on grey or white paper, then shrunk to 28x28."""
    paper = rng.uniform(190, 255)
    ink = coverage(strokes, (280, 280), rng.uniform(10, 22), fill=rng.uniform(0.6, 0.85))
    return _shrunk(rng, _noisy(rng, blend(ink, paper, paper - rng.uniform(50, 110)), 3))


def small_uneven_light(rng, strokes):
    """Ink on paper in uneven light, then shrunk to 28x28."""
    light = _light(rng, (280, 280), rng.uniform(90, 140), rng.uniform(180, 250))
    ink = coverage(strokes, (280, 280), rng.uniform(14, 26), fill=rng.uniform(0.6, 0.8))
    return _shrunk(rng, _noisy(rng, blend(ink, light, light * rng.uniform(0.1, 0.35)), 3))


def small_dark_paper(rng, strokes):
    """Chalk on a board, not quite black, then shrunk to 28x28."""
    ink = coverage(strokes, (280, 280), rng.uniform(14, 26), fill=rng.uniform(0.6, 0.85))
    return _shrunk(rng, _noisy(rng, blend(ink, rng.uniform(30, 90), rng.uniform(180, 250)), 4))


def small_corner(rng, strokes):
    """A small digit in a corner of 28x28, white on black or black on white."""
    place = rng.choice([0.0, 1.0], 2)
    fill = rng.uniform(0.4, 0.7)
    ink = coverage(strokes, (280, 280), fill * rng.uniform(22, 34), fill=fill, place=place)
    paper, pen = rng.choice([[0, 255], [255, 0]])
    return _shrunk(rng, blend(ink, paper, pen))


# Thin pens


def _thin(rng, strokes, side, pen):
    paper, ink = rng.choice([[255, 0], [0, 255], [245, 40]])
    return Image.fromarray(blend(coverage(strokes, (side, side), pen), paper, ink))


def thin_1_on_280(rng, strokes):
    """A pen of one pixel on 280."""
    return _thin(rng, strokes, 280, 1)


def thin_2_on_280(rng, strokes):
    """A pen of two pixels on 280."""
    return _thin(rng, strokes, 280, 2)


def thin_4_on_280(rng, strokes):
    """A pen of four pixels on 280."""
    return _thin(rng, strokes, 280, 4)


def thin_4_on_1000(rng, strokes):
    """A pen of four pixels on 1000."""
    return _thin(rng, strokes, 1000, 4)


def thin_2_on_1000(rng, strokes):
    """A pen of two pixels on 1000."""
    return _thin(rng, strokes, 1000, 2)


def thin_stairs(rng, strokes):
    """A thin pen without smooth edges, as simple paint programs draw."""
    ink = coverage(strokes, (400, 400), rng.uniform(1.5, 4)) > 0.3
    return Image.fromarray(np.where(ink, 0, 255).astype(np.uint8))


def ballpoint_photo(rng, strokes):
    """A thin pen on paper, photographed: grey, noisy, JPEG."""
    size = (600, 800)
    light = _light(rng, size, 170, 215)
    ink = coverage(strokes, size, rng.uniform(4, 8), fill=rng.uniform(0.4, 0.8))
    pixels = _noisy(rng, blend(ink, light, light * rng.uniform(0.2, 0.5)), 3)
    return _jpeg(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(0.8)), rng.uniform(50, 90))


# Dust, noise, print, frames


def _scan(rng, strokes, *, pen=None):
    size = (700, 900)
    pen = pen or rng.uniform(16, 50)
    place = rng.uniform(0.2, 0.8, 2)
    return blend(coverage(strokes, size, pen, fill=rng.uniform(0.4, 0.75), place=place), 255, 0)


def dust(rng, strokes):
    """A scan with one to eight specks."""
    pixels = _scan(rng, strokes)
    image = Image.fromarray(pixels)
    draw = ImageDraw.Draw(image)
    for _ in range(rng.integers(1, 9)):
        x, y, radius = rng.uniform(0, 700), rng.uniform(0, 900), rng.uniform(1, 6)
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=int(rng.uniform(0, 120)))
    return image


def hairs(rng, strokes):
    """A scan with fluff and hairs."""
    image = Image.fromarray(_scan(rng, strokes))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.integers(1, 5)):
        start, bend, end = rng.uniform(0, 700, 2), rng.uniform(-25, 25, 2), rng.uniform(-40, 40, 2)
        draw.line([tuple(start), tuple(start + bend), tuple(start + bend + end)], fill=90, width=2)
    return image


def noise(rng, strokes):
    """A picture with strong noise, as in bad light."""
    light = rng.uniform(120, 210)
    ink = coverage(strokes, (480, 640), rng.uniform(14, 34), fill=rng.uniform(0.5, 0.8))
    return Image.fromarray(_noisy(rng, blend(ink, light, light * 0.35), rng.uniform(6, 22)))


def salt_and_pepper(rng, strokes):
    """Black and white single pixels everywhere, as from a bad fax."""
    ink = coverage(strokes, (400, 500), rng.uniform(14, 34), fill=rng.uniform(0.5, 0.8))
    pixels = blend(ink, 255, 0)
    chance = rng.random(pixels.shape)
    share = rng.uniform(0.001, 0.02)
    pixels[chance < share] = 0
    pixels[chance > 1 - share] = 255
    return Image.fromarray(pixels)


def page_number(rng, strokes):
    """A scan with a number printed in its margin."""
    image = Image.fromarray(_scan(rng, strokes, pen=rng.uniform(16, 40)))
    text = str(rng.integers(1, 200))
    x = rng.choice([20, 330, 630])
    font = ImageFont.load_default(int(rng.uniform(18, 34)))
    ImageDraw.Draw(image).text((x, rng.choice([12, 855])), text, fill=0, font=font)
    return image


def framed(rng, strokes):
    """A thin frame around the digit, a little askew."""
    image = Image.fromarray(blend(coverage(strokes, (400, 400), rng.uniform(12, 34), fill=0.5), 255, 0))
    margin, width = rng.uniform(6, 50), int(rng.integers(1, 7))
    corners = np.array(
        [[margin, margin], [400 - margin, margin], [400 - margin, 400 - margin], [margin, 400 - margin]]
    )
    corners = corners + rng.uniform(-4, 4, (4, 2))
    ImageDraw.Draw(image).line([*map(tuple, corners), tuple(corners[0])], fill=0, width=width)
    return image


def framed_at_edge(rng, strokes):
    """A frame along the picture's edge."""
    image = Image.fromarray(blend(coverage(strokes, (300, 340), rng.uniform(10, 30)), 255, 0))
    width = int(rng.integers(1, 9))
    ImageDraw.Draw(image).rectangle([0, 0, 299, 339], outline=int(rng.uniform(0, 100)), width=width)
    return image


def scanner_edge(rng, strokes):
    """A scan with a dark strip along one side."""
    pixels = _scan(rng, strokes)
    width = int(rng.integers(3, 30))
    strips = [np.s_[:width], np.s_[-width:], np.s_[:, :width], np.s_[:, -width:]]
    pixels[strips[rng.integers(4)]] = rng.integers(0, 90)
    return Image.fromarray(pixels)


def underlined(rng, strokes):
    """A ruled line below the digit."""
    image = Image.fromarray(blend(coverage(strokes, (500, 500), rng.uniform(14, 36), fill=0.6), 255, 0))
    y = rng.uniform(455, 490)
    ImageDraw.Draw(image).line(
        [(0, y), (500, y + rng.uniform(-4, 4))], fill=100, width=int(rng.integers(1, 4))
    )
    return image


# Light


def uneven_light(rng, strokes):
    """A large picture in uneven light."""
    size = (600, 500)
    light = _light(rng, size, rng.uniform(70, 140), rng.uniform(190, 250))
    ink = coverage(strokes, size, rng.uniform(14, 40), fill=rng.uniform(0.4, 0.8))
    return _jpeg(Image.fromarray(_noisy(rng, blend(ink, light, light * 0.25), 3)), rng.uniform(40, 90))


def dim_light(rng, strokes):
    """Everything darker than half: paper in the evening."""
    size, paper = (480, 480), rng.uniform(60, 120)
    ink = coverage(strokes, size, rng.uniform(14, 36), fill=rng.uniform(0.4, 0.8))
    return _jpeg(Image.fromarray(_noisy(rng, blend(ink, paper, paper * 0.3), 2)), rng.uniform(50, 90))


def pencil(rng, strokes):
    """A pale pencil on white or grey paper."""
    size, paper = (500, 400), rng.uniform(190, 255)
    ink = coverage(strokes, size, rng.uniform(5, 14), fill=rng.uniform(0.4, 0.8))
    pixels = _noisy(rng, blend(ink, paper, paper - rng.uniform(40, 90)), rng.uniform(1, 4))
    return _jpeg(Image.fromarray(pixels), rng.uniform(50, 90))


def photo(rng, strokes):
    """A colour photo of a felt tip on paper."""
    size = (900, 1200)
    light = _light(rng, size, 130, 225)
    ink = coverage(
        strokes, size, rng.uniform(16, 40), fill=rng.uniform(0.3, 0.8), place=rng.uniform(0.2, 0.8, 2)
    )
    colour = np.array([[0.1, 0.1, 0.15], [0.1, 0.2, 0.6], [0.7, 0.1, 0.1]])[rng.integers(3)]
    tint = np.array([1.0, 0.97, 0.9])
    pixels = light[..., None] * (tint + ink[..., None] * (colour - tint))
    image = Image.fromarray(_noisy(rng, pixels, 4)).filter(ImageFilter.GaussianBlur(1))
    return _jpeg(image, rng.uniform(40, 90))


def bad_jpeg(rng, strokes):
    """A JPEG of the lowest quality."""
    ink = coverage(strokes, (300, 300), rng.uniform(12, 30), fill=rng.uniform(0.4, 0.8))
    return _jpeg(
        Image.fromarray(blend(ink, *rng.choice([[255, 0], [0, 255], [230, 60]]))), rng.uniform(3, 15)
    )


# Modes


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
    """White or black ink on transparent, grey with alpha."""
    image = _rgba(
        coverage(strokes, (280, 280), rng.uniform(8, 30)), (255,) * 3 if rng.random() < 0.5 else (0,) * 3
    )
    return image.convert("LA")


def transparent_palette(rng, strokes):
    """A palette whose one colour is transparent; the ink is white or black."""
    ink = coverage(strokes, (280, 280), rng.uniform(8, 30)) > 0.5
    image = Image.fromarray(ink.astype(np.uint8), "P")
    colour = [255] * 3 if rng.random() < 0.5 else [0] * 3
    image.putpalette([*rng.integers(0, 256, 3).tolist(), *colour])
    image.info["transparency"] = 0
    return image


def equal_brightness(rng, strokes):
    """Ink and paper of one brightness and different colour."""
    pairs = [((255, 0, 0), (0, 130, 0)), ((0, 0, 255), (75, 0, 0)), ((200, 60, 60), (30, 135, 60))]
    paper, pen = pairs[rng.integers(3)]
    if rng.random() < 0.5:
        paper, pen = pen, paper
    ink = coverage(strokes, (280, 280), rng.uniform(8, 30))[..., None]
    return Image.fromarray(np.rint(np.array(paper) + ink * (np.array(pen) - paper)).astype(np.uint8))


def yellow_on_white(rng, strokes):
    """Ink of a text marker."""
    ink = coverage(strokes, (280, 280), rng.uniform(12, 34))[..., None]
    return Image.fromarray(np.rint(255 + ink * (np.array([250, 250, 20]) - 255.0)).astype(np.uint8))


def _grey(rng, strokes):
    paper, pen = rng.choice([[255, 0], [0, 255], [220, 40]])
    return blend(coverage(strokes, (280, 280), rng.uniform(8, 30)), paper, pen)


def sixteen_bits(rng, strokes):
    """16 bits a pixel, all or part of the range used."""
    return Image.fromarray(
        (_grey(rng, strokes).astype(np.uint16) * int(rng.choice([257, 64, 16]))).astype(np.uint16)
    )


def thirty_two_bits(rng, strokes):
    """32-bit integers."""
    return Image.fromarray(_grey(rng, strokes).astype(np.int32) * int(rng.choice([1, 257, 1_000_000])))


def floats(rng, strokes):
    """Floating point, to 1 or to 255 or of any scale."""
    return Image.fromarray(_grey(rng, strokes).astype(np.float32) * np.float32(rng.choice([1 / 255, 1, 40])))


def cmyk(rng, strokes):
    """Print colours."""
    return Image.fromarray(_grey(rng, strokes)).convert("RGB").convert("CMYK")


# Shadows and ruled paper


def hard_shadow(rng, strokes):
    """The edge of a strong shadow across the digit."""
    size = (500, 500)
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    angle = rng.uniform(0, 2 * np.pi)
    distance = x * np.cos(angle) + y * np.sin(angle) + rng.uniform(-0.3, 0.3)
    light = 220 - rng.uniform(100, 150) / (1 + np.exp(-distance * rng.choice([8, 40])))
    ink = coverage(strokes, size, rng.uniform(14, 36), fill=0.6)
    return Image.fromarray(_noisy(rng, blend(ink, light, light * 0.3), 3))


def lined_paper(rng, strokes):
    """Lined paper, the lines through the digit."""
    image = Image.fromarray(blend(coverage(strokes, (600, 600), rng.uniform(14, 36), fill=0.6), 250, 20))
    draw = ImageDraw.Draw(image)
    for y in np.arange(rng.uniform(5, 60), 600, rng.uniform(45, 110)):
        draw.line([(0, y), (600, y)], fill=int(rng.uniform(90, 170)), width=int(rng.integers(2, 5)))
    return image


def squared_paper(rng, strokes):
    """Squared paper."""
    image = Image.fromarray(blend(coverage(strokes, (600, 600), rng.uniform(14, 36), fill=0.6), 250, 20))
    draw, step, grey = ImageDraw.Draw(image), rng.uniform(30, 80), int(rng.uniform(110, 180))
    for place in np.arange(rng.uniform(0, step), 600, step):
        draw.line([(0, place), (600, place)], fill=grey, width=2)
        draw.line([(place, 0), (place, 600)], fill=grey, width=2)
    return image


def suffix(image):
    """Returns the name's end of a file that can hold the picture."""
    if image.format == "JPEG":
        return ".jpg"
    return ".tif" if image.mode in ("I", "F", "CMYK") else ".png"


READABLE: tuple[Maker, ...] = (
    clean,
    small_grey_paper,
    small_pencil,
    small_uneven_light,
    small_dark_paper,
    small_corner,
    thin_1_on_280,
    thin_2_on_280,
    thin_4_on_280,
    thin_4_on_1000,
    thin_2_on_1000,
    thin_stairs,
    ballpoint_photo,
    dust,
    hairs,
    noise,
    salt_and_pepper,
    page_number,
    framed,
    framed_at_edge,
    scanner_edge,
    underlined,
    uneven_light,
    dim_light,
    pencil,
    photo,
    bad_jpeg,
    white_on_transparent,
    dark_on_transparent,
    transparent_la,
    transparent_palette,
    equal_brightness,
    yellow_on_white,
    sixteen_bits,
    thirty_two_bits,
    floats,
    cmyk,
    hard_shadow,
    lined_paper,
    squared_paper,
)
