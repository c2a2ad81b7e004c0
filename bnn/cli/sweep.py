"""The command `bnn sweep`, which trains a recipe with all combinations of given values and finds the best."""

import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from bnn.cli import cluster_option, data_option, output
from bnn.cli.common import (
    EXIT_FAILED,
    RAY_REQUIREMENT,
    check_given_settings,
    check_recipe,
    check_training_packages,
    deformation_note,
    seconds_of_training,
    settings,
    waiting_note,
)
from bnn.recipes.grid import grid
from bnn.recipes.presets import PRESETS, preset
from bnn.recipes.recipe import Recipe
from bnn.runs import stopping, store, sweeps
from bnn.runs.launchers import ray
from bnn.runs.run import Run
from bnn.runs.sweeping import Plan, train_one_after_another
from bnn.runs.sweeps import MEASURES, Place


def add_arguments(parser: ArgumentParser) -> None:
    """Adds the command's arguments."""
    parser.add_argument("recipe", metavar="RECIPE", help=f"one of {', '.join(PRESETS)}")
    parser.add_argument(
        "--over",
        action="append",
        default=[],
        metavar="NAME=VALUE,VALUE",
        help="a setting and its values; if the option is repeated, every combination is trained",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        nargs="+",
        help="change a setting, as in bnn train",
    )
    parser.add_argument(
        "--seeds", type=int, default=1, metavar="N", help="train each combination with N seeds; by default 1"
    )
    parser.add_argument(
        "--best-of",
        choices=[*MEASURES],
        default="validation_accuracy",
        help="the measure that decides which settings are best; by default validation_accuracy",
    )
    parser.add_argument(
        "--stop-early", action="store_true", help="stop trainings that are worse than half of the others"
    )
    data_option.add_arguments(parser)
    cluster_option.add_argument(parser)


def run(options: Namespace) -> int:
    """Train a recipe with all combinations of given values, and measure the best network on the test set."""
    started = time.monotonic()
    fixed = settings(options)
    if both := {text.partition("=")[0] for text in options.over} & fixed.keys():
        raise ValueError(f"--set and --over both name {min(both)}: give its values with one of them")
    recipes, over = grid(preset(options.recipe).with_settings(fixed), options.over, options.seeds)
    check_training_packages()
    address = cluster_option.use_cluster(options)
    _check_address(address)
    data = data_option.read_data(options)
    for recipe in recipes:
        check_recipe(recipe, data)
    check_given_settings(recipes, {*fixed, *over}, data)
    for note in dict.fromkeys(deformation_note(recipe, data) for recipe in recipes):
        if note:
            output.print_note(note)
    with sweeps.new_id(options.recipe) as sweep_id, stopping.stop_on_signals():
        plan = Plan(sweep_id, recipes, over, options.best_of, options.stop_early, data)
        try:
            _train(plan, address)
        except KeyboardInterrupt:
            is_begun = sweep_id in sweeps.all_sweeps(store.all_runs())
            kept = f"the runs of the sweep {sweep_id} are kept" if is_begun else "no run was made"
            output.print_note(f"stopped; {kept}")
            return stopping.EXIT_CODE
    runs = sweeps.all_sweeps(store.all_runs()).get(sweep_id, [])
    _measure_winner(plan, runs)
    result = _result(plan, runs, time.monotonic() - started)
    output.print_result(options, result, _text)
    return 0 if result["winner"] else EXIT_FAILED


def _check_address(address: str) -> None:
    if address.startswith("ray://"):
        # With this address, Ray Tune would run on the cluster's head node. It would call this process's
        # functions there, without this process's environment variables (such as BNN_RUNS_DIR).
        raise ValueError(
            "start a sweep on a machine of the cluster, with the address HOST:6379 or auto, not"
            f" {address[:80]!r}"
        )


