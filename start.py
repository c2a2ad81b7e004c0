# /// script
# requires-python = ">=3.11,<3.13"
# ///
"""Install One-Bit Lab into the folder `.venv` beside this file, then start the app or run its tests.

    python3 start.py            start the app; further arguments go to `streamlit run app.py`:
                                `--server.port 8502` sets the port, `--server.address 0.0.0.0` lets phones in
    python3 start.py --cluster ADDRESS    the same, and train on the Ray cluster at this address
    python3 start.py test       run the tests in three processes; further arguments go to `pytest`
    python3 start.py --help     print this; `.venv/bin/streamlit run --help` lists Streamlit's arguments

This script uses only the standard library and the syntax of Python 3.6, so that an unsuitable Python can
still say what to do, instead of stopping at a syntax error. The comment at the top tells `uv run` which
Python to use.
"""

import argparse
import hashlib
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

PROJECT = Path(__file__).resolve().parent
ENVIRONMENT = PROJECT / ".venv"
APP_LOCK = PROJECT / "requirements.txt"
TEST_LOCK = PROJECT / "tests" / "requirements.txt"
# The tests of a file run in one process, because they share servers. Files are started in the order of their
# folders' names, so the slow ones in tests/browser come first. With only two processes, two cores would be
# idle for a sixth of the time, because many tests wait for a server or a browser.
PYTEST = ["pytest", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]

# The lock files (requirements.txt) are made for these systems and Python versions. TensorFlow and NumPy 1
# have no wheels for others.
MACHINES = (("Linux", "x86_64"), ("Linux", "aarch64"), ("Windows", "AMD64"), ("Darwin", "arm64"))
PYTHONS = ((3, 11), (3, 12))
NEEDED = "CPython 3.11 or 3.12 (64-bit) on Linux x86_64 or aarch64, Windows AMD64 or macOS arm64"
# The commands to try when the running Python is unsuitable. If none of them works, uv installs UV_PYTHON.
OTHER_PYTHONS = (("python3.12",), ("python3.11",), ("py", "-3.12"), ("py", "-3.11"))
UV_PYTHON = "3.12"
UV_HINT = "With uv (https://docs.astral.sh/uv) installed, this may work: uv run --python 3.12 start.py"
# The program that `suitable_python` runs in an interpreter, with the name of a module in place of {}. It
# fails if the interpreter is unsuitable or lacks the module.
CHECK = (
    "import sys, {}; print(sys.executable); sys.exit(sys.implementation.name != 'cpython'"
    f" or sys.maxsize < 2**32 or sys.version_info[:2] not in {PYTHONS})"
)
# Environment variables that make Python or pip use folders outside `.venv`, keep Python from finding this
# project, or keep pip from installing.
MISLEADING = {"PYTHONHOME", "PYTHONPATH", "PYTHONPLATLIBDIR", "PYTHONSAFEPATH", "__PYVENV_LAUNCHER__"}
PIP_NAMES = "CONSTRAINT DRY_RUN NO_BINARY PREFIX PYTHON REQUIRE_HASHES ROOT TARGET USER"
MISLEADING.update("PIP_" + name for name in PIP_NAMES.split())
# Environment variables with paths, which may be relative to the folder in which this script is started. They
# are also in bnn/system/commands.py. This script cannot import them, because an older Python may run it.
PATHS = ("BNN_RUNS_DIR", "BNN_UNIPEN", "BNN_UNIPEN_LETTERS")


def main(words: List[str]) -> int:
    """Returns the exit code of the app or the tests; 1 or 2 if they could not be installed or started."""
    if words in (["-h"], ["--help"]):
        print(str(__doc__).rpartition("\n\n")[0])
        return 0
    if words and words[0] != "test" and not words[0].startswith("-"):
        return complain(f"start.py takes test, or options that begin with a dash; got {words[0]!r}")
    fault = None if words[:1] == ["test"] else fault_of_port(words)
    if fault:
        return complain(fault)
    try:
        return install_and_run(words)
    except OSError as error:
        return complain(f"{error.filename or 'start.py'}: {error.strerror or error}")
    except KeyboardInterrupt:
        return 130


def install_and_run(words: List[str]) -> int:
    """Installs what the environment lacks, runs the app or the tests in it, and returns the exit code."""
    if machine() not in MACHINES:
        return complain(refusal())
    if os.pathsep in str(PROJECT):
        return complain(f"No virtual environment can be made in a path with {os.pathsep!r}: move {PROJECT}")
    is_test = words[:1] == ["test"]
    words, cluster = (words, None) if is_test else split(words, "--cluster")
    if cluster is not None:
        if not cluster.strip():
            return complain("--cluster needs the address of a Ray cluster, such as HOST:6379")
        os.environ["BNN_CLUSTER"] = cluster
    if not (suitable_python([program(ENVIRONMENT, "python")], "pip") or make_environment()):
        return 2
    if not install([APP_LOCK, TEST_LOCK] if is_test else [APP_LOCK]):
        return 1
    for name in PATHS:
        path = os.environ.get(name)
        if path and not path.startswith("~"):
            os.environ[name] = str(Path(path).absolute())
    os.chdir(str(PROJECT))
    return run([*PYTEST, *words[1:]] if is_test else ["streamlit", "run", "app.py", *words])


