"""Joiners are allowed where emoji and scripts need them. Other invisible characters are not allowed."""

import pytest

from bnn.system.visible_text import first_invisible, without_joiners


@pytest.mark.parametrize(
    "text",
    # If an emoji is newer than Python, its code point is unassigned for Python, like U+0378. U+1FA77 is an
    # emoji that is newer than Python 3.11.
    ["", "heart", "Größe 7", "❤️", "👨‍👩‍👧", "🏳️‍🌈", "🧑🏽‍🚀", "می‌خواهم", "क्‍ष", "\u0378", "\U0001fa77"],
    ids=ascii,
)
def test_no_invisible_character_is_found_in_visible_text(text):
    assert first_invisible(text) is None


@pytest.mark.parametrize(
    "text, index",
    [
        ("a\tb", 1),
        ("zero\u200bwidth", 4),
        ("ab\u200dc", 2),
        ("\u200d👨", 0),
        ("👨\u200d", 1),
        ("👨\u200d\u200d👩", 1),
        ("é\u200da", 1),
        ("Grö\u200dße", 3),
        ("ж\u200cж", 1),
        ("日\u200d本", 1),
        ("م\u200d👨", 1),
        ("\ud800", 0),
        ("a\u202eb", 1),
        ("a\u2065", 1),
        ("a\ufdd0", 1),
        ("\uffff", 0),
        ("\U000e0080", 0),
        ("\U0010fffe", 0),
    ],
    ids=ascii,
)
def test_the_first_invisible_character_is_found(text, index):
    assert first_invisible(text) == index


def test_texts_that_differ_only_in_joiners_are_the_same_without_them():
    assert without_joiners("👨\u200d👩") == without_joiners("👨👩") == "👨👩"
