"""What resume needs, in one file that is replaced atomically: weights, optimiser, place in the epochs."""

import json
import math
from dataclasses import dataclass, field

import numpy as np
import safetensors
import safetensors.numpy

from bnn.backend import keras
from bnn.files import write_atomically
from bnn.runs import Run

_PLACE = ("epoch", "batch", "seconds", "loss", "accuracy")


@dataclass(frozen=True)
class Position:
    """How far a training has come.

    Args:
        epoch: finished epochs.
        batch: batches done of the next epoch.
        seconds: time spent in that unfinished epoch.
        loss: mean loss over those batches, and
        accuracy: their mean accuracy.
        previous_bits: (num_weights,) int8, the binary weights at the end of the last finished epoch.
    """

    epoch: int
    batch: int
    seconds: float
    loss: float
    accuracy: float
    previous_bits: np.ndarray = field(repr=False)


def save(run: Run, model: keras.Sequential, position: Position) -> None:
    """Write the run's checkpoint."""
    tensors = {name: np.asarray(variable.numpy()) for name, variable in _variables(model).items()}
    tensors["previous_bits"] = np.packbits(position.previous_bits < 0)
    place = {name: getattr(position, name) for name in _PLACE}
    content = safetensors.numpy.save(tensors, {"position": json.dumps(place)})
    run.checkpoint_path.parent.mkdir(exist_ok=True)
    write_atomically(run.checkpoint_path, content)


def load(run: Run, model: keras.Sequential, num_weights: int, num_batches: int) -> Position | None:
    """Fill the compiled model and its optimiser from the run's checkpoint; None if there is none.

    Args:
        run: the run.
        model: compiled, of the run's recipe.
        num_weights: binary weights of the model.
        num_batches: batches in one epoch.

    Raises:
        ValueError: if the checkpoint is damaged or of another network.
    """
    if not run.checkpoint_path.exists():
        return None
    try:
        with safetensors.safe_open(run.checkpoint_path, "np") as file:
            place = _checked(json.loads(file.metadata()["position"]), num_batches)
            for name, variable in _variables(model).items():
                variable.assign(file.get_tensor(name))
            packed = file.get_tensor("previous_bits")
        if packed.dtype != np.uint8 or packed.shape != ((num_weights + 7) // 8,):
            raise ValueError(f"previous_bits is {packed.shape} {packed.dtype}")
        bits = np.unpackbits(packed, count=num_weights)
        return Position(**place, previous_bits=1 - 2 * bits.astype(np.int8))
    except (safetensors.SafetensorError, ValueError, KeyError, TypeError, OSError) as error:
        raise ValueError(f"the checkpoint of run {run.id} cannot be used: {error}") from error


def _checked(place, num_batches):
    if set(place) != set(_PLACE):
        raise ValueError(f"its position has {sorted(place)}")
    counts = (place["epoch"], place["batch"])
    if not all(type(count) is int and count >= 0 for count in counts) or place["batch"] > num_batches:
        raise ValueError(f"its position is epoch {counts[0]!r}, batch {counts[1]!r}")
    if not all(math.isfinite(place[name]) for name in ("seconds", "loss", "accuracy")):
        raise ValueError("its position is not finite")
    return place


def _variables(model):
    names = {f"model.{i}": variable for i, variable in enumerate(model.variables)}
    return names | {f"optimizer.{i}": variable for i, variable in enumerate(model.optimizer.variables)}
