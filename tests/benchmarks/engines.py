"""Compares the engine in C and in WebAssembly with the one in Python.

    python -m tests.benchmarks.engines [--images 10000] [--drawings FILE]

In headless Chromium, MNIST's test digits are read with a network of each kind: one bit for each pixel,
several bits, and grey pixels. Every bit of every layer, the scores and the answers are compared. The images
of the golden vectors (`tests/golden`) are compared in the same way. If FILE is given, its pen drawings are
made into 28x28 digits in Python and in the browser. The pixels of these digits, and the answers to them, are
compared, too. If gcc is installed, the C export of two networks then reads the test digits, and its
probabilities are compared. The exit code is 1 if a pixel, a bit or an answer differs, or if a score or a
probability differs by 1e-4 or more.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import safetensors.numpy
from playwright.sync_api import Page, Route, sync_playwright

from bnn.data import mnist
from bnn.data.dataset import DIGITS
from bnn.drawing import stroke_files
from bnn.drawing.preprocessing import digit_from_strokes
from bnn.engine import answer, file, inference
from bnn.engine.network import PackedNetwork
from bnn.engine.portable import script
from bnn.engine.words import pack_words
from bnn.runs import store
from tests.golden import make as golden
from tests.support import chromium
from tests.support.c_export import run_example

# Number of images that are read at once.
CHUNK = 250
MAX_DIFFERENCE = 1e-4
C_RUNS = ("quick", "shipped")
ORIGIN = "http://engine.test/"
SETUP = """async () => {
  window.engine = await import("/engine.js")
  window.module = await engine.compileEngine(engine.BUILDS)
  window.bytes = async name => new Uint8Array(await (await fetch(name)).arrayBuffer())
}"""
READ = """async () => {
  const network = engine.loadNetwork(module, await bytes("/network"))
  const images = await bytes("/images")
  const words = new Uint32Array((await bytes("/words")).buffer)
  const scores = new Float32Array((await bytes("/scores")).buffer)
  const result = { numOther: 0, worst: 0, answers: [] }
  let place = 0
  for (let i = 0; i < images.length / 784; i++) {
    const image = images.subarray(784 * i, 784 * i + 784)
    const { scores: ours, digit, isSure, isKnown, candidates } = network.read(image)
    const differences = ours.map((score, k) => Math.abs(score - scores[i * ours.length + k]))
    result.worst = Math.max(result.worst, ...differences)
    result.answers.push([digit, isSure, isKnown, candidates])
    let isOther = false
    for (const layer of network.lastLayerBits()) {
      for (const word of layer) isOther = words[place++] !== word || isOther
    }
    if (isOther) result.numOther++
  }
  result.isWhole = place === words.length
  return result
}"""
DRAW = """async () => {
  const pixelsOf = engine.digitFromStrokes(module)
  const drawings = JSON.parse(new TextDecoder().decode(await bytes("/drawings")))
  const digits = await bytes("/digits")
  const isOther = (strokes, i) => pixelsOf(strokes).some((value, k) => value !== digits[784 * i + k])
  return drawings.filter(isOther).length
}"""


@dataclass
class Comparison:
    """How many images were read, how many have other bits or answers, and the largest difference.

    It is that of a score or, for the C export, of a probability.
    """

    num_images: int = 0
    num_other_bits: int = 0
    num_other_answers: int = 0
    largest_difference: float = 0.0

    @property
    def is_equal(self) -> bool:
        """Whether all bits and answers are equal, and the largest difference is below `MAX_DIFFERENCE`."""
        return (
            not self.num_other_bits
            and not self.num_other_answers
            and self.largest_difference < MAX_DIFFERENCE
        )


class Site:
    """A page in Chromium with the engine, and the files that its scripts fetch."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.files: dict[str, bytes] = {"": b"<!doctype html>"}
        names = "BUILDS, compileEngine, loadNetwork, digitFromStrokes"
        self.files["engine.js"] = f"{script.module()}\nexport {{ {names} }}".encode()
        page.route(f"{ORIGIN}**", self._answer)
        page.goto(ORIGIN)
        page.evaluate(SETUP)

    def _answer(self, route: Route) -> None:
        name = route.request.url.removeprefix(ORIGIN)
        kinds = {"": "text/html", "engine.js": "text/javascript"}
        route.fulfill(body=self.files[name], content_type=kinds.get(name, "application/octet-stream"))

    def compare(self, network: PackedNetwork, images: np.ndarray) -> Comparison:
        """Reads the images in the browser, and compares everything with Python."""
        comparison = Comparison()
        self.files["network"] = file.to_bytes(network)
        for chunk in _chunks(images):
            scores = inference.scores(network, chunk)
            inputs = inference.activations(network, chunk)
            words = [_words(network, index, values) for index, values in enumerate(inputs)]
            self.files["images"] = chunk.tobytes()
            self.files["words"] = np.concatenate(words, axis=1).astype("<u4").tobytes()
            self.files["scores"] = scores.astype("<f4").tobytes()
            result = self.page.evaluate(READ)
            assert result["isWhole"]
            answers = [answer.read(network, image) for image in chunk]
            expected = [[one.label, one.is_sure, one.is_known, list(one.candidates)] for one in answers]
            comparison.num_images += len(chunk)
            comparison.num_other_bits += result["numOther"]
            pairs = zip(result["answers"], expected, strict=True)
            comparison.num_other_answers += sum(in_browser != in_python for in_browser, in_python in pairs)
            comparison.largest_difference = max(comparison.largest_difference, result["worst"])
        return comparison

    def num_other_digits(self, drawings: list[list[np.ndarray]], digits: np.ndarray) -> int:
        """Returns how many drawings become another 28x28 image in the browser than in Python."""
        self.files["drawings"] = json.dumps([[s.tolist() for s in strokes] for strokes in drawings]).encode()
        self.files["digits"] = digits.tobytes()
        return self.page.evaluate(DRAW)


