"""The packed network's file: safetensors, about one bit per weight, no pickle.

Tensors, for the layer with number i from 0:

    i.weights      uint8   bits of (outputs, taps, inputs), the first in the lowest bit of the first byte
    i.thresholds   int16   (outputs,), int32 if one needs it     not for the last layer
    i.flips        uint8   bits of (outputs,)                    not for the last layer
    scale, offset  float32 (10,)

Metadata: the key "network" holds JSON with the fields of `PackedNetwork` and `PackedLayer` that are not
tensors, and a version.
"""

import json
from pathlib import Path
from reprlib import repr as short

import numpy as np
import safetensors
import safetensors.numpy

from bnn.engine.network import IMAGE_SIDE, NUM_CLASSES, PackedLayer, PackedNetwork
from bnn.system.files import read_bytes

VERSION = 1
# The largest and the widest that one can train (see `bnn.recipes.recipe`): what would need more memory is refused.
MAX_WEIGHTS = 20_000_000
MAX_CHANNELS = 4096
MAX_FILE_BYTES = 4_000_000
# Thresholds of a pixel: as many as one word has bits.
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
_HIGHEST = {"side": IMAGE_SIDE, "inputs": MAX_CHANNELS, "outputs": MAX_CHANNELS, "pool": 4}
_LAYER_FIELDS = ("kind", "side", "inputs", "outputs", "pool", "pool_first")


def to_bytes(network: PackedNetwork) -> bytes:
    """The file's content."""
    tensors = {"scale": network.scale, "offset": network.offset}
    for number, layer in enumerate(network.layers):
        tensors[f"{number}.weights"] = _pack(layer.weights)
        if layer.thresholds is not None:
            tensors[f"{number}.thresholds"] = _narrow(layer.thresholds)
            tensors[f"{number}.flips"] = _pack(layer.flips)
    header = {
        "version": VERSION,
        "pixel_threshold": network.pixel_threshold,
        "temperature": network.temperature,
        "recipe": network.recipe,
        "layers": [{name: getattr(layer, name) for name in _LAYER_FIELDS} for layer in network.layers],
    }
    metadata = {"network": json.dumps(header, separators=(",", ":"))}
    return safetensors.numpy.save(tensors, metadata)


def load(path: Path) -> PackedNetwork:
    """The packed network in a file.

    Raises:
        ValueError: if it cannot be read or is no sound packed network; one sentence says why.
    """
    try:
        return from_bytes(read_bytes(path, MAX_FILE_BYTES))
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"the file {path.name} is no packed network: {error}") from error


def from_bytes(content: bytes) -> PackedNetwork:
    """The packed network in a file's content.

    Raises:
        ValueError: if it is no sound packed network; says what is wrong.
    """
    try:
        tensors = safetensors.numpy.load(content)
        header = _read_header(content)
    except _DAMAGED as error:
        raise ValueError(f"it is damaged or no safetensors file ({error!s:.300})") from error
    return _build(header, tensors)


def _read_header(content):
    # `safetensors` has checked the layout by now; it gives tensors, not metadata, from bytes.
    length = int.from_bytes(content[:8], "little")
    header = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["network"])
    if not isinstance(header, dict) or header.get("version") != VERSION:
        raise ValueError(f"its version is not {VERSION}")
    return header


def _build(header, tensors):
    expected = {"scale", "offset"}
    layers = []
    descriptions = _require(header, "layers", list)
    if not 1 <= len(descriptions) <= 64:
        raise ValueError(f"it has {len(descriptions)} layers")
    for number, description in enumerate(descriptions):
        is_last = number == len(descriptions) - 1
        layers.append(_build_layer(number, description, is_last, tensors))
        if sum(layer.num_weights for layer in layers) > MAX_WEIGHTS:
            raise ValueError(f"it has more than {MAX_WEIGHTS:,} weights")
        expected |= {f"{number}.weights"} | (
            set() if is_last else {f"{number}.thresholds", f"{number}.flips"}
        )
    if extra := set(tensors) - expected:
        raise ValueError(f"it has a tensor too many, {short(min(extra))}")
    pixel_threshold = _pixel_threshold(header)
    _check_chain(layers, num_channels=len(pixel_threshold) if isinstance(pixel_threshold, tuple) else 1)
    if pixel_threshold is None and layers[0].kind == "dense":
        raise ValueError("a dense first layer cannot take grey pixels")
    return PackedNetwork(
        pixel_threshold=pixel_threshold,
        layers=tuple(layers),
        scale=_bounded(tensors, "scale"),
        offset=_bounded(tensors, "offset"),
        temperature=_temperature(header),
        recipe=_recipe(header),
    )


