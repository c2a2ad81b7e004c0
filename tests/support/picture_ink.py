"""Draws strokes with a pen on paper, in the light and with the noise of a photo."""

import io

import numpy as np
from PIL import Image, ImageDraw


def coverage(strokes, size, pen, *, fill=0.7, place=(0.5, 0.5)):
    """Returns how much of each pixel the pen covers, (height, width) float64 from 0 to 1.

    Args:
        strokes: list of (n, 2) arrays.
        size: width and height in pixels.
        pen: width of the pen in pixels.
        fill: longer side of the digit as a share of the shorter side of the picture.
        place: where in the picture the digit is; (0, 0) is the upper left, (1, 1) the lower right corner.
    """
    oversampling = max(1, min(4, 1200 // max(size)))
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = fill * min(size) / max(extent.max(), 1e-9)
    free = np.array(size) - extent * scale - 2 * pen
    offset = pen + np.maximum(free, 0) * place
    image = Image.new("L", (size[0] * oversampling, size[1] * oversampling))
    draw = ImageDraw.Draw(image)
    width = max(1, round(pen * oversampling))
    for stroke in strokes:
        placed = [tuple(point) for point in ((stroke - low) * scale + offset) * oversampling]
        draw.line(placed, fill=255, width=width, joint="curve")
        for x, y in (placed[0], placed[-1]):
            radius = (width - 1) / 2
            draw.ellipse([x - radius, y - radius, x + radius, y + radius], fill=255)
    return np.asarray(image.reduce(oversampling) if oversampling > 1 else image) / 255


def blend(ink, paper, pen):
    """Returns a picture (height, width) uint8.

    Args:
        ink: how much of each pixel the pen covers, as `coverage` returns it.
        paper: grey value of the paper, or (height, width) array of grey values.
        pen: grey value of the pen, or (height, width) array of grey values.
    """
    return np.clip(np.rint(paper + ink * (pen - np.asarray(paper, float))), 0, 255).astype(np.uint8)


def noisy(rng, pixels, deviation):
    """Returns pixels with normal noise of this standard deviation in grey levels, uint8."""
    return np.clip(np.rint(pixels + rng.normal(0, deviation, pixels.shape)), 0, 255).astype(np.uint8)


def light_field(rng, size, low, high):
    """Returns brightness (height, width) between low and high: a slope, the light of a lamp, or both."""
    x, y = np.meshgrid(np.linspace(-1, 1, size[0]), np.linspace(-1, 1, size[1]))
    angle = rng.uniform(0, 2 * np.pi)
    slope = (x * np.cos(angle) + y * np.sin(angle)) / 2.83 + 0.5
    middle = rng.uniform(-0.6, 0.6, 2)
    lamp = np.exp(-((x - middle[0]) ** 2 + (y - middle[1]) ** 2) / rng.uniform(0.8, 2.5))
    share = rng.choice([0.0, 0.5, 1.0])
    field = share * slope + (1 - share) * lamp
    return low + (high - low) * (field - field.min()) / np.ptp(field)


def jpeg(image, quality):
    """Returns the image as it is after saving it as a JPEG file of this quality, from 0 to 100."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=int(quality))
    return Image.open(buffer)


def mass_middle(image):
    """Returns the centre of mass (x, y) of an image."""
    rows, columns = np.mgrid[0 : image.shape[0], 0 : image.shape[1]]
    return np.array([(columns * image).sum(), (rows * image).sum()]) / image.sum()
