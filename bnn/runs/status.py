"""The state of a run, as its trainer writes it."""

from dataclasses import dataclass
from reprlib import repr as short
from typing import get_type_hints

STATES = ("queued", "running", "stopped", "finished", "failed", "interrupted")
ACTIVE = ("queued", "running")
MAX_MESSAGE_LENGTH = 500
# Above any count, time or process id, and small enough to calculate with.
MAX_NUMBER = 1e30


@dataclass(frozen=True)
class Status:
    """The state of a run.

    Args:
        state: one of `STATES`. A run whose file says "queued" or "running" but whose trainer has ended reads
            as "interrupted".
        message: what the trainer is doing, why it failed, or what ended it.
        epoch: the epoch in training, from 1; 0 before the first.
        num_epochs: epochs in all.
        batch: batches done in this epoch.
        num_batches: batches in one epoch.
        images_per_second: over the last second or so; 0 before the first measurement.
        eta_seconds: time until the last epoch is done; 0 if unknown.
        pid: the trainer's process id.
        started: when that process started; see `ProcessIdentity`.
        machine: where it runs; see `ProcessIdentity`. Empty in older files.
    """

    state: str
    message: str = ""
    epoch: int = 0
    num_epochs: int = 0
    batch: int = 0
    num_batches: int = 0
    images_per_second: float = 0.0
    eta_seconds: float = 0.0
    pid: int = 0
    started: float = 0.0
    machine: str = ""


_TYPES = get_type_hints(Status)


def parse_status(values: object) -> Status:
    """Returns the status in a JSON value; names that are no fields are ignored.

    Raises:
        ValueError: if it is not a status; says what is wrong.
    """
    if not isinstance(values, dict):
        raise ValueError("it is not a JSON object")
    values = {name: value for name, value in values.items() if name in _TYPES}
    for name, value in values.items():
        if not _is_valid(value, _TYPES[name]):
            raise ValueError(f"its {name} is {short(value)}")
    if values.get("state") not in STATES:
        raise ValueError(f"its state is {short(values.get('state'))}, not one of {', '.join(STATES)}")
    return Status(**{**values, "message": _printable(values.get("message", ""))})


def _is_valid(value: object, type_: type) -> bool:
    if type_ is str or isinstance(value, bool):
        return type_ is str and isinstance(value, str)
    # Written so that NaN is refused too.
    return isinstance(value, (int, float) if type_ is float else int) and abs(value) <= MAX_NUMBER


def _printable(message: str) -> str:
    # The message may name a file whose bytes are not UTF-8.
    return message[:MAX_MESSAGE_LENGTH].encode("utf-8", "replace").decode()
