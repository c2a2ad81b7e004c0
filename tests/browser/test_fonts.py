"""Every text uses a font that the app brings, so that the layout is the same on every machine."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
# For each page, elements with texts of different kinds: headings, charts, tables, code, figures, buttons.
TEXTS = {
    "": ("h1", ".bars .bar", ".figure .value", ".figure .label", ".st-key-clear button p"),
    "train": ("h1", ".table td", ".st-key-start button p", "svg.marks text"),
    "inside": ("h1", ".colours"),
    "evaluate": ("h1", ".figure .value", ".table td", "svg.marks text", ".stSelectbox label p"),
}


@pytest.mark.parametrize("path", TEXTS)
def test_text_is_shown_in_a_font_that_the_app_brings(open_page, path):
    page = open_page(path, tour="on" if path == "" else "off")
    selectors = [*TEXTS[path], *["#tour p"] * (path == "")]
    for selector in selectors:
        expect(page.locator(selector).first).to_be_visible()
    page.evaluate("document.fonts.ready.then(() => null)")
    for selector in selectors:
        assert fonts_of_the_machine(page, selector) == set(), selector


def fonts_of_the_machine(page, selector):
    """Return the names of the installed fonts in which the browser draws an element's text."""
    chromium = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        chromium.send(f"{domain}.enable")
    root = chromium.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    node = chromium.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    used = chromium.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert used
    return {font["familyName"] for font in used if not font["isCustomFont"]}
