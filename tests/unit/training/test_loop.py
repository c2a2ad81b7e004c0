"""Real trainings on a few hundred real digits."""

import itertools
import shutil
from contextlib import redirect_stderr
from importlib.util import find_spec
from io import StringIO

import numpy as np
import pandas as pd
import pytest

from bnn.analysis import metrics
from bnn.data import dataset, mnist
from bnn.engine import file, inference
from bnn.export.check import check
from bnn.runs import first_batches, stopping, sweeps
from bnn.runs.sweeps import Sweep
from bnn.training import batch_norm, checkpoint, keras_file, model, progress, tflite_file
from bnn.training.backend import keras
from bnn.training.epoch_record import RecordEpoch
from bnn.training.packing import binary_weights, pack
from tests.support.c_export import run_example
from tests.support.small_trainings import NUM_IMAGES, new_run, train

# The batches of the first epoch after which a network is wanted, and those after which it is kept, because an
# execution has eight batches.
WANTED, KEPT = (0, 5, 12), [0, 8, 16]


def stop_at_check(monkeypatch, number):
    """Lets the training check for Stop after every execution, and find it pressed at check `number`."""
    numbers = itertools.count(1)

    def raise_if_stopped(run):
        if next(numbers) == number:
            raise stopping.Stopped

    monkeypatch.setattr(progress, "REPORT_SECONDS", 0.0)
    for module in (progress, batch_norm):
        monkeypatch.setattr(module, "raise_if_stopped", raise_if_stopped)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A finished run of six epochs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BNN_RUNS_DIR", str(tmp_path_factory.mktemp("trained")))
        run = new_run(epochs=6)
        train(run)
    return run


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A finished run of two epochs that was never stopped, and the output of its training."""
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(StringIO()) as printed:
        patch.setenv("BNN_RUNS_DIR", str(tmp_path_factory.mktemp("whole")))
        patch.setattr(first_batches, "WANTED", WANTED)
        run = new_run()
        train(run)
    return run, printed.getvalue()


@pytest.mark.slow
def test_training_learns_and_fills_the_run_folder(trained):
    run, history = trained, trained.history()
    assert history["epoch"].tolist() == [1, 2, 3, 4, 5, 6]
    assert history["validation_accuracy"].max() > 0.7
    assert (history["flip_ratio"].between(0, 1) & (history["seconds"] > 0)).all()
    assert history["flip_ratio"].iloc[-1] < history["flip_ratio"].iloc[0]
    assert [run.epoch_path(e).exists() for e in range(1, 8)] == [True] * 6 + [False]
    assert run.status().state == "finished"
    assert len(run.progress()) > 0


@pytest.mark.slow
def test_best_epoch_is_kept_and_measured_on_the_test_set(trained):
    run = trained
    best = int(run.history().set_index("epoch")["validation_accuracy"].idxmax())
    assert run.model_path.read_bytes() == run.epoch_path(best).read_bytes()
    expected = metrics.evaluate(file.load(run.model_path), mnist.test().first(NUM_IMAGES))
    assert run.test() == {**expected.summary(), "epoch": best}


@pytest.mark.slow
def test_epoch_with_the_lowest_loss_is_kept_if_the_recipe_asks_for_it(monkeypatch):
    run = new_run(best_by="loss", passes_per_epoch=2, epochs=3, activation_quantizer="approx_sign")
    # The accuracy is made to fall, so that it would choose the first epoch.
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


@pytest.mark.slow
def test_exports_of_a_new_network_answer_as_it_does(trained, tmp_path):
    images = mnist.test().images[:200]
    network = file.load(trained.model_path)
    keras_path = tmp_path / "network.keras"
    keras_file.write_keras(trained, keras_path)
    model = keras.models.load_model(keras_path, compile=False)
    probabilities = model.predict(images[..., None].astype(np.float32), verbose=0)
    np.testing.assert_allclose(probabilities, inference.probabilities(network, images), atol=1e-4)
    if shutil.which("gcc"):
        _, scores = run_example("gcc", trained, tmp_path / "c", images)
        np.testing.assert_allclose(scores, inference.scores(network, images), rtol=1e-5, atol=1e-4)
        check(tmp_path / "c", trained)
    if find_spec("larq_compute_engine"):
        tflite_file.write_tflite(trained, tmp_path / "network.tflite")
        # Larq Compute Engine reads a thousand digits.
        assert tflite_file.check_tflite(tmp_path / "network.tflite", trained)


@pytest.mark.slow
def test_validation_accuracy_is_that_of_the_packed_network(trained):
    _, (images, labels) = mnist.train_validation()
    split = dataset.Split(images[:NUM_IMAGES], labels[:NUM_IMAGES])
    packed = metrics.evaluate(file.load(trained.epoch_path(1)), split)
    assert trained.history()["validation_accuracy"][0] == pytest.approx(packed.accuracy, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("check_number, epoch, batch", [(1, 1, 8), (3, 1, 19), (4, 1, 19), (6, 2, 8)])
def test_stopped_and_resumed_run_ends_like_one_never_stopped(whole, monkeypatch, check_number, epoch, batch):
    # An epoch has 19 batches, in executions of 8, 8 and 3. The run is stopped in the first epoch, after its
    # last batch, in its validation (before which batch norm is measured), or in the second epoch.
    whole, parted = whole[0], new_run()
    monkeypatch.setattr(first_batches, "WANTED", WANTED)
    with monkeypatch.context() as patch:
        stop_at_check(patch, check_number)
        with pytest.raises(stopping.Stopped):
            train(parted)
    assert (parted.status().epoch, parted.status().batch) == (epoch, batch)
    assert parted.model_path.exists()
    before = parted.progress()
    train(parted)
    columns = ["epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "flip_ratio"]
    # They are not exactly equal: the last batch of an epoch is smaller, but counts as much in the means.
    np.testing.assert_allclose(parted.history()[columns], whole.history()[columns], rtol=1e-2, atol=1e-3)
    progress = parted.progress()
    assert progress["step"].is_monotonic_increasing
    assert progress[: len(before)].equals(before)
    assert parted.test() == whole.test()
    assert first_batches.numbers(parted) == KEPT
    for number in KEPT:
        networks = [file.load(first_batches.path(run, number)) for run in (parted, whole)]
        assert networks[0].num_flips_since(networks[1]) == 0
    assert not parted.live_path.exists()


@pytest.mark.slow
def test_batches_executed_together_teach_the_same(whole, monkeypatch):
    together, one_by_one = whole[0], new_run()
    monkeypatch.setattr(model, "MAX_STEPS_PER_EXECUTION", 1)
    train(one_by_one)
    columns = ["epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "flip_ratio"]
    assert together.history()[columns].equals(one_by_one.history()[columns])
    assert together.model_path.read_bytes() == one_by_one.model_path.read_bytes()


@pytest.mark.slow
def test_own_executions_teach_the_same_as_those_of_keras(whole, monkeypatch):
    own, by_keras = whole[0], new_run()
    # Keras makes its own functions where there are none.
    monkeypatch.setattr(model, "use_own_executions", lambda built: built.make_test_function())
    train(by_keras)
    columns = ["epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "flip_ratio"]
    assert own.history()[columns].equals(by_keras.history()[columns])
    assert own.model_path.read_bytes() == by_keras.model_path.read_bytes()


@pytest.mark.slow
def test_validation_is_complete_if_one_batch_of_the_epoch_was_left(runs_root, monkeypatch):
    # An epoch has 17 batches.
    whole, parted = new_run(batch_size=36, epochs=3), new_run(batch_size=36, epochs=3)
    train(whole)
    with monkeypatch.context() as patch:
        stop_at_check(patch, 2)
        with pytest.raises(stopping.Stopped):
            train(parted)
    assert parted.status().batch == 16
    train(parted)
    columns = ["validation_loss", "validation_accuracy"]
    pd.testing.assert_frame_equal(parted.history()[columns], whole.history()[columns])


@pytest.mark.slow
def test_interrupt_during_an_execution_repeats_no_batch(runs_root, monkeypatch):
    run = new_run()

    def interrupt(self, batch, logs=None):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(progress.ReportProgress, "on_train_batch_end", interrupt)
        with pytest.raises(stopping.Stopped):
            train(run)
    position = checkpoint.load(run, *_compiled(run), 19)
    assert (position.epoch, position.batch) == (0, 8)


def _compiled(run):
    built = model.build(run.recipe())
    model.compile_model(built, run.recipe(), 19)
    return built, len(binary_weights(built))


@pytest.mark.slow
def test_networks_of_the_first_epoch_are_kept_with_their_accuracy(whole):
    run, _ = whole
    assert first_batches.numbers(run) == KEPT
    _, validation = mnist.train_validation()
    images = dataset.Split(*(part[:NUM_IMAGES:2] for part in validation))
    networks = [file.load(first_batches.path(run, number)) for number in KEPT]
    measured = [metrics.evaluate(network, images).accuracy for network in networks]
    assert list(first_batches.accuracies(run).values()) == measured
    assert measured[0] < 0.3 < measured[-1], "it begins with guessing"
    # The first of them is the network of the seed: no bit has changed.
    untrained = model.build(run.recipe())
    signs = [layer.weights for layer in pack(untrained, run.recipe()).layers]
    for layer, expected in zip(networks[0].layers, signs, strict=True):
        np.testing.assert_array_equal(layer.weights, expected)


@pytest.mark.slow
def test_curve_begins_with_the_untrained_network(whole):
    first = whole[0].progress().iloc[0]
    assert (first["step"], first["epoch"]) == (0, 1)
    assert 0.0 <= first["accuracy"] <= 0.35, "ten classes: about one in ten by guessing"
    assert 2.0 < first["loss"] < 4.0


@pytest.mark.slow
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


@pytest.mark.slow
def test_progress_bar_counts_every_batch(whole):
    assert "38/38" in whole[1]


@pytest.mark.slow
def test_network_of_the_report_cannot_tell_digits_apart(runs_root):
    run = new_run("report", batch_size=64)
    train(run)
    evaluation = metrics.evaluate(file.load(run.model_path), mnist.test())
    assert len(set(evaluation.predictions.tolist())) == 1
