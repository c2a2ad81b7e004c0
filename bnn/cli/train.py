"""The command `bnn train`, which trains a recipe."""

import logging
import math
import time
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from dataclasses import replace
from typing import Any

from bnn.cli import cluster_option, data_option, output
from bnn.cli.common import (
    EXIT_FAILED,
    check_given_settings,
    check_recipe,
    check_training_packages,
    deformation_note,
    find_run,
    seconds_of_training,
    settings,
    waiting_note,
)
from bnn.recipes.presets import PRESETS, preset
from bnn.recipes.recipe import Recipe
from bnn.runs import starting, stopping, store, trainings, turns, validation
from bnn.runs.launchers import launcher
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE
from bnn.system.files import remove_partial_files

# How long to wait for a trainer that was asked to stop: it saves a checkpoint before it ends.
_STOP_SECONDS = 60.0
# The exception that ended the last training. It refers to the training's batches. To free them, Python would
# wait until TensorFlow has made all images of the next epoch. Until then, for up to half a minute, the run
# would be locked and could not be resumed. So the batches are kept until the process ends.
_kept: list[BaseException] = []


def add_arguments(parser: ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument(
        "recipe", nargs="?", metavar="RECIPE", help=f"one of {', '.join(PRESETS)}; by default quick"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        nargs="+",
        help="change a setting of the recipe, such as epochs=3",
    )
    data_option.add_arguments(parser)
    parser.add_argument("--resume", metavar="RUN", help="resume a stopped or interrupted run")
    parser.add_argument(
        "--at-once", action="store_true", help="do not wait for other trainings, nor make them wait"
    )
    cluster_option.add_argument(parser)


def run(options: Namespace) -> int:
    """Train a recipe from the start, or resume a run."""
    cluster = cluster_option.use_cluster(options)
    if cluster and options.at_once:
        raise ValueError(f"--at-once is for trainings on this computer, not on the cluster {cluster[:80]}")
    trained = _run_to_train(options)
    if cluster:
        code = _train_on_cluster(trained, cluster, is_new=not options.resume)
    else:
        code = _train_here(trained, waits=not options.at_once)
    if code == 0:
        output.print_result(options, _result(trained), _text)
    return code


def _run_to_train(options: Namespace) -> Run:
    if options.resume and (
        options.recipe or options.set or options.data or options.source or options.licence
    ):
        raise ValueError(
            "--resume uses the run's own recipe and data:"
            " leave out RECIPE, --set, --data, --source and --licence"
        )
    recipe = None if options.resume else _recipe(options)
    check_training_packages()
    if recipe:
        data = data_option.read_data(options)
        check_recipe(recipe, data)
        check_given_settings([recipe], settings(options), data)
        if note := deformation_note(recipe, data):
            output.print_note(note)
        created = store.create(recipe, data)
        with store.removed_on_failure(created):
            starting.keep_start(created)
        return created
    resumed = find_run(options.resume)
    if resumed.shipped or resumed.status().state == "finished":
        raise ValueError(f"run {resumed.id} is finished: there is nothing to resume")
    return resumed


def _recipe(options: Namespace) -> Recipe:
    return preset(options.recipe or "quick").with_settings(settings(options))


def _train_on_cluster(trained: Run, cluster: str, is_new: bool) -> int:
    """Hands the run to the cluster, waits until its training ends, and returns the exit code."""
    with stopping.stop_on_signals():
        try:
            if is_new:
                launcher().launch(trained)
            else:
                trainings.resume(trained)
            output.print_note(
                f"the cluster {cluster} has taken {trained.id}; waiting until its training ends"
            )
            _wait(trained)
        except KeyboardInterrupt:
            _stop(trained)
    status = trained.status()
    if status.state == "finished":
        return 0
    reason = f": {status.message}" if status.message else ""
    output.print_note(f"{trained.id}: {status.state}{reason}")
    return stopping.EXIT_CODE if status.state == "stopped" else EXIT_FAILED


def _stop(trained: Run) -> None:
    # Ctrl-C may come after the run was sent to the cluster, but before the cluster has confirmed it. Then
    # `status()` may say "interrupted", although the cluster will train the run. So the state is taken from
    # `written_status()`, which says "queued".
    if trained.written_status().state in ACTIVE:
        launcher().request_stop(trained)
        output.print_note(f"{trained.id} was asked to stop")
        _wait(trained, _STOP_SECONDS)


def _wait(trained: Run, seconds: float = math.inf) -> None:
    deadline = time.monotonic() + seconds
    while trained.status().state in ACTIVE and time.monotonic() < deadline:
        time.sleep(stopping.POLL_SECONDS)


def _train_here(trained: Run, waits: bool) -> int:
    with turns.run_lock(trained):
        trainings.forget_earlier_trainer(trained)
        remove_partial_files(trained.folder)
        with stopping.stop_on_signals(trained):
            return _train_in_turn(trained, waits)


def _train_in_turn(trained: Run, waits: bool) -> int:
    def on_wait() -> None:
        output.print_note(waiting_note(trained))

    try:
        with turns.turn(trained, waits, on_wait), stopping.exit_when_stopped(trained) as first_step_done:
            from bnn.training import loop

            loop.train(trained, first_step_done)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the page must say how the training ended
        _kept[:] = [error]
        if stopping.is_stop(trained, error):
            stopping.write_stopped(trained, error)
            return stopping.EXIT_CODE
        _fail(trained, error)
        return EXIT_FAILED
    return 0


def _fail(trained: Run, error: BaseException) -> None:
    # If the status cannot be written, the run will be shown as interrupted.
    with suppress(OSError):
        status = replace(trained.status(), state="failed", message=output.error_line(error))
        trained.write_status(status)
    if not isinstance(error, ValueError | OSError):
        logging.getLogger("bnn").error("training failed", exc_info=error)
    output.print_note(error)


def _result(trained: Run) -> dict[str, Any]:
    test = trained.test()
    return {
        "run": trained.id,
        "validation_accuracy": validation.network_accuracy(trained),
        "test_accuracy": test["accuracy"] if test else None,
        "seconds": seconds_of_training(trained),
    }


def _text(result: dict[str, Any]) -> str:
    return (
        f"{result['run']} reads {output.percent(result['validation_accuracy'])} of validation images and "
        f"{output.percent(result['test_accuracy'])} of test images right, "
        f"trained in {result['seconds']:.0f} s"
    )
