"""The advanced settings of the Train page: no number is cut off, and a message is below its setting."""

import re

import pytest
from playwright.sync_api import expect

from tests.support import chromium, looks, waiting
from tests.support.train_browser import open_settings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def settings_page(shared_page):
    """The Train page with its advanced settings open."""
    page = shared_page("train")
    open_settings(page)
    return page


def test_numbers_in_the_advanced_settings_are_not_cut_off(settings_page):
    fields = settings_page.locator("[data-testid=stNumberInput] input")
    expect(fields.filter(visible=True).first).to_be_visible()
    cut = "all => all.filter(field => field.scrollWidth > field.clientWidth).map(field => field.value)"
    waiting.until_equal(lambda: fields.evaluate_all(cut), [], "numbers that are cut off")


def test_message_about_a_setting_is_orange_and_right_below_the_setting(settings_page):
    page = settings_page
    field = page.get_by_label("Epochs", exact=True)
    field.fill("99999")
    field.press("Tab")
    # The message is on the page twice. The second one, below all settings, is visible only while they are
    # closed.
    message = page.get_by_test_id("stAlertContentError").filter(visible=True)
    expect(message).to_have_text("Epochs must be from 1 to 1,000, got 99,999.")
    chromium.wait_until_complete(page)
    box, below = field.bounding_box(), page.get_by_label("Batch size", exact=True).bounding_box()
    assert box["y"] + box["height"] < message.bounding_box()["y"] < below["y"]
    page.get_by_text("Advanced settings").click()
    expect(page.get_by_test_id("stAlertContentError").first).to_be_hidden()
    expect(message).to_have_text("Epochs must be from 1 to 1,000, got 99,999.")
    page.get_by_text("Advanced settings").click()
    # Of the colours on the pages, orange is the only one with less green than red and less blue than green.
    colour = message.locator("p").evaluate("p => getComputedStyle(p).color")
    red, green, blue = (float(number) for number in re.findall(r"[\d.]+", colour)[:3])
    assert red > 1.2 * green > 1.2 * 1.2 * blue
    looks.check_text_in_both_themes(page, "with a mistake in a setting")
