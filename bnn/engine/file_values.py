"""Reads and checks individual values of a packed network's file.

Each function raises a `ValueError` if the value is missing or not allowed. The message is a clause about the
file, such as "its temperature is 0, not from 0.001 to 1000".
"""

from reprlib import repr as short
from typing import Any, TypeVar

import numpy as np

from bnn.data.dataset import DIGITS, check_class_names

MAX_LEVELS = 32
MAX_RECIPE_LENGTH = 80
# Trained scales and offsets are far smaller. Without this limit, a score could overflow.
MAX_SCALE = 1e9
# The JSON object in the file's metadata, and the tensors by name.
Header = dict[str, Any]
Tensors = dict[str, np.ndarray]
Kind = TypeVar("Kind")
_KIND_WORDS: dict[type, str] = {int: "a whole number", str: "a text", bool: "true or false", list: "a list"}


def class_names(header: Header) -> tuple[str, ...]:
    """Returns the class names; the ten digits if the header has none."""
    return check_class_names(require(header, "class_names", list)) if "class_names" in header else DIGITS


def pixel_threshold(header: Header) -> int | tuple[int, ...] | None:
    """Returns the threshold or thresholds of a pixel; None if the network reads the pixel values (grey)."""
    # A file without a threshold must not pass for that of a network that reads the pixel values.
    if "pixel_threshold" not in header:
        raise ValueError("its pixel_threshold is missing")
    value = header["pixel_threshold"]
    if value is None:
        return None
    values = [_whole(v) for v in (value if isinstance(value, list) else [value])]
    numbers = tuple(v for v in values if type(v) is int and 0 <= v <= 256)
    if not 1 <= len(values) <= MAX_LEVELS or len(numbers) < len(values):
        raise ValueError(f"its pixel_threshold is {short(value)}, not 0 to 256, a list of these, or null")
    return numbers if isinstance(value, list) else numbers[0]


def temperature(header: Header) -> float:
    """Returns the temperature, by which the scores are divided before softmax."""
    value = header.get("temperature")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.001 <= value <= 1000:
        raise ValueError(f"its temperature is {short(value)}, not from 0.001 to 1000")
    return float(value)


def has_three_looks(header: Header) -> bool:
    """Returns whether the network has three looks; False if the header does not say."""
    return require(header, "has_three_looks", bool) if "has_three_looks" in header else False


def recipe_name(header: Header) -> str:
    """Returns the name of the recipe."""
    value = require(header, "recipe", str)
    if len(value) > MAX_RECIPE_LENGTH or not value.isprintable():
        raise ValueError(f"its recipe is {short(value)}, not at most {MAX_RECIPE_LENGTH} visible characters")
    return value


def require(values: Header, name: str, kind: type[Kind]) -> Kind:
    """Returns the value with this name, which must be of exactly this type (a bool is not an int).

    A number such as 2.0 counts as a whole number.
    """
    value = _whole(values.get(name)) if kind is int else values.get(name)
    if type(value) is not kind:
        raise ValueError(f"its {name} is {short(value)}, not {_KIND_WORDS[kind]}")
    return value


def _whole(value: object) -> object:
    """Returns 2 for 2.0, because JavaScript reads both as the same number; other values stay as they are."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _tensor(tensors: Tensors, name: str, dtype: type[np.generic], shape: tuple[int, ...]) -> np.ndarray:
    array = tensors.get(name)
    if array is None or array.dtype != dtype or array.shape != shape:
        found = "missing" if array is None else f"{array.shape} {array.dtype}"
        raise ValueError(f"its {name} is {found}, not {shape} {np.dtype(dtype)}")
    return array


def bounded_floats(tensors: Tensors, name: str, count: int) -> np.ndarray:
    """Returns a tensor of `count` float32 numbers, all within ±MAX_SCALE."""
    array = _tensor(tensors, name, np.float32, (count,))
    # `(abs(array) > MAX_SCALE).any()` would accept NaN.
    if not (abs(array) <= MAX_SCALE).all():
        raise ValueError(f"its {name} is not within ±{MAX_SCALE:g}")
    return array


def thresholds(tensors: Tensors, name: str, count: int) -> np.ndarray:
    """Returns a tensor of `count` integers as int32. In the file it may be int16 or int32."""
    is_narrow = name in tensors and tensors[name].dtype == np.int16
    return _tensor(tensors, name, np.int16 if is_narrow else np.int32, (count,)).astype(np.int32)


def bits(tensors: Tensors, name: str, count: int) -> np.ndarray:
    """Returns a tensor of `count` bits as bool. In the file, a byte has eight bits, the lowest first."""
    packed = _tensor(tensors, name, np.uint8, ((count + 7) // 8,))
    return np.unpackbits(packed, bitorder="little", count=count).astype(bool)
