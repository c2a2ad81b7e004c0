"""Trainings of a small network on a few hundred real digits."""

from threading import Event

from bnn.recipes.presets import preset
from bnn.runs import store
from bnn.runs.run import Run
from bnn.training import loop

NUM_IMAGES = 600


def new_run(name: str = "quick", **settings: object) -> Run:
    """Makes a run of a small network. An epoch has 19 batches. Keras executes up to eight of them at once."""
    defaults = dict(stages=((16,),), dense=(), batch_size=32, drawn_digits=0, epochs=2)
    return store.create(preset(name).with_settings({**defaults, **settings}))


def train(run: Run) -> None:
    """Trains the run on `NUM_IMAGES` images, and validates and tests it on as many."""
    loop.train(run, Event(), NUM_IMAGES)
