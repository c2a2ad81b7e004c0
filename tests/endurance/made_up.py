"""Hypothesis strategies for values that nobody would normally type, choose or draw."""

import random
from dataclasses import dataclass, field

from hypothesis import strategies as some

# JavaScript's Number.MAX_SAFE_INTEGER.
MAX_SAFE_INTEGER = 2**53 - 1
NUMBERS = some.floats(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER) | some.sampled_from(
    (0.0, -1.0, 1e-300, 0.5, 4096.0, 1e9)
)
TYPED = some.text(max_size=80) | some.sampled_from(
    (
        "",
        " ",
        "|",
        ",",
        "1,|",
        "32, 32 | 64",
        "9" * 5000,
        "1," * 3000,
        "-1",
        "1.5",
        "٣",
        "\0",
        "../../x",
        "<b>",
        "$x$",
        "\u202e",
    )
)
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
# Objects of Fabric.js, with which the canvas draws: a step of a path, a path, the position and scale of an
# object, a drawn object, and the whole canvas.
STEP = some.tuples(some.sampled_from("MLQCZ"), some.lists(some.floats(width=32) | JSON, max_size=5))
PATH = some.lists(STEP.map(lambda step: [step[0], *step[1]]), max_size=6)
PLACE = some.dictionaries(
    some.sampled_from(("left", "top", "scaleX", "angle", "skewY", "originX", "originY")), JSON
)
DRAWN = some.builds(lambda path, place: place | {"type": "Path", "path": path}, PATH, PLACE)
CANVAS = JSON | some.builds(lambda objects: {"objects": objects}, some.lists(DRAWN, max_size=3) | JSON)


@dataclass(frozen=True)
class MadeUp:
    """The values for one visit.

    They are chosen before the visit, because Hypothesis's choices must not depend on what the page shows.
    """

    seed: int
    # Left out of the repr, because the message of a failure already lists the values that were used.
    texts: list[str] = field(repr=False)
    numbers: list[float | None] = field(repr=False)
    drawings: list = field(repr=False)

    def value(self, rng: random.Random, widget):
        """Returns a value that a browser would accept for this widget."""
        proto = widget.proto
        if widget.type in ("selectbox", "radio", "select_slider"):
            return rng.choice(list(proto.options))
        if widget.type == "multiselect":
            return rng.sample(list(proto.options), rng.randrange(min(5, len(proto.options)) + 1))
        if widget.type == "button_group":
            return rng.choice([option.content for option in proto.options])
        if widget.type == "slider":
            return rng.choice((proto.min, proto.max, rng.uniform(proto.min, proto.max)))
        if widget.type == "toggle":
            return rng.random() < 0.5
        return self._typed(rng, widget)

    def _typed(self, rng, widget):
        if widget.type == "number_input":
            return _in_range(widget.proto, rng.choice(self.numbers))
        assert widget.type == "text_input", f"no values are defined for a {widget.type}"
        return rng.choice(self.texts)


MADE_UP = some.builds(
    MadeUp,
    some.integers(0, 2**32),
    some.lists(TYPED, min_size=6, max_size=6),
    some.lists(some.none() | NUMBERS, min_size=6, max_size=6),
    some.lists(CANVAS, min_size=4, max_size=4),
)


def _in_range(proto, number):
    if number is None:
        return None
    low = proto.min if proto.has_min else -MAX_SAFE_INTEGER
    high = proto.max if proto.has_max else MAX_SAFE_INTEGER
    if proto.data_type == proto.INT:
        number = round(number)
    return min(high, max(low, number))


def fill(state, widget, value) -> None:
    """Puts a value into a widget's state, as a browser would send it."""
    if value is None:
        state.ClearField(state.WhichOneof("value") or "double_value")
    elif widget.type in ("multiselect", "button_group", "select_slider"):
        state.string_array_value.data[:] = value if isinstance(value, list) else [value]
    elif widget.type == "slider":
        state.double_array_value.data[:] = [value]
    elif widget.type == "number_input":
        state.double_value = value
    elif widget.type == "toggle":
        state.bool_value = value
    else:
        state.string_value = value
