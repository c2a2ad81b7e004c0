"""Measures "Learn my hand" on the Draw page in a browser, with the strokes of a person.

    python -m tests.benchmarks.learn_my_hand digits.jsonl.gz [--writer ced/99]

The program uses the digits of one writer, on whose drawings the app's network was not trained. --writer names
this writer. By default, it is the one with the lowest accuracy among the writers with enough drawings. The
writer's first misread digits are the ones to correct.

1. With the mouse, the program draws some of the writer's other digits: first misread ones, then digits of the
   same classes as those to correct.
2. It draws the digits to correct, corrects each of them, and presses "Learn my hand". The seconds are counted
   from this press until Draw answers with the new network.
3. It draws the digits of step 1 again.

It prints a JSON object with the answers before and after the training, and with the load of the machine. The
object also has the accuracies on all other digits by the writer and on MNIST's test digits.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from playwright.sync_api import expect, sync_playwright

from bnn.analysis import metrics
from bnn.data import mnist
from bnn.data.dataset import DIGITS
from bnn.data.unipen import held_out_digits
from bnn.drawing import preprocessing
from bnn.drawing.stroke_files import StrokeDrawing
from bnn.engine import file, inference
from bnn.engine.network import PackedNetwork
from bnn.runs import store
from bnn.runs.run import Run
from tests.support import chromium, drawing_hand
from tests.support.app_server import Server

# Without --writer, only writers with at least this many drawings are considered.
MIN_DRAWINGS = 30
# A drawing fills this share of the canvas.
SIZE = 0.62
# The digit of the answer, or "" for an answer that names none.
ANSWER = "document.querySelector('.st-key-answer .answer').dataset.digit"
# Whether the page answers the whole drawing. The answer may be the browser's, which equals the server's.
IS_ANSWERED = """() => {
  const answer = document.querySelector(".st-key-answer .answer")
  return answer && answer.dataset.state !== "empty" && answer.ariaBusy !== "true"
}"""


def main() -> None:
    """Measures, and prints a JSON object."""
    parser = argparse.ArgumentParser(description="see the top of this file")
    parser.add_argument("file", type=Path)
    parser.add_argument("--corrections", type=int, default=3)
    parser.add_argument("--new", type=int, default=12, help="number of other digits to draw")
    parser.add_argument("--writer", help="contributor and number, such as ced/99")
    options = parser.parse_args()
    network = file.load(store.find(None).model_path)
    drawings = bad_writer(options.file, network, options.corrections, options.writer)
    misread = [drawing for drawing in drawings if read(network, drawing) != drawing.label]
    corrected, others = misread[: options.corrections], misread[options.corrections :]
    right = [drawing for drawing in drawings if read(network, drawing) == drawing.label]
    classes = {drawing.label for drawing in corrected}
    right.sort(key=lambda drawing: drawing.label not in classes)
    result = {
        "writer": f"{drawings[0].contributor}/{drawings[0].writer}",
        "drawings": len(drawings),
        "misread_before": len(misread),
        **try_out(corrected, (others + right)[: options.new], others + right, network),
    }
    print(json.dumps(result))


def bad_writer(
    path: Path, network: PackedNetwork, corrections: int, writer: str | None
) -> list[StrokeDrawing]:
    """Returns the drawings of a held-out writer: the named one, or the one with the lowest accuracy."""
    by_writer = defaultdict(list)
    for drawing in held_out_digits(path):
        by_writer[f"{drawing.contributor}/{drawing.writer}"].append(drawing)
    if writer:
        if writer not in by_writer:
            sys.exit(f"{path} has no held-out writer {writer}, but for example {_most(by_writer)}")
        return by_writer[writer]
    candidates = []
    for drawings in by_writer.values():
        num_misread = sum(read(network, drawing) != drawing.label for drawing in drawings)
        if len(drawings) >= MIN_DRAWINGS and num_misread >= corrections:
            candidates.append((num_misread / len(drawings), len(candidates), drawings))
    return max(candidates)[-1]


def _most(by_writer: dict[str, list[StrokeDrawing]]) -> str:
    return ", ".join(sorted(by_writer, key=lambda writer: -len(by_writer[writer]))[:5])


def read(network: PackedNetwork, drawing: StrokeDrawing) -> int:
    """Returns the digit that the network reads in a drawing."""
    image = preprocessing.digit_from_strokes(drawing.strokes).digit
    return int(inference.probabilities(network, image[None]).argmax())


def try_out(corrected, new, others, network) -> dict:
    """Returns what was measured while a network learnt the drawings in `corrected`, on a new server.

    The drawings in `new`, which are some of `others`, are drawn on the page before and after the training.
    """
    server = Server(Path(tempfile.mkdtemp()))
    try:
        with sync_playwright() as playwright:
            page = chromium.new_page(chromium.launch(playwright))
            chromium.visit(page, f"{server.url}/?tour=off")
            before = [answer_of(page, drawing) for drawing in new]
            for drawing in corrected:
                correct(page, drawing)
            load, started = os.getloadavg()[0], time.monotonic()
            page.locator(".st-key-learn button").click()
            box = page.get_by_role("combobox", name="Which network answers")
            expect(box).to_have_value("Learnt hand", timeout=300_000)
            chromium.wait_until_complete(page)
            seconds = time.monotonic() - started
            after = [answer_of(page, drawing) for drawing in new]
        (run,) = server.runs()
        return {
            "seconds_from_press": round(seconds, 1),
            "stages": stages(run),
            "load_at_press": round(load, 1),
            "load_after": round(os.getloadavg()[0], 1),
            "corrected": [DIGITS[drawing.label] for drawing in corrected],
            "drawn_on_the_page": [DIGITS[drawing.label] for drawing in new],
            "answers_before": before,
            "answers_after": after,
            **counts(corrected, others, network, file.load(run.model_path)),
        }
    finally:
        server.end_trainers()
        server.stop()


def counts(corrected, others, before: PackedNetwork, after: PackedNetwork) -> dict:
    """Returns how many digits each network reads right, and how many weights differ between the two."""

    def num_right(network, drawings):
        return sum(read(network, drawing) == drawing.label for drawing in drawings)

    return {
        "corrected_right_after": num_right(after, corrected),
        "others": len(others),
        "others_right_before": num_right(before, others),
        "others_right_after": num_right(after, others),
        "mnist_before": metrics.evaluate(before, mnist.test()).accuracy,
        "mnist_after": metrics.evaluate(after, mnist.test()).accuracy,
        "flips": after.num_flips_since(before),
    }


def stages(run: Run) -> dict[str, float]:
    """Returns how many seconds after the run's creation each of its files was written."""
    start = (run.folder / "recipe.json").stat().st_mtime
    names = ("start.safetensors", "live.safetensors", "progress.csv", "model.safetensors", "status.json")
    paths = [path for name in names if (path := run.folder / name).exists()]
    epochs = [run.epoch_path(epoch) for epoch in run.epochs()]
    return {path.name: round(path.stat().st_mtime - start, 1) for path in [*paths, *epochs]}


