"""Compares the trainer's speed with that of a plain Keras script for the network of recipe `report`.

    python -m tests.benchmarks.training [RECIPE] [--rounds 3] [--epochs 2] [--watched]
    python -m tests.benchmarks.training --curves

Each round trains RECIPE (by default `report`) for some epochs in plain Keras, then with `python -m bnn
train`, each in a process of its own. It measures the seconds of every epoch with its validation, except for
the first epoch, in which TensorFlow compiles the training step.

With --watched, two pages in a browser show Train while the trainer is at work. With --curves, the trainer
trains `quick` to its end, plain Keras trains `report-signed`, and the validation accuracy after each epoch is
printed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from bnn.data import mnist
from bnn.recipes.presets import PRESETS
from bnn.runs import store
from tests.support import chromium
from tests.support.app_server import Server
from tests.support.project import PROJECT

# A script for the report's network, as somebody who does not know this project would write it.
PLAIN = """
import json, os, sys, time
os.environ["TF_USE_LEGACY_KERAS"] = "1"
import larq, numpy as np, tensorflow as tf
path, signed, epochs = sys.argv[1], sys.argv[2] == "signed", int(sys.argv[3])
with np.load(path) as data:
    x_train, y_train, x_test, y_test = (data[name] for name in ("x_train", "y_train", "x_test", "y_test"))
scale = (lambda x: (x / 127.5 - 1.0)) if signed else (lambda x: x / 255.0)
x_train, x_test = (scale(x.astype("float32")).reshape(-1, 28, 28, 1) for x in (x_train, x_test))
y_train, y_test = (tf.keras.utils.to_categorical(y, 10) for y in (y_train, y_test))
signs = dict(input_quantizer="ste_sign", kernel_quantizer="ste_sign", use_bias=False)
model = tf.keras.Sequential([
    larq.layers.QuantConv2D(32, 3, padding="same", input_shape=(28, 28, 1), **signs),
    tf.keras.layers.BatchNormalization(), tf.keras.layers.MaxPooling2D(2),
    larq.layers.QuantConv2D(64, 3, padding="same", **signs),
    tf.keras.layers.BatchNormalization(), tf.keras.layers.MaxPooling2D(2),
    tf.keras.layers.Flatten(),
    larq.layers.QuantDense(128, **signs), tf.keras.layers.BatchNormalization(),
    larq.layers.QuantDense(10, **signs), tf.keras.layers.BatchNormalization(),
    tf.keras.layers.Softmax(),
])
model.compile(tf.keras.optimizers.Adam(0.001), "categorical_crossentropy", metrics=["accuracy"])
epochs_done = []
class Clock(tf.keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        self.started = time.monotonic()
    def on_epoch_end(self, epoch, logs=None):
        epochs_done.append((time.monotonic() - self.started, logs["val_accuracy"]))
model.fit(x_train, y_train, 64, epochs, verbose=0, validation_data=(x_test, y_test), callbacks=[Clock()])
print(json.dumps(epochs_done))
"""


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recipe", nargs="?", default="report", choices=("report", "report-signed"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--watched", action="store_true")
    parser.add_argument("--curves", action="store_true")
    options = parser.parse_args()
    if options.epochs < 2:
        parser.error(
            f"--epochs must be at least 2, got {options.epochs}: the first epoch, in which the step is"
            " compiled, is left out"
        )
    if options.rounds < 1:
        parser.error(f"--rounds must be at least 1, got {options.rounds}")
    if options.curves:
        _print_curves()
        return
    with tempfile.TemporaryDirectory() as folder, _watching(Path(folder), options.watched) as runs_root:
        os.environ["BNN_RUNS_DIR"] = str(runs_root)
        plain, trainer = [], []
        for _ in range(options.rounds):
            plain += [seconds for seconds, _ in _plain(options.recipe, options.epochs)[1:]]
            trainer += [seconds for seconds, _ in _trained(options.recipe, options.epochs)[1:]]
            print(f"so far: plain {_words(plain)}; trainer {_words(trainer)}", file=sys.stderr, flush=True)
    ratio = median(trainer) / median(plain)
    print(
        f"{options.recipe}, seconds per epoch: plain Keras {median(plain):.2f},"
        f" trainer {median(trainer):.2f}: {ratio:.3f} x"
    )


@contextmanager
def _watching(folder, watched):
    """Yields the folder of runs. If `watched`, two pages in a browser show Train, with these runs."""
    if not watched:
        yield folder / "runs"
        return
    server = Server(folder)
    try:
        with sync_playwright() as playwright:
            browser = chromium.launch(playwright)
            for _ in range(2):
                page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
                page.goto(f"{server.url}/train")
                page.locator("h1").wait_for()
            yield server.runs_root
            browser.close()
    finally:
        server.stop()


def _print_curves():
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BNN_RUNS_DIR"] = folder
        for name, epochs in (
            ("quick", _trained("quick", PRESETS["quick"].epochs)),
            ("report-signed in plain Keras", _plain("report-signed", PRESETS["report-signed"].epochs)),
        ):
            print(name)
            total = 0.0
            for number, (seconds, accuracy) in enumerate(epochs, 1):
                total += seconds
                print(f"  epoch {number:2}, {total:6.1f} s: {accuracy:.2%}", flush=True)


def _plain(recipe, epochs):
    """Trains in plain Keras, and returns the seconds and the validation accuracy of each epoch."""
    pixels = PRESETS[recipe].pixels
    command = [sys.executable, "-c", PLAIN, str(mnist.PATH), pixels, str(epochs)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _trained(recipe, epochs):
    """Trains with the trainer, and returns the seconds and the validation accuracy of each epoch."""
    command = [sys.executable, "-m", "bnn", "train", recipe, "--set", f"epochs={epochs}", "--json"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    history = store.find(json.loads(done.stdout)["run"]).history()
    return history[["seconds", "validation_accuracy"]].values.tolist()


def _words(seconds):
    return ", ".join(f"{value:.2f}" for value in seconds)


if __name__ == "__main__":
    main()
