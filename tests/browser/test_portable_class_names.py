"""The engine in a real browser takes exactly the class names that Python takes, and refuses all others."""

import base64
import unicodedata

import pytest

from bnn.data.dataset import check_class_names
from bnn.engine import file
from tests.support import engine_page
from tests.support.packed_files import content_of, header_of, tensors_of

pytestmark = pytest.mark.browser

# Names of a second class, beside "yes". Joiners (U+200C, U+200D) may be between emoji, and between letters of
# scripts such as Arabic, in which letters join. U+0378 stands for an emoji that is newer than the browser and
# Python: no character has this number. U+1FA77 is newer than Python 3.11.
TAKEN = (
    "é",
    "a b",
    "x" * 20,
    "\u2764\ufe0f",
    "\U0001f469\u200d\U0001f52c",
    "\u0645\u06cc\u200c\u062e",
    "\u0378",
    "\U0001fa77",
    # A Korean syllable from three letters, and one that begins with a filler.
    "\u1112\u1161\u11ab",
    "\u115f\u1161",
)
REFUSED = (
    1,
    "",
    "yes",
    " a",
    "a\n",
    "x" * 21,
    "a\u00a0b",
    "a\u200db",
    "\u0639\u200c",
    "\u202ea",
    "\ud800",
    "\u00f6\u200d\u00df",
    # Reserved for invisible characters.
    "\u2065",
    "\U000e0080",
    # Noncharacters.
    "\ufdd0",
    "\uffff",
    "\U0010fffe",
    # Fillers, the empty pattern of Braille, and marks.
    "\u115f\u1160",
    "\u2800 \u2800",
    "\u3164",
    "\uffa0",
    "\u034f",
    "\ufe0f",
)
# Lists for a network with two outputs. Two names that differ only in joiners, marks, or in how an accent is
# written look the same.
REFUSED_LISTS = (
    None,
    "no",
    ["yes"],
    ["a", "b", "c"],
    ["\u0639\u0639", "\u0639\u200c\u0639"],
    ["\u00e9", "e\u0301"],
    ["\ud55c", "\u1112\u1161\u11ab"],
    ["a", "a\u034f"],
    ["\u2764", "\u2764\ufe0f"],
)
# Returns for each file its class names, or null if the engine refuses the file.
_READ = """files => files.map(file => {
  try {
    return engine.loadNetwork(module, Uint8Array.from(atob(file), letter => letter.charCodeAt(0))).classNames
  } catch (error) {
    return error.message.startsWith("it is not a packed network") ? null : String(error)
  }
})"""

# Returns the characters of a string that are class names, as one string. Playwright passes one string much
# faster than a list.
_FIND_TAKEN = """async names => {
  const { classNames } = await import("/network_file.js")
  return [...names].filter(name => {
    try {
      return classNames({ class_names: ["yes", name] })
    } catch {
      return false
    }
  }).join("")
}"""


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


def test_one_character_is_a_name_where_python_takes_it(browser):
    # Characters that this Python does not know (category Cn) are left out: a newer browser may know that they
    # are invisible. Surrogates (Cs) are no characters.
    characters = [
        chr(code)
        for code in range(0x110000)
        if unicodedata.category(chr(code)) not in ("Cn", "Cs") or _is_noncharacter(code)
    ]
    context = browser.new_context()
    taken = engine_page.open_engine(context, {}).evaluate(_FIND_TAKEN, "".join(characters))
    context.close()
    assert list(taken) == [character for character in characters if _is_taken(character)]


def _is_noncharacter(code):
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def _is_taken(name):
    try:
        return bool(check_class_names(["yes", name]))
    except ValueError:
        return False


def _names_in_python(content):
    try:
        return list(file.from_bytes(content).class_names)
    except ValueError:
        return None
