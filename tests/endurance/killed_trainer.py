"""Killed trainer.

A real trainer is killed many times, at random moments while it waits, loads, learns and writes. After each
kill, the run's files must be complete, and the run is resumed. When a run is finished, the next one begins.
Each run must end with the same results as a run that was never killed.
"""

import random
import time
from collections import Counter

import numpy as np
from filelock import FileLock

from bnn.runs import store, trainings
from bnn.runs.launchers import local
from bnn.runs.run import Run
from bnn.runs.status import ACTIVE
from bnn.system import files
from tests.endurance import run_folders
from tests.support import trainers, waiting

EPOCHS = 10
# How often each moment is chosen in 20 kills. "checkpoint" and "status" mean: while that file is written.
MOMENTS = ("queued",) * 4 + ("loading",) * 3 + ("learning",) * 8 + ("checkpoint",) * 3 + ("status",) * 2
QUICK_MOMENTS = ("queued", "learning", "checkpoint")
PART_POLL_SECONDS = 0.0005
# At most this long after the end of a killed trainer, its run must count as interrupted.
INTERRUPTED_SECONDS = 3.0
# Two trainings with the same seed may add floats in a different order, which can change the result slightly.
TOLERANCE = 0.005
COMPARED = ["epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "flip_ratio"]


def run(quick: bool) -> str:
    """Kills 100 times (3 in the quick version) and returns the figures."""
    epochs = 3 if quick else EPOCHS
    rng = random.Random(5)
    moments = list(QUICK_MOMENTS) if quick else rng.sample(MOMENTS * 5, 100)
    with run_folders.folder_of_runs():
        whole = trainings.start(run_folders.short_recipe(epochs))
        assert run_folders.wait_for(whole, "finished", "failed") == "finished", whole.status().message
        harness = Harness(whole, epochs, rng)
        for moment in moments:
            harness.kill_at(moment)
        harness.finish()
        return harness.figures()


class Harness:
    """Kills and resumes one run after the other, and counts what it sees.

    Args:
        whole: a run that was never killed, to compare the others with; None for no comparison.
        epochs: number of epochs of each run.
        rng: the random numbers that decide when exactly a trainer is killed.
    """

    def __init__(self, whole: Run | None, epochs: int, rng: random.Random):
        self.whole, self.epochs, self.rng = whole, epochs, rng
        self.run, self.killed_at = None, 0.0
        self.kills, self.half_written, self.epochs_seen = Counter(), Counter(), Counter()
        self.slowest_seconds, self.largest_difference, self.num_runs, self.num_files = 0.0, 0.0, 0, 0

    def kill_at(self, moment: str) -> None:
        """Starts or resumes a run, kills its trainer at a moment of this kind, and checks its files.

        `moment` is a value of `MOMENTS`. If the trainer ends too early, another attempt is made.
        """
        while True:
            queue = FileLock(store.root() / ".training.lock")
            if moment == "queued":
                queue.acquire()
            history_before = self._go_on()
            has_come = self._wait_for_moment(moment, history_before)
            self._kill()
            queue.release()
            state = self._check(history_before)
            if state == "interrupted" and has_come:
                self.kills[moment] += 1
                return

    def finish(self) -> None:
        """Lets the last run finish."""
        history_before = self._go_on()
        run_folders.wait_for(self.run, "finished", "failed", "interrupted")
        self._check_unchanged(history_before)
        self._check_end()

    def figures(self) -> str:
        """Returns the figures in one line."""
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.kills.items())
        torn = ", ".join(f"{count} {name}" for name, count in sorted(self.half_written.items())) or "none"
        epochs = ", ".join(f"{epoch}: {count}" for epoch, count in sorted(self.epochs_seen.items()))
        return (
            f"{self.kills.total()} kills ({kinds}) in {self.num_runs} runs of {self.epochs} epochs; "
            f"kills by epochs done: {epochs}; writes cut off: {torn}; {self.num_files} files read, none "
            f"half-written; a killed run counted as interrupted after {self.slowest_seconds:.2f} s at most; "
            f"largest difference from a run that was never killed {self.largest_difference:.1e}"
        )

    def _go_on(self):
        """Starts a run or resumes the current one; returns its history up to the checkpoint."""
        if self.run is None:
            self.run = trainings.start(run_folders.short_recipe(self.epochs))
            self.num_runs += 1
            return self.run.history()
        epoch = run_folders.checkpoint_epoch(self.run)
        trainings.resume(self.run)
        return self.run.history()[:epoch]

    def _wait_for_moment(self, moment, history_before):
        """Waits for the moment; returns False if the trainer has ended before a file was being written."""
        pid = self.run.status().pid
        if moment == "loading":
            time.sleep(self.rng.uniform(0.0, 6.0))
            return True
        if moment == "queued":
            waiting.until(lambda: self.run.status().message, "the queue", run_folders.LOADING_SECONDS)
            time.sleep(self.rng.uniform(0.0, 1.0))
            return True
        num_epochs = len(history_before) + self.rng.randint(0, 2)
        waiting.until(lambda: self._learns(pid, num_epochs), "the first step", run_folders.LOADING_SECONDS)
        if moment == "learning":
            time.sleep(self.rng.uniform(0.0, 1.5))
            return True
        return self._wait_for_part(
            self.run.checkpoint_path.parent if moment == "checkpoint" else self.run.folder
        )

    def _learns(self, pid, num_epochs):
        """Returns whether the run has come far enough, or has ended.

        Far enough means: process `pid` has trained a step, and `num_epochs` epochs are done.
        """
        status = self.run.status()
        is_learning = status.pid == pid and status.state == "running" and status.images_per_second
        return status.state not in ACTIVE or (is_learning and len(self.run.history()) >= num_epochs)

    def _wait_for_part(self, folder):
        """Waits until a file is being written in the folder; returns False if the trainer ends first."""
        # The pauses are short, because such a file exists for only a few milliseconds.
        pid = self.run.status().pid
        while not any(folder.glob(f".*{files.PARTIAL_SUFFIX}")):
            if not self._is_alive(pid):
                return False
            time.sleep(PART_POLL_SECONDS)
        return True

    def _is_alive(self, pid):
        return any(child.pid == pid and child.poll() is None for child in local._children)

    def _kill(self):
        child = local._children[-1]
        trainers.kill(child.pid)
        child.wait()
        self.killed_at = time.monotonic()

    def _check(self, history_before):
        """Waits until the run counts as ended, checks its files, and returns its state."""
        state = run_folders.wait_for(self.run, "interrupted", "finished", "failed")
        seconds = time.monotonic() - self.killed_at
        assert state != "failed", f"{self.run.id} failed: {self.run.status().message}"
        self._check_unchanged(history_before)
        if state == "finished":
            self._check_end()
            return state
        self.slowest_seconds = max(self.slowest_seconds, seconds)
        assert seconds < INTERRUPTED_SECONDS, f"{self.run.id}: interrupted only after {seconds:.1f} s"
        self._check_parts()
        self.epochs_seen[run_folders.checkpoint_epoch(self.run)] += 1
        return state

    def _check_parts(self):
        left = run_folders.parts(self.run)
        # A trainer writes one file at a time, and removes half-written files that a killed trainer has left.
        assert len(left) <= 1, f"{self.run.id} has kept {[path.name for path in left]}"
        self.half_written.update(
            path.parent.name if path.parent != self.run.folder else "status" for path in left
        )

    def _check_unchanged(self, history_before):
        """Checks that the run's files are complete, and that no epoch is lost or trained twice."""
        self.num_files += run_folders.check_files(self.run)
        # `history` hides repeated epochs, so the file itself is read.
        raw = (self.run.folder / "history.csv").read_text().splitlines() if len(self.run.history()) else [""]
        epochs = [int(line.split(",")[0]) for line in raw[1:]]
        done = run_folders.checkpoint_epoch(self.run)
        assert epochs == list(range(1, len(epochs) + 1)), (
            f"history.csv of {self.run.id} has the epochs {epochs}"
        )
        assert done <= len(epochs) <= done + 1, f"checkpoint of epoch {done}, history of {len(epochs)}"
        kept = self.run.history()[: len(history_before)]
        assert kept.equals(history_before), f"{self.run.id} has trained a finished epoch again"

    def _check_end(self):
        """Checks that the current run is finished, with the same results as the run that was never killed."""
        assert self.run.status().state == "finished", self.run.status().message
        assert not run_folders.parts(self.run), "a file that was being written is left"
        if self.whole:
            self._compare()
        self.run = None

    def _compare(self):
        difference = np.abs(self.run.history()[COMPARED] - self.whole.history()[COMPARED]).to_numpy().max()
        accuracies = [run.test()["accuracy"] for run in (self.run, self.whole)]
        self.largest_difference = max(self.largest_difference, difference, abs(accuracies[0] - accuracies[1]))
        assert self.largest_difference < TOLERANCE, (
            f"{self.run.id} differs from the whole run by {self.largest_difference:.4f}"
        )
