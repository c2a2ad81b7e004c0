"""The marker of the pictures on the Inside page in which the visitor picks a cell."""

import pytest
from playwright.sync_api import expect

from tests.support.project import PROJECT

pytestmark = pytest.mark.browser

# Shows a picture of four cells, as the server does with these values.
SHOW = """values => show({
  parentElement: document.querySelector("div"),
  data: { source: "data:,", rows: 2, columns: 2, count: 4, marker: 1, stride: 1,
    label: "", answered: 0, ...values },
})"""


@pytest.fixture
def picker(new_page):
    """A page with the picture alone, and a function `show`."""
    page = new_page()
    page.set_content('<div><div role="application"><button><img><span></span></button></div></div>')
    script = (PROJECT / "pages" / "inside" / "picker.js").read_text("utf-8")
    page.add_script_tag(content=script.replace("export default function (", "function show("))
    return page


def test_marker_moves_to_the_place_that_a_new_session_sends(picker):
    """A restarted server counts the visitor's picks from 0 again. The marker must still go where it says."""
    page = picker
    page.evaluate(SHOW, {"place": [0, 0], "answered": 2})
    page.evaluate(SHOW, {"place": [1, 0], "answered": 0})
    top = "marker => marker.style.top"
    assert page.locator("span").evaluate(top) == "50%"
    # Frames can be closer together than cells. The middle of this one is 1.5 * 0.8 cells from the top.
    page.evaluate(SHOW, {"place": [1, 0], "answered": 0, "stride": 0.8})
    assert page.locator("span").evaluate(top) == "35%"


def test_marker_of_a_missing_cell_does_not_come_back(picker):
    """A smaller network does not have the marked cell, but the next one does."""
    page = picker
    page.evaluate(SHOW, {})
    page.evaluate("document.querySelector('button').moveTo([1, 0])")
    page.evaluate(SHOW, {"rows": 1, "count": 2})
    page.evaluate(SHOW, {})
    expect(page.locator("span")).to_be_hidden()


def test_arrow_keys_follow_a_click_in_a_browser_that_does_not_focus_buttons(picker):
    """Safari gives the focus to no button that is clicked."""
    page = picker
    page.evaluate(SHOW, {})
    page.add_style_tag(content="button { position: fixed; inset: 0; width: 200px; height: 200px }")
    page.evaluate("addEventListener('mousedown', event => event.preventDefault())")
    page.mouse.click(50, 50)
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.querySelector('button').place") == [1, 0]


@pytest.mark.parametrize("opens, keys", [(False, ""), (True, ", Enter opens what it marks")])
def test_screen_readers_pass_the_arrow_keys_on_and_name_them(picker, opens, keys):
    page = picker
    page.evaluate(SHOW, {"opens": opens, "label": "four cells"})
    around = page.get_by_role("application", name=f"arrow keys move the frame{keys}", exact=True)
    expect(around.get_by_role("button", name="four cells")).to_have_count(1)
