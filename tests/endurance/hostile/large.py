"""Files that use up the memory or the time of a careless reader."""

import gzip
import json
import zlib
from functools import cache

import numpy as np
import safetensors.numpy

from bnn.engine import file
from tests.support.random_networks import random_network

MEGABYTE = 1_000_000


def large_json() -> list[bytes]:
    """Returns JSON of up to the largest accepted size; in memory, its values need many times that size."""
    sizes = (MEGABYTE // 10, MEGABYTE, 6 * MEGABYTE, 30 * MEGABYTE)
    texts = [b"[" + part * (size // len(part)) + b"[]]" for size in sizes for part in (b"[],", b"{},", b"0,")]
    return [*texts, b"[" * MEGABYTE, b'{"a":' * MEGABYTE, b"9" * MEGABYTE, b'"' + b"x" * MEGABYTE + b'"']


def large_tables() -> list[bytes]:
    """Returns tables of very many rows, of very many empty rows, and of one very long row."""
    headers = (
        b"step,epoch,loss,accuracy\n",
        b"epoch,loss,accuracy,validation_loss,validation_accuracy,flip_ratio,seconds\n",
    )
    row = {header: (b"1," * header.count(b",")) + b"1\n" for header in headers}
    tables = [h + row[h] * (size // len(row[h])) for h in headers for size in (4 * MEGABYTE, 19 * MEGABYTE)]
    return [*tables, headers[0] + b"\n" * 19 * MEGABYTE, headers[0] + b"1," * 9 * MEGABYTE]


def large_networks() -> list[bytes]:
    """Returns valid networks with the widest or the most layers, and a file that claims 2 million layers."""
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
    """Returns a checkpoint with a tensor of 250 MB in place of a small one."""
    position = dict(epoch=2, batch=7, seconds=3.5, loss=0.25, accuracy=0.9)
    tensors = {"previous_bits": np.zeros(250 * MEGABYTE, np.uint8)}
    return [safetensors.numpy.save(tensors, {"position": json.dumps(position)})]


def large_drawings() -> list[bytes]:
    """Returns files of drawings with very many strokes, lines, points or blanks."""
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
    """Returns compressed files: a line of 1 GB of spaces, many lines, many drawings, and gzip within gzip."""
    spaces = _gzip(b" " * MEGABYTE, 1000)
    line = b'{"label": 1, "strokes": [[[0,0]]]}\n' * 30_000
    return [spaces, _gzip(b"\n" * MEGABYTE, 200), _gzip(line, 300), gzip.compress(spaces)]


def _gzip(part, times):
    """Returns the gzip-compressed repetition of a part. The uncompressed whole is never in memory."""
    # 31 chooses the gzip format with the largest window.
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(packer.compress(part) for _ in range(times)) + packer.flush()


def large_canvases() -> list[bytes]:
    """Returns canvases with very long paths and with very many objects."""
    curve, line = b'["Q",1,1,2,2],', b'["L",1,1],'
    paths = [b'["M",0,0],' + part * (6 * MEGABYTE // len(part)) + b'["L",3,3]' for part in (curve, line)]
    place = b'"left":1,"top":1,"originX":"center","originY":"center"'
    contents = [b'{"objects":[{"path":[' + path + b"]," + place + b"}]}" for path in paths]
    return [*contents, b'{"objects":[' + b'{"path":[["M",0,0]]},' * 200_000 + b'{"path":[]}]}']
