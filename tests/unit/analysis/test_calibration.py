"""The temperature and the calibration error, against made and hand-worked examples."""

import numpy as np
import pytest

from bnn.analysis import calibration
from bnn.engine import inference


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_temperature_that_made_the_labels_is_found(temperature):
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 2, (20_000, 10))
    probabilities = inference.softmax(scores / temperature)
    labels = (probabilities.cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    assert calibration.fit_temperature(scores, labels) == pytest.approx(temperature, rel=0.05)


def test_temperature_stays_in_bounds():
    certain = 100 * np.eye(10)
    assert 0.04 < calibration.fit_temperature(certain, np.arange(10)) < 51
    assert calibration.fit_temperature(certain, np.roll(np.arange(10), 1)) == pytest.approx(50, rel=0.01)


def test_calibration_error_by_hand():
    """Ten bins: 0.95 twice, right once (gap 0.9); 0.25 twice, never right (gap 0.5): 1.4 / 4."""
    confidences = np.array([0.95, 0.95, 0.25, 0.25])
    is_correct = np.array([True, False, False, False])
    assert calibration.calibration_error(confidences, is_correct, 10) == pytest.approx((0.9 + 0.5) / 4)
    assert calibration.calibration_error(np.ones(3), np.ones(3, bool)) == 0
    assert calibration.calibration_error(np.empty(0), np.empty(0, bool)) == 0
