"""A packed network as the kernels read it: one array of words.

It begins with the numbers that `bnn.engine.kernels` names: `NUM_LAYERS`; `NUM_THRESHOLDS` of a pixel; where
these `THRESHOLDS`, the layers' `PLANS`, `SCALE` and `OFFSET` (both float32) begin; and `ROOM`, the words that
the input or output of any layer takes at most. Each plan has

    KIND      as `bnn.engine.kernels` numbers them
    SIDE      height and width of the input
    POOL      side of the max-pooling
    WORDS     words that come in at a place
    BLOCKS    blocks of 32 outputs
    ENTRIES   inputs of a sum

and says where these begin:

    WEIGHTS   of TABLE, the answers to all patches, (16 edges, 512 patches, blocks);
              of GREY, masks (blocks, 9, 32), 0 for weight -1 and all ones for +1;
              of NIBBLES, bytes (blocks, taps, words, 8 nibbles, 32), each with the weights of four inputs;
              else words (blocks, taps, words, 32); bits behind the last input are 0
    LIMITS    of a convolution (16 edges, blocks, 32), int16 of NIBBLES and int32 of the others; of a dense
              layer (blocks, 32) int32
    FLIPS     after pooling, (blocks,)
    TABLES    of NIBBLES, bytes (2 places, 16 inputs, 16 weights): the number of bits in which they differ, in
              the lower half of the byte for the first place and in the upper half for the second
"""

from weakref import WeakKeyDictionary

import numpy as np

from bnn.engine import kernels
from bnn.engine.kernels import CONVOLUTION, DENSE, GREY, LANES, LAST, NIBBLES, TABLE
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.engine.words import num_words, pack_words

# A vector across two lines of the cache takes two accesses, so every part begins at a line.
_LINE_WORDS = 16
_MAX_PIXEL = 255
_NEVER, _NEVER_SHORT = np.iinfo(np.int32).max, np.iinfo(np.int16).max
_PROGRAMS: WeakKeyDictionary[PackedNetwork, np.ndarray] = WeakKeyDictionary()


def of(network: PackedNetwork) -> np.ndarray:
    """Returns the network's words, uint32; they are made at its first use and kept as long as the network."""
    found = _PROGRAMS.get(network)
    if found is None:
        found = _PROGRAMS[network] = _make(network)
    return found


def _make(network: PackedNetwork) -> np.ndarray:
    header, plans = np.zeros(7, np.uint32), np.zeros((len(network.layers), kernels.PLAN_WORDS), np.uint32)
    thresholds = np.array(network.pixel_thresholds, np.uint32)
    parts = [header, thresholds, plans, network.scale, network.offset]
    first_parts = []
    for position, plan in enumerate(plans):
        layer_parts = _describe(network, position, plan)
        first_parts.append(len(parts))
        parts += layer_parts
    words, starts = _join(parts)
    room = max(map(_room, network.layers))
    header[:] = len(plans), len(thresholds), *starts[1:5], room
    for plan, first in zip(plans, first_parts, strict=True):
        plan[kernels.WEIGHTS : kernels.TABLES + 1] = starts[first : first + 4]
    for number in (0, 2):
        words[starts[number] : starts[number] + parts[number].size] = parts[number].ravel()
    return words


def _describe(network: PackedNetwork, position: int, plan: np.ndarray) -> list[np.ndarray]:
    """Fill in a layer's plan up to WEIGHTS, and return its parts: weights, limits, flips, tables."""
    layer = network.layers[position]
    kind = _kind(layer, position == 0, network.pixel_threshold is None)
    plan[: kernels.WEIGHTS] = (
        kind,
        layer.side,
        layer.pool,
        num_words(layer.inputs),
        num_words(layer.outputs),
        layer.num_taps * layer.inputs,
    )
    weights, thresholds, flips = _fold_flips(layer, _MAX_PIXEL if kind == GREY else 1)
    nothing, flip_words = np.empty(0, np.uint32), pack_words(flips)
    if kind == TABLE:
        return [_answers(weights, thresholds), nothing, flip_words, nothing]
    if kind == GREY:
        limits = np.repeat(_lanes(-thresholds, _NEVER)[None], 16, axis=0)
        return [_masks(weights), limits.astype(np.int32), flip_words, nothing]
    limits = _limits(layer, weights, thresholds)
    if kind == NIBBLES:
        # Compared with counts, so a negative limit is like any other.
        short = np.clip(_lanes(limits, _NEVER_SHORT), -1, _NEVER_SHORT).astype(np.int16)
        return [_nibbles(weights), short, flip_words, _nibble_tables()]
    return [_blocks(weights), _lanes(limits, _NEVER).astype(np.int32), flip_words, nothing]


def _room(layer: PackedLayer) -> int:
    blocks = num_words(layer.outputs)
    # With a border, and one more place, as a neighbour of the last. The output may have a border, too.
    source = ((layer.side + 2) ** 2 + 1) * num_words(layer.inputs)
    return max(source, (layer.output_side + 2) ** 2 * blocks, LANES * blocks)


