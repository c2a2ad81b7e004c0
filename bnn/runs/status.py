"""How a run stands, and whether the process that said so still lives."""

from dataclasses import dataclass, fields
from reprlib import repr as short

import psutil

from bnn.system.processes import _started

STATES = ("queued", "running", "stopped", "finished", "failed", "interrupted")
ACTIVE = ("queued", "running")
MAX_MESSAGE_LENGTH = 500
# Beyond any count, time or process id, and small enough to calculate with.
MAX_NUMBER = 1e30


@dataclass(frozen=True)
class Status:
    """How a run stands.

    Args:
        state: one of `STATES`. "interrupted" is never written: it is what a "queued" or "running" run
            whose process no longer lives reads as.
        message: in words: what the trainer is doing, or why it failed.
        epoch: the epoch at work, from 1; 0 before the first.
        num_epochs: epochs asked for.
        batch: batches done in this epoch.
        num_batches: batches in one epoch.
        images_per_second: over the last second or so; 0 before the first figure.
        eta_seconds: time until the last epoch is done; 0 if unknown.
        pid: the trainer's process id, and `started` when that process started (seconds since 1970; on
            Linux since the machine started, see `_started`): together they name one process, also after its
            id was given to another.
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


def is_alive(status: Status) -> bool:
    """Whether the very process that wrote the status lives."""
    try:
        process = psutil.Process(status.pid)
        same = abs(_started(process) - status.started) < 1.0
        return same and process.status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, ValueError, OverflowError):
        # No such process; or one of another user or of the system, which may not be looked at.
        return False


def parse_status(values) -> Status:
    """The status in a JSON value.

    Raises:
        ValueError: if it is none; says what is wrong.
    """
    if not isinstance(values, dict):
        raise ValueError("it is no JSON object")
    kinds = {f.name: f.type for f in fields(Status)}
    values = {key: value for key, value in values.items() if key in kinds}
    for key, value in values.items():
        allowed = (int, float) if kinds[key] is float else (kinds[key],)
        # Written so that what is not a number is refused too.
        if type(value) not in allowed or (kinds[key] is not str and not abs(value) <= MAX_NUMBER):
            raise ValueError(f"its {key} is {short(value)}")
    if values.get("state") not in STATES:
        raise ValueError(f"its state is {short(values.get('state'))}")
    # A file's name in the message may be of bytes that are no text.
    message = values.get("message", "")[:MAX_MESSAGE_LENGTH].encode("utf-8", "replace").decode()
    return Status(**{**values, "message": message})
