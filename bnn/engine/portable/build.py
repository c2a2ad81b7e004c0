"""Compiles the C engine to WebAssembly: `python -m bnn.engine.portable.build`; needs Debian's clang and lld."""

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
    """The first line that clang says about itself; None where it or its linker is missing."""
    if not shutil.which("clang") or not shutil.which("wasm-ld"):
        return None
    said = subprocess.run(["clang", "--version"], capture_output=True, text=True, check=True)
    return said.stdout.splitlines()[0]


def build(target: Path = WASM) -> None:
    """Compile the engine into a file.

    Raises:
        subprocess.CalledProcessError: if the compiler fails.
    """
    sources = [str(FOLDER / name) for name in SOURCES]
    subprocess.run(["clang", *FLAGS, *sources, "-o", str(target)], check=True)
    target.chmod(0o644)


if __name__ == "__main__":
    if compiler_version() is None:
        sys.exit("the build needs clang and wasm-ld: sudo apt install clang lld")
    build()
