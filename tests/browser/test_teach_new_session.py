"""The canvas of the Teach page alone in a browser: it goes on when the server has a new session."""

import random

import pytest
from playwright.sync_api import expect

from pages.teach.lesson import START_NAMES
from tests.support.chromium import MAY_LEAVE
from tests.support.desk_alone import NUM_STROKES, SIGNS_DRAWN
from tests.support.signs import draw

pytestmark = pytest.mark.browser


def show_lesson(page, names, num_examples, first_number, is_trying=False, is_from_file=False):
    """Shows a lesson with `num_examples` examples of each of these signs."""
    page.evaluate(f"window.isFromFile = {str(is_from_file).lower()}")
    page.evaluate(
        """([names, length, first, isTrying]) => {
          const example = (_, number) => ({ number, picture: "data:,", isSuspect: false })
          const examples = Array.from({ length }, example)
          window.extra = names.map((name, i) => ({ number: first + i, name, examples }))
          show(isTrying, null)
        }""",
        [names, num_examples, first_number, is_trying],
    )


def test_new_session_gets_what_the_last_one_had_not_received_and_the_rest_is_said_to_be_gone(canvas_page):
    canvas_page.evaluate("show(false, 3, 3)")
    for key in ("1", "2"):
        canvas_page.keyboard.press(key)
        draw(canvas_page, "star", random.Random(1))
        canvas_page.keyboard.press(key)
    assert canvas_page.evaluate(SIGNS_DRAWN) == [7, 8]
    numbers = canvas_page.evaluate("drawn.map(({ number }) => number)")
    draw(canvas_page, "star", random.Random(2))
    # The tree, whose third drawing is still on the canvas, is unknown in the new session.
    canvas_page.evaluate("window.session = 'new'; show(false, 3)")
    assert canvas_page.evaluate(SIGNS_DRAWN) == [7]
    assert canvas_page.evaluate("drawn[0].number") > max(numbers)
    # The server can tell these drawings from those that were meant for the session before.
    assert canvas_page.evaluate("sent.session") == "new"
    hint = canvas_page.locator(".hint")
    expect(hint).to_have_text("Press a sign to keep your drawing as an example of it.")
    canvas_page.clock.run_for(2000)
    canvas_page.keyboard.press("1")
    assert canvas_page.evaluate(SIGNS_DRAWN) == [7, 7]
    expect(hint).to_contain_text("What was not saved is gone.")
    draw(canvas_page, "star", random.Random(3))
    expect(hint).to_contain_text("leaf has 5 examples, which is enough.")


def test_new_session_that_has_all_drawings_is_not_mentioned(canvas_page):
    canvas_page.evaluate("show(false, 5)")
    canvas_page.evaluate("window.session = 'new'; show(false, 5)")
    expect(canvas_page.locator(".hint")).to_contain_text("leaf has 5 examples, which is enough.")
    # In a new session, the same number can belong to another example.
    expect(canvas_page.locator(".thumb img").first).to_have_attribute("src", "data:,new 0")
    assert canvas_page.evaluate("window.drawn === undefined")


class TestLessonOpenedAgain:
    """A new session first has the lesson of a new visitor. Then the server opens the old lesson again."""

    def test_receives_the_drawings_already_sent_and_the_one_on_the_canvas(self, canvas_page):
        canvas_page.evaluate("show(false, 5, 5)")
        canvas_page.keyboard.press("2")
        draw(canvas_page, "star", random.Random(1))
        canvas_page.keyboard.press("2")
        assert canvas_page.evaluate(SIGNS_DRAWN) == [8]
        numbers = canvas_page.evaluate("drawn.map(({ number }) => number)")
        draw(canvas_page, "star", random.Random(2))
        canvas_page.evaluate("window.session = 'new'")
        show_lesson(canvas_page, START_NAMES, 0, first_number=0)
        hint = canvas_page.locator(".hint")
        expect(hint).to_have_text("Press a sign to keep your drawing as an example of it.")
        show_lesson(canvas_page, ("leaf", "tree"), 5, first_number=20)
        expect(hint).to_contain_text("tree has 6 examples, which is enough.")
        assert canvas_page.evaluate(SIGNS_DRAWN) == [21]
        assert canvas_page.evaluate("drawn[0].number") > max(numbers)
        canvas_page.clock.run_for(2000)
        assert canvas_page.evaluate(SIGNS_DRAWN) == [21, 21]

    @pytest.mark.parametrize("is_trying", [False, True])
    def test_does_not_take_a_drawing_of_a_sign_that_it_does_not_have(self, canvas_page, is_trying):
        canvas_page.evaluate("show(false, 5, 5)")
        canvas_page.keyboard.press("2")
        canvas_page.evaluate("window.session = 'new'")
        show_lesson(canvas_page, START_NAMES, 0, first_number=0)
        canvas_page.keyboard.press("1")
        draw(canvas_page, "star", random.Random(1))
        show_lesson(canvas_page, ("leaf", "tree"), 5, 20, is_trying)
        refusal = "Press a sign to keep your drawing as an example of it."
        expect(canvas_page.locator(".hint")).to_have_text(
            "The network is loading …" if is_trying else refusal
        )
        canvas_page.clock.run_for(2000)
        assert canvas_page.evaluate("window.drawn === undefined")
        assert canvas_page.evaluate(NUM_STROKES) == 1

    @pytest.mark.parametrize("is_pen_down", [False, True])
    def test_drawings_made_meanwhile_become_examples_of_the_sign_chosen_before(
        self, canvas_page, is_pen_down
    ):
        canvas_page.evaluate("show(false, 5, 5)")
        canvas_page.keyboard.press("2")
        page, rng = canvas_page, random.Random(1)
        box = page.locator(".desk canvas").bounding_box()
        if is_pen_down:
            # The pen is down when the new session begins.
            page.mouse.move(box["x"] + 30, box["y"] + 30)
            page.mouse.down()
            page.mouse.move(box["x"] + 90, box["y"] + 90)
        page.evaluate("window.session = 'new'")
        show_lesson(page, START_NAMES, 0, first_number=0)
        page.mouse.up()
        page.clock.run_for(2000)
        for _ in range(2 if is_pen_down else 3):
            draw(page, "star", rng)
            page.clock.run_for(2000)
            refusal = "Press a sign to keep your drawing as an example of it."
            expect(page.locator(".hint")).to_have_text(refusal)
        assert page.evaluate("window.drawn === undefined")
        show_lesson(page, ("leaf", "tree"), 5, first_number=20)
        page.clock.run_for(2000)
        assert page.evaluate(SIGNS_DRAWN) == [21, 21, 21]

    def test_loss_of_unsaved_drawings_is_reported_even_if_no_fewer_examples_are_shown(self, canvas_page):
        canvas_page.evaluate("show(false, 5, 5, false)")
        canvas_page.evaluate("window.session = 'new'")
        show_lesson(canvas_page, START_NAMES, 0, first_number=0)
        show_lesson(canvas_page, ("leaf", "tree"), 6, first_number=20)
        expect(canvas_page.locator(".hint")).to_contain_text("What was not saved is gone.")


