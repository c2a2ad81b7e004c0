# /// script
# requires-python = ">=3.11,<3.13"
# ///
"""Install One-Bit Lab into the folder `.venv` beside this file, then start the app or run its tests.

    python3 start.py            start the app; further arguments go to `streamlit run app.py`:
                                `--server.port 8502` sets the port; phones need `--server.address 0.0.0.0`
    python3 start.py --cluster ADDRESS    the same, and train on the Ray cluster at this address
    python3 start.py test       run the tests in three processes; further arguments go to `pytest`
    python3 start.py --help     print this; `.venv/bin/streamlit run --help` lists Streamlit's arguments

This script uses only the standard library and the syntax of Python 3.6, so that an unsuitable Python can
still say what to do. The comment at the top tells `uv run` which Python to use.
"""

import argparse
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List, Optional, Sequence

PROJECT = Path(__file__).resolve().parent
ENVIRONMENT = PROJECT / ".venv"
APP_LOCK = PROJECT / "requirements.txt"
TEST_LOCK = PROJECT / "tests" / "requirements.txt"
# The tests of a file share servers, so one process runs them. The files start in the order of their names,
# so the slow ones in tests/browser come first. Many tests wait, so three processes keep two cores busy.
PYTEST = ["pytest", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]

MACHINE = (platform.system(), platform.machine())
# The lock files are made for these systems and Pythons. TensorFlow and NumPy 1 have no wheels for others.
MACHINES = (("Linux", "x86_64"), ("Linux", "aarch64"), ("Windows", "AMD64"), ("Darwin", "arm64"))
PYTHONS = ((3, 11), (3, 12))
NEEDED = "CPython 3.11 or 3.12 (64-bit) on Linux x86_64 or aarch64, Windows AMD64 or macOS arm64"
# The commands to try when the running Python is unsuitable. If none of them works, uv installs UV_PYTHON.
OTHER_PYTHONS = (("python3.12",), ("python3.11",), ("py", "-3.12"), ("py", "-3.11"))
UV_PYTHON = "3.12"
# A program that fails if its interpreter is unsuitable or lacks the module whose name replaces {}.
CHECK = (
    "import sys, {}; print(sys.executable); sys.exit(sys.implementation.name != 'cpython'"
    f" or sys.maxsize < 2**32 or sys.version_info[:2] not in {PYTHONS})"
)
# Environment variables that make Python or pip use folders outside `.venv`, keep Python from finding this
# project, or keep pip from installing.
MISLEADING = {"PYTHONHOME", "PYTHONPATH", "PYTHONPLATLIBDIR", "PYTHONSAFEPATH", "__PYVENV_LAUNCHER__"}
PIP_NAMES = "CONSTRAINT DRY_RUN NO_BINARY PREFIX PYTHON REQUIRE_HASHES ROOT TARGET USER"
MISLEADING.update("PIP_" + name for name in PIP_NAMES.split())
# Environment variables with paths, which may be relative to the folder in which this script is started.
# The same names in bnn/system/commands.py cannot be imported, because an older Python may run this.
PATHS = ("BNN_RUNS_DIR", "BNN_UNIPEN", "BNN_UNIPEN_LETTERS")


def main(words: List[str]) -> int:
    """Returns the exit code of the app or the tests; exits with a line that says why they cannot start."""
    try:
        if words in (["-h"], ["--help"]):
            print(str(__doc__).rpartition("\n\n")[0], flush=True)
            return 0
        return install_and_run(words)
    except OSError as error:
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - Python writes unsaved output again at its end
        sys.exit(f"{error.filename or 'start.py'}: {error.strerror or error}")
    except KeyboardInterrupt:
        return 130


