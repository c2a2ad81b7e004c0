"""The first layer's inputs for each pixel value, checked against the four definitions written out here."""

import numpy as np
import pytest

from bnn.recipes.pixels import CODINGS, LEVELS, PIXELS
from bnn.recipes.presets import preset
from bnn.training import batches

VALUES = np.arange(256, dtype=np.float32)[:, None]
EXPECTED = {
    "unit": VALUES / 255,
    "signed": VALUES / 127.5 - 1,
    "levels": (VALUES - np.array([32, 96, 160, 224])) / 127.5,
    "grey": VALUES,
}


@pytest.mark.parametrize("name", PIXELS)
def test_inputs_equal_the_definition(name):
    inputs = CODINGS[name].scale(VALUES)
    assert inputs.dtype == np.float32
    assert inputs.shape == (256, CODINGS[name].num_channels)
    np.testing.assert_allclose(inputs, EXPECTED[name], atol=1e-6)


@pytest.mark.parametrize("name", ["unit", "signed", "levels"])
def test_thresholds_are_where_the_sign_changes(name):
    is_plus = EXPECTED[name] >= 0
    lowest = [int(column.argmax()) for column in is_plus.T]
    assert np.atleast_1d(CODINGS[name].thresholds).tolist() == lowest


def test_thresholds_have_the_form_used_in_packed_networks():
    assert [CODINGS[name].thresholds for name in PIXELS] == [0, 128, LEVELS, None]


@pytest.mark.parametrize("name", PIXELS)
def test_tensorflow_gives_the_same_inputs(name):
    images = np.arange(784).reshape(1, 28, 28).astype(np.uint8)
    tensor = batches.scale(preset("quick").with_settings({"pixels": name}), images)
    expected = CODINGS[name].scale(images[..., None].astype(np.float32))
    np.testing.assert_array_equal(tensor.numpy(), expected)
