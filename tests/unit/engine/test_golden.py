"""The engine against the golden vectors, which engines in other languages are tested with too."""

import numpy as np
import pytest
import safetensors.numpy

from bnn.engine import file, inference
from tests.golden import make

NAMES = tuple(make.NETWORKS)


@pytest.fixture(scope="module")
def vectors():
    """The tensors of the file."""
    return safetensors.numpy.load_file(make.FOLDER / "vectors.safetensors")


def _network(name):
    return file.load(make.FOLDER / f"{name}.safetensors")


def test_there_are_a_hundred_images_and_nothing_unnamed(vectors):
    assert vectors["images"].shape == (100, 28, 28)
    assert {name.split(".")[0] for name in vectors} == {"images", *NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_sums_and_scores(vectors, name):
    network = _network(name)
    sums, expected = vectors[f"{name}.sums"], vectors[f"{name}.scores"]
    np.testing.assert_array_equal(sums.astype(np.float32) * network.scale + network.offset, expected)
    np.testing.assert_array_equal(inference.scores(network, vectors["images"]), expected)


@pytest.mark.parametrize("name", NAMES)
def test_every_layers_bits(vectors, name):
    found = inference.activations(_network(name), vectors["images"])
    compared = 0
    for number, inputs in enumerate(found):
        if inputs.dtype == bool:
            packed = np.packbits(inputs.reshape(100, -1), axis=1, bitorder="little")
            np.testing.assert_array_equal(packed, vectors[f"{name}.{number}.inputs"])
            compared += 1
    assert compared == sum(tensor.startswith(name) and tensor.endswith("inputs") for tensor in vectors)


@pytest.mark.parametrize("name", NAMES)
def test_bits_vary(vectors, name):
    """Vectors that hardly ever change would find no fault."""
    for number in range(1, len(_network(name).layers)):
        inputs = vectors[f"{name}.{number}.inputs"]
        assert len(np.unique(inputs, axis=0)) > 50


@pytest.mark.parametrize("name", NAMES)
def test_script_makes_the_files_that_are_there(vectors, name):
    assert file.to_bytes(make.network(name)) == (make.FOLDER / f"{name}.safetensors").read_bytes()
    np.testing.assert_array_equal(make.images(), vectors["images"])
