"""How fast this computer reads a digit: a run's packed network beside the same network in float32."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

from bnn.runs import store
from bnn.runs.run import Run

# `bnn.training.benchmark`'s names begin so.
PACKED = "One-Bit Lab"
FLOAT = "TFLite"
LONGEST_SECONDS = 600


@dataclass(frozen=True)
class Comparison:
    """One digit from pixels to scores, one thread each, and the size of each model's file.

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
    """Both, measured now, in turn. Takes about half a minute: a process of its own loads TensorFlow.

    Raises:
        ValueError: if it cannot be measured; one sentence says why.
    """
    try:
        rows = json.loads(_bench(run))["rows"]
        return _comparison(_row(rows, PACKED), _row(rows, FLOAT))
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError, StopIteration) as error:
        raise ValueError(f"the speed of run {run.id} could not be measured: {_reason(error)}") from error


def _bench(run):
    return subprocess.run(
        [sys.executable, "-m", "bnn", "bench", "--run", run.id, "--json"],
        cwd=store.PROJECT,
        env={**os.environ, "BNN_RUNS_DIR": str(store.root().resolve())},
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=True,
    ).stdout


def _reason(error):
    lines = (getattr(error, "stderr", None) or "").strip().splitlines()
    return lines[-1] if lines else error


def _row(rows, name):
    return next(row for row in rows if row["engine"].startswith(name))


def _comparison(packed, twin):
    return Comparison(
        packed_seconds=packed["microseconds_per_digit"] / 1e6,
        float_seconds=twin["microseconds_per_digit"] / 1e6,
        packed_bytes=packed["model_bytes"],
        float_bytes=twin["model_bytes"],
    )
