"""The arithmetic of a binary network, in Numba: XOR, popcount, compare, AND.

1. A ±1 vector is stored as bits, 1 for -1. Two entries multiply to -1 exactly where their bits differ,
   so over K entries   dot(a, b) = (K - d) - d = K - 2 d   with   d = popcount(a XOR b).
   (Written XNOR where agreements are counted instead; XOR counts the same thing from the other side.)
2. "Same" padding pads with 0, which is neither -1 nor +1: the taps outside add nothing to a sum. Here the
   border is +1, so that no position needs a test; what it adds is known beforehand, and is in the
   threshold that the sum at such a place is compared with. So the border is exact.
3. Batch norm and sign are one comparison with an integer: bit = (dot < threshold) XOR flip. As dot is
   K - 2 d, that is d > limit with limit = (K - threshold) / 2, rounded down: only the last layer forms
   its sums. A flip costs nothing: NOT (dot < t) is (-dot < 1 - t), other weights and another threshold.
4. Max-pooling: sign(max(x)) is +1 where any is +1, so on bits (1 = -1) the pool is AND. With the pool
   behind batch norm, the flip comes before the AND; with the pool before it, after, so that there it is
   an XOR of its own.

One call reads any number of digits from pixels to scores, and releases the GIL. What it reads them with
is one array of words and a row of integers per layer; `bnn.engine.program` makes both.

32 outputs of a layer are worked out side by side, in 32 lanes, which the compiler lays into whatever
vector registers the machine has. Left to find such a form for itself, it does so for some loops and not
for others. Each lane counts in four bytes, one for each byte of the words it compares: all machines can
count bits in bytes, few in longer integers. Before a byte could overflow, the four are added up. The
comparison with 32 limits gives 32 bits, the next layer's word as it stands.

All this is one file, and imports nothing of the project but the decorator, because Numba's cache knows by
the date of this file whether what it holds is still right.
"""

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model

from bnn.system.jit import compiled

LANES = 32
# What the integers of a layer's row are; `bnn.engine.program.LayerWords` says more.
KIND, SIDE, POOL, WORDS, BLOCKS, BORDER, ENTRIES, WEIGHTS, LIMITS, FLIPS = range(10)
# Kinds: three of convolutions, two of dense layers.
TABLE, GREY, CONVOLUTION, DENSE, LAST = range(5)

_SIDE = 28  # of an image
_PATCHES = 512  # of nine bits
_INTS = ir.VectorType(ir.IntType(32), LANES)
_SHORTS = ir.VectorType(ir.IntType(16), 2 * LANES)
_BYTES = ir.VectorType(ir.IntType(8), 4 * LANES)


class _Lanes(types.Type):
    """The Numba type of 32 integers of 32 bits, held in vector registers."""


_LANES = _Lanes("lanes")


@register_model(_Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, _INTS)


def _all(vector, value):
    return ir.Constant(vector, [value] * vector.count)


def _spread(builder, value):
    # One integer in every lane.
    first = builder.insert_element(_all(_INTS, 0), value, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(first, first, _all(_INTS, 0))


def _popcount(builder, value):
    kind = ir.FunctionType(value.type, [value.type])
    name = f"llvm.ctpop.v{value.type.count}i{value.type.element.width}"
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [value])


def _pointer(context, builder, array_type, array, index):
    data = cgutils.create_struct_proxy(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [index]), _INTS.as_pointer())


@intrinsic
def _zero(typing_context):
    return _LANES(), lambda context, builder, signature, arguments: _all(_INTS, 0)


@intrinsic
def _load(typing_context, array, index):
    def generate(context, builder, signature, arguments):
        pointer = _pointer(context, builder, signature.args[0], *arguments)
        return builder.load(pointer, align=4)

    return _LANES(array, types.uintp), generate


@intrinsic
def _store(typing_context, array, index, lanes):
    def generate(context, builder, signature, arguments):
        pointer = _pointer(context, builder, signature.args[0], *arguments[:2])
        builder.store(arguments[2], pointer, align=4)
        return context.get_dummy_value()

    return types.void(array, types.uintp, _LANES), generate


@intrinsic
def _add(typing_context, a, b):
    return _LANES(_LANES, _LANES), lambda context, builder, signature, arguments: builder.add(*arguments)


@intrinsic
def _add_differences(typing_context, counts, bits, weights):
    # counts + popcount(bits ^ weights), byte by byte
    def generate(context, builder, signature, arguments):
        counts, bits, weights = arguments
        differ = builder.bitcast(builder.xor(_spread(builder, bits), weights), _BYTES)
        counts = builder.add(builder.bitcast(counts, _BYTES), _popcount(builder, differ))
        return builder.bitcast(counts, _INTS)

    return _LANES(_LANES, types.uint32, _LANES), generate


