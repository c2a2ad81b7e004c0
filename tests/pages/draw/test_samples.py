"""The sample digits on the Draw page."""

import pytest

from bnn.data import mnist
from bnn.drawing.preprocessing import digit_from_image
from bnn.engine import answer, file
from bnn.runs import store
from pages.draw.samples import SAMPLE_INDICES


@pytest.fixture(autouse=True)
def no_shipped_network():
    """Replaces the fixture in `tests/pages/conftest.py`, because these tests need the shipped networks."""


@pytest.mark.parametrize("run", ["shipped", "record", "quick", "report-signed"])
@pytest.mark.parametrize("digit", range(10))
def test_shipped_networks_are_sure_of_every_sample(run, digit):
    network = file.load(store.SHIPPED / run / "model.safetensors")
    image = mnist.test().images[SAMPLE_INDICES[digit]]
    found = answer.read(network, digit_from_image(image).digit)
    assert found.label == digit == mnist.test().labels[SAMPLE_INDICES[digit]]
    assert found.is_sure
