"""Says in words what may go wrong, before anything is taught."""

from collections.abc import Sequence
from typing import NamedTuple

from bnn.analysis import lookalikes
from pages.shared import text
from pages.teach.lesson import MIN_EXAMPLES, MIN_SIGNS, Lesson

# With fewer examples of a sign, the page says that more are better.
ENOUGH_EXAMPLES = 10


class Doubts(NamedTuple):
    """What there is to say about a lesson.

    Args:
        missing: sentences about what must be drawn before the lesson can be taught, in Markdown.
        warnings: sentences about what may go wrong, in Markdown.
        hints: sentences about what would be better, in Markdown.
        suspects: numbers of the examples that may have been given to the wrong sign.
    """

    missing: list[str]
    warnings: list[str]
    hints: list[str]
    suspects: set[int]


def doubts(lesson: Lesson) -> Doubts:
    """Returns what there is to say about a lesson."""
    names = [text.escaped(name) for name in lesson.names]
    images, labels = lesson.images_and_labels()
    confused = lookalikes.confused(images, labels, len(names))
    pairs = lookalikes.alike(confused, labels, len(names))
    misplaced = lookalikes.misplaced(confused, pairs)
    warnings = [*_alike(pairs, names), *_misplaced(misplaced, names)]
    suspects = {lesson.examples[one.example].number for one in misplaced}
    missing = _missing(lesson)
    hints = [*([] if missing else _left_out(lesson)), *_hints(lesson)]
    return Doubts(missing, warnings, hints, suspects)


def _missing(lesson: Lesson) -> list[str]:
    counts = lesson.num_different()
    if len(counts) < MIN_SIGNS:
        return [f"Draw at least {MIN_SIGNS} signs, and at least {MIN_EXAMPLES} examples of each."]
    few = {lesson.signs[sign]: count for sign, count in counts.items() if count < MIN_EXAMPLES}
    if not few:
        return []
    which = _joined([f"{text.escaped(name)} has {count}" for name, count in few.items()])
    copies = "" if counts == lesson.counts() else " Copies of the same drawing count once."
    return [f"Each sign needs at least {MIN_EXAMPLES} examples: {which}.{copies}"]


def _left_out(lesson: Lesson) -> list[str]:
    """Returns a sentence about the signs that Teach leaves out, because they have no examples."""
    counts = lesson.counts()
    names = [text.escaped(name) for sign, name in lesson.signs.items() if not counts[sign]]
    if not names:
        return []
    have = "has" if len(names) == 1 else "have"
    return [f"**{_joined(names)}** {have} no drawings and will not be learnt."]


def _hints(lesson: Lesson) -> list[str]:
    if any(MIN_EXAMPLES <= count < ENOUGH_EXAMPLES for count in lesson.counts().values()):
        return [f"More examples help: {ENOUGH_EXAMPLES} are better than {MIN_EXAMPLES}."]
    return []


def _alike(pairs: Sequence[lookalikes.Alike], names: Sequence[str]) -> list[str]:
    return [
        f"**{names[one]} and {names[other]} look alike**: {num} of their {together} examples are confused."
        " Draw them so that they differ more."
        for (one, other), num, together in pairs
    ]


def _misplaced(examples: Sequence[lookalikes.Confused], names: Sequence[str]) -> list[str]:
    places = dict.fromkeys((example.label, example.looks_like) for example in examples)
    sentences = []
    for label, looks_like in places:
        num = sum((example.label, example.looks_like) == (label, looks_like) for example in examples)
        what = "One example" if num == 1 else f"{num} examples"
        sentences.append(
            f"{what} of **{names[label]}** {'looks' if num == 1 else 'look'} like **{names[looks_like]}**"
            f" (outlined). Press {'it' if num == 1 else 'them'} to remove {'it' if num == 1 else 'them'}."
        )
    return sentences


def _joined(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
