"""Writes the golden vectors, which every engine must compute: `python -m tests.golden.make`.

`README.md` in this folder describes the files. The expected values come from `tests.support.oracle`, which
computes a network in plain integers from its definition, not from the engine under test.
"""

from dataclasses import replace
from pathlib import Path

import numpy as np
import safetensors.numpy

from bnn.data import mnist
from bnn.engine import file
from bnn.engine.network import PackedNetwork
from tests.support import oracle
from tests.support.random_networks import random_network

FOLDER = Path(__file__).parent
NUM_DIGITS = 92
NETWORKS = {
    "one_bit": dict(seed=1, stages=((33,), (20,)), dense=(37,)),
    "levels": dict(
        seed=2,
        stages=((9, 32), (40,), (12,)),
        dense=(64, 9),
        pixel_threshold=(32, 96, 160, 224),
        pool_first=True,
    ),
    "grey": dict(seed=3, stages=((12,), (35,)), dense=(45,), pixel_threshold=None),
}


def images() -> np.ndarray:
    """Returns the hundred images, (100, 28, 28) uint8: test digits of MNIST, and some that are difficult."""
    ramp = np.resize(np.arange(256), (28, 28)).astype(np.uint8)
    rng = np.random.default_rng(0)
    difficult = [
        np.zeros((28, 28)),
        np.full((28, 28), 255),
        ramp,
        ramp.T,
        np.indices((28, 28)).sum(axis=0) % 2 * 255,
        rng.integers(0, 256, (28, 28)),
        rng.integers(0, 256, (28, 28)) * (rng.random((28, 28)) < 0.2),
        rng.integers(126, 130, (28, 28)),
    ]
    return np.concatenate([mnist.test().images[:NUM_DIGITS], np.array(difficult, np.uint8)])


def network(name: str) -> PackedNetwork:
    """Returns the network of that name; its random weights depend only on a seed."""
    result = random_network(**NETWORKS[name])
    if result.pixel_threshold is None:
        # `random_network` chooses thresholds for sums of signs. This first layer adds pixel values, so its
        # sums are much larger.
        first = result.layers[0]
        thresholds = np.random.default_rng(4).integers(-400, 400, first.outputs).astype(np.int32)
        result = replace(result, layers=(replace(first, thresholds=thresholds), *result.layers[1:]))
    return replace(result, recipe=f"golden-{name}")


def vectors(name: str) -> dict[str, np.ndarray]:
    """Returns the network's values for every image: the tensors that `README.md` describes."""
    golden = network(name)
    values_of_images = [oracle.activations(golden, image) for image in images()]
    sums = np.array([values[-1].ravel() for values in values_of_images], np.int32)
    scores = sums.astype(np.float32) * golden.scale + golden.offset
    tensors = {f"{name}.sums": sums, f"{name}.scores": scores}
    for index in range(len(golden.layers)):
        inputs = np.array([values[index].ravel() for values in values_of_images])
        if index > 0 or golden.pixel_threshold is not None:
            tensors[f"{name}.{index}.inputs"] = np.packbits(inputs < 0, axis=1, bitorder="little")
    return tensors


def main() -> None:
    """Writes all files."""
    tensors = {"images": images()}
    for name in NETWORKS:
        (FOLDER / f"{name}.safetensors").write_bytes(file.to_bytes(network(name)))
        tensors |= vectors(name)
    (FOLDER / "vectors.safetensors").write_bytes(safetensors.numpy.save(tensors))


if __name__ == "__main__":
    main()
