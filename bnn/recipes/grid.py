"""Makes the recipes of a sweep: one for each combination of the given values of some settings."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from math import prod

from bnn.recipes.recipe import Recipe

MAX_RECIPES = 200
MAX_SEEDS = 20


def grid(base: Recipe, over: Sequence[str], num_seeds: int = 1) -> tuple[list[Recipe], tuple[str, ...]]:
    """Returns a recipe for each combination of values, and the names of the settings that differ.

    If `num_seeds` is above 1, the recipes that differ only in their seed follow each other.

    Args:
        base: the recipe from which all other settings come.
        over: texts such as "learning_rate=0.002,0.005" and "stages=[[32],[64]],[[48],[96]]".
        num_seeds: number of seeds for each combination, counted from the seed of `base`.

    Raises:
        ValueError: if a text has another form; if a setting or a value is not allowed, or is given twice; if
            `num_seeds` is not from 1 to `MAX_SEEDS`; if there would be more than `MAX_RECIPES` recipes; or if
            a recipe would validate on the test set.
    """
    values = _values(base, over)
    if not 1 <= num_seeds <= MAX_SEEDS:
        raise ValueError(f"a sweep has from 1 to {MAX_SEEDS} seeds, got {num_seeds}")
    if num_seeds > 1:
        if "seed" in values:
            raise ValueError("give the seeds with --seeds or with --over seed=…, not with both")
        values["seed"] = [str(base.seed + i) for i in range(num_seeds)]
    _check_count(values)
    recipes = [
        base.with_settings(dict(zip(values, texts, strict=True))) for texts in product(*values.values())
    ]
    for recipe in recipes:
        if recipe.validation == "test":
            raise ValueError(
                f"a sweep must not choose on the test set, but the recipe {base.name} validates on it:"
                " set validation=split"
            )
    return recipes, tuple(values)


def without_seed(recipe: Recipe) -> Recipe:
    """Returns the recipe with the seed 0, so that recipes that differ only in their seed become equal."""
    return replace(recipe, seed=0)


def _values(base: Recipe, over: Sequence[str]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for text in over:
        name, equals, rest = text.partition("=")
        if not equals:
            raise ValueError(f"--over takes NAME=VALUE,VALUE, got {text[:80]!r}")
        if name in values:
            raise ValueError(f"--over names {name} twice: give all its values after one {name}=")
        values[name] = _split(rest)
        # Each value is first checked alone, so that an error names this value and not a combination.
        settings = [base.checked_setting(name, value) for value in values[name]]
        if repeated := [value for i, value in enumerate(values[name]) if settings[i] in settings[:i]]:
            raise ValueError(f"a sweep needs different values, got {name}={repeated[0][:80]} twice")
    if not values:
        raise ValueError("a sweep needs a setting with several values, such as learning_rate=0.002,0.005")
    return values


def _check_count(values: dict[str, list[str]]) -> None:
    counts = [len(texts) for texts in values.values()]
    if prod(counts) > MAX_RECIPES:
        factors = " x ".join(map(str, counts))
        raise ValueError(f"a sweep has at most {MAX_RECIPES} trainings, got {factors} = {prod(counts):,}")


def _split(text: str) -> list[str]:
    """Returns the values in a text without blanks around them. A comma in brackets belongs to a value."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "[(") - (character in "])")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts]
