"""Waits until another process has made a condition true, instead of waiting for a fixed time."""

import time

# A machine that trains a network answers slowly.
DEADLINE_SECONDS = 60.0
POLL_SECONDS = 0.02


def until(condition, what, seconds=DEADLINE_SECONDS):
    """Waits until `condition()` is true, and returns its value.

    Raises:
        AssertionError: after `seconds`. The message contains `what`.
    """
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited {seconds:g} s for {what}"
        time.sleep(POLL_SECONDS)
    return value


def until_equal(read, expected, what, seconds=DEADLINE_SECONDS):
    """Waits until `read()` returns the expected value.

    Raises:
        AssertionError: after `seconds`. The message contains `what` and the last value.
    """
    deadline = time.monotonic() + seconds
    while (value := read()) != expected:
        assert time.monotonic() < deadline, f"{what} was {value!r} after {seconds:g} s, not {expected!r}"
        time.sleep(POLL_SECONDS)
