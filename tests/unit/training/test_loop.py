"""Real trainings on a few hundred real digits: what they learn, and what is in the run folder afterwards."""

import shutil
from importlib.util import find_spec

import numpy as np
import pytest

from bnn.analysis import metrics
from bnn.data import dataset, mnist
from bnn.engine import file, inference
from bnn.export.check import check
from bnn.runs import sweeps
from bnn.runs.sweeps import Sweep
from bnn.training import keras_file, tflite_file
from bnn.training.backend import keras
from bnn.training.epoch_record import RecordEpoch
from tests.support.c_export import run_example
from tests.support.small_trainings import NUM_IMAGES, new_run, train

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A finished run of six epochs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BNN_RUNS_DIR", str(tmp_path_factory.mktemp("trained")))
        run = new_run(epochs=6)
        train(run)
    return run


def test_training_learns_and_fills_the_run_folder(trained):
    run, history = trained, trained.history()
    assert history["epoch"].tolist() == [1, 2, 3, 4, 5, 6]
    assert history["validation_accuracy"].max() > 0.7
    assert (history["flip_ratio"].between(0, 1) & (history["seconds"] > 0)).all()
    assert history["flip_ratio"].iloc[-1] < history["flip_ratio"].iloc[0]
    assert [run.epoch_path(e).exists() for e in range(1, 8)] == [True] * 6 + [False]
    assert run.status().state == "finished"
    assert len(run.progress()) > 0


def test_best_epoch_is_kept_and_measured_on_the_test_set(trained):
    run = trained
    best = int(run.history().set_index("epoch")["validation_accuracy"].idxmax())
    assert run.model_path.read_bytes() == run.epoch_path(best).read_bytes()
    expected = metrics.evaluate(file.load(run.model_path), mnist.test().first(NUM_IMAGES))
    assert run.test() == {**expected.summary(), "epoch": best}


def test_epoch_with_the_lowest_loss_is_kept_if_the_recipe_asks_for_it(monkeypatch):
    run = new_run(best_by="loss", passes_per_epoch=2, epochs=3, activation_quantizer="approx_sign")
    # The accuracy is made to fall, so that the first epoch would be the best one by accuracy.
    row = RecordEpoch._row

    def falling(self, epoch, *rest):
        return {**row(self, epoch, *rest), "validation_accuracy": 1 / epoch}

    monkeypatch.setattr(RecordEpoch, "_row", falling)
    train(run)
    history = run.history().set_index("epoch")
    best = int(history["validation_loss"].idxmin())
    assert best > 1
    assert run.model_path.read_bytes() == run.epoch_path(best).read_bytes()
    assert run.test()["epoch"] == best


def test_validation_accuracy_is_that_of_the_packed_network(trained):
    _, (images, labels) = mnist.train_validation()
    split = dataset.Split(images[:NUM_IMAGES], labels[:NUM_IMAGES])
    packed = metrics.evaluate(file.load(trained.epoch_path(1)), split)
    assert trained.history()["validation_accuracy"][0] == pytest.approx(packed.accuracy, abs=1e-6)


def test_exports_of_a_new_network_answer_as_it_does(trained, tmp_path):
    images = mnist.test().images[:200]
    network = file.load(trained.model_path)
    keras_path = tmp_path / "network.keras"
    keras_file.write_keras(trained, keras_path)
    model = keras.models.load_model(keras_path, compile=False)
    probabilities = model.predict(images[..., None].astype(np.float32), verbose=0)
    np.testing.assert_allclose(probabilities, inference.probabilities(network, images), atol=1e-4)
    if shutil.which("gcc"):
        _, probabilities = run_example("gcc", trained, tmp_path / "c", images)
        np.testing.assert_allclose(probabilities, inference.probabilities(network, images), atol=1e-5)
        check(tmp_path / "c", trained)
    if find_spec("larq_compute_engine"):
        tflite_file.write_tflite(trained, tmp_path / "network.tflite")
        # In this check, Larq Compute Engine reads a thousand digits.
        assert tflite_file.check_tflite(tmp_path / "network.tflite", trained)


def test_run_goes_on_from_the_network_of_another(trained, monkeypatch):
    monkeypatch.setenv("BNN_RUNS_DIR", str(trained.folder.parent))
    run = new_run(starts_from=trained.id, epochs=1, learning_rate=0.0001)
    sweeps.keep(run, Sweep("s", ("learning_rate",), "validation_accuracy", 1, 1))
    train(run)
    # A sweep reads the test set for its winner alone.
    assert (run.status().state, run.test()) == ("finished", None)
    assert run.start_path.read_bytes() == trained.model_path.read_bytes()
    assert run.progress().iloc[0]["accuracy"] > 0.7
    # At this low learning rate few bits flip, so the network is about as accurate as before.
    assert run.history()["flip_ratio"][0] < 0.02
    before = trained.history()["validation_accuracy"].max()
    assert run.history()["validation_accuracy"][0] > before - 0.05


def test_network_of_the_report_cannot_tell_digits_apart(runs_root):
    run = new_run("report", batch_size=64)
    train(run)
    evaluation = metrics.evaluate(file.load(run.model_path), mnist.test())
    assert len(set(evaluation.predictions.tolist())) == 1
