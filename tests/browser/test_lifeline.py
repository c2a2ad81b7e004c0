"""A page that Streamlit's own script has given up."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("path", ["", "train", "inside", "evaluate"])
def test_empty_window_is_loaded_anew(open_page, path):
    page = open_page(path)
    page.evaluate("document.getElementById('root').replaceChildren()")
    expect(page.locator("h1")).to_be_visible()
