"""Pictures that use up the memory or the time of a careless reader."""

import struct
import zlib
from io import BytesIO

from PIL import Image

from tests.endurance.hostile.large import MEGABYTE


def large_images() -> list[bytes]:
    """Returns giant pictures, files that claim to be giant, and pictures with giant texts and profiles."""
    size = (4080, 3072)
    full = [saved_image(Image.new(mode, size), "PNG") for mode in ("L", "RGB", "RGBA", "I;16", "LA")]
    full += [
        saved_image(Image.new("L", (4096, 4096)), "PNG"),
        saved_image(Image.new("L", size), "JPEG"),
        saved_image(Image.new("L", size), "TIFF", compression="tiff_lzw"),
        saved_image(Image.new("RGBA", size), "WEBP"),
        saved_image(Image.new("P", size), "GIF"),
    ]
    largest = 2**31 - 1
    sides = ((largest, largest), (largest, 1), (0, 0), (65_535, 65_535), (16_777_216, 1), (1, 16_777_216))
    claims = [_png(width, height) for width, height in sides]
    tiffs = [_tiff_of_giant_width(), _tiff_with_giant_page()]
    return [*full, *claims, *_pngs_with_giant_parts(), _gif_of_giant_size(), *tiffs]


def saved_image(image: Image.Image, kind: str, **options: object) -> bytes:
    """Returns the image as a file's content; other bytes if this Pillow cannot write the format."""
    buffer = BytesIO()
    try:
        image.save(buffer, kind, **options)
    except (KeyError, OSError):
        return b"no image"
    return buffer.getvalue()


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(width, height, extra=b"", body=b"\0" * 1000):
    """Returns a PNG that claims this size, with extra chunks and with these pixel data."""
    start = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return start + extra + _chunk(b"IDAT", zlib.compress(body)) + _chunk(b"IEND", b"")


def _pngs_with_giant_parts():
    """Returns pictures with a giant text, a giant profile, many texts, and far too much pixel data."""
    giant = zlib.compress(b"x" * 100 * MEGABYTE, 9)
    small = zlib.compress(b"x" * (MEGABYTE - 1), 9)
    extras = (
        _chunk(b"zTXt", b"Comment\0\0" + giant),
        _chunk(b"iCCP", b"profile\0\0" + giant),
        _chunk(b"zTXt", b"Comment\0\0" + small) * 200,
    )
    pngs = [_png(28, 28, extra, b"\0" * 28 * 29) for extra in extras]
    return [*pngs, _png(28, 28, body=b"\0" * 200 * MEGABYTE)]


def _gif_of_giant_size():
    """Returns a GIF that claims a giant size in its header."""
    content = bytearray(saved_image(Image.new("P", (28, 28)), "GIF"))
    content[6:10] = struct.pack("<HH", 65_535, 65_535)
    return bytes(content)


def _tiff_of_giant_width():
    """Returns a TIFF that claims to be 2**31 - 1 pixels wide."""
    content = saved_image(Image.new("L", (28, 28)), "TIFF")
    # The width is tag 256, with one value of type 4 (a 32-bit integer).
    return content.replace(struct.pack("<HHII", 256, 4, 1, 28), struct.pack("<HHII", 256, 4, 1, 2**31 - 1))


def _tiff_with_giant_page():
    """Returns a TIFF whose second page has 400 megapixels."""
    pages = [Image.new("1", (28, 28)), Image.new("1", (20_000, 20_000))]
    return saved_image(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4")
