"""Draws `mistakes.svg`: `BNN_UNIPEN=FILE .venv/bin/python -m docs.mistakes [--run RUN]`.

A network reads some digits of held-out UNIPEN writers wrongly. The picture shows the twenty wrong answers of
which the network is most certain. FILE has digits in the format that `python -m bnn unipen` writes.
"""

import argparse
from html import escape
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bnn.data import unipen, unipen_files
from bnn.data.dataset import DIGITS
from bnn.drawing import preprocessing
from bnn.drawing.stroke_files import StrokeDrawing
from bnn.engine import file, inference
from bnn.engine.network import PackedNetwork
from bnn.runs import store
from bnn.system.percent_text import percent_digits

TARGET = Path(__file__).parent / "mistakes.svg"
NUM_SHOWN, NUM_COLUMNS = 20, 5
STYLE = "text { fill: #1f1f24 } @media (prefers-color-scheme: dark) { text { fill: #f2f2f4 } }"
# In pixels: the side of a drawing's square, the margin of the drawing in it, and the size of a whole tile.
SQUARE, MARGIN = 140, 20
TILE = (156, 190)


class Mistake(NamedTuple):
    """A drawing that was read wrongly.

    Args:
        drawing: the drawing.
        answer: the digit that the network read.
        certainty: the probability of this answer, according to the network.
    """

    drawing: StrokeDrawing
    answer: int
    certainty: float


def main() -> None:
    """Finds the mistakes, draws them and prints the counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", help="a run's id; by default the app's network")
    network = file.load(store.find(parser.parse_args().run).model_path)
    path = unipen_files.digits_path()
    if path is None:
        parser.error("no file of digits is named: set BNN_UNIPEN to its path")
    held_out = unipen.held_out_digits(path)
    found = mistakes(network, held_out)
    TARGET.write_text(svg(found[:NUM_SHOWN]), "utf-8")
    print(f"{len(found)} of {len(held_out):,} digits are read wrongly; {TARGET.name} shows the most certain")


def mistakes(network: PackedNetwork, drawings: list[StrokeDrawing]) -> list[Mistake]:
    """Returns the drawings that the network reads wrongly, the most certain answers first."""
    digits = np.stack([preprocessing.digit_from_strokes(drawing.strokes).digit for drawing in drawings])
    probabilities = inference.probabilities(network, digits)
    answers, certainties = probabilities.argmax(axis=1), probabilities.max(axis=1)
    all_read = [Mistake(*read) for read in zip(drawings, answers.tolist(), certainties.tolist(), strict=True)]
    wrong = [read for read in all_read if read.answer != read.drawing.label]
    return sorted(wrong, key=lambda read: -read.certainty)


def svg(found: list[Mistake]) -> str:
    """Returns a picture of the drawings, each with its label and the network's answer."""
    num_rows = -(-len(found) // NUM_COLUMNS)
    width, height = TILE[0] * NUM_COLUMNS, TILE[1] * num_rows
    tiles = "\n".join(_tile(mistake, *divmod(number, NUM_COLUMNS)) for number, mistake in enumerate(found))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        ' font-family="sans-serif" font-size="15" text-anchor="middle">\n'
        f"<style>{STYLE}</style>\n{tiles}\n</svg>\n"
    )


def _tile(mistake: Mistake, row: int, column: int) -> str:
    lines = "".join(f'<polyline points="{points}"/>' for points in _polylines(mistake.drawing.strokes))
    label, answer = DIGITS[mistake.drawing.label], DIGITS[mistake.answer]
    words = escape(f"{label} read as {answer}, {percent_digits(mistake.certainty, 1)} %")
    return (
        f'<g transform="translate({column * TILE[0] + 8} {row * TILE[1] + 8})">'
        f'<rect width="{SQUARE}" height="{SQUARE}" rx="4"/>'
        '<g fill="none" stroke="#fff" stroke-width="8" stroke-linecap="round" stroke-linejoin="round">'
        f'{lines}</g><text x="{SQUARE / 2:g}" y="{SQUARE + 22}">{words}</text></g>'
    )


def _polylines(strokes: list[np.ndarray]) -> list[str]:
    """Returns the points of each stroke as text; the drawing is centred and fills its square."""
    points = np.concatenate(strokes)
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    scale = (SQUARE - 2 * MARGIN) / max(float(size.max()), 1.0)
    placed = [(stroke - low - size / 2) * scale + SQUARE / 2 for stroke in strokes]
    # The last point is repeated. Otherwise, a stroke of one point would be no line, and would not be drawn.
    return [" ".join(f"{x:.1f},{y:.1f}" for x, y in [*stroke, stroke[-1]]) for stroke in placed]


if __name__ == "__main__":
    main()
