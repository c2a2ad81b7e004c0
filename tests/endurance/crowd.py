"""Thirty visitors at once.

Each visitor draws a digit every two seconds while a network is being trained. Then ten visitors press Start
at the same moment.
"""

import asyncio
import os
import re
import tempfile
import time
from contextlib import AsyncExitStack
from operator import itemgetter
from pathlib import Path
from unittest.mock import patch

import numpy as np

from bnn.recipes.presets import preset
from bnn.runs import store, trainings
from tests.support.app_server import Server
from tests.support.drawings import canvas_objects, expected_readings, random_strokes
from tests.support.visitor import Visitor
from tests.support.waiting import until

DRAWING_EVERY_SECONDS = 2.0
# The pause between two strokes of one digit: about the time that a hand needs to lift and set down the pen.
STROKE_EVERY_SECONDS = 0.3
# The share MIN_SHARE of the answers must come within MAX_SECONDS.
MAX_SECONDS = 1.5
MIN_SHARE = 0.95
NUM_STARTS = 10
# The longest time until the first batch. Before it, loading TensorFlow takes a whole core for some seconds.
START_SECONDS = 300.0
# The longest time from the stop of a run until the next run is in training. A trainer that is still loading
# TensorFlow stops only when TensorFlow has been loaded.
TURN_SECONDS = 180.0


def run(quick: bool) -> str:
    """Draws and trains, and returns the figures.

    Raises:
        AssertionError: if an answer is wrong, if too many are late, or if the runs do not train in order.
    """
    num_visitors, seconds = (6, 8) if quick else (30, 120)
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ):
        server = Server(Path(folder))
        os.environ["BNN_RUNS_DIR"] = str(server.runs_root)
        try:
            drawn = _draw_while_training(server.url, num_visitors, seconds)
            queued = asyncio.run(start_together(server.url, 3 if quick else NUM_STARTS))
        finally:
            server.end_trainers()
            server.stop()
        assert server.tracebacks() == [], server.tracebacks()[0]
    return f"{drawn}; {queued}"


def _draw_while_training(url, num_visitors, seconds):
    load = os.getloadavg()[0]
    training = trainings.start(preset("quick").with_settings({"epochs": "50"}))
    until(lambda: training.status().batch, "the training", START_SECONDS)
    waits = asyncio.run(draw_together(url, num_visitors, seconds))
    assert training.status().state == "running", f"the training is {training.status().state}"
    trainings.stop(training)
    until(lambda: training.status().state == "stopped", "the training to stop")
    return _figures(waits, num_visitors, seconds, load)


async def draw_together(url: str, num_visitors: int, seconds: float) -> np.ndarray:
    """Returns the seconds until each answer; AssertionError if an answer does not belong to its drawing."""
    visits = (_visit(url, number, num_visitors, seconds) for number in range(num_visitors))
    return np.concatenate(await asyncio.gather(*visits))


async def _visit(url, number, num_visitors, seconds):
    """Draws digits as one visitor, and returns the seconds until each answer."""
    rng, waits = np.random.default_rng(number), []
    async with Visitor(url) as visitor:
        await visitor.open()
        # Visitors begin one after the other, spread over one interval.
        due = time.monotonic() + DRAWING_EVERY_SECONDS * number / num_visitors
        end = due + seconds
        while due < end:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            waits.append(await draw(visitor, canvas_objects(random_strokes(rng))))
            await visitor.clear()
            due = max(due + DRAWING_EVERY_SECONDS, time.monotonic())
        assert not visitor.errors, f"visitor {number}: {visitor.errors[0]}"
    return waits


async def draw(visitor, objects):
    """Draws the strokes one by one, and returns the seconds from the last stroke to its answer.

    Until then, the page may only show the answers to the empty canvas and to the earlier strokes.
    """
    expected = expected_readings(objects)

    def is_answered():
        if not visitor.is_at_rest():
            return False
        shown = visitor.reading()
        assert any(map(shown.agrees, expected)), f"the page shows {shown} for the drawing {expected[-1]}"
        return shown.agrees(expected[-1])

    for num_strokes in range(1, len(objects)):
        await visitor.draw(objects[:num_strokes])
        await asyncio.sleep(STROKE_EVERY_SECONDS)
    started = await visitor.draw(objects)
    await visitor.until(is_answered, "the answer")
    return time.monotonic() - started


def _figures(waits, num_visitors, seconds, load):
    share_in_time, seconds_95 = (waits <= MAX_SECONDS).mean(), np.quantile(waits, MIN_SHARE)
    figures = (
        f"{num_visitors} visitors, {len(waits)} drawings in {seconds} s while training, all answers right, "
        f"median {np.median(waits):.2f} s, 95 % within {seconds_95:.2f} s, slowest {waits.max():.2f} s, "
        f"on {os.cpu_count()} cores (load before: {load:.1f})"
    )
    assert share_in_time >= MIN_SHARE, f"only {share_in_time:.1%} within {MAX_SECONDS} s: {figures}"
    return figures


async def start_together(url: str, num_starts: int) -> str:
    """Presses Start in several sessions at once; AssertionError unless the runs train one after another."""
    async with AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(Visitor(url)) for _ in range(num_starts)]
        for visitor in visitors:
            await visitor.open()
            await visitor.open("train")
        known = {run.id for run in store.all_runs()}
        await asyncio.gather(*(visitor.press("start") for visitor in visitors))

        def started():
            # Sorted by the time at which their trainers were started.
            new = [(run.status(), run) for run in store.all_runs() if run.id not in known]
            timed = [(status.started, run.id, run) for status, run in new if status.pid]
            return [run for _, _, run in sorted(timed, key=itemgetter(0, 1))]

        # These waits are in other threads, so that this one still answers the server's pings.
        await asyncio.to_thread(until, lambda: len(started()) == num_starts, f"{num_starts} runs")
        queue = started()
        await asyncio.to_thread(
            until, lambda: queue[0].status().state == "running", "the first to train", TURN_SECONDS
        )
        await _check_pages(visitors, queue)
    for position, run in enumerate(queue):
        _expect_turn(queue, position)
        trainings.stop(run)
    until(lambda: queue[-1].status().state == "stopped", "the last to stop", TURN_SECONDS)
    return f"{num_starts} pressed Start at once: one trained, {num_starts - 1} queued and trained in turn"


async def _check_pages(visitors, queue):
    """Checks that every page shows its own visitor's run and its state."""
    shown = {}
    for visitor in visitors:
        await visitor.until(visitor.is_at_rest, "the page after Start")
        await visitor.open("train")
        run_id = re.search(r"On the command line, the run shown above is `([^`]+)`", visitor.text())[1]
        shown[run_id] = re.search(r'class="state (\w+)"', visitor.html())[1]
        assert not visitor.errors, visitor.errors[0]
    expected = {run.id: "queued" for run in queue} | {queue[0].id: "running"}
    assert shown == expected, f"the pages show {shown}, not {expected}"


def _expect_turn(queue, position):
    until(
        lambda: queue[position].status().state == "running",
        f"the turn of number {position + 1}",
        TURN_SECONDS,
    )
    states = [run.status().state for run in queue]
    expected = ["stopped"] * position + ["running"] + ["queued"] * (len(queue) - position - 1)
    assert states == expected, f"the runs, in the order they were started, are {states}"
