"""Uses the Train page in a browser: its settings, the run that is chosen, and the field for a digit."""

import numpy as np
from playwright.sync_api import expect

from bnn.drawing import preprocessing
from bnn.engine import answer, file
from bnn.engine.verdict import verdict
from bnn.runs.labels import run_label
from tests.support import chromium, waiting


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


def expect_answer(page, content):
    """Waits until the page shows the answer of this network in Python, and returns the strokes.

    `content` is the content of the network's file.
    """
    field = page.locator(".draw-here")
    strokes = field.evaluate("place => place.field.pad.strokes")
    drawing = preprocessing.digit_from_strokes([np.array(stroke) for stroke in strokes])
    found = answer.read(file.from_bytes(content), drawing.digit)
    words = verdict(found)

    def is_shown():
        widths = field.locator(".fill").evaluate_all(
            "fills => fills.map(fill => parseFloat(fill.style.width))"
        )
        return np.allclose(widths, 100 * found.probabilities, atol=0.06)

    waiting.until(is_shown, "the bars of this network", chromium.PATIENCE_MS / 1000)
    expect(field.locator(".answer")).to_have_attribute("data-state", words.state)
    expect(field.locator(".digit")).to_have_text(words.text)
    return strokes
