"""Contents of hostile files: strategies that damage sound contents, and contents that exhaust a reader.

A strategy takes a list of sound contents and gives one of them, damaged. The functions `large_...` give small
files that would become huge, or take very long, if their reader believed them.
"""

import gzip
import json
import struct
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO

import numpy as np
import safetensors.numpy
from hypothesis import strategies as st
from PIL import Image

from bnn.engine import file
from tests.support.random_networks import random_network

Draw = Callable

# Values that a JSON file may have where another is expected.
STRANGE = (
    *(None, True, -1, 0, 2, 3.5, 2**31, 2**63, 10**400, -(10**400), 1e308, float("nan"), float("inf")),
    *("", "7", "\ud800", "x" * 100_000, [], {}, [None] * 1000, {"a": [1]}),
)
# Text that a reader might take for a number, a type, a name or the end of something.
TOKENS = (
    *(
        b"0",
        b"-",
        b"9",
        b"null",
        b'"',
        b"[",
        b"]",
        b"{",
        b"}",
        b",",
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
        b"\xf0\x9f",
    ),
    *(b"U8", b"BF16", b"1e9", b"1e999", b"NaN", b"-Infinity", b"9" * 20, b"9" * 5000, b"../"),
    *(b"\\u0000", b"\\ud800", b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"),
    *(b"\x80\x00\x00\x00", b"\x01\x00\x00\x00"),
)
# Nesting depths around Python's recursion limit, and far beyond.
DEPTHS = (10, 500, 900, 950, 970, 980, 985, 990, 995, 1000, 100_000)
# Stands for deep nesting until the JSON is written; `json.dumps` cannot nest so deep itself.
_DEEP = "@deep@"
_KEYS = ("extra", "", "__class__", "name")
_STRANGE_VALUES = st.sampled_from((*STRANGE, _DEEP)) | st.integers(-(2**40), 2**40) | st.floats(-1e6, 1e6)


# --- Damaged bytes


@st.composite
def damaged_bytes(draw: Draw, contents: list[bytes], others: list[bytes] | None = None) -> bytes:
    """One of the contents, damaged one to four times as bytes; `others` are spliced in."""
    content = draw(st.sampled_from(contents))
    for _ in range(draw(st.sampled_from((1, 1, 2, 4)))):
        content = draw(st.sampled_from(_BYTE_DAMAGES))(draw, content, others or contents)
    return content


def _flip_bits(draw, content, others):
    damaged = bytearray(content)
    for _ in range(draw(st.sampled_from((1, 1, 3, 30))) if content else 0):
        damaged[draw(st.integers(0, len(content) - 1))] ^= 1 << draw(st.integers(0, 7))
    return bytes(damaged)


def _overwrite(draw, content, others):
    start, end = _span(draw, content)
    byte = draw(st.sampled_from((0, 255)) | st.integers(0, 255))
    return content[:start] + bytes([byte]) * (end - start) + content[end:]


def _cut_off(draw, content, others):
    return content[: _position(draw, content)]


def _cut_out(draw, content, others):
    start, end = _span(draw, content)
    return content[:start] + content[end:]


def _repeat(draw, content, others):
    start, end = _span(draw, content)
    return content[:end] + content[start:end] * draw(st.sampled_from((1, 3))) + content[end:]


def _insert(draw, content, others):
    start, num_replaced = _position(draw, content), draw(st.sampled_from((0, 0, 1, 4)))
    return content[:start] + draw(st.sampled_from(TOKENS)) + content[start + num_replaced :]


def _splice(draw, content, others):
    other = draw(st.sampled_from(others))
    return content[: _position(draw, content)] + other[_position(draw, other) :]


def _append(draw, content, others):
    return content + draw(st.just(b"\0") | st.binary(min_size=50, max_size=50) | st.sampled_from(others))


# Bit flips and insertions, the most likely to get past a first check, are drawn twice as often.
_BYTE_DAMAGES = (
    *(_flip_bits, _flip_bits, _overwrite, _cut_off, _cut_out),
    *(_repeat, _insert, _insert, _splice, _append),
)


def _position(draw, content):
    return draw(st.integers(0, len(content)))


def _span(draw, content):
    start = _position(draw, content)
    return start, min(start + draw(st.sampled_from((1, 4, 16, 200))), len(content))


# --- Damaged formats


@st.composite
def damaged_json(draw: Draw, contents: list[bytes]) -> bytes:
    """One of the JSON texts, damaged as bytes or in its values."""
    if draw(st.integers(0, 9)) < 4:
        return draw(damaged_bytes(contents))
    return _damaged_values(draw, draw(st.sampled_from(contents)).decode())


def _damaged_values(draw, text):
    """JSON with one to three of its values replaced, removed, repeated, added or nested very deep."""
    value = json.loads(text)
    for _ in range(draw(st.sampled_from((1, 1, 2, 3)))):
        value = _changed(draw, value)
    text = json.dumps(value)
    while f'"{_DEEP}"' in text:
        text = text.replace(f'"{_DEEP}"', _nested(draw), 1)
    return text.encode("utf-8", "surrogatepass")


def _nested(draw):
    depth, is_list = draw(st.sampled_from(DEPTHS)), draw(st.booleans())
    return "[" * depth + "]" * depth if is_list else '{"a":' * depth + "1" + "}" * depth


def _changed(draw, value):
    """The value with one place in it changed; each level is as likely as those below it."""
    if not (isinstance(value, (list, dict)) and value and draw(st.integers(0, 9))):
        return draw(_STRANGE_VALUES)
    key = draw(st.sampled_from(range(len(value)) if isinstance(value, list) else sorted(value)))
    value = value.copy()
    change = draw(st.integers(0, 9))
    if change == 0:
        del value[key]
    elif change == 1 and isinstance(value, list):
        value += value[key:] * draw(st.sampled_from((1, 10)))
    elif change == 1:
        value[draw(st.sampled_from(_KEYS))] = draw(_STRANGE_VALUES)
    else:
        value[key] = _changed(draw, value[key])
    return value


@st.composite
def damaged_safetensors(draw: Draw, contents: list[bytes]) -> bytes:
    """Damaged anywhere, or only in the header, whose length is corrected so that the reader gets past it."""
    part = draw(st.sampled_from(("file", "header", "values")))
    if part == "file":
        return draw(damaged_bytes(contents))
    content = draw(st.sampled_from(contents))
    end = 8 + int.from_bytes(content[:8], "little")
    header = content[8:end]
    if part == "header":
        header = draw(damaged_bytes([header], contents))
    else:
        header = _damaged_header(draw, json.loads(header))
    return len(header).to_bytes(8, "little") + header + content[end:]


def _damaged_header(draw, header):
    if draw(st.integers(0, 9)) < 3:
        return _damaged_values(draw, json.dumps(header))
    ((name, text),) = list(header["__metadata__"].items())[:1]
    text = _damaged_values(draw, text).decode("utf-8", "surrogatepass")
    return json.dumps(header | {"__metadata__": {name: text}}).encode()


@st.composite
def damaged_drawings(draw: Draw, contents: list[bytes]) -> bytes:
    """Lines of JSON, damaged as bytes or in one line's values."""
    if draw(st.integers(0, 9)) < 4:
        return draw(damaged_bytes(contents))
    lines = draw(st.sampled_from(contents)).splitlines()
    number = draw(st.integers(0, len(lines) - 1))
    lines[number] = _damaged_values(draw, lines[number].decode())
    return b"\n".join(lines)


@st.composite
def damaged_gzip(draw: Draw, contents: list[bytes]) -> bytes:
    """Compressed lines of JSON, damaged before being compressed and, half the time, after it as well."""
    lines = draw(damaged_drawings([gzip.decompress(content) for content in contents]))
    packed = gzip.compress(lines, mtime=0)
    return packed if draw(st.booleans()) else draw(damaged_bytes([packed], [packed, *contents]))


# --- Contents that exhaust their reader

MEGABYTE = 1_000_000


def large_json() -> list[bytes]:
    """JSON up to the largest size that is read, of values that take many times their text in memory."""
    sizes = (MEGABYTE // 10, MEGABYTE, 6 * MEGABYTE, 30 * MEGABYTE)
    texts = [b"[" + part * (size // len(part)) + b"[]]" for size in sizes for part in (b"[],", b"{},", b"0,")]
    return [*texts, b"[" * MEGABYTE, b'{"a":' * MEGABYTE, b"9" * MEGABYTE, b'"' + b"x" * MEGABYTE + b'"']


def large_tables() -> list[bytes]:
    """Tables of the shortest rows, of empty rows, and of one endless row."""
    headers = (
        b"step,epoch,loss,accuracy\n",
        b"epoch,loss,accuracy,validation_loss,validation_accuracy,flip_ratio,seconds\n",
    )
    row = {header: (b"1," * header.count(b",")) + b"1\n" for header in headers}
    tables = [h + row[h] * (size // len(row[h])) for h in headers for size in (4 * MEGABYTE, 19 * MEGABYTE)]
    return [*tables, headers[0] + b"\n" * 19 * MEGABYTE, headers[0] + b"1," * 9 * MEGABYTE]


def large_networks() -> list[bytes]:
    """Valid networks with the widest and the most layers, and a header that claims two million layers."""
    networks = (
        random_network(1, stages=((4096,),), dense=(), pixel_threshold=128),
        random_network(1, stages=((4096,),), dense=(), pixel_threshold=(1,) * 32),
        random_network(1, stages=((1, 4096) * 7,), dense=(1,)),
        random_network(1, stages=((2048, 2048),), dense=()),
        random_network(1, stages=(), dense=(4096, 3900)),
    )
    claims = json.dumps({"version": 1, "layers": [[]] * (2 * MEGABYTE)})
    tensors = {"scale": np.ones(10, np.float32)}
    return [*map(file.to_bytes, networks), safetensors.numpy.save(tensors, {"network": claims})]


def large_checkpoints() -> list[bytes]:
    """One tensor of 250 MB in place of a small one."""
    position = dict(epoch=2, batch=7, seconds=3.5, loss=0.25, accuracy=0.9)
    tensors = {"previous_bits": np.zeros(250 * MEGABYTE, np.uint8)}
    return [safetensors.numpy.save(tensors, {"position": json.dumps(position)})]


def large_drawings() -> list[bytes]:
    """Lines of the smallest strokes, and many strokes, lines, points or blanks."""
    start = b'{"label": 1, "strokes": ['
    return [
        start + b"[]," * (6 * MEGABYTE) + b"[[0,0]]]}",
        start + b"[[0,0]]," * (3 * MEGABYTE) + b"[[0,0]]]}",
        (start + b"[[0,0]]]}\n") * (MEGABYTE // 2),
        (start + b"[]," * 1000 + b"[[0,0]]]}\n") * 10_000,
        start + b"[" + b"[0,0]," * 199_000 + b"[0,0]]]}",
        b" " * (30 * MEGABYTE),
        b"\n" * (5 * MEGABYTE),
    ]


@cache
def large_gzips() -> list[bytes]:
    """A gigabyte of spaces in one line, packed; many lines; many drawings; gzip in gzip."""
    spaces = _gzip(b" " * MEGABYTE, 1000)
    line = b'{"label": 1, "strokes": [[[0,0]]]}\n' * 30_000
    return [spaces, _gzip(b"\n" * MEGABYTE, 200), _gzip(line, 300), gzip.compress(spaces)]


def _gzip(part, times):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(part) for _ in range(times)) + packer.flush()


def large_canvases() -> list[bytes]:
    """Canvases with the longest paths and the most objects."""
    curve, line = b'["Q",1,1,2,2],', b'["L",1,1],'
    paths = [b'["M",0,0],' + part * (6 * MEGABYTE // len(part)) + b'["L",3,3]' for part in (curve, line)]
    place = b'"left":1,"top":1,"originX":"center","originY":"center"'
    contents = [b'{"objects":[{"path":[' + path + b"]," + place + b"}]}" for path in paths]
    return [*contents, b'{"objects":[' + b'{"path":[["M",0,0]]},' * 200_000 + b'{"path":[]}]}']


def large_images() -> list[bytes]:
    """Pictures of giant size, with and without the pixels for it, and with giant texts and profiles."""
    size = (4080, 3072)
    full = [saved_image(Image.new(mode, size), "PNG") for mode in ("L", "RGB", "RGBA", "I;16", "LA")]
    full += [
        saved_image(Image.new("L", (4096, 4096)), "PNG"),
        saved_image(Image.new("L", size), "JPEG"),
        saved_image(Image.new("L", size), "TIFF", compression="tiff_lzw"),
        saved_image(Image.new("RGBA", size), "WEBP"),
        saved_image(Image.new("P", size), "GIF"),
    ]
    most = 2**31 - 1
    sides = ((most, most), (most, 1), (0, 0), (65_535, 65_535), (16_777_216, 1), (1, 16_777_216))
    claims = [_png(width, height) for width, height in sides]
    return [*full, *claims, *_pngs_with_giant_parts(), _gif_of_giant_frame(), _tiff_of_endless_strips()]


def saved_image(image: Image.Image, kind: str, **options: str) -> bytes:
    """The image file's content; no image at all where this Pillow cannot write the format."""
    buffer = BytesIO()
    try:
        image.save(buffer, kind, **options)
    except (KeyError, OSError):
        return b"no image"
    return buffer.getvalue()


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(width, height, extra=b"", body=b"\0" * 1000):
    start = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return start + extra + _chunk(b"IDAT", zlib.compress(body)) + _chunk(b"IEND", b"")


def _pngs_with_giant_parts():
    """A text, a profile, many texts, and pixel data far longer than the picture."""
    giant = zlib.compress(b"x" * 100 * MEGABYTE, 9)
    small = zlib.compress(b"x" * (MEGABYTE - 1), 9)
    extras = (
        _chunk(b"zTXt", b"Comment\0\0" + giant),
        _chunk(b"iCCP", b"profile\0\0" + giant),
        _chunk(b"zTXt", b"Comment\0\0" + small) * 200,
    )
    pngs = [_png(28, 28, extra, b"\0" * 28 * 29) for extra in extras]
    return [*pngs, _png(28, 28, body=b"\0" * 200 * MEGABYTE)]


def _gif_of_giant_frame():
    """A frame far larger than its picture."""
    content = bytearray(saved_image(Image.new("P", (28, 28)), "GIF"))
    content[6:10] = struct.pack("<HH", 65_535, 65_535)
    return bytes(content)


def _tiff_of_endless_strips():
    content = saved_image(Image.new("L", (28, 28)), "TIFF")
    return content.replace(struct.pack("<HHII", 256, 4, 1, 28), struct.pack("<HHII", 256, 4, 1, 2**31 - 1))
