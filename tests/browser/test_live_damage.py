"""Chapter 5 of the Inside page while a slider moves, and when a button flips weights."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from bnn.analysis import damage
from bnn.data import mnist
from bnn.engine import answer, verdict
from pages.inside.chapters import damage_weights
from tests.support import chromium
from tests.support.inside_browser import PIXELS, hold_slider, network
from tests.support.live_page import HOLD_MESSAGES

pytestmark = pytest.mark.browser


def test_damage_follows_the_slider_while_it_moves(open_live):
    page = open_live("break", "&noise=0&turn=0&flips=0")
    figures = page.locator(".st-key-break-figures")
    expect(figures).to_contain_text("It reads 7")
    settings = {}
    for name, move in (("noise", 40), ("turn", 60), ("flips", 30)):
        before = page.locator(f".st-key-inside_{name} input[type=range]").input_value()
        slider = hold_slider(page, name, move)
        settings[name] = float(slider.input_value())
        # The server does not know the new value yet: the address has the old one, such as 3 or 3.0.
        assert f"{name}={before}" in page.url.replace(f"{name}={before}.0", f"{name}={before}")
        expect_damaged(page, settings)
        page.mouse.up()
        page.wait_for_url(re.compile(rf"{name}={slider.input_value()}(\.0)?(&|$)"))
        chromium.wait_until_complete(page)
    expect(page.locator(".st-key-break-counts .old")).to_have_count(0)
    _check_button_flips_1000(page, settings)
    _check_slider_before_the_button_is_answered(page, settings)


def test_marks_in_the_browser_are_those_of_the_server(open_live):
    # Few weights are flipped, so the marks on them are large, and those near the picture's edge are cut off.
    page = open_live("break", "&flips=0.5", run="shipped")
    page.get_by_role("button", name="Flip 1,000 more").click()
    expect_weights(page, 0.5 + 100_000 / network("shipped").num_weights, "shipped")


def test_end_of_a_sparkle_does_not_undo_a_later_movement_of_the_slider(open_live):
    page = open_live("break", "&noise=0&turn=0&flips=0")
    page.emulate_media(reduced_motion="no-preference")
    page.evaluate(_HOLD_ENDS_OF_SPARKLES)
    slider = hold_slider(page, "flips", 60)
    before = slider.input_value()
    thumb = page.locator(".st-key-inside_flips [data-testid=stSliderThumbValue]").locator("..").bounding_box()
    page.mouse.move(thumb["x"] + thumb["width"] / 2 - 20, thumb["y"] + thumb["height"] - 6, steps=3)
    expect(slider).not_to_have_value(before)
    chromium.wait_for_frames(page)
    expect_weights(page, float(slider.input_value()))
    page.evaluate("window.endSparkles()")
    expect_weights(page, float(slider.input_value()))
    page.mouse.up()
    page.emulate_media(reduced_motion="reduce")


# Holds back what would happen after 400 ms, until `endSparkles()` is called.
_HOLD_ENDS_OF_SPARKLES = """() => {
  const { setTimeout } = window
  const ends = []
  window.setTimeout = (call, delay, ...values) =>
    delay === 400 ? ends.push(call) : setTimeout(call, delay, ...values)
  window.endSparkles = () => {
    window.setTimeout = setTimeout
    if (!ends.length) throw new Error("there was no sparkle")
    ends.forEach(call => call())
  }
}"""


def _check_button_flips_1000(page, settings):
    """After a press, the browser flips 1,000 more weights at once. Then the server flips the same weights."""
    num_weights = network().num_weights
    settings["flips"] += 100 * 1000 / num_weights
    page.get_by_role("button", name="Flip 1,000 more").click()
    expect_damaged(page, settings)
    # The address has only as many decimals as the number of flipped weights needs.
    written = f"{settings['flips']:.6f}".rstrip("0")
    page.wait_for_url(re.compile(rf"[?&]flips={written}(&|$)"))
    chromium.wait_until_complete(page)
    expect_damaged(page, settings)
    expect_weights(page, settings["flips"])


def _check_slider_before_the_button_is_answered(page, settings):
    """The server is slow: the visitor moves the slider before the server has answered the button."""
    page.evaluate(HOLD_MESSAGES)
    page.get_by_role("button", name="Flip 1,000 more").click()
    settings["flips"] = float(hold_slider(page, "flips", 30).input_value())
    expect_damaged(page, settings)
    page.mouse.up()
    page.evaluate("releaseMessages()")
    # The server answers the button first, and then the slider.
    page.wait_for_url(re.compile(rf"[?&]flips={settings['flips']:g}(&|$)"))
    chromium.wait_until_complete(page)
    # The answer to the button does not move the slider back.
    slider = page.locator(".st-key-inside_flips input[type=range]")
    expect(slider).to_have_value(f"{settings['flips']:g}")
    page.get_by_role("button", name="Repair everything").click()
    expect(slider).to_have_value("0")
    _check_slider_after_a_press_was_sent(page)


def _check_slider_after_a_press_was_sent(page):
    """The same, but the message of the button is on its way before that of the slider."""
    page.wait_for_url(re.compile(r"[?&]flips=0(&|$)"))
    chromium.wait_until_complete(page)
    page.get_by_role("button", name="Flip 1,000 more").click()
    slider = hold_slider(page, "flips", 45)
    value = slider.input_value()
    page.mouse.up()
    page.wait_for_url(re.compile(rf"[?&]flips={float(value):g}(&|$)"))
    chromium.wait_until_complete(page)
    expect(slider).to_have_value(value)
    expect_weights(page, float(value))


# Whether the address names this percentage of flipped weights.
IS_FLIPPED = """share => Math.abs(new URL(location).searchParams.get("flips") - share) < 1e-5"""


@pytest.mark.parametrize("num_presses", [2, 3])
def test_answer_to_an_earlier_press_is_not_taken_for_a_movement_of_the_slider(open_live, num_presses):
    page = open_live("break", "&noise=0&turn=0&flips=0")
    page.evaluate(HOLD_MESSAGES)
    for _ in range(num_presses):
        page.get_by_role("button", name="Flip 1,000 more").click()
    slider = hold_slider(page, "flips", 90)
    value = slider.input_value()
    page.mouse.up()
    # The visitor has long let go of the slider when the server answers.
    page.wait_for_function(
        "since => performance.now() > since + 1000", arg=page.evaluate("performance.now()")
    )
    for number in range(1, num_presses + 1):
        page.evaluate("releaseMessages(1)")
        page.wait_for_function(IS_FLIPPED, arg=100 * 1000 * number / network().num_weights)
    page.evaluate("releaseMessages()")
    page.wait_for_url(re.compile(rf"[?&]flips={float(value):g}(&|$)"))
    chromium.wait_until_complete(page)
    expect(slider).to_have_value(value)


def expect_weights(page, flips, run="quick"):
    """Waits until the picture of the weights equals Python's, with this percentage of weights flipped."""
    damaged = damage.flip_weights(network(run), flips / 100)
    picture = damage_weights.sample(network(run), damaged)
    page.wait_for_function(
        f"""values => {{
          const canvas = document.querySelector(".st-key-break-figures canvas.weights")
          return canvas && ({PIXELS})(canvas).values.every((value, i) => value === values[i])
        }}""",
        arg=picture[..., 0].ravel().tolist(),
    )


