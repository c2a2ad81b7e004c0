"""A packed network as the kernels read it: a row of integers per layer, and one array of words."""

from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from bnn.engine.kernels import BORDER, CONVOLUTION, DENSE, FLIPS, GREY, LANES, LAST, LIMITS, TABLE, WEIGHTS
from bnn.engine.network import PackedNetwork
from bnn.engine.words import num_words, pack_words

# A vector that lies across two lines of the cache takes two readings.
_LINE_WORDS = 16
_MAX_PIXEL = 255
_NEVER = np.iinfo(np.int32).max


class LayerWords(NamedTuple):
    """A layer as the kernels read it.

    Args:
        plan: (10,) int32: the kind, as `bnn.engine.kernels` numbers them; side; pool; words that come in at
            a place; blocks of 32 outputs; whether the next layer wants a border; the number of entries of a
            sum; and where in `words` there are
            - the weights, (blocks, taps, words, 32), bits behind the last input being 0; for grey pixels
              (blocks, 9, 32) masks, 0 for weight -1 and all ones for +1; for one binary channel the table
              (16 edges, 512 patches, blocks) of all answers;
            - the limits, (16 edges, blocks, 32) of a convolution, (blocks, 32) of a dense layer;
            - the flips behind a pool, (blocks,).
        words: uint32, each of these beginning at a line of the cache.
        room: words that its input or its output takes at most.
    """

    plan: np.ndarray
    words: np.ndarray
    room: int


class Program(NamedTuple):
    """A network as the kernels read it.

    Args:
        layers: each layer on its own, for `kernels.layer`.
        arguments: the whole network, for `kernels.scores`: the thresholds of a pixel, int32; the layers' plans,
            (layers, 10) int32; all layers' words, uint32; the words that any layer's input or output takes at
            most; scale and offset, (classes,) float32.
    """

    layers: tuple[LayerWords, ...]
    arguments: tuple[np.ndarray, np.ndarray, np.ndarray, int, np.ndarray, np.ndarray]


_PROGRAMS: WeakKeyDictionary[PackedNetwork, Program] = WeakKeyDictionary()


def of(network: PackedNetwork) -> Program:
    """Returns the network's program, which is made at its first use and kept as long as the network."""
    found = _PROGRAMS.get(network)
    if found is None:
        found = _PROGRAMS[network] = _make(network)
    return found


def _make(network: PackedNetwork) -> Program:
    layers = tuple(layer_words(network, position) for position in range(len(network.layers)))
    plans = np.array([words.plan for words in layers])
    words, starts = _join([words.words for words in layers])
    plans[:, [WEIGHTS, LIMITS, FLIPS]] += starts[:, None]
    plans[:-1, BORDER] = [layer.kind == "convolution" for layer in network.layers[1:]]
    thresholds = np.array(network.pixel_thresholds, np.int32)
    room = max(words.room for words in layers)
    # Copies, because Numba compiles again for read-only arrays.
    return Program(layers, (thresholds, plans, words, room, network.scale.copy(), network.offset.copy()))


def layer_words(network: PackedNetwork, position: int) -> LayerWords:
    """One layer for `kernels.layer`."""
    layer = network.layers[position]
    kind = _kind(layer, position == 0, network.pixel_threshold is None)
    weights, thresholds, flips = _fold_flips(layer, _MAX_PIXEL if kind == GREY else 1)
    if kind == TABLE:
        parts = _table(weights, thresholds), np.empty(0, np.int32)
    elif kind == GREY:
        parts = _masks(weights), np.repeat(_lanes(-thresholds, _NEVER)[None], 16, axis=0)
    else:
        parts = _blocks(weights), _limits(layer, weights, thresholds)
    words, starts = _join([*parts, pack_words(flips)])
    words_in, blocks = num_words(layer.inputs), num_words(layer.outputs)
    entries = layer.num_taps * layer.inputs
    plan = (kind, layer.side, layer.pool, words_in, blocks, 0, entries, *starts)
    room = max((layer.side + 2) ** 2 * words_in, layer.output_side**2 * blocks, LANES * blocks)
    return LayerWords(np.array(plan, np.int32), words, room)


