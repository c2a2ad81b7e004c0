"""The status of a run, which its trainer writes to `status.json`."""

from dataclasses import dataclass
from reprlib import repr as short
from typing import get_type_hints

STATES = ("queued", "running", "stopped", "finished", "failed", "interrupted")
ACTIVE = ("queued", "running")
MAX_MESSAGE_LENGTH = 500
# Larger numbers in a status file are refused. All counts, times and process ids are smaller.
MAX_NUMBER = 1e30


@dataclass(frozen=True)
class Status:
    """The status of a run.

    Args:
        state: one of `STATES`. If the file says "queued" or "running" but the trainer has ended, `Run.status`
            returns "interrupted".
        message: what the trainer is doing, why it failed, or why it ended.
        epoch: the current epoch, counted from 1; 0 before the first epoch.
        num_epochs: number of epochs of the training.
        batch: number of batches done in this epoch.
        num_batches: number of batches in one epoch.
        images_per_second: smoothed speed of the last few seconds; 0 before the first measurement.
        eta_seconds: expected time until the end of the last epoch; 0 if unknown.
        pid: the trainer's process id.
        started: when the trainer's process started; see `ProcessIdentity`.
        machine: the machine on which the trainer runs; see `ProcessIdentity`. Empty in files of earlier
            versions.
        note: what has happened to this training, such as a resume on another machine.
        stopped_early: whether the run's sweep has stopped it, because other trainings were better.
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
    note: str = ""
    stopped_early: bool = False

    @property
    def fraction_done(self) -> float:
        """The share of all batches that are done, from 0 to 1."""
        if self.state == "finished":
            return 1.0
        total = self.num_epochs * self.num_batches
        done = max(0, self.epoch - 1) * self.num_batches + self.batch
        return min(1.0, max(0.0, done / total)) if total else 0.0


_TYPES = get_type_hints(Status)
_TYPE_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def parse_status(values: object) -> Status:
    """Returns the status in a JSON value. Unknown names are ignored.

    Raises:
        ValueError: if the value is not a status. The message says what is wrong, as a clause.
    """
    if not isinstance(values, dict):
        raise ValueError("it is not a JSON object")
    values = {name: value for name, value in values.items() if name in _TYPES}
    for name, value in values.items():
        if not _is_valid(value, _TYPES[name]):
            raise ValueError(f"its {name} is {short(value)}, not {_TYPE_WORDS[_TYPES[name]]}")
    if values.get("state") not in STATES:
        raise ValueError(f"its state is {short(values.get('state'))}, not one of {', '.join(STATES)}")
    texts = {name: _printable(values.get(name, "")) for name in ("message", "note")}
    return Status(**{**values, **texts})


def _is_valid(value: object, type_: type) -> bool:
    if type_ in (str, bool) or isinstance(value, bool):
        return type(value) is type_
    # NaN fails this comparison, so it is refused.
    return isinstance(value, (int, float) if type_ is float else int) and abs(value) <= MAX_NUMBER


def _printable(message: str) -> str:
    # The message may contain a file name that is not valid UTF-8.
    return message[:MAX_MESSAGE_LENGTH].encode("utf-8", "replace").decode()
