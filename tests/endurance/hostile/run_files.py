"""The files of a run: sound contents of each kind, and how each is read and checked."""

import json

import numpy as np

from bnn.analysis import savings
from bnn.data import mnist
from bnn.engine import answer, file, inference
from bnn.recipes.layer_table import layer_table, totals
from bnn.recipes.presets import PRESETS
from bnn.recipes.recipe import Recipe
from bnn.runs import store
from bnn.runs.run import Run
from bnn.runs.status import STATES, Status
from bnn.system.visible_text import first_invisible
from bnn.training import checkpoint
from tests.endurance.hostile import damaged, large
from tests.endurance.hostile.kind import MAX_MESSAGE_LENGTH, RUN_ID, Kind, refused
from tests.support import stand_in_model
from tests.support.random_networks import random_network


def kinds() -> list[Kind]:
    """Returns the kinds of file in a run's folder."""
    as_bytes, as_json, tensors = damaged.damaged_bytes, damaged.damaged_json, damaged.damaged_safetensors
    shipped = store.SHIPPED / "shipped"
    history, progress = ((shipped / name).read_bytes() for name in ("history.csv", "progress.csv"))
    checkpoints = [stand_in_model.checkpoint_bytes()]
    return [
        Kind("model.safetensors", _networks(), tensors, _read_network, large.large_networks),
        Kind("checkpoint/state.safetensors", checkpoints, tensors, _read_checkpoint, large.large_checkpoints),
        Kind("recipe.json", _recipes(), as_json, _read_recipe, large.large_json),
        Kind("status.json", _statuses(), as_json, _read_status, large.large_json),
        Kind("test.json", [_test_result()], as_json, _read_test, large.large_json),
        Kind("twin.json", [_twin()], as_json, _read_twin, large.large_json),
        Kind("history.csv", [history], as_bytes, _read_history, large.large_tables),
        Kind("progress.csv", [progress[:2000]], as_bytes, _read_progress, large.large_tables),
        Kind("name.txt", [b"mine", "Zoë’s 3".encode()], as_bytes, _read_name, large.large_json),
    ]


def _run_of(path):
    """Returns the run whose folder contains the file at this path."""
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
        return refused(error)
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
        return refused(error)
    assert position.previous_bits.shape == (num_weights,)
    assert 0 <= position.batch <= num_batches
    return True


def _recipes():
    return [PRESETS[name].to_json().encode() for name in ("best", "report")]


def _read_recipe(path):
    try:
        recipe = _run_of(path).recipe()
    except ValueError as error:
        return refused(error)
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert totals(layer_table(recipe)).macs_1bit >= 0
    assert len(recipe.name) <= MAX_MESSAGE_LENGTH
    recipe.sentence.encode()
    return True


def _statuses():
    position = dict(epoch=2, num_epochs=10, batch=40, num_batches=430)
    speed = dict(images_per_second=3000.0, eta_seconds=61.5)
    running = Status("running", "Learning", **position, **speed, pid=2**22 + 1, started=1.7e9)
    return [json.dumps(status.__dict__).encode() for status in (running, Status("finished"))]


def _read_status(path):
    status = _run_of(path).status()
    assert status.state in STATES
    assert len(status.message) <= MAX_MESSAGE_LENGTH
    status.message.encode()
    # The Train page formats these numbers and calculates with them.
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
    assert first_invisible(run.name()) is None
    assert 0 < len(run.name()) <= 80
    return run.name() != run.id
