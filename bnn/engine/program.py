"""Converts a packed network into the form that the kernels read: one array of uint32 words, the program.

The program begins with these words, whose positions `bnn.engine.kernels` names:

    NUM_LAYERS       number of layers
    NUM_THRESHOLDS   number of thresholds of a pixel
    THRESHOLDS       where the thresholds begin in the program
    PLANS            where the plans of the layers begin
    SCALE, OFFSET    where the scale and the offset of the scores begin, both float32
    BUFFER_WORDS     number of words of the largest input or output of a layer

The plan of a layer has these words:

    KIND      TABLE, GREY, CONVOLUTION, NIBBLES, DENSE or LAST
    SIDE      height and width of the input
    POOL      height and width of the max-pooling window
    WORDS     number of words of the input at each position
    BLOCKS    number of blocks of 32 outputs
    ENTRIES   number of inputs of a sum
    WEIGHTS   where the weights begin. Their form depends on the kind:
              TABLE: the output bits for all patches of 3x3 bits, (16 edges, 512 patches, blocks)
              GREY: masks (blocks, 9, 32), all bits 0 for a weight of -1, and all bits 1 for +1
              NIBBLES: bytes (blocks, taps, words, 8 nibbles, 32), each with the weights of four inputs
              other kinds: words (blocks, taps, words, 32); bits after the last input are 0
    LIMITS    where the limits begin. Their form depends on the kind:
              NIBBLES: (16 edges, blocks, 32) int16
              CONVOLUTION, GREY: (16 edges, blocks, 32) int32
              DENSE: (blocks, 32) int32
    FLIPS     where the flips after pooling begin, (blocks,)
    TABLES    where the look-up tables of NIBBLES begin: bytes (2 positions, 16 input nibbles, 16 weight
              nibbles). A byte is the number of bits in which the two nibbles differ; for the second position,
              16 times that number

The 16 edges are the cases of step 3 in `bnn.engine.kernels`. A tap is a position of the input that one sum
covers.
"""

from math import ceil
from weakref import WeakKeyDictionary

import numpy as np

from bnn.engine import kernels
from bnn.engine.kernels import CONVOLUTION, DENSE, GREY, LANES, LAST, NIBBLES, TABLE
from bnn.engine.network import PackedLayer, PackedNetwork
from bnn.engine.words import num_words, pack_words

# Every part of the program begins at a cache line, because reading a vector that crosses two lines takes two
# accesses.
_LINE_WORDS = 16
_LINE_BYTES = 4 * _LINE_WORDS
_MAX_PIXEL = 255
# Limits that no sum exceeds, as int32 and int16.
_NEVER, _NEVER_SHORT = np.iinfo(np.int32).max, np.iinfo(np.int16).max
_PROGRAMS: WeakKeyDictionary[PackedNetwork, np.ndarray] = WeakKeyDictionary()


def of(network: PackedNetwork) -> np.ndarray:
    """Returns the network's program, uint32. It is made once, and kept as long as the network."""
    words = _PROGRAMS.get(network)
    if words is None:
        words = _PROGRAMS[network] = _make(network)
    return words


def blocks(weights: np.ndarray) -> np.ndarray:
    """Returns a layer's weights in blocks of 32 outputs, (blocks, taps, words, 32) uint32.

    The C engine has the weights in this order, too; see onebit.h.

    Args:
        weights: (outputs, taps, inputs) bool, as in `PackedLayer`.
    """
    words = _lanes(np.moveaxis(pack_words(weights), 0, -1), 0)
    return np.moveaxis(words, -2, 0)


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
    buffer_words = max(map(_buffer_words, network.layers))
    header[:] = len(plans), len(thresholds), *starts[1:5], buffer_words
    for plan, first in zip(plans, first_parts, strict=True):
        plan[kernels.WEIGHTS : kernels.TABLES + 1] = starts[first : first + 4]
    # The header and the plans were filled after `_join` had copied all parts, so they are copied again.
    for index in (0, 2):
        words[starts[index] : starts[index] + parts[index].size] = parts[index].ravel()
    return words


def _describe(network: PackedNetwork, position: int, plan: np.ndarray) -> list[np.ndarray]:
    """Fills the words before WEIGHTS in a layer's plan, and returns weights, limits, flips and tables."""
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
    return _parts_of(layer, kind)


def _parts_of(layer: PackedLayer, kind: int) -> list[np.ndarray]:
    """Returns the weights, limits, flips and tables of a layer, in the forms for its kind."""
    weights, thresholds, flips = _fold_flips(layer, _MAX_PIXEL if kind == GREY else 1)
    nothing, flip_words = np.empty(0, np.uint32), pack_words(flips)
    if kind == TABLE:
        return [_output_bits(weights, thresholds), nothing, flip_words, nothing]
    if kind == GREY:
        limits = np.repeat(_lanes(-thresholds, _NEVER)[None], 16, axis=0)
        return [_masks(weights), limits.astype(np.int32), flip_words, nothing]
    limits = _limits(layer, weights, thresholds)
    if kind == NIBBLES:
        # The limits are compared with counts of at least 0, so all negative limits mean the same.
        short = np.clip(_lanes(limits, _NEVER_SHORT), -1, _NEVER_SHORT).astype(np.int16)
        return [_nibbles(weights), short, flip_words, _nibble_tables()]
    return [blocks(weights), _lanes(limits, _NEVER).astype(np.int32), flip_words, nothing]


