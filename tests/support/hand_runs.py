"""Writes what the trainer would write into a run that learns a visitor's handwriting."""

from dataclasses import replace

from bnn.engine import file
from bnn.runs.status import Status
from bnn.system.files import write_atomically


def begin(run, before, num_flips):
    """Writes the network `before`, and a live network with `num_flips` of its bits flipped."""
    write_atomically(run.start_path, file.to_bytes(before))
    write_atomically(run.live_path, file.to_bytes(_flipped(before, num_flips)))


def finish(run, before, num_flips=1):
    """Finishes the run: its training has flipped `num_flips` bits of the network `before`."""
    now = _flipped(before, num_flips)
    write_atomically(run.start_path, file.to_bytes(before))
    run.epoch_path(1).parent.mkdir()
    for path in (run.epoch_path(1), run.model_path):
        write_atomically(path, file.to_bytes(now))
    run.write_status(Status("finished", epoch=5, num_epochs=5))


def _flipped(network, num_bits):
    weights = network.layers[0].weights.copy()
    weights.flat[:num_bits] ^= True
    return replace(network, layers=(replace(network.layers[0], weights=weights), *network.layers[1:]))
