"""A network with three looks reads each image three times: upright, and slanted to both sides."""

from dataclasses import replace
from fractions import Fraction
from math import floor

import numpy as np
import pytest

from bnn.engine import answer, file, inference, looks


def by_definition(image, slant):
    """Returns a slanted image, (28, 28) uint8, computed pixel by pixel with exact fractions."""
    slanted = np.zeros_like(image)
    for y, x in np.ndindex(28, 28):
        place = x + Fraction(slant, 256) * (y - Fraction(27, 2))
        left, share = floor(place), place - floor(place)
        values = [int(image[y, column]) if 0 <= column < 28 else 0 for column in (left, left + 1)]
        slanted[y, x] = floor(values[0] * (1 - share) + values[1] * share + Fraction(1, 2))
    return slanted


@pytest.mark.parametrize("slant", [looks.SLANT, -looks.SLANT, 1])
def test_slanted_image_equals_its_definition(random_images, slant):
    images = random_images(3)
    expected = [by_definition(image, slant) for image in images]
    np.testing.assert_array_equal(looks.slanted(images, slant), expected)


def test_larger_slant_is_refused(random_images):
    with pytest.raises(ValueError, match="slant must be at most 51, got -52"):
        looks.slanted(random_images(1), -52)


def test_upright_look_is_the_image_itself(random_images):
    images = random_images(2)
    np.testing.assert_array_equal(looks.slanted(images, 0), images)


def test_stroke_leans_to_the_side_that_the_slant_says():
    image = np.zeros((1, 28, 28), np.uint8)
    image[0, 4:24, 14] = 255
    columns = looks.slanted(image, looks.SLANT)[0].argmax(axis=1)
    # The top moves to the right and the bottom to the left, as in a word in italics.
    assert columns[4] > 14 > columns[23]
    mirrored = looks.slanted(image, -looks.SLANT)[0].argmax(axis=1)
    assert mirrored[4] < 14 < mirrored[23]


def test_probabilities_are_the_means_of_three_readings(random_network, random_images):
    network, images = random_network(3, has_three_looks=True), random_images(5)
    one_look = replace(network, has_three_looks=False)
    views = [np.stack([by_definition(image, slant) for image in images]) for slant in (0, -51, 51)]
    expected = np.mean([inference.probabilities(one_look, view) for view in views], axis=0)
    found = inference.probabilities(network, images)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert np.abs(found - inference.probabilities(one_look, images)).max() > 0.01
    # The answer to an image follows from these probabilities.
    assert [answer.read(network, image).label for image in images] == expected.argmax(axis=1).tolist()


def test_scores_and_bits_are_those_of_the_upright_look(random_network, random_images):
    network, images = random_network(3, has_three_looks=True), random_images(2)
    one_look = replace(network, has_three_looks=False)
    np.testing.assert_array_equal(inference.scores(network, images), inference.scores(one_look, images))
    np.testing.assert_array_equal(
        inference.scores_of_looks(network, images)[0], inference.scores(one_look, images)
    )


def test_file_says_whether_there_are_three_looks(random_network):
    network = random_network(3)
    content = file.to_bytes(replace(network, has_three_looks=True))
    assert file.from_bytes(content).has_three_looks
    assert not file.from_bytes(file.to_bytes(network)).has_three_looks
    # Files of networks with one look are as they were before there were three.
    assert b"has_three_looks" not in file.to_bytes(network)
