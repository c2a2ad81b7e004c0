"""The lesson of Teach: its signs and examples, and the warnings about them before the training."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
import streamlit as st

from pages.shared import session
from pages.teach import desk, doubts
from pages.teach.lesson import MAX_EXAMPLES, MAX_SIGNS, Lesson
from pages.teach.lesson_files import lesson_in
from tests.support.lessons import filled, strokes
from tests.support.page_content import shown


def test_signs_are_named_added_and_removed_with_their_examples():
    lesson = filled("LX")
    leaf = lesson.add_sign(" leaf ")
    assert lesson.signs[leaf] == "leaf"
    lesson.rename(0, "heart")
    lesson.remove_sign(1)
    assert list(lesson.signs.values()) == ["heart", "leaf"]
    assert {example.sign for example in lesson.examples} == {0}


@pytest.mark.parametrize("name", ["", "X", "a" * 21, "two\nlines"])
def test_impossible_and_taken_names_are_refused(name):
    lesson = filled("LX", num=1)
    with pytest.raises(ValueError, match=r"sign (name|called X already)"):
        lesson.rename(0, name)
    with pytest.raises(ValueError, match=r"sign (name|called X already)"):
        lesson.add_sign(name)
    assert list(lesson.signs.values()) == ["L", "X"]


def test_typed_names_that_differ_only_in_capital_letters_are_refused():
    lesson = Lesson()
    with pytest.raises(ValueError, match="the signs heart and Heart differ only in capital letters"):
        lesson.add_sign("Heart")
    with pytest.raises(ValueError, match="the signs heart and HEART"):
        lesson.rename(1, "HEART")
    lesson.rename(0, "Heart")
    # A capital and a small letter are different signs.
    assert [lesson.signs[lesson.add_sign(name)] for name in "Aa"] == ["A", "a"]


def test_number_of_signs_and_examples_is_limited():
    lesson = Lesson({})
    for number in range(MAX_SIGNS):
        lesson.add_sign(f"sign {number}")
    with pytest.raises(ValueError, match=str(MAX_SIGNS)):
        lesson.add_sign("one more")
    added = [lesson.add_example(3, strokes("L", seed)) for seed in range(MAX_EXAMPLES + 1)]
    assert added == [True] * MAX_EXAMPLES + [False]


def test_drawings_from_the_browser_are_added_once_and_nonsense_is_ignored():
    lesson = Lesson()
    drawn = [{"number": n, "sign": 1, "strokes": [s.tolist() for s in strokes("L", n)]} for n in (1, 2)]
    for _ in range(2):
        desk.add_drawings(lesson, drawn)
    assert [example.sign for example in lesson.examples] == [1, 1]
    good = drawn[0]["strokes"]
    for odd in (None, 3, {"number": 9}, {"number": "x"}, {"number": 9, "sign": 1, "strokes": [[["a", 1]]]}):
        desk.add_drawings(lesson, [odd])
    for number, sign in ((10, 77), (11, None), (12, "1")):
        desk.add_drawings(lesson, [{"number": number, "sign": sign, "strokes": good}])
    assert len(lesson.examples) == 2
    # A drawing of an unknown sign is not received.
    assert lesson.last_received < 10


def test_messages_to_the_session_before_are_ignored(monkeypatch):
    mine = filled("L", num=2)
    drawing = {"number": 1, "sign": 0, "strokes": [s.tolist() for s in strokes("L", 9)]}
    state = {session.LESSON: mine, desk._SESSION: "new"}
    monkeypatch.setattr(st, "session_state", state)
    for name, numbers in (("old", [0, 1]), ("new", [1, 2])):
        sent = {"session": name, "message": 1, "drawings": [drawing], "number": mine.examples[0].number}
        state[desk._KEY] = SimpleNamespace(drawn=sent, removed=sent)
        desk._receive()
        desk._remove()
        assert [example.number - 1 for example in mine.examples] == numbers
    # A message may be anything.
    state[desk._KEY] = SimpleNamespace(drawn=[drawing], removed=2)
    desk._receive()
    desk._remove()
    assert len(mine.examples) == 2


def test_file_of_examples_can_be_opened_again():
    # The order of the signs is neither that of their names nor that of their examples.
    lesson = filled("XL", num=3)
    lesson.examples.reverse()
    lines = [json.loads(line) for line in lesson.to_file().splitlines()]
    assert [line["label"] for line in lines] == ["X"] * 3 + ["L"] * 3
    again, num_left_out = lesson_in(lesson.to_file().encode(), "signs.jsonl", Lesson())
    assert num_left_out == 0
    assert list(again.signs.values()) == list(lesson.signs.values())
    by_sign = sorted(lesson.examples, key=lambda example: example.sign)
    for one, other in zip(again.examples, by_sign, strict=True):
        np.testing.assert_array_equal(one.image, other.image)


def test_doubts_are_said_in_words():
    assert doubts.doubts(filled("LXA")) == ([], [], [], set())
    (missing,) = doubts.doubts(filled("LX", num=4)).missing
    assert "L has 4 and X has 4" in missing
    assert doubts.doubts(filled("L")).missing
    copies = filled("LX")
    copies.examples = [example._replace(strokes=copies.examples[0].strokes) for example in copies.examples]
    (missing,) = doubts.doubts(copies).missing
    assert missing.endswith("L has 1 and X has 1. Copies of the same drawing count once.")
    assert "10 are better" in doubts.doubts(filled("LX", num=6)).hints[0]


def test_signs_without_drawings_are_named_before_they_are_left_out(teach_page):
    lesson = filled("LX")
    _, cross, hook = map(lesson.add_sign, ("star", "cross", "hook"))
    sentence = "**star, cross and hook** have no drawings and will not be learnt."
    assert doubts.doubts(lesson).hints == [sentence]
    page = teach_page(lesson)
    assert sentence in page.button(key="teach").help
    # Teach can be pressed, but drawing comes first.
    assert '<b class="step current">2</b>' in shown(page)
    assert page.button(key="teach").proto.type == "secondary"
    lesson.remove_sign(hook)
    lesson.add_example(cross, strokes("A"))
    # With too few drawings of one sign, nothing can be taught. So the hint about the other signs is left out.
    assert doubts.doubts(lesson).hints == []


def test_alike_signs_and_examples_in_the_wrong_tray_are_named():
    lesson = filled("LXA")
    for seed in range(20, 30):
        lesson.signs[50] = "roof"
        lesson.add_example(50, strokes("A", seed))
    (warning,) = [text for text in doubts.doubts(lesson).warnings if "alike" in text]
    assert "A and roof look alike" in warning
    wrong = filled("LXA")
    moved = wrong.examples[3]._replace(sign=1)
    wrong.examples[3] = moved
    said = doubts.doubts(wrong)
    assert said.suspects == {moved.number}
    assert "One example of **X** looks like **L**" in said.warnings[0]
