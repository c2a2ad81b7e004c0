"""Writes and reads the file of a packed network, a safetensors file with about one bit per weight.

The file has these tensors, where i is the index of the layer:

    i.weights      uint8            bits of (outputs, taps, inputs), eight per byte, lowest bit first
    i.thresholds   int16 or int32   (outputs,); int32 if a threshold needs it
    i.flips        uint8            bits of (outputs,), in the same order
    scale, offset  float32          (classes,)

A tap is a position of the input that one sum covers. The last layer has neither thresholds nor flips. The
metadata key "network" has a JSON text with the version and the fields of `PackedNetwork` and `PackedLayer`
that are not tensors. `class_names` is left out if the classes are the ten digits, and `has_three_looks` if it
is false. Versions of the app that do not know `has_three_looks` ignore it, and look once at each image.
"""

import json
from pathlib import Path
from reprlib import repr as short

import numpy as np
import safetensors
import safetensors.numpy

from bnn.data.dataset import DIGITS
from bnn.engine import file_values
from bnn.engine.file_values import Header, Tensors
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.recipes.checks import MAX_WEIGHTS, MAX_WIDTH
from bnn.recipes.layers import IMAGE_SIDE
from bnn.system.files import read_bytes

VERSION = 1
MAX_FILE_BYTES = 4_000_000
MAX_LAYERS = 64
# The errors that reading a damaged file raises.
_DAMAGED = (
    safetensors.SafetensorError,
    json.JSONDecodeError,
    KeyError,
    TypeError,
    AttributeError,
    RecursionError,
)
# The largest allowed values of a layer's fields. The smallest value of each is 1.
_LARGEST = {"side": IMAGE_SIDE, "inputs": MAX_WIDTH, "outputs": MAX_WIDTH, "pool": 4}
_LAYER_FIELDS = ("kind", "side", "inputs", "outputs", "pool", "pool_first")


def to_bytes(network: PackedNetwork) -> bytes:
    """Returns the content of a network's file."""
    tensors: Tensors = {"scale": network.scale, "offset": network.offset}
    for index, layer in enumerate(network.layers):
        tensors[f"{index}.weights"] = _pack(layer.weights)
        if layer.thresholds is not None and layer.flips is not None:
            tensors[f"{index}.thresholds"] = _narrow(layer.thresholds)
            tensors[f"{index}.flips"] = _pack(layer.flips)
    header = {
        "version": VERSION,
        "pixel_threshold": network.pixel_threshold,
        "temperature": network.temperature,
        "recipe": network.recipe,
        "layers": [{name: getattr(layer, name) for name in _LAYER_FIELDS} for layer in network.layers],
    }
    if network.class_names != DIGITS:
        header["class_names"] = network.class_names
    if network.has_three_looks:
        header["has_three_looks"] = True
    metadata = {"network": json.dumps(header, separators=(",", ":"))}
    return safetensors.numpy.save(tensors, metadata)


def load(path: Path) -> PackedNetwork:
    """Returns the packed network in a file.

    Raises:
        ValueError: if the file cannot be read or is not a valid packed network. The message is one sentence
            that says why.
    """
    try:
        return from_bytes(read_bytes(path, MAX_FILE_BYTES))
    except OSError as error:
        raise ValueError(f"{path.name} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"the file {path.name} is not a packed network: {error}") from error


def from_bytes(content: bytes) -> PackedNetwork:
    """Returns the packed network in a file's content.

    Raises:
        ValueError: if the content is not a valid packed network. The message says what is wrong, as a clause.
    """
    try:
        tensors = safetensors.numpy.load(content)
        header = _read_header(content)
    except _DAMAGED as error:
        raise ValueError(f"it is damaged or not a safetensors file ({error!s:.300})") from error
    return _build(header, tensors)


def _read_header(content: bytes) -> Header:
    # `safetensors.numpy.load` checks the layout of a file, but does not return its metadata.
    length = int.from_bytes(content[:8], "little")
    header = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["network"])
    if not isinstance(header, dict) or file_values.require(header, "version", int) != VERSION:
        raise ValueError(f"its version is not {VERSION}")
    return header


