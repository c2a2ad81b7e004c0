"""Uses the Train page in a browser: its advanced settings, and the box in which a run is chosen."""

from playwright.sync_api import expect

from bnn.runs.labels import run_label
from tests.support import chromium


def box_with(page, run):
    """Returns the run picker's box if it shows this run.

    The run's label finds the box, because for a moment the page has both the old run's and the new run's box.
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
    """Opens the advanced settings, and types a value into the field of each label."""
    open_settings(page)
    for label, value in settings.items():
        field = page.get_by_label(label, exact=True)
        field.fill(str(value))
        field.press("Tab")
        chromium.wait_until_complete(page)
        expect(field).to_have_value(str(value))
