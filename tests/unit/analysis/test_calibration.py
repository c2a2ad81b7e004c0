"""The temperature and the calibration error, checked with made-up data and with examples worked by hand."""

import numpy as np
import pytest

from bnn.analysis import calibration
from bnn.engine import inference


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_temperature_used_to_make_the_labels_is_found(temperature):
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 2, (20_000, 10))
    probabilities = inference.softmax(scores / temperature)
    labels = (probabilities.cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    assert calibration.fit_temperature(scores, labels) == pytest.approx(temperature, rel=0.05)


def test_temperature_stays_in_bounds():
    certain = 100 * np.eye(10)
    assert 0.04 < calibration.fit_temperature(certain, np.arange(10)) < 51
    assert calibration.fit_temperature(certain, np.roll(np.arange(10), 1)) == pytest.approx(50, rel=0.01)


def test_calibration_error_equals_one_worked_by_hand():
    """Two answers of 0.95, one of them right: |1.9 - 1| = 0.9. Two of 0.25, none right: |0.5 - 0| = 0.5.

    They lie in two of the ten bins. The error is the sum of both differences, divided by the 4 answers.
    """
    confidences = np.array([0.95, 0.95, 0.25, 0.25])
    is_correct = np.array([True, False, False, False])
    assert calibration.calibration_error(confidences, is_correct, 10) == pytest.approx((0.9 + 0.5) / 4)
    assert calibration.calibration_error(np.ones(3), np.ones(3, bool)) == 0
    assert calibration.calibration_error(np.empty(0), np.empty(0, bool)) == 0
