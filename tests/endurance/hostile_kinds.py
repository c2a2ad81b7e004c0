"""The kinds of file that One-Bit Lab reads: sound ones to spoil, and how each is read.

A reader gets the path of the file and returns whether it was taken. Whatever is raised but the documented ValueError
and OSError is a failure, and so is a file that was taken and then cannot be used.
"""

import base64
import gzip
import json
import random
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl

import numpy as np
import safetensors.numpy
from PIL import Image

from bnn import answer, checkpoint, drawing, mnist, price, runs
from bnn.__main__ import _grey_pixels, main
from bnn.engine import file, inference
from bnn.layer_table import layer_table, totals
from bnn.recipe import PRESETS, Recipe
from bnn.runs import Run
from bnn.status import STATES, Status
from tests.conftest import _random_network
from tests.endurance import bombs
from tests.endurance.mutations import damage, damage_json

MAX_MESSAGE = 1000
RUN_ID = "20261123-140501-quick"


class Kind(NamedTuple):
    """A kind of file: its name, sound contents, how one is spoilt and read, and contents made to burst the reader."""

    file_name: str
    seeds: list[bytes]
    spoil: Callable[[random.Random, list[bytes]], bytes]
    read: Callable[[Path], bool]
    bombs: Callable[[], list[bytes]] = list


def kinds() -> dict[str, Kind]:
    """All of them, by name."""
    found = (
        Kind("model.safetensors", _networks(), _spoil_tensors, _read_network, bombs.networks),
        Kind("recipe.json", _recipes(), _spoil_json, _read_recipe, bombs.json_texts),
        Kind("status.json", _statuses(), _spoil_json, _read_status, bombs.json_texts),
        Kind("test.json", [_test_result()], _spoil_json, _read_test, bombs.json_texts),
        Kind("twin.json", [_twin()], _spoil_json, _read_twin, bombs.json_texts),
        Kind("history.csv", [_shipped("history.csv")], damage_one, _read_history, bombs.tables),
        Kind("progress.csv", [_shipped("progress.csv")[:2000]], damage_one, _read_progress, bombs.tables),
        Kind("name.txt", [b"mine", "Zoë’s 3".encode()], damage_one, _read_name, bombs.json_texts),
        Kind(
            "checkpoint/state.safetensors",
            _checkpoints(),
            _spoil_tensors,
            _read_checkpoint,
            bombs.checkpoints,
        ),
        Kind("image", _images(), damage_one, _read_image, bombs.images),
        Kind("drawings.jsonl", _drawings(), _spoil_lines, _read_drawings, bombs.drawings),
        Kind("drawings.jsonl.gz", _packed_drawings(), _spoil_packed, _read_drawings, bombs.packed_drawings),
        Kind("canvas", _canvases(), _spoil_json, _read_canvas, bombs.canvases),
        Kind("address", _addresses(), damage_one, _read_address),
        Kind("run id", _ids(), damage_one, _read_id),
    )
    return {kind.file_name: kind for kind in found}


def damage_one(rng: random.Random, seeds: list[bytes]) -> bytes:
    """One of them, spoilt as bytes."""
    return damage(rng, rng.choice(seeds), seeds)


def _refused(error):
    assert len(str(error)) <= MAX_MESSAGE, f"the message has {len(str(error)):,} characters"
    str(error).encode("utf-8", "backslashreplace")
    return False


def _run_of(path):
    return Run(RUN_ID, path.parent)


def _spoil_json(rng, seeds):
    if rng.random() < 0.4:
        return damage_one(rng, seeds)
    return damage_json(rng, rng.choice(seeds).decode()).encode("utf-8", "surrogatepass")


def _shipped(name):
    return (runs.SHIPPED / "shipped" / name).read_bytes()


# --- The packed network and the checkpoint: safetensors


def _networks():
    small = dict(stages=((3,), (2,)), dense=(9,))
    made = [
        _random_network(1, pool_first=True, **small),
        _random_network(2, pixel_threshold=None, **small),
        _random_network(3, pixel_threshold=(32, 96, 160, 224), **small),
        _random_network(4, stages=(), dense=(5,)),
    ]
    return [file.to_bytes(network) for network in made]


def _spoil_tensors(rng, seeds):
    """Anywhere; in the header, its length put right so that the change gets past the first look; or in its JSON."""
    content, chance = rng.choice(seeds), rng.random()
    if chance < 0.3:
        return damage_one(rng, seeds)
    start = 8 + int.from_bytes(content[:8], "little")
    header, rest = content[8:start], content[start:]
    if chance < 0.5:
        header = damage(rng, header, seeds)
    else:
        header = _spoil_metadata(rng, json.loads(header))
    return len(header).to_bytes(8, "little") + header + rest


def _spoil_metadata(rng, header):
    name, text = next(iter(header["__metadata__"].items()))
    if rng.random() < 0.3:
        return damage_json(rng, json.dumps(header)).encode("utf-8", "surrogatepass")
    return json.dumps(header | {"__metadata__": {name: damage_json(rng, text)}}).encode()


