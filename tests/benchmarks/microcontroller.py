"""Measures the C export on an emulated Cortex-M4: flash, RAM, and instructions for one digit.

    python -m tests.benchmarks.microcontroller [RUN ...] [--digits 20]

It needs `arm-none-eabi-gcc` and `qemu-system-arm`. On Debian: `apt-get install gcc-arm-none-eabi
libnewlib-arm-none-eabi qemu-system-arm`. Flash is the program with the weights. RAM is what the program
writes to: its buffers and the stack. The network looks once at each digit, and every
answer is compared with that of Python.
"""

import argparse
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import numpy as np

from bnn.data import mnist
from bnn.engine import file, inference
from bnn.export.c import write_c
from bnn.runs import store
from bnn.runs.run import Run

FOLDER = Path(__file__).parent / "cortex_m4"
COMPILER, SIZE, EMULATOR = "arm-none-eabi-gcc", "arm-none-eabi-size", "qemu-system-arm"
FLAGS = ["-mcpu=cortex-m4", "-mthumb", "-std=gnu99", "-O2", "-ffunction-sections", "-fdata-sections"]
LINK = ["-nostartfiles", "-Wl,--gc-sections", "-Wl,--no-warn-rwx-segments", "-T", "link.ld"]
MACHINE = [
    "-M",
    "mps2-an386",
    "-icount",
    "shift=0",
    "-nographic",
    "-semihosting-config",
    "enable=on,target=native",
]
EMULATION_SECONDS = 120


class Measurement(NamedTuple):
    """What a network takes on a Cortex-M4.

    Args:
        flash_bytes: size of the program and its constants.
        buffer_bytes: size of the program's variables.
        stack_bytes: largest size of the stack.
        instructions: number of instructions for each digit.
        answers: the class that the network answers for each digit.
    """

    flash_bytes: int
    buffer_bytes: int
    stack_bytes: int
    instructions: list[int]
    answers: list[int]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="*", default=["quick", "shipped"], metavar="RUN")
    parser.add_argument("--digits", type=int, default=20)
    options = parser.parse_args()
    if missing := missing_programs():
        parser.error(f"this needs {' and '.join(missing)}")
    print(f"{'run':20} {'flash':>9} {'buffers':>8} {'stack':>6} {'instructions per digit':>23}")
    for name in options.runs:
        result = measure(store.find(name), mnist.test().images[: options.digits])
        sizes = f"{result.flash_bytes:>9,} {result.buffer_bytes:>8,} {result.stack_bytes:>6,}"
        print(f"{name:20} {sizes} {mean(result.instructions):>23,.0f}")


def missing_programs() -> list[str]:
    """Returns which of the programs are not installed."""
    return [name for name in (COMPILER, SIZE, EMULATOR) if not shutil.which(name)]


def measure(run: Run, images: np.ndarray) -> Measurement:
    """Returns what a run's network takes to read the images, (n, 28, 28) uint8.

    Raises:
        ValueError: if an answer differs from that of Python.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_c(run, folder)
        for source in FOLDER.iterdir():
            shutil.copy(source, folder)
        (folder / "digits.h").write_text(_digits(images))
        sources = ["main.c", "engine.c", "-o", "main.elf"]
        subprocess.run([COMPILER, *FLAGS, *LINK, *sources], cwd=folder, check=True)
        sizes = _sizes(folder / "main.elf")
        done = subprocess.run(
            [EMULATOR, *MACHINE, "-kernel", folder / "main.elf"],
            check=True,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=EMULATION_SECONDS,
        )
    # QEMU may write the output of the program to its standard error.
    *rows, stack = [line.split() for line in (done.stdout + done.stderr).splitlines()]
    answers = [int(row[0]) for row in rows]
    expected = inference.scores(file.load(run.model_path), images).argmax(axis=1)
    if answers != expected.tolist():
        raise ValueError(f"the microcontroller answers {answers}, Python {expected.tolist()}")
    buffers = sizes.get(".bss", 0) + sizes.get(".data", 0)
    flash = sizes[".text"] + sizes.get(".data", 0)
    return Measurement(flash, buffers, int(stack[0]), [int(row[1]) for row in rows], answers)


def _digits(images: np.ndarray) -> str:
    rows = ",\n".join("{" + ",".join(map(str, image.ravel())) + "}" for image in images)
    attribute = '__attribute__((section(".digits")))'
    return (
        f"#define NUM_DIGITS {len(images)}u\n"
        f"static const uint8_t digits[NUM_DIGITS][ONEBIT_PIXELS] {attribute} = {{\n{rows}\n}};\n"
    )


def _sizes(program: Path) -> dict[str, int]:
    """Returns the bytes of each section of a program."""
    done = subprocess.run([SIZE, "-A", program], check=True, capture_output=True, text=True)
    return {name: int(size) for name, size in re.findall(r"^(\.\S+)\s+(\d+)", done.stdout, re.MULTILINE)}


if __name__ == "__main__":
    main()
