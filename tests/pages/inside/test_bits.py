"""Inside, chapter 1: the pixels of a digit and the bits that the network makes of them."""

import re
from dataclasses import replace

import numpy as np
import pytest

from bnn.data import mnist
from bnn.engine import file, inference
from bnn.engine.answer import read
from tests.support.inside_page import click, image, open_page, pictures, run_again, value_in_address
from tests.support.page_content import shown, words


def test_pictures_show_the_digits_pixels_and_bits(make_run):
    make_run()
    pixels, bits = pictures(open_page())[:2]
    assert (pixels == image()).all()
    assert (bits == np.where(image() >= 128, 255, 0)).all()


def test_text_counts_white_and_black_bits(make_run):
    make_run()
    white = int((image() >= 128).sum())
    text = " ".join(words(open_page()).split())
    assert f"784 bits, {white} white and {784 - white} black" in text


def test_network_of_the_report_sees_a_white_square(make_run, tmp_path):
    make_run()
    make_run("report", "report", folder=tmp_path / "shipped", pixel_threshold=0)
    page = open_page()
    assert (pictures(page)[2] == 255).all()
    assert "a white square" in words(page)


def test_answer_of_a_blind_network_is_neither_right_nor_wrong(make_run):
    only = read(file.load(make_run(pixel_threshold=0).model_path), image()).label
    is_right = mnist.test().labels == only
    for number in (np.flatnonzero(is_right)[0], np.flatnonzero(~is_right)[0]):
        page = open_page(f"m{number}")
        assert "to everything" in words(page)
        assert "is-right" not in shown(page)
        assert "is-wrong" not in shown(page)


def test_grey_network_is_described_as_grey(make_run):
    make_run(pixel_threshold=None)
    page = open_page()
    assert (pictures(page)[1] == image()).all()
    assert "shades as they are" in words(page)
    assert "From these shades it reads" in words(page)


@pytest.mark.parametrize("has_three_looks", [True, False])
def test_page_says_whether_the_answer_comes_from_three_looks(make_run, has_three_looks):
    make_run(has_three_looks=has_three_looks)
    page = open_page()
    assert ("From its three looks at such bits, it reads" in words(page)) == has_three_looks
    assert ("From these bits it reads" in words(page)) != has_three_looks
    assert ("The network sees nothing else." in words(page)) != has_three_looks


def test_each_level_has_its_own_picture(make_run):
    levels = (32, 96, 160, 224)
    make_run(pixel_threshold=levels)
    page = open_page()
    for level, bits in zip(levels, pictures(page)[1:5], strict=True):
        assert (bits == np.where(image() >= level, 255, 0)).all()
    white = sum(int((image() >= level).sum()) for level in levels)
    assert f"{4 * 784:,} bits, {white:,} white" in " ".join(words(page).split())
    page.slider(key="inside_white").set_value(0)
    assert all((bits == 255).all() for bits in pictures(run_again(page))[1:5])


@pytest.mark.parametrize("levels", [128, (32, 96, 160, 224)])
@pytest.mark.parametrize("end, colour", [(0, "white"), (256, "black")])
def test_network_is_blind_at_both_ends_of_the_slider(make_run, levels, end, colour):
    make_run(pixel_threshold=levels)
    page = open_page(white=end)
    num_levels = 4 if isinstance(levels, tuple) else 1
    assert all((bits == 255 * (colour == "white")).all() for bits in pictures(page)[1 : 1 + num_levels])
    text = " ".join(words(page).split())
    assert f"so all bits are {colour}." in text
    assert f"{784 * num_levels:,} {colour}" in text
    assert "to everything" in text
    assert f"At {end}, every pixel is {colour}. At" in page.slider(key="inside_white").help


def test_slider_moves_the_threshold_and_the_answer(make_run, always_sure):
    network = file.load(make_run().model_path)
    page = open_page()
    page.slider(key="inside_white").set_value(10)
    run_again(page)
    assert (pictures(page)[1] == np.where(image() >= 10, 255, 0)).all()
    moved = replace(network, pixel_threshold=10)
    answer = inference.probabilities(moved, image()[None])[0].argmax()
    assert f"it reads {answer}" in re.sub(r"\s+", " ", words(page))
    assert value_in_address(page, "white") == "10"
    assert click(page, "white-reset").slider(key="inside_white").value == 128


def test_threshold_follows_the_chosen_network(make_run):
    make_run("20261123-140501-other", pixel_threshold=60)
    make_run("20261123-140502-quick", pixel_threshold=128)
    page = open_page(run="20261123-140502-quick")
    picker = next(box for box in page.selectbox if (box.key or "").startswith("chosen_run-"))
    picker.select("20261123-140501-other")
    assert (pictures(run_again(page))[1] == np.where(image() >= 60, 255, 0)).all()
    assert page.slider(key="inside_white").value == 60
