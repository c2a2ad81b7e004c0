"""Real trainings on a few hundred real digits."""

import shutil
from contextlib import redirect_stderr
from io import StringIO
from threading import Event

import numpy as np
import pandas as pd
import pytest

from bnn.analysis import metrics
from bnn.data import dataset, files, mnist
from bnn.engine import file, inference
from bnn.export.check import check
from bnn.recipes.presets import PRESETS, preset
from bnn.runs import first_batches, stopping, store
from bnn.runs.run import HISTORY_COLUMNS
from bnn.system.files import write_atomically
from bnn.training import batch_norm, batches, checkpoint, keras_file, loop, model, progress
from bnn.training.backend import keras
from bnn.training.packing import binary_weights, pack
from tests.support.c_export import run_example
from tests.support.data_files import stroke_lines

NUM_IMAGES = 600
# The networks to keep from the first epoch. With executions of eight batches, they are kept after 8 and 16.
WANTED, KEPT = (0, 5, 12), [0, 8, 16]


def new_run(name="quick", **settings):
    """Make a run of a small network: an execution takes up to eight batches, and an epoch has 19."""
    defaults = dict(stages=((16,),), dense=(), batch_size=32, epochs=2)
    return store.create(preset(name).with_settings({**defaults, **settings}))


def train(run):
    """Train the run on a few hundred images."""
    loop.train(run, Event(), NUM_IMAGES)


def stop_at_look(monkeypatch, number):
    """Let the training check for Stop after every execution, and find it pressed at check number `number`."""
    calls = iter(range(10**6))

    def raise_if_stopped(run):
        if next(calls) + 1 == number:
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
    images, labels = mnist.test()
    split = dataset.Split(images[:NUM_IMAGES], labels[:NUM_IMAGES])
    expected = metrics.evaluate(file.load(run.model_path), split)
    assert run.test() == {**expected.summary(), "epoch": best}


@pytest.mark.slow
def test_exports_of_a_new_network_answer_as_it_does(trained, tmp_path):
    images = mnist.test().images[:200]
    network = file.load(trained.model_path)
    keras_path = tmp_path / "network.keras"
    keras_file.write_keras(trained, keras_path)
    model = keras.models.load_model(keras_path, compile=False)
    found = model.predict(images[..., None].astype(np.float32), verbose=0)
    np.testing.assert_allclose(found, inference.probabilities(network, images), atol=1e-4)
    if shutil.which("gcc"):
        _, scores = run_example("gcc", trained, tmp_path / "c", images)
        np.testing.assert_allclose(scores, inference.scores(network, images), rtol=1e-5, atol=1e-4)
        check(tmp_path / "c", trained)


