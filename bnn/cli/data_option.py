"""The options `--data`, `--source` and `--licence`, which several commands have."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from bnn.data.dataset import DataSet

FASHION_MNIST = "fashion_mnist"


def add_arguments(parser: ArgumentParser) -> None:
    """Adds the options."""
    parser.add_argument(
        "--data",
        metavar="FILE",
        help="train on the data in this file: strokes (.jsonl), arrays (.npz) or folders of pictures (.zip);"
        f" or on {FASHION_MNIST}, which is downloaded once",
    )
    parser.add_argument("--source", default="", metavar="TEXT", help="who made the data in the file")
    parser.add_argument("--licence", default="", metavar="TEXT", help="the licence of the data in the file")


def read_data(options: Namespace) -> DataSet | None:
    """Returns the data set that the options name; None for MNIST.

    Raises:
        ValueError: if the file is not a valid data set, Fashion-MNIST cannot be downloaded, or `--source` or
            `--licence` is given without a file.
        OSError: if the file cannot be read.
    """
    if (options.source or options.licence) and options.data in (None, FASHION_MNIST):
        raise ValueError("--source and --licence describe a file: name it with --data")
    if options.data is None:
        return None
    if options.data == FASHION_MNIST:
        from bnn.training.fashion_mnist import fashion_mnist

        return fashion_mnist()
    from bnn.data import files

    return files.read(Path(options.data), options.source, options.licence)
