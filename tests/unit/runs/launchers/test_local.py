"""Runs are started, stopped and resumed. A stand-in, which starts at once, takes the place of the trainer."""

import errno
import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from bnn.recipes.presets import preset
from bnn.runs import store, trainings
from bnn.runs.launchers import local
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE, Status
from bnn.system import commands
from bnn.system.processes import LOW_NICENESS
from tests.support import local_trainer, waiting
from tests.support.project import PROJECT


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch, runs_root):
    """A folder in the project's place that contains the stand-in. After the test, all stand-ins are ended."""
    folder = tmp_path / "project"
    (folder / "bnn").mkdir(parents=True)
    (folder / "bnn" / "__main__.py").write_text(local_trainer.TRAINER)
    monkeypatch.setattr(commands, "PROJECT", folder)
    yield folder
    for run in store.all_runs():
        seen = local_trainer.seen(run)
        if seen and psutil.pid_exists(seen["pid"]):
            run.stop_path.touch()
            waiting.until(lambda pid=seen["pid"]: not local_trainer.lives(pid), "the stand-in to end")


def _recipe(name="custom"):
    return replace(preset("quick"), name=name, epochs=1)


@pytest.fixture
def running():
    """A run that the stand-in is training."""
    run = trainings.start(_recipe())
    local_trainer.wait_for(run, "running")
    return run


def test_trainer_is_started_for_the_run(running, project, runs_root):
    seen = local_trainer.seen(running)
    assert seen["arguments"] == ["train", "--resume", running.id]
    assert Path(seen["folder"]).samefile(project)
    assert running.recipe() == _recipe()
    assert "trainer at work" in running.log_path.read_text()


def test_run_is_active_from_the_first_moment():
    run = trainings.start(_recipe())
    assert run.status().state in ACTIVE
    assert run.status().pid == local._children[-1].pid
    local_trainer.wait_for(run, "running")


def test_training_has_a_low_priority(running):
    pid = running.status().pid
    assert psutil.Process(pid).nice() == max(LOW_NICENESS, psutil.Process().nice())
    autogroup = Path(f"/proc/{pid}/autogroup")
    assert not autogroup.exists() or autogroup.read_text().split()[-1] == str(LOW_NICENESS)