def _train(plan: Plan, address: str) -> None:
    on_end = _counter(len(plan.recipes), plan.best_of)
    if address:
        try:
            from bnn.runs.cluster.tuning import train_on_cluster
        except ImportError as error:
            raise ValueError(
                f'a sweep on a cluster needs ray[tune]: pip install "{RAY_REQUIREMENT}" ({error})'
            ) from error

        if lost := train_on_cluster(plan, address, ray.num_cpus(), on_end):
            output.print_note(
                f"{len(lost)} of {len(plan.recipes)} trainings could not be started on the cluster or were"
                f" lost; the first one because: {lost[0]}"
            )
    else:
        train_one_after_another(plan, on_end, lambda run: output.print_note(waiting_note(run)))


def _counter(num_runs: int, best_of: str) -> Callable[[Run], None]:
    """Returns a function that prints a line on standard error for each run that it is called with."""
    num_ended = 0

    def count(run: Run) -> None:
        nonlocal num_ended
        num_ended += 1
        reached = _measure_text(sweeps.value(run, best_of), best_of)
        # If the reader of standard error has ended, the sweep goes on nevertheless.
        with suppress(OSError):
            print(f"{num_ended} of {num_runs}: {run.id}: {reached}", file=sys.stderr, flush=True)

    return count


def _measure_winner(plan: Plan, runs: Sequence[Run]) -> None:
    """Measures the winner, and no other network, on the test set, and keeps the result in its run."""
    from bnn.analysis import final_test

    if best := sweeps.winner(sweeps.ranking(runs, plan.best_of)):
        final_test.write_test(best)


def _result(plan: Plan, runs: Sequence[Run], seconds: float) -> dict[str, Any]:
    places = sweeps.ranking(runs, plan.best_of)
    best = sweeps.winner(places)
    test = best.test() if best else None
    return {
        "sweep": plan.id,
        "best_of": plan.best_of,
        "winner": best.id if best else None,
        "test_accuracy": test["accuracy"] if test else None,
        "places": [_place(place, plan) for place in places],
        "seconds": round(seconds, 1),
    }


def _place(place: Place, plan: Plan) -> dict[str, Any]:
    """Returns a place of the ranking: the settings, the measure, and the runs with these settings."""
    recipe = _recipe(place.runs[0])
    return {
        "settings": {name: getattr(recipe, name, None) for name in plan.over if name != "seed"},
        plan.best_of: place.value,
        "runs": [_row(run, plan.best_of) for run in place.runs],
    }


def _row(run: Run, best_of: str) -> dict[str, Any]:
    status, history = run.status(), run.history()
    return {
        "id": run.id,
        "seed": getattr(_recipe(run), "seed", None),
        "state": status.state,
        "stopped_early": status.stopped_early,
        "epochs": len(history),
        best_of: sweeps.value(run, best_of),
        "model_bytes": run.model_path.stat().st_size if run.model_path.is_file() else None,
        "seconds": seconds_of_training(run),
    }


def _recipe(run: Run) -> Recipe | None:
    """Returns the run's recipe; None if the recipe is damaged."""
    try:
        return run.recipe()
    except ValueError:
        return None


def _text(result: dict[str, Any]) -> str:
    best_of = result["best_of"]
    lines = [f"sweep {result['sweep']}, the best settings first ({best_of.replace('_', ' ')}):"]
    for place in result["places"]:
        settings = " ".join(f"{name}={_compact(value)}" for name, value in place["settings"].items())
        runs = ", ".join(f"{row['id']} ({row['state']})" for row in place["runs"])
        lines.append(f"{_measure_text(place[best_of], best_of):>8}  {settings}  {runs}")
    if result["winner"] is None:
        return "\n".join([*lines, "no training was finished, so there is no winner"])
    test = output.percent(result["test_accuracy"])
    return "\n".join([*lines, f"the winner, {result['winner']}, reads {test} of test images right"])


def _compact(value: object) -> str:
    """Returns a setting's value as text without spaces, with tuples as lists; "?" for None."""
    if value is None:
        return "?"
    return str(value).replace(" ", "").replace("(", "[").replace(",)", "]").replace(")", "]")


def _measure_text(value: float | None, best_of: str) -> str:
    if value is None or best_of == "validation_accuracy":
        return output.percent(value)
    return f"{value:.4f}"
