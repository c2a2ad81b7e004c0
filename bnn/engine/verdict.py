"""Puts a network's answer into words. All pages and the command line use these words.

The browser has the same rules, in portable/answer_words.js. While the pen moves, it names at most one class,
and shows "…" if the image is like no class.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from bnn.data.dataset import are_digits

if TYPE_CHECKING:
    from bnn.engine.answer import Answer

_NOT_SURE = "not sure"


class Verdict(NamedTuple):
    """An answer in words.

    Args:
        state: "sure", "unsure", "unknown" (the image is like no class) or "blind" (the answer is always the
            same).
        before: words in front of the answer, or "".
        text: the answer: a class, or several, or that there is none.
        after: words that follow the answer, or "".
    """

    state: str
    before: str
    text: str
    after: str

    @property
    def short(self) -> str:
        """The answer with the words in front of it, such as "7" or "not sure: 3 or 5?"."""
        return f"{self.before} {self.text}".strip()

    @property
    def verb(self) -> str:
        """What the network does with this answer: it "reads" a class, or "says" that it is sure of none."""
        return "reads" if self.state in ("sure", "blind") else "says"

    @property
    def certainty(self) -> str:
        """How sure the answer is, such as "98 % sure" or "not sure"; "" if the image is like no class.

        For a blind network, it is a text such as "says 7 to everything".
        """
        return _NOT_SURE if self.state == "unsure" else self.after


def verdict(answer: Answer) -> Verdict:
    """Returns an answer in words."""
    if answer.is_blind:
        return Verdict("blind", "", answer.name, f"says {answer.name} to everything")
    if answer.is_sure:
        return Verdict("sure", "", answer.name, certainty_text(answer.confidence))
    if answer.is_known:
        return Verdict("unsure", f"{_NOT_SURE}:", f"{choice_text(answer.candidate_names)}?", "")
    return Verdict(
        "unknown", "", "no digit I know" if are_digits(answer.class_names) else "nothing I know", ""
    )


def is_right(answer: Answer, class_name: str) -> bool | None:
    """Returns whether the answer names this class first.

    For a blind network, this is None: it gives one answer to everything, so it is right only by chance.
    """
    return None if answer.is_blind else answer.is_known and answer.name == class_name


def certainty_text(confidence: float) -> str:
    """Returns how sure an answer with this probability is: "98 % sure" or "not sure"."""
    # Imported here because importing Numba takes most of a second.
    from bnn.engine.answer import SURE

    return f"{confidence_text(confidence)} sure" if confidence >= SURE else _NOT_SURE


def confidence_text(probability: float) -> str:
    """Returns a probability as a percentage, such as "98 %".

    Returns "> 99 %" instead of "100 %", because no network can be completely sure. The spaces do not break.
    """
    # As in the browser, a float32 is multiplied in float64. In float32, 0.83499998 would become 83.5.
    exact = float(probability)
    return ">\u00a099\u00a0%" if exact >= 0.995 else f"{100 * exact:.0f}\u00a0%"


def choice_text(names: Sequence[str]) -> str:
    """Returns "3", "3 or 5", "3, 5 or 8"."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
