"""Numba kernels that compute a binary network with XOR, popcount, compare and AND.

Derivation:

1. A vector of +1 and -1 is stored as bits, 1 for -1. The product of two entries is -1 where their bits
   differ. With d = popcount(a XOR b) differing entries out of K,

       dot(a, b) = (K - d) - d = K - 2 d.

   (With XNOR, popcount gives the number of agreements, K - d, instead.)

2. Batch normalization followed by sign compares the sum with an integer:

       bit = (dot < threshold) XOR flip.

   As dot = K - 2 d, `dot < threshold` is the same as

       d > limit   with   limit = floor((K - threshold) / 2),

   so only the last layer computes its sums. NOT (dot < t) is the same as (-dot < 1 - t), a comparison of the
   same kind with the opposite weights and another threshold. So a flip costs nothing, unless pooling comes
   first (step 4).

3. "Same" padding surrounds the image with zeros, which add nothing to a sum. Here these positions are stored
   as +1, so that no position needs a special case. Each of them then adds its weight to the sum. The
   weights are known in advance, so the limit includes them. Which positions lie outside the image depends on
   the output's row: the first, the last, neither or both. It depends on the output's column in the same way.
   So there are 16 cases, and each has its own limits.

4. Max-pooling takes the largest value. The largest of several signs is +1 if one of them is +1. With bit 1
   for -1, pooling is therefore AND. If pooling comes before batch normalization, the flip is applied after
   the AND, with an XOR.

5. The bits of 32 outputs form one word. The 32 outputs are computed side by side, in one of two ways:

   a. Popcount. A word of 32 inputs is compared with the weights of 32 outputs: XOR, popcount of every byte,
      add. Each output has a lane of 32 bits, and counts in the four bytes of its lane. This is fast if the
      processor has an instruction that counts the bits of each byte (AVX-512 BITALG, NEON).

   b. Table look-up, for convolutions. It is used if the processor can shuffle bytes, but cannot count their
      bits (AVX2). Inputs and weights are taken four at a time, as nibbles. For a nibble a of inputs, the
      table T_a[w] = popcount(a XOR w) has an entry for each of the 16 nibbles w of weights. One shuffle
      looks up the nibbles of 32 outputs in this table. Two neighbouring positions have the same weights, so
      the tables for their inputs a and b are combined:

          T_ab[w] = popcount(a XOR w) + 16 popcount(b XOR w).

      Now one shuffle counts for both positions: in the low half of a byte for a, in the high half for b. A
      count is at most 4, so three entries can be added before a half overflows. If v is such a sum, then
      high = v >> 4 and low = v - 16 high. Over many v, only v and high are summed up, because the sum of low
      is the sum of v minus 16 times the sum of high.

`scores` computes any number of images and releases the GIL. Both `scores` and `layer` read the network from
one array of words, the program, which `bnn.engine.program` makes.

Vector types and operations are written as LLVM instructions, because Numba turns only some loops into vector
operations. All kernels are in this file, because Numba's cache checks only the date of the file that a
function is in. It would not notice changes of functions in other files.
"""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.core.registry import cpu_target
from numba.core.typing.templates import Signature
from numba.extending import intrinsic, models, register_model

from bnn.recipes.layers import IMAGE_SIDE
from bnn.system.jit import compiled

LANES = 32
# Positions of the first words of a program; see `bnn.engine.program`.
NUM_LAYERS, NUM_THRESHOLDS, THRESHOLDS, PLANS, SCALE, OFFSET, BUFFER_WORDS = range(7)
# Positions of the words in a layer's plan; see `bnn.engine.program`.
KIND, SIDE, POOL, WORDS, BLOCKS, ENTRIES, WEIGHTS, LIMITS, FLIPS, TABLES = range(10)
PLAN_WORDS = 10
# The kinds of layers: four kinds of convolutions, then two kinds of dense layers; see `bnn.engine.program`.
TABLE, GREY, CONVOLUTION, NIBBLES, DENSE, LAST = range(6)

