"""The float32 twin is really trained here, on about 1,500 digits."""

import pytest

from bnn.recipes.presets import preset
from bnn.training.twin import train_twin


@pytest.mark.slow
def test_twin_learns_and_is_measured_on_the_test_digits():
    settings = {"stages": ((8,), (16,)), "dense": (32,), "batch_size": 32, "drawn_digits": 500}
    small = preset("quick").with_settings(settings)
    result = train_twin(small, num_images=1000)
    assert result["num_images"] == 1000
    assert result["num_correct"] == round(1000 * result["accuracy"])
    assert result["accuracy"] > 0.7
    assert result["validation_accuracy"] > 0.7
    # The batch norms have a scale and an offset for each of the 8 + 16 + 32 + 10 channels.
    assert result["num_weights"] == small.num_weights + 2 * (8 + 16 + 32 + 10)
    assert result["model_bytes"] > 4 * small.num_weights
