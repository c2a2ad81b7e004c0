"""Installs One-Bit Lab beside itself and starts it; with `test`, passes its tests instead.

    python3 start.py            the app; more words go to `streamlit run app.py`
    python3 start.py test       the tests; more words go to `pytest`

Only the standard library, and only what Python 3.6 can read: who starts this with another Python than
the project needs shall be told so, not shown a syntax error.
"""

import hashlib
import importlib.util
import os
import platform
import subprocess
import sys
import venv
from pathlib import Path

PROJECT = Path(__file__).resolve().parent
ENVIRONMENT = PROJECT / ".venv"
APP_LOCK = PROJECT / "requirements.txt"
TEST_LOCK = PROJECT / "tests" / "requirements.txt"

PYTHONS = ((3, 11), (3, 12))
# The machines that the locks are made for: TensorFlow and NumPy 1 have no wheels elsewhere.
MACHINES = (("Linux", "x86_64"), ("Windows", "AMD64"), ("Darwin", "arm64"))
NEEDED = "CPython 3.11 or 3.12 (64-bit) on Linux x86_64, Windows AMD64 or macOS arm64 (Apple silicon)"
SIZE = "about 0.9 GB to download, 3 GB on the disk, a few minutes; only this once"


def main(words):
    """The exit code of the app or the tests, or 2 where they cannot be had."""
    problem = refusal(sys.version_info[:2], platform.python_implementation(), machine())
    if problem:
        print(problem, file=sys.stderr)
        return 2
    is_test = words[:1] == ["test"]
    if not (is_sound_environment() or make_environment()):
        return 2
    if not install([APP_LOCK, TEST_LOCK] if is_test else [APP_LOCK]):
        return 1
    os.chdir(str(PROJECT))
    return run(["pytest"] + words[1:] if is_test else ["streamlit", "run", "app.py"] + words)


def machine():
    """Operating system, processor, and whether this Python is a 64-bit one."""
    return platform.system(), platform.machine(), sys.maxsize > 2**32


def refusal(version, implementation, this_machine):
    """One line that says why this Python or this machine will not do; empty if they will."""
    system, processor, is_64_bit = this_machine
    is_python = implementation == "CPython" and tuple(version) in PYTHONS and is_64_bit
    if is_python and (system, processor) in MACHINES:
        return ""
    bits = "" if is_64_bit else " (32-bit)"
    found = f"{implementation} {version[0]}.{version[1]}{bits} on {system} {processor}"
    return f"One-Bit Lab needs {NEEDED}; this is {found}."


def environment_python():
    """The virtual environment's interpreter; may not exist."""
    return ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_sound_environment():
    """Whether the virtual environment is whole, and of a Python that will do."""
    check = f"import sys, pip; sys.exit(sys.version_info[:2] not in {PYTHONS})"
    try:
        return subprocess.call([str(environment_python()), "-c", check], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def make_environment():
    """Make the virtual environment anew; False, with a line that says why, if that cannot be."""
    if importlib.util.find_spec("ensurepip") is None:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        print(f"This Python comes without its venv part; sudo apt install {package}", file=sys.stderr)
        return False
    print(f"Making a virtual environment in {ENVIRONMENT}", file=sys.stderr)
    try:
        venv.create(str(ENVIRONMENT), clear=True, symlinks=os.name != "nt", with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"The virtual environment cannot be made: {error}", file=sys.stderr)
        return False
    return True


def install(locks):
    """Install what has changed since the last time; False if that failed, after pip has said why."""
    changed = [lock for lock in locks if not is_installed(lock)]
    if not changed:
        return True
    size = " (" + SIZE + ")" if APP_LOCK in changed else ""
    print(f"Installing the packages{size}", file=sys.stderr)
    files = [word for lock in changed for word in ("-r", str(lock))]
    # Wheels only: nothing is compiled, so nobody needs a compiler.
    pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:"]
    if subprocess.call([str(environment_python())] + pip + files):
        print("The installation failed, see above; starting again goes on from here.", file=sys.stderr)
        return False
    for lock in changed:
        stamp(lock).write_text(digest(lock))
    return True


def is_installed(lock):
    """Whether the lock, as it is now, was installed into the environment there is now."""
    return stamp(lock).is_file() and stamp(lock).read_text() == digest(lock)


def stamp(lock):
    """Where the environment keeps the digest of the lock that was installed into it."""
    return ENVIRONMENT / "installed-{}.sha256".format("tests" if lock == TEST_LOCK else "app")


def digest(lock):
    """The SHA-256 of a lock, whatever its line ends."""
    return hashlib.sha256(b"\n".join(lock.read_bytes().splitlines())).hexdigest()


def run(words):
    """The exit code of a module of the environment."""
    command = [str(environment_python()), "-m"] + words
    if os.name != "nt":
        os.execv(command[0], command)
    # Windows has no exec that a terminal would wait for.
    process = subprocess.Popen(command)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # It got the Ctrl-C too, and ends by itself.
            continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