def _read_network(path):
    try:
        network = file.load(path)
    except ValueError as error:
        return _refused(error)
    _answers(network)
    return True


def _answers(network):
    image = mnist.test().images[:1]
    probabilities = inference.probabilities(network, image)
    assert abs(probabilities.sum() - 1) < 1e-3, probabilities
    assert len(inference.activations(network, image)) == len(network.layers)
    assert 0 <= answer.read(network, image[0]).digit <= 9
    assert network.recipe.isprintable()


class _Variable:
    """What the checkpoint needs of one of Keras'."""

    def __init__(self, value):
        self.value = value
        self.shape, self.dtype = value.shape, value.dtype

    def numpy(self):
        return self.value

    def assign(self, value):
        assert value.shape == self.shape and value.dtype == self.dtype
        self.value = value


class _Model:
    """A model of three variables and an optimiser of two, without TensorFlow."""

    def __init__(self, rng=None):
        rng = rng or np.random.default_rng(0)
        self.variables = [
            _Variable(rng.random(shape, np.float32)) for shape in ((3, 3, 1, 4), (4,), (20, 10))
        ]
        self.optimizer = self
        self.variables.append(_Variable(np.array(7, np.int64)))


def _checkpoints():
    bits = np.where(np.arange(236) % 3, 1, -1).astype(np.int8)
    tensors = {name: v.numpy() for name, v in checkpoint._variables(_Model()).items()}
    tensors["previous_bits"] = np.packbits(bits < 0)
    place = dict(epoch=2, batch=7, seconds=3.5, loss=0.25, accuracy=0.9)
    return [safetensors.numpy.save(tensors, {"position": json.dumps(place)})]


def _read_checkpoint(path):
    run = Run(RUN_ID, path.parents[1])
    try:
        position = checkpoint.load(run, _Model(), 236, 100)
    except ValueError as error:
        return _refused(error)
    assert position.previous_bits.shape == (236,) and 0 <= position.batch <= 100
    return True


# --- A run's small files


def _recipes():
    return [PRESETS[name].to_json().encode() for name in ("best", "report")]


def _read_recipe(path):
    run = _run_of(path)
    try:
        recipe = run.recipe()
    except ValueError as error:
        return _refused(error)
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert totals(layer_table(recipe)).macs_1bit >= 0
    assert len(recipe.name) <= MAX_MESSAGE
    recipe.sentence.encode()
    return True


def _statuses():
    running = Status("running", "Learning", 2, 10, 40, 430, 3000.0, 61.5, 2**22 + 1, 1.7e9)
    return [json.dumps(status.__dict__).encode() for status in (running, Status("finished"))]


def _read_status(path):
    status = _run_of(path).status()
    assert status.state in STATES and len(status.message) <= MAX_MESSAGE
    status.message.encode()
    # What the Train page makes of it.
    assert len(f"{status.images_per_second:,.0f} {status.eta_seconds:.0f}") < 200
    assert abs(status.num_epochs * status.num_batches / 3) < 1e300
    return status.state != "failed"


def _test_result():
    matrix = np.diag(np.full(10, 97)) + 3 * np.eye(10, k=1, dtype=int)
    result = {"confusion_matrix": matrix.tolist(), "epoch": 3}
    num_correct, num_images = int(matrix.trace()), int(matrix.sum())
    result |= dict(num_images=num_images, num_correct=num_correct, accuracy=num_correct / num_images)
    return json.dumps(result).encode()


def _read_test(path):
    result = _run_of(path).test()
    return result is not None and 0 <= float(result["accuracy"]) <= 1


def _twin():
    twin = dict(recipe="best", epochs=6, num_images=10_000, num_correct=9971, accuracy=0.9971, model_bytes=1)
    return json.dumps(twin).encode()


def _read_twin(path):
    accuracy = price.twin_accuracy(_run_of(path))
    return accuracy is not None and 0 <= accuracy <= 1


def _read_history(path):
    return _is_table(_run_of(path).history())


def _read_progress(path):
    return _is_table(_run_of(path).progress())


def _is_table(table):
    assert np.isfinite(table.to_numpy(float)).all() and (table["epoch"] >= 0).all()
    return len(table) > 0


def _read_name(path):
    run = _run_of(path)
    assert run.name().isprintable() and 0 < len(run.name()) <= 80
    return run.name() != run.id


# --- Images and drawings