# Every index is an unsigned integer. With a signed index, Numba would test each time whether it is negative.
_U = np.uintp
_PATCHES = 512  # number of different patches of nine bits
_ALL_ONES = np.uint32(0xFFFFFFFF)
# A byte can count to 255. Popcount adds up to 8 to a byte for each word, so 31 words fit. Look-up adds up to
# 4 for each nibble. `_pair` takes the 24 nibbles of three input words at a time, so two such triples fit.
_MAX_WORDS, _MAX_TRIPLES = 31, 2
# In a program, the look-up tables of the first of two positions, 16 tables of 16 bytes, take 64 words. Those
# of the second follow them. The combined tables of the 8 nibbles of an input word take 32 words.
_SECOND_TABLES, _TABLE_WORDS = 64, 32

_INT = ir.IntType(32)
_INTS, _SHORTS, _BYTES = (ir.VectorType(ir.IntType(bits), LANES) for bits in (32, 16, 8))
# The vector registers of `_INTS`, divided into bytes and into numbers of 16 bits.
_INTS_BYTES, _INTS_HALVES = ir.VectorType(ir.IntType(8), 4 * LANES), ir.VectorType(ir.IntType(16), 2 * LANES)
_TABLE_BYTES = ir.VectorType(ir.IntType(8), 16)

# Numba's decorators change the arguments of a function, so the type checker must not check them.
_intrinsic, _njit = cast(Any, intrinsic), cast(Any, njit)
# An object of LLVM or Numba, which have no type annotations.
Untyped = Any
# In compiled functions: the content of vector registers, and an index in an array.
Vector = Any
Position = Any
# The two parts of a Numba intrinsic: its signature, and the function that generates its instructions.
Generated = tuple[Signature, Callable]


def _features() -> str:
    """Returns the processor features that Numba compiles for, such as "+avx2,-avx512bitalg"."""
    context: Untyped = cpu_target.target_context
    return context.codegen().magic_tuple()[2]


# Whether the processor has the byte shuffle for table look-up, and whether look-up is faster than popcount.
CAN_LOOK_UP = "+avx2" in _features()
PREFERS_LOOK_UP = CAN_LOOK_UP and "+avx512bitalg" not in _features()


class _Lanes(types.Type):
    """Numba's type for 32 integers in vector registers."""

    def __init__(self, vector: ir.VectorType) -> None:
        super().__init__(f"32 x {vector.element}")
        self.vector = vector


_LANES, _SHORT_LANES, _BYTE_LANES = _Lanes(_INTS), _Lanes(_SHORTS), _Lanes(_BYTES)


@register_model(_Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, manager: object, kind: _Lanes) -> None:
        super().__init__(manager, kind, kind.vector)


def _all(vector: ir.VectorType, value: int) -> ir.Constant:
    return ir.Constant(vector, [value] * vector.count)


def _spread(builder: Untyped, value: Untyped) -> Untyped:
    """Returns a vector with the same integer in every lane."""
    first = builder.insert_element(_all(_INTS, 0), value, ir.Constant(_INT, 0))
    return builder.shuffle_vector(first, first, _all(_INTS, 0))


def _call(builder: Untyped, name: str, *arguments: Untyped) -> Untyped:
    """Calls an LLVM intrinsic whose result has the type of its first argument."""
    kind = ir.FunctionType(arguments[0].type, [argument.type for argument in arguments])
    return builder.call(cgutils.get_or_insert_function(builder.module, kind, name), arguments)


def _popcount(builder: Untyped, value: Untyped) -> Untyped:
    return _call(builder, f"llvm.ctpop.v{value.type.count}i{value.type.element.width}", value)


