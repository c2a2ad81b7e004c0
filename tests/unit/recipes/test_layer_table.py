"""The layer table has the same figures as Larq's."""

import dataclasses
from functools import cache

import pytest

from bnn.recipes.layer_table import layer_table, totals
from bnn.recipes.presets import PRESETS
from bnn.recipes.recipe import Recipe
from bnn.training.backend import larq
from bnn.training.model import build

RECIPES = [
    *PRESETS.values(),
    Recipe("grey", "grey input, pool first", pixels="grey", pool_first=True),
    Recipe("levels", "four bits a pixel", pixels="levels"),
    Recipe("deep", "several to a stage, odd sides", stages=((3, 5), (7,), (9, 2)), dense=(11, 13)),
    Recipe("flat", "no convolution at all", stages=(), dense=(20,)),
]


@cache
def profile_of(recipe):
    """Returns Larq's figures for the model of a recipe. They are cached, because building takes a second."""
    return larq.models.ModelProfile(build(recipe))


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_every_figure_equals_larqs(recipe):
    profile = profile_of(recipe)
    table = layer_table(recipe)
    assert len(table) == len(profile.layer_profiles)
    for row, layer in zip(table.itertuples(), profile.layer_profiles, strict=True):
        assert row.output_shape == tuple(layer.output_shape[1:]), layer.name
        assert row.input_bits == (layer.input_precision or 0), layer.name
        assert row.num_1bit == layer.weight_count(1), layer.name
        assert row.num_32bit == layer.weight_count(32), layer.name
        assert row.memory_bytes * 8 == layer.memory, layer.name
        assert row.float32_bytes * 8 == layer.fp_equivalent_memory, layer.name
        assert row.macs_1bit == (layer.op_count("mac", 1) or 0), layer.name
        assert row.macs_32bit == (layer.op_count("mac", 32) or 0), layer.name


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_totals_equal_larqs(recipe):
    profile, total = profile_of(recipe), totals(layer_table(recipe))
    assert total.num_1bit + total.num_32bit == profile.weight_count()
    assert total.memory_bytes * 8 == profile.memory
    assert total.float32_bytes * 8 == profile.fp_equivalent_memory
    assert total.macs_1bit + total.macs_32bit == profile.op_count("mac")


def test_number_of_1_bit_weights_equals_the_recipes():
    for recipe in RECIPES:
        assert totals(layer_table(recipe)).num_1bit == recipe.num_weights


def test_table_does_not_depend_on_how_the_network_is_trained():
    quick = PRESETS["quick"]
    other = dataclasses.replace(quick, epochs=3, learning_rate=0.1)
    assert layer_table(quick).equals(layer_table(other))
