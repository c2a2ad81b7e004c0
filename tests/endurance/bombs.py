"""Small files that would become huge, or take for ever, if their reader took them at their word."""

import gzip
import json
import struct
import zlib
from functools import cache
from io import BytesIO

import numpy as np
import safetensors.numpy
from PIL import Image

from bnn.engine import file
from bnn.engine.network import PackedNetwork
from tests.support.random_networks import random_network

MEGABYTE = 1_000_000
# A gzip file of a megabyte that becomes a gigabyte.
ZEROS = 1000 * MEGABYTE


def json_texts() -> list[bytes]:
    """JSON, as large as it may get, of the smallest values there are: each takes many times its text in memory."""
    sizes = (MEGABYTE // 10, MEGABYTE, 6 * MEGABYTE, 30 * MEGABYTE)
    texts = [b"[" + part * (size // len(part)) + b"[]]" for size in sizes for part in (b"[],", b"{},", b"0,")]
    return [*texts, b"[" * MEGABYTE, b'{"a":' * MEGABYTE, b"9" * MEGABYTE, b'"' + b"x" * MEGABYTE + b'"']


def tables() -> list[bytes]:
    """Tables of the shortest rows."""
    headers = (
        b"step,epoch,loss,accuracy\n",
        b"epoch,loss,accuracy,validation_loss,validation_accuracy,flip_ratio,seconds\n",
    )
    row = {header: (b"1," * header.count(b",")) + b"1\n" for header in headers}
    return [h + row[h] * (size // len(row[h])) for h in headers for size in (4 * MEGABYTE, 19 * MEGABYTE)] + [
        headers[0] + b"\n" * 19 * MEGABYTE,
        headers[0] + b"1," * 9 * MEGABYTE,
    ]


def networks() -> list[bytes]:
    """Sound and large: the widest layers, and the most; and headers that say so without the weights."""
    wide = random_network(1, stages=((4096,),), dense=(), pixel_threshold=128)
    wide_levels = random_network(1, stages=((4096,),), dense=(), pixel_threshold=(1,) * 32)
    many = random_network(1, stages=((1, 4096) * 7,), dense=(1,))
    deep = random_network(1, stages=((2048, 2048),), dense=())
    dense = random_network(1, stages=(), dense=(4096, 3900))
    contents = [_bytes(network) for network in (wide, wide_levels, many, deep, dense)]
    claims = json.dumps({"version": 1, "layers": [[]] * (2 * MEGABYTE)})
    return [*contents, safetensors.numpy.save({"scale": np.ones(10, np.float32)}, {"network": claims})]


def _bytes(network: PackedNetwork):
    return file.to_bytes(network)


def checkpoints() -> list[bytes]:
    """One tensor as large as a file may be, in place of a small one."""
    place = dict(epoch=2, batch=7, seconds=3.5, loss=0.25, accuracy=0.9)
    tensors = {"previous_bits": np.zeros(250 * MEGABYTE, np.uint8)}
    return [safetensors.numpy.save(tensors, {"position": json.dumps(place)})]


def drawings() -> list[bytes]:
    """Lines of the smallest strokes, many strokes or many lines."""
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
def packed_drawings() -> list[bytes]:
    """A gigabyte of one line, of spaces; the same in lines; drawings that go on and on; gzip within gzip."""
    spaces = _gzip(b" " * MEGABYTE, ZEROS // MEGABYTE)
    line = b'{"label": 1, "strokes": [[[0,0]]]}\n' * 30_000
    return [spaces, _gzip(b"\n" * MEGABYTE, 200), _gzip(line, 300), gzip.compress(spaces)]


def _gzip(part, times):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(part) for _ in range(times)) + packer.flush()


def canvases() -> list[bytes]:
    """Canvases of the longest paths and the most objects."""
    curve, line = b'["Q",1,1,2,2],', b'["L",1,1],'
    paths = [b'["M",0,0],' + part * (6 * MEGABYTE // len(part)) + b'["L",3,3]' for part in (curve, line)]
    place = b'"left":1,"top":1,"originX":"center","originY":"center"'
    contents = [b'{"objects":[{"path":[' + path + b"]," + place + b"}]}" for path in paths]
    return [*contents, b'{"objects":[' + b'{"path":[["M",0,0]]},' * 200_000 + b'{"path":[]}]}']


def images() -> list[bytes]:
    """Pictures of giant dimensions, with and without the pixels for them, and with giant texts and profiles."""
    side = (4080, 3072)
    black = Image.new("L", side)
    full = [_saved(Image.new(mode, side), "PNG") for mode in ("L", "RGB", "RGBA", "I;16", "LA")]
    full += [_saved(Image.new("L", (4096, 4096)), "PNG")]
    full += [
        _saved(black, kind, **how) for kind, how in (("JPEG", {}), ("TIFF", dict(compression="tiff_lzw")))
    ]
    full += [_saved(Image.new("RGBA", side), "WEBP"), _saved(Image.new("P", side), "GIF")]
    sides = (
        (2**31 - 1, 2**31 - 1),
        (2**31 - 1, 1),
        (0, 0),
        (65_535, 65_535),
        (16_777_216, 1),
        (1, 16_777_216),
    )
    return [*full, *(_png(width, height) for width, height in sides), *_texts(), _gif(), _tiff()]


def _saved(picture, kind, **how):
    buffer = BytesIO()
    picture.save(buffer, kind, **how)
    return buffer.getvalue()


def _chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(width, height, extra=b"", body=b"\0" * 1000):
    start = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return start + extra + _chunk(b"IDAT", zlib.compress(body)) + _chunk(b"IEND", b"")


def _texts():
    many = zlib.compress(b"x" * 100 * MEGABYTE, 9)
    text = _chunk(b"zTXt", b"Comment\0\0" + many)
    profile = _chunk(b"iCCP", b"profile\0\0" + many)
    pixels = dict(width=28, height=28, body=b"\0" * 28 * 29)
    small = zlib.compress(b"x" * (MEGABYTE - 1), 9)
    several = _chunk(b"zTXt", b"Comment\0\0" + small) * 200
    return [_png(extra=extra, **pixels) for extra in (text, profile, several)] + [
        _png(28, 28, body=b"\0" * 200 * MEGABYTE)
    ]


def _gif():
    """A frame far larger than its picture."""
    small = bytearray(_saved(Image.new("P", (28, 28)), "GIF"))
    small[6:10] = struct.pack("<HH", 65_535, 65_535)
    return bytes(small)


def _tiff():
    """Strips without end."""
    spoiled = _saved(Image.new("L", (28, 28)), "TIFF")
    return spoiled.replace(struct.pack("<HHII", 256, 4, 1, 28), struct.pack("<HHII", 256, 4, 1, 2**31 - 1))