def install_and_run(words: List[str]) -> int:
    """Installs what the environment lacks, runs the app or the tests in it, and returns the exit code."""
    is_test = words[:1] == ["test"]
    command = [*PYTEST, *words[1:]] if is_test else app_command(words)
    if MACHINE not in MACHINES:
        sys.exit(refusal())
    if os.pathsep in str(PROJECT):
        sys.exit(f"No virtual environment can be made in a path with {os.pathsep!r}: move {PROJECT}")
    if not suitable_python([program(ENVIRONMENT, "python")], "pip"):
        make_environment()
    install([APP_LOCK, TEST_LOCK] if is_test else [APP_LOCK])
    for name in PATHS:
        if os.environ.get(name, "")[:1] not in ("", "~"):
            os.environ[name] = str(Path(os.environ[name]).absolute())
    os.chdir(str(PROJECT))
    return run(command)


def app_command(words: List[str]) -> List[str]:
    """Returns the app's command, without the interpreter. Puts a cluster's address into BNN_CLUSTER."""
    if words and not words[0].startswith("-"):
        sys.exit(f"start.py takes test, or options that begin with a dash; got {words[0]!r}")
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--cluster", nargs="?", const="")
    parser.add_argument("--server.port", dest="port", nargs="?", const="")
    options, others = parser.parse_known_args(words)
    if options.cluster is not None:
        if not options.cluster.strip():
            sys.exit("--cluster needs the address of a Ray cluster, such as HOST:6379")
        os.environ["BNN_CLUSTER"] = options.cluster
    # Without a port, Streamlit looks for a free one itself.
    port = [] if options.port is None else ["--server.port", free_port(options.port)]
    return ["streamlit", "run", "app.py", *port, *others]


def free_port(port: str) -> str:
    """Returns the port; exits if Streamlit cannot use it."""
    if not (port.isdecimal() and 1 <= int(port) <= 65535):
        sys.exit(f"--server.port must be a number from 1 to 65535, got {port!r}")
    with socket.socket() as visitor:
        visitor.settimeout(1)
        # If no program answers at this port, it counts as free.
        if visitor.connect_ex(("127.0.0.1", int(port))) == 0:
            sys.exit(
                f"Port {port} is in use: the app may already be running at http://localhost:{port}."
                " To start it on another port, give --server.port another number."
            )
    return port


def refusal() -> str:
    """Returns one line that says which Python and system are needed, and which were found."""
    bits = "" if sys.maxsize > 2**32 else " (32-bit)"
    found = "{} {}.{}{}".format(platform.python_implementation(), *sys.version_info[:2], bits)
    return "One-Bit Lab needs {}; this is {} on {} {}.".format(NEEDED, found, *MACHINE)


def program(environment: Path, name: str) -> Path:
    """Returns the path of a program in a virtual environment; it may not exist."""
    return environment / ("Scripts/{}.exe" if os.name == "nt" else "bin/{}").format(name)


def call(command: Sequence[object], **streams: int) -> "subprocess.CompletedProcess[str]":
    """Runs a command without the variables in MISLEADING; the exit code is 127 if it cannot be started."""
    words = [str(word) for word in command]
    # uv prints in UTF-8. Python must, too: the code page of Windows may lack letters that a path has.
    variables = {**environment_variables(), "PYTHONIOENCODING": "utf-8:surrogateescape"}
    options = {"env": variables, "encoding": "utf-8", "errors": "surrogateescape", **streams}
    try:
        return subprocess.run(words, check=False, **options)
    except OSError:
        return subprocess.CompletedProcess(words, 127, "")


def environment_variables() -> Dict[str, str]:
    """Returns the environment variables for other processes: this process's, without those in MISLEADING."""
    kept = {name: value for name, value in os.environ.items() if name.upper() not in MISLEADING}
    # Without this setting, uv puts its Python on the user's PATH.
    return {**kept, "UV_PYTHON_INSTALL_BIN": "0"}


