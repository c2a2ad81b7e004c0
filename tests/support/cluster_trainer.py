"""A stand-in for the trainer in tests of a cluster. It starts at once and needs almost no processor time.

`python -m bnn train --resume RUN` runs it if the folder made by `install` is on `PYTHONPATH`. The stand-in
writes the status, the history and the network as the trainer does, and holds the run's lock. It goes on after
the last epoch in the history, adds an epoch every `EPOCH_SECONDS`, and ends when it is asked to stop. The
validation accuracy is ten times the learning rate, and the network is that of an example run.
"""

from pathlib import Path

EPOCH_SECONDS = 0.2
NETWORK = Path(__file__).parents[2] / "bnn" / "runs" / "shipped" / "quick" / "model.safetensors"
_SITECUSTOMIZE = """
import sys
if sys.orig_argv[1:4] == ["-m", "bnn", "train"]:
    sys.path.insert(0, {project!r})
    from tests.support.cluster_trainer import train
    try:
        train(sys.orig_argv)
    except BaseException as error:
        # Without this exit, Python would go on after the error, and start the real trainer.
        print(repr(error), flush=True)
        import os
        os._exit(1)
"""


def install(folder: Path, project: Path) -> None:
    """Writes `sitecustomize.py` into a folder.

    Python runs this file at its start if the folder is on `PYTHONPATH`.
    """
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(_SITECUSTOMIZE.format(project=str(project)))


def train(arguments: list[str]) -> None:
    """Does the stand-in's work, and ends this process."""
    import fcntl
    import json
    import os
    import shutil
    import time

    run = Path(os.environ["BNN_RUNS_DIR"]) / arguments[arguments.index("--resume") + 1]
    recipe = json.loads((run / "recipe.json").read_text())
    num_epochs, accuracy = recipe["epochs"], 10 * recipe["learning_rate"]
    lock = (run / ".training.lock").open("a")
    # A page takes the lock for an instant, to see whether a trainer holds it. Then this line waits.
    fcntl.flock(lock, fcntl.LOCK_EX)
    history = run / "history.csv"
    identity = {"pid": os.getpid(), "machine": os.environ.get("RAY_NODE", "node")}
    if not history.exists():
        columns = "epoch,loss,accuracy,validation_loss,validation_accuracy,flip_ratio,seconds\n"
        history.write_text(columns)
    num_done = len(history.read_text().splitlines()) - 1

    def write(state, epoch):
        # A sweep writes the first status after it has started the trainer, so there may be no file yet.
        old = json.loads((run / "status.json").read_text()) if (run / "status.json").exists() else {}
        values = old | identity | {"state": state, "epoch": epoch, "num_epochs": num_epochs, "message": ""}
        (run / f".{os.getpid()}.part").write_text(json.dumps(values))
        (run / f".{os.getpid()}.part").replace(run / "status.json")

    print(f"started by {os.getppid()} after epoch {num_done}", flush=True)
    for epoch in range(num_done + 1, num_epochs + 1):
        write("running", epoch)
        time.sleep(EPOCH_SECONDS)
        if (run / "stop").exists():
            write("stopped", epoch)
            (run / "stop").unlink(missing_ok=True)
            os._exit(3)
        with history.open("a") as file:
            file.write(f"{epoch},0.5,0.5,0.5,{accuracy},0.5,0.1\n")
        shutil.copy(NETWORK, run / "model.safetensors")
    write("finished", num_epochs)
    os._exit(0)
