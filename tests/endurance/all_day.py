"""Whole day.

On one server, visitors come, draw, visit the other pages and leave, while somebody trains one network after
another. The server's memory must not grow, and no processes or open files may be left over.
"""

import asyncio
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

import numpy as np
import psutil

from bnn.runs import store
from tests.endurance.crowd import draw
from tests.support.app_server import Server
from tests.support.drawings import canvas_objects, random_strokes
from tests.support.visitor import Visitor
from tests.support.waiting import until

DRAWINGS_PER_VISITOR = 25
NUM_AT_ONCE = 4
SECONDS_BETWEEN_DRAWINGS = 0.5
# One layer and one epoch: what the network learns does not matter here.
SHORT_RECIPE = {
    "epochs": 1,
    "batch_size": 1000,
    "drawn_digits": 0,
    "non_digits": 0,
    "stages": "",
    "dense": "16",
}
TRAINING_SECONDS = 600.0
# The growth of memory is measured from this share of the day on. By then every page has been opened, the C
# library uses all of its memory pools (up to eight per core), and the server keeps its largest number of
# disconnected sessions.
WARM_UP_SHARE = 0.25
MAX_BYTES_PER_DRAWING = 10 * 1024


@dataclass
class Day:
    """A day on one server, with the server's memory and open files after each drawing."""

    server: Server
    num_drawings: int
    num_trainings: int
    process: psutil.Process
    rss_bytes: list[int] = field(default_factory=list)
    open_files: list[int] = field(default_factory=list)
    num_trained: int = 0

    def is_over(self) -> bool:
        """Returns whether there were enough drawings and trainings."""
        return len(self.rss_bytes) >= self.num_drawings and self.num_trained == self.num_trainings


def run(quick: bool) -> str:
    """Spends a day and returns the figures.

    A quick day is too short to tell a leak from the usual growth at the start. It only checks that no
    process is left over and that the server has logged no traceback.

    Raises:
        AssertionError: if memory or open files grow, a process is left over, or a page has an error.
    """
    num_drawings, num_trainings = (100, 1) if quick else (2000, 20)
    # The app keeps disconnected sessions for an hour. This day is shorter, so here it keeps them for 60 s.
    short_lived_sessions = {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "60"}
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, short_lived_sessions):
        server = Server(Path(folder))
        os.environ["BNN_RUNS_DIR"] = str(server.runs_root)
        try:
            day = Day(server, num_drawings, num_trainings, psutil.Process(server.process.pid))
            asyncio.run(_spend(day))
            return _figures(day, quick)
        finally:
            server.end_trainers()
            server.stop()


async def _spend(day):
    await asyncio.gather(_train(day), *(_visit_again_and_again(day, seed) for seed in range(NUM_AT_ONCE)))


async def _visit_again_and_again(day, seed):
    rng = np.random.default_rng(seed)
    while not day.is_over():
        async with Visitor(day.server.url) as visitor:
            await visitor.open()
            for _ in range(DRAWINGS_PER_VISITOR):
                await draw(visitor, canvas_objects(random_strokes(rng)))
                await visitor.clear()
                day.rss_bytes.append(day.process.memory_info().rss)
                day.open_files.append(day.process.num_fds())
                await asyncio.sleep(SECONDS_BETWEEN_DRAWINGS)
            for page in ("inside", "evaluate"):
                await visitor.open(page)
            assert not visitor.errors, visitor.errors[0]


async def _train(day):
    async with Visitor(day.server.url) as visitor:
        await visitor.open()
        await visitor.open("train")
        for key, value in SHORT_RECIPE.items():
            await visitor.enter(f"set-quick-{key}", value)
        while day.num_trained < day.num_trainings:
            await visitor.press("start")
            await visitor.until(lambda: _num_finished() > day.num_trained, "a training", TRAINING_SECONDS)
            day.num_trained += 1
        assert not visitor.errors, visitor.errors[0]


def _num_finished():
    return sum(run.status().state == "finished" for run in store.all_runs() if not run.shipped)


def _figures(day, quick):
    first = int(WARM_UP_SHARE * len(day.rss_bytes))
    rss_bytes, open_files = np.array(day.rss_bytes[first:]), np.array(day.open_files[first:])
    slope = np.polyfit(np.arange(len(rss_bytes)), rss_bytes, 1)[0]
    half = len(open_files) // 2
    first_mb, last_mb = rss_bytes[0] / 2**20, rss_bytes[-1] / 2**20
    first_files, last_files = open_files[:half].max(), open_files[half:].max()
    figures = (
        f"{len(day.rss_bytes)} drawings and {day.num_trained} trainings through one server: memory "
        f"{slope / 1024:+.1f} KB per drawing ({first_mb:.0f} MB to {last_mb:.0f} MB), at most {first_files} "
        f"open files in the first half, {last_files} in the second"
    )
    if not quick:
        assert slope < MAX_BYTES_PER_DRAWING, f"memory grows: {figures}"
        # A session has three open files, and each visitor may be opening or closing a session at any moment.
        assert last_files <= first_files + 3 * NUM_AT_ONCE, f"open files grow: {figures}"
    assert day.server.tracebacks() == [], day.server.tracebacks()[0]
    until(lambda: not day.process.children(recursive=True), "the trainers to end")
    return f"{figures}; no process left over"
