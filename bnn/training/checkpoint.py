"""The checkpoint of a run: one file with weights, optimizer and position, from which training is resumed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from reprlib import repr as short
from typing import TYPE_CHECKING, Any

import numpy as np
import safetensors
import safetensors.numpy

from bnn.runs.run import Run
from bnn.system.files import write_atomically

if TYPE_CHECKING:
    from bnn.training.backend import keras, tf

    Variables = dict[str, tf.Variable]

_FIELDS = ("epoch", "batch", "seconds", "loss", "accuracy")
# A checkpoint with a larger header is refused. The real header is much smaller.
_MAX_HEADER_BYTES = 1_000_000
_MAX_NUMBER = 1e30


@dataclass(frozen=True)
class Position:
    """A position in a training: how many epochs and batches are done.

    Args:
        epoch: number of finished epochs.
        batch: number of finished batches of the current, unfinished epoch.
        seconds: time spent in the current epoch.
        loss: mean loss over the finished batches of the current epoch.
        accuracy: mean accuracy over the finished batches of the current epoch.
        previous_bits: (num_weights,) int8 of -1 and +1, the binary weights at the end of the last finished
            epoch.
    """

    epoch: int
    batch: int
    seconds: float
    loss: float
    accuracy: float
    previous_bits: np.ndarray = field(repr=False)


def save(run: Run, model: keras.Sequential, position: Position) -> None:
    """Writes the run's checkpoint. The file is replaced atomically."""
    tensors = {name: np.asarray(variable.numpy()) for name, variable in _variables(model).items()}
    tensors["previous_bits"] = np.packbits(position.previous_bits < 0)
    fields = {name: getattr(position, name) for name in _FIELDS}
    content = safetensors.numpy.save(tensors, {"position": json.dumps(fields)})
    run.checkpoint_path.parent.mkdir(exist_ok=True)
    write_atomically(run.checkpoint_path, content)


def load(run: Run, model: keras.Sequential, num_weights: int, num_batches: int) -> Position | None:
    """Restores the model and its optimizer from the run's checkpoint.

    Args:
        run: the run.
        model: the compiled model of the run's recipe.
        num_weights: number of binary weights of the model.
        num_batches: number of batches in one epoch.

    Returns:
        The position in the training; None if there is no checkpoint.

    Raises:
        ValueError: if the checkpoint is damaged or belongs to another network.
    """
    if not run.checkpoint_path.exists():
        return None
    try:
        return _load(run.checkpoint_path, _variables(model), num_weights, num_batches)
    except (safetensors.SafetensorError, RecursionError, ValueError, KeyError, TypeError, OSError) as error:
        raise ValueError(f"the checkpoint of run {run.id} cannot be used: {error!s:.300}") from error


def _load(path: Path, variables: Variables, num_weights: int, num_batches: int) -> Position:
    # All tensors are checked before the first variable is changed.
    expected = {name: variable.numpy() for name, variable in variables.items()}
    expected["previous_bits"] = np.empty((num_weights + 7) // 8, np.uint8)
    max_bytes = sum(array.nbytes for array in expected.values()) + _MAX_HEADER_BYTES
    if path.stat().st_size > max_bytes:
        raise ValueError(f"it is larger than {max_bytes:,} bytes")
    with safetensors.safe_open(path, "np") as file:
        fields = _checked(json.loads(file.metadata()["position"]), num_batches)
        for name, array in expected.items():
            _check_tensor(name, file.get_tensor(name), array)
        for name, variable in variables.items():
            variable.assign(file.get_tensor(name))
        bits = np.unpackbits(file.get_tensor("previous_bits"), count=num_weights)
    return Position(**fields, previous_bits=1 - 2 * bits.astype(np.int8))


def _check_tensor(name: str, found: np.ndarray, expected: np.ndarray) -> None:
    if (found.shape, found.dtype) != (expected.shape, expected.dtype):
        raise ValueError(f"its {name} is {found.shape} {found.dtype}, not {expected.shape} {expected.dtype}")
    if not np.isfinite(found).all():
        raise ValueError(f"its {name} is not finite")


def _checked(fields: object, num_batches: int) -> dict[str, Any]:
    if not isinstance(fields, dict) or set(fields) != set(_FIELDS):
        raise ValueError(f"its position is {short(fields)}, not an object with {', '.join(_FIELDS)}")
    counts = (fields["epoch"], fields["batch"])
    if not all(type(count) is int and count >= 0 for count in counts) or fields["batch"] > num_batches:
        position = f"epoch {short(counts[0])}, batch {short(counts[1])}"
        raise ValueError(
            f"its position is {position}, but both are counts, and an epoch has {num_batches} batches"
        )
    for name in ("seconds", "loss", "accuracy"):
        # NaN fails the comparison `<=`, so it is refused.
        if type(fields[name]) not in (int, float) or not abs(fields[name]) <= _MAX_NUMBER:
            raise ValueError(f"its {name} is {short(fields[name])}, not a number up to {_MAX_NUMBER:g}")
    return fields


def _variables(model: keras.Sequential) -> Variables:
    names = {f"model.{i}": variable for i, variable in enumerate(model.variables)}
    return names | {f"optimizer.{i}": variable for i, variable in enumerate(model.optimizer.variables)}
