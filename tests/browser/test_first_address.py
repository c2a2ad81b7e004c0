"""The first address that `address.js` writes after a page was loaded."""

import pytest

from tests.support import address_alone

pytestmark = pytest.mark.browser


def test_back_before_the_script_has_started_is_followed(new_page):
    """The server has read the address with which the document was loaded."""
    page = new_page()
    address_alone.load(page)
    page.evaluate("history.pushState(null, '', '?step=neuron')")
    page.reload()
    page.go_back()
    assert page.evaluate("location.search") == "?step=way"
    address_alone.start(page)
    page.evaluate("void show('?step=neuron&run=quick', 0)")
    assert page.evaluate("moves[0]") == ["?step=way", 1]
    assert page.evaluate("kinds[0]")
    page.evaluate("void show('?step=way&run=quick', 1)")
    assert page.evaluate("location.search") == "?step=way&run=quick"
    page.go_forward()
    assert page.evaluate("location.search") == "?step=neuron"


@pytest.mark.parametrize("loaded", ["", "?step=nosuch", "?step=way&tour=off"])
def test_first_address_of_the_server_is_written_if_the_visitor_has_not_moved(new_page, loaded):
    page = new_page()
    address_alone.load(page, loaded)
    address_alone.start(page)
    page.evaluate("void show('?step=way&run=quick', 0)")
    assert page.evaluate("moves") == []
    assert page.evaluate("location.search") == "?step=way&run=quick"
