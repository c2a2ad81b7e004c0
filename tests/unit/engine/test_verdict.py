"""Answers in words."""

import numpy as np
import pytest

from bnn.engine.answer import Answer
from bnn.engine.verdict import certainty_text, confidence_text, verdict


@pytest.mark.parametrize(
    "confidence, candidates, is_blind, state, short, after",
    [
        (0.98, (7,), False, "sure", "7", "98\u00a0% sure"),
        (0.999, (7,), False, "sure", "7", ">\u00a099\u00a0% sure"),
        (0.5, (7, 1), False, "unsure", "not sure: 7 or 1?", ""),
        (0.36, (7, 1, 2), False, "unsure", "not sure: 7, 1 or 2?", ""),
        (0.34, (7, 1, 2), False, "unknown", "no digit I know", ""),
        (0.98, (7,), True, "blind", "7", "says 7 to everything"),
        (0.2, (7,), True, "blind", "7", "says 7 to everything"),
    ],
)
def test_verdict_says_how_sure_the_answer_is(confidence, candidates, is_blind, state, short, after):
    probabilities = np.full(10, (1 - confidence) / 9, np.float32)
    probabilities[7] = confidence
    found = verdict(Answer(7, probabilities, candidates, is_blind=is_blind))
    assert (found.state, found.short, found.after) == (state, short, after)


@pytest.mark.parametrize("confidence", [0.999, 0.81, 0.79, 0.5])
def test_certainty_is_the_same_with_and_without_an_answer(confidence):
    probabilities = np.full(10, (1 - confidence) / 9, np.float32)
    probabilities[7] = confidence
    answer = Answer(7, probabilities, (7,))
    assert certainty_text(confidence) == verdict(answer).certainty
    assert (certainty_text(confidence) == "not sure") == (confidence < 0.8)


def test_percentage_of_a_float32_is_rounded_as_in_the_browser():
    # It is 0.83499998. In float32, this times 100 is 83.5, which would become 84.
    probability = np.float32(0.835)
    assert np.float32(100) * probability == 83.5
    assert confidence_text(probability) == "83\u00a0%"


def test_verdict_of_a_network_of_other_classes_does_not_mention_digits():
    assert verdict(Answer(0, np.full(3, 1 / 3), (0, 1, 2), ("A", "B", "C"))).text == "nothing I know"


def test_network_is_blind_if_no_pixel_changes_its_bits(random_network):
    for blind in (0, 256, (0, 256), (256, 256)):
        assert random_network(pixel_threshold=blind).is_blind
    for seeing in (1, 255, (0, 255), (1, 256)):
        assert not random_network(pixel_threshold=seeing).is_blind
    assert not random_network(pixel_threshold=128).is_blind
    assert not random_network(pixel_threshold=None).is_blind
