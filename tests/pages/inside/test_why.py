"""Inside, chapter 6: sizes, times and the twin with float32 weights."""

import re

import pytest

from bnn.analysis import savings
from bnn.system.files import write_atomically
from tests.support import run_content
from tests.support.inside_page import open_page
from tests.support.page_content import shown, words


def test_sizes_are_drawn_to_scale(make_run):
    run = make_run()
    page = open_page(step="why")
    sides = [float(side) for side in re.findall(r"width: ([0-9.]+)rem", shown(page))]
    found = savings.of_run(run)
    assert (sides[0] / sides[1]) ** 2 == pytest.approx(found.float_bytes / found.packed_bytes, rel=0.02)
    assert any(re.search(r"\d\sµs", text.value) for text in page.markdown)


def test_factor_is_the_quotient_of_the_sizes_shown(make_run):
    make_run()
    text = words(open_page(step="why"))
    large, small = (float(size.replace(",", "")) for size in re.findall(r"([0-9.,]+) kB", text)[:2])
    assert large / small == pytest.approx(float(re.search(r"([0-9.]+) times smaller", text)[1]), rel=0.02)


@pytest.mark.parametrize("threshold, is_blind", [(0, True), (128, False)])
def test_blind_network_is_explained_by_its_threshold_not_by_its_bits(make_run, threshold, is_blind):
    make_run(pixel_threshold=threshold)
    text = " ".join(element.value for element in open_page(step="why").markdown)
    assert ("is blind" in text) == is_blind
    assert ("nothing finer" in text) != is_blind


def test_twin_is_shown_where_there_is_one(make_run):
    run = make_run()
    matrix = [[0] * 10 for _ in range(10)]
    matrix[0][0], matrix[9][0] = 9944, 56
    changes = dict(num_images=10000, num_correct=9944, accuracy=0.9944, confusion_matrix=matrix)
    run.write_test(run_content.sound_test_result(**changes))
    assert "No twin" in open_page(step="why").caption[0].value
    write_atomically(run.twin_path, '{"num_images": 10000, "num_correct": 9951}')
    page = open_page(step="why")
    text = " ".join(words(page).split())
    assert "56 mistakes in 10,000 test digits, with one bit per weight" in text
    assert "49 mistakes with 32 bits per weight" in text
    assert not page.caption
