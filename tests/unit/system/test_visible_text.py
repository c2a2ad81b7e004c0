"""Joiners are allowed where emoji and scripts need them. Other invisible characters are not allowed."""

import pytest

from bnn.system.visible_text import as_seen, first_invisible, is_blank


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


def test_texts_that_differ_only_in_joiners_are_seen_as_the_same():
    assert as_seen("👨\u200d👩") == as_seen("👨👩") == "👨👩"


@pytest.mark.parametrize("text", ["e\u0301", "\u034f\u00e9", "\u00e9\ufe0f", "e\u034f\u0301"], ids=ascii)
def test_accents_and_marks_may_be_written_in_several_ways(text):
    assert as_seen(text) == "\u00e9"


@pytest.mark.parametrize("text", ["", "\u3164", "\u115f\u1160", "\u2800 \uffa0", "\ufe0f"], ids=ascii)
def test_text_of_which_nothing_is_seen_is_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", ["\u3164a", "\u2764\ufe0f", "\u1112\u1161\u11ab", "\u2801"], ids=ascii)
def test_text_of_which_a_part_is_seen_is_not_blank(text):
    assert not is_blank(text)
