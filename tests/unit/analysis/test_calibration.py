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


def test_temperature_stays_in_bounds():
    certain = 100 * np.eye(10)
    # The limits are 0.05 and 50.
    assert 0.04 < calibration.fit_temperature(certain[None], np.arange(10)) < 51
    # If every answer is wrong, the highest temperature is the best.
    assert calibration.fit_temperature(certain[None], np.roll(np.arange(10), 1)) == pytest.approx(
        50, rel=0.01
    )
