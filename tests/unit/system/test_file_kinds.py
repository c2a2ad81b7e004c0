"""The kind of a file is recognized from its first bytes."""

import gzip
import io
import json
import zipfile

import numpy as np
import pytest
import safetensors.numpy
from PIL import Image

from bnn.system.file_kinds import BEGIN_BYTES, kind_of


@pytest.mark.parametrize("name", ["BMP", "GIF", "JPEG", "PNG", "TIFF", "WebP"])
def test_pictures_that_pillow_writes_are_recognized(name):
    file = io.BytesIO()
    Image.new("L", (40, 30), 200).save(file, name)
    assert kind_of(file.getvalue()[:BEGIN_BYTES]) == f"a {name} picture"


def _zip():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "a")
    return file.getvalue()


@pytest.mark.parametrize(
    "content, name",
    [
        (_zip(), "a zip archive"),
        (gzip.compress(b"a", mtime=0), "a gzip file"),
        (safetensors.numpy.save({"a": np.zeros(3)}), "a file of a network (.safetensors)"),
        (b"label,p0,p1\n7,0,255\n", "a table (CSV)"),
        ("label;p0;p1\n7;0;255\n".encode("utf-16"), "a table (CSV)"),
        (b"BM,age\n1,2\n", "a table (CSV)"),
        (b"Dear all, this is text.", "a text file"),
        (b"\n<html><body>", "a web page"),
        (json.dumps({"label": 1}).encode(), ""),
        (b"[1, 2]", ""),
        (b"\xef\xbb\xbf \n", ""),
        (b"", ""),
        (bytes(range(256)), ""),
    ],
)
def test_other_kinds_are_recognized_and_json_has_none(content, name):
    assert kind_of(content) == name
