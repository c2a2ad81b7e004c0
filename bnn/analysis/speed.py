"""How fast this computer reads a digit: a run's packed network beside the same network in float32."""

import json
import subprocess
from dataclasses import dataclass
from typing import Any

from bnn.runs import store
from bnn.runs.run import Run
from bnn.system.commands import bnn_command
from bnn.system.errors import error_text
from bnn.system.processes import crash_cause

# How their names begin in `bnn.training.benchmark`.
PACKED = "One-Bit Lab"
FLOAT = "TFLite"
TIMEOUT_SECONDS = 600


@dataclass(frozen=True)
class Comparison:
    """The time for one digit, from pixels to scores, in one thread, and the size of each model's file.

    Args:
        packed_seconds: median, of the packed network.
        float_seconds: median, of the float32 twin in TensorFlow Lite.
        packed_bytes: size of the packed network's file.
        float_bytes: size of the twin's file.
    """

    packed_seconds: float
    float_seconds: float
    packed_bytes: int
    float_bytes: int


def compare(run: Run) -> Comparison:
    """Measures both networks now, in turn. Takes about half a minute: a process of its own loads TensorFlow.

    Raises:
        ValueError: if it cannot be measured; one sentence says why.
    """
    try:
        return _comparison(_rows(_bench(run)))
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        raise ValueError(f"the speed of run {run.id} could not be measured: {_reason(error)}") from error


def _bench(run: Run) -> str:
    command = bnn_command(["bench", "--run", run.id, "--json"], store.root())
    done = subprocess.run(**command, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=True)
    return done.stdout


def _rows(output: str) -> list[dict[str, Any]]:
    try:
        rows = json.loads(output)["rows"]
        return [next(row for row in rows if row["engine"].startswith(name)) for name in (PACKED, FLOAT)]
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        raise ValueError("the measurement printed no result") from error


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
        raise ValueError("the measurement printed no result") from error


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it took longer than {TIMEOUT_SECONDS // 60} minutes"
    if not isinstance(error, subprocess.CalledProcessError):
        return error_text(error)
    if cause := crash_cause(error.returncode):
        return cause
    # The command line ends with one line that says what is wrong.
    lines = (error.stderr or "").strip().splitlines()
    return lines[-1].removeprefix("bnn: ") if lines else f"the measurement ended with code {error.returncode}"
