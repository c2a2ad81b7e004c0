"""The kinds of file that One-Bit Lab reads: sound ones to spoil, and how each is read.

A reader gets the path of the file and returns whether it was taken. Whatever is raised but the documented ValueError
and OSError is a failure, and so is a file that was taken and then cannot be used.
"""

import base64
import json
import zlib
from urllib.parse import parse_qsl

import numpy as np

from bnn.analysis import savings
from bnn.cli import main
from bnn.data import mnist
from bnn.recipes.layer_table import layer_table, totals
from bnn.recipes.presets import PRESETS
from bnn.recipes.recipe import Recipe
from bnn.runs import store
from bnn.runs.run import Run
from bnn.runs.status import STATES, Status
from tests.endurance import bombs, hostile_pictures, hostile_tensors
from tests.endurance.hostile import MAX_MESSAGE, RUN_ID, Kind, damage_one, refused, spoil_json


def kinds() -> dict[str, Kind]:
    """All of them, by name."""
    found = (
        *hostile_tensors.kinds(),
        Kind("recipe.json", _recipes(), spoil_json, _read_recipe, bombs.json_texts),
        Kind("status.json", _statuses(), spoil_json, _read_status, bombs.json_texts),
        Kind("test.json", [_test_result()], spoil_json, _read_test, bombs.json_texts),
        Kind("twin.json", [_twin()], spoil_json, _read_twin, bombs.json_texts),
        Kind("history.csv", [_shipped("history.csv")], damage_one, _read_history, bombs.tables),
        Kind("progress.csv", [_shipped("progress.csv")[:2000]], damage_one, _read_progress, bombs.tables),
        Kind("name.txt", [b"mine", "Zoë’s 3".encode()], damage_one, _read_name, bombs.json_texts),
        *hostile_pictures.kinds(),
        Kind("address", _addresses(), damage_one, _read_address),
        Kind("run id", _ids(), damage_one, _read_id),
    )
    return {kind.file_name: kind for kind in found}


def _run_of(path):
    return Run(RUN_ID, path.parent)


def _shipped(name):
    return (store.SHIPPED / "shipped" / name).read_bytes()


def _recipes():
    return [PRESETS[name].to_json().encode() for name in ("best", "report")]


def _read_recipe(path):
    run = _run_of(path)
    try:
        recipe = run.recipe()
    except ValueError as error:
        return refused(error)
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
    accuracy = savings.twin_accuracy(_run_of(path))
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
    from pages.inside import digit_choice, link

    found = dict(parse_qsl(path.read_text("utf-8", "replace"), keep_blank_values=True))
    for name, (_, parse) in link._FIELDS.items():
        value = parse(found.get(name, ""))
        assert value is None or isinstance(value, str) or abs(value) <= 9999, (name, value)
        if name == "digit" and value:
            assert digit_choice.digit(value).shape == (28, 28)
            digit_choice.truth(value)
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
    root, text = store.root(), path.read_text("utf-8", "replace")
    try:
        run = store.find(text)
    except ValueError as error:
        assert main(["evaluate", "--", text]) == 2
        return refused(error)
    inside = (root.resolve(), store.SHIPPED.resolve())
    assert run.folder.resolve().parent in inside, f"{text!r} leads to {run.folder.resolve()}"
    return True
