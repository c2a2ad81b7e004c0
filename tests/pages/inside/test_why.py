"""Inside, chapter 6: sizes, times and the twin with float32 weights."""

import json
import re

import numpy as np
import pytest

from bnn.analysis import savings
from bnn.system.files import write_atomically
from tests.support import run_content
from tests.support.inside_page import open_page
from tests.support.page_content import shown, words


def test_sizes_are_drawn_to_scale(make_run):
    run = make_run()
    page = open_page(step="why")
    sides = [float(side) for side in re.findall(r"--side: ([0-9.]+)", shown(page))]
    found = savings.of_run(run)
    assert (sides[0] / sides[1]) ** 2 == pytest.approx(found.float_bytes / found.packed_bytes, rel=0.02)
    assert any(re.search(r"\d\sµs", text.value) for text in page.markdown)


def test_factor_is_the_quotient_of_the_sizes_shown(make_run):
    make_run()
    text = words(open_page(step="why"))
    large, small = (float(size.replace(",", "")) for size in re.findall(r"([0-9.,]+) kB", text)[:2])
    assert large / small == pytest.approx(float(re.search(r"([0-9.]+) times smaller", text)[1]), rel=0.02)


def _test_result(run, num_mistakes, num_images, mistakes_of_twin=None):
    matrix, num_correct = np.zeros((10, 10), int), num_images - num_mistakes
    matrix[0, 0], matrix[9, 0] = num_correct, num_mistakes
    run.write_test(
        run_content.sound_test_result(
            num_images=num_images,
            num_correct=num_correct,
            accuracy=num_correct / num_images,
            confusion_matrix=matrix.tolist(),
        )
    )
    if mistakes_of_twin is not None:
        twin = {"num_images": num_images, "num_correct": num_images - mistakes_of_twin}
        write_atomically(run.twin_path, json.dumps(twin))


def _titles(page):
    return [element.value for element in page.subheader]


@pytest.mark.parametrize("threshold, is_blind", [(0, True), (256, True), (128, False)])
def test_blind_network_is_explained_by_its_threshold_not_by_its_bits(make_run, threshold, is_blind):
    _test_result(make_run(pixel_threshold=threshold), 56, 10_000, mistakes_of_twin=49)
    page = open_page(step="why")
    assert ("Its mistakes" in _titles(page)) == is_blind
    text = " ".join(element.value for element in page.markdown)
    assert ("is blind, because it gets the same bits for every image" in text) == is_blind
    assert ("nothing finer" in text) != is_blind


def test_twin_is_shown_where_there_is_one(make_run):
    run = make_run()
    _test_result(run, 56, 10_000)
    assert "No twin" in open_page(step="why").caption[0].value
    _test_result(run, 56, 10_000, mistakes_of_twin=49)
    page = open_page(step="why")
    text = " ".join(words(page).split())
    assert "56 mistakes in 10,000 test digits, with one bit per weight" in text
    assert "49 mistakes with 32 bits per weight" in text
    assert not page.caption


@pytest.mark.parametrize(
    "num_mistakes, of_twin, is_lost", [(56, 49, True), (49, 49, False), (0, 3, False), (56, None, False)]
)
def test_answers_are_lost_only_if_the_twin_makes_fewer_mistakes(make_run, num_mistakes, of_twin, is_lost):
    _test_result(make_run(), num_mistakes, 10_000, of_twin)
    page = open_page(step="why")
    assert ("Lost: some right answers" in _titles(page)) == is_lost
    assert ("Its mistakes" in _titles(page)) != is_lost
    assert ("nothing finer" in " ".join(element.value for element in page.markdown)) == is_lost


@pytest.mark.parametrize("recipe, is_said", [("anyone", True), ("best", False)])
def test_help_says_if_only_the_network_has_learnt_from_digits_by_many_people(make_run, recipe, is_said):
    _test_result(make_run(recipe=recipe), 36, 10_000, mistakes_of_twin=29)
    text = shown(open_page(step="why"))
    assert ("This network also learnt from digits that many people drew." in text) == is_said


def test_network_that_was_not_tested_has_lost_nothing(make_run):
    make_run()
    page = open_page(step="why")
    assert "Its mistakes" in _titles(page)
    assert "not tested yet" in words(page)
    assert "No twin" in page.caption[0].value


def test_one_mistake_is_not_called_mistakes(make_run):
    _test_result(make_run(), 1, 20, mistakes_of_twin=1)
    text = " ".join(words(open_page(step="why")).split())
    assert "1 mistake in 20 test digits, with one bit per weight" in text
    assert "1 mistake with 32 bits per weight" in text