class _Array:
    """An array that is an argument of an intrinsic.

    Args:
        context: Numba's target context.
        builder: Numba's instruction builder.
        kind: the Numba type of the array.
        value: the array.
    """

    def __init__(self, context: Untyped, builder: Untyped, kind: types.Type, value: Untyped) -> None:
        self.builder = builder
        self.data = cgutils.create_struct_proxy(kind)(context, builder, value).data

    def pointer(self, index: Untyped, kind: ir.Type) -> Untyped:
        """Returns a pointer to the value of type `kind` that begins at the word `index`."""
        return self.builder.bitcast(self.builder.gep(self.data, [index]), kind.as_pointer())

    def load(self, index: Untyped, kind: ir.Type) -> Untyped:
        """Returns the value of type `kind` that begins at the word `index`."""
        return self.builder.load(self.pointer(index, kind), align=4)


@_intrinsic
def _zero_ints(_typing: types.Type) -> Generated:
    return _LANES(), lambda _context, _builder, _signature, _arguments: _all(_INTS, 0)


@_intrinsic
def _zero_shorts(_typing: types.Type) -> Generated:
    return _SHORT_LANES(), lambda _context, _builder, _signature, _arguments: _all(_SHORTS, 0)


@_intrinsic
def _zero_bytes(_typing: types.Type) -> Generated:
    return _BYTE_LANES(), lambda _context, _builder, _signature, _arguments: _all(_BYTES, 0)


@_intrinsic
def _load(_typing: types.Type, array: types.Type, _index: types.Type) -> Generated:
    def generate(
        context: Untyped, builder: Untyped, signature: Signature, arguments: list[Untyped]
    ) -> Untyped:
        return _Array(context, builder, signature.args[0], arguments[0]).load(arguments[1], _INTS)

    return _LANES(array, types.uintp), generate


@_intrinsic
def _load_shorts(_typing: types.Type, array: types.Type, _index: types.Type) -> Generated:
    def generate(
        context: Untyped, builder: Untyped, signature: Signature, arguments: list[Untyped]
    ) -> Untyped:
        return _Array(context, builder, signature.args[0], arguments[0]).load(arguments[1], _SHORTS)

    return _SHORT_LANES(array, types.uintp), generate


@_intrinsic
def _store(_typing: types.Type, array: types.Type, _index: types.Type, _lanes: types.Type) -> Generated:
    def generate(
        context: Untyped, builder: Untyped, signature: Signature, arguments: list[Untyped]
    ) -> Untyped:
        array = _Array(context, builder, signature.args[0], arguments[0])
        builder.store(arguments[2], array.pointer(arguments[1], _INTS), align=4)
        return context.get_dummy_value()

    return types.void(array, types.uintp, _LANES), generate


@_intrinsic
def _add(_typing: types.Type, lanes: types.Type, _other: types.Type) -> Generated:
    return lanes(lanes, lanes), lambda _context, builder, _signature, arguments: builder.add(*arguments)


@_intrinsic
def _above(_typing: types.Type, lanes: types.Type, _limits: types.Type) -> Generated:
    # One bit for each lane: lane > limit. The first lane gives the lowest bit.
    def generate(
        _context: Untyped, builder: Untyped, _signature: Signature, arguments: list[Untyped]
    ) -> Untyped:
        return builder.bitcast(builder.icmp_signed(">", *arguments), ir.IntType(LANES))

    return types.uint32(lanes, lanes), generate


@_intrinsic
def _add_differences(
    _typing: types.Type, _counts: types.Type, _bits: types.Type, _weights: types.Type
) -> Generated:
    # Returns counts + popcount(bits XOR weights), byte by byte.
    def generate(
        _context: Untyped, builder: Untyped, _signature: Signature, arguments: list[Untyped]
    ) -> Untyped:
        counts, bits, weights = arguments
        differ = builder.bitcast(builder.xor(_spread(builder, bits), weights), _INTS_BYTES)
        counts = builder.add(builder.bitcast(counts, _INTS_BYTES), _popcount(builder, differ))
        return builder.bitcast(counts, _INTS)

    return _LANES(_LANES, types.uint32, _LANES), generate


