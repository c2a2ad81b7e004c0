"""Shows the wall as a grid of tiles. One tile can be chosen."""

from collections.abc import Callable, Sequence
from pathlib import Path

from streamlit.components.v2 import component

from bnn.engine.portable.script import joined
from bnn.engine.verdict import confidence_text, verdict
from pages.audience.wall import UNREADABLE, Tile
from pages.shared import live
from pages.shared.messages import message

_KEY = "wall"
_tiles = component(
    "one_bit_lab_wall",
    html="<ol></ol>",
    css=(Path(__file__).parent / "tiles.css").read_text("utf-8"),
    js=joined(live.ELEMENTS, Path(__file__).parent / "tiles.js"),
)


def show_tiles(tiles: Sequence[Tile], chosen: int | None, on_choose: Callable[[object], None]) -> None:
    """Shows the tiles in this order.

    Args:
        tiles: what is on the wall.
        chosen: number of the tile to outline.
        on_choose: gets the number of a tile that is clicked. It comes from a browser and may be anything.
    """

    def choose() -> None:
        on_choose(message(_KEY, "chosen"))

    data = {"tiles": [_content(tile) for tile in tiles], "chosen": chosen}
    _tiles(key=_KEY, data=data, on_chosen_change=choose, height="content")


def answer_text(tile: Tile) -> str:
    """Returns the network's answer, such as "3", "3 or 5?" if it is not sure, or "no digit I know"."""
    return verdict(tile.answer).text


def verdict_text(tile: Tile) -> str:
    """Returns the verdict in words, such as "read right"; "" while undecided.

    For a blind network, which gives the same answer to every drawing, it is a text such as "says 7 to
    everything".
    """
    if tile.verdict is None:
        return ""
    if tile.verdict == UNREADABLE:
        return "unreadable"
    if tile.is_right is None:
        return verdict(tile.answer).certainty
    return "read right" if tile.is_right else f"fooled: it is {tile.answer.class_names[tile.verdict]}"


def certainty_text(tile: Tile) -> str:
    """Returns how sure the network is, such as "98 %".

    It is "" if the answer names no class, or if the network answers the same to everything.
    """
    is_class = verdict(tile.answer).state in ("sure", "unsure")
    return confidence_text(tile.answer.confidence) if is_class else ""


def _content(tile: Tile) -> dict[str, object]:
    return {
        "number": tile.number,
        "picture": tile.picture,
        "answer": answer_text(tile),
        "certainty": certainty_text(tile),
        "verdict": verdict_text(tile),
        "isSure": tile.answer.is_sure,
        "hasFooled": tile.has_fooled,
    }