def _kind(layer, is_first, is_grey):
    if layer.kind == "dense":
        return LAST if layer.thresholds is None else DENSE
    if not is_first:
        return CONVOLUTION
    return GREY if is_grey else TABLE if layer.inputs == 1 else CONVOLUTION


def _fold_flips(layer, largest_input):
    """Weights and thresholds that need no flip, and the flips that are left: 3 and 4 in `kernels`."""
    if layer.thresholds is None:
        return layer.weights, np.zeros(layer.outputs, np.int64), np.zeros(layer.outputs, bool)
    # What no sum reaches is cut off first: a threshold at the end of its type would wrap around.
    reach = layer.num_taps * layer.inputs * largest_input
    thresholds = np.clip(layer.thresholds.astype(np.int64), -reach, reach + 1)
    if layer.kind == "convolution" and layer.pool_first:
        return layer.weights, thresholds, layer.flips
    weights = layer.weights ^ layer.flips[:, None, None]
    return weights, np.where(layer.flips, 1 - thresholds, thresholds), np.zeros(layer.outputs, bool)


def _limits(layer, weights, thresholds):
    entries = layer.num_taps * layer.inputs
    if layer.kind == "convolution":
        # A border of +1 adds the weights of the taps outside: so they are added to the threshold, too.
        # Counted, for a sum over signs would first make eight bytes of each bit.
        sums = layer.inputs - 2 * weights.sum(axis=2)
        thresholds = thresholds + (1 - _TAPS_INSIDE) @ sums.T
    return _lanes((entries - thresholds) // 2, _NEVER)


def _table(weights, thresholds):
    # Nine bits come in, so there are 512 patches; bit t of a patch is the input at tap t.
    patches = _signs(np.arange(512)[:, None] >> np.arange(9) & 1)
    # One edge at a time: the sums of all would be a thousand times the table.
    sums = (inside * patches @ _signs(weights)[:, :, 0].T for inside in _TAPS_INSIDE)
    return np.stack([pack_words(one < thresholds) for one in sums])


def _masks(weights):
    masks = _lanes(np.where(weights[:, :, 0].T, 0, -1), 0)
    return masks.transpose(1, 0, 2)


def _blocks(weights):
    # (outputs, taps, inputs) bool -> (blocks, taps, words, 32) uint32
    words = _lanes(np.moveaxis(pack_words(weights), 0, -1), 0)
    return np.moveaxis(words, -2, 0)


def _lanes(values, filling):
    # (..., outputs) -> (..., blocks, 32)
    padding = [(0, 0)] * (values.ndim - 1) + [(0, -values.shape[-1] % LANES)]
    values = np.pad(values, padding, constant_values=filling)
    return values.reshape(*values.shape[:-1], -1, LANES)


def _join(parts):
    """The words of all parts, each from a line of the cache on, and where each begins."""
    sizes = [-(-part.size // _LINE_WORDS) * _LINE_WORDS for part in parts]
    starts = np.cumsum([0, *sizes[:-1]])
    room = np.zeros(sum(sizes) + _LINE_WORDS, np.uint32)
    words = room[-room.ctypes.data % (4 * _LINE_WORDS) // 4 :][: sum(sizes)]
    for part, start in zip(parts, starts, strict=True):
        words[start : start + part.size] = part.astype(np.uint32).ravel()
    return words, starts


def _signs(bits):
    return 1 - 2 * bits.astype(np.int64)


def _taps_inside():
    # By edge (first, inside, last, both first and last) and tap, for rows and for columns; then together.
    inside = np.array([[0, 1, 1], [1, 1, 1], [1, 1, 0], [0, 1, 0]])
    return np.einsum("ri,cj->rcij", inside, inside).reshape(16, 9)


_TAPS_INSIDE = _taps_inside()