@_intrinsic
def _add_bytes(_typing: types.Type, _counts: types.Type) -> Generated:
    # Returns the sum of the four bytes of each lane.
    def generate(
        _context: Untyped, builder: Untyped, _signature: Signature, arguments: list[Untyped]
    ) -> Untyped:
        pairs = builder.bitcast(arguments[0], _INTS_HALVES)
        high = builder.lshr(pairs, _all(_INTS_HALVES, 8))
        pairs = builder.bitcast(builder.add(builder.and_(pairs, _all(_INTS_HALVES, 0xFF)), high), _INTS)
        high = builder.lshr(pairs, _all(_INTS, 16))
        return builder.add(builder.and_(pairs, _all(_INTS, 0xFFFF)), high)

    return _LANES(_LANES), generate


@_intrinsic
def _add_signed(_typing: types.Type, _sums: types.Type, _value: types.Type, _masks: types.Type) -> Generated:
    # Returns sums + value where the mask is 0, and sums - value where it is -1: (v ^ m) - m is v or -v.
    def generate(
        _context: Untyped, builder: Untyped, _signature: Signature, arguments: list[Untyped]
    ) -> Untyped:
        sums, value, masks = arguments
        return builder.add(sums, builder.sub(builder.xor(_spread(builder, value), masks), masks))

    return _LANES(_LANES, types.uint32, _LANES), generate


@_intrinsic
def _look_up(
    _typing: types.Type, tables: types.Type, _table: types.Type, words: types.Type, _weights: types.Type
) -> Generated:
    # Looks up 32 nibbles of weights in a table of 16 bytes.
    def generate(
        context: Untyped, builder: Untyped, signature: Signature, arguments: list[Untyped]
    ) -> Untyped:
        table = _Array(context, builder, signature.args[0], arguments[0]).load(arguments[1], _TABLE_BYTES)
        weights = _Array(context, builder, signature.args[2], arguments[2]).load(arguments[3], _BYTES)
        if not CAN_LOOK_UP:
            # Without the shuffle, `bnn.engine.program` makes no layer that calls this function.
            return weights
        twice = ir.Constant(ir.VectorType(_INT, LANES), [*range(16), *range(16)])
        return _call(builder, "llvm.x86.avx2.pshuf.b", builder.shuffle_vector(table, table, twice), weights)

    return _BYTE_LANES(tables, types.uintp, words, types.uintp), generate


@_intrinsic
def _add_high(_typing: types.Type, _counts: types.Type, _looked_up: types.Type) -> Generated:
    # Returns counts + the upper half of each byte that was looked up.
    def generate(
        _context: Untyped, builder: Untyped, _signature: Signature, arguments: list[Untyped]
    ) -> Untyped:
        return builder.add(arguments[0], builder.lshr(arguments[1], _all(_BYTES, 4)))

    return _BYTE_LANES(_BYTE_LANES, _BYTE_LANES), generate


@_intrinsic
def _without_high(_typing: types.Type, _both: types.Type, _high: types.Type) -> Generated:
    # Returns both - 16 high.
    def generate(
        _context: Untyped, builder: Untyped, _signature: Signature, arguments: list[Untyped]
    ) -> Untyped:
        return builder.sub(arguments[0], builder.shl(arguments[1], _all(_BYTES, 4)))

    return _BYTE_LANES(_BYTE_LANES, _BYTE_LANES), generate


@_intrinsic
def _add_widened(_typing: types.Type, _sums: types.Type, _counts: types.Type) -> Generated:
    # Returns sums + counts. The sums have 16 bits and the counts 8 bits.
    def generate(
        _context: Untyped, builder: Untyped, _signature: Signature, arguments: list[Untyped]
    ) -> Untyped:
        return builder.add(arguments[0], builder.zext(arguments[1], _SHORTS))

    return _SHORT_LANES(_SHORT_LANES, _BYTE_LANES), generate


