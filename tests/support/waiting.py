"""Waits for another process until a condition is true, instead of for a fixed time."""

import time

DEADLINE_SECONDS = 30.0
POLL_SECONDS = 0.02


def until(condition, what, seconds=DEADLINE_SECONDS):
    """Wait until the condition is true and return its value.

    Raises:
        AssertionError: after `seconds`; its message names `what` was waited for.
    """
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {seconds:g} s for {what}"
        time.sleep(POLL_SECONDS)
    return value
