"""Limits how often phones may send drawings."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

HOUR_SECONDS = 3600.0
# Each sender takes memory, and anybody can invent new ids.
MAX_SENDERS = 5_000


@dataclass(frozen=True)
class Limit:
    """How many drawings one sender may send.

    Args:
        a_second: the most in any second.
        an_hour: the most in any hour.
    """

    a_second: int
    an_hour: int


PHONE = Limit(a_second=1, an_hour=100)
# An address may send as much as 50 phones, because all phones in a room may share one, for example behind a
# router.
ADDRESS = Limit(a_second=50, an_hour=5_000)


class Limits:
    """Counts the drawings of each sender in the last hour. One thread may count, and others may clear.

    If there are too many senders, the one that has sent nothing for the longest time is forgotten.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forgets all drawings, so that everybody may send again."""
        # Ordered by the time of the last drawing: the sender of the newest one comes last. The dictionary is
        # replaced, not emptied, because another thread may be using it.
        self._times: dict[str, deque[float]] = {}

    def wait_seconds(self, senders: Mapping[str, Limit], now: float) -> float:
        """Returns 0 and counts a drawing if all senders may send now; otherwise returns the seconds to wait.

        Args:
            senders: names of the drawing's senders (the phone and its address), each with its limit.
            now: the time in seconds, counted from any fixed moment.
        """
        times_of = self._times
        longest = max(_wait(times_of.get(sender, ()), limit, now) for sender, limit in senders.items())
        if longest > 0:
            return longest
        for sender, limit in senders.items():
            times = times_of.pop(sender, None) or deque(maxlen=limit.an_hour)
            times_of[sender] = times
            times.append(now)
        while len(times_of) > MAX_SENDERS:
            del times_of[next(iter(times_of))]
        return 0.0


def _wait(times: Sequence[float], limit: Limit, now: float) -> float:
    """Returns how many seconds a sender with drawings at these times has to wait."""
    wait = 0.0
    for number, seconds in ((limit.a_second, 1.0), (limit.an_hour, HOUR_SECONDS)):
        if len(times) >= number:
            wait = max(wait, times[-number] + seconds - now)
    return wait
