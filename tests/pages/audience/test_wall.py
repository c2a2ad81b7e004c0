"""The wall: what it keeps, the presenter's judgements, the count of the game, and the file of strokes."""

import json
from itertools import count

import numpy as np
import pytest

from bnn.data.dataset import DIGITS
from bnn.drawing.stroke_files import (
    MAX_FILE_LENGTH,
    MAX_FILE_POINTS,
    MAX_FILE_STROKES,
    load_drawings,
)
from bnn.engine.answer import Answer
from pages.audience.wall import MAX_POINTS, MAX_STROKES, MAX_TILES, UNREADABLE, Score, Wall

STROKES = [np.array([[1.0, 2.0], [3.0, 4.0]])]
# Makes each drawing differ from the one before.
NUMBERS = count()


@pytest.fixture
def wall():
    return Wall()


def put(wall, *labels, phone="phone", class_names=DIGITS, strokes=None):
    """Puts up one drawing per label. A label is the network's answer to the drawing.

    By default, each drawing is `STROKES` with one more dot at another place.
    """
    for label in labels:
        probabilities = np.eye(len(class_names), dtype=np.float32)[label]
        drawing = strokes or [*STROKES, np.array([[next(NUMBERS), 0.0]])]
        wall.add(phone, drawing, "data:,", Answer(label, probabilities, (label,), class_names))


def test_newest_is_first(wall):
    put(wall, 7, 8, 9)
    assert [tile.number for tile in wall.tiles()] == [3, 2, 1]
    assert [tile.answer.label for tile in wall.tiles()] == [9, 8, 7]


class TestSameDrawing:
    """A phone that got no answer sends its drawing again."""

    def test_is_on_the_wall_once_and_keeps_its_verdict(self, wall):
        put(wall, 7, strokes=STROKES)
        wall.judge(1, 7)
        put(wall, 5, phone="another")
        put(wall, 7, strokes=[stroke.copy() for stroke in STROKES])
        assert [tile.number for tile in wall.tiles()] == [2, 1]
        assert wall.tile(1).verdict == 7
        put(wall, 8)
        assert [tile.number for tile in wall.tiles()] == [3, 2, 1]

    def test_stays_hidden(self, wall):
        put(wall, 7, strokes=STROKES)
        wall.hide(1)
        put(wall, 7, strokes=STROKES)
        assert wall.tiles() == []

    def test_is_a_new_drawing_if_phone_strokes_or_answer_differ(self, wall):
        put(wall, 7, strokes=STROKES)
        put(wall, 7, strokes=STROKES, phone="another")
        put(wall, 7, strokes=[*STROKES, *STROKES])
        put(wall, 7, strokes=[STROKES[0] + 1])
        # The first drawing again. It counts as new, because it is no longer the phone's newest one.
        put(wall, 7, strokes=STROKES)
        # The same drawing, now read by another network.
        put(wall, 8, strokes=STROKES)
        assert len(wall.tiles()) == 6

    def test_can_come_again_after_the_wall_was_cleared(self, wall):
        put(wall, 7, strokes=STROKES)
        wall.clear()
        put(wall, 7, strokes=STROKES)
        assert len(wall.tiles()) == 1


def test_only_the_newest_500_are_kept(wall):
    assert MAX_TILES == 500
    put(wall, *[3] * (MAX_TILES + 20))
    numbers = [tile.number for tile in wall.tiles()]
    assert numbers == list(range(MAX_TILES + 20, 20, -1))


def test_hidden_drawing_is_gone_and_does_not_count(wall):
    put(wall, 7, 8)
    wall.judge(1, 2)
    wall.hide(1)
    assert [tile.number for tile in wall.tiles()] == [2]
    assert wall.score() == Score(num_undecided=1)
    assert wall.strokes_file() == ""
    wall.hide(1)
    wall.judge(1, 2)
    assert [tile.number for tile in wall.tiles()] == [2]


def test_hidden_drawing_is_put_back_in_its_place_with_its_verdict(wall):
    put(wall, 7, 8, 9)
    wall.judge(2, 3)
    wall.hide(2)
    assert wall.hidden().number == 2
    wall.put_back()
    assert [tile.number for tile in wall.tiles()] == [3, 2, 1]
    assert wall.tile(2).verdict == 3
    assert wall.hidden() is None
    wall.put_back()
    assert len(wall.tiles()) == 3


