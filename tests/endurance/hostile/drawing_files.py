"""Pictures and drawings: sound contents of each kind, and how each is read and checked."""

import gzip
import json

import numpy as np
from PIL import Image

from bnn.data import dataset
from bnn.drawing import canvas, preprocessing, stroke_files
from bnn.drawing.picture_files import grey_pixels
from tests.endurance.hostile import damaged, large, large_images
from tests.endurance.hostile.kind import Kind, is_digit, refused


def kinds() -> list[Kind]:
    """Returns the kinds of file with pictures or drawings in them."""
    as_json = damaged.damaged_json
    return [
        Kind("image", _images(), damaged.damaged_bytes, _read_image, large_images.large_images),
        Kind("drawings.jsonl", _drawings(), damaged.damaged_drawings, _read_drawings, large.large_drawings),
        Kind("drawings.jsonl.gz", _gzips(), damaged.damaged_gzip, _read_drawings, large.large_gzips),
        Kind("canvas", _canvases(), as_json, _read_canvas, large.large_canvases),
    ]


def _images():
    grey = np.zeros((40, 30), np.uint8)
    grey[5:35, 13:17] = 255
    picture = Image.fromarray(grey)
    formats = [("PNG", mode) for mode in ("L", "RGB", "RGBA", "P", "1", "LA", "I;16")]
    formats += [
        ("JPEG", "L"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("GIF", "P"),
        ("BMP", "RGB"),
        ("WEBP", "RGBA"),
    ]
    formats += [("TIFF", mode) for mode in ("L", "RGB", "F", "CMYK", "RGBA")] + [
        ("PPM", "RGB"),
        ("ICO", "RGBA"),
    ]
    formats += [(name, "RGB") for name in ("EPS", "PCX", "TGA", "SGI", "JPEG2000", "PDF")]
    images = [large_images.saved_image(picture.convert(mode), kind) for kind, mode in formats]
    images.append(large_images.saved_image(picture, "MPO", save_all=True, append_images=[picture]))
    sizes = ((400, 500), (28, 28))
    # Numba compiles the function that thickens thin strokes at its first use. This picture has such strokes,
    # so the time for that does not count for a damaged file.
    thin = Image.new("L", (400, 300))
    thin.paste(255, (200, 50, 202, 250))
    exif = Image.Exif()
    exif[274], exif[282] = 6, 72.0
    return [
        *images,
        *(large_images.saved_image(picture.resize(size), "PNG") for size in sizes),
        large_images.saved_image(thin, "PNG"),
        large_images.saved_image(picture, "JPEG", exif=exif),
        large_images.saved_image(picture, "TIFF", save_all=True, append_images=[picture.rotate(90)]),
    ]


def _read_image(path):
    try:
        drawing = preprocessing.digit_from_image(grey_pixels(str(path)))
    except (ValueError, OSError) as error:
        return refused(error)
    return is_digit(drawing)


def _drawings():
    strokes = [[[10, 10.5], [20, 90], [35, 70]], [[60, 20], [61, 95]]]
    lines = [json.dumps({"label": label, "writer": 3, "strokes": strokes}) for label in (4, 9, 0)]
    return ["\n".join(lines).encode(), (lines[0] + "\n").encode()]


def _gzips():
    return [gzip.compress(content, mtime=0) for content in _drawings()]


def _read_drawings(path):
    try:
        drawings = stroke_files.load_drawings(path, dataset.DIGITS)
    except (ValueError, OSError) as error:
        return refused(error)
    return all(is_digit(preprocessing.digit_from_strokes(drawing.strokes)) for drawing in drawings[:5])


def _canvases():
    path = [["M", 10, 10], ["Q", 20, 20, 30, 15], ["L", 90.5, 200]]
    plain = {"type": "Path", "path": path, "left": 50, "top": 105, "originX": "center", "originY": "center"}
    turned = plain | dict(scaleX=2, scaleY=0.5, angle=30, skewX=3, flipX=True)
    return [json.dumps({"version": "7.4", "objects": [plain, item]}).encode() for item in (plain, turned)]


def _read_canvas(path):
    try:
        data = json.loads(path.read_text("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        # Streamlit reads the JSON. If it cannot, no page sees the canvas, so this counts as refused.
        return False
    try:
        strokes = canvas.strokes_from_canvas(canvas.canvas_objects(data), 320)
        return is_digit(preprocessing.digit_from_strokes(strokes))
    except ValueError as error:
        return refused(error)
