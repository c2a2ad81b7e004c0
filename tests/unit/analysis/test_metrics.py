"""Figures against hand-worked and published examples."""

import numpy as np
import pytest

from bnn.analysis import metrics
from bnn.data.dataset import Split
from bnn.engine import inference

LABELS = np.array([0, 0, 0, 1, 1, 2, 9, 9], np.uint8)
PREDICTIONS = np.array([0, 0, 1, 1, 1, 0, 9, 2])


def _evaluation(confidences=(0.5,) * 8):
    return metrics.Evaluation(LABELS, PREDICTIONS, np.float32(confidences), 0.0)


def test_confusion_matrix_by_hand():
    expected = np.zeros((10, 10), int)
    expected[0, 0], expected[0, 1], expected[1, 1] = 2, 1, 2
    expected[2, 0], expected[9, 9], expected[9, 2] = 1, 1, 1
    matrix = metrics.confusion_matrix(LABELS, PREDICTIONS)
    np.testing.assert_array_equal(matrix, expected)
    assert matrix.dtype == np.int64


def test_accuracy_and_summary():
    evaluation = _evaluation()
    assert (evaluation.num_images, evaluation.num_correct, evaluation.accuracy) == (8, 5, 0.625)
    summary = evaluation.summary()
    assert set(summary) == {"num_images", "num_correct", "accuracy", "confusion_matrix"}
    assert sum(map(sum, summary["confusion_matrix"])) == 8


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
def test_interval_is_the_published_one(num_correct, num_images, low, high):
    assert metrics.accuracy_interval(num_correct, num_images) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize("num_images", (1, 7, 10_000))
def test_interval_is_symmetric_and_stays_within_0_and_1(num_images):
    for num_correct in {0, num_images // 3, num_images}:
        low, high = metrics.accuracy_interval(num_correct, num_images)
        mirrored = metrics.accuracy_interval(num_images - num_correct, num_images)
        assert 0 <= low <= num_correct / num_images + 1e-12 and num_correct / num_images - 1e-12 <= high <= 1
        assert mirrored == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize("num_correct, num_images", [(0, 0), (0, -1), (2, 1), (-1, 5)])
def test_interval_of_nothing_is_refused(num_correct, num_images):
    with pytest.raises(ValueError, match="must be"):
        metrics.accuracy_interval(num_correct, num_images)


def test_figures_per_digit_by_hand():
    table = metrics.per_digit(metrics.confusion_matrix(LABELS, PREDICTIONS)).set_index("digit")
    assert table.loc[0].tolist() == pytest.approx([3, 2 / 3, 2 / 3, 2 / 3])
    assert table.loc[1].tolist() == pytest.approx([2, 2 / 3, 1, 0.8])
    assert table.loc[2].tolist() == [1, 0, 0, 0]
    assert table.loc[9].tolist() == pytest.approx([2, 1, 0.5, 2 / 3])
    # Neither shown nor answered: 0, not a division by 0.
    assert table.loc[5].tolist() == [0, 0, 0, 0]


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


def test_evaluate_nothing(random_network, random_images):
    evaluation = metrics.evaluate(random_network(), Split(random_images(0), np.empty(0, np.uint8)))
    assert (evaluation.accuracy, evaluation.loss, evaluation.num_images) == (0, 0, 0)


@pytest.mark.parametrize("temperature", (0.3, 1.0, 4.0))
def test_temperature_that_made_the_labels_is_found(temperature):
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 2, (20_000, 10))
    probabilities = inference.softmax(scores / temperature)
    labels = (probabilities.cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    assert metrics.fit_temperature(scores, labels) == pytest.approx(temperature, rel=0.05)


def test_temperature_stays_in_bounds():
    certain = 100 * np.eye(10)
    assert 0.04 < metrics.fit_temperature(certain, np.arange(10)) < 51
    assert metrics.fit_temperature(certain, np.roll(np.arange(10), 1)) == pytest.approx(50, rel=0.01)


def test_calibration_error_by_hand():
    """Ten bins: 0.95 twice, right once (gap 0.9); 0.25 twice, never right (gap 0.5): 1.4 / 4."""
    confidences = np.array([0.95, 0.95, 0.25, 0.25])
    is_correct = np.array([True, False, False, False])
    assert metrics.calibration_error(confidences, is_correct, 10) == pytest.approx((0.9 + 0.5) / 4)
    assert metrics.calibration_error(np.ones(3), np.ones(3, bool)) == 0
    assert metrics.calibration_error(np.empty(0), np.empty(0, bool)) == 0