def test_full_wall_drops_its_oldest_drawing_when_one_is_put_back(wall):
    put(wall, *[3] * MAX_TILES)
    wall.hide(100)
    put(wall, 3)
    wall.put_back()
    numbers = [tile.number for tile in wall.tiles()]
    assert numbers == list(range(MAX_TILES + 1, 1, -1))


def test_drawing_that_is_too_old_for_a_full_wall_cannot_be_put_back(wall):
    put(wall, *[3] * MAX_TILES)
    wall.hide(1)
    assert wall.hidden().number == 1
    put(wall, 3)
    assert wall.hidden() is None


def test_cleared_wall_has_nothing_to_put_back(wall):
    put(wall, 7)
    wall.hide(1)
    wall.clear()
    assert wall.hidden() is None


def test_cleared_wall_has_a_new_score_and_gives_no_number_twice(wall):
    put(wall, 7, 8)
    wall.judge(1, 2)
    wall.clear()
    assert wall.tiles() == []
    assert wall.score() == Score()
    put(wall, 1)
    assert [tile.number for tile in wall.tiles()] == [3]


@pytest.mark.parametrize("number", [0, 2, None, "1", 1.5, [1], {"number": 1}])
def test_number_that_no_tile_has_finds_nothing(wall, number):
    put(wall, 7)
    assert wall.tile(number) is None
    assert wall.tile(1).answer.label == 7


class TestScore:
    def test_only_what_people_could_read_counts(self, wall):
        put(wall, 1, 1, 1, 1, 1)
        wall.judge(1, 1)
        wall.judge(2, 7)
        wall.judge(3, UNREADABLE)
        wall.judge(4, 0)
        assert wall.score() == Score(num_tried=3, num_fooled=2, num_unreadable=1, num_undecided=1)

    def test_network_that_knows_no_answer_is_fooled(self, wall):
        # The most probable class is right, but the wall shows "no digit I know".
        probabilities = np.full(10, 0.08, np.float32)
        probabilities[1] = 0.28
        wall.add("phone", STROKES, "data:,", Answer(1, probabilities, (1,)))
        wall.judge(1, 1)
        assert wall.score() == Score(num_tried=1, num_fooled=1)

    def test_judgement_can_be_changed(self, wall):
        put(wall, 1)
        wall.judge(1, 7)
        wall.judge(1, 1)
        assert wall.score() == Score(num_tried=1)
        wall.judge(1, UNREADABLE)
        assert wall.score() == Score(num_unreadable=1)

    def test_judged_drawings_still_count_after_newer_ones_have_replaced_them(self, wall):
        put(wall, 1, 1, 1, 1)
        wall.judge(1, 7)
        wall.judge(2, 1)
        wall.judge(3, UNREADABLE)
        put(wall, *[5] * MAX_TILES)
        assert wall.score() == Score(num_tried=2, num_fooled=1, num_unreadable=1, num_undecided=MAX_TILES)


class TestStrokesFile:
    def test_contains_what_people_read_and_can_be_loaded(self, wall, tmp_path):
        put(wall, 1, 1, phone="a")
        put(wall, 1, 1, phone="b")
        put(wall, 1, phone="a")
        for number, verdict in ((1, 7), (2, UNREADABLE), (4, 1), (5, 0)):
            wall.judge(number, verdict)
        path = tmp_path / "drawings.jsonl"
        path.write_text(wall.strokes_file(), "utf-8")
        drawings = load_drawings(path, DIGITS)
        assert [(drawing.label, drawing.writer) for drawing in drawings] == [(7, 1), (1, 2), (0, 1)]
        np.testing.assert_array_equal(drawings[0].strokes[0], STROKES[0])

    def test_labels_are_the_networks_class_names(self, wall):
        put(wall, 0, class_names=("A", "é"))
        wall.judge(1, 1)
        assert json.loads(wall.strokes_file())["label"] == "é"

    def test_file_of_a_full_wall_of_the_longest_drawings_is_within_the_limits(self, wall):
        length = MAX_POINTS // MAX_STROKES
        put(wall, 9, phone="p", strokes=[np.full((length, 2), -999999.1234)] * MAX_STROKES)
        wall.judge(1, 9)
        assert MAX_TILES * len(wall.strokes_file()) < MAX_FILE_LENGTH
        assert MAX_TILES * MAX_POINTS <= MAX_FILE_POINTS
        assert MAX_TILES * MAX_STROKES <= MAX_FILE_STROKES
