"""The named recipes that come with the app."""

from dataclasses import fields, replace
from typing import Any

from bnn.recipes.recipe import Recipe

# At least this many drawings are needed to show how a person writes. Fewer may be slips of the pen.
MANY_EXAMPLES = 10

_REPORT = Recipe(
    name="report",
    sentence="The report that began this project. Its network sees nothing, so it never learns.",
    pixels="unit",
    weight_clip=False,
    batchnorm_momentum=0.99,
    reestimate=False,
    validation="test",
    batch_size=64,
    learning_rate=0.001,
    schedule="constant",
)
# The layers of four presets. `letters` and `symbols` start from the network of `anyone`: `letters` trains all
# layers, and `symbols` only the last two.
_LARGE = Recipe(
    name="large",
    sentence="",
    stages=((32, 32), (96, 96), (160, 160)),
    dense=(256,),
    pool_first=True,
    pixels="levels",
)
PRESETS = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="quick",
            sentence="A small network that goes from guessing to 98 % while you watch.",
            pool_first=True,
            training_images=42_000,
            drawn_digits=8_000,
            ema_momentum=0.985,
            batch_size=64,
            epochs=3,
        ),
        replace(
            _LARGE,
            name="best",
            sentence="Trained for long on MNIST, and on digits drawn by a program in styles that "
            "MNIST lacks.",
            augment=0.8,
            plain_epochs=5,
            drawn_digits=15_000,
            non_digits=4_000,
            epochs=36,
            half_precision=True,
        ),
        replace(
            _LARGE,
            name="anyone",
            sentence="The app’s network, trained on 12 million images: digits of MNIST, and digits that many "
            "people drew. On a laptop, this takes hours.",
            activation_quantizer="approx_sign",
            best_by="last",
            augment=0.8,
            plain_epochs=2,
            training_images=29_150,
            drawn_digits=5_500,
            non_digits=4_950,
            pen_digits=11_000,
            pen_letters=4_400,
            passes_per_epoch=10,
            epochs=22,
            batch_size=256,
            learning_rate=0.003,
            ema_momentum=0.999,
            half_precision=True,
            has_three_looks=True,
        ),
        Recipe(
            name="record",
            sentence="The most accurate on MNIST's test digits: trained for long, on nothing but MNIST, with "
            "nearly a million weights.",
            stages=((48, 48), (96, 96), (176, 176)),
            dense=(224,),
            pool_first=True,
            pixels="levels",
            augment=0.8,
            plain_epochs=4,
            epochs=30,
            half_precision=True,
        ),
        replace(
            _LARGE,
            name="letters",
            sentence="For capital letters, or other signs that many people drew. Starts with the "
            "convolutions of the app’s network, and needs a file of drawings.",
            activation_quantizer="approx_sign",
            starts_from="shipped",
            trained_layers=8,
            augment=0.4,
            plain_epochs=1,
            own_drawings=72_000,
            scrawls=5_000,
            epochs=6,
            batch_size=256,
            learning_rate=0.003,
            ema_momentum=0.995,
            half_precision=True,
        ),
        replace(
            _LARGE,
            name="symbols",
            sentence="Learns a few signs from five or more drawings of each. Uses the convolutions of the "
            "app’s network, and needs a file of drawings.",
            starts_from="shipped",
            trained_layers=2,
            own_drawings=1_500,
            other_signs=500,
            epochs=6,
            learning_rate=0.003,
        ),
        replace(
            _REPORT,
            name="report-signed",
            sentence="The report that began this project, with the one change that lets it see: black is -1 "
            "and white is +1.",
            pixels="signed",
        ),
        _REPORT,
    )
}
# The settings of `one_hand_recipe`. The layers come from the network that learns the hand.
_MINE = Recipe(
    name="mine",
    sentence="Learns your hand from a few of your drawings.",
    training_images=8_000,
    drawn_digits=700,
    non_digits=300,
    epochs=3,
    learning_rate=0.003,
)


