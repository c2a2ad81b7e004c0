"""The networks that a run keeps from its first epoch."""

import pytest

from bnn.engine import file
from bnn.runs import first_batches
from bnn.system import tables


@pytest.mark.parametrize(
    "batch, last_kept, expected",
    [
        (0, -1, True),
        (0, 0, False),
        (19, 0, False),
        (20, 0, True),
        (24, 24, False),
        (59, 24, False),
        (400, 152, True),
        (9000, 400, False),
        (300, -1, True),
    ],
)
def test_network_is_due_once_for_each_wanted_number(batch, last_kept, expected):
    """A network is kept as soon as 0, 20, 60, 150 and 400 batches are done."""
    assert first_batches.is_due(batch, last_kept) == expected


def test_kept_networks_are_found_with_their_accuracies(run, random_network):
    networks = {batch: random_network(seed=batch) for batch in (20, 0, 400)}
    for batch, network in networks.items():
        first_batches.keep(run, batch, network, batch / 1000)
    assert first_batches.numbers(run) == [0, 20, 400]
    assert first_batches.accuracies(run) == {0: 0.0, 20: 0.02, 400: 0.4}
    for batch, network in networks.items():
        assert first_batches.path(run, batch).read_bytes() == file.to_bytes(network)


def test_networks_after_the_checkpoint_are_removed(run, random_network):
    for batch in (0, 20, 60):
        first_batches.keep(run, batch, random_network(), 0.5)
    first_batches.keep_until(run, 20)
    assert first_batches.numbers(run) == [0, 20]
    first_batches.keep(run, 64, random_network(), 0.75)
    assert first_batches.accuracies(run) == {0: 0.5, 20: 0.5, 64: 0.75}


def test_row_without_a_network_is_removed(run, random_network):
    """The trainer was killed after it had written the row, and before it wrote the network."""
    for batch in (0, 20):
        first_batches.keep(run, batch, random_network(), 0.5)
    first_batches.path(run, 20).unlink()
    first_batches.keep_until(run, 40)
    assert first_batches.accuracies(run) == {0: 0.5}


def test_accuracies_that_cannot_be_read_are_not_removed(run, random_network, monkeypatch):
    first_batches.keep(run, 20, random_network(), 0.5)
    with monkeypatch.context() as patch:
        patch.setattr(tables, "MAX_TABLE_BYTES", 10)
        first_batches.keep_until(run, 40)
    assert first_batches.accuracies(run) == {20: 0.5}


def test_run_of_an_earlier_version_has_no_networks_of_the_first_epoch(run):
    first_batches.keep_until(run, 0)
    assert first_batches.numbers(run) == []
    assert first_batches.accuracies(run) == {}


def test_damaged_table_has_no_accuracies(run, random_network):
    first_batches.keep(run, 0, random_network(), 0.5)
    (run.folder / "batches.csv").write_bytes(b"\xff\xfe")
    assert first_batches.accuracies(run) == {}
    assert first_batches.numbers(run) == [0]
