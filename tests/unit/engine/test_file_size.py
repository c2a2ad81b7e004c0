"""The estimated size of a packed network, before it is trained."""

from dataclasses import replace

import pytest

from bnn.data.dataset import DIGITS
from bnn.engine import file
from bnn.engine.file_size import packed_bytes
from bnn.recipes.presets import PRESETS
from bnn.runs import store

SMALL = replace(PRESETS["quick"], name="small", stages=((4,),), dense=(8,))
LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


@pytest.mark.parametrize("name", [folder.name for folder in sorted(store.SHIPPED.iterdir())])
def test_estimate_for_a_recipe_of_the_app_is_right_within_1_percent(name):
    run = store.find(name)
    expected = run.model_path.stat().st_size
    assert packed_bytes(run.recipe(), DIGITS) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("class_names", [DIGITS, LETTERS, ("heart", "❤️")], ids=len)
def test_estimate_for_a_small_network_counts_its_class_names(random_network, class_names):
    network = random_network(
        stages=SMALL.stages, dense=SMALL.dense, pixel_threshold=128, class_names=class_names
    )
    # The sizes differ by a few bytes. The recipe's name in the file is a character longer than SMALL's. The
    # temperature, 1.5, is a shorter text than the estimate assumes.
    assert packed_bytes(SMALL, class_names) == pytest.approx(len(file.to_bytes(network)), abs=24)
