"""Measures of accuracy, checked with examples worked by hand and with published ones."""

import numpy as np
import pytest

from bnn.analysis import metrics
from bnn.data.dataset import Split
from bnn.engine import inference

LABELS = np.array([0, 0, 0, 1, 1, 2, 9, 9], np.uint8)
PREDICTIONS = np.array([0, 0, 1, 1, 1, 0, 9, 2])


def _evaluation(confidences=(0.5,) * 8):
    return metrics.Evaluation(LABELS, PREDICTIONS, np.float32(confidences), 0.0)


def test_confusion_matrix_equals_one_worked_by_hand():
    expected = np.zeros((10, 10), int)
    expected[0, 0], expected[0, 1], expected[1, 1] = 2, 1, 2
    expected[2, 0], expected[9, 9], expected[9, 2] = 1, 1, 1
    matrix = metrics.confusion_matrix(LABELS, PREDICTIONS)
    np.testing.assert_array_equal(matrix, expected)
    assert matrix.dtype == np.int64


def test_summary_counts_right_answers():
    evaluation = _evaluation()
    assert (evaluation.num_images, evaluation.num_correct, evaluation.accuracy) == (8, 5, 0.625)
    summary = evaluation.summary()
    assert set(summary) == {"num_images", "num_correct", "accuracy", "confusion_matrix"}
    assert sum(map(sum, summary["confusion_matrix"])) == 8


@pytest.mark.parametrize(
    "num_own, num_others, is_blind, only",
    [
        (5, 20, False, "1"),
        # With fewer than 20 images of other classes, even a good network may give only one answer.
        (1, 1, False, None),
        (1, 0, False, None),
        (10_000, 0, False, None),
        (10_000, 19, False, None),
        (1, 1, True, "1"),
        (1, 0, True, "1"),
    ],
)
def test_only_answer_is_named_unless_equal_answers_may_be_chance(num_own, num_others, is_blind, only):
    labels = np.repeat(np.uint8([1, 0]), (num_own, num_others))
    sure, answers = np.ones(len(labels), np.float32), np.full(len(labels), 1)
    assert metrics.Evaluation(labels, answers, sure, 0.0, is_blind=is_blind).only_answer == only
    answers[0] = 0
    assert metrics.Evaluation(labels, answers, sure, 0.0).only_answer is None


def test_evaluation_knows_whether_the_network_is_blind(random_network, random_images):
    split = Split(random_images(3), np.zeros(3, np.uint8))
    assert metrics.evaluate(random_network(pixel_threshold=0), split).only_answer is not None
    assert not metrics.evaluate(random_network(pixel_threshold=128), split).is_blind


def test_examples_come_most_confident_first():
    evaluation = _evaluation([0.3, 0.9, 0.5, 0.1, 0.2, 0.5, 0.5, 0.5])
    assert evaluation.examples(0, 0).tolist() == [1, 0]
    assert evaluation.examples(1, 1).tolist() == [4, 3]
    assert evaluation.examples(9, 2).tolist() == [7]
    assert evaluation.examples(5, 5).tolist() == []


# R. G. Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17
# (1998) 857-872, table I, method 3 (score method without continuity correction).
NEWCOMBE = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize("num_correct, num_images, low, high", NEWCOMBE)
def test_interval_equals_the_published_one(num_correct, num_images, low, high):
    assert metrics.accuracy_interval(num_correct, num_images) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("num_images", [1, 7, 10_000])
def test_interval_is_symmetric_and_stays_within_0_and_1(num_images):
    for num_correct in {0, num_images // 3, num_images}:
        low, high = metrics.accuracy_interval(num_correct, num_images)
        mirrored = metrics.accuracy_interval(num_images - num_correct, num_images)
        assert 0 <= low <= num_correct / num_images + 1e-12
        assert num_correct / num_images - 1e-12 <= high <= 1
        assert mirrored == pytest.approx((1 - high, 1 - low))


def test_interval_without_mistakes_ends_at_1_and_without_correct_answers_begins_at_0():
    """The ends are exact, because 1 with a rounding error would be printed as 99.99 %."""
    for num_images in range(1, 100):
        assert metrics.accuracy_interval(num_images, num_images)[1] == 1
        assert metrics.accuracy_interval(0, num_images)[0] == 0


@pytest.mark.parametrize("num_correct, num_images", [(0, 0), (0, -1), (2, 1), (-1, 5)])
def test_interval_of_impossible_counts_is_refused(num_correct, num_images):
    with pytest.raises(ValueError, match="must be"):
        metrics.accuracy_interval(num_correct, num_images)


def test_figures_per_class_equal_those_worked_by_hand():
    table = metrics.per_class(metrics.confusion_matrix(LABELS, PREDICTIONS)).set_index("class")
    # The figures are the number of images, precision, recall and F1.
    assert table.loc["0"].tolist() == pytest.approx([3, 2 / 3, 2 / 3, 2 / 3])
    assert table.loc["1"].tolist() == pytest.approx([2, 2 / 3, 1, 0.8])
    assert table.loc["2"].tolist() == [1, 0, 0, 0]
    assert table.loc["9"].tolist() == pytest.approx([2, 1, 0.5, 2 / 3])
    # No image shows a 5 and no answer is a 5.
    assert table.loc["5"].tolist() == pytest.approx([0, np.nan, np.nan, np.nan], nan_ok=True)


def test_evaluate_counts_what_the_network_answers(random_network, random_images):
    network, images = random_network(), random_images(70)
    probabilities = inference.probabilities(network, images)
    labels = probabilities.argmax(axis=1).astype(np.uint8)
    labels[:7] = (labels[:7] + 1) % 10
    evaluation = metrics.evaluate(network, Split(images, labels))
    assert (evaluation.num_correct, evaluation.num_images) == (63, 70)
    np.testing.assert_array_equal(evaluation.confidences, probabilities.max(axis=1))
    expected = -np.log([probabilities[i, label] for i, label in enumerate(labels)]).mean()
    assert evaluation.loss == pytest.approx(expected, rel=1e-5)


def test_evaluation_of_no_images_has_figures_of_0(random_network, random_images):
    evaluation = metrics.evaluate(random_network(), Split(random_images(0), np.empty(0, np.uint8)))
    assert (evaluation.accuracy, evaluation.loss, evaluation.num_images) == (0, 0, 0)


def test_classes_need_not_be_digits(random_network, random_images):
    names = ("apple", "pear", "plum")
    network, images = random_network(class_names=names), random_images(30)
    labels = np.arange(30, dtype=np.uint8) % 3
    evaluation = metrics.evaluate(network, Split(images, labels))
    matrix = evaluation.confusion_matrix()
    assert matrix.shape == (3, 3)
    assert matrix.sum(axis=1).tolist() == [10, 10, 10]
    assert metrics.per_class(matrix, evaluation.class_names)["class"].tolist() == list(names)


def test_labels_that_are_not_classes_of_the_network_are_refused_in_a_sentence(random_network, random_images):
    network = random_network(1, class_names=("a", "b", "c"))
    images = random_images(4)
    assert metrics.evaluate(network, Split(images, np.array([0, 1, 2, 2], np.uint8))).num_images == 4
    with pytest.raises(ValueError, match="the network has 3 classes, but the images have at least 4: the"):
        metrics.evaluate(network, Split(images, np.array([0, 1, 2, 3], np.uint8)))
