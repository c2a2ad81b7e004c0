"""Compiles the C engine to WebAssembly: `python -m bnn.engine.portable.build`.

Needs clang and lld, as Debian has them.
"""

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
SOURCES = ("network.c", "drawing.c")
WASM = FOLDER / "onebit.wasm"
EXPORTS = (
    "__heap_base",
    "onebit_weight_words",
    "onebit_arrange_weights",
    "onebit_input",
    "onebit_layer_bits",
    "onebit_layer_sums",
    "onebit_digit_from_strokes",
)
FLAGS = (
    "--target=wasm32",
    "-std=c99",
    "-O3",
    "-msimd128",
    "-mbulk-memory",
    "-nostdlib",
    # A product and a sum rounded as one would give other digits than Python's.
    "-ffp-contract=off",
    "-Wl,--no-entry",
    "-Wl,--strip-all",
    *(f"-Wl,--export={name}" for name in EXPORTS),
)


def compiler_version() -> str | None:
    """Returns the first line of `clang --version`; None where clang or its linker is missing."""
    clang = shutil.which("clang")
    if clang is None or shutil.which("wasm-ld") is None:
        return None
    said = subprocess.run([clang, "--version"], capture_output=True, text=True, check=True)
    return said.stdout.splitlines()[0]


def build(target: Path = WASM) -> None:
    """Compile the engine into a file.

    Raises:
        subprocess.CalledProcessError: if the compiler fails.
    """
    sources = [str(FOLDER / name) for name in SOURCES]
    clang = shutil.which("clang") or "clang"
    subprocess.run([clang, *FLAGS, *sources, "-o", str(target)], check=True)
    target.chmod(0o644)


if __name__ == "__main__":
    if compiler_version() is None:
        sys.exit("the build needs clang and wasm-ld: sudo apt install clang lld")
    build()