def split(words: List[str], option: str) -> Tuple[List[str], Optional[str]]:
    """Returns the other arguments, and the option's value: None without the option, "" without a value."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument(option, dest="value", nargs="?", const="")
    options, others = parser.parse_known_args(words)
    return others, options.value


def fault_of_port(words: List[str]) -> Optional[str]:
    """Returns a line that says why Streamlit cannot use the port in `--server.port`; None if it can."""
    _, port = split(words, "--server.port")
    if port is None:
        # Without the option, Streamlit looks for a free port itself.
        return None
    if not (port.isdecimal() and 1 <= int(port) <= 65535):
        return f"--server.port must be a number from 1 to 65535, got {port!r}"
    with socket.socket() as visitor:
        visitor.settimeout(1)
        if visitor.connect_ex(("127.0.0.1", int(port))):
            # No program answers at this port, so it counts as free.
            return None
    return (
        f"Port {port} is in use: the app may already be running at http://localhost:{port}."
        " To start it on another port, give --server.port another number."
    )


def complain(message: str) -> int:
    """Prints one line that says what is wrong, and returns the exit code for it."""
    print(message, file=sys.stderr)
    return 2


def machine() -> Tuple[str, str]:
    """Returns the operating system and the processor."""
    return platform.system(), platform.machine()


def refusal() -> str:
    """Returns one line that says which Python and system are needed, and which were found."""
    bits = "" if sys.maxsize > 2**32 else " (32-bit)"
    found = "{} {}.{}{}".format(platform.python_implementation(), *sys.version_info[:2], bits)
    return "One-Bit Lab needs {}; this is {} on {} {}.".format(NEEDED, found, *machine())


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


def output_of(command: Sequence[object]) -> str:
    """Returns what a command prints; an empty text if it fails."""
    result = call(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return result.stdout.strip() if result.returncode == 0 else ""


def environment_variables() -> Dict[str, str]:
    """Returns the environment variables for other processes: this process's, without those in MISLEADING."""
    kept = {name: value for name, value in os.environ.items() if name.upper() not in MISLEADING}
    # Without this setting, uv puts its Python on the user's PATH.
    return {**kept, "UV_PYTHON_INSTALL_BIN": "0"}


def suitable_python(command: Sequence[object], module: str) -> Optional[str]:
    """Returns the path of a command's interpreter; None if it is unsuitable or lacks the module."""
    return output_of([*command, "-c", CHECK.format(module)]) or None


def make_environment() -> bool:
    """Makes the virtual environment, replacing an old one; if that fails, says why and returns False."""
    python = find_python()
    if python:
        print(f"Making a virtual environment in {ENVIRONMENT}", file=sys.stderr)
        if call([python, "-m", "venv", "--clear", ENVIRONMENT]).returncode == 0:
            return True
        complain(f"The virtual environment cannot be made in {PROJECT}; see above.")
    return False


def find_python() -> Optional[str]:
    """Returns a suitable interpreter: the running one, another one here, or one that uv provides."""
    if suitable_python([sys.executable], "ensurepip"):
        return sys.executable
    if suitable_python([sys.executable], "sys"):
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        complain(f"This Python comes without its venv part; on Debian: sudo apt install {package}")
        return None
    complain(refusal())
    for command in OTHER_PYTHONS:
        python = suitable_python(command, "ensurepip")
        if python:
            print(f"Using {python} instead.", file=sys.stderr)
            return python
    return uv_python()


def uv_python() -> Optional[str]:
    """Returns an interpreter that uv has installed; if there is none, says what may help and returns None."""
    print(f"Asking uv for Python {UV_PYTHON}.", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        uv = shutil.which("uv") or temporary_uv(Path(folder))
        if uv and call([uv, "python", "install", UV_PYTHON]).returncode == 0:
            # Without --system, uv could find the Python in `.venv`, which is about to be replaced.
            python = suitable_python([output_of([uv, "python", "find", "--system", UV_PYTHON])], "ensurepip")
            if python:
                return python
    complain(UV_HINT)
    return None


def temporary_uv(folder: Path) -> Optional[str]:
    """Installs uv from the package index into a temporary folder; returns its path, None if that failed."""
    print("Installing uv into a temporary folder.", file=sys.stderr)
    if call([sys.executable, "-m", "venv", folder], stdout=subprocess.DEVNULL).returncode == 0:
        call([program(folder, "python"), *pip_install(folder), "uv"])
    return shutil.which(str(program(folder, "uv")))


def pip_install(environment: Path) -> List[str]:
    """Returns the command, without the interpreter, that installs packages into an environment."""
    # The first options override a pip configuration that names another folder. Only wheels are installed,
    # because they need no compiler.
    destination = ["--no-user", "--target=", f"--prefix={environment}"]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-warn-script-location"]
    return ["-m", "pip", "install", *destination, *quiet, "--only-binary", ":all:"]


def install(locks: List[Path]) -> bool:
    """Installs the packages of each lock file that is new or has changed; returns False if that failed."""
    changed = [lock for lock in locks if not is_installed(lock)]
    if not changed:
        return True
    size = "about 0.9 GB to download, 3 GB on disk, a few minutes; needed only once"
    print("Installing the packages" + (f" ({size})" if APP_LOCK in changed else ""), file=sys.stderr)
    command = [program(ENVIRONMENT, "python"), *pip_install(ENVIRONMENT)]
    if call([*command, *(f"-r{lock}" for lock in changed)]).returncode:
        complain("The installation failed, see above. Start again to continue it.")
        return False
    for lock in changed:
        stamp(lock).write_text(digest(lock))
    return True


def is_installed(lock: Path) -> bool:
    """Returns whether the environment has the packages of a lock file as it is now."""
    return stamp(lock).is_file() and stamp(lock).read_text() == digest(lock)


def stamp(lock: Path) -> Path:
    """Returns the file in which the environment keeps the digest of an installed lock file."""
    return ENVIRONMENT / "installed-{}.sha256".format("tests" if lock == TEST_LOCK else "app")


def digest(lock: Path) -> str:
    """Returns the SHA-256 of a lock file, independent of its line endings."""
    return hashlib.sha256(b"\n".join(lock.read_bytes().splitlines())).hexdigest()


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
