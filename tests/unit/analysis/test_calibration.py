"""Fitting the temperature that calibrates probabilities, checked with made-up data."""

import numpy as np
import pytest

from bnn.analysis import calibration
from bnn.engine import inference


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_temperature_used_to_make_the_labels_is_found(temperature):
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 2, (20_000, 10))
    probabilities = inference.softmax(scores / temperature)
    # Each label is drawn at random with these probabilities.
    labels = (probabilities.cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    assert calibration.fit_temperature(scores[None], labels) == pytest.approx(temperature, rel=0.05)


def test_temperature_of_three_looks_fits_the_mean_of_their_probabilities():
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 3, (3, 20_000, 10))
    probabilities = inference.softmax(scores / 2.0).mean(axis=0)
    labels = (probabilities.cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    assert calibration.fit_temperature(scores, labels) == pytest.approx(2.0, rel=0.05)


@pytest.mark.parametrize("num_images", [1, 10, 400])
@pytest.mark.parametrize("num_looks", [1, 3])
def test_images_that_are_all_right_justify_no_more_certainty_than_their_number(num_images, num_looks):
    labels = np.arange(num_images) % 10
    scores = np.stack([50 * np.eye(10)[labels]] * num_looks)
    temperature = calibration.fit_temperature(scores, labels)
    probabilities = inference.mean_probabilities(scores, temperature)
    assert probabilities.max(axis=1) == pytest.approx((num_images + 1) / (num_images + 2))


def test_highest_temperature_is_the_best_if_every_answer_is_wrong():
    certain = 100 * np.eye(10)
    assert calibration.fit_temperature(certain[None], np.roll(np.arange(10), 1)) == pytest.approx(
        50, rel=0.01
    )