def _build(header: Header, tensors: Tensors) -> PackedNetwork:
    class_names = file_values.class_names(header)
    pixel_threshold = file_values.pixel_threshold(header)
    layers = _build_layers(header, tensors)
    _check_names(tensors, len(layers))
    num_channels = len(pixel_threshold) if isinstance(pixel_threshold, tuple) else 1
    _check_chain(layers, num_channels, len(class_names))
    if pixel_threshold is None and layers[0].kind == "dense":
        raise ValueError("a dense first layer cannot take grey pixels")
    return PackedNetwork(
        pixel_threshold=pixel_threshold,
        layers=tuple(layers),
        scale=file_values.bounded_floats(tensors, "scale", len(class_names)),
        offset=file_values.bounded_floats(tensors, "offset", len(class_names)),
        temperature=file_values.temperature(header),
        recipe=file_values.recipe_name(header),
        class_names=class_names,
        has_three_looks=file_values.has_three_looks(header),
    )


def _build_layers(header: Header, tensors: Tensors) -> list[PackedLayer]:
    descriptions = file_values.require(header, "layers", list)
    if not 1 <= len(descriptions) <= MAX_LAYERS:
        raise ValueError(f"it has {len(descriptions)} layers, not 1 to {MAX_LAYERS}")
    layers = []
    for index, description in enumerate(descriptions):
        is_last = index == len(descriptions) - 1
        layers.append(_build_layer(index, description, is_last, tensors))
        if sum(layer.num_weights for layer in layers) > MAX_WEIGHTS:
            raise ValueError(f"it has more than {MAX_WEIGHTS:,} weights")
    return layers


def _build_layer(index: int, description: object, is_last: bool, tensors: Tensors) -> PackedLayer:
    if not isinstance(description, dict) or set(description) != set(_LAYER_FIELDS):
        raise ValueError(f"layer {index} is not described by exactly {', '.join(_LAYER_FIELDS)}")
    if description["kind"] not in ("convolution", "dense"):
        raise ValueError(f"layer {index} has kind = {short(description['kind'])}, not convolution or dense")
    description = dict(description)
    for name, largest in _LARGEST.items():
        description[name] = file_values.require(description, name, int)
        if not 1 <= description[name] <= largest:
            raise ValueError(f"layer {index} has {name} = {short(description[name])}, not 1 to {largest}")
    file_values.require(description, "pool_first", bool)
    layer = PackedLayer(**description, weights=np.empty(0))
    if layer.num_weights > MAX_WEIGHTS:
        raise ValueError(f"layer {index} has {layer.num_weights:,} weights, more than {MAX_WEIGHTS:,}")
    bits = file_values.bits(tensors, f"{index}.weights", layer.num_weights)
    weights = bits.reshape(layer.outputs, -1, layer.inputs)
    if is_last:
        return PackedLayer(**description, weights=weights)
    thresholds = file_values.thresholds(tensors, f"{index}.thresholds", layer.outputs)
    flips = file_values.bits(tensors, f"{index}.flips", layer.outputs)
    return PackedLayer(**description, weights=weights, thresholds=thresholds, flips=flips)


def _check_names(tensors: Tensors, num_layers: int) -> None:
    expected = {"scale", "offset", *(f"{index}.weights" for index in range(num_layers))}
    for index in range(num_layers - 1):
        expected |= {f"{index}.thresholds", f"{index}.flips"}
    if extra := set(tensors) - expected:
        raise ValueError(f"it has an unexpected tensor, {short(min(extra))}")


def _check_chain(layers: list[PackedLayer], num_channels: int, num_classes: int) -> None:
    side, channels, is_flat = IMAGE_SIDE, num_channels, False
    for index, layer in enumerate(layers):
        if (layer.side, layer.inputs) != (side, channels):
            wanted = f"{side} and {channels}"
            raise ValueError(f"layer {index} has side {layer.side} and {layer.inputs} inputs, not {wanted}")
        is_dense = layer.kind == "dense"
        # A dense layer does not pool, and no convolution follows a dense layer.
        is_misplaced = layer.pool > 1 if is_dense else is_flat
        if is_misplaced or layer.output_side < 1:
            raise ValueError(f"layer {index} cannot be at this place of the network")
        is_flat = is_dense
        side, channels = layer.output_side, layer.outputs
    if not is_flat or channels != num_classes:
        raise ValueError(f"its last layer is not a dense layer with {num_classes} outputs")


def _narrow(thresholds: np.ndarray) -> np.ndarray:
    narrow = thresholds.astype(np.int16)
    return narrow if (narrow == thresholds).all() else thresholds.astype(np.int32)


def _pack(bits: np.ndarray) -> np.ndarray:
    return np.packbits(bits.ravel(), bitorder="little")
