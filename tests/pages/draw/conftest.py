"""Fixtures for the tests of the Draw page: a drawing, answers that name a digit, and a run to learn from."""

import numpy as np
import pytest

from bnn.engine.answer import Answer
from tests.support.drawings import canvas_objects, random_strokes


@pytest.fixture
def drawn(monkeypatch):
    """The strokes of a drawing. A fake canvas reports them."""
    strokes = random_strokes(np.random.default_rng(4))
    monkeypatch.setattr("pages.shared.canvas.canvas", lambda *arguments, **options: canvas_objects(strokes))
    return strokes


@pytest.fixture
def known(monkeypatch):
    """Every answer names a digit, even that of a network with random weights."""
    monkeypatch.setattr(Answer, "is_known", True)


@pytest.fixture
def teachable(make_run):
    """A run whose recipe fits its network of 3,537 weights, so that a new run can start from this network."""
    return make_run(stages=((5,), (7,)), dense=(9,), pool_first=False)