def expect_damaged(page, settings):
    """Compares picture, answer and bars on the page with Python's for these settings of the sliders."""
    moved = damage.move(mnist.test().images[:1], settings.get("turn", 0))
    image = damage.add_noise(moved, settings.get("noise", 0))[0]
    damaged = damage.flip_weights(network(), settings.get("flips", 0) / 100)
    page.wait_for_function(
        f"""values => {{
          const canvas = document.querySelector(".st-key-break-figures canvas")
          return canvas && ({PIXELS})(canvas).values.every((value, i) => value === values[i])
        }}""",
        arg=image.ravel().tolist(),
    )
    seen = answer.read(damaged, image)
    figures = page.locator(".st-key-break-figures")
    words = verdict.verdict(seen)
    expect(figures.locator(".answer-name")).to_have_text(words.text)
    doubt = f" {words.state}" if words.state in ("unsure", "unknown") else ""
    expect(figures.locator(".answer-name")).to_have_class(f"answer-name{doubt}")
    shares = figures.locator(".bar .fill").evaluate_all(
        "bars => bars.map(bar => parseFloat(bar.style.width))"
    )
    np.testing.assert_allclose(shares, 100 * seen.probabilities, atol=0.051)
    num_flipped = round(settings.get("flips", 0) / 100 * network().num_weights)
    expect(page.locator(".st-key-break-counts .value").nth(1)).to_have_text(f"{num_flipped:,}")
