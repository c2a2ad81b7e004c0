"""A stand-in for the trainer on this computer."""

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
