"""The engine in a real browser takes a file with odd values exactly if Python takes it."""

import base64
import json
import struct

import pytest

from bnn.engine import file
from tests.support import engine_page
from tests.support.packed_files import header_of, raw_header_of

pytestmark = pytest.mark.browser

# Values in the description of a network. JavaScript reads 1.0 as 1.
TAKEN = (
    (("version",), 1.0),
    (("temperature",), 1),
    (("temperature",), 0.001),
    (("recipe",), "Grüße 1"),
    (("pixel_threshold",), 128.0),
    (("layers", 0, "side"), 28.0),
    (("more",), 1),
)
REFUSED = (
    (("version",), True),
    (("version",), "1"),
    (("temperature",), True),
    (("temperature",), "1"),
    (("temperature",), [1]),
    (("recipe",), None),
    (("recipe",), 1),
    (("recipe",), "a\nb"),
    (("recipe",), "a\u00a0b"),
    (("recipe",), "x" * 81),
    (("pixel_threshold",), None),
    (("pixel_threshold",), True),
    (("pixel_threshold",), "128"),
    (("pixel_threshold",), 12.5),
    (("layers", 0, "outputs"), "10"),
    (("layers", 0, "side"), True),
    (("layers", 0, "pool_first"), 0),
)
# Values in the header of the safetensors file.
RAW_TAKEN = ((("scale", "more"), 1.5), (("__metadata__", "more"), "x"))
RAW_REFUSED = (
    (("scale", "shape"), [10.0]),
    (("scale", "shape"), ["10"]),
    (("scale", "shape"), [1e1]),
    (("scale", "data_offsets"), [0, 40, 40]),
    (("__metadata__", "more"), 1),
)
# Returns for each file true, or false if the engine refuses the file.
_READ = """files => files.map(file => {
  try {
    return !!engine.loadNetwork(module, Uint8Array.from(atob(file), letter => letter.charCodeAt(0)))
  } catch (error) {
    return error.message.startsWith("it is not a packed network") ? false : String(error)
  }
})"""


def test_odd_values_are_taken_and_refused_as_in_python(browser, random_network):
    content = file.to_bytes(random_network(stages=()))
    contents = [_with(content, place, value) for place, value in (*TAKEN, *REFUSED)]
    contents += [_raw_with(content, place, value) for place, value in (*RAW_TAKEN, *RAW_REFUSED)]
    contents += [_without_threshold(content)]
    expected = [True] * len(TAKEN) + [False] * len(REFUSED)
    expected += [True] * len(RAW_TAKEN) + [False] * len(RAW_REFUSED) + [False]
    assert [_is_taken(each) for each in contents] == expected
    context = browser.new_context()
    encoded = [base64.b64encode(each).decode() for each in contents]
    found = engine_page.open_engine(context, {}).evaluate(_READ, encoded)
    context.close()
    assert found == expected


def _with(content, place, value):
    """Returns a file's content with another value in the description of the network."""
    header = header_of(content)
    _set(header, place, value)
    return _raw_with(content, ("__metadata__", "network"), json.dumps(header))


def _raw_with(content, place, value):
    """Returns a file's content with another value in its safetensors header."""
    header = raw_header_of(content)
    _set(header, place, value)
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content[8 + int.from_bytes(content[:8], "little") :]


def _set(values, place, value):
    for step in place[:-1]:
        values = values[step]
    values[place[-1]] = value


def _without_threshold(content):
    header = header_of(content)
    del header["pixel_threshold"]
    return _raw_with(content, ("__metadata__", "network"), json.dumps(header))


def _is_taken(content):
    try:
        return bool(file.from_bytes(content))
    except ValueError:
        return False
