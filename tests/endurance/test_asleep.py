"""Browsers that lose their connection for a moment: the short version of `python -m tests.endurance 7`."""

import tomllib

import pytest

from tests.endurance import asleep
from tests.support.project import PROJECT

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_pages_are_as_they_were_when_the_connection_returns(browser):
    with asleep.served() as (server, wire):
        asleep.sleep_and_return(browser, server, wire, seconds=2, is_training=False)


def test_pages_load_again_after_the_server_was_restarted(browser):
    with asleep.served() as (server, wire):
        asleep.sleep_and_start_again(browser, server, wire, seconds=1, is_restarted=True)


def test_sessions_are_kept_for_longer_than_the_sleep():
    config = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())
    assert config["server"]["disconnectedSessionTTL"] > asleep.ASLEEP_SECONDS
