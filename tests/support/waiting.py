"""Waiting for what another process does, without guessing how long it takes."""

import time

DEADLINE_SECONDS = 30.0
POLL_SECONDS = 0.02


def until(condition, what, seconds=DEADLINE_SECONDS):
    """The condition's first true value; fails, saying what was waited for, if it never comes."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {seconds:g} s for {what}"
        time.sleep(POLL_SECONDS)
    return value