@pytest.mark.slow
def test_validation_accuracy_is_that_of_the_packed_network(trained):
    _, (images, labels) = mnist.train_validation()
    split = dataset.Split(images[:NUM_IMAGES], labels[:NUM_IMAGES])
    packed = metrics.evaluate(file.load(trained.epoch_path(1)), split)
    assert trained.history()["validation_accuracy"][0] == pytest.approx(packed.accuracy, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("look, epoch, batch", [(1, 1, 8), (3, 1, 19), (4, 1, 19), (6, 2, 8)])
def test_stopped_and_resumed_run_ends_like_one_never_stopped(whole, monkeypatch, look, epoch, batch):
    # An epoch has 19 batches, in executions of 8, 8 and 3. The run is stopped in the first epoch, after its
    # last batch, in its validation (before which batch norm is measured), or in the second epoch.
    whole, parted = whole[0], new_run()
    monkeypatch.setattr(first_batches, "WANTED", WANTED)
    with monkeypatch.context() as patch:
        stop_at_look(patch, look)
        with pytest.raises(stopping.Stopped):
            train(parted)
    assert (parted.status().epoch, parted.status().batch) == (epoch, batch)
    assert parted.model_path.exists()
    before = parted.progress()
    train(parted)
    columns = ["epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "flip_ratio"]
    # They are not exactly equal: the last batch of an epoch is smaller, but has the same weight in averages.
    np.testing.assert_allclose(parted.history()[columns], whole.history()[columns], rtol=1e-2, atol=1e-3)
    progress = parted.progress()
    assert progress["step"].is_monotonic_increasing
    assert progress[: len(before)].equals(before)
    assert parted.test() == whole.test()
    assert first_batches.numbers(parted) == KEPT
    for number in KEPT:
        now, then = (file.load(first_batches.path(run, number)) for run in (parted, whole))
        assert now.num_flips_since(then) == 0
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
def test_validation_is_complete_if_one_batch_of_the_epoch_was_left(runs_root, monkeypatch):
    # An epoch has 17 batches.
    whole, parted = new_run(batch_size=36, epochs=3), new_run(batch_size=36, epochs=3)
    train(whole)
    with monkeypatch.context() as patch:
        stop_at_look(patch, 2)
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


@pytest.mark.parametrize("name, most", [("report", 8), ("quick", 4), ("best", 1), ("record", 1)])
def test_large_networks_take_fewer_batches_at_once(name, most):
    """A run must stop within two seconds of the press of Stop, even on a slow laptop."""
    assert model.steps_per_execution(preset(name), 400) == most
    assert model.steps_per_execution(preset(name), 3) == min(3, most)


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
    assert first["step"] == 0
    assert first["epoch"] == 1
    assert 0.0 <= first["accuracy"] <= 0.35, "ten classes: about one in ten by guessing"
    assert 2.0 < first["loss"] < 4.0


def test_status_says_what_is_going_on_before_the_first_step(monkeypatch):
    run, said, has_network = new_run(epochs=1), [], []

    def write_status(self, status):
        said.append((status.message, self.progress()["step"].tolist()))
        has_network.append(self.live_path.exists())
        write(self, status)

    write = type(run).write_status
    monkeypatch.setattr(type(run), "write_status", write_status)
    train(run)
    assert said[:2] == [("Building the network", []), ("Compiling the first step", [0])]
    assert said[2][0] == ""
    assert said[2][1][0] == 0
    assert len(said[2][1]) == 2
    # From the first step on, the page can show a network. In the end, it shows the best one.
    assert has_network[:3] == [False, False, True]
    assert not run.live_path.exists()


def test_images_for_batch_norm_are_made_after_the_first_step(monkeypatch):
    run, made = new_run(epochs=1), []

    def epoch_images(recipe, split, epoch, *others):
        made.append((epoch, len(run.progress())))
        return make(recipe, split, epoch, *others)

    make = batches.epoch_images
    monkeypatch.setattr(batches, "epoch_images", epoch_images)
    train(run)
    assert [epoch for epoch, _ in made] == [1, 0]
    assert made[1][1] >= 2, "they came before the first point that was trained"


@pytest.mark.slow
def test_run_goes_on_from_the_network_of_another(trained, monkeypatch):
    monkeypatch.setenv("BNN_RUNS_DIR", str(trained.folder.parent))
    run = new_run(starts_from=trained.id, epochs=1, learning_rate=0.0001)
    train(run)
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


def test_damaged_checkpoint_is_named(runs_root):
    run = new_run()
    run.checkpoint_path.parent.mkdir()
    run.checkpoint_path.write_bytes(b"not a checkpoint")
    with pytest.raises(ValueError, match=f"checkpoint of run {run.id}"):
        train(run)


def _history_row(epoch, accuracy=0.5):
    return dict.fromkeys(HISTORY_COLUMNS, 0.5) | {"epoch": epoch, "validation_accuracy": accuracy}


@pytest.mark.parametrize(
    "epoch, found, words",
    [
        (0, [1, 2], "its checkpoint is missing, its history.csv at 2"),
        (2, [1], "no row for epoch 2"),
        (2, [2], "no row for epoch 1"),
        (2, [1, 2, 3, 4], "at 4"),
    ],
)
def test_history_that_no_crash_can_leave_is_named_and_kept(runs_root, epoch, found, words):
    run = new_run()
    for number in found:
        run.append_history(_history_row(number))
    with pytest.raises(ValueError, match=words):
        loop._go_back(run, epoch, 0)
    assert run.history()["epoch"].tolist() == found


def test_network_of_a_dropped_epoch_is_dropped_too(runs_root, random_network):
    """The trainer was killed between writing the best network and the checkpoint.

    The epoch is trained again, and may end with a worse network than before.
    """
    run = new_run()
    run.epoch_path(1).parent.mkdir()
    for epoch, accuracy in ((1, 0.7), (2, 0.6), (3, 0.9)):
        run.append_history(_history_row(epoch, accuracy))
        write_atomically(run.epoch_path(epoch), file.to_bytes(random_network(seed=epoch)))
    write_atomically(run.model_path, run.epoch_path(3).read_bytes())
    loop._go_back(run, 2, 0)
    assert run.history()["epoch"].tolist() == [1, 2]
    assert run.model_path.read_bytes() == run.epoch_path(1).read_bytes()


def test_model_of_every_preset_can_be_built():
    for recipe in PRESETS.values():
        sizes = [int(np.prod(layer.kernel.shape)) for layer in model.quantized_layers(model.build(recipe))]
        assert sum(sizes) == recipe.num_weights


@pytest.mark.slow
def test_data_file_of_strokes_is_learnt_and_tested_with_its_own_classes(runs_root):
    data = files.parse(stroke_lines(num_each=40), "signs")
    recipe = preset("quick").with_settings(dict(stages=((16,),), dense=(), batch_size=32, epochs=3))
    run = store.create(recipe.with_settings({"own_drawings": 300, "scrawls": 20}), data)
    loop.train(run, Event())
    network, test = file.load(run.model_path), run.test()
    assert network.class_names == ("cross", "hook", "roof")
    expected = metrics.evaluate(network, data.test())
    assert test["confusion_matrix"] == expected.confusion_matrix().tolist()
    assert test["num_images"] == 18
    assert test["accuracy"] > 0.8
    assert run.recipe().validation == "split"


@pytest.mark.slow
def test_signs_are_learnt_on_top_of_a_network_for_digits(runs_root, random_network, monkeypatch):
    """The network of the recipe `symbols`, but smaller. The layers below the last two stay as they are."""
    start = new_run(stages=((12,),), dense=(24,), pool_first=True, pixels="signed")
    network = random_network(stages=((12,),), dense=(24,), pool_first=True)
    write_atomically(start.model_path, file.to_bytes(network))
    changes = dict(stages=((12,),), dense=(24,), pixels="signed", starts_from=start.id)
    recipe = preset("symbols").with_settings(changes | dict(own_drawings=300, other_signs=60, epochs=4))
    data = files.parse(stroke_lines(num_each=10), "signs")
    run = store.create(recipe, data)
    loop.train(run, Event())
    learnt = file.load(run.model_path)
    assert learnt.class_names == ("cross", "hook", "roof")
    np.testing.assert_array_equal(learnt.layers[0].weights, network.layers[0].weights)
    assert run.test()["num_images"] == 3
    assert run.history()["validation_accuracy"].max() > 0.8
    # The validation has deformed drawings, too: its accuracy is not a multiple of 1/3.
    _, validation = loop._splits(run.recipe(), data, data.drawings(), None)
    assert len(validation.labels) == loop.MIN_VALIDATION
