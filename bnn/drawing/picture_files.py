"""Reads picture files as grey pixels."""

import os
import struct
import warnings
import zlib
from collections.abc import Callable, Iterator
from math import ceil
from pathlib import Path
from typing import BinaryIO, TypeVar

import numpy as np
from PIL import ExifTags, Image, PngImagePlugin, UnidentifiedImageError

from bnn.drawing.picture_modes import contrast, grey
from bnn.system import file_kinds

_Result = TypeVar("_Result")
# A larger picture is shrunk so that neither side has more pixels than this.
MAX_IMAGE_SIDE = 4096
# The cameras of phones have 12, 24 or 50 megapixels. A JPEG file is shrunk while it is decoded. Files of
# other formats are decoded at full size, with up to 40 bytes of memory per pixel.
MAX_JPEG_PIXELS = 220_000_000
MAX_PIXELS = 26_000_000
_LIMITS = (
    f"at most {MAX_PIXELS // 10**6} megapixels are read, or {MAX_JPEG_PIXELS // 10**6} of a JPEG picture"
)
MAX_FRAMES = 100
# Only these formats are read. Pillow's readers of other formats are tested less, and one of them (EPS) runs
# another program.
IMAGE_FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
_READABLE_KINDS = {getattr(file_kinds, name) for name in IMAGE_FORMATS}
READABLE = "BMP, GIF, JPEG, PNG, PPM, TIFF and WebP pictures can be read"
# Pillow refuses a PNG picture if one of its texts, or its colour profile, is larger than this. Its own limit
# of 1 MB is too small for the profiles of printers. All texts together still have at most 64 MB.
PngImagePlugin.MAX_TEXT_CHUNK = 16_000_000
# Errors that Pillow raises for a damaged file, but whose messages do not explain what is wrong with the file.
# Pillow's readers use many numbers and types in a file without checking them.
_UNEXPLAINED = (
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    struct.error,
    zlib.error,
)
# How a picture is turned upright, by the value of its EXIF orientation.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class _TooLargeError(ValueError):
    """A picture has more pixels than the limits allow."""


def grey_pixels(path: str | os.PathLike[str]) -> np.ndarray:
    """Returns the picture in a file as grey values, (height, width) uint8, at most MAX_IMAGE_SIDE a side.

    The picture is turned upright if the file says how (EXIF). Transparent parts become paper. Of an
    animation, the frame with the most ink is returned, which usually shows the whole drawing.

    Raises:
        ValueError: if the file is not a picture, is damaged or too large, or has a format that cannot be
            read. The message names the file.
        OSError: if the file cannot be opened.
    """
    with Path(path).open("rb") as file:
        return grey_pixels_of(file, path)


def grey_pixels_of(file: BinaryIO, path: str | os.PathLike[str]) -> np.ndarray:
    """Returns the grey values of the picture in an open file, as `grey_pixels` does.

    Args:
        file: the file.
        path: its name, for messages.

    Raises:
        ValueError: as `grey_pixels`.
    """

    def read(image: Image.Image) -> np.ndarray:
        _check_size(path, image)
        return _best_frame(path, image)

    return _read(file, path, read)


def num_pixels_of(file: BinaryIO, path: str | os.PathLike[str]) -> int:
    """Returns the number of pixels in all frames that `grey_pixels_of` looks at, without decoding them.

    Args:
        file: the file.
        path: its name, for messages.

    Raises:
        ValueError: if the file is not a picture, or its header is damaged.
    """

    def count(image: Image.Image) -> int:
        if image.format != "TIFF":
            return image.width * image.height * _num_frames(image)
        # The frames of a TIFF file may have different sizes.
        return sum(image.width * image.height for _ in _frames(image))

    return _read(file, path, count)


def _read(
    file: BinaryIO, path: str | os.PathLike[str], function: Callable[[Image.Image], _Result]
) -> _Result:
    """Returns `function(picture)` for the picture in an open file. Pillow's errors become a `ValueError`."""
    head = file.read(file_kinds.BEGIN_BYTES)
    file.seek(0)
    try:
        with warnings.catch_warnings():
            # Pillow warns about odd metadata, which does not change the pixels.
            warnings.simplefilter("ignore")
            with Image.open(file, formats=IMAGE_FORMATS) as image:
                return function(image)
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise ValueError(_refusal(path, head, error)) from error
    except _TooLargeError:
        raise
    except (OSError, SyntaxError, EOFError, MemoryError) as error:
        raise ValueError(f"{path} is damaged: {error}"[:500]) from error
    except _UNEXPLAINED as error:
        raise ValueError(f"{path} is damaged") from error


