"""Trainings of a small network on a few hundred real digits."""

from threading import Event

from bnn.recipes.presets import preset
from bnn.runs import store
from bnn.runs.run import Run
from bnn.training import loop

NUM_IMAGES = 600


def new_run(name: str = "quick", **settings: object) -> Run:
    """Makes a run of a small network: an execution takes up to eight batches, and an epoch has 19."""
    defaults = dict(stages=((16,),), dense=(), batch_size=32, drawn_digits=0, epochs=2)
    return store.create(preset(name).with_settings({**defaults, **settings}))


def train(run: Run) -> None:
    """Trains the run on a few hundred images."""
    loop.train(run, Event(), NUM_IMAGES)
