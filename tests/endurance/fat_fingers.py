"""Fat fingers.

On every page and every chapter of Inside, Hypothesis makes up values for the widgets, buttons are pressed
twice, and the canvas of Draw reports drawings that no hand would make. Uploads get no files, and download
buttons are not pressed. No page may show an exception or a traceback.
"""

import logging
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType, SimpleNamespace
from unittest import mock

import streamlit as st
from hypothesis import HealthCheck, Phase, given, settings
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget

from bnn.analysis import speed
from bnn.engine import file
from bnn.recipes.presets import PRESETS
from bnn.runs import store
from bnn.runs.launchers import local
from bnn.runs.run import Run
from bnn.runs.status import Status
from bnn.system.files import write_atomically
from pages.inside.chapters import CHAPTERS
from tests.endurance.made_up import MADE_UP, MadeUp, fill
from tests.support.project import PROJECT
from tests.support.random_networks import random_network

NAMES = ("draw", "train", "teach", "evaluate", "audience")
# The name of each page, with the chapter for Inside.
PLACES = [*((name, None) for name in NAMES), *(("inside", chapter) for chapter in CHAPTERS)]
NUM_VISITS, NUM_VISITS_QUICK = 25, 3
# How many widgets and buttons are used per visit in the quick version. The full version uses all.
NUM_WIDGETS_QUICK = 3
_CANVAS = "streamlit_drawable_canvas"
# The ids of the runs that `_make_runs` makes begin with this date.
_DATE = "20201123"
_BUTTONS = ("button", "download_button")
# These widgets get no values here. `hostile_files` makes up files.
_UPLOADERS = ("file_uploader",)


def run(quick: bool = False) -> str:
    """Changes the widgets and presses the buttons, and returns the figures.

    Raises:
        AssertionError: if a page shows an exception.
    """
    counts = Counter()
    num_visits, num_widgets = (NUM_VISITS_QUICK, NUM_WIDGETS_QUICK) if quick else (NUM_VISITS, None)
    # The log is off, because every refused value would be logged on the screen.
    logging.disable(logging.CRITICAL)
    try:
        with tempfile.TemporaryDirectory() as folder, _nothing_started(Path(folder)):
            for place in PLACES:
                _touch_often(place, num_visits, num_widgets, counts)
    finally:
        logging.disable(logging.NOTSET)
    return (
        f"{counts['values']} values typed and chosen in {counts['widgets']} widgets,"
        f" {counts['buttons']} buttons, pressed {counts['presses']} times (two presses in a row),"
        f" {counts['canvases']} strange drawings, {counts['reruns']} reruns of pages; no exception on a page"
    )


@contextmanager
def _nothing_started(folder):
    """Uses a temporary folder with a finished, a stopped, a failed and an interrupted run.

    Trainings and measurements are not started.
    """
    compared = speed.Comparison(20e-6, 60e-6, 50_000, 1_500_000)
    environment = mock.patch.dict(os.environ, BNN_RUNS_DIR=str(folder / "runs"))
    with (
        environment,
        mock.patch.object(local, "launch", return_value=None),
        mock.patch.object(store, "SHIPPED", folder / "shipped"),
        mock.patch.object(speed, "compare", return_value=compared),
        _fake_canvas(),
    ):
        st.cache_resource.clear()
        _make_runs()
        yield


@contextmanager
def _fake_canvas():
    """Replaces the canvas's module with an empty one, because AppTest has no canvas.

    A `Visit` adds a function `st_canvas` that reports its drawings.
    """
    real = sys.modules.pop(_CANVAS, None)
    sys.modules[_CANVAS] = ModuleType(_CANVAS)
    try:
        yield
    finally:
        del sys.modules[_CANVAS]
        if real:
            sys.modules[_CANVAS] = real


def _make_runs():
    """Makes four runs whose networks read their pixels in different ways."""
    # The run that is "running" has no trainer, so it shows as interrupted.
    states = {"finished": 128, "stopped": None, "failed": (32, 96, 160, 224), "running": 0}
    for index, (state, pixel_threshold) in enumerate(states.items()):
        run_id = f"{_DATE}-14050{index}-quick"
        run = Run(run_id, store.root() / run_id)
        run.epoch_path(1).parent.mkdir(parents=True, exist_ok=True)
        run.write_recipe(replace(PRESETS["quick"], epochs=3))
        position = dict(epoch=2, num_epochs=3, batch=40, num_batches=430)
        run.write_status(Status(state, **position, pid=2**22 + 1, started=1.0))
        for epoch in (1, 2):
            values = dict(loss=0.5, accuracy=0.8, validation_loss=0.3, flip_ratio=0.1, seconds=21.5)
            run.append_history({"epoch": epoch, "validation_accuracy": 0.9, **values})
            run.append_progress([{"step": 430 * epoch, "epoch": epoch, "loss": 0.4, "accuracy": 0.8}])
            network = random_network(seed=epoch, pixel_threshold=pixel_threshold)
            write_atomically(run.epoch_path(epoch), file.to_bytes(network))
        write_atomically(run.model_path, file.to_bytes(network))


