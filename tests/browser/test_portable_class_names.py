"""The engine in a real browser takes and refuses the names of classes that Python takes and refuses."""

import base64

import pytest

from bnn.engine import file
from tests.support import engine_page
from tests.support.packed_files import content_of, header_of, tensors_of

pytestmark = pytest.mark.browser

# Names of a second class, beside "yes". A joiner (U+200C, U+200D) must be between characters outside ASCII.
TAKEN = ("é", "a b", "x" * 20, "\u2764\ufe0f", "\U0001f469\u200d\U0001f52c")
REFUSED = (1, "", "yes", " a", "a\n", "x" * 21, "a\u00a0b", "a\u200db", "\u0639\u200c", "\u202ea", "\ud800")
# Lists for a network with two outputs. Two names that differ only in joiners look the same.
REFUSED_LISTS = (None, "no", ["yes"], ["a", "b", "c"], ["\u0639\u0639", "\u0639\u200c\u0639"])
_READ = """files => files.map(file => {
  try {
    return engine.loadNetwork(module, Uint8Array.from(atob(file), letter => letter.charCodeAt(0))).classNames
  } catch (error) {
    return error.message.startsWith("it is not a packed network") ? null : String(error)
  }
})"""


def test_names_are_refused_where_python_refuses_them(browser, random_network):
    content = file.to_bytes(random_network(stages=(), class_names=("yes", "no")))
    header, tensors = header_of(content), tensors_of(content)
    lists = [*(["yes", name] for name in (*TAKEN, *REFUSED)), *REFUSED_LISTS]
    contents = [content_of(header | {"class_names": names}, tensors) for names in lists]
    context = browser.new_context()
    found = engine_page.open_engine(context, {}).evaluate(
        _READ, [base64.b64encode(each).decode() for each in contents]
    )
    context.close()
    assert found == [["yes", name] for name in TAKEN] + [None] * (len(REFUSED) + len(REFUSED_LISTS))
    for names, each, ours in zip(lists, contents, found, strict=True):
        assert ours == _names_in_python(each), names


def _names_in_python(content):
    try:
        return list(file.from_bytes(content).class_names)
    except ValueError:
        return None
