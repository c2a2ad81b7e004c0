"""How examples are split into training, validation and test."""

from collections import Counter

import numpy as np
import pytest

from bnn.data.dataset import DIGITS
from bnn.data.files import splitting
from bnn.data.files.splitting import TEST, TRAINING, VALIDATION


def test_each_class_is_split_in_the_same_proportion():
    labels = np.repeat([0, 1, 2], [100, 20, 5])
    parts = splitting.by_class(labels)
    counts = [Counter(parts[labels == label].tolist()) for label in range(3)]
    assert counts == [
        {TRAINING: 70, VALIDATION: 15, TEST: 15},
        {TRAINING: 14, VALIDATION: 3, TEST: 3},
        {TRAINING: 3, VALIDATION: 1, TEST: 1},
    ]
    assert Counter(splitting.by_class(labels, 2).tolist()) == {TRAINING: 106, VALIDATION: 19}


def test_the_split_never_changes():
    # Since its first version, the app has split these examples in this way. With another split, resumed runs
    # could learn from test images.
    by_class = splitting.by_class(np.arange(30) % 3)
    assert np.flatnonzero(by_class == TEST).tolist() == [2, 13, 18]
    assert np.flatnonzero(by_class == VALIDATION).tolist() == [8, 12, 25]
    writers = [("None", str(number)) for number in range(12)]
    by_writer = splitting.by_writer(writers, np.zeros(12, int), "a")
    assert np.flatnonzero(by_writer == TEST).tolist() == [8, 9]
    assert np.flatnonzero(by_writer == VALIDATION).tolist() == [0, 1]


def test_all_drawings_of_a_writer_are_in_one_part_and_each_part_has_about_its_share():
    rng = np.random.default_rng(8)
    writers, labels = rng.integers(0, 40, 1000).tolist(), rng.integers(0, 10, 1000)
    parts = splitting.by_writer(writers, labels, DIGITS)
    assert all(len(set(parts[np.array(writers) == writer])) == 1 for writer in range(40))
    assert 0.15 <= (parts == TEST).mean() <= 0.2
    assert 0.15 <= (parts == VALIDATION).mean() <= 0.2


def test_a_writer_with_most_of_the_drawings_is_for_training():
    writers = ["many"] * 900 + [f"w{number % 10}" for number in range(100)]
    parts = splitting.by_writer(writers, np.arange(1000) % 5, DIGITS)
    assert set(parts[:900]) == {TRAINING}
    assert {TEST, VALIDATION} <= set(parts[900:])


def test_drawings_by_few_writers_are_split_by_class():
    labels = np.arange(40) % 4
    few = splitting.by_writer([number % 4 for number in range(40)], labels, DIGITS)
    assert np.array_equal(few, splitting.by_class(labels))


def test_class_without_a_writer_in_the_training_part_is_refused():
    writers = [number % 10 for number in range(100)]
    tested = splitting.by_writer(writers, np.zeros(100, int), ("yes", "no")) == TEST
    # Only writers of the test part draw the class "no".
    with pytest.raises(ValueError, match="the class 'no': each class must be drawn by more writers"):
        splitting.by_writer(writers, tested.astype(int), ("yes", "no"))


def test_each_class_needs_five_examples():
    splitting.check_classes(np.repeat([0, 1], 5), ("yes", "no"))
    with pytest.raises(ValueError, match="at least 5 examples, but 'no' has 4"):
        splitting.check_classes(np.repeat([0, 1], [9, 4]), ("yes", "no"))
    with pytest.raises(ValueError, match="but 'perhaps' has 0"):
        splitting.check_classes(np.repeat([0, 1], 5), ("yes", "no", "perhaps"))
    with pytest.raises(ValueError, match=r"but 'no' has 4 \(7 copies of other pictures are left out\)$"):
        splitting.check_classes(
            np.repeat([0, 1], [9, 4]), ("yes", "no"), notes=["7 copies of other pictures are left out."]
        )
