"""Makes scans and photos of paper: with dust, noise, print, frames, lines or shadows, or in uneven light."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from tests.support.picture_ink import blend, coverage, jpeg, light_field, noisy


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


def dusty_pencil(rng, strokes):
    """A pale pencil, and specks that are much darker."""
    paper = rng.uniform(200, 245)
    ink = coverage(strokes, (700, 900), rng.uniform(6, 16), fill=0.6)
    image = Image.fromarray(blend(ink, paper, paper - rng.uniform(45, 90)))
    draw = ImageDraw.Draw(image)
    for _ in range(rng.integers(1, 20)):
        x, y, radius = rng.uniform(0, 700), rng.uniform(0, 900), rng.uniform(1, 6)
        draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=int(rng.uniform(0, 60)))
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
    return Image.fromarray(noisy(rng, blend(ink, light, light * 0.35), rng.uniform(6, 22)))


def salt_and_pepper(rng, strokes):
    """Single black and white pixels, scattered as by a bad fax machine."""
    ink = coverage(strokes, (400, 500), rng.uniform(14, 34), fill=rng.uniform(0.5, 0.8))
    pixels = blend(ink, 255, 0)
    random = rng.random(pixels.shape)
    share = rng.uniform(0.001, 0.02)
    pixels[random < share] = 0
    pixels[random > 1 - share] = 255
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


def ringed(rng, strokes):
    """A thin circle or ellipse around the digit."""
    image = Image.fromarray(blend(coverage(strokes, (500, 500), rng.uniform(12, 26), fill=0.45), 255, 20))
    width, height = rng.integers(200, 245, 2)
    box = [250 - width, 250 - height, 250 + width, 250 + height]
    ImageDraw.Draw(image).ellipse(box, outline=20, width=int(rng.integers(1, 7)))
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


def uneven_light(rng, strokes):
    """A large picture in uneven light."""
    size = (600, 500)
    light = light_field(rng, size, rng.uniform(70, 140), rng.uniform(190, 250))
    ink = coverage(strokes, size, rng.uniform(14, 40), fill=rng.uniform(0.4, 0.8))
    return jpeg(Image.fromarray(noisy(rng, blend(ink, light, light * 0.25), 3)), rng.uniform(40, 90))


def dim_light(rng, strokes):
    """Everything darker than half: paper in the evening."""
    size, paper = (480, 480), rng.uniform(60, 120)
    ink = coverage(strokes, size, rng.uniform(14, 36), fill=rng.uniform(0.4, 0.8))
    return jpeg(Image.fromarray(noisy(rng, blend(ink, paper, paper * 0.3), 2)), rng.uniform(50, 90))


def pencil(rng, strokes):
    """A pale pencil on white or grey paper."""
    size, paper = (500, 400), rng.uniform(190, 255)
    ink = coverage(strokes, size, rng.uniform(5, 14), fill=rng.uniform(0.4, 0.8))
    pixels = noisy(rng, blend(ink, paper, paper - rng.uniform(40, 90)), rng.uniform(1, 4))
    return jpeg(Image.fromarray(pixels), rng.uniform(50, 90))


def photo(rng, strokes):
    """A colour photo of a felt tip on paper."""
    size = (900, 1200)
    light = light_field(rng, size, 130, 225)
    ink = coverage(
        strokes, size, rng.uniform(16, 40), fill=rng.uniform(0.3, 0.8), place=rng.uniform(0.2, 0.8, 2)
    )
    colour = np.array([[0.1, 0.1, 0.15], [0.1, 0.2, 0.6], [0.7, 0.1, 0.1]])[rng.integers(3)]
    tint = np.array([1.0, 0.97, 0.9])
    pixels = light[..., None] * (tint + ink[..., None] * (colour - tint))
    image = Image.fromarray(noisy(rng, pixels, 4)).filter(ImageFilter.GaussianBlur(1))
    return jpeg(image, rng.uniform(40, 90))


def bad_jpeg(rng, strokes):
    """A JPEG of the lowest quality."""
    ink = coverage(strokes, (300, 300), rng.uniform(12, 30), fill=rng.uniform(0.4, 0.8))
    return jpeg(Image.fromarray(blend(ink, *rng.choice([[255, 0], [0, 255], [230, 60]]))), rng.uniform(3, 15))


def hard_shadow(rng, strokes):
    """The edge of a strong shadow across the digit."""
    size = (500, 500)
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    angle = rng.uniform(0, 2 * np.pi)
    distance = x * np.cos(angle) + y * np.sin(angle) + rng.uniform(-0.3, 0.3)
    light = 220 - rng.uniform(100, 150) / (1 + np.exp(-distance * rng.choice([8, 40])))
    ink = coverage(strokes, size, rng.uniform(14, 36), fill=0.6)
    return Image.fromarray(noisy(rng, blend(ink, light, light * 0.3), 3))


def lined_paper(rng, strokes):
    """Lined paper, with lines through the digit."""
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


def sheet_on_desk(rng, strokes):
    """A slightly turned sheet of paper on a darker or lighter desk, all of it in the picture."""
    paper, pen, desk = rng.choice([[250, 20, 60], [225, 40, 120], [40, 225, 250]])
    sheet = Image.fromarray(blend(coverage(strokes, (560, 640), rng.uniform(18, 40)), paper, pen))
    side = int(rng.uniform(750, 1000))
    image = Image.new("L", (side, side), int(desk))
    turned = sheet.convert("LA").rotate(rng.uniform(-4, 4), Image.Resampling.BICUBIC, expand=True)
    image.paste(turned.getchannel("L"), (side // 2 - 300, side // 2 - 330), turned.getchannel("A"))
    return image
