"""Finds the files of UNIPEN drawings, which some recipes need. They do not come with the project."""

import os
from collections.abc import Iterator
from pathlib import Path

from bnn.recipes.recipe import Recipe
from bnn.system.commands import typed_command
from bnn.system.files import expand_user

DIGITS_VARIABLE = "BNN_UNIPEN"
LETTERS_VARIABLE = "BNN_UNIPEN_LETTERS"
LETTERS_NAME = "letters.jsonl.gz"
SOURCE = "UNIPEN's train_r01_v07 (doi:10.5281/zenodo.1195803)"
# The licence requires that everything made from the data names its source.
CREDIT = (
    "International Unipen Foundation: UNIPEN train_r01_v07, https://doi.org/10.5281/zenodo.1195803; CC BY 4.0"
)


def digits_path() -> Path | None:
    """Returns the file of digits, which BNN_UNIPEN names; None if the variable is not set."""
    return _path(DIGITS_VARIABLE)


def letters_path() -> Path | None:
    """Returns the file of letters: BNN_UNIPEN_LETTERS, or else `letters.jsonl.gz` beside the digits.

    It is None if neither BNN_UNIPEN_LETTERS nor BNN_UNIPEN is set.
    """
    digits = digits_path()
    return _path(LETTERS_VARIABLE) or (digits.with_name(LETTERS_NAME) if digits else None)


def missing_data(recipe: Recipe) -> str:
    """Returns a sentence that says which file is missing and how to make it; "" if no file is missing."""
    if recipe.pen_digits and not _is_file(digits_path()):
        return _sentence("digits", DIGITS_VARIABLE, "")
    if recipe.pen_letters and not _is_file(letters_path()):
        return _sentence("letters", LETTERS_VARIABLE, " --letters")
    return ""


def check_data(recipe: Recipe) -> None:
    """Raises a `ValueError` with the sentence of `missing_data` if a file is missing.

    The message also says which environment variable names no file.
    """
    if sentence := missing_data(recipe):
        raise ValueError("".join(_wrong_names(recipe)) + sentence)


def _path(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return expand_user(value) if value else None


def _is_file(path: Path | None) -> bool:
    return path is not None and path.is_file()


def _wrong_names(recipe: Recipe) -> Iterator[str]:
    for is_needed, variable in (
        (recipe.pen_digits, DIGITS_VARIABLE),
        (recipe.pen_letters, LETTERS_VARIABLE),
    ):
        path = _path(variable)
        if is_needed and path and not path.is_file():
            yield f"{variable} names {path}, which is not a file: "


def _sentence(what: str, variable: str, option: str) -> str:
    return (
        f"this recipe needs a file of {what} drawn by many people, which does not come with the app: set"
        f" {variable} to the file that `{typed_command()} unipen PLACE -o FILE{option}` makes from {SOURCE}"
    )
