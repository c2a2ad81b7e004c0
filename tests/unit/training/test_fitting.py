"""Real trainings: networks of the first epoch are kept. A resumed run ends like one that never stopped."""

import errno
import itertools
from contextlib import redirect_stderr
from io import StringIO

import numpy as np
import pandas as pd
import pytest

from bnn.analysis import metrics
from bnn.data import dataset, mnist
from bnn.engine import file
from bnn.runs import first_batches, stopping
from bnn.training import batch_norm, batches, checkpoint, model, progress
from bnn.training.packing import binary_weights, pack
from tests.support.small_trainings import NUM_IMAGES, new_run, train

pytestmark = pytest.mark.slow

# The batches of the first epoch after which a network is wanted, and those after which it is kept. They
# differ, because Keras runs eight batches at once (an execution), and a network is kept between executions.
WANTED, KEPT = (0, 5, 12), [0, 8, 16]
# The columns of a history that depend only on what was learnt.
LEARNT = ["epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "flip_ratio"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A finished run of two epochs that was never stopped, and the output of its training."""
    with pytest.MonkeyPatch.context() as patch, redirect_stderr(StringIO()) as printed:
        patch.setenv("BNN_RUNS_DIR", str(tmp_path_factory.mktemp("whole")))
        patch.setattr(first_batches, "WANTED", WANTED)
        run = new_run()
        train(run)
    return run, printed.getvalue()


def test_progress_bar_counts_every_batch(whole):
    assert "38/38" in whole[1]


def test_curve_begins_with_the_untrained_network(whole):
    first = whole[0].progress().iloc[0]
    assert (first["step"], first["epoch"]) == (0, 1)
    assert 0.0 <= first["accuracy"] <= 0.35, "ten classes: about one in ten by guessing"
    assert 2.0 < first["loss"] < 4.0


def test_networks_of_the_first_epoch_are_kept_with_their_accuracy(whole):
    run, _ = whole
    assert first_batches.numbers(run) == KEPT
    _, validation = mnist.train_validation()
    images = dataset.Split(*(part[:NUM_IMAGES:2] for part in validation))
    networks = [file.load(first_batches.path(run, number)) for number in KEPT]
    measured = [metrics.evaluate(network, images).accuracy for network in networks]
    assert list(first_batches.accuracies(run).values()) == measured
    assert measured[0] < 0.3 < measured[-1], "an untrained network guesses"
    # The first kept network is the untrained one. The seed decides its bits, so a new model has the same.
    untrained = model.build(run.recipe())
    signs = [layer.weights for layer in pack(untrained, run.recipe()).layers]
    for layer, expected in zip(networks[0].layers, signs, strict=True):
        np.testing.assert_array_equal(layer.weights, expected)


def test_batches_executed_together_teach_the_same(whole, monkeypatch):
    together, one_by_one = whole[0], new_run()
    monkeypatch.setattr(model, "MAX_STEPS_PER_EXECUTION", 1)
    train(one_by_one)
    assert together.history()[LEARNT].equals(one_by_one.history()[LEARNT])
    assert together.model_path.read_bytes() == one_by_one.model_path.read_bytes()


def test_own_executions_teach_the_same_as_those_of_keras(whole, monkeypatch):
    own, by_keras = whole[0], new_run()
    # Without the project's functions for executions, Keras makes functions of its own.
    monkeypatch.setattr(model, "use_own_executions", lambda built: built.make_test_function())
    train(by_keras)
    assert own.history()[LEARNT].equals(by_keras.history()[LEARNT])
    assert own.model_path.read_bytes() == by_keras.model_path.read_bytes()


def stop_at_check(monkeypatch, number):
    """Makes the training check for Stop after every execution, and end at check `number`."""
    numbers = itertools.count(1)

    def raise_if_stopped(run):
        if next(numbers) == number:
            raise stopping.Stopped

    monkeypatch.setattr(progress, "REPORT_SECONDS", 0.0)
    for module in (progress, batch_norm):
        monkeypatch.setattr(module, "raise_if_stopped", raise_if_stopped)


@pytest.mark.parametrize("check_number, epoch, batch", [(1, 1, 8), (3, 1, 19), (4, 1, 19), (6, 2, 8)])
def test_stopped_and_resumed_run_ends_like_one_never_stopped(whole, monkeypatch, check_number, epoch, batch):
    # An epoch has 19 batches, in executions of 8, 8 and 3. The run is stopped at one of four points: among
    # the batches of the first epoch, after the last of them, while batch norm is measured for the validation,
    # or in the second epoch.
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
    # The figures are not exactly equal. The means of a resumed epoch are put together from two parts, and a
    # part counts by its number of batches, although the last batch is smaller.
    np.testing.assert_allclose(parted.history()[LEARNT], whole.history()[LEARNT], rtol=1e-2, atol=1e-3)
    progress = parted.progress()
    assert progress["step"].is_monotonic_increasing
    assert progress[: len(before)].equals(before)
    assert parted.test() == whole.test()
    assert first_batches.numbers(parted) == KEPT
    for number in KEPT:
        networks = [file.load(first_batches.path(run, number)) for run in (parted, whole)]
        assert networks[0].num_flips_since(networks[1]) == 0
    assert not parted.live_path.exists()


def test_resume_within_an_epoch_makes_the_images_of_the_next_epoch_once(runs_root, monkeypatch):
    run, made, make = new_run(), [], batches.pass_images
    with monkeypatch.context() as patch:
        stop_at_check(patch, 1)
        with pytest.raises(stopping.Stopped):
            train(run)

    def pass_images(recipe, split, number, *others):
        made.append(number)
        return make(recipe, split, number, *others)

    monkeypatch.setattr(batches, "pass_images", pass_images)
    train(run)
    # The images of pass 0 are for batch norm.
    assert sorted(made) == [0, 1, 2]


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


# In the middle of TensorFlow's code, a signal's KeyboardInterrupt may become another exception.
@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemError])
def test_interrupt_during_an_execution_repeats_no_batch(runs_root, monkeypatch, error):
    run = new_run()

    def interrupt(self, batch, logs=None):
        run.stop_path.touch()
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(progress.ReportProgress, "on_train_batch_end", interrupt)
        with pytest.raises(stopping.Stopped):
            train(run)
    position = checkpoint.load(run, *_compiled(run), 19)
    assert (position.epoch, position.batch) == (0, 8)


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "no space"), KeyboardInterrupt()])
def test_stop_that_cannot_save_says_what_is_lost(runs_root, monkeypatch, error):
    run = new_run()

    def fail(*_):
        raise error

    with monkeypatch.context() as patch:
        stop_at_check(patch, 1)
        patch.setattr(checkpoint, "save", fail)
        with pytest.raises(stopping.NotSaved) as raised:
            train(run)
    stopping.write_stopped(run, raised.value)
    lost = "What the network had learnt since the last save is lost"
    cause = "the disk is full. " if isinstance(error, OSError) else ""
    assert (run.status().state, run.status().message) == ("stopped", f"{cause}{lost}")


def test_epoch_is_not_lost_if_a_stop_interrupts_its_checkpoint(whole, monkeypatch):
    whole, run = whole[0], new_run()
    save = checkpoint.save

    def interrupted(*_):
        monkeypatch.setattr(checkpoint, "save", save)
        run.stop_path.touch()
        raise KeyboardInterrupt

    monkeypatch.setattr(first_batches, "WANTED", WANTED)
    monkeypatch.setattr(checkpoint, "save", interrupted)
    with pytest.raises(stopping.Stopped):
        train(run)
    position = checkpoint.load(run, *_compiled(run), 19)
    assert (position.epoch, position.batch) == (0, 19)
    run.stop_path.unlink()
    train(run)
    np.testing.assert_allclose(run.history()[LEARNT], whole.history()[LEARNT], rtol=1e-2, atol=1e-3)
    assert run.test() == whole.test()


def _compiled(run):
    built = model.build(run.recipe())
    model.compile_model(built, run.recipe(), 19)
    return built, len(binary_weights(built))
