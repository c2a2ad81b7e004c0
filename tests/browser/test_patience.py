"""How long the scripts of a page wait for its canvas."""

import pytest

from bnn.engine.portable.script import joined
from tests.support.project import PROJECT

pytestmark = pytest.mark.browser

SCRIPT = joined(PROJECT / "pages" / "shared" / "live" / "patience.js")
# Tries something in vain, on a screen that shows 1,000 frames a second. Returns the number of seconds.
TRY = """() => {
  let [frames, next] = [0, null]
  window.requestAnimationFrame = call => (next = call)
  tryInFrames(() => { next = null })
  while (next) next(60_000 + frames++)
  return frames / 1000
}"""
# The same for something that is there after 2 frames. Returns how often it was tried.
FIND = """() => {
  let tries = 0
  return new Promise(resolve => tryInFrames(() => {
    tries += 1
    if (tries === 3) requestAnimationFrame(() => requestAnimationFrame(() => resolve(tries)))
    return tries >= 3
  }))
}"""


def test_patience_is_the_same_on_all_screens_and_begins_with_the_first_frame(new_page):
    page = new_page()
    page.add_script_tag(content=SCRIPT)
    assert page.evaluate(TRY) == pytest.approx(60, abs=0.01)


def test_what_is_found_is_not_tried_again(new_page):
    page = new_page()
    page.add_script_tag(content=SCRIPT)
    assert page.evaluate(FIND) == 3
