"""Ways to spoil a file: what a bad disk, a careless hand and a hostile one do to it."""

import json
import random

# Values that a JSON file may have where another is expected.
STRANGE = (
    None,
    True,
    -1,
    0,
    2,
    3.5,
    2**31,
    2**63,
    10**400,
    -(10**400),
    1e308,
    float("nan"),
    float("inf"),
    "",
    "7",
    "\ud800",
    "x" * 100_000,
    [],
    {},
    [None] * 1000,
    {"a": [1]},
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
    *(
        b"U8",
        b"BF16",
        b"1e9",
        b"1e999",
        b"NaN",
        b"-Infinity",
        b"9" * 20,
        b"9" * 5000,
        b"../",
        b"\\u0000",
        b"\\ud800",
    ),
    *(
        b"\x00\x00\x00\x00",
        b"\xff\xff\xff\xff",
        b"\x7f\xff\xff\xff",
        b"\x80\x00\x00\x00",
        b"\x01\x00\x00\x00",
    ),
)
# Around Python's limit of recursion, and far beyond.
DEPTHS = (10, 500, 900, 950, 970, 980, 985, 990, 995, 1000, 100_000)
_DEEP = "@deep@"


def damage(rng: random.Random, content: bytes, others: list[bytes]) -> bytes:
    """The content after one to four mishaps that know nothing of its form; `others` are files to splice with."""
    for _ in range(rng.choice((1, 1, 2, 4))):
        content = rng.choice(_MISHAPS)(rng, content, others)
    return content


def damage_json(rng: random.Random, text: str) -> str:
    """The JSON text with one to three of its values replaced, taken away, doubled or nested without end."""
    value = json.loads(text)
    for _ in range(rng.choice((1, 1, 2, 3))):
        value = _changed(rng, value)
    return _dumped(rng, value)


def deep(depth: int, rng: random.Random) -> str:
    """JSON nested so deep, of lists or of objects."""
    return "[" * depth + "]" * depth if rng.random() < 0.7 else '{"a":' * depth + "1" + "}" * depth


def _dumped(rng, value):
    # Nesting goes in as text: what is nested so deep, json cannot write.
    text = json.dumps(value)
    while f'"{_DEEP}"' in text:
        text = text.replace(f'"{_DEEP}"', deep(rng.choice(DEPTHS), rng), 1)
    return text


def _strange(rng):
    return rng.choice((*STRANGE, _DEEP, rng.randint(-(2**40), 2**40), rng.uniform(-1e6, 1e6)))


def _changed(rng, value):
    """The value with one place in it changed, each level as likely as those below it."""
    if isinstance(value, (list, dict)) and value and rng.random() < 0.9:
        keys = range(len(value)) if isinstance(value, list) else sorted(value)
        key = rng.choice(keys)
        return _changed_at(rng, value, key)
    return _strange(rng)


def _changed_at(rng, value, key):
    value = list(value) if isinstance(value, list) else dict(value)
    chance = rng.random()
    if chance < 0.1:
        del value[key]
    elif chance < 0.2 and isinstance(value, list):
        value += value[key:] * rng.choice((1, 10))
    elif chance < 0.2:
        value[rng.choice(("extra", "", "__class__", "name"))] = _strange(rng)
    else:
        value[key] = _changed(rng, value[key])
    return value


# --- Mishaps


def _flip_bits(rng, content, others):
    spoiled = bytearray(content)
    for _ in range(rng.choice((1, 1, 3, 30))):
        if spoiled:
            spoiled[rng.randrange(len(spoiled))] ^= 1 << rng.randrange(8)
    return bytes(spoiled)


def _set_bytes(rng, content, others):
    start, length = _span(rng, content)
    return (
        content[:start]
        + bytes([rng.choice((0, 255, rng.randrange(256)))]) * length
        + content[start + length :]
    )


def _cut_off(rng, content, others):
    return content[: rng.randrange(len(content) + 1)]


def _cut_out(rng, content, others):
    start, length = _span(rng, content)
    return content[:start] + content[start + length :]


def _double(rng, content, others):
    start, length = _span(rng, content)
    return (
        content[: start + length]
        + content[start : start + length] * rng.choice((1, 3))
        + content[start + length :]
    )


def _insert(rng, content, others):
    start = rng.randrange(len(content) + 1)
    return content[:start] + rng.choice(TOKENS) + content[start + rng.choice((0, 0, 1, 4)) :]


def _splice(rng, content, others):
    other = rng.choice(others)
    return content[: rng.randrange(len(content) + 1)] + other[rng.randrange(len(other) + 1) :]


def _append(rng, content, others):
    return content + rng.choice((b"\0", rng.randbytes(50), rng.choice(others)))


_MISHAPS = (
    _flip_bits,
    _flip_bits,
    _set_bytes,
    _cut_off,
    _cut_out,
    _double,
    _insert,
    _insert,
    _splice,
    _append,
)


def _span(rng, content):
    start = rng.randrange(len(content) + 1)
    return start, min(rng.choice((1, 4, 16, 200)), len(content) - start)