def main() -> None:
    """Compares and prints; exits with 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--drawings", type=Path)
    options = parser.parse_args()
    images = mnist.test().images[: options.images]
    with sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        page = browser.new_page()
        page.set_default_timeout(chromium.PATIENCE_MS)
        site = Site(page)
        are_equal = [_compare_digits(site, images), _compare_golden(site)]
        if options.drawings:
            are_equal.append(_compare_drawings(site, options.drawings))
        browser.close()
    if shutil.which("gcc"):
        are_equal += [_compare_c(name, images) for name in C_RUNS]
    sys.exit(not all(are_equal))


def _compare_digits(site: Site, images: np.ndarray) -> bool:
    networks = {
        "quick, one bit": file.load(store.find("quick").model_path),
        "shipped, levels": file.load(store.find("shipped").model_path),
        "golden, grey": golden.network("grey"),
    }
    are_equal = [_print(f"{name}: test digits", site.compare(one, images)) for name, one in networks.items()]
    return all(are_equal)


def _compare_golden(site: Site) -> bool:
    """Compares the browser with Python's engine, and the bits of Python's engine with the golden vectors."""
    vectors = safetensors.numpy.load_file(golden.FOLDER / "vectors.safetensors")
    are_equal = []
    for name in golden.NETWORKS:
        network = golden.network(name)
        comparison = site.compare(network, vectors["images"])
        for index, values in enumerate(inference.activations(network, vectors["images"])):
            if f"{name}.{index}.inputs" in vectors:
                bits = np.packbits(values.reshape(len(values), -1), axis=1, bitorder="little")
                is_other = (bits != vectors[f"{name}.{index}.inputs"]).any(axis=1)
                comparison.num_other_bits += int(is_other.sum())
        are_equal.append(_print(f"{name}: golden vectors", comparison))
    return all(are_equal)


def _compare_drawings(site: Site, path: Path) -> bool:
    drawings = [drawing.strokes for drawing in stroke_files.load_drawings(path, DIGITS)]
    digits = np.stack([digit_from_strokes(strokes).digit for strokes in drawings])
    num_other = site.num_other_digits(drawings, digits)
    print(
        f"{path.name}: {num_other} of {len(drawings):,} drawings become other pixels than in Python",
        flush=True,
    )
    network = file.load(store.find(None).model_path)
    return _print("shipped: drawings", site.compare(network, digits)) and num_other == 0


def _compare_c(name: str, images: np.ndarray) -> bool:
    run = store.find(name)
    with tempfile.TemporaryDirectory() as folder:
        names, probabilities = run_example("gcc", run, Path(folder), images)
    expected = inference.probabilities(file.load(run.model_path), images)
    num_other = int((np.array(names, int) != expected.argmax(axis=1)).sum())
    worst = float(np.abs(probabilities - expected).max())
    return _print(f"{name}: C export, gcc -O2", Comparison(len(images), 0, num_other, worst))


def _chunks(images: np.ndarray) -> Iterator[np.ndarray]:
    yield from (images[first : first + CHUNK] for first in range(0, len(images), CHUNK))


def _words(network: PackedNetwork, index: int, values: np.ndarray) -> np.ndarray:
    """Returns a layer's input as the 32-bit words that the portable engine uses, (n, words)."""
    if index == 0 and network.pixel_threshold is None:
        return values.reshape(len(values), -1).astype(np.uint32)
    # The first layer's input may have no axis for its only channel.
    channels = values[..., None] if index == 0 and values.ndim == 3 else values
    return pack_words(channels).reshape(len(values), -1)


def _print(words: str, comparison: Comparison) -> bool:
    print(
        f"{words:32} {comparison.num_images:6,} images: {comparison.num_other_bits} with other bits,"
        f" {comparison.num_other_answers} with another answer,"
        f" largest difference {comparison.largest_difference:.1e}",
        flush=True,
    )
    return comparison.is_equal


if __name__ == "__main__":
    main()
