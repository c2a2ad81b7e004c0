"""Functions that several commands use."""

from importlib.util import find_spec

from bnn.engine.network import PackedNetwork
from bnn.runs.run import Run


def load_network(run: Run) -> PackedNetwork:
    """Returns a run's network.

    Raises:
        ValueError: if the run has no network yet, or the network's file is damaged.
    """
    from bnn.engine import file

    if not run.model_path.is_file():
        raise ValueError(f"run {run.id} has no network yet: its first epoch is not done")
    return file.load(run.model_path)


def check_training_packages() -> None:
    """Raises a `ValueError` if the packages that training needs are not installed."""
    missing = [name for name in ("tensorflow", "tf_keras", "larq") if find_spec(name) is None]
    if missing:
        names = ", ".join(missing)
        raise ValueError(f"this command needs {names}: pip install 'one-bit-lab[train]'")
