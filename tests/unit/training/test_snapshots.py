"""When the trainer takes a snapshot of its network. test_fitting.py tests the snapshots of real trainings."""

from types import SimpleNamespace

import pytest

from bnn.data import dataset
from bnn.engine import inference
from bnn.runs import first_batches
from bnn.training import snapshots


@pytest.fixture
def clock(monkeypatch):
    """A clock that shows `clock[0]` seconds."""
    now = [100.0]
    monkeypatch.setattr(snapshots, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


@pytest.fixture
def taken(run, clock, random_network):
    """A callback at the beginning of epoch 1, and the times of its snapshots.

    A snapshot takes ten seconds if the network is kept, and otherwise one.
    """
    times = []

    def network_now(is_kept):
        clock[0] += 10.0 if is_kept else 1.0
        times.append(clock[0])
        return random_network(seed=len(times)), 0.25

    callback = snapshots.TakeSnapshots(run, network_now, 0)
    callback.on_epoch_begin(0)
    return callback, times


def test_first_snapshot_is_that_of_the_untrained_network(taken, run):
    assert first_batches.accuracies(run) == {0: 0.25}
    assert run.live_path.read_bytes() == first_batches.path(run, 0).read_bytes()


def test_snapshots_cost_a_small_share_of_the_time(taken, clock, run):
    callback, times = taken
    for batch in (18, 19, 30, 39):
        callback.on_train_batch_end(batch)
    # The first two snapshots are kept, so their time does not count. The third one is not kept.
    assert (len(times), first_batches.numbers(run)) == (3, [0, 20])
    # The third one took a second, 5 % of 20 seconds. So the next one is taken when 20 seconds have passed and
    # 20 batches are done.
    callback.on_epoch_begin(1)
    for seconds, batch, is_taken in ((19, 99, False), (20.1, 99, True), (41, 110, False), (42, 119, True)):
        num_before, clock[0] = len(times), times[2] + seconds
        callback.on_train_batch_end(batch)
        assert (len(times) > num_before) == is_taken
    assert first_batches.numbers(run) == [0, 20]


def test_networks_of_the_first_batches_are_kept_whatever_time_they_take(taken, run):
    callback, times = taken
    for batch in range(7, 432, 8):
        callback.on_train_batch_end(batch)
    assert first_batches.numbers(run) == [0, 24, 64, 152, 400]
    # Besides these five, one snapshot was taken only for the live network. The first snapshot of this kind is
    # taken without waiting, because nobody knows yet how long it takes.
    assert len(times) == 6


def test_resumed_training_goes_on_after_the_kept_networks(run, clock, random_network):
    first_batches.keep(run, 20, random_network(), 0.5)
    callback = snapshots.TakeSnapshots(run, lambda is_kept: (random_network(), 0.25), 40)
    callback.on_epoch_begin(0)
    callback.on_train_batch_end(19)
    assert first_batches.numbers(run) == [20, 60]


def test_network_that_has_learnt_nothing_is_not_sure(random_network, random_images):
    images, network = random_images(60), random_network()
    answers = inference.scores(network, images).argmax(1)
    labels = inference.scores(random_network(seed=2), images).argmax(1)
    split = dataset.Split(images, labels)
    calibrated, accuracy = snapshots.measured(network, split, is_calibrated=True)
    assert accuracy == (answers == labels).mean()
    assert calibrated.temperature > 2 * network.temperature
    assert snapshots.measured(network, split, is_calibrated=False) == (network, accuracy)
