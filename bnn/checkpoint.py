"""What resume needs, in one file that is replaced atomically: weights, optimiser, place in the epochs."""

import json
from dataclasses import dataclass, field

import numpy as np
import safetensors
import safetensors.numpy

from bnn.backend import keras
from bnn.files import write_atomically
from bnn.runs import Run


@dataclass(frozen=True)
class Position:
    """How far a training has come.

    Args:
        epoch: finished epochs.
        batch: batches done of the next epoch.
        seconds: time spent in that unfinished epoch.
        previous_bits: (num_weights,) int8, the binary weights at the end of the last finished epoch.
    """

    epoch: int
    batch: int
    seconds: float
    previous_bits: np.ndarray = field(repr=False)


def save(run: Run, model: keras.Sequential, position: Position) -> None:
    """Write the run's checkpoint."""
    tensors = {name: np.asarray(variable.numpy()) for name, variable in _variables(model).items()}
    tensors["previous_bits"] = np.packbits(position.previous_bits < 0)
    place = {"epoch": position.epoch, "batch": position.batch, "seconds": position.seconds}
    content = safetensors.numpy.save(tensors, {"position": json.dumps(place)})
    write_atomically(run.checkpoint_path, content)


def load(run: Run, model: keras.Sequential, num_weights: int) -> Position | None:
    """Fill the compiled model and its optimiser from the run's checkpoint; None if there is none.

    Raises:
        ValueError: if the checkpoint is damaged or of another network.
    """
    if not run.checkpoint_path.exists():
        return None
    try:
        with safetensors.safe_open(run.checkpoint_path, "np") as file:
            place = json.loads(file.metadata()["position"])
            for name, variable in _variables(model).items():
                variable.assign(file.get_tensor(name))
            bits = np.unpackbits(file.get_tensor("previous_bits"), count=num_weights)
        return Position(**place, previous_bits=1 - 2 * bits.astype(np.int8))
    except (safetensors.SafetensorError, ValueError, KeyError, TypeError, OSError) as error:
        raise ValueError(f"the checkpoint of run {run.id} cannot be used: {error}") from error


def _variables(model):
    names = {f"model.{i}": variable for i, variable in enumerate(model.variables)}
    return names | {f"optimizer.{i}": variable for i, variable in enumerate(model.optimizer.variables)}
