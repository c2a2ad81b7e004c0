"""Data sets can be pickled: a sweep on a cluster sends its data set to other machines."""

import pickle

import numpy as np
import pytest

from bnn.data import files
from tests.support.data_files import all_parts, npz, pictures, stroke_lines, zipped

CONTENTS = {"strokes": stroke_lines(), "arrays": npz(), "pictures": zipped(pictures(num_each=5))}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
def test_pickled_data_set_is_the_same(content):
    data = files.parse(content, "signs", "Ann", "CC0")
    again = pickle.loads(pickle.dumps(data))
    assert (again.name, again.class_names, again.source) == (data.name, data.class_names, "Ann")
    assert again.num_drawings == data.num_drawings
    for part, part_again in zip(all_parts(data), all_parts(again), strict=True):
        assert np.array_equal(part_again.images, part.images)
        assert np.array_equal(part_again.labels, part.labels)
    assert again.kept_file.name == data.kept_file.name
    assert again.kept_file.content() == data.kept_file.content()


def test_drawings_of_a_pickled_data_set_are_the_same():
    data = files.parse(stroke_lines(num_each=20), "signs")
    again = pickle.loads(pickle.dumps(data))
    for drawings, drawings_again in (
        (data.drawings(), again.drawings()),
        (data.validation_drawings(), again.validation_drawings()),
    ):
        assert np.array_equal(drawings_again.labels, drawings.labels)
        assert np.array_equal(drawings_again.plain(), drawings.plain())
