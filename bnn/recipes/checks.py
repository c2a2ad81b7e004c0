"""Checks the values of a recipe."""

import dataclasses
import re
from collections.abc import Iterable
from copy import copy
from decimal import Decimal
from functools import cache
from reprlib import repr as short
from typing import TYPE_CHECKING, Any, get_type_hints

from bnn.recipes.layers import NUM_CLASSES, layer_shapes
from bnn.recipes.pixels import PIXELS

if TYPE_CHECKING:
    from bnn.recipes.recipe import Recipe

VALIDATIONS = ("split", "test")
SCHEDULES = ("constant", "cosine")
ACTIVATION_QUANTIZERS = ("ste_sign", "approx_sign")
BEST_BY = ("accuracy", "loss", "last")
MAX_WEIGHTS = 20_000_000
# Largest number of neurons of a convolution or of a dense layer.
MAX_WIDTH = 4096
MAX_TEXT_LENGTH = 300
# More layers than any recipe can have.
MAX_TRAINED_LAYERS = 40
_TYPE_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def check(recipe: "Recipe") -> None:
    """Checks every value of a recipe.

    Raises:
        ValueError: if a value is not allowed. The message names the value and what is allowed.
    """
    _check_values(recipe)
    _check_combination(recipe)


def check_alone(recipe: "Recipe", name: str, value: object) -> object:
    """Checks a value of one field, but not whether it fits the other fields, and returns the value.

    Args:
        recipe: a recipe, which stays as it is.
        name: the name of the field.
        value: the value.

    Raises:
        ValueError: if the value has a wrong type or is out of range. The message names it.
    """
    # The check of a recipe's combination of values is left out, so the copy is not made by its constructor.
    changed = copy(recipe)
    object.__setattr__(changed, name, value)
    _check_values(changed)
    return getattr(changed, name)


def _check_values(recipe: "Recipe") -> None:
    _check_types(recipe)
    _check_numbers(recipe)
    _check_choice("pixels", recipe.pixels, PIXELS)
    _check_choice("validation", recipe.validation, VALIDATIONS)
    _check_choice("schedule", recipe.schedule, SCHEDULES)
    _check_choice("activation_quantizer", recipe.activation_quantizer, ACTIVATION_QUANTIZERS)
    _check_choice("best_by", recipe.best_by, BEST_BY)
    _check_texts(recipe)
    _check_sizes(recipe)


def _check_combination(recipe: "Recipe") -> None:
    if recipe.pixels == "grey" and not recipe.stages:
        raise ValueError("pixels can be grey only if the first layer is a convolution")
    check_num_weights(recipe)
    _check_start(recipe)


def check_num_weights(recipe: "Recipe", num_classes: int = NUM_CLASSES) -> None:
    """Checks that the file of a recipe's network can be written and read.

    Raises:
        ValueError: if the network has too many weights for this number of classes.
    """
    num_weights = sum(layer.num_weights for layer in layer_shapes(recipe, num_classes))
    if num_weights > MAX_WEIGHTS:
        raise ValueError(
            f"a network may have {MAX_WEIGHTS:,} weights at most, got {num_weights:,} (with {num_classes}"
            " classes)"
        )


@cache
def _field_types(recipe_type: type) -> dict[str, Any]:
    # `field.type` may be the name of the type as text, so it is not used here.
    return get_type_hints(recipe_type)


def _check_types(recipe: "Recipe") -> None:
    for name, wanted in _field_types(type(recipe)).items():
        value = getattr(recipe, name)
        # An int is allowed for a float if the float can represent it exactly.
        if wanted is float and type(value) is int and abs(value) < 2**53:
            object.__setattr__(recipe, name, float(value))
        elif wanted in _TYPE_WORDS and type(value) is not wanted:
            raise ValueError(f"{name} must be {_TYPE_WORDS[wanted]}, got {short(value)}")


def _check_numbers(recipe: "Recipe") -> None:
    for f in dataclasses.fields(recipe):
        if "range" in f.metadata:
            _check_range(f.name, getattr(recipe, f.name), *f.metadata["range"])


def _check_range(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} must be from {_number(low)} to {_number(high)}, got {_number(value)}")


def _number(value: object) -> str:
    """Returns a value for a message: a number has commas between thousands, and a long one is shortened.

    A float has no exponent, except a very large or very small one.
    """
    if type(value) is float and (not value or 1e-9 <= abs(value) < 1e15):
        return f"{Decimal(repr(value)).normalize():,f}"
    if type(value) in (int, float) and len(str(value)) <= 15:
        return f"{value:,}"
    return short(value)


def _check_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"{name} must be one of {', '.join(allowed)}, got {short(value)}")


def _check_texts(recipe: "Recipe") -> None:
    # The name becomes part of the run's id, which is the name of a folder.
    if not re.fullmatch(rf"[A-Za-z0-9][A-Za-z0-9_-]{{0,{MAX_TEXT_LENGTH - 1}}}", recipe.name):
        raise ValueError(
            f"name must be letters, digits, '-' and '_', at most {MAX_TEXT_LENGTH}, got {short(recipe.name)}"
        )
    for name in ("sentence", "starts_from"):
        text = getattr(recipe, name)
        if len(text) > MAX_TEXT_LENGTH or not text.isprintable():
            raise ValueError(
                f"{name} must be at most {MAX_TEXT_LENGTH} visible characters, got {short(text)}"
            )


def _check_sizes(recipe: "Recipe") -> None:
    if not isinstance(recipe.stages, tuple) or not 0 <= len(recipe.stages) <= 4:
        raise ValueError(f"stages must be at most 4 groups of neurons, got {_size(recipe.stages)}")
    for stage in recipe.stages:
        if not isinstance(stage, tuple) or not 1 <= len(stage) <= 8:
            got = _size(stage, "a group of ")
            raise ValueError(f"stages must be groups of 1 to 8 numbers of neurons, got {got}")
    if not isinstance(recipe.dense, tuple) or len(recipe.dense) > 4:
        raise ValueError(f"dense must be at most 4 numbers of neurons, got {_size(recipe.dense)}")
    _check_widths("stages", (width for stage in recipe.stages for width in stage))
    _check_widths("dense", recipe.dense)


def _check_widths(name: str, widths: Iterable[object]) -> None:
    for width in widths:
        if type(width) is not int or not 1 <= width <= MAX_WIDTH:
            raise ValueError(f"{name} must be whole numbers from 1 to {MAX_WIDTH:,}, got {_number(width)}")


def _size(value: object, words: str = "") -> str:
    """Returns `words` and the number of items of a tuple, or a short form of any other value."""
    return f"{words}{len(value)}" if isinstance(value, tuple) else short(value)


def _check_start(recipe: "Recipe") -> None:
    if recipe.trained_layers and not recipe.starts_from:
        raise ValueError("trained_layers needs starts_from, the run from which the other layers are taken")
    if recipe.distill and not recipe.starts_from:
        raise ValueError("distill needs starts_from, a run whose network gives the targets")
    num_layers = len(layer_shapes(recipe))
    if recipe.trained_layers > num_layers:
        raise ValueError(f"trained_layers must be at most {num_layers}, got {recipe.trained_layers}")
