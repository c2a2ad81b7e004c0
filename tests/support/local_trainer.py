"""Stand-ins for the trainer on this computer."""

import json

import psutil

from tests.support import waiting

# The content of a `bnn/__main__.py`, which `python -m bnn` runs in place of the project's. It writes down how
# it was started, and then does nothing until it is asked to stop. In a run whose name ends with "-dies", it
# fails at once.
TRAINER = """
import json, os, pathlib, sys, time
run = pathlib.Path(os.environ["BNN_RUNS_DIR"]) / sys.argv[-1]
print("trainer at work", flush=True)
if run.name.endswith("-dies"):
    sys.exit("it died")
def status_has_own_id():
    path = run / "status.json"
    return path.exists() and json.loads(path.read_text())["pid"] == os.getpid()
def write(name, values):
    (run / "part").write_text(json.dumps(values))
    os.replace(run / "part", run / name)
deadline = time.monotonic() + 60
# Waits until the launcher has written this process's id. A real trainer need not wait, because it takes
# longer to come to this point.
while not status_has_own_id() and time.monotonic() < deadline:
    time.sleep(0.01)
write("seen.json", {"arguments": sys.argv[1:], "folder": os.getcwd(), "pid": os.getpid()})
status = json.loads((run / "status.json").read_text()) | {"state": "running"}
write("status.json", status)
while not (run / "stop").exists() and time.monotonic() < deadline:
    time.sleep(0.01)
(run / "stop").unlink()
write("status.json", status | {"state": "stopped"})
"""
# Starts the trainer as another process, waits until it ends, and ends by the same signal.
STARTER = """
import os, pathlib, subprocess, sys
script = pathlib.Path(__file__).with_name("crashes.py")
ended = subprocess.run([sys.executable, script, sys.argv[-1], str(os.getpid())])
os.kill(os.getpid(), -ended.returncode)
"""
# Waits until the launcher has written the id of the `STARTER` process. Then writes its own id, and crashes.
CRASHING_TRAINER = """
import json, os, pathlib, signal, sys, time
path = pathlib.Path(os.environ["BNN_RUNS_DIR"]) / sys.argv[1] / "status.json"
deadline = time.monotonic() + 60
while not path.exists() and time.monotonic() < deadline:
    time.sleep(0.01)
status = json.loads(path.read_text())
assert status["pid"] == int(sys.argv[2])
own = {"state": "running", "epoch": 3, "pid": os.getpid()}
path.with_name("part").write_text(json.dumps(status | own))
os.replace(path.with_name("part"), path)
os.kill(os.getpid(), signal.SIGSEGV)
"""


def seen(run):
    """Returns what the stand-in has written about its own start; None if it has written nothing yet."""
    path = run.folder / "seen.json"
    return json.loads(path.read_text()) if path.exists() else None


def lives(pid):
    """Returns whether the process is running. A zombie is not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for(run, state):
    """Waits until the run is in this state."""
    waiting.until(lambda: run.status().state == state, f"{run.id} to be {state}")
