"""The packed network's file: safetensors, about one bit per weight, no pickle.

Tensors of layer i, counted from 0:

    i.weights      uint8   bits of (outputs, taps, inputs), the first in the lowest bit of the first byte
    i.thresholds   int16   (outputs,), or int32 where one needs it   not of the last layer
    i.flips        uint8   bits of (outputs,)                        not of the last layer
    scale, offset  float32 (classes,)

The metadata key "network" holds JSON with the version and the fields of `PackedNetwork` and `PackedLayer`
that are not tensors. `class_names` is left out where the classes are the ten digits.
"""

import json
from pathlib import Path
from reprlib import repr as short
from typing import Any, TypeVar

import numpy as np
import safetensors
import safetensors.numpy

from bnn.data.dataset import DIGITS, check_class_names
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.recipes.layers import IMAGE_SIDE
from bnn.recipes.recipe import MAX_WEIGHTS, MAX_WIDTH
from bnn.system.files import read_bytes

VERSION = 1
MAX_FILE_BYTES = 4_000_000
MAX_LAYERS = 64
MAX_LEVELS = 32
# Far beyond any trained scale or offset, and small enough that no score overflows.
MAX_SCALE = 1e9
_DAMAGED = (
    safetensors.SafetensorError,
    json.JSONDecodeError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
)
_LARGEST = {"side": IMAGE_SIDE, "inputs": MAX_WIDTH, "outputs": MAX_WIDTH, "pool": 4}
_LAYER_FIELDS = ("kind", "side", "inputs", "outputs", "pool", "pool_first")
Header = dict[str, Any]
Tensors = dict[str, np.ndarray]
Kind = TypeVar("Kind")


def to_bytes(network: PackedNetwork) -> bytes:
    """Returns the file's content."""
    tensors: Tensors = {"scale": network.scale, "offset": network.offset}
    for number, layer in enumerate(network.layers):
        tensors[f"{number}.weights"] = _pack(layer.weights)
        if layer.thresholds is not None and layer.flips is not None:
            tensors[f"{number}.thresholds"] = _narrow(layer.thresholds)
            tensors[f"{number}.flips"] = _pack(layer.flips)
    header = {
        "version": VERSION,
        "pixel_threshold": network.pixel_threshold,
        "temperature": network.temperature,
        "recipe": network.recipe,
        "layers": [{name: getattr(layer, name) for name in _LAYER_FIELDS} for layer in network.layers],
    }
    if network.class_names != DIGITS:
        header["class_names"] = network.class_names
    metadata = {"network": json.dumps(header, separators=(",", ":"))}
    return safetensors.numpy.save(tensors, metadata)


def load(path: Path) -> PackedNetwork:
    """Returns the packed network in a file.

    Raises:
        ValueError: if the file cannot be read or is no valid packed network; one sentence says why.
    """
    try:
        return from_bytes(read_bytes(path, MAX_FILE_BYTES))
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"the file {path.name} is no packed network: {error}") from error


def from_bytes(content: bytes) -> PackedNetwork:
    """Returns the packed network in a file's content.

    Raises:
        ValueError: if it is no valid packed network; says what is wrong.
    """
    try:
        tensors = safetensors.numpy.load(content)
        header = _read_header(content)
    except _DAMAGED as error:
        raise ValueError(f"it is damaged or no safetensors file ({error!s:.300})") from error
    return _build(header, tensors)


def _read_header(content: bytes) -> Header:
    # `safetensors.numpy.load` has checked the layout, but does not return the metadata.
    length = int.from_bytes(content[:8], "little")
    header = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["network"])
    if not isinstance(header, dict) or header.get("version") != VERSION:
        raise ValueError(f"its version is not {VERSION}")
    return header


def _build(header: Header, tensors: Tensors) -> PackedNetwork:
    class_names = _class_names(header)
    pixel_threshold = _pixel_threshold(header)
    layers = _build_layers(header, tensors)
    _check_names(tensors, len(layers))
    num_channels = len(pixel_threshold) if isinstance(pixel_threshold, tuple) else 1
    _check_chain(layers, num_channels, len(class_names))
    if pixel_threshold is None and layers[0].kind == "dense":
        raise ValueError("a dense first layer cannot take grey pixels")
    return PackedNetwork(
        pixel_threshold=pixel_threshold,
        layers=tuple(layers),
        scale=_bounded(tensors, "scale", len(class_names)),
        offset=_bounded(tensors, "offset", len(class_names)),
        temperature=_temperature(header),
        recipe=_recipe(header),
        class_names=class_names,
    )


def _build_layers(header: Header, tensors: Tensors) -> list[PackedLayer]:
    descriptions = _require(header, "layers", list)
    if not 1 <= len(descriptions) <= MAX_LAYERS:
        raise ValueError(f"it has {len(descriptions)} layers, not 1 to {MAX_LAYERS}")
    layers = []
    for number, description in enumerate(descriptions):
        is_last = number == len(descriptions) - 1
        layers.append(_build_layer(number, description, is_last, tensors))
        if sum(layer.num_weights for layer in layers) > MAX_WEIGHTS:
            raise ValueError(f"it has more than {MAX_WEIGHTS:,} weights")
    return layers


