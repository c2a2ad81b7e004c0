"""A visitor's own data on the Train page, in a browser: the file stays chosen until it is removed."""

import pytest
from playwright.sync_api import expect

from tests.support import chromium
from tests.support.data_files import stroke_lines
from tests.support.train_browser import open_data

pytestmark = pytest.mark.browser

TRAINS_ON_IT = "It trains on your data: signs.jsonl"


def test_file_stays_chosen_on_other_pages_until_it_is_removed(open_page):
    page = open_page("train")
    open_data(page)
    uploader = page.locator("[class*=st-key-data-file] input[type=file]")
    uploader.set_input_files([{"name": "signs.jsonl", "mimeType": "", "buffer": stroke_lines()}])
    found = page.get_by_text("3 classes, 30 examples:")
    expect(found).to_be_visible()
    maker = page.get_by_label("Who made it")
    maker.fill("Ann")
    maker.press("Tab")
    chromium.wait_until_complete(page)
    chromium.follow_link(page, "Draw", "Draw a digit")
    chromium.follow_link(page, "Train", "Train a network")
    expect(found).to_be_visible()
    expect(maker).to_have_value("Ann")
    expect(page.get_by_text(TRAINS_ON_IT)).to_be_visible()
    expect(uploader).to_have_count(0)
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(uploader).to_have_count(1)
    expect(page.get_by_text(TRAINS_ON_IT)).to_have_count(0)
    expect(page.get_by_text("Each class needs at least 5 examples.")).to_be_visible()
    uploader.set_input_files([{"name": "signs.jsonl", "mimeType": "", "buffer": stroke_lines()}])
    expect(maker).to_have_value("")