@intrinsic
def _add_bytes(typing_context, counts):
    # In each lane the sum of its four bytes.
    def generate(context, builder, signature, arguments):
        low, shift = _all(_SHORTS, 0xFF), _all(_SHORTS, 8)
        pairs = builder.bitcast(arguments[0], _SHORTS)
        pairs = builder.add(builder.and_(pairs, low), builder.lshr(pairs, shift))
        pairs = builder.bitcast(pairs, _INTS)
        low, shift = _all(_INTS, 0xFFFF), _all(_INTS, 16)
        return builder.add(builder.and_(pairs, low), builder.lshr(pairs, shift))

    return _LANES(_LANES), generate


@intrinsic
def _add_signed(typing_context, sums, value, masks):
    # (v ^ m) - m is v for m = 0 and -v for m = -1: a product with a sign, without a multiplication.
    def generate(context, builder, signature, arguments):
        sums, value, masks = arguments
        return builder.add(sums, builder.sub(builder.xor(_spread(builder, value), masks), masks))

    return _LANES(_LANES, types.uint32, _LANES), generate


@intrinsic
def _above(typing_context, sums, limits):
    # The bits (sum > limit), the first lane's lowest.
    def generate(context, builder, signature, arguments):
        return builder.bitcast(builder.icmp_signed(">", *arguments), ir.IntType(LANES))

    return types.uint32(_LANES, _LANES), generate


# Unsigned, as Numba would test each signed index for being negative.
_U = np.uintp
_MAX_WORDS = 31  # of 8 differences to a byte each, which holds 255


@njit
def _differences(words, weights, source, start, num_runs, run, stride):
    # Of 32 outputs: from `num_runs` runs of places, each `run` long, `stride` from one to the next.
    sums, counts, left = _zero(), _zero(), _MAX_WORDS
    for _ in range(num_runs):
        for place in range(start, start + run):
            if left == 0:
                sums, counts, left = _add(sums, _add_bytes(counts)), _zero(), _MAX_WORDS
            counts = _add_differences(counts, source[place], _load(words, weights))
            weights += _U(LANES)
            left -= 1
        start += stride
    return _add(sums, _add_bytes(counts))


@njit
def _grey_sums(words, masks, source, start, stride):
    # Of 32 outputs: minus the sum of nine pixels, so that here, too, what is above the limit becomes -1.
    sums = _zero()
    for y in range(_U(3)):
        for x in range(_U(3)):
            sums = _add_signed(sums, source[start + y * stride + x], _load(words, masks))
            masks += _U(LANES)
    return sums


@njit
def _edge(position, size):
    # Where a row or column lies: 0 at the first place, 2 at the last, 1 between, 3 both first and last.
    if size == 1:
        return _U(3)
    return _U(position > _U(0)) + _U(position == size - _U(1))


