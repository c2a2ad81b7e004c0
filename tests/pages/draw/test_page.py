"""The Draw page without a browser. For its canvas in a browser, see tests/browser/test_canvas.py."""

import json
import re
from concurrent.futures import Future
from dataclasses import replace
from unittest import mock
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from bnn.analysis import metrics, speed
from bnn.data import mnist
from bnn.engine import file
from bnn.engine.answer import KNOWN, Answer
from bnn.engine.portable.build import FOLDER
from bnn.system.files import write_atomically
from bnn.system.size_text import bytes_text
from pages.draw import reading
from pages.shared import answer, warm_up
from pages.shared.answer import answer_html
from pages.shared.bars import bars
from pages.shared.bit_html import verdict_html
from pages.shared.text import THREE_LOOKS
from tests.support import waiting
from tests.support.page_content import shown, words
from tests.support.pages import click, open_page, picker


def test_empty_canvas_asks_for_a_digit(make_run):
    make_run()
    page = open_page("draw")
    assert "draw a digit" in words(page)
    assert len(re.findall(r'class="bar["\s]', shown(page))) == 10
    assert 'data-digit=""' in shown(page)


@pytest.mark.parametrize("has_three_looks", [True, False])
def test_page_says_whether_the_network_looks_three_times(make_run, random_network, has_three_looks):
    content = file.to_bytes(random_network(seed=1, has_three_looks=has_three_looks))
    write_atomically(make_run().model_path, content)
    heading = next(each for each in open_page("draw").subheader if each.value == "What the network sees")
    assert heading.proto.help == (THREE_LOOKS if has_three_looks else "")


def test_sample_digit_is_answered_and_cleared(make_run):
    run = make_run()
    expected = metrics.evaluate(file.load(run.model_path), mnist.test()).predictions[0]
    page = click(open_page("draw"), "sample-7")
    assert f'data-digit="{expected}"' in shown(page)
    assert re.search(r"\d\.\d\d ms", words(page))
    assert 'data-digit=""' in shown(click(page, "clear"))


def test_empty_answer_is_shown_while_the_engine_is_compiled(make_run, monkeypatch):
    """If the browser answers before the server does, the browser's answer replaces the empty one."""
    make_run()
    monkeypatch.setattr(warm_up, "is_under_way", lambda: True)
    read, num_answers_before = reading.read, []

    def count_and_read(network, objects):
        num_answers_before.append(html.call_count)
        return read(network, objects)

    monkeypatch.setattr(reading, "read", count_and_read)
    with mock.patch("pages.shared.answer.answer_html", wraps=answer_html) as html:
        page = open_page("draw")
    # The page writes the empty answer before it reads the drawing, and another answer after that.
    assert num_answers_before == [1]
    assert html.call_count == 2
    assert shown(page).count("data-state") == 1


@pytest.mark.parametrize(
    "name, size", [("7", ""), ("yes", "several"), ("letter", "many"), ("ampersand", "long")]
)
def test_longer_answers_are_smaller(name, size):
    """A longer name in the size of a digit would not fit beside the bars."""
    found = Answer(1, np.array([0.1, 0.9], np.float32), (1,), ("no", name))
    assert f'<div class="digit {size}">{name}<' in answer_html(found, found.class_names)


def test_screen_readers_say_the_answer_without_the_bars():
    found = Answer(7, np.eye(10, dtype=np.float32)[7], (7,))
    status = ET.fromstring(answer_html(found, found.class_names)).find(".//*[@role='status']")
    assert status is not None
    assert "".join(status.itertext()) == "7>\u00a099\u00a0% sure"


@pytest.mark.parametrize("is_blind", [False, True])
@pytest.mark.parametrize("confidence", [0.34, 0.36])
def test_no_bar_stands_out_beside_an_answer_that_names_no_class(confidence, is_blind):
    shares = np.full(10, (1 - confidence) / 9, np.float32)
    shares[4] = confidence
    found = Answer(4, shares, (4,), is_blind=is_blind)
    is_named = confidence >= KNOWN or is_blind
    for html in (answer_html(found, found.class_names), bars(found)):
        assert html.count("bar best") == is_named


def test_bars_of_all_named_classes_stand_out():
    shares = np.full(10, 0.02, np.float32)
    shares[[0, 9]] = 0.46, 0.38
    found = Answer(0, shares, (0, 9))
    for html in (answer_html(found, found.class_names), bars(found)):
        assert re.findall(r'bar best"><span class="name" data-name="(\d)"', html) == ["0", "9"]


