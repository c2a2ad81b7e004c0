"""The WebAssembly engine in a real browser computes the same bits, scores, answers and pictures as Python."""

import json
from dataclasses import replace

import numpy as np
import pytest

from bnn.analysis import damage
from bnn.data import mnist
from bnn.data.dataset import DIGITS
from bnn.drawing import stroke_files
from bnn.drawing.preprocessing import digit_from_strokes
from bnn.engine import answer, file, inference, looks
from bnn.engine.words import pack_words
from bnn.runs import store

pytestmark = pytest.mark.browser


READ_ALL = """async () => {
  const network = engine.loadNetwork(module, await bytes("/network"))
  const images = await bytes("/images")
  const expected = new Float32Array((await bytes("/scores")).buffer)
  const [answers, probabilities] = [[], []]
  let worst = 0
  for (let i = 0; i < images.length / 784; i++) {
    const read = network.read(images.subarray(784 * i, 784 * i + 784))
    const { scores, label, isSure, candidates } = read
    scores.forEach((score, k) => (worst = Math.max(worst, Math.abs(score - expected[10 * i + k]))))
    answers.push([label, isSure, candidates])
    probabilities.push(Array.from(read.probabilities))
  }
  return { worst, answers, probabilities }
}"""


def assert_reads_like_python(page, network, images):
    """Checks that the browser's scores and answers for the served images equal Python's."""
    found = page.evaluate(READ_ALL)
    assert found["worst"] < 1e-4
    np.testing.assert_allclose(found["probabilities"], inference.probabilities(network, images), atol=1e-5)
    expected = [answer.read(network, image) for image in images]
    assert found["answers"] == [[each.label, each.is_sure, list(each.candidates)] for each in expected]


def test_shipped_network_answers_test_digits_as_python_does(serve):
    network, images = file.load(store.find(None).model_path), mnist.test().images[::15]
    scores = inference.scores(network, images)
    page = serve(
        network=file.to_bytes(network), images=images.tobytes(), scores=scores.astype("<f4").tobytes()
    )
    assert_reads_like_python(page, network, images)


def test_browser_without_simd_reads_the_same(serve):
    network, images = file.load(store.find(None).model_path), mnist.test().images[:200]
    scores = inference.scores(network, images)
    page = serve(
        network=file.to_bytes(network), images=images.tobytes(), scores=scores.astype("<f4").tobytes()
    )
    is_another = page.evaluate(
        """async () => {
          const { validate } = WebAssembly
          const simdBuild = atob(builds[0]).length
          WebAssembly.validate = bytes => bytes.length !== simdBuild && validate(bytes)
          window.simdModule = module
          window.module = await engine.compileEngine(builds)
          return module !== simdModule
        }"""
    )
    assert is_another
    assert_reads_like_python(page, network, images)


def test_flipped_network_gives_pythons_scores(serve, random_network, random_images):
    network, images = random_network(4, ((6,), (40,)), (33,)), random_images(8)
    page = serve(network=file.to_bytes(network), images=images.tobytes())
    for share in (0.3, 0.005, 0.5, 0):
        scores = inference.scores(damage.flip_weights(network, share), images)
        found = page.evaluate(
            """async share => {
              window.network ??= engine.loadNetwork(module, await bytes("/network"))
              network.flipWeights(share)
              const images = await bytes("/images")
              return Array.from({ length: images.length / 784 }, (_, i) =>
                Array.from(network.scores(images.subarray(784 * i, 784 * i + 784))))
            }""",
            share,
        )
        np.testing.assert_allclose(found, scores, atol=1e-4)


def test_flipped_weight_does_not_change_the_file_that_was_loaded(serve, random_network):
    page = serve(network=file.to_bytes(random_network(4, ((6,),), (33,))))
    assert page.evaluate(
        """async () => {
          const file = await bytes("/network")
          engine.loadNetwork(module, file).flipWeight(1, 0, 0)
          const expected = await bytes("/network")
          return file.every((byte, i) => byte === expected[i])
        }"""
    )


@pytest.mark.parametrize("pixel_threshold", [0, 1, 255, 256, (0, 128), (0, 256)])
def test_network_is_blind_if_it_is_blind_in_python(serve, random_network, pixel_threshold):
    network = random_network(4, ((6,),), (33,))
    page = serve(network=file.to_bytes(network))
    thresholds = pixel_threshold if isinstance(pixel_threshold, tuple) else (pixel_threshold,)
    is_blind = page.evaluate(
        """async thresholds => {
          const network = engine.loadNetwork(module, await bytes("/network"))
          network.pixelThresholds = thresholds
          return network.isBlind
        }""",
        thresholds,
    )
    assert is_blind == replace(network, pixel_threshold=pixel_threshold).is_blind