def test_drawing_whose_sign_is_unknown_in_a_new_session_is_said_to_be_gone(canvas_page):
    canvas_page.evaluate("show(false, 5, 0)")
    canvas_page.keyboard.press("2")
    draw(canvas_page, "star", random.Random(1))
    canvas_page.keyboard.press("1")
    assert canvas_page.evaluate(SIGNS_DRAWN) == [8]
    canvas_page.evaluate("window.session = 'new'; show(false, 5)")
    expect(canvas_page.locator(".hint")).to_contain_text("What was not saved is gone.")


def test_visitor_chooses_a_sign_if_the_one_chosen_before_is_unknown_in_a_new_session(canvas_page):
    canvas_page.evaluate("show(false, 5, 1)")
    canvas_page.keyboard.press("2")
    canvas_page.evaluate("window.session = 'new'; show(false, 5)")
    expect(canvas_page.locator(".hint")).to_contain_text("gone. Press a sign, and draw it.")
    expect(canvas_page.locator(".prompt")).to_have_text("")
    expect(canvas_page.locator(".sign[aria-pressed=true]")).to_have_count(0)
    canvas_page.locator(".sign").click()
    draw(canvas_page, "star", random.Random(1))
    canvas_page.clock.run_for(2000)
    assert canvas_page.evaluate(SIGNS_DRAWN) == [7]


def test_two_restarts_in_a_row_lose_nothing_that_the_lesson_has(canvas_page):
    canvas_page.evaluate("show(false, 5, 5)")
    canvas_page.keyboard.press("2")
    for session in ("second", "third"):
        canvas_page.evaluate(f"window.session = '{session}'")
        show_lesson(canvas_page, START_NAMES, 0, first_number=0)
        # Meanwhile, the visitor looks at another page and returns.
        canvas_page.evaluate("leave(), show(false, null)")
    show_lesson(canvas_page, ("leaf", "tree"), 5, first_number=20)
    expect(canvas_page.locator(".hint")).to_contain_text("tree has 5 examples, which is enough.")


def test_drawing_in_a_trial_is_only_read_although_the_sign_chosen_before_is_unknown(canvas_page):
    canvas_page.evaluate("show(false, 5, 5)")
    canvas_page.keyboard.press("2")
    canvas_page.evaluate("window.session = 'new'")
    show_lesson(canvas_page, ("cat", "dog"), 5, 20, is_trying=True)
    for _ in range(2):
        draw(canvas_page, "star", random.Random(1))
        expect(canvas_page.locator(".hint")).to_have_text("The network is loading …")
        canvas_page.clock.run_for(2000)
    # Neither drawing waits for its sign.
    assert canvas_page.evaluate(MAY_LEAVE)
    canvas_page.keyboard.press("1")
    assert canvas_page.evaluate(SIGNS_DRAWN) == [20]


def test_visitor_is_asked_before_leaving_while_drawings_wait_for_their_sign(canvas_page):
    canvas_page.evaluate("show(false, 5, 5)")
    canvas_page.keyboard.press("2")
    draw(canvas_page, "star", random.Random(1))
    canvas_page.keyboard.press("2")
    canvas_page.evaluate("window.session = 'new'")
    show_lesson(canvas_page, START_NAMES, 0, first_number=0)
    assert not canvas_page.evaluate(MAY_LEAVE)
    # A file replaces them.
    show_lesson(canvas_page, ("tree", "leaf"), 5, first_number=20, is_from_file=True)
    expect(canvas_page.locator(".hint")).to_contain_text("tree has 5 examples, which is enough.")
    assert canvas_page.evaluate(MAY_LEAVE)
    assert canvas_page.evaluate(SIGNS_DRAWN) == [8]


def test_file_that_is_opened_begins_with_its_first_sign(canvas_page):
    canvas_page.evaluate("show(false, 5, 0)")
    canvas_page.keyboard.press("2")
    show_lesson(canvas_page, ("cat", "dog"), 5, first_number=20, is_from_file=True)
    expect(canvas_page.locator(".hint")).to_contain_text("cat has 5 examples, which is enough.")
    expect(canvas_page.locator(".sign[aria-pressed=true]")).to_contain_text("cat")
