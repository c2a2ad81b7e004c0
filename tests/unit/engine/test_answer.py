"""The answer to a drawing follows from the ten probabilities."""

import numpy as np
import pytest

from bnn.engine import answer, inference


def _read(monkeypatch, random_network, random_images, probabilities):
    """Returns the answer of a network that gives these probabilities, {class: probability}."""
    values = np.zeros((1, 10), np.float32)
    values[0, list(probabilities)] = list(probabilities.values())
    monkeypatch.setattr(inference, "probabilities", lambda network, images: values)
    return answer.read(random_network(), random_images(1)[0])


@pytest.mark.parametrize(
    "probabilities, digit, is_sure, candidates",
    [
        ({3: 0.99, 8: 0.01}, 3, True, (3,)),
        ({4: 0.55, 9: 0.45}, 4, False, (4, 9)),
        ({9: 0.45, 4: 0.46, 7: 0.09}, 4, False, (4, 9)),
        ({1: 0.4, 7: 0.35, 2: 0.25}, 1, False, (1, 7, 2)),
        # At most three candidates are named, and only those with a probability of at least 0.1.
        ({1: 0.3, 7: 0.28, 2: 0.22, 4: 0.2}, 1, False, (1, 7, 2)),
        ({5: 0.79, 6: 0.09, 0: 0.06, 8: 0.06}, 5, False, (5,)),
        ({0: 0.5, 6: 0.5}, 0, False, (0, 6)),
        (dict.fromkeys(range(10), 0.1), 0, False, (0, 1, 2)),
    ],
)
def test_answer_names_the_likely_classes(
    monkeypatch, random_network, random_images, probabilities, digit, is_sure, candidates
):
    found = _read(monkeypatch, random_network, random_images, probabilities)
    assert (found.label, found.is_sure, found.candidates) == (digit, is_sure, candidates)
    assert found.confidence == pytest.approx(probabilities[digit])


def test_there_is_always_a_candidate(monkeypatch, random_network, random_images):
    """There is one even if all ten probabilities are below the limit for candidates."""
    low = dict.fromkeys(range(10), 0.05) | {7: 0.06}
    assert _read(monkeypatch, random_network, random_images, low).candidates == (7,)


def test_answers_have_the_networks_class_names(random_network, random_images):
    names = ("apple", "pear", "plum")
    found = answer.read(random_network(class_names=names), random_images(1)[0])
    assert found.name == names[found.label]
    assert found.candidate_names == tuple(names[label] for label in found.candidates)


def test_answer_uses_the_networks_probabilities(random_network, random_images):
    network, images = random_network(), random_images(5)
    for image, probabilities in zip(images, inference.probabilities(network, images), strict=True):
        found = answer.read(network, image)
        np.testing.assert_array_equal(found.probabilities, probabilities)
        assert found.label == found.candidates[0] == probabilities.argmax()