def suitable_python(command: Sequence[object], module: str) -> Optional[str]:
    """Returns the path of a command's interpreter; None if it is unsuitable or lacks the module."""
    check = call([*command, "-c", CHECK.format(module)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return None if check.returncode else check.stdout.strip()


def make_environment() -> None:
    """Makes the virtual environment, replacing an old one."""
    python = find_python()
    print(f"Making a virtual environment in {ENVIRONMENT}", file=sys.stderr)
    if call([python, "-m", "venv", "--clear", ENVIRONMENT]).returncode:
        sys.exit(f"The virtual environment cannot be made in {PROJECT}; see above.")


def find_python() -> str:
    """Returns a suitable interpreter: the running one, another one here, or one that uv provides."""
    if suitable_python([sys.executable], "ensurepip"):
        return sys.executable
    if suitable_python([sys.executable], "sys"):
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        sys.exit(f"This Python comes without its venv part; on Debian: sudo apt install {package}")
    print(refusal(), file=sys.stderr)
    for command in OTHER_PYTHONS:
        python = suitable_python(command, "ensurepip")
        if python:
            print(f"Using {python} instead.", file=sys.stderr)
            return python
    return uv_python()


def uv_python() -> str:
    """Returns an interpreter that uv has installed."""
    print(f"Asking uv for Python {UV_PYTHON}.", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        uv = shutil.which("uv") or temporary_uv(Path(folder))
        if uv and call([uv, "python", "install", UV_PYTHON]).returncode == 0:
            # Without --system, uv could find the Python in `.venv`, which is about to be replaced.
            found = call([uv, "python", "find", "--system", UV_PYTHON], stdout=subprocess.PIPE).stdout.strip()
            python = suitable_python([found], "ensurepip")
            if python:
                return python
    sys.exit("With uv (https://docs.astral.sh/uv) installed, this may work: uv run --python 3.12 start.py")


def temporary_uv(folder: Path) -> Optional[str]:
    """Installs uv from the package index into a temporary folder; returns its path, None if that failed."""
    print("Installing uv into a temporary folder.", file=sys.stderr)
    if call([sys.executable, "-m", "venv", folder], stdout=subprocess.DEVNULL).returncode == 0:
        call([program(folder, "python"), *pip_install(folder), "uv"])
    return shutil.which(str(program(folder, "uv")))


def pip_install(environment: Path) -> List[str]:
    """Returns the command, without the interpreter, that installs packages into an environment."""
    # The first options override a pip configuration that names another folder. Wheels need no compiler.
    destination = ["--no-user", "--target=", f"--prefix={environment}"]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-warn-script-location"]
    return ["-m", "pip", "install", *destination, *quiet, "--only-binary", ":all:"]


def install(locks: List[Path]) -> None:
    """Installs the packages of each lock file that is new or has changed."""
    changed = [lock for lock in locks if not is_installed(lock)]
    if not changed:
        return
    size = "about 0.9 GB to download, 3 GB on disk, a few minutes; needed only once"
    print("Installing the packages" + (f" ({size})" if APP_LOCK in changed else ""), file=sys.stderr)
    command = [program(ENVIRONMENT, "python"), *pip_install(ENVIRONMENT)]
    if call([*command, *(f"-r{lock}" for lock in changed)]).returncode:
        sys.exit("The installation failed, see above. Start again to continue it.")
    for lock in changed:
        copy_of(lock).write_bytes(lock.read_bytes())


def is_installed(lock: Path) -> bool:
    """Returns whether the environment has the packages of a lock file. Line endings are not compared."""
    return copy_of(lock).is_file() and copy_of(lock).read_bytes().split() == lock.read_bytes().split()


def copy_of(lock: Path) -> Path:
    """Returns the file in which the environment keeps a copy of an installed lock file."""
    return ENVIRONMENT / "installed-{}.txt".format("tests" if lock == TEST_LOCK else "app")


def run(words: List[str]) -> int:
    """Runs a module in place of this process (POSIX), or runs it and returns its exit code (Windows)."""
    command = [str(program(ENVIRONMENT, "python")), "-m", *words]
    if os.name != "nt":
        os.execve(command[0], command, environment_variables())  # noqa: S606 - no shell, on purpose
    # On Windows, a terminal does not wait for a program started with exec, so this process waits for it.
    # Ctrl-C reaches both processes, but must end only the started program.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    return subprocess.call(command, env=environment_variables())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