def _buffer_words(layer: PackedLayer) -> int:
    num_blocks = num_words(layer.outputs)
    # The input may have a border, and after it one more position: the right neighbour of the last one. The
    # output may have a border, too.
    source = ((layer.side + 2) ** 2 + 1) * num_words(layer.inputs)
    return max(source, (layer.output_side + 2) ** 2 * num_blocks, LANES * num_blocks)


def _kind(layer: PackedLayer, is_first: bool, is_grey: bool) -> int:
    if layer.kind == "dense":
        return LAST if layer.thresholds is None else DENSE
    if is_first and is_grey:
        return GREY
    if is_first and layer.inputs == 1:
        return TABLE
    # NIBBLES counts in 16 bits.
    is_countable = layer.num_taps * layer.inputs < _NEVER_SHORT
    return NIBBLES if kernels.PREFERS_LOOK_UP and is_countable else CONVOLUTION


def _fold_flips(layer: PackedLayer, largest_input: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns equivalent weights and thresholds without flips, and the flips that must remain.

    See steps 2 and 4 in `bnn.engine.kernels`.
    """
    if layer.thresholds is None or layer.flips is None:
        return layer.weights, np.zeros(layer.outputs, np.int64), np.zeros(layer.outputs, bool)
    # A threshold outside the range of the sums is first moved to the nearest value that gives the same bits.
    # Without that, a limit might not fit into an int32.
    reach = layer.num_taps * layer.inputs * largest_input
    thresholds = np.clip(layer.thresholds.astype(np.int64), -reach, reach + 1)
    if layer.kind == "convolution" and layer.pool_first:
        return layer.weights, thresholds, layer.flips
    weights = layer.weights ^ layer.flips[:, None, None]
    return weights, np.where(layer.flips, 1 - thresholds, thresholds), np.zeros(layer.outputs, bool)


def _limits(layer: PackedLayer, weights: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Returns the limits, (16 edges, outputs) or (outputs,) int64: steps 2 and 3 of `bnn.engine.kernels`."""
    entries = layer.num_taps * layer.inputs
    if layer.kind == "convolution":
        # The border of +1 adds the weights of the taps outside the image to a sum, so these weights are added
        # to the threshold, too.
        sums = layer.inputs - 2 * weights.sum(axis=2)
        thresholds = thresholds + (1 - _TAPS_INSIDE) @ sums.T
    return (entries - thresholds) // 2


def _output_bits(weights: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    # Bit t of a patch is the input at tap t.
    patches = _signs(np.arange(512)[:, None] >> np.arange(9) & 1)
    # The sums are computed for one edge at a time. The sums for all edges would take 64 times the table's
    # memory.
    sums = (inside * patches @ _signs(weights)[:, :, 0].T for inside in _TAPS_INSIDE)
    return np.stack([pack_words(one < thresholds) for one in sums])


def _masks(weights: np.ndarray) -> np.ndarray:
    masks = _lanes(np.where(weights[:, :, 0].T, 0, -1), 0)
    return masks.transpose(1, 0, 2).astype(np.int32)


def _nibbles(weights: np.ndarray) -> np.ndarray:
    # (outputs, taps, inputs) bool -> (blocks, taps, words, 8, 32) uint8
    words = blocks(weights)[..., None, :]
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
    """Returns one array of words with all parts, each at the start of a cache line, and their positions."""
    sizes = [ceil(part.nbytes / _LINE_BYTES) * _LINE_WORDS for part in parts]
    starts = [sum(sizes[:index]) for index in range(len(parts))]
    storage = np.zeros(sum(sizes) + _LINE_WORDS, np.uint32)
    # The words begin at the first cache line that begins within the storage.
    skipped_bytes = -storage.ctypes.data % _LINE_BYTES
    words = storage[skipped_bytes // 4 :][: sum(sizes)]
    for part, start in zip(parts, starts, strict=True):
        content = np.ascontiguousarray(part).view(np.uint32).ravel()
        words[start : start + content.size] = content
    return words, starts


def _signs(bits: np.ndarray) -> np.ndarray:
    return 1 - 2 * bits.astype(np.int64)


def _taps_inside() -> np.ndarray:
    """Returns 1 for taps inside the image and 0 for taps outside, (16 edges, 9 taps).

    The 16 edges are the pairs of four cases for the row and four cases for the column: first, between, last,
    both first and last.
    """
    inside = np.array([[0, 1, 1], [1, 1, 1], [1, 1, 0], [0, 1, 0]])
    return np.einsum("ri,cj->rcij", inside, inside).reshape(16, 9)


_TAPS_INSIDE = _taps_inside()
