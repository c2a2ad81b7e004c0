"""Hostile packed networks and checkpoints: safetensors."""

import json

import numpy as np
import safetensors.numpy

from bnn.data import mnist
from bnn.engine import answer, file, inference
from bnn.runs.run import Run
from bnn.training import checkpoint
from tests.endurance import bombs
from tests.endurance.hostile import RUN_ID, Kind, damage_one, refused
from tests.endurance.mutations import damage, damage_json
from tests.support.random_networks import random_network


def kinds() -> list[Kind]:
    """Both of them."""
    return [
        Kind("model.safetensors", _networks(), _spoil_tensors, _read_network, bombs.networks),
        Kind(
            "checkpoint/state.safetensors", checkpoints(), _spoil_tensors, _read_checkpoint, bombs.checkpoints
        ),
    ]


def _networks():
    small = dict(stages=((3,), (2,)), dense=(9,))
    made = [
        random_network(1, pool_first=True, **small),
        random_network(2, pixel_threshold=None, **small),
        random_network(3, pixel_threshold=(32, 96, 160, 224), **small),
        random_network(4, stages=(), dense=(5,)),
    ]
    return [file.to_bytes(network) for network in made]


def _spoil_tensors(rng, seeds):
    """Anywhere; in the header, its length put right so that the change gets past the first look; or in its JSON."""
    content, chance = rng.choice(seeds), rng.random()
    if chance < 0.3:
        return damage_one(rng, seeds)
    start = 8 + int.from_bytes(content[:8], "little")
    header, rest = content[8:start], content[start:]
    if chance < 0.5:
        header = damage(rng, header, seeds)
    else:
        header = _spoil_metadata(rng, json.loads(header))
    return len(header).to_bytes(8, "little") + header + rest


def _spoil_metadata(rng, header):
    name, text = next(iter(header["__metadata__"].items()))
    if rng.random() < 0.3:
        return damage_json(rng, json.dumps(header)).encode("utf-8", "surrogatepass")
    return json.dumps(header | {"__metadata__": {name: damage_json(rng, text)}}).encode()


def _read_network(path):
    try:
        network = file.load(path)
    except ValueError as error:
        return refused(error)
    _answers(network)
    return True


def _answers(network):
    image = mnist.test().images[:1]
    probabilities = inference.probabilities(network, image)
    assert abs(probabilities.sum() - 1) < 1e-3, probabilities
    assert len(inference.activations(network, image)) == len(network.layers)
    assert 0 <= answer.read(network, image[0]).label <= 9
    assert network.recipe.isprintable()


class Variable:
    """What the checkpoint needs of one of Keras'."""

    def __init__(self, value):
        self.value = value
        self.shape, self.dtype = value.shape, value.dtype

    def numpy(self):
        return self.value

    def assign(self, value):
        assert value.shape == self.shape and value.dtype == self.dtype
        self.value = value


class Model:
    """A model of three variables and an optimiser of two, without TensorFlow."""

    def __init__(self, rng=None):
        rng = rng or np.random.default_rng(0)
        self.variables = [Variable(rng.random(shape, np.float32)) for shape in ((3, 3, 1, 4), (4,), (20, 10))]
        self.optimizer = self
        self.variables.append(Variable(np.array(7, np.int64)))


def checkpoints() -> list[bytes]:
    """A sound one, of a `Model`."""
    bits = np.where(np.arange(236) % 3, 1, -1).astype(np.int8)
    tensors = {name: v.numpy() for name, v in checkpoint._variables(Model()).items()}
    tensors["previous_bits"] = np.packbits(bits < 0)
    place = dict(epoch=2, batch=7, seconds=3.5, loss=0.25, accuracy=0.9)
    return [safetensors.numpy.save(tensors, {"position": json.dumps(place)})]


def _read_checkpoint(path):
    run = Run(RUN_ID, path.parents[1])
    try:
        position = checkpoint.load(run, Model(), 236, 100)
    except ValueError as error:
        return refused(error)
    assert position.previous_bits.shape == (236,) and 0 <= position.batch <= 100
    return True
