"""The file of a packed network, changed at random, is refused or gives a usable network."""

import random
import warnings

import numpy as np
import pytest

from bnn.engine import file, inference
from tests.endurance.hostile.damaged import STRANGE, TOKENS
from tests.support.packed_files import content_of, header_of, tensors_of

NUM_MUTATIONS = 400


@pytest.fixture
def network(random_network):
    """A small network with every kind of layer."""
    return random_network(stages=((3,), (2,)), dense=(9,), pool_first=True)


def _mutate_bytes(rng, content):
    mutated = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 8))):
        mutated[rng.randrange(len(mutated))] = rng.randrange(256)
    return bytes(mutated)


def _mutate_header_text(rng, content):
    """Returns the file with a changed header and the header's new length, so that all of it is read."""
    end = 8 + int.from_bytes(content[:8], "little")
    text = content[8:end]
    place = rng.randrange(len(text))
    text = text[:place] + rng.choice(TOKENS) + text[place + rng.choice((0, 1, 1)) :]
    return len(text).to_bytes(8, "little") + text + content[end:]


def _mutate_metadata_values(rng, content):
    header = header_of(content)
    at = rng.choice([header, header, *header["layers"]])
    at[rng.choice(sorted(at))] = rng.choice(STRANGE)
    return content_of(header, tensors_of(content))


MUTATIONS = {
    "bytes": _mutate_bytes,
    "header text": _mutate_header_text,
    "metadata values": _mutate_metadata_values,
}


@pytest.mark.parametrize("mutate", ["bytes", "header text", "metadata values"])
def test_mutated_files_are_refused_or_usable(network, random_images, mutate):
    """A changed file gives a ValueError with a short message, or a network that gives probabilities."""
    content, images, rng = file.to_bytes(network), random_images(1), random.Random(mutate)
    outcomes = set()
    for _ in range(NUM_MUTATIONS):
        mutated = MUTATIONS[mutate](rng, content)
        outcomes.add(_is_accepted(mutated, images))
    assert outcomes == {True, False}


def _is_accepted(content, images):
    """Returns whether the file is accepted. Fails if its network is unusable, or if the error is too long."""
    try:
        network = file.from_bytes(content)
    except ValueError as error:
        message = str(error)
    else:
        message = ""
    assert len(message) < 500
    if message:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        probabilities = inference.probabilities(network, images)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-4)
    assert network.recipe.encode().decode().isprintable() or not network.recipe
    return True
