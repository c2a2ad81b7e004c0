"""Turns numbers and other values into text. The space between a number and its unit does not break."""

import re
from collections.abc import Sequence

from bnn.data.dataset import DIGITS, are_digits
from bnn.system.percent_text import percent_digits

# What a network with three looks does.
THREE_LOOKS = (
    "It looks three times: at this picture, and at this picture slanted to both sides. The probabilities are"
    " the means of the three looks."
)
# The sign that would make a line an item of a list, as in "- a.npz" and "1. a.zip".
_LIST_SIGN = re.compile(r"^(\s*\d*)([-+.)])(?=\s|$)", re.MULTILINE)


def escaped(text: str) -> str:
    """Returns the text as Markdown, with all special characters escaped."""
    special = "".join(f"\\{c}" if c in "\\`*_{}[]<>&#$~:|" else c for c in text)
    return _LIST_SIGN.sub(r"\1\\\2", special)


# The names of licences, such as "CC BY-SA 3.0", "CC0" and "Apache-2.0".
_LICENCES = re.compile(r"\bCC[ -]?(?:0|BY)(?:[ -](?:SA|NC|ND|\d\.\d))*|\b[A-Za-z]+[ -]\d\.\d\b")


def credit_text(credit: str) -> str:
    """Returns a line about sources and licences as Markdown. It never breaks within the name of a licence."""
    unbroken = str.maketrans(" -", "\u00a0\u2011")
    return escaped(_LICENCES.sub(lambda licence: licence[0].translate(unbroken), credit))


# For fewer images, a percentage with two decimals would look more exact than it is.
MIN_FOR_PERCENT = 100


def percent_text(fraction: float | None, digits: int = 2) -> str:
    """Returns a fraction as a percentage, such as "98.40 %", or a dash for None.

    It is rounded as in `percent_digits`.
    """
    return "–" if fraction is None else f"{percent_digits(fraction, digits)}\u00a0%"


def share_text(num_right: int, num_all: int) -> str:
    """Returns the share of right answers, such as "98.40 %" or, for fewer than 100 images, "3 of 3"."""
    return percent_text(num_right / num_all) if num_all >= MIN_FOR_PERCENT else f"{num_right} of {num_all}"


_DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def plural(class_name: str, number: int) -> str:
    """Returns a class name as it stands after a number, or after "No" if `number` is 0.

    For a digit, it is a word, such as "nine" or "nines". For another class, such as A, it is "× A" after a
    number, and "A" after "No".
    """
    if class_name not in DIGITS:
        return f"× {class_name}" if number else class_name
    word = _DIGIT_WORDS[int(class_name)]
    if number <= 1:
        return word
    return "sixes" if word == "six" else f"{word}s"


def noun(class_names: Sequence[str]) -> str:
    """Returns what a network with these classes reads: "digit", or "image" for other classes."""
    return "digit" if are_digits(class_names) else "image"


def with_article(noun: str) -> str:
    """Returns a noun or a digit with "a" or "an": "a digit", "an image", "an 8"."""
    return f"{'an' if noun[0] in 'aeiou8' else 'a'} {noun}"


# What an epoch is, in the explanations of several pages.
EPOCH = "One epoch is one or more passes over the training images, or over a part of them."


def duration_text(seconds: float) -> str:
    """Returns a duration such as "48 s", "3 min 05 s" or "1 h 02 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}\u00a0s"
    if whole < 3600:
        return f"{whole // 60}\u00a0min {whole % 60:02d}\u00a0s"
    return f"{whole // 3600}\u00a0h {whole % 3600 // 60:02d}\u00a0min"


def rough_duration_text(seconds: float) -> str:
    """Returns an estimated duration, such as "40 s", "3 min" or "1 h 02 min"."""
    if seconds < 90:
        return f"{max(10, 10 * round(seconds / 10))}\u00a0s"
    return f"{round(seconds / 60)}\u00a0min" if seconds < 3600 else duration_text(seconds)


def count_text(number: float) -> str:
    """Returns a number such as "97", "95,120" or "1.60 million"."""
    return f"{number:,.0f}" if number < 999_995 else f"{number / 1e6:,.2f}\u00a0million"
