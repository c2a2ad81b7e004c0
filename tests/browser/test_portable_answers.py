"""In a real browser, the engine's answers name the same classes as Python's, in the same words."""

import itertools

import numpy as np
import pytest

from bnn.data.dataset import DIGITS
from bnn.engine import answer
from bnn.engine.verdict import verdict
from pages.shared.answer import answer_html

pytestmark = pytest.mark.browser


def test_constants_of_the_answer_equal_pythons(serve):
    assert serve().evaluate("[engine.SURE, engine.KNOWN, engine.ALTERNATIVE]") == [
        *(answer.SURE, answer.KNOWN, answer.ALTERNATIVE)
    ]


def test_an_answer_names_the_same_class_as_pythons(serve):
    """The classes are the same even where a probability is as near to the limit as float32 allows.

    If an answer names no class, its text while the pen moves ("…") names none, too.
    """
    limit = np.float32(answer.KNOWN)
    shares = [limit, *(np.nextafter(limit, np.float32(end)) for end in (0, 1)), 0.2, answer.SURE]
    cases = []
    for share, is_blind in itertools.product(shares, (False, True)):
        probabilities = np.full(10, (1 - share) / 9, np.float32)
        probabilities[4] = share
        probabilities[7] = 0.15
        found = answer.Answer(4, probabilities, (4, 7), is_blind=is_blind)
        while_drawing = "…" if found.named_class is None else found.name
        named_classes = list(found.named_classes)
        cases.append((probabilities.tolist(), is_blind, found.named_class, named_classes, while_drawing))
    assert {len(several) for *_, several, _ in cases} == {0, 1, 2}
    named = serve().evaluate(
        """cases => cases.map(([probabilities, isBlind]) =>
          engine.answerOf(Float32Array.from(probabilities), isBlind))
          .map(answer => [engine.namedClass(answer), engine.namedClasses(answer),
            engine.answerInWords(answer, [..."0123456789"], true).text])""",
        [case[:2] for case in cases],
    )
    assert named == [list(case[2:]) for case in cases]


@pytest.mark.parametrize("names", [DIGITS, ("01", "23", "45", "67", "89"), ("no", "yes")])
def test_browser_speaks_of_digits_where_the_server_does(serve, names):
    # The image is like no class.
    found = answer.Answer(0, np.full(len(names), 0.1, np.float32), (0,), names)
    unknown = {"label": 0, "isKnown": False, "isSure": False, "isBlind": False, "candidates": [0]}
    ours = serve().evaluate(
        "([answer, names]) => engine.answerInWords(answer, names, false).text", [unknown, names]
    )
    assert ours == verdict(found).text


@pytest.mark.parametrize("name", ["\U0001f431", "\U0001f44d\U0001f3fd", "\U0001f469\u200d\U0001f52c", "cats"])
def test_browser_shows_an_answer_in_the_size_of_the_server(serve, name):
    names = (name, "no")
    found = answer.Answer(0, np.array([0.99, 0.01], np.float32), (0,), names)
    sure = {"label": 0, "isKnown": True, "isSure": True, "probabilities": [0.99, 0.01], "candidates": [0]}
    size = serve().evaluate(
        "([answer, names]) => engine.answerInWords(answer, names, false).size", [sure, names]
    )
    assert f'class="digit {size}"' in answer_html(found, names)
