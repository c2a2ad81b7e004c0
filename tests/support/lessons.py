"""Lessons with drawn letters, like those that a visitor of the Teach page makes."""

import numpy as np

from bnn.data.handwriting.signs import LETTERS
from pages.teach.lesson import Lesson


def strokes(letter, seed=0):
    """Returns a letter's strokes, slightly different for each seed."""
    rng = np.random.default_rng([seed, ord(letter)])
    grid = 60 * (1 + rng.normal(0, 0.06, 2))
    lines = [np.array([[int(x), int(y)] for x, y in corners.split()]) for corners in LETTERS[letter]]
    return [line * grid + 10 + rng.normal(0, 3, line.shape) for line in lines]


def filled(letters, num=10):
    """Returns a lesson with `num` examples of each of these letters."""
    lesson = Lesson(dict(enumerate(letters)), next_number=len(letters))
    for sign, letter in enumerate(letters):
        for seed in range(num):
            assert lesson.add_example(sign, strokes(letter, seed))
    return lesson
