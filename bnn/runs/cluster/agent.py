"""The process that holds the connection to a Ray cluster for the server of the pages.

    python -m bnn.runs.cluster.agent ADDRESS ROOT NUM_CPUS

This process reads run ids from standard input, one per line, and submits these runs. On standard output, it
prints JSON objects, one per line: `{"submitted": id}`, `{"refused": id, "reason": text}`, and about twice a
second `{"active": [ids], "has_copies": BOOL}`, which `Supervisor.state` explains. The process ends when the
server ends. It also ends if the cluster cannot be reached, and the server then starts another agent. Ray may
end a process that has lost its cluster, so Ray is never loaded into the server itself.
"""

import json
import os
import queue
import sys
import threading
from typing import Any

# Ray may be missing, because it is an extra.
import ray  # pyright: ignore[reportMissingImports]

from bnn.runs.cluster.supervisor import NAMESPACE, find_or_start

POLL_SECONDS = 0.5
# The cluster must answer within this time. A supervisor that must be started first takes some seconds.
ANSWER_SECONDS = 60.0


def main() -> None:
    """Connects, and serves until standard input ends."""
    address, root, num_cpus = sys.argv[1:]
    ray.init(address, namespace=NAMESPACE, log_to_driver=False, logging_level="ERROR")
    supervisor = find_or_start(root, float(num_cpus))
    requests: queue.Queue[str] = queue.Queue()
    threading.Thread(target=_read, args=(requests,), daemon=True).start()
    while True:
        _print(**ray.get(supervisor.state.remote(), timeout=ANSWER_SECONDS))
        try:
            run_id = requests.get(timeout=POLL_SECONDS)
        except queue.Empty:
            continue
        _submit(supervisor, run_id)


def _read(requests: queue.Queue[str]) -> None:
    for line in sys.stdin:
        requests.put(line.strip())
    # The server has ended. Trainings go on.
    os._exit(0)


def _submit(supervisor: Any, run_id: str) -> None:  # noqa: ANN401 - Ray's handles have no static type
    try:
        ray.get(supervisor.submit.remote(run_id), timeout=ANSWER_SECONDS)
    except ray.exceptions.RayError as error:
        _print(refused=run_id, reason=str(error).splitlines()[0])
    else:
        _print(submitted=run_id)


def _print(**values: object) -> None:
    print(json.dumps(values), flush=True)


if __name__ == "__main__":
    main()
