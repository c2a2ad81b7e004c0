"""The browser restyles only a small part of a page when one of its elements changes."""

import json
from statistics import median

import pytest

pytestmark = pytest.mark.browser

# Adds an element to the page, changes it as Streamlit does when a script begins to run, and removes it again.
# Each time, the browser must compute all styles that have changed.
CHANGE = """numTimes => {
  const main = document.querySelector("[data-testid=stMainBlockContainer]")
  const restyle = () => document.body.offsetHeight
  restyle()
  for (let i = 0; i < numTimes; i++) {
    const added = document.createElement("div")
    added.dataset.stale = "true"
    main.append(added)
    restyle()
    added.dataset.stale = "false"
    restyle()
    added.remove()
    restyle()
  }
  return document.querySelectorAll("*").length
}"""


@pytest.mark.parametrize("width, height", [(1280, 720), (390, 844)])
@pytest.mark.parametrize("path", ["", "train", "teach", "evaluate", "audience", "inside?step=neuron"])
def test_change_of_one_element_restyles_less_than_a_quarter_of_the_page(
    browser, shared_page, path, width, height
):
    """Some selectors with `:has()` let every change restyle everything, which makes the page slow."""
    page = shared_page(path, width, height)
    browser.start_tracing(categories=["devtools.timeline"])
    try:
        num_elements = page.evaluate(CHANGE, 10)
    finally:
        trace = json.loads(browser.stop_tracing())
    events = [event for event in trace["traceEvents"] if event["name"] == "UpdateLayoutTree"]
    assert len(events) >= 20
    assert median(event["args"]["elementCount"] for event in events) < num_elements / 4
