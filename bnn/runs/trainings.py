"""Starts, resumes and stops trainings, wherever they run."""

from dataclasses import replace

from bnn.data.dataset import DataSet
from bnn.recipes.recipe import Recipe
from bnn.runs import launchers, starting, store
from bnn.runs.launchers import launcher
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE
from bnn.system.files import write_atomically
from bnn.system.processes import process_lives


def start(recipe: Recipe, examples: str = "", data: DataSet | None = None) -> Run:
    """Creates a run and starts its trainer.

    Without a cluster, the trainer waits while another run is being trained.

    Args:
        recipe: the recipe.
        examples: the content of `examples.jsonl`, the drawings that a recipe with `own_drawings` learns.
        data: the data set to train on, as `bnn.data.files` reads it from a file; None for MNIST.

    Returns:
        The new run.

    Raises:
        ValueError: if the network is too large for the number of classes, or the recipe cannot start from the
            run that it names. There is no new run then.
        OSError: if the run's folder cannot be written or the trainer cannot be started. There is no new run
            then.
    """
    run = store.create(recipe, data)
    with store.removed_on_failure(run):
        if examples:
            write_atomically(run.examples_path, examples)
        starting.keep_start(run)
        launcher().launch(run)
    return run


def resume(run: Run) -> None:
    """Starts a trainer that continues an unfinished run; does nothing if the run has a trainer.

    Raises:
        ValueError: if the run is finished or comes with the app, or its recipe cannot be read.
        OSError: if the trainer cannot be started.
    """
    state = run.status().state
    if state in ACTIVE:
        return
    if run.shipped or state == "finished":
        why = "comes with the app" if run.shipped else "is finished"
        raise ValueError(f"run {run.id} {why}: nothing to resume")
    run.recipe()
    run.stop_path.unlink(missing_ok=True)
    forget_note(run)
    launcher().launch(run)


def forget_note(run: Run) -> None:
    """Removes what a run's status says about an earlier training, such as that it was stopped early."""
    status = run.written_status()
    if status.note or status.stopped_early:
        run.write_status(replace(status, note="", stopped_early=False))


def forget_earlier_trainer(run: Run) -> None:
    """Removes an earlier trainer's note, and the request that it stop. Keeps a new request to stop.

    The new trainer calls this as soon as it holds the run's lock, so no other trainer is alive. A request is
    new if a page or a cluster has queued the run for this trainer. The status then has the id of the new
    trainer's process, of the process that has started it (Windows), or none yet (cluster).
    """
    status = run.written_status()
    if status.state == "queued" and (not status.pid or process_lives(status.pid, status.started)):
        return
    run.stop_path.unlink(missing_ok=True)
    forget_note(run)


def stop(run: Run) -> None:
    """Asks the run's trainer to stop after the current batches; does nothing if the run has no trainer."""
    if run.status().state in ACTIVE:
        launcher().request_stop(run)


def cluster_notice() -> str:
    """Returns a sentence that says on which cluster trainings run; empty if they run on this machine."""
    return launchers.cluster_notice(store.root())
