"""Limits how often a phone may send a drawing."""

from collections import deque
from collections.abc import Sequence

SECONDS_APART = 1.0
MOST_AN_HOUR = 100
HOUR_SECONDS = 3600.0
# Each sender takes memory, and anybody can invent new ids.
MAX_SENDERS = 5_000


class Limits:
    """Counts the drawings of each sender in the last hour. It may be used by one thread only."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = {}

    def wait_seconds(self, senders: Sequence[str], now: float) -> float:
        """Returns 0 and counts a drawing if all senders may send now; otherwise returns the seconds to wait.

        Args:
            senders: names of the same phone: the id of its page, and its address.
            now: the time in seconds, counted from any fixed moment.
        """
        self._forget(now)
        longest = max(self._wait(sender, now) for sender in senders)
        if longest > 0:
            return longest
        for sender in senders:
            self._times.setdefault(sender, deque(maxlen=MOST_AN_HOUR)).append(now)
        return 0.0

    def _wait(self, sender: str, now: float) -> float:
        times = self._times.get(sender)
        if times is None:
            return 0.0 if len(self._times) < MAX_SENDERS else SECONDS_APART
        wait = times[-1] + SECONDS_APART - now
        if len(times) == MOST_AN_HOUR:
            wait = max(wait, times[0] + HOUR_SECONDS - now)
        return max(wait, 0.0)

    def _forget(self, now: float) -> None:
        """Forgets the senders that have sent nothing for an hour, if there are too many."""
        if len(self._times) >= MAX_SENDERS:
            self._times = {
                sender: times for sender, times in self._times.items() if now - times[-1] < HOUR_SECONDS
            }
