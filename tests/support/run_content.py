"""Contents of a run's files, sound or damaged."""

import os
from typing import Any

from bnn.recipes.presets import preset
from bnn.runs.run import HISTORY_COLUMNS
from bnn.runs.status import Status
from bnn.system.processes import process_identity

RECIPE = preset("quick")
STRANGE_TEXTS = ("", "{", "[]", "7", "null", '"x"', "{}", "[" * 100_000, "9" * 10_000, "\0", "NaN")
STRANGE_BYTES = (*tuple(text.encode() for text in STRANGE_TEXTS), b"\xff\xfe\x00", b"\xed\xa0\x80")


def living_status(state: str = "running", **fields: Any) -> Status:
    """Returns the status of a run whose trainer is this process."""
    return Status(state, **process_identity(os.getpid()), **fields)


def history_row(epoch: int, accuracy: float = 0.5) -> dict[str, Any]:
    """Returns a row of `history.csv`."""
    return dict.fromkeys(HISTORY_COLUMNS, 0.25) | {"epoch": epoch, "validation_accuracy": accuracy}


def progress_row(step: int, epoch: int) -> dict[str, Any]:
    """Returns a row of `progress.csv`."""
    return {"step": step, "epoch": epoch, "loss": 2.5, "accuracy": 0.125}


def sound_test_result(num_classes: int = 10, **changes: object) -> dict[str, Any]:
    """Returns the content of a sound `test.json`, with some values replaced by `changes`."""
    matrix = [[0] * num_classes for _ in range(num_classes)]
    matrix[0][0], matrix[-1][0] = 7, 1
    sound = {"num_images": 8, "num_correct": 7, "accuracy": 0.875, "confusion_matrix": matrix, "epoch": 2}
    return sound | changes
