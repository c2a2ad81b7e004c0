"""Reads single arrays of an .npz file, after checking that they can be used and are not too large."""

import math
import re
import sys
from reprlib import repr as short
from typing import IO

import numpy as np

MAX_SIDE = 64
MAX_IMAGES = 100_000
# The most bytes of all arrays together. CIFAR-10 has 184 million bytes.
MAX_BYTES = 200_000_000
MAX_HEADER_BYTES = 500
# What the values must be, by the first letter of the array's name.
_WANTED = {"x": "uint8", "y": "whole numbers", "c": "text"}
# Patterns for the type of the values in any header, and for the whole header of an array that is accepted.
_TYPE = re.compile(rb"'descr': '[<>|=]?([a-zA-Z]\d*)")
_HEADER = re.compile(
    rb"\{'descr': '([<>|](?:[ui][1248]|U[1-9]\d{0,2}))', 'fortran_order': (False|True),"
    rb" 'shape': \(([0-9, ]{0,60})\), ?\}\s*"
)


def read_array(member: IO[bytes], key: str, max_bytes: int) -> np.ndarray:
    """Returns the array in an .npy file. An array that is too large is refused before it is read.

    NumPy's own reader would parse the header as a Python expression. All arrays that are accepted have a
    header of the form `_HEADER`, so no expression is parsed here. See `numpy.lib.format`.

    Args:
        member: the opened .npy file.
        key: the array's name: "x_..." for images, "y_..." for labels, or "class_names".
        max_bytes: the largest number of bytes of the array.

    Raises:
        ValueError: if the array is damaged, too large, or of a wrong type or shape. The message names it.
    """
    # A file starts with 6 magic bytes, the version in 2 bytes, and the header's length in 2 bytes (version 1)
    # or 4 bytes (later versions).
    start = member.read(12)
    length_end = 10 if start[6:7] == b"\x01" else 12
    length = int.from_bytes(start[8:length_end], "little")
    header = start[length_end:] + member.read(min(length, MAX_HEADER_BYTES))
    header, rest = header[:length], header[length:]
    match = _HEADER.fullmatch(header)
    if start[:6] != b"\x93NUMPY" or not match:
        raise ValueError(f"{key} must be an array of {_WANTED[key[0]]}, got {_kind(header)}")
    dtype, is_fortran = np.dtype(match[1].decode()), match[2] == b"True"
    shape = tuple(int(number) for number in match[3].replace(b",", b" ").split())
    _check_header(key, shape, dtype, max_bytes)
    num_bytes = math.prod(shape) * dtype.itemsize
    # Further bytes are ignored, as in NumPy.
    content = (rest + member.read(max(0, num_bytes - len(rest))))[:num_bytes]
    if len(content) < num_bytes:
        raise ValueError(f"{key} is damaged: only {len(content):,} of {num_bytes:,} bytes are there")
    _check_characters(key, content, dtype)
    return np.frombuffer(content, dtype).reshape(shape, order="F" if is_fortran else "C")


def _check_characters(key: str, content: bytes, dtype: np.dtype) -> None:
    """Raises a `ValueError` if a text has a code point beyond Unicode. NumPy would raise a SystemError."""
    if dtype.kind != "U":
        return
    # The first character of `dtype.str` is the order of the bytes.
    code_points = np.frombuffer(content, np.dtype(f"{dtype.str[0]}u4"))
    if code_points.max(initial=0) > sys.maxunicode:
        raise ValueError(f"{key} is damaged: {code_points.max():,} is not a character")


def _kind(header: bytes) -> str:
    """Returns the type of the values that a header names; the header itself if it names none."""
    match = _TYPE.search(header)
    if not match:
        return short(header)
    if match[1] == b"O":
        return "objects"
    try:
        return str(np.dtype(match[1].decode()))
    except TypeError:
        return short(header)


def _check_header(key: str, shape: tuple[int, ...], dtype: np.dtype, max_bytes: int) -> None:
    kinds = {"x": "u", "y": "iu", "c": "U"}[key[0]]
    if dtype.kind not in kinds or (kinds == "u" and dtype.itemsize != 1) or dtype.itemsize > 1_000:
        raise ValueError(f"{key} must be an array of {_WANTED[key[0]]}, got {dtype}")
    if key.startswith("x_"):
        is_image = len(shape) == 3 or (len(shape) == 4 and shape[3] in (1, 3))
        if not is_image or not all(1 <= side <= MAX_SIDE for side in shape[1:3]):
            raise ValueError(
                f"{key} must be (n, height, width) or (n, height, width, 1 or 3), with sides of 1 to"
                f" {MAX_SIDE} pixels, got {shape}"
            )
    elif not (len(shape) == 1 or (len(shape) == 2 and shape[1] == 1 and key.startswith("y_"))):
        raise ValueError(f"{key} must have one dimension, got {shape}")
    if shape[0] > MAX_IMAGES:
        raise ValueError(
            f"{key} is too long: at most {MAX_IMAGES:,} images and labels are allowed, got {shape[0]:,}"
        )
    num_bytes = math.prod(shape) * dtype.itemsize
    if num_bytes > max_bytes:
        raise ValueError(
            f"{key} is too large: all arrays of the file together may have at most {MAX_BYTES:,} bytes."
            f" {max_bytes:,} of them are left, and {key} has {num_bytes:,}"
        )
