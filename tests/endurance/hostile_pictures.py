"""Hostile pictures, files of drawings, and drawings on the canvas."""

import gzip
import json
from io import BytesIO

import numpy as np
from PIL import Image

from bnn.data import dataset
from bnn.drawing import canvas, preprocessing, stroke_files
from bnn.drawing.picture_files import _grey_pixels
from tests.endurance import bombs
from tests.endurance.hostile import Kind, damage_one, refused, spoil_json
from tests.endurance.mutations import damage, damage_json


def kinds() -> list[Kind]:
    """All of them."""
    return [
        Kind("image", _images(), damage_one, _read_image, bombs.images),
        Kind("drawings.jsonl", _drawings(), _spoil_lines, _read_drawings, bombs.drawings),
        Kind("drawings.jsonl.gz", _packed_drawings(), _spoil_packed, _read_drawings, bombs.packed_drawings),
        Kind("canvas", _canvases(), spoil_json, _read_canvas, bombs.canvases),
    ]


def _images():
    grey = np.zeros((40, 30), np.uint8)
    grey[5:35, 13:17] = 255
    picture, large = Image.fromarray(grey), Image.fromarray(grey).resize((400, 500))
    ways = [("PNG", mode) for mode in ("L", "RGB", "RGBA", "P", "1", "LA", "I;16")]
    ways += [("JPEG", "L"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("GIF", "P"), ("BMP", "RGB"), ("WEBP", "RGBA")]
    ways += [("TIFF", mode) for mode in ("L", "RGB", "F", "CMYK", "RGBA")] + [("PPM", "RGB"), ("ICO", "RGBA")]
    ways += [(name, "RGB") for name in ("EPS", "PCX", "TGA", "SGI", "JPEG2000", "PDF")]
    return [_saved(picture.convert(mode), kind) for kind, mode in ways] + [
        _saved(large, "PNG"),
        _saved(picture.resize((28, 28)), "PNG"),
    ]


def _saved(picture, kind):
    buffer = BytesIO()
    try:
        picture.save(buffer, kind)
    except (KeyError, OSError):
        # A Pillow without that format.
        return b"no image"
    return buffer.getvalue()


def _read_image(path):
    try:
        found = preprocessing.digit_from_image(_grey_pixels(str(path)))
    except (ValueError, OSError) as error:
        return refused(error)
    return _is_digit(found)


def _is_digit(found):
    assert found.digit.shape == (28, 28) and found.digit.dtype == np.uint8
    assert found.is_empty == (not found.digit.any())
    return True


def _drawings():
    strokes = [[[10, 10.5], [20, 90], [35, 70]], [[60, 20], [61, 95]]]
    lines = [json.dumps({"label": label, "writer": 3, "strokes": strokes}) for label in (4, 9, 0)]
    return ["\n".join(lines).encode(), (lines[0] + "\n").encode()]


def _spoil_lines(rng, seeds):
    if rng.random() < 0.4:
        return damage_one(rng, seeds)
    lines = rng.choice(seeds).decode().splitlines()
    number = rng.randrange(len(lines))
    lines[number] = damage_json(rng, lines[number])
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _packed_drawings():
    return [gzip.compress(text) for text in _drawings()]


def _spoil_packed(rng, seeds):
    packed = gzip.compress(_spoil_lines(rng, _drawings()))
    return packed if rng.random() < 0.5 else damage(rng, packed, [packed])


def _read_drawings(path):
    try:
        found = stroke_files.load_drawings(path, dataset.DIGITS)
    except (ValueError, OSError) as error:
        return refused(error)
    return all(_is_digit(preprocessing.digit_from_strokes(drawing.strokes)) for drawing in found[:5])


def _canvases():
    path = [["M", 10, 10], ["Q", 20, 20, 30, 15], ["L", 90.5, 200]]
    plain = {"type": "Path", "path": path, "left": 50, "top": 105, "originX": "center", "originY": "center"}
    turned = plain | dict(scaleX=2, scaleY=0.5, angle=30, skewX=3, flipX=True)
    return [json.dumps({"version": "7.4", "objects": [plain, item]}).encode() for item in (plain, turned)]


def _read_canvas(path):
    try:
        data = json.loads(path.read_text("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        # Streamlit reads the JSON, before any page sees it.
        return False
    try:
        strokes = canvas.strokes_from_canvas(canvas.canvas_objects(data), 320)
        return _is_digit(preprocessing.digit_from_strokes(strokes))
    except ValueError as error:
        return refused(error)
