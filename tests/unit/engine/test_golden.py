"""The engine computes the recorded bits and scores (golden vectors), with which any engine can be tested."""

import numpy as np
import pytest
import safetensors.numpy

from bnn.engine import file, inference
from tests.golden import make

NAMES = tuple(make.NETWORKS)


@pytest.fixture(scope="module")
def vectors():
    """The golden vectors, by name."""
    return safetensors.numpy.load_file(make.FOLDER / "vectors.safetensors")


def _network(name):
    return file.load(make.FOLDER / f"{name}.safetensors")


def test_file_has_a_hundred_images_and_no_unknown_tensors(vectors):
    assert vectors["images"].shape == (100, 28, 28)
    assert {name.split(".")[0] for name in vectors} == {"images", *NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_engine_gives_the_golden_scores_and_these_follow_from_the_golden_sums(vectors, name):
    network = _network(name)
    sums, expected = vectors[f"{name}.sums"], vectors[f"{name}.scores"]
    np.testing.assert_array_equal(sums.astype(np.float32) * network.scale + network.offset, expected)
    np.testing.assert_array_equal(inference.scores(network, vectors["images"]), expected)


@pytest.mark.parametrize("name", NAMES)
def test_bits_of_every_layer_equal_the_golden_ones(vectors, name):
    found = inference.activations(_network(name), vectors["images"])
    compared = 0
    for index, inputs in enumerate(found):
        # Pixel values, which the network `grey` reads, are not recorded.
        if inputs.dtype == bool:
            packed = np.packbits(inputs.reshape(100, -1), axis=1, bitorder="little")
            np.testing.assert_array_equal(packed, vectors[f"{name}.{index}.inputs"])
            compared += 1
    assert compared == sum(tensor.startswith(name) and tensor.endswith("inputs") for tensor in vectors)


@pytest.mark.parametrize("name", NAMES)
def test_golden_bits_vary(vectors, name):
    """Vectors that hardly differ between images would not reveal a fault."""
    for index in range(1, len(_network(name).layers)):
        inputs = vectors[f"{name}.{index}.inputs"]
        assert len(np.unique(inputs, axis=0)) > 50


@pytest.mark.parametrize("name", NAMES)
def test_script_makes_the_same_files_again(vectors, name):
    assert file.to_bytes(make.network(name)) == (make.FOLDER / f"{name}.safetensors").read_bytes()
    np.testing.assert_array_equal(make.images(), vectors["images"])
