"""The browser keeps only the networks that were asked for most recently."""

from pathlib import Path

import pytest

from bnn.engine.portable import script
from pages.shared import live

pytestmark = pytest.mark.browser

_ORIGIN = "http://networks.test/"
# Stand-ins for the engine. A network is only the content of its file.
_STUBS = """
const BUILDS = []
const compileEngine = async () => null
const digitFromStrokes = () => null
const loadNetwork = (module, bytes) => new TextDecoder().decode(bytes)
"""
_LOAD = """
window.networkAt = networkAt
window.load = address => new Promise((done, fail) => {
  if (networkAt(address)) done(loadNetworkFrom(address))
  else loadNetworkFrom(address, done, fail)
})
"""


@pytest.fixture
def page(new_page):
    """A page that has the functions `load` and `networkAt`."""
    page = new_page()
    page.route(f"{_ORIGIN}**", lambda route: route.fulfill(body=route.request.url.removeprefix(_ORIGIN)))
    page.goto(_ORIGIN)
    networks = script.joined(Path(live.__file__).parent / "networks.js")
    page.add_script_tag(content=_STUBS + networks + _LOAD, type="module")
    page.wait_for_function("window.load")
    return page


def test_networks_that_were_asked_for_long_ago_are_forgotten(page):
    for number in range(1, 21):
        page.evaluate("address => load(address)", f"n{number}")
        # This network is in use all the time.
        page.evaluate("load('n1')")
    kept = [number for number in range(1, 21) if page.evaluate("networkAt", f"n{number}")]
    assert kept == [1, *range(14, 21)]
    page.evaluate("load('n2')")
    assert page.evaluate("networkAt('n2')") == "n2"
