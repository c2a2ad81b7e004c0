"""Hostile files.

Every file that One-Bit Lab reads is damaged in thousands of ways by hypothesis and read, each kind in a
process of its own. No error is allowed but the documented ones, no hang, no more than 500 MB of memory, no
TensorFlow, and nothing may be opened, started or run that the file might have asked for. Then pages are
opened over damaged runs.
"""

import base64
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from unittest import mock
from urllib.parse import parse_qsl

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from bnn.analysis import savings
from bnn.cli import main
from bnn.data import dataset, mnist
from bnn.drawing import canvas, preprocessing, stroke_files
from bnn.drawing.picture_files import grey_pixels
from bnn.engine import answer, file, inference
from bnn.recipes.layer_table import layer_table, totals
from bnn.recipes.presets import PRESETS
from bnn.recipes.recipe import Recipe
from bnn.runs import store
from bnn.runs.launchers import local
from bnn.runs.run import Run
from bnn.runs.status import STATES, Status
from bnn.training import checkpoint
from pages.inside.chapters import CHAPTERS
from tests.endurance import hostile_contents as hostile
from tests.support import guard, stand_in_model
from tests.support.project import PROJECT
from tests.support.random_networks import random_network

# Hypothesis draws about a fifth of its examples twice.
MANY, FEW = 2_500, 40
MANY_FOLDERS, FEW_FOLDERS = 60, 2
LARGEST_MEGABYTES = 500
MAX_MESSAGE = 1000
RUN_ID = "20261123-140501-quick"
# The same examples in every run. A page is too slow to look for a smaller example.
EXAMPLES = settings(
    deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), print_blob=False
)
WITHOUT_SHRINKING = settings(EXAMPLES, phases=[Phase.generate])


class Kind(NamedTuple):
    """A kind of file."""

    file_name: str
    sound: list[bytes]
    # A strategy for damaged ones, from sound ones.
    damaged: Callable[[list[bytes]], st.SearchStrategy[bytes]]
    # Whether the file at that path is taken. Raises if it is neither taken nor refused as documented.
    read: Callable[[Path], bool]
    # Contents that exhaust a careless reader.
    large: Callable[[], list[bytes]] = list


def run(quick: bool = False) -> str:
    """Read damaged files of all kinds and return the figures; AssertionError if a promise is broken.

    The quick version reads few of each kind, all in one process, and no large ones.
    """
    names = list(kinds())
    groups = [names] if quick else [[name] for name in names]
    found = [result for group in groups for result in _read_in_own_process(group, FEW if quick else MANY)]
    _check(found)
    num_folders, num_pages = open_pages_over_damaged_runs(FEW_FOLDERS if quick else MANY_FOLDERS)
    heaviest, slowest = (max(found, key=lambda result: result[key]) for key in ("megabytes", "seconds"))
    num_files, num_taken = (sum(result[key] for result in found) for key in ("num_files", "num_taken"))
    return (
        f"{num_files:,} damaged files of {len(found)} kinds: {num_files - num_taken:,} refused or left out"
        f" with a message, {num_taken:,} taken and usable; no other error, nothing run; slowest"
        f" {slowest['seconds']:.2f} s of processor time ({slowest['kind']}), most memory"
        f" {heaviest['megabytes']:.0f} MB ({heaviest['kind']});"
        f" {num_pages} pages over {num_folders} damaged runs without an exception"
    )


def _check(found):
    for result in found:
        kind, megabytes = result["kind"], result["megabytes"]
        assert not result["failures"], f"{len(result['failures'])} failed, such as: {result['failures'][0]}"
        assert result["num_sound"], f"not even a sound {kind} was taken"
        assert megabytes <= LARGEST_MEGABYTES, f"reading {kind} took {megabytes:.0f} MB"