@_intrinsic
def _store_table(
    _typing: types.Type,
    tables: types.Type,
    _place: types.Type,
    words: types.Type,
    _first: types.Type,
    _second: types.Type,
) -> Generated:
    # Stores the combined table of two positions (5b).
    def generate(
        context: Untyped, builder: Untyped, signature: Signature, arguments: list[Untyped]
    ) -> Untyped:
        target = _Array(context, builder, signature.args[0], arguments[0])
        constants = _Array(context, builder, signature.args[2], arguments[2])
        first, second = (constants.load(index, _TABLE_BYTES) for index in arguments[3:])
        builder.store(builder.or_(first, second), target.pointer(arguments[1], _TABLE_BYTES), align=4)
        return context.get_dummy_value()

    return types.void(tables, types.uintp, words, types.uintp, types.uintp), generate


@_njit
def _differences(
    words: np.ndarray,
    weights: Position,
    source: np.ndarray,
    start: Position,
    num_runs: Position,
    run_length: Position,
    stride: Position,
) -> Vector:
    # Returns the number of differences for each of 32 outputs. The inputs are `num_runs` runs of `run_length`
    # words. The first run begins at `start`, and each run begins `stride` words after the one before it.
    sums, counts, left = _zero_ints(), _zero_ints(), _MAX_WORDS
    for _ in range(num_runs):
        for place in range(start, start + run_length):
            if left == 0:
                sums, counts, left = _add(sums, _add_bytes(counts)), _zero_ints(), _MAX_WORDS
            counts = _add_differences(counts, source[place], _load(words, weights))
            weights += _U(LANES)
            left -= 1
        start += stride
    return _add(sums, _add_bytes(counts))


@_njit
def _grey_sums(
    words: np.ndarray, masks: Position, source: np.ndarray, start: Position, stride: Position
) -> Vector:
    # Returns the weighted sum of nine pixels for each of 32 outputs, with the sign reversed. So a value above
    # the limit becomes -1, as in the other kinds of layers.
    sums = _zero_ints()
    for y in range(_U(3)):
        for x in range(_U(3)):
            sums = _add_signed(sums, source[start + y * stride + x], _load(words, masks))
            masks += _U(LANES)
    return sums


@_njit
def _edge(position: Position, size: Position) -> Position:
    # Returns where a row or column is: 0 first, 1 between, 2 last, 3 both first and last.
    if size == 1:
        return _U(3)
    return _U(position > _U(0)) + _U(position == size - _U(1))


