"""The recipes that come with the app."""

import dataclasses

import pytest

from bnn.recipes import presets
from bnn.recipes.layers import layer_shapes
from bnn.recipes.presets import PRESETS, preset


def test_recipe_report_has_the_settings_of_the_report_that_began_the_project():
    report = preset("report")
    assert (report.stages, report.dense, report.pool_first) == (((32,), (64,)), (128,), False)
    assert (report.pixels, report.validation) == ("unit", "test")
    assert (report.weight_clip, report.reestimate) == (False, False)
    assert (report.augment, report.drawn_digits) == (0, 0)
    assert (report.epochs, report.batch_size, report.learning_rate) == (10, 64, 0.001)
    assert report.schedule == "constant"
    # Keras's default.
    assert report.batchnorm_momentum == 0.99


def test_recipe_report_signed_differs_only_in_its_pixels():
    report, signed = dataclasses.asdict(preset("report")), dataclasses.asdict(preset("report-signed"))
    assert {key for key in report if report[key] != signed[key]} == {"name", "sentence", "pixels"}
    assert signed["pixels"] == "signed"


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_valid(name):
    assert preset(name).name == name
    assert preset(name).sentence.endswith(".")
    if not name.startswith("report"):
        assert preset(name).validation == "split"


def test_unknown_preset_is_refused():
    with pytest.raises(ValueError, match="no recipe 'quik'; there are: quick"):
        preset("quik")


def test_recipe_mine_has_the_layers_of_the_recipe_that_it_is_made_from():
    for name in ("best", "quick", "report-signed"):
        recipe = presets.one_hand_recipe(preset(name), "any", 30)
        assert layer_shapes(recipe) == layer_shapes(preset(name))
        assert recipe.pixels == preset(name).pixels
        assert (recipe.name, recipe.starts_from, recipe.trained_layers) == ("mine", "any", 2)
    quick = preset("quick")
    dense_only = presets.one_hand_recipe(dataclasses.replace(quick, dense=()), "any", 1)
    assert dense_only.trained_layers == 1


def test_recipes_for_one_handwriting_or_a_data_file_have_one_pass_per_epoch():
    assert preset("anyone").passes_per_epoch > 1
    assert presets.one_hand_recipe(preset("anyone"), "any", 3).passes_per_epoch == 1
    assert presets.for_data_file(preset("anyone"), 100).passes_per_epoch == 1


def test_handwriting_is_learnt_with_the_looks_of_the_first_network_and_a_data_file_with_one():
    assert preset("anyone").has_three_looks
    assert presets.one_hand_recipe(preset("anyone"), "any", 3).has_three_looks
    assert not presets.one_hand_recipe(preset("quick"), "any", 3).has_three_looks
    adapted = presets.for_data_file(preset("anyone"), 100)
    assert not adapted.has_three_looks
    assert (preset("anyone").best_by, adapted.best_by) == ("last", "accuracy")


def test_settings_that_a_data_file_changes_are_named_with_their_new_values():
    quick = presets.changed_by_data_file(preset("quick"), 30)
    assert quick == {"drawn_digits": 0}
    best = presets.changed_by_data_file(preset("best"), 30)
    assert best == {"drawn_digits": 0, "non_digits": 0, "scrawls": 4_000, "own_drawings": 30}
    adapted = presets.for_data_file(preset("anyone"), 30)
    assert presets.changed_by_data_file(adapted, 30) == {}


def test_one_drawing_makes_at_most_a_twentieth_of_all_images():
    few, many = (presets.one_hand_recipe(preset("quick"), "any", num) for num in (1, 300))
    assert 0 < few.own_drawings <= 0.05 * few.training_images
    assert many.own_drawings <= many.training_images


@pytest.mark.parametrize("num_examples, num_images", [(1, 50), (3, 150), (9, 450), (10, 1000), (30, 4000)])
def test_few_drawings_give_fewer_images_and_distillation(num_examples, num_images):
    recipe = presets.one_hand_recipe(preset("quick"), "any", num_examples)
    assert recipe.own_drawings == num_images
    assert recipe.distill == (num_examples < 10)