def correct(page, drawing: StrokeDrawing) -> None:
    """Draws on the page, and presses the button of the right digit, or "Right" if the answer is right."""
    draw(page, drawing)
    page.locator(".st-key-judgement").wait_for()
    button = page.locator(f".st-key-it-is-{drawing.label} button")
    if button.count():
        button.click()
    else:
        page.locator(".st-key-right button").click()
    expect(page.locator(".st-key-answer .answer")).to_have_attribute("data-state", "empty")
    chromium.wait_until_complete(page)


def answer_of(page, drawing: StrokeDrawing) -> str:
    """Draws on the page, and returns the digit of the answer; "" if it names none."""
    draw(page, drawing)
    answer = page.evaluate(ANSWER)
    drawing_hand.clear(page)
    expect(page.locator(".st-key-answer .answer")).to_have_attribute("data-state", "empty")
    return answer or ""


def draw(page, drawing: StrokeDrawing) -> None:
    """Draws the strokes with the mouse, and waits for the answer."""
    box = drawing_hand.canvas_box(page)
    points = np.concatenate(drawing.strokes)
    middle, size = (points.max(axis=0) + points.min(axis=0)) / 2, np.ptp(points, axis=0).max()
    for stroke in drawing.strokes:
        drawing_hand.move_pen(page, box, (0.5 + SIZE * (stroke - middle) / size).tolist())
        page.mouse.up()
    page.wait_for_function(IS_ANSWERED)
    chromium.wait_until_complete(page)


if __name__ == "__main__":
    main()