def _build_layer(number, description, is_last, tensors):
    if not isinstance(description, dict) or set(description) != set(_LAYER_FIELDS):
        raise ValueError(f"layer {number} is not described by exactly {', '.join(_LAYER_FIELDS)}")
    if description["kind"] not in ("convolution", "dense"):
        raise ValueError(f"layer {number} is of kind {short(description['kind'])}")
    for name, high in _HIGHEST.items():
        if not 1 <= _require(description, name, int) <= high:
            raise ValueError(f"layer {number} has {name} = {short(description[name])}, not 1 to {high}")
    _require(description, "pool_first", bool)
    layer = PackedLayer(**description, weights=np.empty(0))
    if layer.num_weights > MAX_WEIGHTS:
        raise ValueError(f"layer {number} would have {layer.num_weights:,} weights")
    weights = _unpack(tensors, f"{number}.weights", layer.num_weights).reshape(
        layer.outputs, -1, layer.inputs
    )
    if is_last:
        return PackedLayer(**description, weights=weights)
    thresholds = _thresholds(tensors, f"{number}.thresholds", layer.outputs)
    flips = _unpack(tensors, f"{number}.flips", layer.outputs)
    return PackedLayer(**description, weights=weights, thresholds=thresholds, flips=flips)


def _check_chain(layers, num_channels):
    side, channels, flattened = IMAGE_SIDE, num_channels, False
    for number, layer in enumerate(layers):
        if (layer.side, layer.inputs) != (side, channels):
            raise ValueError(f"layer {number} does not fit behind the one before it")
        is_dense = layer.kind == "dense"
        if (layer.pool > 1 if is_dense else flattened) or layer.output_side < 1:
            raise ValueError(f"layer {number} cannot stand at its place")
        flattened = is_dense
        side, channels = layer.output_side, layer.outputs
    if not flattened or channels != NUM_CLASSES:
        raise ValueError(f"its last layer is not a dense one with {NUM_CLASSES} outputs")


def _pixel_threshold(header):
    value = header.get("pixel_threshold")
    if value is None:
        return None
    values = value if isinstance(value, list) else [value]
    if not 1 <= len(values) <= MAX_LEVELS or not all(type(v) is int and 0 <= v <= 256 for v in values):
        raise ValueError(f"its pixel_threshold is {short(value)}, not 0 to 256, a list of these, or null")
    return tuple(values) if isinstance(value, list) else value


def _temperature(header):
    value = header.get("temperature")
    if type(value) not in (int, float) or not 0.001 <= value <= 1000:
        raise ValueError(f"its temperature is {short(value)}, not from 0.001 to 1000")
    return float(value)


def _recipe(header):
    value = _require(header, "recipe", str)
    if len(value) > 80 or not value.isprintable():
        raise ValueError(f"its recipe is {short(value)}")
    return value


def _require(values, name, kind):
    if type(values.get(name)) is not kind:
        raise ValueError(f"its {name} is {short(values.get(name))}")
    return values[name]


def _tensor(tensors, name, dtype, shape):
    array = tensors.get(name)
    if array is None or array.dtype != dtype or array.shape != shape:
        found = "missing" if array is None else f"{array.shape} {array.dtype}"
        raise ValueError(f"its {name} is {found}, not {shape} {np.dtype(dtype)}")
    return array


def _bounded(tensors, name):
    array = _tensor(tensors, name, np.float32, (NUM_CLASSES,))
    # Written so that what is not a number is refused too.
    if not (abs(array) <= MAX_SCALE).all():
        raise ValueError(f"its {name} is not within {MAX_SCALE:g}")
    return array


def _thresholds(tensors, name, count):
    is_narrow = name in tensors and tensors[name].dtype == np.int16
    return _tensor(tensors, name, np.int16 if is_narrow else np.int32, (count,)).astype(np.int32)


def _narrow(thresholds):
    narrow = thresholds.astype(np.int16)
    return narrow if (narrow == thresholds).all() else thresholds.astype(np.int32)


def _pack(bits):
    return np.packbits(bits.ravel(), bitorder="little")


def _unpack(tensors, name, count):
    packed = _tensor(tensors, name, np.uint8, ((count + 7) // 8,))
    return np.unpackbits(packed, bitorder="little", count=count).astype(bool)