def _build_layer(number: int, description: object, is_last: bool, tensors: Tensors) -> PackedLayer:
    if not isinstance(description, dict) or set(description) != set(_LAYER_FIELDS):
        raise ValueError(f"layer {number} is not described by exactly {', '.join(_LAYER_FIELDS)}")
    if description["kind"] not in ("convolution", "dense"):
        raise ValueError(f"layer {number} is of kind {short(description['kind'])}")
    for name, largest in _LARGEST.items():
        if not 1 <= _require(description, name, int) <= largest:
            raise ValueError(f"layer {number} has {name} = {short(description[name])}, not 1 to {largest}")
    _require(description, "pool_first", bool)
    layer = PackedLayer(**description, weights=np.empty(0))
    if layer.num_weights > MAX_WEIGHTS:
        raise ValueError(f"layer {number} would have {layer.num_weights:,} weights")
    bits = _unpack(tensors, f"{number}.weights", layer.num_weights)
    weights = bits.reshape(layer.outputs, -1, layer.inputs)
    if is_last:
        return PackedLayer(**description, weights=weights)
    thresholds = _thresholds(tensors, f"{number}.thresholds", layer.outputs)
    flips = _unpack(tensors, f"{number}.flips", layer.outputs)
    return PackedLayer(**description, weights=weights, thresholds=thresholds, flips=flips)


def _check_names(tensors: Tensors, num_layers: int) -> None:
    expected = {"scale", "offset", *(f"{number}.weights" for number in range(num_layers))}
    for number in range(num_layers - 1):
        expected |= {f"{number}.thresholds", f"{number}.flips"}
    if extra := set(tensors) - expected:
        raise ValueError(f"it has a tensor too many, {short(min(extra))}")


def _check_chain(layers: list[PackedLayer], num_channels: int, num_classes: int) -> None:
    side, channels, is_flat = IMAGE_SIDE, num_channels, False
    for number, layer in enumerate(layers):
        if (layer.side, layer.inputs) != (side, channels):
            raise ValueError(f"layer {number} does not fit behind the one before it")
        is_dense = layer.kind == "dense"
        if (layer.pool > 1 if is_dense else is_flat) or layer.output_side < 1:
            raise ValueError(f"layer {number} cannot stand at its place")
        is_flat = is_dense
        side, channels = layer.output_side, layer.outputs
    if not is_flat or channels != num_classes:
        raise ValueError(f"its last layer is not a dense one with {num_classes} outputs")


def _class_names(header: Header) -> tuple[str, ...]:
    return check_class_names(_require(header, "class_names", list)) if "class_names" in header else DIGITS


def _pixel_threshold(header: Header) -> int | tuple[int, ...] | None:
    value = header.get("pixel_threshold")
    if value is None:
        return None
    values = value if isinstance(value, list) else [value]
    if not 1 <= len(values) <= MAX_LEVELS or not all(type(v) is int and 0 <= v <= 256 for v in values):
        raise ValueError(f"its pixel_threshold is {short(value)}, not 0 to 256, a list of these, or null")
    return tuple(values) if isinstance(value, list) else value


def _temperature(header: Header) -> float:
    value = header.get("temperature")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.001 <= value <= 1000:
        raise ValueError(f"its temperature is {short(value)}, not from 0.001 to 1000")
    return float(value)


def _recipe(header: Header) -> str:
    value = _require(header, "recipe", str)
    if len(value) > 80 or not value.isprintable():
        raise ValueError(f"its recipe is {short(value)}")
    return value


def _require(values: Header, name: str, kind: type[Kind]) -> Kind:
    value = values.get(name)
    if type(value) is not kind:
        raise ValueError(f"its {name} is {short(value)}")
    return value


def _tensor(tensors: Tensors, name: str, dtype: type[np.generic], shape: tuple[int, ...]) -> np.ndarray:
    array = tensors.get(name)
    if array is None or array.dtype != dtype or array.shape != shape:
        found = "missing" if array is None else f"{array.shape} {array.dtype}"
        raise ValueError(f"its {name} is {found}, not {shape} {np.dtype(dtype)}")
    return array


def _bounded(tensors: Tensors, name: str, num_classes: int) -> np.ndarray:
    array = _tensor(tensors, name, np.float32, (num_classes,))
    # Not `(abs(array) > MAX_SCALE).any()`, which lets NaN pass.
    if not (abs(array) <= MAX_SCALE).all():
        raise ValueError(f"its {name} is not within {MAX_SCALE:g}")
    return array


def _thresholds(tensors: Tensors, name: str, count: int) -> np.ndarray:
    is_narrow = name in tensors and tensors[name].dtype == np.int16
    return _tensor(tensors, name, np.int16 if is_narrow else np.int32, (count,)).astype(np.int32)


def _narrow(thresholds: np.ndarray) -> np.ndarray:
    narrow = thresholds.astype(np.int16)
    return narrow if (narrow == thresholds).all() else thresholds.astype(np.int32)


def _pack(bits: np.ndarray) -> np.ndarray:
    return np.packbits(bits.ravel(), bitorder="little")


def _unpack(tensors: Tensors, name: str, count: int) -> np.ndarray:
    packed = _tensor(tensors, name, np.uint8, ((count + 7) // 8,))
    return np.unpackbits(packed, bitorder="little", count=count).astype(bool)