def _kind(layer: PackedLayer, is_first: bool, is_grey: bool) -> int:
    if layer.kind == "dense":
        return LAST if layer.thresholds is None else DENSE
    if is_first and is_grey:
        return GREY
    if is_first and layer.inputs == 1:
        return TABLE
    # Nibbles are counted in 16 bits.
    is_countable = layer.num_taps * layer.inputs < _NEVER_SHORT
    return NIBBLES if kernels.PREFERS_LOOK_UP and is_countable else CONVOLUTION


def _fold_flips(layer: PackedLayer, largest_input: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weights and thresholds that need no flip, and the flips that remain (kernels, 2 and 4)."""
    if layer.thresholds is None or layer.flips is None:
        return layer.weights, np.zeros(layer.outputs, np.int64), np.zeros(layer.outputs, bool)
    # Thresholds that no sum reaches are cut off first: one at the end of its type would wrap around.
    reach = layer.num_taps * layer.inputs * largest_input
    thresholds = np.clip(layer.thresholds.astype(np.int64), -reach, reach + 1)
    if layer.kind == "convolution" and layer.pool_first:
        return layer.weights, thresholds, layer.flips
    weights = layer.weights ^ layer.flips[:, None, None]
    return weights, np.where(layer.flips, 1 - thresholds, thresholds), np.zeros(layer.outputs, bool)


def _limits(layer: PackedLayer, weights: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """The limits, (16 edges, outputs) or (outputs,) int64: 2 and 3 in `bnn.engine.kernels`."""
    entries = layer.num_taps * layer.inputs
    if layer.kind == "convolution":
        # A border of +1 adds the weights of the taps outside, so they are added to the threshold, too.
        sums = layer.inputs - 2 * weights.sum(axis=2)
        thresholds = thresholds + (1 - _TAPS_INSIDE) @ sums.T
    return (entries - thresholds) // 2


def _answers(weights: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    # Bit t of a patch is the input at tap t.
    patches = _signs(np.arange(512)[:, None] >> np.arange(9) & 1)
    # One edge at a time: the sums of all would take a thousand times the table's memory.
    sums = (inside * patches @ _signs(weights)[:, :, 0].T for inside in _TAPS_INSIDE)
    return np.stack([pack_words(one < thresholds) for one in sums])


def _masks(weights: np.ndarray) -> np.ndarray:
    masks = _lanes(np.where(weights[:, :, 0].T, 0, -1), 0)
    return masks.transpose(1, 0, 2).astype(np.int32)


def _blocks(weights: np.ndarray) -> np.ndarray:
    # (outputs, taps, inputs) bool -> (blocks, taps, words, 32) uint32
    words = _lanes(np.moveaxis(pack_words(weights), 0, -1), 0)
    return np.moveaxis(words, -2, 0)


def _nibbles(weights: np.ndarray) -> np.ndarray:
    # (outputs, taps, inputs) bool -> (blocks, taps, words, 8, 32) uint8
    words = _blocks(weights)[..., None, :]
    return (words >> np.arange(0, 32, 4, dtype=np.uint32)[:, None] & np.uint32(15)).astype(np.uint8)


def _nibble_tables() -> np.ndarray:
    nibbles = np.arange(16)
    differ = np.unpackbits((nibbles[:, None] ^ nibbles).astype(np.uint8)[..., None], axis=-1).sum(axis=-1)
    return np.stack([differ, 16 * differ]).astype(np.uint8)


def _lanes(values: np.ndarray, filling: int) -> np.ndarray:
    # (..., outputs) -> (..., blocks, 32)
    padding = [(0, 0)] * (values.ndim - 1) + [(0, -values.shape[-1] % LANES)]
    values = np.pad(values, padding, constant_values=filling)
    return values.reshape(*values.shape[:-1], -1, LANES)


def _join(parts: list[np.ndarray]) -> tuple[np.ndarray, list[int]]:
    """The bytes of all parts as words, each from a line of the cache on, and where each begins."""
    sizes = [-(-part.nbytes // (4 * _LINE_WORDS)) * _LINE_WORDS for part in parts]
    starts = [sum(sizes[:number]) for number in range(len(parts))]
    room = np.zeros(sum(sizes) + _LINE_WORDS, np.uint32)
    words = room[-room.ctypes.data % (4 * _LINE_WORDS) // 4 :][: sum(sizes)]
    for part, start in zip(parts, starts, strict=True):
        content = np.ascontiguousarray(part).view(np.uint32).ravel()
        words[start : start + content.size] = content
    return words, starts


def _signs(bits: np.ndarray) -> np.ndarray:
    return 1 - 2 * bits.astype(np.int64)


def _taps_inside() -> np.ndarray:
    """Which taps lie inside the image, (16 edges, 9 taps) of 0 and 1.

    A row lies at the first edge, between, at the last edge, or at both; so does a column.
    """
    inside = np.array([[0, 1, 1], [1, 1, 1], [1, 1, 0], [0, 1, 0]])
    return np.einsum("ri,cj->rcij", inside, inside).reshape(16, 9)


_TAPS_INSIDE = _taps_inside()
