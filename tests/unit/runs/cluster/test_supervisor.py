"""The actor that watches trainings on a cluster. Stand-ins take the places of Ray and of the trainer."""

import asyncio
import importlib
import subprocess
import sys
from concurrent.futures import Future
from dataclasses import replace
from types import SimpleNamespace

import pytest

from bnn.runs import cluster, stopping, store
from bnn.runs.status import Status
from tests.support.project import PROJECT
from tests.support.run_content import RECIPE, history_row
from tests.support.visitor import in_own_loop

# The exceptions that the stand-in for Ray has.
RAY_ERRORS = (
    "LocalRayletDiedError",
    "NodeDiedError",
    "OutOfMemoryError",
    "RayError",
    "TaskCancelledError",
    "WorkerCrashedError",
)
MODULES = ("bnn.runs.cluster.supervisor", "bnn.runs.cluster.mirror")
# A stand-in for the trainer. It adds missing epochs to the history, up to the third. In the mode "waits", it
# then waits until it is asked to stop.
TRAINER = """
import json, os, pathlib, sys, time
from bnn.system.files import write_atomically
run = pathlib.Path(sys.argv[1])
history = run / "history.csv"
if not history.exists():
    history.write_text("epoch,loss,accuracy,validation_loss,validation_accuracy,flip_ratio,seconds\\n")
done = len(history.read_text().splitlines()) - 1
def say(state):
    write_atomically(run / "status.json", json.dumps({"state": state, "pid": os.getpid()}))
say("running")
for epoch in range(done + 1, 4):
    with history.open("a") as file:
        file.write(f"{epoch},1,1,1,1,1,1\\n")
while sys.argv[2] == "waits" and not (run / "stop").exists():
    time.sleep(0.01)
(run / "model.safetensors").write_bytes(b"bits")
say("stopped" if (run / "stop").exists() else "finished")
"""


@pytest.fixture
def ray(monkeypatch):
    """The stand-in for Ray. Each task is a future in `tasks`. A test ends a task by setting its result."""
    tasks = []

    def remote(*arguments):
        tasks.append(future := Future())
        return SimpleNamespace(future=lambda: future)

    module = SimpleNamespace(
        tasks=tasks,
        # `ray.remote(...)(function)` makes a task, and `task.options(...).remote(...)` starts it.
        remote=lambda **options: (
            lambda function: SimpleNamespace(options=lambda **options: SimpleNamespace(remote=remote))
        ),
        cancel=lambda task: task.future().set_exception(module.exceptions.TaskCancelledError()),
        exceptions=SimpleNamespace(**{name: type(name, (Exception,), {}) for name in RAY_ERRORS}),
        actor=SimpleNamespace(ActorHandle=object),
        get_runtime_context=lambda: SimpleNamespace(current_actor=None),
        get=lambda answer, timeout: answer,
    )
    monkeypatch.setitem(sys.modules, "ray", module)
    monkeypatch.setitem(sys.modules, "ray.exceptions", module.exceptions)
    return module


@pytest.fixture
def watched(ray, runs_root, monkeypatch):
    """A function that runs a test's coroutine `scene` with a supervisor and a run submitted to it."""
    for name in MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
        # An imported module is also an attribute of its package, so it is removed there, too.
        monkeypatch.delattr(cluster, name.rpartition(".")[2], raising=False)
    module = importlib.import_module("bnn.runs.cluster.supervisor")
    monkeypatch.setattr(module, "_POLL_SECONDS", 0.01)

    async def play(scene):
        run = store.create(RECIPE)
        run.write_status(Status("queued"))
        supervisor = module.Supervisor(str(runs_root), 1)
        await supervisor.submit(run.id)
        await until(lambda: len(ray.tasks) == 1)
        await scene(supervisor, run)

    yield lambda scene: in_own_loop(asyncio.wait_for(play(scene), 60))
    # Other tests must import these modules with the real Ray, or not at all.
    for name in MODULES:
        sys.modules.pop(name, None)
        vars(cluster).pop(name.rpartition(".")[2], None)


async def until(condition):
    while not condition():  # noqa: ASYNC110 - files have no events
        await asyncio.sleep(0.01)


