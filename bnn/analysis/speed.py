"""Measures how fast this computer reads a digit, with a packed network and with its float32 twin.

The twin is a network with the same layers, but with float32 weights and ReLU instead of sign.
"""

import json
import subprocess
from dataclasses import dataclass
from typing import Any

from bnn.runs import store
from bnn.runs.run import Run
from bnn.system.commands import bnn_command
from bnn.system.errors import error_text
from bnn.system.processes import crash_cause

# How the names of the two engines begin in `bnn.training.benchmark`.
PACKED = "One-Bit Lab"
FLOAT = "TFLite"
TIMEOUT_SECONDS = 600


@dataclass(frozen=True)
class Comparison:
    """The speed and the file size of a packed network and of its float32 twin in TensorFlow Lite.

    The time for a digit is from pixels to scores, in one thread.

    Args:
        packed_seconds: median time of the packed network for one digit.
        float_seconds: median time of the twin for one digit.
        packed_bytes: size of the packed network's file.
        float_bytes: size of the twin's file.
    """

    packed_seconds: float
    float_seconds: float
    packed_bytes: int
    float_bytes: int


def compare(run: Run) -> Comparison:
    """Measures a packed network and its float32 twin, in turn, and returns the result.

    Both are untrained networks of the run's recipe, because the speed does not depend on the weights. This
    takes about ten seconds. The measurement runs in a separate process, which loads TensorFlow.

    Raises:
        ValueError: if the speed cannot be measured. The message is one sentence that says why.
    """
    try:
        return _comparison(_rows(_bench(run)))
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise ValueError(f"the measurement of run {run.id}'s speed failed: {_reason(error)}") from error


def _bench(run: Run) -> str:
    command = bnn_command(["bench", "--run", run.id, "--brief", "--json"], store.root())
    done = subprocess.run(**command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=True)
    return done.stdout


def _rows(output: str) -> list[dict[str, Any]]:
    try:
        rows = json.loads(output)["rows"]
        return [next(row for row in rows if row["engine"].startswith(name)) for name in (PACKED, FLOAT)]
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        raise ValueError("it printed no result") from error


def _comparison(rows: list[dict[str, Any]]) -> Comparison:
    packed, twin = rows
    try:
        return Comparison(
            packed_seconds=packed["microseconds_per_digit"] / 1e6,
            float_seconds=twin["microseconds_per_digit"] / 1e6,
            packed_bytes=packed["model_bytes"],
            float_bytes=twin["model_bytes"],
        )
    except (KeyError, TypeError) as error:
        raise ValueError("it printed no result") from error


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it took longer than {TIMEOUT_SECONDS // 60} minutes"
    if not isinstance(error, subprocess.CalledProcessError):
        return error_text(error)
    if cause := crash_cause(error.returncode):
        return cause
    # The last line on standard error says what is wrong.
    lines = (error.stderr or "").strip().splitlines()
    return lines[-1].removeprefix("bnn: ") if lines else f"it ended with code {error.returncode}"
