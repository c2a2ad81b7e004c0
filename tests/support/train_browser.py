"""Uses the Train page in a browser: its advanced settings, and the box in which a run is chosen."""

from playwright.sync_api import expect

from bnn.runs.labels import run_label
from tests.support import chromium


def box_with(page, run):
    """Returns a locator of the run picker's box in which this run is chosen.

    After a choice, the page has for a moment both the old and the new box. Only the new box has the label of
    the new run.
    """
    return page.locator(f'[class*=st-key-run_shown-] input[value="{run_label(run)}"]')


def open_data(page):
    """Shows the part of the page for the visitor's data."""
    page.get_by_text("More recipes and settings").click()
    page.locator(".st-key-your-data summary").click()


def open_settings(page):
    """Shows the advanced settings."""
    page.get_by_text("More recipes and settings").click()
    page.get_by_text("Advanced settings").click()


def set_settings(page, settings):
    """Opens the advanced settings, and types each value of `settings` into the field with that label."""
    open_settings(page)
    for label, value in settings.items():
        field = page.get_by_label(label, exact=True)
        field.fill(str(value))
        field.press("Tab")
        chromium.wait_until_complete(page)
        expect(field).to_have_value(str(value))
