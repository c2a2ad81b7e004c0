"""Cards of the tour after a reload and after Back: none stands over a page that shows something else."""

import re

import pytest
from playwright.sync_api import expect

from bnn.runs import store
from bnn.runs.labels import run_label
from pages.shared import tour
from tests.support import chromium

pytestmark = pytest.mark.browser

AT_LEARNING = next(at for at, card in enumerate(tour.CARDS) if card.chapter == "learning")


@pytest.fixture
def open_at(open_page):
    """A function that opens an address with the tour at the card of the given index."""

    def open_at(path, at, **size):
        script = f"sessionStorage['one-bit-lab-tour-card'] ??= {at}"
        return open_page(path, tour="on", prepare=lambda page: page.add_init_script(script), **size)

    return open_at


def test_card_returns_with_its_chapter_and_network_after_a_reload_and_folds_after_back(open_at):
    visitor = open_at("inside?step=neuron", AT_LEARNING - 1, width=390, height=844)
    card, network = (
        visitor.locator("#tour section"),
        visitor.get_by_role("combobox", name="Network", exact=True),
    )
    visitor.locator("#tour .next").click()
    chromium.wait_until_complete(visitor)
    learns = tour.CARDS[AT_LEARNING]
    label = run_label(store.find(learns.run))
    expect(network).to_have_value(label)
    chromium.reload(visitor)
    expect(card).to_be_visible()
    expect(card).to_contain_text(learns.title)
    expect(network).to_have_value(label)
    visitor.wait_for_url(re.compile("step=learning"))
    chromium.wait_until_complete(visitor)
    visitor.go_back()
    visitor.wait_for_url(re.compile("step=neuron"))
    expect(card).to_be_hidden()
    # A press on the folded card leads back to its chapter.
    chromium.wait_until_complete(visitor)
    visitor.locator("#tour .chip").click()
    visitor.wait_for_url(re.compile("step=learning"))
    expect(card).to_be_visible()


def test_visitors_own_network_is_shown_again_after_the_last_card(open_at):
    page = open_at("inside?run=best", len(tour.CARDS) - 1)
    network = page.get_by_role("combobox", name="Network", exact=True)
    expect(page.get_by_role("heading", name="Lost: some right answers")).to_be_visible()
    expect(network).to_have_value(run_label(store.find(store.DEFAULT_RUN)))
    page.locator("#tour").get_by_role("button", name="Done").click()
    expect(network).to_have_value(run_label(store.find("best")))
    expect(page.locator("#tour")).to_have_count(0)
