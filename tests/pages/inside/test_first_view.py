"""Inside, chapter 2: the place and the neuron that it shows first."""

import numpy as np

from bnn.analysis import neuron as neurons
from pages.inside.chapters.first_view import mixed_place, telling_neuron


def test_place_has_about_as_many_white_as_black_pixels_and_is_not_at_the_edge():
    values = np.full((28, 28, 1), -1)
    # A stroke three pixels wide on the left, and one that touches the edge.
    values[5:23, 4:7] = values[:, 0] = 1
    row, column = mixed_place(values)
    patch = values[row - 1 : row + 2, column - 1 : column + 2]
    # Beside the stroke, three or six of nine pixels are white. At its ends, there are places with four.
    assert int((patch > 0).sum()) == 4
    assert 1 <= row <= 26
    assert 1 <= column <= 26


def test_empty_picture_opens_in_the_middle():
    assert mixed_place(np.full((28, 28, 4), -1)) in {(13, 13), (13, 14), (14, 13), (14, 14)}
    assert mixed_place(np.zeros((28, 28, 1), np.uint8)) in {(13, 13), (13, 14), (14, 13), (14, 14)}


def test_chosen_neuron_finds_most_of_its_pattern_but_not_all_of_it(random_network):
    layer = random_network(stages=((40,),), dense=()).layers[0]
    values = np.ones((28, 28, 1), int)
    seen = values[8:11, 11:14]
    seen[:] = neurons.neuron(layer, values, 7, 9, 12).weights
    others = np.array([number for number in range(40) if number != 7])
    counts = [int((neurons.neuron(layer, values, n, 9, 12).products > 0).sum()) for n in others]
    # Neuron 7 agrees with all nine pixels. It is not chosen, because it would show no disagreement.
    best = int(others[np.argmax([count if count < 9 else -1 for count in counts])])
    assert telling_neuron(layer, values, 9, 12, np.array([7, *others])) == best
    seen[1, 2] *= -1
    worst = int(others[np.argmin(counts)])
    assert telling_neuron(layer, values, 9, 12, np.array([worst, 7])) == 7