@njit
def _sum_row(plan, words, source, y, target, place):
    # AND the bits of row y into `target`, from `place` on.
    side, pool, num_words, blocks = _U(plan[SIDE]), _U(plan[POOL]), _U(plan[WORDS]), _U(plan[BLOCKS])
    kind, weights, limits = plan[KIND], _U(plan[WEIGHTS]), _U(plan[LIMITS])
    stride, run, left = (side + _U(2)) * num_words, _U(3) * num_words, pool
    for x in range(side // pool * pool):
        start = y * stride + x * num_words
        limit = limits + (_U(4) * _edge(y, side) + _edge(x, side)) * blocks * _U(LANES)
        for block in range(blocks):
            weight = weights + block * run * _U(3 * LANES)
            if kind == GREY:
                sums = _grey_sums(words, weight, source, start, stride)
            else:
                sums = _differences(words, weight, source, start, 3, run, stride)
            target[place + block] &= _above(sums, _load(words, limit + block * _U(LANES)))
        left -= _U(1)
        if left == _U(0):
            place, left = place + blocks, pool


@njit
def _entries(source):
    # For each place, its column's edge and the nine bits around it, the first in the lowest bit. In one
    # go, over the border and all: a row is too short to be worth a vector.
    width = _U(_SIDE + 2)
    entries = np.empty(_SIDE * (_SIDE + 2), np.uint32)
    for place in range(_U(_SIDE * (_SIDE + 2) - 2)):
        entry = np.uint32(_PATCHES)
        for y in range(_U(3)):
            for x in range(_U(3)):
                entry |= np.uint32(source[place + y * width + x] << np.uint32(_U(3) * y + x))
        entries[place] = entry
    for y in range(_U(_SIDE)):
        entries[y * width] -= np.uint32(_PATCHES)
        entries[y * width + _U(_SIDE - 1)] += np.uint32(_PATCHES)
    return entries


@njit
def _table_row(plan, words, entries, y, target, place):
    # As `_sum_row`, with every answer looked up.
    side, pool, blocks = _U(plan[SIDE]), _U(plan[POOL]), _U(plan[BLOCKS])
    table = _U(plan[WEIGHTS]) + _U(4 * _PATCHES) * _edge(y, side) * blocks
    start = y * _U(_SIDE + 2)
    for block in range(blocks):
        at, left, pooled = place + block, pool, np.uint32(0xFFFFFFFF)
        for entry in range(start, start + side // pool * pool):
            pooled &= words[table + _U(entries[entry]) * blocks + block]
            left -= _U(1)
            if left == _U(0):
                target[at] &= pooled
                at, left, pooled = at + blocks, pool, np.uint32(0xFFFFFFFF)


@njit
def _convolve(plan, words, source, target):
    # `source` has a border, `target` has one if the plan says so.
    kind, side, pool, flips = plan[KIND], _U(plan[SIDE]), _U(plan[POOL]), _U(plan[FLIPS])
    blocks, border = _U(plan[BLOCKS]), _U(plan[BORDER])
    num_places = side // pool
    entries = _entries(source) if kind == TABLE else source
    for row in range(num_places):
        first = ((row + border) * (num_places + _U(2) * border) + border) * blocks
        for place in range(first, first + num_places * blocks):
            target[place] = np.uint32(0xFFFFFFFF)
        for y in range(row * pool, row * pool + pool):
            if kind == TABLE:
                _table_row(plan, words, entries, y, target, first)
            else:
                _sum_row(plan, words, source, y, target, first)
        for place in range(num_places):
            for block in range(blocks):
                target[first + place * blocks + block] ^= words[flips + block]


@njit
def _connect(plan, words, source, target):
    # A dense layer: bits, or the sums of the last.
    blocks, weights, limits = _U(plan[BLOCKS]), _U(plan[WEIGHTS]), _U(plan[LIMITS])
    count = _U(plan[SIDE]) * _U(plan[SIDE]) * _U(plan[WORDS])
    for block in range(blocks):
        differences = _differences(words, weights + block * count * _U(LANES), source, _U(0), 1, count, count)
        if plan[KIND] == DENSE:
            target[block] = _above(differences, _load(words, limits + block * _U(LANES)))
        else:
            _store(target, block * _U(LANES), differences)
    if plan[KIND] == LAST:
        for output in range(blocks * _U(LANES)):
            target[output] = np.uint32(np.uint32(plan[ENTRIES]) - np.uint32(2) * target[output])


@njit
def _read_layer(plan, words, source, target):
    if plan[BORDER]:
        target[:] = 0
    if plan[KIND] >= DENSE:
        _connect(plan, words, source, target)
    else:
        _convolve(plan, words, source, target)


@njit
def _border(plan):
    # Of what the layer reads.
    return _U(0) if plan[KIND] >= DENSE else _U(1)


@njit
def _read_pixels(image, thresholds, plan, target):
    # A word for each pixel: a bit for each threshold that it is below; for grey the pixel itself.
    border = _border(plan)
    target[:] = 0
    for row in range(_U(_SIDE)):
        first = (row + border) * (_U(_SIDE) + _U(2) * border) + border
        if plan[KIND] == GREY:
            for column in range(_U(_SIDE)):
                target[first + column] = image[row, column]
        for position in range(len(thresholds)):
            for column in range(_U(_SIDE)):
                bit = np.uint32(image[row, column] < thresholds[position])
                target[first + column] |= np.uint32(bit << np.uint32(position))


@njit
def _read_words(places, plan, target):
    border, side = _border(plan), _U(plan[SIDE])
    run = side * _U(plan[WORDS])
    target[:] = 0
    for row in range(side):
        first = (row + border) * (run + _U(2) * border * _U(plan[WORDS])) + border * _U(plan[WORDS])
        for place in range(run):
            target[first + place] = places[row * run + place]


@compiled
def scores(images, thresholds, plans, words, room, scale, offset, results):
    """Fill `results` (n, 10) float32 from `images` (n, 28, 28) uint8; the rest as in `Program`."""
    source, target = np.empty(room, np.uint32), np.empty(room, np.uint32)
    for index in range(len(images)):
        _read_pixels(images[index], thresholds, plans[0], source)
        for number in range(len(plans)):
            _read_layer(plans[number], words, source, target)
            source, target = target, source
        for output in range(results.shape[1]):
            sums = np.float32(np.int32(source[output]))
            results[index, output] = sums * scale[output] + offset[output]


@compiled
def layer(inputs, plan, words, room, outputs):
    """Fill `outputs` (n, words) from `inputs` (n, words), all uint32, by one layer; without borders.

    The words of the last layer are its sums, int32.
    """
    source, target = np.empty(room, np.uint32), np.empty(room, np.uint32)
    for index in range(len(inputs)):
        _read_words(inputs[index], plan, source)
        _read_layer(plan, words, source, target)
        for place in range(outputs.shape[1]):
            outputs[index, place] = target[place]