def preset(name: str) -> Recipe:
    """Returns the recipe of that name.

    Raises:
        ValueError: if there is no recipe of that name.
    """
    if name not in PRESETS:
        raise ValueError(f"there is no recipe {name!r}; there are: {', '.join(PRESETS)}")
    return PRESETS[name]


def needs_data_file(recipe: Recipe) -> bool:
    """Returns whether a preset learns from drawings, so that it needs a data file with drawings.

    Recipes made by `one_hand_recipe` also learn from drawings, but need no data file: their runs have a file
    of examples.
    """
    return recipe.other_signs > 0 or recipe.own_drawings > 0


def for_data_file(recipe: Recipe, num_drawings: int) -> Recipe:
    """Returns the recipe for other data than MNIST, without the settings that make sense only for digits.

    `drawn_digits`, `pen_digits` and `pen_letters` become 0. Scribbles, which look like no sign, replace the
    `non_digits`. If the recipe deforms its training images, pen drawings are also deformed along their paths.
    The network looks once at each image, because three looks were only tried with digits. If the recipe keeps
    the last epoch, it now keeps the one with the highest validation accuracy. The test part is never used for
    validation. Each epoch becomes one pass. So a recipe with several passes in an epoch gets a shorter
    training. Its moving averages of the weights are turned off, because they would span more steps than the
    training has.

    Args:
        recipe: the recipe.
        num_drawings: number of pen drawings for training; 0 if the data consist of images.
    """
    deformed = recipe.own_drawings or (num_drawings if recipe.augment else 0)
    return replace(
        recipe,
        drawn_digits=0,
        non_digits=0,
        scrawls=recipe.scrawls + recipe.non_digits,
        pen_digits=0,
        pen_letters=0,
        own_drawings=deformed if num_drawings else 0,
        other_signs=recipe.other_signs if num_drawings else 0,
        passes_per_epoch=1,
        has_three_looks=False,
        best_by="accuracy" if recipe.best_by == "last" else recipe.best_by,
        ema_momentum=recipe.ema_momentum if recipe.passes_per_epoch == 1 else 0.0,
        validation="split",
    )


def changed_by_data_file(recipe: Recipe, num_drawings: int) -> dict[str, Any]:
    """Returns the settings that `for_data_file` changes: {name: new value}. The arguments are the same."""
    changed = for_data_file(recipe, num_drawings)
    values = {field.name: getattr(changed, field.name) for field in fields(changed)}
    return {name: value for name, value in values.items() if value != getattr(recipe, name)}


def one_hand_recipe(recipe: Recipe, run_id: str, num_examples: int) -> Recipe:
    """Returns the recipe by which a network learns one person's handwriting from a few drawings.

    Only the last two layers are trained. The packed network computes the outputs of the other layers, so
    training takes seconds. Many other digits are mixed with the drawings, so that the network does not forget
    them. If there are fewer than `MANY_EXAMPLES` drawings, the targets of these other digits are the answers
    that the network gave before, not their labels.

    Args:
        recipe: the recipe of the network to start from.
        run_id: the run with that network.
        num_examples: number of drawings to learn from. With fewer than `MANY_EXAMPLES`, each gives only 50
            images: if a third of all images came from one drawing, the network would forget the other digits.
            With `MANY_EXAMPLES` or more, each gives more images, and the other images have their labels as
            targets.
    """
    images_each = 50 * (1 + num_examples // MANY_EXAMPLES)
    return replace(
        _MINE,
        stages=recipe.stages,
        dense=recipe.dense,
        pool_first=recipe.pool_first,
        pixels=recipe.pixels,
        has_three_looks=recipe.has_three_looks,
        seed=recipe.seed,
        starts_from=run_id,
        trained_layers=min(2, len(recipe.dense) + 1),
        own_drawings=min(4_000, images_each * num_examples),
        distill=num_examples < MANY_EXAMPLES,
    )