@_njit
def _sum_row(
    plan: np.ndarray, words: np.ndarray, source: np.ndarray, y: Position, target: np.ndarray, place: Position
) -> None:
    # Combines the output bits of row y with the words of `target` from `place` on, by AND.
    side, pool, num_words, blocks = _U(plan[SIDE]), _U(plan[POOL]), _U(plan[WORDS]), _U(plan[BLOCKS])
    kind, weights, limits = plan[KIND], _U(plan[WEIGHTS]), _U(plan[LIMITS])
    stride, run_length, left = (side + _U(2)) * num_words, _U(3) * num_words, pool
    for x in range(side // pool * pool):
        start = y * stride + x * num_words
        limit = limits + (_U(4) * _edge(y, side) + _edge(x, side)) * blocks * _U(LANES)
        for block in range(blocks):
            weight = weights + block * run_length * _U(3 * LANES)
            if kind == GREY:
                sums = _grey_sums(words, weight, source, start, stride)
            else:
                sums = _differences(words, weight, source, start, 3, run_length, stride)
            target[place + block] &= _above(sums, _load(words, limit + block * _U(LANES)))
        left -= _U(1)
        if left == _U(0):
            place, left = place + blocks, pool


@_njit
def _make_tables(
    plan: np.ndarray, words: np.ndarray, source: np.ndarray, row: Position, tables: np.ndarray
) -> None:
    # Fills `tables` with the tables of one row of the source, including its border. Each table is combined
    # with the table of the position to its right.
    num_words, constants = _U(plan[WORDS]), _U(plan[TABLES])
    width = (_U(plan[SIDE]) + _U(2)) * num_words
    table = row % _U(3) * width * _U(_TABLE_WORDS)
    for place in range(row * width, (row + _U(1)) * width):
        first, second = source[place], source[place + num_words]
        for _ in range(8):
            first_at = constants + _U(4) * _U(first & np.uint32(15))
            second_at = constants + _U(_SECOND_TABLES) + _U(4) * _U(second & np.uint32(15))
            _store_table(tables, table, words, first_at, second_at)
            first, second, table = first >> np.uint32(4), second >> np.uint32(4), table + _U(4)


@_njit
def _pair(
    plan: np.ndarray,
    words: np.ndarray,
    tables: np.ndarray,
    y: Position,
    x: Position,
    target: np.ndarray,
    first_at: Position,
    second_at: Position,
    limits: Position,
) -> None:
    # Combines the output bits of two positions, (y, x) and (y, x + 1), with `target` by AND. In `target`,
    # their words begin at `first_at` and `second_at`.
    num_words, side, blocks = _U(plan[WORDS]), _U(plan[SIDE]), _U(plan[BLOCKS])
    weights, limit_words = _U(plan[WEIGHTS]), _U(LANES // 2)
    first_limits = limits + _edge(x, side) * blocks * limit_words
    second_limits = limits + _edge(x + _U(1), side) * blocks * limit_words
    for block in range(blocks):
        first_sums, second_sums = _zero_shorts(), _zero_shorts()
        # `both` sums up v, and `second` sums up high (5b).
        both, second, left = _zero_bytes(), _zero_bytes(), _U(_MAX_TRIPLES)
        for row in range(y, y + _U(3)):
            table = (row % _U(3) * (side + _U(2)) + x) * num_words * _U(_TABLE_WORDS)
            for _ in range(num_words):
                if left == _U(0):
                    first_sums = _add_widened(first_sums, _without_high(both, second))
                    second_sums = _add_widened(second_sums, second)
                    both, second, left = _zero_bytes(), _zero_bytes(), _U(_MAX_TRIPLES)
                for _ in range(8):
                    sums = _look_up(tables, table, words, weights)
                    sums = _add(sums, _look_up(tables, table + _U(4), words, weights + _U(8)))
                    sums = _add(sums, _look_up(tables, table + _U(8), words, weights + _U(16)))
                    both, second = _add(both, sums), _add_high(second, sums)
                    table, weights = table + _U(12), weights + _U(24)
                left -= _U(1)
        first_sums = _add_widened(first_sums, _without_high(both, second))
        target[first_at + block] &= _above(
            first_sums, _load_shorts(words, first_limits + block * limit_words)
        )
        second_sums = _add_widened(second_sums, second)
        target[second_at + block] &= _above(
            second_sums, _load_shorts(words, second_limits + block * limit_words)
        )


@_njit
def _pooled(place: Position, pool: Position) -> Position:
    # Returns place // pool, without a division in the usual cases.
    if pool == _U(1):
        return place
    return place >> _U(1) if pool == _U(2) else place // pool


@_njit
def _nibble_row(
    plan: np.ndarray, words: np.ndarray, tables: np.ndarray, y: Position, target: np.ndarray, place: Position
) -> None:
    # Like `_sum_row`, but for two positions at a time. If the number of positions is odd, the last
    # pair begins one position earlier. Its first position is combined twice, but a second AND with the same
    # bits changes nothing. If there is only one position, the second word of the pair does no harm: it goes
    # to a border, whose zeros stay zeros, or after the output.
    side, pool, blocks = _U(plan[SIDE]), _U(plan[POOL]), _U(plan[BLOCKS])
    num_places = side // pool * pool
    limits = _U(plan[LIMITS]) + _U(4) * _edge(y, side) * blocks * _U(LANES // 2)
    for start in range(_U(0), num_places, _U(2)):
        x = start - _U(start + _U(1) == num_places and start > _U(0))
        first, second = place + _pooled(x, pool) * blocks, place + _pooled(x + _U(1), pool) * blocks
        _pair(plan, words, tables, y, x, target, first, second, limits)


@_njit
def _patches(source: np.ndarray) -> np.ndarray:
    # Returns an entry for each position: the case of its column (see `_edge`) times _PATCHES, plus the nine
    # bits around it, the first in the lowest bit. One loop goes over all positions, with the border, because
    # a single row is too short for vector instructions.
    width = _U(IMAGE_SIDE + 2)
    entries = np.empty(IMAGE_SIDE * (IMAGE_SIDE + 2), np.uint32)
    for place in range(_U(IMAGE_SIDE * (IMAGE_SIDE + 2) - 2)):
        entry = np.uint32(_PATCHES)
        for y in range(_U(3)):
            for x in range(_U(3)):
                entry |= np.uint32(source[place + y * width + x] << np.uint32(_U(3) * y + x))
        entries[place] = entry
    # So far, all columns have the case 1. The first column gets the case 0, and the last column the case 2.
    for y in range(_U(IMAGE_SIDE)):
        entries[y * width] -= np.uint32(_PATCHES)
        entries[y * width + _U(IMAGE_SIDE - 1)] += np.uint32(_PATCHES)
    return entries


@_njit
def _table_row(
    plan: np.ndarray, words: np.ndarray, entries: np.ndarray, y: Position, target: np.ndarray, place: Position
) -> None:
    # Like `_sum_row`, for TABLE: a pixel is one bit, and a table has the output bits for all patches.
    side, pool, blocks = _U(plan[SIDE]), _U(plan[POOL]), _U(plan[BLOCKS])
    table = _U(plan[WEIGHTS]) + _U(4 * _PATCHES) * _edge(y, side) * blocks
    start = y * _U(IMAGE_SIDE + 2)
    for block in range(blocks):
        at, left, pooled = place + block, pool, _ALL_ONES
        for entry in range(start, start + side // pool * pool):
            pooled &= words[table + _U(entries[entry]) * blocks + block]
            left -= _U(1)
            if left == _U(0):
                target[at] &= pooled
                at, left, pooled = at + blocks, pool, _ALL_ONES


@_njit
def _prepared(plan: np.ndarray, source: np.ndarray) -> np.ndarray:
    # Returns what the rows of a convolution are computed from: the patches (TABLE), memory for the tables of
    # three rows (NIBBLES), or the source.
    if plan[KIND] == TABLE:
        return _patches(source)
    if plan[KIND] == NIBBLES:
        return np.empty(3 * _TABLE_WORDS * (_U(plan[SIDE]) + _U(2)) * _U(plan[WORDS]), np.uint32)
    return source


@_njit
def _convolve(
    plan: np.ndarray, words: np.ndarray, source: np.ndarray, target: np.ndarray, border: Position
) -> None:
    kind, side, pool, flips = plan[KIND], _U(plan[SIDE]), _U(plan[POOL]), _U(plan[FLIPS])
    blocks, num_places = _U(plan[BLOCKS]), side // pool
    prepared, num_rows = _prepared(plan, source), _U(0)
    for row in range(num_places):
        first = ((row + border) * (num_places + _U(2) * border) + border) * blocks
        for place in range(first, first + num_places * blocks):
            target[place] = _ALL_ONES
        for y in range(row * pool, row * pool + pool):
            if kind == TABLE:
                _table_row(plan, words, prepared, y, target, first)
            elif kind == NIBBLES:
                while num_rows < y + _U(3):
                    _make_tables(plan, words, source, num_rows, prepared)
                    num_rows += _U(1)
                _nibble_row(plan, words, prepared, y, target, first)
            else:
                _sum_row(plan, words, source, y, target, first)
        for place in range(num_places):
            for block in range(blocks):
                target[first + place * blocks + block] ^= words[flips + block]


@_njit
def _connect(plan: np.ndarray, words: np.ndarray, source: np.ndarray, target: np.ndarray) -> None:
    # Computes a dense layer: its bits, or its sums if it is the last layer.
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


@_njit
def _plan(words: np.ndarray, index: Position) -> tuple[np.ndarray, Position]:
    # Returns the plan of the layer with this index, and the width of the border that the layer needs around
    # its source.
    start = _U(words[PLANS]) + _U(index) * _U(PLAN_WORDS)
    plan = words[start : start + _U(PLAN_WORDS)]
    return plan, _U(plan[KIND] < DENSE)


@_njit
def _compute_layer(
    plan: np.ndarray, words: np.ndarray, source: np.ndarray, target: np.ndarray, border: Position
) -> None:
    if border:
        target[:] = 0
    if plan[KIND] >= DENSE:
        _connect(plan, words, source, target)
    else:
        _convolve(plan, words, source, target, border)


@_njit
def _read_pixels(image: np.ndarray, words: np.ndarray, target: np.ndarray) -> None:
    # Fills `target` with a word for each pixel. The word has a bit for each threshold, 1 if the pixel is
    # below it. In a grey network, the word is the pixel value.
    plan, border = _plan(words, 0)
    first_threshold = _U(words[THRESHOLDS])
    target[:] = 0
    for row in range(_U(IMAGE_SIDE)):
        first = (row + border) * (_U(IMAGE_SIDE) + _U(2) * border) + border
        if plan[KIND] == GREY:
            for column in range(_U(IMAGE_SIDE)):
                target[first + column] = image[row, column]
        for position in range(_U(words[NUM_THRESHOLDS])):
            threshold = words[first_threshold + position]
            for column in range(_U(IMAGE_SIDE)):
                bit = np.uint32(image[row, column] < threshold)
                target[first + column] |= np.uint32(bit << np.uint32(position))


@_njit
def _read_words(places: np.ndarray, plan: np.ndarray, border: Position, target: np.ndarray) -> None:
    # Copies `places`, the input of one image, into `target`, with a border of zeros if the layer needs one.
    side, num_words = _U(plan[SIDE]), _U(plan[WORDS])
    row_words = side * num_words
    target[:] = 0
    for row in range(side):
        first = (row + border) * (row_words + _U(2) * border * num_words) + border * num_words
        for place in range(row_words):
            target[first + place] = places[row * row_words + place]


@compiled
def scores(images: np.ndarray, words: np.ndarray, results: np.ndarray) -> None:
    """Computes the scores of images.

    Args:
        images: (n, 28, 28) uint8.
        words: the network's program, uint32.
        results: (n, classes) float32; filled with the scores.
    """
    source, target = np.empty(words[BUFFER_WORDS], np.uint32), np.empty(words[BUFFER_WORDS], np.uint32)
    floats, scale, offset = words.view(np.float32), _U(words[SCALE]), _U(words[OFFSET])
    for image in range(len(images)):
        _read_pixels(images[image], words, source)
        for index in range(words[NUM_LAYERS]):
            plan, _ = _plan(words, index)
            # The output gets the border that the next layer needs.
            border = _U(0)
            if index + 1 < words[NUM_LAYERS]:
                _, border = _plan(words, index + 1)
            _compute_layer(plan, words, source, target, border)
            source, target = target, source
        for output in range(_U(results.shape[1])):
            total = np.float32(np.int32(source[output]))
            results[image, output] = total * floats[scale + output] + floats[offset + output]


@compiled
def layer(inputs: np.ndarray, words: np.ndarray, index: int, outputs: np.ndarray) -> None:
    """Computes one layer.

    Args:
        inputs: (n, input words) uint32, without borders.
        words: the network's program, uint32.
        index: the index of the layer.
        outputs: (n, output words) uint32; filled with the layer's bits, without borders. For the last layer,
            it is filled with the sums instead, each an int32 in the bits of a word.
    """
    source, target = np.empty(words[BUFFER_WORDS], np.uint32), np.empty(words[BUFFER_WORDS], np.uint32)
    plan, border = _plan(words, index)
    for image in range(len(inputs)):
        _read_words(inputs[image], plan, border, source)
        _compute_layer(plan, words, source, target, _U(0))
        for place in range(outputs.shape[1]):
            outputs[image, place] = target[place]