def _read_in_own_process(names, count):
    with tempfile.TemporaryDirectory() as folder:
        for name in names if count > FEW else []:
            # Made here, so that the memory needed to make them is not counted as the reader's.
            (Path(folder) / "large" / name).mkdir(parents=True)
            for number, content in enumerate(kinds()[name].large()):
                (Path(folder) / "large" / name / f"{number:03d}").write_bytes(content)
        done = subprocess.run(
            [sys.executable, "-m", "tests.endurance.hostile_files", str(count), folder, *names],
            cwd=PROJECT,
            env={**os.environ, "BNN_RUNS_DIR": f"{folder}/runs"},
            check=False,
            capture_output=True,
            text=True,
        )
    lines = done.stdout.splitlines()
    ending = f"reading {names} ended with {done.returncode}: {done.stderr[-2000:]}"
    assert done.returncode == 0, ending
    assert lines, ending
    return json.loads(lines[-1])


# --- In that process


def read_many(names: list[str], count: int, folder: Path) -> list[dict]:
    """Read `count` damaged files of each kind, and its large ones; returns what was found for each kind."""
    _make_runs(folder)
    reading_guard = guard.Guard(folder)
    return [_read_kind(kinds()[name], count, folder, reading_guard) for name in names]


def _make_runs(folder):
    """A run to find, and links that lead out of the folder of runs."""
    Run(RUN_ID, store.root() / RUN_ID).write_recipe(PRESETS["quick"])
    outside = Run("outside", folder / "outside")
    outside.write_recipe(PRESETS["quick"])
    (store.root() / "link").symlink_to(outside.folder)
    for name in ("20261123-140502-file", "none"):
        (store.root() / name).symlink_to(outside.folder / "recipe.json")


def _read_kind(kind, count, folder, reading_guard):
    path = folder / "run" / kind.file_name
    path.parent.mkdir(parents=True, exist_ok=True)
    found = dict(kind=kind.file_name, num_sound=0, num_files=0, num_taken=0, seconds=0.0, failures=[])
    for content in kind.sound:
        # Also loads and compiles now what is loaded and compiled at the first use.
        path.write_bytes(content)
        found["num_sound"] += kind.read(path)
    try:
        for large in sorted((folder / "large" / kind.file_name).glob("*[0-9]")):
            shutil.copyfile(large, path)
            _read_one(kind, path, reading_guard, found)
        _read_damaged(kind, count, path, reading_guard, found)
    except AssertionError as error:
        found["failures"].append(str(error))
    if "tensorflow" in sys.modules:
        found["failures"].append(f"reading {kind.file_name} loads TensorFlow")
    return found | {"megabytes": guard.peak_megabytes()}


def _read_damaged(kind, count, path, reading_guard, found):
    @settings(EXAMPLES, max_examples=count)
    @given(kind.damaged(kind.sound))
    def read(content):
        path.write_bytes(content)
        _read_one(kind, path, reading_guard, found)

    read()


def _read_one(kind, path, reading_guard, found):
    found["num_files"] += 1
    try:
        with guard.timed() as seconds, reading_guard:
            found["num_taken"] += bool(kind.read(path))
    except (Exception, guard.TooSlowError, SystemExit) as error:  # noqa: BLE001, whatever is raised is a failure
        where = "".join(traceback.format_tb(error.__traceback__)[-4:])
        with path.open("rb") as opened:
            start = opened.read(100)
        raise AssertionError(
            f"{kind.file_name}: {type(error).__name__}: {str(error)[:300]} {start!r}\n{where}"
        ) from None
    found["seconds"] = max(found["seconds"], *seconds)


# --- The kinds of file


