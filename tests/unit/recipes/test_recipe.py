"""Recipes: their fields, the values that they refuse, and their JSON."""

import dataclasses
import json

import numpy as np
import pytest

from bnn.recipes import presets
from bnn.recipes.layers import layer_shapes
from bnn.recipes.presets import PRESETS, preset
from bnn.recipes.recipe import Recipe

QUICK = PRESETS["quick"]


def _with(**changes):
    return dataclasses.replace(QUICK, **changes)


@pytest.mark.parametrize("name", PRESETS)
def test_recipe_is_read_again_from_its_json(name):
    assert Recipe.from_json(preset(name).to_json()) == preset(name)


def test_unusual_recipe_is_read_again_from_its_json():
    unusual = _with(name="a_B-9", stages=((9, 7), (8,)), dense=(), pixels="grey", pool_first=True, seed=0)
    again = Recipe.from_json(unusual.to_json())
    assert again == unusual
    assert hash(again) == hash(unusual)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "7", "null", "{}", '{"name": "x"}', "[" * 100_000, "9" * 10_000]
)
def test_other_json_is_refused(text):
    with pytest.raises(ValueError, match="a recipe must be"):
        Recipe.from_json(text)


def test_json_with_an_unknown_field_or_without_a_name_is_refused():
    values = json.loads(QUICK.to_json())
    with pytest.raises(ValueError, match="a recipe must be"):
        Recipe.from_json(json.dumps({**values, "extra": 1}))
    del values["name"]
    with pytest.raises(ValueError, match="a recipe must be"):
        Recipe.from_json(json.dumps(values))


def test_json_of_a_run_made_before_a_field_existed_takes_its_default():
    values = json.loads(QUICK.to_json())
    del values["non_digits"], values["stages"]
    old = Recipe.from_json(json.dumps(values))
    assert (old.non_digits, old.stages) == (0, ((32,), (64,)))


REFUSED = [
    ("epochs", 0, "epochs must be from 1 to 1,000, got 0"),
    ("epochs", 1001, "epochs must be"),
    ("epochs", 3.0, "epochs must be a whole number, got 3.0"),
    ("epochs", True, "epochs must be a whole number"),
    ("epochs", None, "epochs must be"),
    ("batch_size", 7, "batch_size must be from 8 to 4,096"),
    ("learning_rate", 0.0, "learning_rate must be from 0.000001 to 1, got 0"),
    ("learning_rate", 1e9, "learning_rate must be from 0.000001 to 1, got 1,000,000,000"),
    ("learning_rate", float("nan"), "learning_rate must be"),
    ("learning_rate", float("inf"), "learning_rate must be"),
    ("learning_rate", 10**400, "learning_rate must be a number"),
    ("batchnorm_momentum", 1.0, "batchnorm_momentum must be"),
    ("augment", -0.1, "augment must be"),
    ("drawn_digits", -1, "drawn_digits must be"),
    ("seed", 2**31, "seed must be"),
    ("weight_clip", 1, "weight_clip must be true or false"),
    ("pixels", "black", "pixels must be one of unit, signed, levels, grey, got 'black'"),
    ("validation", "train", "validation must be one of"),
    ("schedule", "linear", "schedule must be one of"),
    ("stages", ((),), "stages must be groups of 1 to 8 numbers of neurons, got a group of 0"),
    ("stages", (32, 64), "stages must be groups of 1 to 8 numbers of neurons, got 32"),
    ("stages", ((8,),) * 5, "stages must be at most 4 groups of neurons, got 5"),
    ("stages", [[32]], "stages must be"),
    ("stages", "32", "stages must be"),
    ("stages", ((0,),), "stages must be whole numbers from 1 to 4,096, got 0"),
    ("stages", ((True,),), "whole numbers"),
    ("dense", 128, "dense must be at most 4"),
    ("dense", (4097,), "dense must be whole numbers from 1 to 4,096, got 4,097"),
    ("dense", (1,) * 5, "dense must be at most 4 numbers of neurons, got 5"),
    ("stages", ((4096, 4096),), "20,000,000 weights at most, got"),
    ("own_drawings", -1, "own_drawings must be"),
    ("training_images", 1_000_001, "training_images must be from 0 to 1,000,000, got 1,000,001"),
    ("trained_layers", 2, "trained_layers needs starts_from"),
    ("distill", True, "distill needs starts_from"),
    ("activation_quantizer", "relu", "activation_quantizer must be one of ste_sign, approx_sign, got 'relu'"),
    ("best_by", "luck", "best_by must be one of accuracy, loss, last, got 'luck'"),
    ("passes_per_epoch", 0, "passes_per_epoch must be from 1 to 1,000, got 0"),
    ("starts_from", None, "starts_from must be text"),
    ("starts_from", "a\nb", "starts_from must be at most 300 visible characters"),
    ("name", "", "name must be"),
    ("name", "../x", "name must be"),
    ("name", "-x", "name must be"),
    ("name", "é", "name must be"),
    ("name", "a b", "name must be"),
]


@pytest.mark.parametrize("field, value, message", REFUSED)
def test_values_that_are_not_allowed_are_refused_by_name(field, value, message):
    with pytest.raises(ValueError) as error:
        _with(**{field: value})
    assert message in str(error.value)


def test_grey_pixels_need_a_convolution():
    with pytest.raises(ValueError, match="grey"):
        _with(pixels="grey", stages=())