def test_resume_right_after_stop_is_not_lost(watched, ray):
    async def scene(supervisor, run):
        run.write_status(Status("stopped", epoch=1, pid=7))
        # Resume is pressed before Ray reports that the trainer has ended.
        run.write_status(replace(run.written_status(), state="queued", pid=0))
        await supervisor.submit(run.id)
        ray.tasks[0].set_result(stopping.EXIT_CODE)
        await until(lambda: len(ray.tasks) == 2)
        assert (await supervisor.state())["active"] == [run.id]
        assert run.written_status().state == "queued"
        run.write_status(Status("finished"))
        ray.tasks[1].set_result(0)
        await until(lambda: not supervisor._watches)
        assert len(ray.tasks) == 2

    watched(scene)


def test_a_run_that_waits_can_be_stopped_and_then_resumed(watched, ray):
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


def test_a_run_whose_start_was_given_up_is_not_trained(watched, ray):
    """The cluster accepts the run so late that the page has given up, and has removed the run's folder."""

    async def scene(supervisor, run):
        await supervisor.submit("20260131-094500-given-up")
        assert (await supervisor.state())["active"] == [run.id]
        run.write_status(Status("finished", pid=7))
        ray.tasks[0].set_result(0)
        await until(lambda: not supervisor._watches)
        assert len(ray.tasks) == 1
        assert [each.id for each in store.all_runs() if not each.shipped] == [run.id]

    watched(scene)


def test_a_trainer_that_ends_with_an_error_leaves_an_interrupted_run(watched, ray):
    async def scene(supervisor, run):
        run.write_status(Status("running", pid=7))
        run.log_path.write_text("first line\nno module named larq\n")
        ray.tasks[0].set_result(1)
        await until(lambda: not supervisor._watches)
        status = run.written_status()
        assert (status.state, status.message) == ("interrupted", "its trainer ended: no module named larq")

    watched(scene)


class Handle:
    """The supervisor as another machine sees it: each method has a `remote` that calls it and waits."""

    def __init__(self, supervisor, loop):
        self._supervisor, self._loop = supervisor, loop

    def __getattr__(self, name):
        def remote(*arguments):
            answer = getattr(self._supervisor, name)(*arguments)
            return asyncio.run_coroutine_threadsafe(answer, self._loop).result()

        return SimpleNamespace(remote=remote)


def on_another_machine(supervisor, run, monkeypatch, mode, attempt=1):
    """Returns a coroutine that trains a copy of the run in a thread.

    The thread stands for a machine that does not share the disk.
    """
    mirror = importlib.import_module("bnn.runs.cluster.mirror")
    monkeypatch.setattr(mirror, "_POLL_SECONDS", 0.01)
    monkeypatch.setattr(mirror, "EXCHANGE_SECONDS", 0.02)
    command = [sys.executable, "-c", TRAINER]
    start = lambda copy: subprocess.Popen([*command, str(copy.folder), mode], cwd=PROJECT)  # noqa: E731
    monkeypatch.setattr(mirror.node, "start", start)
    handle = Handle(supervisor, asyncio.get_running_loop())
    return asyncio.to_thread(mirror.train, handle, "/nowhere", run.id, attempt)


@pytest.mark.parametrize("epochs_before", [0, 2])
def test_a_machine_that_does_not_share_the_disk_trains_a_copy(watched, ray, monkeypatch, epochs_before):
    async def scene(supervisor, run):
        for epoch in range(1, epochs_before + 1):
            run.append_history(history_row(epoch))
        # Without a checkpoint, only the first of these epochs is kept, and the others are trained again.
        assert await on_another_machine(supervisor, run, monkeypatch, "finishes") == 0
        assert run.written_status().state == "finished"
        assert run.history()["epoch"].tolist() == [1, 2, 3]
        assert run.model_path.read_bytes() == b"bits"
        assert (await supervisor.state())["has_copies"]

    watched(scene)


def test_rows_arrive_while_a_copy_is_trained_and_stop_reaches_it(watched, ray, monkeypatch):
    async def scene(supervisor, run):
        training = asyncio.ensure_future(on_another_machine(supervisor, run, monkeypatch, "waits"))
        # The status arrives after the rows of the history.
        await until(lambda: len(run.history()) == 3 and run.written_status().state == "running")
        run.stop_path.touch()
        await training
        assert run.written_status().state == "stopped"
        assert not run.stop_path.exists()

    watched(scene)


def test_a_machine_that_was_believed_to_be_lost_changes_nothing(watched, ray, monkeypatch):
    async def scene(supervisor, run):
        # The supervisor believed that the first machine was lost, and handed the run to a second one.
        supervisor._attempts[run.id] = 2
        await on_another_machine(supervisor, run, monkeypatch, "waits", attempt=1)
        assert run.written_status().state == "queued"
        assert run.history().empty

    watched(scene)
