"""A run's state, and whether its trainer is alive."""

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace

import psutil
import pytest
from filelock import FileLock

from bnn.runs import store
from bnn.runs.launchers.local import LOADING_SECONDS
from bnn.runs.run import STARTUP_SECONDS
from bnn.runs.status import Status
from bnn.system.processes import process_identity, process_lives
from tests.support.project import PROJECT
from tests.support.run_content import RECIPE, STRANGE_BYTES, living_status


def _can_unshare():
    command = ["unshare", "--pid", "--fork", "--uts", "--mount-proc", "true"]
    return (
        shutil.which("unshare") and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )


@pytest.mark.parametrize("state", ["stopped", "finished", "failed"])
def test_status_of_a_run_that_has_ended_is_the_written_one(run, state):
    position = dict(epoch=3, num_epochs=10, batch=7, num_batches=430)
    speed = dict(images_per_second=2500.5, eta_seconds=12.25)
    written = Status(state, "words", **position, **speed, pid=1, started=2.0)
    run.write_status(written)
    assert run.status() == written


@pytest.mark.parametrize("state", ["queued", "running"])
def test_run_is_active_while_its_process_lives(run, state):
    status = living_status(state, epoch=2)
    run.write_status(status)
    assert run.status() == status


@pytest.mark.parametrize("state", ["queued", "running"])
def test_run_whose_process_is_dead_is_interrupted(run, dead_pid, state):
    status = Status(state, "Training", epoch=2, num_epochs=5, pid=dead_pid, started=1.0)
    run.write_status(status)
    assert run.status() == replace(status, state="interrupted", message="")


def test_run_whose_pid_went_to_another_process_is_interrupted(run):
    status = living_status()
    run.write_status(replace(status, started=status.started - 60))
    assert run.status().state == "interrupted"


@pytest.mark.skipif(not psutil.LINUX, reason="other systems report the clock time at which a process started")
def test_run_stays_active_when_the_clock_is_changed(run, monkeypatch):
    run.write_status(living_status())
    boot_time = psutil.boot_time()
    monkeypatch.setattr(psutil._pslinux, "boot_time", lambda: boot_time + 3600.0)
    assert run.status().state == "running"


@pytest.mark.parametrize("pid", [-1, 0, 2**31, 2**70])
def test_run_with_an_impossible_pid_is_interrupted(run, pid):
    os.utime(run.folder / "recipe.json", (1, 1))
    run.write_status(Status("running", pid=pid, started=1.0))
    assert run.status().state == "interrupted"


def test_zombie_process_counts_as_dead(run):
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    run.write_status(Status("running", **process_identity(process.pid)))
    assert run.status().state == "running"
    process.stdin.close()
    if hasattr(os, "waitid"):
        # The process has ended, but its parent has not asked for its exit code: it is a zombie.
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert run.status().state == "interrupted"
    process.wait()
    assert run.status().state == "interrupted"


def test_new_run_is_queued_until_its_trainer_should_have_written_a_status(run):
    assert run.status().state == "queued"
    too_old = (run.folder / "recipe.json").stat().st_mtime - STARTUP_SECONDS - 1
    os.utime(run.folder / "recipe.json", (too_old, too_old))
    assert run.status().state == "interrupted"


def test_run_with_a_recipe_from_the_future_is_interrupted(run):
    ahead = time.time() + 3600
    os.utime(run.folder / "recipe.json", (ahead, ahead))
    assert run.status().state == "interrupted"


# In the next three tests, the trainer is in another container with the same folder of runs. The trainer's
# process id has no meaning in this container.


@pytest.fixture
def elsewhere(dead_pid):
    """The status of a run whose trainer is in another container."""
    return Status("running", "Training", epoch=2, pid=dead_pid, started=1.0, machine="elsewhere")


