"""A page that the browser translates still shows every later change of its text."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium
from tests.support.app_server import Server

pytestmark = pytest.mark.browser
# Like Google's translator, this replaces each text with an element of its own, but it keeps the words.
TRANSLATE = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const texts = []
  while (walker.nextNode()) texts.push(walker.currentNode)
  for (const text of texts) {
    const skipped = "script, style, svg, [translate=no], .notranslate"
    if (!text.data.trim() || text.parentElement.closest(skipped)) continue
    const [outer, inner] = [document.createElement("font"), document.createElement("font")]
    inner.textContent = text.data
    outer.append(inner)
    text.replaceWith(outer)
  }
}"""


def test_evaluate_names_the_chosen_cell(open_page):
    page = open_page("evaluate")
    main = page.get_by_test_id("stMain")
    expect(page.locator(".st-key-images img").first).to_be_visible()
    page.wait_for_function("window.oneBitLabTranslation")
    for name, drawn, read in (("eights", 8, 8), ("zeros", 0, 0)):
        chromium.wait_until_complete(page)
        page.evaluate(TRANSLATE)
        for key, digit in (("cell_drawn", drawn), ("cell_read", read)):
            option = page.get_by_role("option", name=str(digit), exact=True)
            chromium.choose(page.locator(f".st-key-{key} .stSelectbox"), option)
            chromium.wait_until_complete(page)
            expect(page.locator(f".st-key-{key} input")).to_have_value(str(digit))
        expect(main).to_contain_text(f"{name} read as {read} (right)")
        chromium.wait_until_complete(page)
        # The matrix, a list and the sentence contain these words once each, so no old sentence is left.
        assert main.inner_text().count("read as") == 3


def test_evaluate_names_the_chosen_network(open_page):
    page = open_page("evaluate")
    figures = page.locator(".st-key-evaluate-experts .figures")
    expect(figures).to_contain_text("recipe anyone")
    page.wait_for_function("window.oneBitLabTranslation")
    chromium.wait_until_complete(page)
    page.evaluate(TRANSLATE)
    option = page.get_by_role("option", name="quick (example)")
    chromium.choose(page.locator(".stSelectbox").first, option)
    expect(figures).to_contain_text("recipe quick")
    expect(page.locator(".stSelectbox input").first).to_have_value("quick (example)")


# Streamlit's own Markdown. React changes each of the texts between the bold words separately.
APP = """import streamlit as st
from pages.shared import translation
translation.follow_translation()
number = st.session_state.get("number", 0)
end = "by chance" if number == 1 else ""
st.markdown(f"Digit **{number}** is {number + 1} times **read** as {number + 2} {end}")
st.button("Next", on_click=lambda: st.session_state.update(number=number + 1))
"""


def test_markdown_shows_the_changed_texts(new_page, tmp_path):
    (tmp_path / "app.py").write_text(APP)
    server = Server(tmp_path, app=tmp_path / "app.py")
    page = new_page()
    chromium.visit(page, server.url)
    sentence = page.get_by_test_id("stMarkdown").first
    expect(sentence).to_have_text("Digit 0 is 1 times read as 2")
    page.wait_for_function("window.oneBitLabTranslation")
    for wanted in ("Digit 1 is 2 times read as 3 by chance", "Digit 2 is 3 times read as 4"):
        chromium.wait_until_complete(page)
        page.evaluate(TRANSLATE)
        page.get_by_role("button", name="Next").click()
        expect(sentence).to_have_text(wanted)
    page.context.close()
    server.stop()
