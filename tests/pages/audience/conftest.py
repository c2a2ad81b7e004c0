"""Fixtures for the tests of the Audience page: the wall, its drawings, and phones that send them."""

import json
from itertools import count

import numpy as np
import pytest

from bnn.data.dataset import DIGITS
from bnn.engine.answer import Answer
from pages.audience import posts
from pages.audience.wall import wall as wall_of_the_server
from pages.shared import pocket
from tests.support.posts import STROKES, phone_id, post


@pytest.fixture
def wall():
    """The server's wall, empty before and after each test."""
    wall_of_the_server.clear()
    yield wall_of_the_server
    wall_of_the_server.clear()
    wall_of_the_server.is_paused = False


@pytest.fixture
def put(make_run, wall):
    """A function that puts one drawing per label on the wall. A label is the network's answer to the drawing.

    The function returns the numbers of all drawings on the wall, oldest first. The fixture also makes a run.
    """
    make_run()
    places = count()

    def put(*labels, class_names=DIGITS, certainty=0.9, is_blind=False):
        for label in labels:
            others = (1 - certainty) / (len(class_names) - 1)
            probabilities = np.full(len(class_names), others, np.float32)
            probabilities[label] = certainty
            answer = Answer(label, probabilities, (label,), class_names, is_blind)
            # The wall ignores a phone's drawing if it is the same as the last one.
            wall.add("phone", [np.array(STROKES[0]) + next(places)], "data:,", answer)
        return [tile.number for tile in wall.tiles()][::-1]

    return put


@pytest.fixture
def address(make_run):
    """The address of the page that phones load. Phones are let in until the end of the test."""
    yield pocket.let_in(make_run())
    pocket.shut_out()


@pytest.fixture
def send(address, wall):
    """A function that posts strokes, or a body, and returns the response.

    By default, each call comes from another phone, with another network address (`host`).
    """
    posts.limits.clear()
    numbers = count(1)

    def send(strokes=STROKES, body=None, to=address, phone=None, host=None, **headers):
        number = next(numbers)
        body = json.dumps({"strokes": strokes}) if body is None else body
        return post(f"/{to}/{phone or phone_id(number)}", body, host or f"192.0.2.{number}", headers)

    return send