def _refusal(path: str | os.PathLike[str], head: bytes, error: Exception) -> str:
    if isinstance(error, Image.DecompressionBombError):
        return f"{path} is too large: {_LIMITS}"
    if not head:
        return f"{path} is empty: {READABLE}"
    kind = file_kinds.kind_of(head)
    if kind == file_kinds.TIFF:
        # Pillow reads TIFF files, but not those with floating-point pixels of 16 or 64 bits, for example.
        return f"{path} is {kind} with pixels of a type that cannot be read; save it as a PNG picture"
    if not kind or kind in _READABLE_KINDS:
        return f"{path} is not an image that can be read: {READABLE}"
    return f"{path} is {kind}: {READABLE}"


def _check_size(path: str | os.PathLike[str], image: Image.Image) -> None:
    width, height = image.size
    # Pillow calls a JPEG file with several pictures "MPO". Phones make such files for photos in HDR.
    is_jpeg = image.format in ("JPEG", "MPO")
    if is_jpeg:
        # Lets Pillow decode the file at a half, a quarter or an eighth of its size.
        image.draft(None, (MAX_IMAGE_SIDE // 2, MAX_IMAGE_SIDE // 2))
    limit = MAX_JPEG_PIXELS if is_jpeg else MAX_PIXELS
    decoded = image.size[0] * image.size[1]
    if width * height > limit or decoded > MAX_PIXELS:
        raise _TooLargeError(f"{path} is {width} x {height}: {_LIMITS}")


def _num_frames(image: Image.Image) -> int:
    """Returns how many frames are looked at. A TIFF file may have fewer."""
    if image.format == "TIFF":
        # Pillow would go through all pages to count them. In a file made for that, this takes minutes.
        return MAX_FRAMES
    has_frames = image.format in ("GIF", "PNG", "WEBP")
    return min(getattr(image, "n_frames", 1), MAX_FRAMES) if has_frames else 1


def _frames(image: Image.Image) -> Iterator[int]:
    """Goes to each frame that is looked at, and yields its index."""
    for index in range(_num_frames(image)):
        try:
            image.seek(index)
        except EOFError:
            # The TIFF file has fewer pages.
            if image.format != "TIFF":
                raise
            return
        yield index


def _best_frame(path: str | os.PathLike[str], image: Image.Image) -> np.ndarray:
    """Returns the frame of an animation that has the most ink, or the page of a TIFF file that has a drawing.

    An animation often shows how the digit is drawn, so that its earlier frames have only parts of it. The
    pages of a TIFF file are separate pictures: a later page is taken only if it has more than twice as much
    ink.
    """
    min_ratio = 2 if image.format == "TIFF" else 1
    best = _frame(image)
    most = contrast(best)
    for index in _frames(image):
        if index == 0:
            continue
        # A page of a TIFF file may be larger than the first page.
        _check_size(path, image)
        pixels = _frame(image)
        if contrast(pixels) > min_ratio * most:
            best, most = pixels, contrast(pixels)
    return best


def _frame(image: Image.Image) -> np.ndarray:
    turned = _upright(image)
    times = ceil(max(turned.size) / MAX_IMAGE_SIDE)
    pixels = grey(turned)
    if times > 1:
        pixels = np.asarray(Image.fromarray(pixels).reduce(times))
    return pixels


def _upright(image: Image.Image) -> Image.Image:
    """Returns the picture, turned as the file says (EXIF).

    `ImageOps.exif_transpose` would also write the other EXIF tags again. That fails if one of them is odd.
    """
    # While Pillow loads a TIFF picture, it turns the picture upright, and then forgets the orientation.
    image.load()
    orientation = image.getexif().get(ExifTags.Base.Orientation)
    turn = _TURNS.get(orientation) if isinstance(orientation, int) else None
    return image if turn is None else image.transpose(turn)
