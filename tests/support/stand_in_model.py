"""Takes the place of a Keras model and its checkpoint in tests that must not load TensorFlow."""

import json

import numpy as np
import safetensors.numpy

from bnn.training import checkpoint

NUM_WEIGHTS, NUM_BATCHES = 236, 100


class Variable:
    """The part of a Keras variable that checkpoints use."""

    def __init__(self, value):
        self.value = value
        self.shape, self.dtype = value.shape, value.dtype

    def numpy(self):
        return self.value

    def assign(self, value):
        assert value.shape == self.shape
        assert value.dtype == self.dtype
        self.value = value


class Model:
    """A model with four variables. It is also its own optimizer."""

    def __init__(self):
        rng = np.random.default_rng(0)
        self.variables = [Variable(rng.random(shape, np.float32)) for shape in ((3, 3, 1, 4), (4,), (20, 10))]
        self.variables.append(Variable(np.array(7, np.int64)))
        self.optimizer = self


def checkpoint_bytes(changes: dict[str, np.ndarray] | None = None, **position: object) -> bytes:
    """Returns the content of a checkpoint file of a `Model`.

    `changes` replaces tensors by name, and `position` replaces fields of the checkpoint's position in the
    training (`checkpoint.Position`), such as `batch`.
    """
    bits = np.where(np.arange(NUM_WEIGHTS) % 3, 1, -1).astype(np.int8)
    tensors = {name: v.numpy() for name, v in checkpoint._variables(Model()).items()}
    tensors |= {"previous_bits": np.packbits(bits < 0), **(changes or {})}
    position = dict(epoch=2, batch=7, seconds=3.5, loss=0.25, accuracy=0.9) | position
    return safetensors.numpy.save(tensors, {"position": json.dumps(position)})
