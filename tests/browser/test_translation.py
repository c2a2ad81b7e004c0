"""Pages that the browser translates: what they say stays true when it changes."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
# As Google's translator does: each text is replaced by an element of its own, here with the same text.
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


def test_evaluate_says_what_is_chosen(open_page):
    page = open_page("evaluate")
    main = page.get_by_test_id("stMain")
    expect(page.locator(".st-key-images img").first).to_be_visible()
    for drawn, read in ((8, 8), (0, 0), (1, 1)):
        page.evaluate(TRANSLATE)
        for key, digit in (("cell_drawn", drawn), ("cell_read", read)):
            page.locator(f".st-key-{key} .stSelectbox").click()
            page.get_by_role("option", name=str(digit), exact=True).click()
            expect(page.locator(f".st-key-{key} input")).to_have_value(str(digit))
        expect(main).to_contain_text(f"{drawn} read as {read} (right)")
        assert main.inner_text().count("read as") == 3


def test_evaluate_says_which_network_is_chosen(open_page):
    page = open_page("evaluate")
    figures = page.locator(".figures")
    expect(figures).to_contain_text("recipe best")
    page.evaluate(TRANSLATE)
    page.locator(".stSelectbox").first.click()
    page.get_by_role("option", name="quick (built-in)").click()
    expect(figures).to_contain_text("recipe quick")
    expect(page.locator(".stSelectbox input").first).to_have_value("quick (built-in)")


def test_train_says_how_large_the_chosen_network_is(open_page):
    page = open_page("train")
    main = page.get_by_test_id("stMain")
    sizes = {"quick": "421,408 weights of one bit", "best": "860,800 weights of one bit"}
    expect(main).to_contain_text(sizes["quick"])
    for chosen, other in (("best", "quick"), ("quick", "best")):
        page.evaluate(TRANSLATE)
        page.locator(".st-key-recipe").get_by_text(chosen, exact=True).click()
        expect(main).to_contain_text(sizes[chosen])
        expect(main).not_to_contain_text(sizes[other])
