"""Run endurance tests of what can happen to the app during a day of visitors.

    python -m tests.endurance [ITEM ...] [--quick]

One line of results is printed for each test. ITEM is the number of a test, 1 to 8 (see `MODULES`); without
one, all tests are run. `--quick` runs a short version of each. The exit code is 1 if a test failed.
"""

import argparse
import importlib
import logging
import sys

MODULES = {
    1: "killed_trainer",
    2: "killed_server",
    3: "broken_disk",
    4: "hostile_files",
    5: "crowd",
    6: "all_day",
    7: "asleep",
    8: "fat_fingers",
}


def main() -> int:
    """Runs the tests named on the command line, and returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.endurance", description=__doc__.splitlines()[0])
    parser.add_argument("items", nargs="*", type=int, choices=list(MODULES), metavar="ITEM")
    parser.add_argument("--quick", action="store_true", help="a short version of each")
    options = parser.parse_args()
    results = [_run(number, options.quick) for number in options.items or MODULES]
    return 0 if all(results) else 1


def _run(number, quick):
    """Runs one test, prints its line, and returns whether it passed."""
    title = MODULES[number]
    try:
        module = importlib.import_module(f"tests.endurance.{title}")
        title = module.__doc__.splitlines()[0].rstrip(".")
        print(f"{number}. {title}: {module.run(quick)}", flush=True)
    # After any error in one test, the other tests still run.
    except Exception as error:
        logging.getLogger("endurance").exception(title)
        print(f"{number}. {title}: FAILED: {' '.join(str(error).split()) or error!r}", flush=True)
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
