"""The button Clear of the small field on the Inside page."""

from streamlit.testing.v1 import AppTest

from tests.support.inside_page import DRAWING, click, run_again
from tests.support.project import PROJECT


def open_with_drawing():
    """Opens the page with a drawing of the Draw page. Test digit m1 was chosen before the drawing."""
    page = AppTest.from_file(str(PROJECT / "pages" / "inside" / "page.py"), default_timeout=60)
    page.session_state.drawing = DRAWING
    run_again(page)
    choose(page, "m1")
    return choose(page, "drawing")


def choose(page, digit):
    page.selectbox(key="inside_digit").select(digit)
    return run_again(page)


def test_clear_removes_the_drawing_only_if_the_field_shows_it(make_run):
    make_run()
    page = choose(open_with_drawing(), "m1")
    number = page.session_state.drawing_number
    click(page, "inside-clear")
    # A stroke that the server has not seen yet is gone with its canvas.
    assert page.session_state.drawing_number == number + 1
    assert page.session_state.drawing == DRAWING
    assert page.selectbox(key="inside_digit").value == "m1"
    click(choose(page, "drawing"), "inside-clear")
    assert page.session_state.drawing == []
    assert page.selectbox(key="inside_digit").value == "m1"
    assert "Your drawing" not in page.selectbox(key="inside_digit").options
