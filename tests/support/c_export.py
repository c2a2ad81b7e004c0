"""Compiles the C export of a run and reads images with it."""

import subprocess

import numpy as np

from bnn.export.c import write_c

FLAGS = ["-std=c99", "-pedantic", "-O2", "-Wall", "-Wextra", "-Werror"]


def run_example(compiler, run, folder, images):
    """Exports the run as C code, and returns what the code's example program prints for the images.

    Args:
        compiler: the command that compiles C.
        run: the run to export.
        folder: the folder for the code.
        images: (n, 28, 28) uint8.

    Returns:
        The name of each image's class, n strings, and the probabilities, (n, classes) float64.
    """
    write_c(run, folder)
    subprocess.run(
        [compiler, *FLAGS, "example.c", "engine.c", "-lm", "-o", "example"], cwd=folder, check=True
    )
    done = subprocess.run([folder / "example"], input=images.tobytes(), capture_output=True, check=True)
    lines = [line.split() for line in done.stdout.decode().splitlines()]
    return [line[0] for line in lines], np.array([line[1:] for line in lines], float)
