"""Hypothesis strategies that return damaged versions of the contents of sound files."""

import gzip
import json
from collections.abc import Callable

from hypothesis import strategies as st

# The function that Hypothesis gives to a composite strategy, to draw values from other strategies.
Draw = Callable
# Values that a JSON file may have in a place where another value is expected.
STRANGE = (
    *(None, True, -1, 0, 2, 3.5, 2**31, 2**63, 10**400, -(10**400), 1e308, float("nan"), float("inf")),
    *("", "7", "\ud800", "x" * 100_000, [], {}, [None] * 1000, {"a": [1]}),
)
# Text that a reader might take for a number, a type, a name or the end of something.
TOKENS = (
    *(
        b"0",
        b"-",
        b"9",
        b"null",
        b'"',
        b"[",
        b"]",
        b"{",
        b"}",
        b",",
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
        b"\xf0\x9f",
    ),
    *(b"U8", b"BF16", b"1e9", b"1e999", b"NaN", b"-Infinity", b"9" * 20, b"9" * 5000, b"../"),
    *(b"\\u0000", b"\\ud800", b"\x00\x00\x00\x00", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"),
    *(b"\x80\x00\x00\x00", b"\x01\x00\x00\x00"),
)
# Nesting depths around Python's recursion limit, and far beyond.
DEPTHS = (10, 500, 900, 950, 970, 980, 985, 990, 995, 1000, 100_000)
# Stands for deeply nested lists or dicts. They are put in after `json.dumps`, which cannot write them.
_DEEP = "@deep@"
_KEYS = ("extra", "", "__class__", "name")
_STRANGE_VALUES = st.sampled_from((*STRANGE, _DEEP)) | st.integers(-(2**40), 2**40) | st.floats(-1e6, 1e6)


@st.composite
def damaged_bytes(draw: Draw, contents: list[bytes], others: list[bytes] | None = None) -> bytes:
    """Returns one of the contents after one to four changes to its bytes; parts of `others` may be put in."""
    content = draw(st.sampled_from(contents))
    for _ in range(draw(st.sampled_from((1, 1, 2, 4)))):
        content = draw(st.sampled_from(_BYTE_DAMAGES))(draw, content, others or contents)
    return content


def _flip_bits(draw, content, others):
    damaged = bytearray(content)
    for _ in range(draw(st.sampled_from((1, 1, 3, 30))) if content else 0):
        damaged[draw(st.integers(0, len(content) - 1))] ^= 1 << draw(st.integers(0, 7))
    return bytes(damaged)


def _overwrite(draw, content, others):
    start, end = _span(draw, content)
    byte = draw(st.sampled_from((0, 255)) | st.integers(0, 255))
    return content[:start] + bytes([byte]) * (end - start) + content[end:]


def _cut_off(draw, content, others):
    return content[: _position(draw, content)]


def _cut_out(draw, content, others):
    start, end = _span(draw, content)
    return content[:start] + content[end:]


def _repeat(draw, content, others):
    start, end = _span(draw, content)
    return content[:end] + content[start:end] * draw(st.sampled_from((1, 3))) + content[end:]


def _insert(draw, content, others):
    start, num_replaced = _position(draw, content), draw(st.sampled_from((0, 0, 1, 4)))
    return content[:start] + draw(st.sampled_from(TOKENS)) + content[start + num_replaced :]


def _splice(draw, content, others):
    other = draw(st.sampled_from(others))
    return content[: _position(draw, content)] + other[_position(draw, other) :]


def _append(draw, content, others):
    return content + draw(st.just(b"\0") | st.binary(min_size=50, max_size=50) | st.sampled_from(others))


# Bit flips and insertions are drawn twice as often, because they are the most likely to pass a first check.
_BYTE_DAMAGES = (
    *(_flip_bits, _flip_bits, _overwrite, _cut_off, _cut_out),
    *(_repeat, _insert, _insert, _splice, _append),
)


def _position(draw, content):
    return draw(st.integers(0, len(content)))


def _span(draw, content):
    start = _position(draw, content)
    return start, min(start + draw(st.sampled_from((1, 4, 16, 200))), len(content))


@st.composite
def damaged_json(draw: Draw, contents: list[bytes]) -> bytes:
    """Returns one of the JSON texts with damaged bytes or damaged values."""
    if draw(st.integers(0, 9)) < 4:
        return draw(damaged_bytes(contents))
    return _damaged_values(draw, draw(st.sampled_from(contents)).decode())


def _damaged_values(draw, text):
    """Returns JSON with one to three of its values replaced, removed, repeated, added or deeply nested."""
    value = json.loads(text)
    for _ in range(draw(st.sampled_from((1, 1, 2, 3)))):
        value = _changed(draw, value)
    text = json.dumps(value)
    while f'"{_DEEP}"' in text:
        text = text.replace(f'"{_DEEP}"', _nested(draw), 1)
    return text.encode("utf-8", "surrogatepass")


def _nested(draw):
    depth, is_list = draw(st.sampled_from(DEPTHS)), draw(st.booleans())
    return "[" * depth + "]" * depth if is_list else '{"a":' * depth + "1" + "}" * depth


def _changed(draw, value):
    """Returns the value with one change, at this level or at a deeper one."""
    # A value without members is replaced as a whole, and so is one in ten other values.
    has_members = isinstance(value, (list, dict)) and value
    if not has_members or draw(st.integers(0, 9)) == 0:
        return draw(_STRANGE_VALUES)
    key = draw(st.sampled_from(range(len(value)) if isinstance(value, list) else sorted(value)))
    value = value.copy()
    change = draw(st.integers(0, 9))
    if change == 0:
        del value[key]
    elif change == 1 and isinstance(value, list):
        value += value[key:] * draw(st.sampled_from((1, 10)))
    elif change == 1:
        value[draw(st.sampled_from(_KEYS))] = draw(_STRANGE_VALUES)
    else:
        value[key] = _changed(draw, value[key])
    return value


@st.composite
def damaged_safetensors(draw: Draw, contents: list[bytes]) -> bytes:
    """Returns one of the contents, damaged anywhere or in the header only.

    If only the header is damaged, the length before it is corrected, so that the reader does not stop there.
    """
    part = draw(st.sampled_from(("file", "header", "values")))
    if part == "file":
        return draw(damaged_bytes(contents))
    content = draw(st.sampled_from(contents))
    end = 8 + int.from_bytes(content[:8], "little")
    header = content[8:end]
    if part == "header":
        header = draw(damaged_bytes([header], contents))
    else:
        header = _damaged_header(draw, json.loads(header))
    return len(header).to_bytes(8, "little") + header + content[end:]


def _damaged_header(draw, header):
    """Returns a header with damaged values, either its own or those of the JSON text in its metadata."""
    if draw(st.integers(0, 9)) < 3:
        return _damaged_values(draw, json.dumps(header))
    ((name, text),) = list(header["__metadata__"].items())[:1]
    text = _damaged_values(draw, text).decode("utf-8", "surrogatepass")
    return json.dumps(header | {"__metadata__": {name: text}}).encode()


@st.composite
def damaged_drawings(draw: Draw, contents: list[bytes]) -> bytes:
    """Returns lines of JSON with damaged bytes, or with damaged values in one line."""
    if draw(st.integers(0, 9)) < 4:
        return draw(damaged_bytes(contents))
    lines = draw(st.sampled_from(contents)).splitlines()
    number = draw(st.integers(0, len(lines) - 1))
    lines[number] = _damaged_values(draw, lines[number].decode())
    return b"\n".join(lines)


@st.composite
def damaged_gzip(draw: Draw, contents: list[bytes]) -> bytes:
    """Returns compressed lines of JSON, damaged before compression, and in half the cases after it, too."""
    lines = draw(damaged_drawings([gzip.decompress(content) for content in contents]))
    packed = gzip.compress(lines, mtime=0)
    return packed if draw(st.booleans()) else draw(damaged_bytes([packed], [packed, *contents]))
