"""The Evaluate page in a browser: it fills without moving, and its matrix can be clicked on."""

import os
import shutil

import pytest
from playwright.sync_api import expect

from bnn import runs

pytestmark = pytest.mark.browser

COUNTS = ".st-key-matrix-place svg.marks text"
# Looked at before every repaint: what stands where the accuracy belongs, and where figures and matrix are.
WATCH = """() => {
  window.seen = { accuracies: [], places: [] }
  const note = (list, value) => { if (!list.includes(value)) list.push(value) }
  const look = () => {
    const accuracy = document.querySelector(".figure.large .value")
    const matrix = document.querySelector(".st-key-matrix-place svg.marks")
    if (accuracy && matrix) {
      note(seen.accuracies, accuracy.textContent)
      const boxes = [accuracy, matrix].map(part => part.getBoundingClientRect())
      note(seen.places, boxes.flatMap(box => [box.left, box.top].map(Math.round)).join(" "))
    }
    requestAnimationFrame(look)
  }
  look()
}"""


def test_numbers_come_where_they_were_expected(open_page, server):
    """A network not seen before: its frame first, and nothing moves when the numbers come."""
    page = open_page("evaluate")
    expect(page.locator(COUNTS).get_by_text("1,1", exact=False).first).to_be_visible()
    # A network of another name and file, which nobody has asked for.
    copy = server.runs_root / "20261101-100000-quick"
    shutil.copytree(runs.SHIPPED / "quick", copy)
    os.utime(copy / "model.safetensors", (1, 1))
    page.reload()
    expect(page.locator(COUNTS).get_by_text("1,1", exact=False).first).to_be_visible()
    page.evaluate(WATCH)
    page.locator(".stSelectbox").first.click()
    page.get_by_role("option").filter(has_text="quick, 1 Nov").click()
    page.wait_for_function("seen.accuracies.length == 3")
    expect(page.locator(COUNTS).get_by_text("1,1", exact=False).first).to_be_visible()
    before, dots, after = page.evaluate("seen.accuracies")
    assert before.endswith(" %")
    assert dots == "…"
    assert after.endswith(" %")
    assert after != before
    assert len(page.evaluate("seen.places")) == 1


def test_cell_that_is_clicked_on_shows_its_images(open_page):
    page = open_page("evaluate")
    zeros = page.locator(COUNTS).get_by_text("9", exact=False).first
    expect(zeros).to_be_visible()
    zeros.click()
    expect(page.get_by_text("read as 0 (right)")).to_be_visible()
    expect(page.locator(".st-key-images img").first).to_be_visible()
