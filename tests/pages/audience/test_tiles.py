"""What a tile of the wall says: the answer, how certain it is, and what people see in the drawing."""

import numpy as np
import pytest

from bnn.engine.answer import Answer
from pages.audience import tiles
from pages.audience.wall import UNREADABLE, Tile


@pytest.mark.parametrize(
    "label, candidates, text", [(3, (3,), "3"), (3, (3, 5), "3 or 5?"), (3, (3, 5, 8), "3, 5 or 8?")]
)
def test_tile_says_what_the_network_reads(label, candidates, text):
    certainty = 0.9 if len(candidates) == 1 else 0.5
    probabilities = np.zeros(10, np.float32)
    probabilities[label] = certainty
    content = tiles._content(Tile(1, 1, [], "data:,", Answer(label, probabilities, candidates)))
    assert (content["answer"], content["certainty"]) == (text, f"{100 * certainty:.0f}\u00a0%")
    assert content["isSure"] == (len(candidates) == 1)


@pytest.mark.parametrize(
    "answer, text, certainty",
    [
        (dict(certainty=0.3), "no digit I know", ""),
        (dict(certainty=0.3, class_names=tuple("ABCDE")), "nothing I know", ""),
        (dict(certainty=0.9, is_blind=True), "3", ""),
        (dict(certainty=0.999), "3", ">\u00a099\u00a0%"),
    ],
)
def test_tile_shows_no_certainty_of_unknown_or_blind_answers_and_never_100_percent(
    put, wall, answer, text, certainty
):
    put(3, **answer)
    content = tiles._content(wall.tiles()[0])
    assert (content["answer"], content["certainty"]) == (text, certainty)


@pytest.mark.parametrize(
    "verdict, text", [(None, ""), (3, "read right"), (7, "fooled: it is 7"), (UNREADABLE, "unreadable")]
)
def test_tile_says_what_people_read(put, wall, verdict, text):
    (number,) = put(3)
    if verdict is not None:
        wall.judge(number, verdict)
    assert tiles._content(wall.tile(number))["verdict"] == text


def test_blind_answer_is_neither_right_nor_fooled_and_does_not_count(put, wall):
    for verdict, number in zip((3, 7), put(3, 3, is_blind=True), strict=True):
        wall.judge(number, verdict)
        content = tiles._content(wall.tile(number))
        assert (content["verdict"], content["hasFooled"]) == ("says 3 to everything", False)
    score = wall.score()
    assert (score.num_tried, score.num_fooled, score.num_blind) == (0, 0, 2)
