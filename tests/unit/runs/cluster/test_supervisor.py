"""The actor that watches trainings on a cluster, without Ray: a stand-in takes the place of its tasks."""

import asyncio
import importlib
import sys
from concurrent.futures import Future
from dataclasses import replace
from types import SimpleNamespace

import pytest

from bnn.runs import stopping, store
from bnn.runs.status import Status
from tests.support.run_content import RECIPE

ERRORS = (
    "LocalRayletDiedError",
    "NodeDiedError",
    "OutOfMemoryError",
    "RayError",
    "TaskCancelledError",
    "WorkerCrashedError",
)


@pytest.fixture
def ray(monkeypatch):
    """The stand-in for Ray. Each task is a future in `tasks`, which a test ends."""
    tasks = []

    def remote(*arguments):
        tasks.append(future := Future())
        return SimpleNamespace(future=lambda: future)

    module = SimpleNamespace(
        tasks=tasks,
        remote=lambda **options: (
            lambda function: SimpleNamespace(options=lambda **options: SimpleNamespace(remote=remote))
        ),
        cancel=lambda task: task.future().set_exception(module.exceptions.TaskCancelledError()),
        exceptions=SimpleNamespace(**{name: type(name, (Exception,), {}) for name in ERRORS}),
        actor=SimpleNamespace(ActorHandle=object),
    )
    monkeypatch.setitem(sys.modules, "ray", module)
    monkeypatch.setitem(sys.modules, "ray.exceptions", module.exceptions)
    return module


@pytest.fixture
def watched(ray, runs_root, monkeypatch):
    """A function that runs a scene with a supervisor and a new run that it has started."""
    monkeypatch.delitem(sys.modules, "bnn.runs.cluster.supervisor", raising=False)
    module = importlib.import_module("bnn.runs.cluster.supervisor")
    monkeypatch.setattr(module, "_POLL_SECONDS", 0.01)

    async def play(scene):
        run = store.create(RECIPE)
        run.write_status(Status("queued"))
        supervisor = module.Supervisor(str(runs_root), 1)
        await supervisor.submit(run.id)
        await until(lambda: len(ray.tasks) == 1)
        await scene(supervisor, run)

    yield lambda scene: asyncio.run(asyncio.wait_for(play(scene), 60))
    # Other tests must import it with the real Ray, or not at all.
    sys.modules.pop("bnn.runs.cluster.supervisor", None)


async def until(condition):
    while not condition():  # noqa: ASYNC110 - files have no events
        await asyncio.sleep(0.01)


def test_resume_right_after_stop_is_not_lost(watched, ray):
    async def scene(supervisor, run):
        run.write_status(Status("stopped", epoch=1, pid=7))
        # Resume is pressed before Ray has told that the trainer has ended.
        run.write_status(replace(run.written_status(), state="queued", pid=0))
        await supervisor.submit(run.id)
        ray.tasks[0].set_result(stopping.EXIT_CODE)
        await until(lambda: len(ray.tasks) == 2)
        assert await supervisor.active() == [run.id]
        assert run.written_status().state == "queued"
        run.write_status(Status("finished"))
        ray.tasks[1].set_result(0)
        await until(lambda: not supervisor._watches)
        assert len(ray.tasks) == 2

    watched(scene)


def test_a_run_that_waits_is_stopped_and_resumed_at_once(watched, ray):
    async def scene(supervisor, run):
        run.stop_path.touch()
        await until(lambda: run.written_status().state == "stopped")
        run.write_status(Status("queued"))
        await supervisor.submit(run.id)
        await until(lambda: len(ray.tasks) == 2)
        ray.tasks[1].set_result(0)

    watched(scene)


def test_a_run_that_is_submitted_twice_is_trained_once(watched, ray):
    async def scene(supervisor, run):
        await supervisor.submit(run.id)
        run.write_status(Status("finished", pid=7))
        ray.tasks[0].set_result(0)
        await until(lambda: not supervisor._watches)
        assert len(ray.tasks) == 1

    watched(scene)


def test_a_trainer_that_ends_by_itself_leaves_an_interrupted_run(watched, ray):
    async def scene(supervisor, run):
        run.write_status(Status("running", pid=7))
        run.log_path.write_text("first line\nno module named larq\n")
        ray.tasks[0].set_result(1)
        await until(lambda: not supervisor._watches)
        status = run.written_status()
        assert (status.state, status.message) == ("interrupted", "its trainer ended: no module named larq")

    watched(scene)
