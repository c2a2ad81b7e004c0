"""Compiles the C engine to WebAssembly: `python -m bnn.engine.portable.build`.

The build needs clang and wasm-ld, which are in Debian's packages clang and lld.
"""

import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
SOURCES = ("network.c", "drawing.c", "damage.c")
# The builds, each with its compiler flags, the fastest first. A browser uses the first one that it can run.
# The second build is for browsers without SIMD, such as Safari before 16.4.
BUILDS = {
    FOLDER / "onebit.wasm": ("-msimd128", "-mbulk-memory"),
    FOLDER / "onebit_plain.wasm": ("-mcpu=mvp", "-fno-builtin"),
}
EXPORTS = (
    "__heap_base",
    "onebit_weight_words",
    "onebit_arrange_weights",
    "onebit_input",
    "onebit_layer_bits",
    "onebit_layer_sums",
    "onebit_output_sums",
    "onebit_ranks",
    "onebit_flip_bits",
    "onebit_digit_from_strokes",
)
FLAGS = (
    "--target=wasm32",
    "-std=c99",
    "-O3",
    "-nostdlib",
    # Without this flag, the compiler may fuse a product and a sum, and digits would differ from Python's.
    "-ffp-contract=off",
    "-Wl,--no-entry",
    "-Wl,--strip-all",
    *(f"-Wl,--export={name}" for name in EXPORTS),
)


def compiler_version() -> str | None:
    """Returns the first line of `clang --version`; None if clang or its linker is missing."""
    clang = shutil.which("clang")
    if clang is None or shutil.which("wasm-ld") is None:
        return None
    result = subprocess.run([clang, "--version"], capture_output=True, text=True, check=True)
    return result.stdout.splitlines()[0]


def build(folder: Path = FOLDER) -> None:
    """Compiles all builds of the engine into the folder.

    Raises:
        subprocess.CalledProcessError: if the compiler fails.
    """
    sources = [str(FOLDER / name) for name in SOURCES]
    clang = shutil.which("clang") or "clang"
    for path, features in BUILDS.items():
        target = folder / path.name
        subprocess.run([clang, *FLAGS, *features, *sources, "-o", str(target)], check=True)
        target.chmod(0o644)


if __name__ == "__main__":
    if compiler_version() is None:
        sys.exit("the build needs clang and wasm-ld: sudo apt install clang lld")
    build()