def kinds() -> dict[str, Kind]:
    """All kinds by their file name."""
    as_bytes, as_json, tensors = hostile.damaged_bytes, hostile.damaged_json, hostile.damaged_safetensors
    shipped = store.SHIPPED / "shipped"
    history, progress = ((shipped / name).read_bytes() for name in ("history.csv", "progress.csv"))
    checkpoints = [stand_in_model.checkpoint_bytes()]
    found = (
        Kind("model.safetensors", _networks(), tensors, _read_network, hostile.large_networks),
        Kind(
            "checkpoint/state.safetensors", checkpoints, tensors, _read_checkpoint, hostile.large_checkpoints
        ),
        Kind("recipe.json", _recipes(), as_json, _read_recipe, hostile.large_json),
        Kind("status.json", _statuses(), as_json, _read_status, hostile.large_json),
        Kind("test.json", [_test_result()], as_json, _read_test, hostile.large_json),
        Kind("twin.json", [_twin()], as_json, _read_twin, hostile.large_json),
        Kind("history.csv", [history], as_bytes, _read_history, hostile.large_tables),
        Kind("progress.csv", [progress[:2000]], as_bytes, _read_progress, hostile.large_tables),
        Kind("name.txt", [b"mine", "Zoë’s 3".encode()], as_bytes, _read_name, hostile.large_json),
        Kind("image", _images(), as_bytes, _read_image, hostile.large_images),
        Kind("drawings.jsonl", _drawings(), hostile.damaged_drawings, _read_drawings, hostile.large_drawings),
        Kind("drawings.jsonl.gz", _gzips(), hostile.damaged_gzip, _read_drawings, hostile.large_gzips),
        Kind("canvas", _canvases(), as_json, _read_canvas, hostile.large_canvases),
        Kind("address", _addresses(), as_bytes, _read_address),
        Kind("run id", _ids(), as_bytes, _read_id),
    )
    return {kind.file_name: kind for kind in found}


def _is_refused_well(error):
    """Check that the error can be shown; False, for "not taken"."""
    assert len(str(error)) <= MAX_MESSAGE, f"the message has {len(str(error)):,} characters"
    str(error).encode("utf-8", "backslashreplace")
    return False


def _run_of(path):
    return Run(RUN_ID, path.parent)


def _networks():
    small = dict(stages=((3,), (2,)), dense=(9,))
    networks = (
        random_network(1, pool_first=True, **small),
        random_network(2, pixel_threshold=None, **small),
        random_network(3, pixel_threshold=(32, 96, 160, 224), **small),
        random_network(4, stages=(), dense=(5,)),
    )
    return [file.to_bytes(network) for network in networks]


def _read_network(path):
    try:
        network = file.load(path)
    except ValueError as error:
        return _is_refused_well(error)
    image = mnist.test().images[:1]
    probabilities = inference.probabilities(network, image)
    assert abs(probabilities.sum() - 1) < 1e-3, probabilities
    assert len(inference.activations(network, image)) == len(network.layers)
    assert 0 <= answer.read(network, image[0]).label <= 9
    assert network.recipe.isprintable()
    return True


def _read_checkpoint(path):
    num_weights, num_batches = stand_in_model.NUM_WEIGHTS, stand_in_model.NUM_BATCHES
    run = Run(RUN_ID, path.parents[1])
    try:
        position = checkpoint.load(run, stand_in_model.Model(), num_weights, num_batches)
    except ValueError as error:
        return _is_refused_well(error)
    assert position.previous_bits.shape == (num_weights,)
    assert 0 <= position.batch <= num_batches
    return True


def _recipes():
    return [PRESETS[name].to_json().encode() for name in ("best", "report")]


def _read_recipe(path):
    try:
        recipe = _run_of(path).recipe()
    except ValueError as error:
        return _is_refused_well(error)
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
    assert status.state in STATES
    assert len(status.message) <= MAX_MESSAGE
    status.message.encode()
    # What the Train page makes of it.
    assert len(f"{status.images_per_second:,.0f} {status.eta_seconds:.0f}") < 200
    assert abs(status.num_epochs * status.num_batches / 3) < 1e300
    return status.state != "failed"


def _test_result():
    matrix = np.diag(np.full(10, 97)) + 3 * np.eye(10, k=1, dtype=int)
    num_correct, num_images = int(matrix.trace()), int(matrix.sum())
    result = {"confusion_matrix": matrix.tolist(), "epoch": 3}
    result |= dict(num_images=num_images, num_correct=num_correct, accuracy=num_correct / num_images)
    return json.dumps(result).encode()


def _read_test(path):
    result = _run_of(path).test()
    return result is not None and 0 <= float(result["accuracy"]) <= 1


def _twin():
    twin = dict(recipe="best", epochs=6, num_images=10_000, num_correct=9971, accuracy=0.9971, model_bytes=1)
    return json.dumps(twin).encode()