@pytest.mark.parametrize("pixel_threshold", [128, 0, None, (32, 96, 160, 224)])
def test_bits_of_every_layer_equal_pythons(serve, random_network, random_images, pixel_threshold):
    network = random_network(4, ((6,), (40,)), (33,), pixel_threshold, pool_first=pixel_threshold == 128)
    # With three looks, the bits are those of the look at the image itself.
    network = replace(network, has_three_looks=pixel_threshold == 128)
    images = random_images(8)
    scores = inference.scores(network, images)
    page = serve(
        network=file.to_bytes(network), images=images.tobytes(), scores=scores.astype("<f4").tobytes()
    )
    assert_reads_like_python(page, network, images)
    found = page.evaluate(
        """async () => {
          const network = engine.loadNetwork(module, await bytes("/network"))
          const images = await bytes("/images")
          const bits = i => {
            network.read(images.subarray(784 * i, 784 * i + 784))
            return network.lastLayerBits().map(words => Array.from(words))
          }
          return Array.from({ length: images.length / 784 }, (_, i) => bits(i))
        }"""
    )
    for number, layer in enumerate(inference.activations(network, images)):
        is_grey = number == 0 and pixel_threshold is None
        # Digits have an axis for channels only if a pixel has several bits.
        has_channels = number > 0 or layer.ndim == 4
        expected = layer if has_channels else layer[..., None]
        words = expected.astype(np.uint32) if is_grey else pack_words(expected)
        ours = np.array([each[number] for each in found], np.uint32)
        np.testing.assert_array_equal(ours, words.reshape(len(images), -1))


def test_three_looks_see_the_same_images_as_in_python(serve, random_images):
    images = np.concatenate([random_images(8), mnist.test().images[:20]])
    page = serve(images=images.tobytes())
    found = page.evaluate(
        """async () => {
          const images = await bytes("/images")
          return Array.from({ length: images.length / 784 }, (_, i) =>
            engine.looksAt(images.subarray(784 * i, 784 * i + 784)).map(look => Array.from(look)))
        }"""
    )
    slants = (-looks.SLANT, looks.SLANT, 0)
    expected = np.stack([looks.slanted(images, slant) for slant in slants], axis=1)
    np.testing.assert_array_equal(np.array(found, np.uint8), expected.reshape(len(images), 3, -1))


def test_peoples_drawings_give_the_same_pixels_as_in_python(serve, shared):
    loaded = stroke_files.load_drawings(shared / "strokes" / "pen-strokes-dev.jsonl.gz", DIGITS)
    drawings = [drawing.strokes for drawing in loaded]
    digits = np.stack([digit_from_strokes(strokes).digit for strokes in drawings])
    content = json.dumps([[stroke.tolist() for stroke in strokes] for strokes in drawings])
    page = serve(strokes=content.encode(), digits=digits.tobytes())
    num_other = page.evaluate(
        """async () => {
          const draw = engine.digitFromStrokes(module)
          const drawings = JSON.parse(new TextDecoder().decode(await bytes("/strokes")))
          const digits = await bytes("/digits")
          const differs = (strokes, i) => draw(strokes).some((v, k) => v !== digits[784 * i + k])
          return drawings.filter(differs).length
        }"""
    )
    assert num_other == 0


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_are_refused_or_read_without_harm(serve, random_network, seed):
    """The engine refuses the files that Python refuses, and gives the same scores for all others.

    It never hangs and never reads beyond the file.
    """
    rng = np.random.default_rng(seed)
    content = file.to_bytes(random_network(seed))
    damaged = [_damaged(content, rng) for _ in range(100)]
    joined = np.frombuffer(b"".join(each.ljust(2 * len(content), b"\0") for each in damaged), np.uint8)
    page = serve(files=joined.tobytes())
    found = page.evaluate(
        """async ([lengths, stride]) => {
          const files = await bytes("/files")
          return lengths.map((length, i) => {
            try {
              const network = engine.loadNetwork(module, files.slice(i * stride, i * stride + length))
              return [...network.scores(new Uint8Array(784).fill(200))].map(Number)
            } catch (error) {
              return error.message.startsWith("it is not a packed network") ? null : String(error)
            }
          })
        }""",
        [[len(each) for each in damaged], 2 * len(content)],
    )
    image = np.full((1, 28, 28), 200, np.uint8)
    for each, ours in zip(damaged, found, strict=True):
        try:
            expected = inference.scores(file.from_bytes(each), image)[0]
        except ValueError:
            assert ours is None
        else:
            np.testing.assert_allclose(ours, expected, rtol=1e-5, atol=1e-4)


def _damaged(content, rng):
    """Returns the file's content cut off, lengthened, or with a few bytes changed."""
    data = bytearray(content)
    header = 8 + int.from_bytes(content[:8], "little")
    kind = rng.integers(4)
    if kind == 0:
        return bytes(data[: rng.integers(len(data))])
    if kind == 1:
        return bytes(data) + bytes(rng.integers(0, 256, rng.integers(1, 50), np.uint8))
    for _ in range(rng.integers(1, 4)):
        place = rng.integers(header) if kind == 2 else rng.integers(len(data))
        # A digit is replaced by another digit, so that the header often stays valid JSON.
        data[place] = rng.integers(48, 58) if chr(data[place]).isdigit() else rng.integers(256)
    return bytes(data)
