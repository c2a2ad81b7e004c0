"""A click is the second of a double click only if it soon follows another one in the same place."""

from types import SimpleNamespace

import pytest

from pages.shared import clicks


@pytest.fixture
def clock(monkeypatch):
    """The clock of `clicks`. Its attribute `now` is the time in seconds."""
    clock = SimpleNamespace(now=1.0)
    monkeypatch.setattr(clicks, "time", SimpleNamespace(monotonic=lambda: clock.now))
    monkeypatch.setattr(clicks, "st", SimpleNamespace(session_state={}))
    return clock


def test_only_a_click_soon_after_another_in_the_same_place_is_a_second_click(clock):
    assert not clicks.is_second_click("hide")
    clock.now += 0.2
    assert not clicks.is_second_click("remove")
    assert clicks.is_second_click("hide")
    clock.now += 0.6
    assert not clicks.is_second_click("hide")


def test_all_further_clicks_of_a_quick_series_are_second_clicks(clock):
    found = []
    for _ in range(4):
        found.append(clicks.is_second_click("hide"))
        clock.now += 0.4
    assert found == [False, True, True, True]