def _images():
    grey = np.zeros((40, 30), np.uint8)
    grey[5:35, 13:17] = 255
    picture, large = Image.fromarray(grey), Image.fromarray(grey).resize((400, 500))
    ways = [("PNG", mode) for mode in ("L", "RGB", "RGBA", "P", "1", "LA", "I;16")]
    ways += [("JPEG", "L"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("GIF", "P"), ("BMP", "RGB"), ("WEBP", "RGBA")]
    ways += [("TIFF", mode) for mode in ("L", "RGB", "F", "CMYK", "RGBA")] + [("PPM", "RGB"), ("ICO", "RGBA")]
    ways += [(name, "RGB") for name in ("EPS", "PCX", "TGA", "SGI", "JPEG2000", "PDF")]
    return [_saved(picture.convert(mode), kind) for kind, mode in ways] + [
        _saved(large, "PNG"),
        _saved(picture.resize((28, 28)), "PNG"),
    ]


def _saved(picture, kind):
    buffer = BytesIO()
    try:
        picture.save(buffer, kind)
    except (KeyError, OSError):
        # A Pillow without that format.
        return b"no image"
    return buffer.getvalue()


def _read_image(path):
    try:
        found = drawing.digit_from_image(_grey_pixels(str(path)))
    except (ValueError, OSError) as error:
        return _refused(error)
    return _is_digit(found)


def _is_digit(found):
    assert found.digit.shape == (28, 28) and found.digit.dtype == np.uint8
    assert found.is_empty == (not found.digit.any())
    return True


def _drawings():
    strokes = [[[10, 10.5], [20, 90], [35, 70]], [[60, 20], [61, 95]]]
    lines = [json.dumps({"label": label, "writer": 3, "strokes": strokes}) for label in (4, 9, 0)]
    return ["\n".join(lines).encode(), (lines[0] + "\n").encode()]


def _spoil_lines(rng, seeds):
    if rng.random() < 0.4:
        return damage_one(rng, seeds)
    lines = rng.choice(seeds).decode().splitlines()
    number = rng.randrange(len(lines))
    lines[number] = damage_json(rng, lines[number])
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _packed_drawings():
    return [gzip.compress(text) for text in _drawings()]


def _spoil_packed(rng, seeds):
    packed = gzip.compress(_spoil_lines(rng, _drawings()))
    return packed if rng.random() < 0.5 else damage(rng, packed, [packed])


def _read_drawings(path):
    try:
        found, labels = drawing.load_drawings(path)
    except (ValueError, OSError) as error:
        return _refused(error)
    assert len(found) == len(labels)
    return all(_is_digit(drawing.digit_from_strokes(strokes)) for strokes in found[:5])


def _canvases():
    path = [["M", 10, 10], ["Q", 20, 20, 30, 15], ["L", 90.5, 200]]
    plain = {"type": "Path", "path": path, "left": 50, "top": 105, "originX": "center", "originY": "center"}
    turned = plain | dict(scaleX=2, scaleY=0.5, angle=30, skewX=3, flipX=True)
    return [json.dumps({"version": "7.4", "objects": [plain, item]}).encode() for item in (plain, turned)]


def _read_canvas(path):
    try:
        data = json.loads(path.read_text("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        # Streamlit reads the JSON, before any page sees it.
        return False
    try:
        strokes = drawing.strokes_from_canvas(drawing.canvas_objects(data), 320)
        return _is_digit(drawing.digit_from_strokes(strokes))
    except ValueError as error:
        return _refused(error)


# --- What is typed into an address or after a command


def _addresses():
    return [
        f"step=neuron&run=quick&digit={digit}&white=128&layer=2&filter=3&row=4&column=5&epoch=2"
        "&flips=7.5&noise=40&turn=-30&right=3&down=-2&tour=off&nav=off".encode()
        for digit in ("m7", f"z{_packed_digit()}")
    ]


def _packed_digit():
    return base64.urlsafe_b64encode(zlib.compress(mnist.test().images[7].tobytes(), 9)).decode().rstrip("=")


def _read_address(path):
    # Here, for they bring in Streamlit, which would be counted with all that is read without it.
    from views import parts_inside_digit, parts_inside_link

    found = dict(parse_qsl(path.read_text("utf-8", "replace"), keep_blank_values=True))
    for name, (_, parse) in parts_inside_link._FIELDS.items():
        value = parse(found.get(name, ""))
        assert value is None or isinstance(value, str) or abs(value) <= 9999, (name, value)
        if name == "digit" and value:
            assert parts_inside_digit.digit(value).shape == (28, 28)
            parts_inside_digit.truth(value)
    return bool(found)


def _ids():
    ways_out = [
        "../outside",
        "..",
        "/etc/passwd",
        "a/../../outside",
        "..\\outside",
        "C:\\outside",
        "\\\\host\\share",
    ]
    names = [
        "CON",
        "nul",
        "COM1",
        "aux.txt",
        "LPT1",
        "~root",
        "x" * 5000,
        "a\0b",
        ".",
        "",
        "-rf",
        "%2e%2e/outside",
    ]
    return [text.encode() for text in (RUN_ID, "link", "linked-file", *ways_out, *names)]


def _read_id(path):
    root, text = runs.root(), path.read_text("utf-8", "replace")
    try:
        run = runs.find(text)
    except ValueError as error:
        assert main(["evaluate", "--", text]) == 2
        return _refused(error)
    inside = (root.resolve(), runs.SHIPPED.resolve())
    assert run.folder.resolve().parent in inside, f"{text!r} leads to {run.folder.resolve()}"
    return True
