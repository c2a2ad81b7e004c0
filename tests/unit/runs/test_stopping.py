"""Signals stop a training, and what it has learnt is kept."""

import errno
import os
import shutil
import signal
import subprocess
import sys

import pytest

from bnn.recipes.presets import preset
from bnn.runs import stopping, store
from tests.support import waiting
from tests.support.project import PROJECT

# This runs `python -m bnn train --resume RUN` with a stand-in for the training loop. Like the real loop, the
# stand-in prints all the time and takes a while to save.
TRAINER = """
import sys, time, types
import bnn.training
from bnn.cli import main
from bnn.runs import stopping

HOW = sys.argv[2]

def print_for_a_while(word):
    for _ in range(30):
        time.sleep(0.01)
        print(word, file=sys.stderr, flush=True)

def learn(run):
    try:
        while True:
            (run.folder / "learning").touch()
            print_for_a_while("learning")
            stopping.raise_if_stopped(run)
    except KeyboardInterrupt:
        # Code in C may turn the exception of a signal into another one, or ignore it.
        if HOW == "other error":
            raise SystemError("bad argument to internal function")
        if HOW == "ignored":
            learn(run)
        raise

def train(run, first_step_done):
    first_step_done.set()
    try:
        learn(run)
    except BaseException as error:
        assert stopping.is_stop(run, error)
        print_for_a_while("saving")
        (run.folder / "saved").touch()
        raise stopping.Stopped from error

bnn.training.loop = sys.modules["bnn.training.loop"] = types.SimpleNamespace(train=train)
sys.exit(main(["train", "--resume", sys.argv[1]]))
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals and terminals")


@pytest.fixture
def start():
    """A function that starts a trainer, waits until it learns, and returns the run and the process."""
    processes = []

    def start(stderr=subprocess.DEVNULL, before=("env",), how="interrupt", **options):
        run = store.create(preset("quick"))
        command = [*before, sys.executable, "-c", TRAINER, run.id, how]
        process = subprocess.Popen(command, cwd=PROJECT, stderr=stderr, **options)
        processes.append(process)
        waiting.until((run.folder / "learning").exists, "the training")
        return run, process

    yield start
    for process in processes:
        process.kill()
        process.wait()


def has_saved(run, process):
    """Waits until the trainer ends. Returns whether it was stopped and has saved what it had learnt."""
    code = process.wait(waiting.DEADLINE_SECONDS)
    saved = (run.folder / "saved").exists()
    return (code, run.status().state, saved) == (stopping.EXIT_CODE, "stopped", True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_keeps_what_was_learnt(start, number):
    run, process = start()
    process.send_signal(number)
    assert has_saved(run, process)


@pytest.mark.parametrize("how", ["other error", "ignored"])
def test_signal_keeps_what_was_learnt_if_its_exception_is_replaced_or_ignored(start, tmp_path, how):
    with (tmp_path / "log.txt").open("w") as log:
        run, process = start(stderr=log, how=how)
        process.send_signal(signal.SIGTERM)
        assert has_saved(run, process)
    lines = [line for line in (tmp_path / "log.txt").read_text().splitlines() if line.startswith("bnn: ")]
    if how == "other error":
        cause = "SystemError: bad argument to internal function"
        assert lines.pop(0) == f"bnn: the training was asked to stop, and ended with {cause}"
    assert len(lines) == 1
    assert lines[0].startswith("bnn: stopped; resume it with ")
    assert not run.stop_path.exists()


def test_further_signals_do_not_disturb_the_saving(start):
    run, process = start()
    for _ in range(5):
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
    assert has_saved(run, process)


@pytest.mark.skipif(not shutil.which("setsid"), reason="needs setsid of util-linux")
def test_closed_terminal_keeps_what_was_learnt(start):
    """After the terminal is closed, every attempt of the trainer to print is an error."""
    ours, terminal = os.openpty()
    run, process = start(stderr=terminal, before=("setsid", "--ctty"), stdin=terminal, stdout=terminal)
    os.close(terminal)
    os.close(ours)
    assert has_saved(run, process)


def test_hang_up_is_ignored_under_nohup(start):
    run, process = start(before=("nohup",), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    process.send_signal(signal.SIGHUP)
    # One round is not enough. Even if SIGHUP stops the trainer, the file `learning` may be written once more
    # after it was deleted.
    for _ in range(2):
        (run.folder / "learning").unlink()
        waiting.until((run.folder / "learning").exists, "more training")
    process.send_signal(signal.SIGTERM)
    assert has_saved(run, process)


def test_handlers_are_put_back():
    before, stream = signal.getsignal(signal.SIGTERM), sys.stderr
    with stopping.stop_on_signals():
        assert signal.getsignal(signal.SIGTERM) != before
    assert (signal.getsignal(signal.SIGTERM), sys.stderr) == (before, stream)


def test_message_of_an_error_mentions_no_loss_if_nothing_is_lost(run, capsys):
    error = stopping.Stopped()
    error.__cause__ = OSError(errno.ENOSPC, "no space")
    stopping.write_stopped(run, error)
    assert run.status().message == "the disk is full"
    assert "lost" not in capsys.readouterr().err