def test_run_is_active_while_another_process_holds_its_lock(run, elsewhere):
    script = (
        "import sys, filelock; lock = filelock.FileLock(sys.argv[1]); lock.acquire()\n"
        "print('locked', flush=True); input()"
    )
    run.write_status(elsewhere)
    command = [sys.executable, "-c", script, str(run.lock_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as trainer:
        trainer.stdout.readline()
        assert run.status() == elsewhere
        trainer.stdin.close()
    assert run.status().state == "interrupted"


@pytest.mark.skipif(not _can_unshare(), reason="needs Linux and the permission to make a namespace")
def test_run_trained_in_another_process_namespace_is_active(run):
    """In its own namespace, the trainer has a different process id than here, and sees no process of ours."""
    script = (
        "import sys; from dataclasses import replace; from bnn.runs import status, store, turns\n"
        "inside, outside = store.find(sys.argv[1]), store.find(sys.argv[2])\n"
        "with turns.run_lock(inside), turns.turn(inside):\n"
        "    print(inside.status().state, outside.status().state, flush=True); input()"
    )
    inside = store.create(RECIPE)
    command = [
        "unshare",
        "--pid",
        "--fork",
        "--uts",
        "--mount-proc",
        "sh",
        "-c",
        'hostname inside; exec "$@"',
        "sh",
    ]
    command += [sys.executable, "-c", script, inside.id, run.id]
    run.write_status(living_status())
    with (
        FileLock(run.lock_path),
        subprocess.Popen(
            command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as trainer,
    ):
        assert trainer.stdout.readline().split() == ["running", "running"]
        assert inside.status().machine == "inside"
        assert not process_lives(inside.status().pid, inside.status().started)
        assert inside.status().state == "running"
        trainer.stdin.close()


def test_run_queued_in_another_container_has_time_to_take_its_lock(run, elsewhere):
    queued = replace(elsewhere, state="queued")
    run.write_status(queued)
    assert run.status() == queued
    too_old = time.time() - LOADING_SECONDS - 1
    os.utime(run.folder / "status.json", (too_old, too_old))
    assert run.status().state == "interrupted"


def test_copy_of_a_run_in_training_is_interrupted(run):
    run.write_status(living_status())
    with FileLock(run.lock_path):
        shutil.copytree(run.folder, run.folder.with_name("copy"))
        assert run.status().state == "running"
        assert store.find("copy").status().state == "interrupted"


def test_cause_of_an_interruption_is_kept_until_another_trainer_starts(run):
    run.write_status(living_status(epoch=2))
    run.write_interrupted(os.getpid() + 1, "not about this trainer")
    assert run.status().state == "running"
    run.write_interrupted(os.getpid(), "no memory")
    assert run.status() == living_status("interrupted", epoch=2, message="no memory")
    run.write_queued(os.getppid())
    run.write_interrupted(os.getpid(), "too late")
    assert run.status().state == "queued"


@pytest.mark.parametrize("content", STRANGE_BYTES)
def test_damaged_status_counts_as_failed(run, content):
    (run.folder / "status.json").write_bytes(content)
    status = run.status()
    assert status.state == "failed"
    assert "status.json" in status.message


@pytest.mark.parametrize(
    "field, value",
    [
        ("state", "asleep"),
        ("state", None),
        ("epoch", 1.5),
        ("epoch", True),
        ("message", 3),
        ("pid", "1"),
        ("eta_seconds", float("nan")),
        ("images_per_second", float("inf")),
        ("started", []),
    ],
)
def test_status_with_an_impossible_value_counts_as_failed(run, field, value):
    content = json.dumps({"state": "running"} | {field: value})
    (run.folder / "status.json").write_text(content)
    assert run.status().state == "failed"


def test_status_of_a_later_version_is_read(run):
    (run.folder / "status.json").write_text('{"state": "finished", "mood": "good", "eta_seconds": 1}')
    assert run.status() == Status("finished", eta_seconds=1)


def test_launched_run_is_queued_until_its_process_dies(run, dead_pid):
    run.write_status(Status("stopped", "asked to", epoch=3, pid=1, started=1.0))
    run.write_queued(os.getpid())
    assert run.status() == living_status("queued", message="Starting", epoch=3)
    run.write_queued(dead_pid)
    assert run.status().state == "interrupted"


def test_launcher_does_not_overwrite_the_trainers_status(run):
    failed = living_status("failed", message="no such recipe")
    run.write_status(failed)
    run.write_queued(os.getpid())
    assert run.status() == failed