def test_verdict_is_a_whole_sentence():
    found = Answer(0, np.full(10, 0.1, np.float32), (8, 7, 0))
    unsure = replace(found, probabilities=np.full(10, 0.4, np.float32))
    assert re.sub("<[^>]*>", "", verdict_html(unsure)) == "8, 7 or 0? It is not sure."
    sure = replace(found, probabilities=np.full(10, 0.9, np.float32))
    assert re.sub("<[^>]*>", "", verdict_html(sure)) == "0, 90\u00a0% sure."
    assert re.sub("<[^>]*>", "", verdict_html(found)) == "no digit I know."
    blind = replace(found, is_blind=True)
    assert re.sub("<[^>]*>", "", verdict_html(blind)) == "0. It says 0 to everything."


def test_browser_and_server_choose_the_size_of_an_answer_by_the_same_numbers():
    script = (FOLDER / "answer_words.js").read_text("utf-8")
    for name, expected in (("ANSWER_SIZES", answer.SIZES), ("LONGEST_NAMES", answer.LONGEST_NAMES)):
        (found,) = re.findall(rf"const {name} = (\[.*\])", script)
        assert json.loads(found) == list(expected)


def test_comparison_with_float32_is_measured_when_asked_for(make_run, monkeypatch):
    run = make_run()
    result = speed.Comparison(20e-6, 60e-6, 50_000, 1_500_000)
    compared = Future()
    monkeypatch.setattr(speed, "compare", lambda asked: asked.id == run.id and compared.result(60))
    page = click(open_page("draw"), "measure")
    (progress,) = page.get("progress")
    assert "Measuring the network with one bit per weight" in progress.proto.text
    compared.set_result(result)
    waiting.until(lambda: "faster" in words(page.run()), "the figures")
    assert re.search(r"20 µs .* 60 µs .* 3.0 × +faster .* 30.0 × +smaller file", words(page), re.DOTALL)


def test_comparison_that_fails_says_so_and_can_be_tried_again(make_run, monkeypatch):
    def fail(run):
        raise ValueError("no memory left")

    make_run()
    monkeypatch.setattr(speed, "compare", fail)
    page = click(open_page("draw"), "measure")
    waiting.until(lambda: page.run().warning, "the warning")
    assert "No memory left" in page.warning[0].value
    assert page.button(key="measure")


def _has_ghost(page):
    names = [element.proto.component_name for element in page.get("bidi_component")]
    return any(name.endswith("one_bit_lab_ghost") for name in names)


def test_clear_gives_a_new_canvas_without_the_ghost(make_run):
    make_run()
    page = open_page("draw")
    assert _has_ghost(page)
    before = page.session_state.drawing_number
    assert click(page, "clear").session_state.drawing_number == before + 1
    assert not _has_ghost(page)


@pytest.mark.parametrize("threshold", [0, 256])
def test_blind_network_is_explained(make_run, threshold):
    """A threshold above 255 makes every pixel black, so the words mention no colour and no sign."""
    make_run("report", pixel_threshold=threshold)
    text = open_page("draw").warning[0].value
    assert "blind" in text
    assert "+1" not in text
    assert "white square" not in text


def test_grey_network_shows_its_pixels(make_run):
    make_run(pixels="grey", pixel_threshold=None)
    assert "shades of grey" in words(click(open_page("draw"), "sample-3"))


def test_network_with_levels_shows_its_bits(make_run):
    make_run(pixels="levels", pixel_threshold=(32, 96, 160, 224))
    assert "4 bits per pixel" in words(click(open_page("draw"), "sample-3"))


def test_network_can_be_chosen(make_run):
    make_run()
    other = make_run("report-signed")
    page = open_page("draw")
    picker(page, "chosen_run").select(other.id).run()
    assert not page.exception
    assert picker(page, "chosen_run").value == other.id


def test_page_asks_for_a_sign_if_the_network_reads_signs(make_run, random_network):
    signs = make_run("report-signed")
    # The newest run is chosen at first.
    make_run()
    write_atomically(signs.model_path, file.to_bytes(random_network(class_names=("heart", "star"))))
    page = open_page("draw")
    assert page.title[0].value == "Draw a digit"
    picker(page, "chosen_run").select(signs.id).run()
    assert page.title[0].value == "Draw a sign"
    assert "draw a sign" in words(page)
    assert not _has_ghost(page)
    # The samples are digits, so the page does not offer them.
    assert not [button for button in page.button if button.key.startswith("sample-")]


@pytest.mark.parametrize("content", [b"", b"no network", b"\xff" * 1000])
def test_damaged_network_is_reported_in_one_sentence(make_run, content):
    make_run().model_path.write_bytes(content)
    page = open_page("draw")
    assert len(page.error) == 1
    assert "not a packed network" in page.error[0].value


def test_size_shown_is_that_of_the_file(make_run):
    size = make_run().model_path.stat().st_size
    assert bytes_text(size).replace("\u00a0", " ") in words(open_page("draw"))
