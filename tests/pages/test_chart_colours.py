"""Colours of charts are legible, and have no other meaning."""

import numpy as np
import pytest

from pages.shared import bit_images, charts


def test_colours_are_legible_on_black_and_on_white():
    # The black of the pages is #161618.
    for colour in (charts.RIGHT, charts.WRONG, charts.QUIET):
        assert contrast(colour, "#ffffff") > 4
        assert contrast(colour, "#161618") > 4
    for colour in charts.RUN_COLOURS:
        assert min(contrast(colour, "#ffffff"), contrast(colour, "#161618")) > 2.5


@pytest.mark.parametrize("colour", charts.RUN_COLOURS)
def test_colour_of_a_run_has_no_meaning_on_the_pages(colour):
    """Other colours mean that something can be pressed, is right, wrong or quiet, or has just flipped."""
    purples = [np.divide(purple, 255) for purple in (bit_images.TURNED_WHITE, bit_images.TURNED_BLACK)]
    for meaning in (*map(channels, ("#2e6aff", charts.RIGHT, charts.WRONG, charts.QUIET)), *purples):
        assert np.linalg.norm(channels(colour) - meaning) > 0.25


def contrast(one, other):
    """Returns the contrast ratio of two colours, by WCAG 2.2."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    """Returns the relative luminance of a colour such as "#ffffff", by WCAG 2.2."""
    light = channels(colour)
    linear = np.where(light <= 0.04045, light / 12.92, ((light + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def channels(colour):
    """Returns red, green and blue of a colour such as "#ffffff", from 0 to 1."""
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