def _delete_started_runs():
    """Deletes the runs that presses of Start have added, because every run makes the pages slower."""
    for run in store.all_runs():
        if not run.id.startswith(_DATE):
            shutil.rmtree(run.folder)


def _touch_often(place, num_visits, num_widgets, counts):
    # Hypothesis does not shrink a failing example, because pages are too slow. The failure names the last
    # actions instead.
    @settings(
        max_examples=num_visits,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(MADE_UP)
    def touch(made_up):
        _delete_started_runs()
        visit = Visit(place, made_up, counts)
        visit.touch_widgets(num_widgets)
        visit.press_buttons(num_widgets)

    touch()


class Visit:
    """A visit to a page, with a list of everything done so far."""

    def __init__(self, place: tuple[str, str | None], made_up: MadeUp, counts: Counter):
        self.place, self.made_up, self.counts, self.actions = place, made_up, counts, []
        self.rng = random.Random(made_up.seed)
        name, chapter = place
        self.page = AppTest.from_file(str(PROJECT / "pages" / name / "page.py"), default_timeout=120)
        if chapter:
            self.page.query_params.update({"step": chapter, "digit": "m7"})
        self._run()

    def touch_widgets(self, max_widgets: int | None) -> None:
        """Gives a made-up value to at most `max_widgets` widgets; to all if `max_widgets` is None."""
        for key in self._chosen(lambda widget: widget.type not in _BUTTONS + _UPLOADERS, max_widgets):
            widget = self._widget(key)
            if widget is None or widget.proto.disabled:
                continue
            value = self.made_up.value(self.rng, widget)
            self._send(widget, partial(fill, widget=widget, value=value), f"{value!r:.80}")
            self.counts["values"] += 1
            self._count_once("widgets", key)

    def press_buttons(self, max_buttons: int | None) -> None:
        """Presses at most `max_buttons` buttons, each twice; all if `max_buttons` is None."""
        for key in self._chosen(lambda widget: widget.type == "button", max_buttons):
            for _ in range(2):
                widget = self._widget(key)
                if widget is None or widget.proto.disabled:
                    break
                self._send(widget, _press, "pressed")
                self.counts["presses"] += 1
            self._count_once("buttons", key)

    def _count_once(self, name, key):
        """Counts the widget with this key once, however often it is used."""
        if self.counts[key] == 0:
            self.counts[name] += 1
        self.counts[key] += 1

    def _chosen(self, fits, max_widgets):
        """Returns the keys of up to `max_widgets` widgets that fit, in a random order."""
        keys = sorted({_key(widget) for widget in self._widgets() if fits(widget)})
        self.rng.shuffle(keys)
        return keys[:max_widgets]

    def _widgets(self):
        return [node for node in self.page._tree if isinstance(node, Widget)]

    def _widget(self, key):
        return next((widget for widget in self._widgets() if _key(widget) == key), None)

    def _send(self, widget, change, words):
        """Changes the widget's state and reruns the page, as a browser does after a visitor's action."""
        self.actions.append(f"{_key(widget)}: {words}")
        states = self.page._tree.get_widget_states()
        state = next(state for state in states.widgets if state.id == widget.id)
        change(state)
        self._run(states)

    def _run(self, states=None):
        """Reruns the page. On Draw, the canvas then reports one of the made-up drawings."""
        drawing = self.rng.choice(self.made_up.drawings) if self.place[0] == "draw" else None
        if drawing is not None:
            self.counts["canvases"] += 1
            self.actions.append(f"canvas: {drawing!r:.300}")
        result = SimpleNamespace(json_data=drawing)
        sys.modules[_CANVAS].st_canvas = lambda **options: result
        if states:
            self.page._run(states)
        else:
            self.page.run()
        self._check()

    def _check(self):
        self.counts["reruns"] += 1
        exceptions = [f"{e.value} {''.join(e.stack_trace)[-800:]}" for e in self.page.exception]
        assert not exceptions, f"{self.place} shows an exception: {exceptions[0]}, after {self.actions[-6:]}"
        for error in self.page.error:
            assert "Traceback" not in error.value, error.value[:300]
            assert len(error.value) < 2000, error.value[:300]


def _key(widget):
    """Returns a name for the widget: its type with its key, or with its label where it has no key."""
    return f"{widget.type} {widget.key or widget.proto.label}"


def _press(state):
    state.trigger_value = True
