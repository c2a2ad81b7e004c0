"""The recipes of a sweep, made from settings as they are typed on a command line."""

import pytest

from bnn.recipes.grid import MAX_RECIPES, grid
from bnn.recipes.presets import preset

QUICK = preset("quick")


def test_every_combination_is_made_once_and_seeds_follow_each_other():
    over = ["learning_rate=0.002,0.01", "stages=[[32],[64]],[[48],[96]]"]
    recipes, names = grid(QUICK, over, num_seeds=2)
    assert names == ("learning_rate", "stages", "seed")
    values = [(recipe.learning_rate, recipe.stages[0][0], recipe.seed) for recipe in recipes]
    assert values == [(rate, size, seed) for rate in (0.002, 0.01) for size in (32, 48) for seed in (1, 2)]
    assert {recipe.epochs for recipe in recipes} == {QUICK.epochs}


def test_values_may_be_texts_and_lists():
    recipes, _ = grid(QUICK, ["pixels=signed,levels", "dense=[],[64,32]", "pool_first=true,false"])
    assert {recipe.pixels for recipe in recipes} == {"signed", "levels"}
    assert {recipe.dense for recipe in recipes} == {(), (64, 32)}
    assert len(recipes) == 8


def test_blanks_around_values_are_allowed():
    recipes, _ = grid(QUICK, ["schedule=cosine, constant", "dense= [8, 9] , []"])
    assert [recipe.schedule for recipe in recipes[::2]] == ["cosine", "constant"]
    assert [recipe.dense for recipe in recipes[:2]] == [(8, 9), ()]


@pytest.mark.parametrize(
    "over, num_seeds, words",
    [
        ([], 1, "a sweep needs a setting with several values"),
        (["epochs"], 1, "--over takes NAME=VALUE,VALUE, got 'epochs'"),
        (["speed=1,2"], 1, "there is no setting 'speed'; there are: activation_quantizer"),
        (["name=a,b"], 1, "there is no setting 'name'"),
        (["epochs=2,many"], 1, "epochs must look like 3, got 'many'"),
        (["epochs=2,"], 1, "epochs must look like 3, got ''"),
        (["learning_rate=0.1,7"], 1, "learning_rate must be from 0.000001 to 1, got 7"),
        (["pixels=signed,blue"], 1, "pixels must be one of .*, got 'blue'"),
        (["stages=[[32],[64]"], 1, "stages must look like"),
        (["learning_rate=0.1,0.10"], 1, "different values, got learning_rate=0.10 twice"),
        (["epochs=1", "epochs=2"], 1, "--over names epochs twice"),
        (["epochs=1,2"], 0, "from 1 to 20 seeds, got 0"),
        (["epochs=1,2"], 21, "from 1 to 20 seeds, got 21"),
        (["seed=1,2"], 2, "with --seeds or with --over seed=…, not with both"),
        (["validation=split,test"], 1, "must not choose on the test set"),
    ],
)
def test_wrong_values_are_named(over, num_seeds, words):
    with pytest.raises(ValueError, match=words):
        grid(QUICK, over, num_seeds)


@pytest.mark.parametrize(
    "over",
    [
        ["starts_from=a,b", "trained_layers=1,2"],
        ["trained_layers=1,2", "starts_from=a,b"],
        ["distill=true,false", "starts_from=a,b"],
        ["pixels=grey,levels", "stages=[[32]],[[48]]"],
    ],
)
def test_settings_that_need_each_other_may_vary_together(over):
    # Alone, one of the two settings is not allowed in this recipe.
    assert len(grid(QUICK.with_settings({"stages": "[]"}), over)[0]) == 4


def test_combination_that_is_not_allowed_is_refused():
    with pytest.raises(ValueError, match="trained_layers needs starts_from"):
        grid(QUICK, ["trained_layers=1,2"])
    with pytest.raises(ValueError, match="trained_layers must be at most 4, got 5"):
        grid(QUICK, ["trained_layers=1,5", "starts_from=a,b"])
    with pytest.raises(ValueError, match="pixels can be grey only"):
        grid(QUICK, ["stages=[],[[32]]", "pixels=grey,signed"])


def test_recipe_that_validates_on_the_test_set_is_refused_unless_that_is_changed():
    with pytest.raises(ValueError, match="the recipe report validates on it: set validation=split"):
        grid(preset("report"), ["epochs=1,2"])
    assert len(grid(preset("report").with_settings({"validation": "split"}), ["epochs=1,2"])[0]) == 2


def test_too_many_combinations_are_refused_before_they_are_made():
    numbers = ",".join(map(str, range(1, 102)))
    assert len(grid(QUICK, [f"epochs={numbers}"])[0]) == 101
    with pytest.raises(ValueError, match=rf"at most {MAX_RECIPES} trainings, got 101 x 2 x 20 = 4,040"):
        grid(QUICK, [f"epochs={numbers}", "pixels=signed,levels"], num_seeds=20)
    with pytest.raises(ValueError, match="at most"):
        grid(QUICK, [f"{name}={numbers}" for name in ("epochs", "seed", "drawn_digits", "non_digits")])