def test_relative_folder_of_runs_is_the_same_for_the_trainer(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BNN_RUNS_DIR", "elsewhere")
    run = trainings.start(_recipe())
    local_trainer.wait_for(run, "running")
    assert (tmp_path / "elsewhere" / run.id / "seen.json").exists()


def test_run_can_be_stopped(running):
    trainings.stop(running)
    local_trainer.wait_for(running, "stopped")
    assert not running.stop_path.exists()
    trainings.stop(running)
    assert not running.stop_path.exists()


def test_resume_starts_the_trainer_again(running):
    first = local_trainer.seen(running)["pid"]
    trainings.stop(running)
    local_trainer.wait_for(running, "stopped")
    # The file `stop` is left over if a trainer ended without seeing it. It must not stop the next trainer.
    running.stop_path.touch()
    trainings.resume(running)
    assert running.status().state in ACTIVE
    waiting.until(lambda: local_trainer.seen(running)["pid"] != first, "a second trainer")
    local_trainer.wait_for(running, "running")


def test_resume_of_a_run_in_training_starts_nothing(running):
    count = len(local._children)
    trainings.resume(running)
    assert len(local._children) == count
    assert local_trainer.seen(running)["pid"] == running.status().pid


def test_run_of_a_killed_trainer_is_interrupted_and_can_be_resumed(running):
    first = local_trainer.seen(running)["pid"]
    psutil.Process(first).kill()
    local_trainer.wait_for(running, "interrupted")
    trainings.resume(running)
    waiting.until(lambda: local_trainer.seen(running)["pid"] != first, "a second trainer")
    local_trainer.wait_for(running, "running")


def test_run_whose_trainer_dies_at_once_is_interrupted_and_says_why():
    run = trainings.start(_recipe("dies"))
    local_trainer.wait_for(run, "interrupted")
    waiting.until(lambda: run.status().message == "its trainer ended: it died", "the cause")


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
@pytest.mark.parametrize(
    "number, words", [(signal.SIGKILL, "memory"), (signal.SIGILL, "lacks an instruction")]
)
def test_cause_of_a_trainers_end_is_shown_until_the_run_is_resumed(running, number, words):
    os.kill(local_trainer.seen(running)["pid"], number)
    waiting.until(lambda: words in running.status().message, "the cause")
    assert running.status().state == "interrupted"
    trainings.resume(running)
    local_trainer.wait_for(running, "running")
    assert words not in running.status().message


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_cause_of_a_trainers_end_does_not_hide_the_next_trainer(running, monkeypatch):
    """The run is resumed while the cause of the first trainer's end is being written into its status."""
    is_writing, is_resumed, write_status = threading.Event(), threading.Event(), Run.write_status

    def write_slowly(run, status):
        if status.state == "interrupted":
            is_writing.set()
            # `resume` must wait until the status is written. Otherwise it would return within this second.
            is_resumed.wait(1)
        write_status(run, status)

    monkeypatch.setattr(Run, "write_status", write_slowly)
    first = local_trainer.seen(running)["pid"]
    os.kill(first, signal.SIGKILL)
    assert is_writing.wait(60)
    trainings.resume(running)
    is_resumed.set()
    waiting.until(lambda: local_trainer.seen(running)["pid"] != first, "a second trainer")
    local_trainer.wait_for(running, "running")


def test_finished_and_shipped_runs_are_not_resumed(tmp_path, monkeypatch):
    run = store.create(_recipe())
    run.write_status(Status("finished"))
    with pytest.raises(ValueError, match="is finished: nothing to resume"):
        trainings.resume(run)
    shipped = Run(run.id, run.folder, shipped=True)
    run.write_status(Status("stopped"))
    with pytest.raises(ValueError, match="comes with the app: nothing to resume"):
        trainings.resume(shipped)


def test_run_with_a_damaged_recipe_is_not_resumed():
    run = store.create(_recipe())
    run.write_status(Status("stopped"))
    (run.folder / "recipe.json").write_text("{}")
    with pytest.raises(ValueError, match=f"run {run.id}"):
        trainings.resume(run)
    assert not run.log_path.exists()


def test_ended_trainer_leaves_nothing_behind(running):
    child = local._children[-1]
    trainings.stop(running)
    # The process must not stay as a zombie. This test starts no other process, because that would remove it.
    waiting.until(lambda: not psutil.pid_exists(child.pid), "the stand-in to be gone")
    waiting.until(lambda: child not in local._children, "the stand-in to be forgotten")


@pytest.mark.parametrize(
    "module, name",
    [(trainings, "write_atomically"), (subprocess, "Popen"), (Run, "write_queued")],
    ids=["the drawings", "the trainer", "its status"],
)
def test_start_that_fails_leaves_neither_a_run_nor_drawings_nor_a_trainer(
    monkeypatch, runs_root, module, name
):
    """After a failed start, a page does not know the run's id, so it could not delete the drawings."""

    def fail(*arguments, **options):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, name, fail)
    with pytest.raises(OSError, match="No space left"):
        trainings.start(_recipe(), examples="a drawing\n")
    assert not list(runs_root.iterdir())
    assert not [child for child in psutil.Process().children() if "--resume" in child.cmdline()]


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_cause_is_shown_if_the_trainer_is_a_child_of_the_started_process(project):
    """In a virtual environment on Windows, `python.exe` starts the trainer's Python and waits for it."""
    (project / "bnn" / "__main__.py").write_text(local_trainer.STARTER)
    (project / "bnn" / "crashes.py").write_text(local_trainer.CRASHING_TRAINER)
    run = trainings.start(_recipe())
    waiting.until(lambda: "SIGSEGV" in run.status().message, "the cause")
    status = run.status()
    assert (status.state, status.epoch) == ("interrupted", 3)


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX process groups")
def test_trainer_outlives_the_server_and_its_terminal(project):
    """The server and its whole process group are killed, as when its terminal is closed."""
    script = (
        "import sys, time; from bnn.recipes import presets\n"
        "from bnn.runs import trainings; from bnn.system import commands\n"
        "commands.PROJECT = sys.argv[1]\n"
        "print(trainings.start(presets.preset('quick')).id, flush=True); time.sleep(60)"
    )
    root = str(PROJECT)
    server = subprocess.Popen(
        [sys.executable, "-c", script, str(project)],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    run = store.find(server.stdout.readline().strip())
    local_trainer.wait_for(run, "running")
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    assert run.status().state == "running"
    assert local_trainer.lives(local_trainer.seen(run)["pid"])
    # A new server, here this process, can stop the run.
    trainings.stop(run)
    local_trainer.wait_for(run, "stopped")
