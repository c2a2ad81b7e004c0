"""The small field of the Inside page, and the box in which a digit is chosen."""

from streamlit.testing.v1 import AppTest

from pages.inside import keys
from pages.shared import session
from tests.support.inside_page import DRAWING, click, open_page, run_again
from tests.support.pages import picker, report_late, widget_states
from tests.support.project import PROJECT


def open_with_drawing():
    """Opens the page with a drawing of the Draw page. Test digit m1 was chosen before the drawing."""
    page = AppTest.from_file(str(PROJECT / "pages" / "inside" / "page.py"), default_timeout=60)
    page.session_state.drawing = DRAWING
    run_again(page)
    choose(page, "m1")
    return choose(page, "drawing")


def test_clear_shows_no_digit_of_another_data_set(make_run, with_own_images):
    make_run(run_id="20260131-094501-quick")
    run = with_own_images(make_run(run_id="20260131-094500-quick", class_names=("0", "1", "2")), 12)
    page = open_with_drawing()
    # The drawing stays, because Draw last showed it to this run.
    page.session_state[session.COMPARED_RUN] = run.id
    choose_run(page, run)
    assert picker(page, keys.DIGIT).value == "drawing"
    click(page, "inside-clear")
    assert picker(page, keys.DIGIT).value == "t0"


def test_image_of_another_data_set_makes_way_for_a_digit_of_mnist(make_run, with_own_images):
    usual = make_run(run_id="20260131-094500-quick")
    run = with_own_images(make_run(run_id="20260131-094501-quick", class_names=("0", "1", "2")), 12)
    page = open_page(run=run.id, digit="t5")
    assert picker(page, keys.DIGIT).value == "t5"
    choose_run(page, usual)
    assert picker(page, keys.DIGIT).value.startswith("m")


def test_image_that_evaluate_wants_is_shown_with_a_newly_chosen_run(make_run, with_own_images):
    make_run(run_id="20260131-094500-quick")
    run = with_own_images(make_run(run_id="20260131-094501-quick", class_names=("0", "1", "2")), 12)
    page = open_page()
    page.session_state[session.CHOSEN_RUN], page.session_state[session.WANTED_DIGIT] = run.id, "m7"
    run_again(page)
    assert picker(page, keys.DIGIT).value == "t7"


def choose_run(page, run):
    picker(page, "chosen_run").select(run.id)
    return run_again(page)


def choose(page, digit):
    picker(page, keys.DIGIT).select(digit)
    return run_again(page)


def test_clear_removes_the_drawing_only_if_the_field_shows_it(make_run):
    make_run()
    page = choose(open_with_drawing(), "m1")
    number = page.session_state.drawing_number
    click(page, "inside-clear")
    # A stroke that the server has not seen yet is gone with its canvas.
    assert page.session_state.drawing_number == number + 1
    assert page.session_state.drawing == DRAWING
    assert picker(page, keys.DIGIT).value == "m1"
    click(choose(page, "drawing"), "inside-clear")
    assert page.session_state.drawing == []
    assert picker(page, keys.DIGIT).value == "m1"
    assert "Your drawing" not in picker(page, keys.DIGIT).options


def test_new_drawing_stays_chosen_although_the_browser_reports_the_earlier_digit(make_run):
    make_run()
    page = choose(open_with_drawing(), "m1")
    old_states = widget_states(page)
    page.session_state.drawing = DRAWING * 2
    run_again(page)
    report_late(page, old_states)
    assert picker(page, keys.DIGIT).value == "drawing"


def test_clear_removes_a_stroke_although_the_drawing_is_not_chosen_yet(make_run):
    """The press can end the page's run after the stroke was stored, and before the drawing was chosen."""
    make_run()
    page = choose(open_with_drawing(), "m1")
    page.session_state.drawing = DRAWING * 2
    click(page, "inside-clear")
    assert picker(page, keys.DIGIT).value == "m1"
    assert page.session_state.drawing == []
