"""How often a training reports its progress."""

import time
from threading import Event

import numpy as np
import pytest

from bnn.runs.run import Run
from bnn.training import progress
from tests.support.run_content import RECIPE

# An epoch has 50 batches. Each takes as long as the time between two reports.
NUM_BATCHES, SECONDS_PER_BATCH = 50, 0.5
# An epoch has 16 images for each batch: fewer than the recipe's batch size, as in a training on little data.
NUM_IMAGES = 16 * NUM_BATCHES


@pytest.fixture
def reported(run, monkeypatch):
    """A function that simulates a training of `num_epochs` epochs, and returns the written statuses.

    After each epoch, validation and saving take `seconds_between` seconds.
    """
    now, statuses = [0.0], []
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(Run, "write_status", lambda run, status: statuses.append(status))

    def train(num_epochs, seconds_between=0.0):
        report = progress.ReportProgress(run, RECIPE, NUM_BATCHES, NUM_IMAGES, 0, Event())
        report.on_train_begin()
        for epoch in range(num_epochs):
            report.on_epoch_begin(epoch)
            for batch in range(NUM_BATCHES):
                now[0] += SECONDS_PER_BATCH
                # The mean since the start of the epoch, if the loss of batch b is b.
                report.on_train_batch_end(batch, {"loss": batch / 2, "accuracy": 0.5})
            report.on_test_begin()
            now[0] += seconds_between
        return statuses

    return train


def test_each_report_of_a_short_training_has_a_row(run, reported):
    reported(2)
    table = run.progress()
    assert table["step"].tolist() == list(range(1, 2 * NUM_BATCHES + 1))
    np.testing.assert_allclose(table["loss"], 2 * list(range(NUM_BATCHES)))


def test_speed_is_computed_from_the_images_and_not_from_the_batch_size(reported):
    assert RECIPE.batch_size > 16
    assert reported(1)[-1].images_per_second == pytest.approx(16 / SECONDS_PER_BATCH)


def test_time_left_includes_validation_and_saving_after_each_epoch_that_is_left(reported):
    # At the first batch, no speed is known.
    beginning, first, *others = reported(2, seconds_between=7.0)
    assert (beginning.eta_seconds, first.eta_seconds) == (0.0, 0.0)
    assert {status.epoch for status in others} == {1, 2}
    for status in others:
        num_epochs = RECIPE.epochs - status.epoch + 1
        seconds = (num_epochs * NUM_BATCHES - status.batch) * SECONDS_PER_BATCH
        # How long validation and saving take is known from the second epoch on.
        seconds_between = 7.0 if status.epoch > 1 else 0.0
        assert status.eta_seconds == pytest.approx(seconds + num_epochs * seconds_between)


def test_time_left_is_known_although_each_epoch_is_shorter_than_the_time_between_reports(
    reported, monkeypatch
):
    monkeypatch.setattr(progress, "REPORT_SECONDS", 2 * NUM_BATCHES * SECONDS_PER_BATCH)
    last = reported(3, seconds_between=7.0)[-1]
    num_left = RECIPE.epochs - 3
    seconds = num_left * NUM_BATCHES * SECONDS_PER_BATCH + (num_left + 1) * 7.0
    assert last.eta_seconds == pytest.approx(seconds)


def test_one_slow_moment_changes_the_speed_only_a_little(run):
    report = progress.ReportProgress(run, RECIPE, NUM_BATCHES, NUM_IMAGES, 0, Event())
    for _ in range(100):
        report._measure_speed(1.0, 2)
    assert report.seconds_per_batch == pytest.approx(0.5)
    report._measure_speed(10.0, 2)
    assert report.seconds_per_batch < 0.75
    # A lasting change is noticed.
    for _ in range(120):
        report._measure_speed(1.0, 1)
    assert report.seconds_per_batch == pytest.approx(1.0, abs=0.05)


def test_rows_of_a_long_training_become_rarer_but_its_reports_do_not(run, reported, monkeypatch):
    # The size of about ten rows.
    monkeypatch.setattr(progress, "DOUBLING_BYTES", 200)
    statuses = reported(20)
    assert len(statuses) >= 20 * NUM_BATCHES
    steps = run.progress()["step"]
    gaps = steps.diff()[1:].astype(int).tolist()
    assert gaps[0] == 1
    assert gaps == sorted(gaps)
    # After a thousand reports, a row is written less often than once in an epoch.
    assert gaps[-1] == 64 > NUM_BATCHES
    assert len(steps) < 200


def test_row_of_a_long_training_is_a_mean_since_the_last_row_of_its_epoch(run, reported, monkeypatch):
    monkeypatch.setattr(progress, "DOUBLING_BYTES", 200)
    reported(20)
    last_step = 0
    for step, epoch, loss in run.progress()[["step", "epoch", "loss"]].itertuples(index=False):
        before = (int(epoch) - 1) * NUM_BATCHES
        first, last = max(last_step, before) - before, step - before - 1
        assert loss == pytest.approx((first + last) / 2)
        last_step = step


def test_resumed_training_goes_on_with_rare_rows(run, reported, monkeypatch):
    monkeypatch.setattr(progress, "DOUBLING_BYTES", 200)
    reported(20)
    num_rows = len(run.progress())
    reported(1)
    assert len(run.progress()) == num_rows + 1
