"""The Evaluate page in a browser: it fills without moving, and its matrix can be clicked on."""

import shutil

import pytest
from playwright.sync_api import expect

from bnn.runs import store

pytestmark = pytest.mark.browser

COUNTS = ".st-key-matrix-place svg.marks text"
# Looked at before every repaint: what stands where the accuracy belongs, and where everything is.
WATCH = """() => {
  // Not the figures among themselves: where five stand in a narrow row, each takes the width of its number.
  const parts = [".figures", ".st-key-matrix-place svg.marks", ".st-key-cell_drawn", ".st-key-cell_read",
                 ".st-key-images", ".table", ".st-key-download-digits"]
  window.seen = { accuracies: [], places: [] }
  const note = (list, value) => { if (!list.includes(value)) list.push(value) }
  const place = part => {
    const box = document.querySelector(part)?.getBoundingClientRect()
    return part + (box ? [box.left, box.top, box.width, box.height].map(Math.round).join(" ") : " is gone")
  }
  const look = () => {
    note(seen.accuracies, document.querySelector(".figure.large .value")?.textContent)
    for (const part of parts) note(seen.places, place(part))
    requestAnimationFrame(look)
  }
  look()
}"""


@pytest.fixture
def page(open_page):
    """The Evaluate page with the shipped network's answers."""
    return _full(open_page("evaluate"))


def _full(page):
    expect(page.locator(COUNTS).filter(has_text="1,1").first).to_be_visible()
    expect(page.locator(".st-key-images img").first).to_be_visible()
    return page


@pytest.mark.parametrize("width, name", [(1280, "a"), (820, "b"), (390, "c")])
def test_numbers_come_where_they_were_expected(open_page, server, width, name):
    """A network not shown before: no number of the last one is left, and nothing moves when its own come."""
    # The largest there is, for what is to come should be seen.
    run = server.runs_root / f"20261101-100000-{name}"
    shutil.copytree(store.SHIPPED / "record", run)
    page = _full(open_page("evaluate", width, 1400))
    page.evaluate(WATCH)
    page.locator(".stSelectbox").first.click()
    page.get_by_role("option").filter(has_text=f"{name}, 1 Nov").click()
    expect(page.locator(".figure.large .value")).to_have_text("99.57 %")
    _full(page)
    assert page.evaluate("seen.accuracies") == ["99.44 %", "…", "99.57 %"]
    # Each of the seven parts at one place, and always there.
    assert page.evaluate("seen.places.slice(7)") == []


def test_cell_that_is_clicked_on_shows_its_images(page):
    found = page.get_by_test_id("stHtml")
    cell = page.locator(COUNTS).filter(has_text="979").first
    cell.click()
    expect(found.get_by_text("read as 0 (right)")).to_be_visible()
    # The same cell again, after another was chosen beside the matrix.
    page.locator(".st-key-cell_drawn .stSelectbox").click()
    page.get_by_role("option", name="8", exact=True).click()
    expect(found.get_by_text("read as 0.")).to_be_visible()
    cell.click()
    expect(found.get_by_text("read as 0 (right)")).to_be_visible()