def test_ends_of_the_ranges_are_allowed():
    low = _with(epochs=1, batch_size=8, learning_rate=1e-6, batchnorm_momentum=0, augment=0, seed=0)
    high = _with(epochs=1000, batch_size=4096, learning_rate=1, augment=2, drawn_digits=10**6, seed=2**31 - 1)
    assert type(low.batchnorm_momentum) is type(high.learning_rate) is float


def test_settings_are_read_as_typed():
    typed = {
        "epochs": " 3 ",
        "stages": "[[8],[9, 7]]",
        "weight_clip": "false",
        "pixels": "grey",
        "augment": "1",
    }
    changed = QUICK.with_settings(typed)
    assert (changed.epochs, changed.stages, changed.weight_clip) == (3, ((8,), (9, 7)), False)
    assert (changed.pixels, changed.augment) == ("grey", 1.0)
    assert changed.batch_size == QUICK.batch_size
    assert QUICK.with_settings({"dense": [7], "seed": 5}) == _with(dense=(7,), seed=5)


@pytest.mark.parametrize(
    "settings, message",
    [
        ({"epoch": "3"}, "there is no setting 'epoch'; there are: "),
        ({"name": "x"}, "there is no setting 'name'"),
        ({"epochs": "three"}, "epochs must look like 3, got 'three'"),
        ({"epochs": "3.5"}, "epochs must be a whole number"),
        ({"epochs": ""}, "epochs must look like 3"),
        ({"stages": "32,64"}, "stages must look like [[32], [64]]"),
        ({"stages": "[" * 100_000}, "stages must look like"),
        ({"seed": "9" * 10_000}, "seed must look like 1"),
        ({"weight_clip": "no"}, "weight_clip must be true or false, got 'no'"),
        ({"pool_first": "True"}, "pool_first must be true or false, got 'True'"),
        ({"dense": "128"}, "dense must be a list such as [128], got '128'"),
        ({"stages": "32"}, "stages must be a list such as [[32], [64]], got '32'"),
    ],
)
def test_settings_that_do_not_fit_are_refused(settings, message):
    with pytest.raises(ValueError) as error:
        QUICK.with_settings(settings)
    assert message in str(error.value)


def test_recipe_report_has_the_layers_of_the_report_that_began_the_project():
    rows = [(s.kind, s.side, s.inputs, s.outputs, s.pool) for s in layer_shapes(preset("report"))]
    assert rows == [
        ("convolution", 28, 1, 32, 2),
        ("convolution", 14, 32, 64, 2),
        ("dense", 1, 3136, 128, 1),
        ("dense", 1, 128, 10, 1),
    ]
    assert preset("report").num_weights == 288 + 18_432 + 401_408 + 1_280


def test_layers_may_have_odd_sides_and_several_convolutions_in_a_stage():
    shapes = layer_shapes(_with(stages=((3, 4), (5,), (6,), (7,)), dense=()))
    assert [(s.side, s.inputs, s.outputs, s.pool) for s in shapes[:-1]] == [
        (28, 1, 3, 1),
        (28, 3, 4, 2),
        (14, 4, 5, 2),
        (7, 5, 6, 2),
        (3, 6, 7, 2),
    ]
    assert (shapes[-1].inputs, shapes[-1].outputs) == (7, 10)


def test_network_may_have_no_convolution():
    assert [s.inputs for s in layer_shapes(_with(stages=(), dense=(9,)))] == [784, 9]


def test_ranges_in_messages_are_those_of_the_fields():
    ranges = {f.name: f.metadata["range"] for f in dataclasses.fields(Recipe) if "range" in f.metadata}
    assert ranges.keys() >= {"epochs", "batch_size", "seed"}
    for name, (low, high) in ranges.items():
        low_text, high_text = (np.format_float_positional(limit, trim="-") for limit in (low, high))
        if isinstance(low, int):
            low_text, high_text = f"{low:,}", f"{high:,}"
        for value in (low - 1, high + 1):
            with pytest.raises(ValueError, match=f"{name} must be from {low_text} to {high_text}, got"):
                _with(**{name: value})


def test_recipe_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        presets.PRESETS["quick"].epochs = 1


def test_recipe_with_a_fields_old_name_is_read():
    values = json.loads(preset("best").to_json())
    values["scribbles"] = values.pop("non_digits")
    values["mnist_images"] = values.pop("training_images")
    assert Recipe.from_json(json.dumps(values)) == preset("best")


def test_types_are_checked_even_if_annotations_are_text(monkeypatch):
    """With `from __future__ import annotations`, a field's `type` is text, such as "int"."""
    for f in dataclasses.fields(Recipe):
        monkeypatch.setattr(f, "type", str(f.type))
    with pytest.raises(ValueError, match="epochs must be a whole number"):
        _with(epochs=True)


def test_no_more_layers_are_trained_than_there_are():
    assert _with(starts_from="quick", trained_layers=4).trained_layers == 4
    with pytest.raises(ValueError, match="trained_layers must be at most 4, got 5"):
        _with(starts_from="quick", trained_layers=5)


def test_recipes_that_differ_only_in_their_sentence_are_equal():
    """Earlier versions described some presets in other words. Their runs are still runs of these presets."""
    assert _with(sentence="Other words.") == QUICK != _with(epochs=4)