def _read_twin(path):
    accuracy = savings.twin_accuracy(_run_of(path))
    return accuracy is not None and 0 <= accuracy <= 1


def _read_history(path):
    return _is_table(_run_of(path).history())


def _read_progress(path):
    return _is_table(_run_of(path).progress())


def _is_table(table):
    assert np.isfinite(table.to_numpy(float)).all()
    assert (table["epoch"] >= 0).all()
    return len(table) > 0


def _read_name(path):
    run = _run_of(path)
    assert run.name().isprintable()
    assert 0 < len(run.name()) <= 80
    return run.name() != run.id


def _images():
    grey = np.zeros((40, 30), np.uint8)
    grey[5:35, 13:17] = 255
    picture, large = Image.fromarray(grey), Image.fromarray(grey).resize((400, 500))
    formats = [("PNG", mode) for mode in ("L", "RGB", "RGBA", "P", "1", "LA", "I;16")]
    formats += [
        ("JPEG", "L"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("GIF", "P"),
        ("BMP", "RGB"),
        ("WEBP", "RGBA"),
    ]
    formats += [("TIFF", mode) for mode in ("L", "RGB", "F", "CMYK", "RGBA")] + [
        ("PPM", "RGB"),
        ("ICO", "RGBA"),
    ]
    formats += [(name, "RGB") for name in ("EPS", "PCX", "TGA", "SGI", "JPEG2000", "PDF")]
    found = [hostile.saved_image(picture.convert(mode), kind) for kind, mode in formats]
    return [*found, hostile.saved_image(large, "PNG"), hostile.saved_image(picture.resize((28, 28)), "PNG")]


def _read_image(path):
    try:
        found = preprocessing.digit_from_image(grey_pixels(str(path)))
    except (ValueError, OSError) as error:
        return _is_refused_well(error)
    return _is_digit(found)


def _is_digit(found):
    assert found.digit.shape == (28, 28)
    assert found.digit.dtype == np.uint8
    assert found.is_empty == (not found.digit.any())
    return True


def _drawings():
    strokes = [[[10, 10.5], [20, 90], [35, 70]], [[60, 20], [61, 95]]]
    lines = [json.dumps({"label": label, "writer": 3, "strokes": strokes}) for label in (4, 9, 0)]
    return ["\n".join(lines).encode(), (lines[0] + "\n").encode()]


def _gzips():
    return [gzip.compress(content, mtime=0) for content in _drawings()]


def _read_drawings(path):
    try:
        found = stroke_files.load_drawings(path, dataset.DIGITS)
    except (ValueError, OSError) as error:
        return _is_refused_well(error)
    return all(_is_digit(preprocessing.digit_from_strokes(drawing.strokes)) for drawing in found[:5])


def _canvases():
    path = [["M", 10, 10], ["Q", 20, 20, 30, 15], ["L", 90.5, 200]]
    plain = {"type": "Path", "path": path, "left": 50, "top": 105, "originX": "center", "originY": "center"}
    turned = plain | dict(scaleX=2, scaleY=0.5, angle=30, skewX=3, flipX=True)
    return [json.dumps({"version": "7.4", "objects": [plain, item]}).encode() for item in (plain, turned)]


def _read_canvas(path):
    try:
        data = json.loads(path.read_text("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        # Streamlit reads the JSON before any page sees it.
        return False
    try:
        strokes = canvas.strokes_from_canvas(canvas.canvas_objects(data), 320)
        return _is_digit(preprocessing.digit_from_strokes(strokes))
    except ValueError as error:
        return _is_refused_well(error)


def _addresses():
    packed = base64.urlsafe_b64encode(zlib.compress(mnist.test().images[7].tobytes(), 9)).decode().rstrip("=")
    return [
        f"step=neuron&run=quick&digit={digit}&white=128&layer=2&filter=3&row=4&column=5&epoch=2"
        "&flips=7.5&noise=40&turn=-30&right=3&down=-2&tour=off&nav=off".encode()
        for digit in ("m7", f"z{packed}")
    ]


def _read_address(path):
    # Imported here: these load Streamlit, whose memory would be counted with every other kind.
    from pages.inside import address, digit_choice
    from pages.inside.chapters import CHAPTERS

    found = dict(parse_qsl(path.read_text("utf-8", "replace"), keep_blank_values=True))
    for chapter in CHAPTERS.values():
        for name, value in chapter.values.items():
            parsed = value.parse(found.get(name, ""))
            assert parsed is None or isinstance(parsed, str) or abs(parsed) <= 9999, (name, parsed)
    if digit := address._digit(found.get("digit", "")):
        assert digit_choice.digit(digit).shape == (28, 28)
        digit_choice.label(digit)
    return bool(found)


def _ids():
    paths = (
        "../outside",
        "..",
        "/etc/passwd",
        "a/../../outside",
        "..\\outside",
        "C:\\outside",
        "\\\\host\\share",
    )
    names = (
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
    )
    return [text.encode() for text in (RUN_ID, "link", "linked-file", *paths, *names)]


def _read_id(path):
    root, text = store.root(), path.read_text("utf-8", "replace")
    try:
        run = store.find(text)
    except ValueError as error:
        assert main(["evaluate", "--", text]) == 2
        return _is_refused_well(error)
    inside = (root.resolve(), store.SHIPPED.resolve())
    assert run.folder.resolve().parent in inside, f"{text!r} leads to {run.folder.resolve()}"
    return True


# --- Pages over damaged runs

DAMAGED = ("recipe.json", "status.json", "test.json", "history.csv", "progress.csv", "model.safetensors")


@st.composite
def _damaged_files(draw, found, sound_run):
    """One to three files of the run, damaged; sometimes an epoch's network of another shape, too."""
    files = {}
    for name in draw(st.lists(st.sampled_from(DAMAGED), min_size=1, max_size=3, unique=True)):
        files[name] = draw(found[name].damaged([(sound_run / name).read_bytes(), *found[name].sound]))
    if draw(st.integers(0, 9)) < 3:
        files["epochs/0002.safetensors"] = draw(st.sampled_from(found["model.safetensors"].sound))
    return files


def open_pages_over_damaged_runs(num_folders: int) -> tuple[int, int]:
    """Open every page over damaged copies of a run; returns the number of copies and of pages opened.

    Raises:
        AssertionError: if a page shows an exception.
    """
    sound_run, counts = store.SHIPPED / "quick", []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)

        @settings(WITHOUT_SHRINKING, max_examples=num_folders)
        @given(_damaged_files(kinds(), sound_run), st.permutations(list(CHAPTERS)))
        def open_pages(files, chapters):
            run = folder / "runs" / f"{RUN_ID}-{len(counts)}"
            shutil.copytree(sound_run, run)
            for name, content in files.items():
                (run / name).write_bytes(content)
            counts.append(_open_pages(run, chapters[:3]))
            shutil.rmtree(run)

        # Nothing is pressed; should a page start a training nevertheless, no process is started.
        places = mock.patch.multiple(store, SHIPPED=folder / "shipped", root=lambda: folder / "runs")
        with places, mock.patch.object(local, "launch", return_value=None):
            open_pages()
    return len(counts), sum(counts)


def _open_pages(run, chapters):
    opened = [(page, {}) for page in ("draw", "train", "evaluate", "inside")]
    opened += [("inside", dict(step=chapter, layer="5", epoch="2")) for chapter in chapters]
    for name, address in opened:
        _open_page(name, address, run)
    return len(opened)


def _open_page(name, address, run):
    from streamlit.testing.v1 import AppTest

    page = AppTest.from_file(str(PROJECT / "pages" / name / "page.py"), default_timeout=120)
    page.query_params.update(address)
    page.run()
    damaged = {path.name: path.read_bytes()[:200] for path in run.glob("*.json")}
    assert not page.exception, f"{name} {address}: {page.exception[0].value}; {damaged}"


if __name__ == "__main__":
    guard.limit_this_process()
    print(json.dumps(read_many(sys.argv[3:], int(sys.argv[1]), Path(sys.argv[2]))))
