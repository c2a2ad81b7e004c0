"""How often a phone may send: once a second, and a hundred times an hour."""

import pytest

from pages.audience.limits import HOUR_SECONDS, MAX_SENDERS, MOST_AN_HOUR, Limits


@pytest.fixture
def limits():
    return Limits()


def test_second_drawing_waits_for_a_second(limits):
    assert limits.wait_seconds(["a"], 100.0) == 0
    assert limits.wait_seconds(["a"], 100.25) == pytest.approx(0.75)
    assert limits.wait_seconds(["a"], 101.0) == 0


def test_what_is_refused_does_not_count(limits):
    limits.wait_seconds(["a"], 0.0)
    for tenth in range(1, 10):
        assert limits.wait_seconds(["a"], tenth / 10) > 0
    assert limits.wait_seconds(["a"], 1.0) == 0


def test_phone_sends_at_most_a_hundred_drawings_an_hour(limits):
    for number in range(MOST_AN_HOUR):
        assert limits.wait_seconds(["a"], 2.0 * number) == 0
    assert limits.wait_seconds(["a"], 1000.0) == pytest.approx(HOUR_SECONDS - 1000)
    assert limits.wait_seconds(["b"], 1000.0) == 0
    assert limits.wait_seconds(["a"], HOUR_SECONDS) == 0
    assert limits.wait_seconds(["a"], HOUR_SECONDS + 1) == pytest.approx(1.0)


def test_either_name_of_a_phone_is_enough_to_refuse_it(limits):
    assert limits.wait_seconds(["page 1", "address 1"], 0.0) == 0
    assert limits.wait_seconds(["page 2", "address 1"], 0.5) > 0
    assert limits.wait_seconds(["page 1", "address 2"], 0.5) > 0
    # Neither of the two refusals was counted.
    assert limits.wait_seconds(["page 2", "address 2"], 0.5) == 0


def test_number_of_senders_is_bounded_and_they_are_forgotten(limits):
    for number in range(MAX_SENDERS):
        assert limits.wait_seconds([f"page {number}"], 0.0) == 0
    assert limits.wait_seconds(["one more"], 1.0) > 0
    assert limits.wait_seconds(["page 7"], 1.0) == 0
    assert limits.wait_seconds(["one more"], HOUR_SECONDS) == 0
    assert limits.wait_seconds(["page 7"], HOUR_SECONDS) == 0
