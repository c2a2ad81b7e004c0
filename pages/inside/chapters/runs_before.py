"""Inside, chapter 4: the network with which a training started, and the runs from which that network came."""

from bnn.engine.network import PackedNetwork
from bnn.runs import first_batches, store
from bnn.runs.run import Run
from pages.shared import networks


def runs_before(run: Run) -> list[Run]:
    """Returns the runs before this one, the oldest first.

    Each run started from the network of the run before it. The list is empty if the oldest run did not begin
    with random weights, or has not kept the networks of its first batches.
    """
    earlier_runs = []
    while (before := _run_before(run)) and before.id not in {each.id for each in earlier_runs}:
        earlier_runs.insert(0, before)
        run = before
    has_start = earlier_runs and not run.start_path.is_file() and first_batches.numbers(run)
    return earlier_runs if has_start else []


def _run_before(run: Run) -> Run | None:
    """Returns the run from whose network this one started.

    Returns None if there is no such run, if that run is gone or has changed, or if it had other classes.
    """
    if not run.start_path.is_file():
        return None
    try:
        before = store.find(run.recipe().starts_from)
        start, trained = networks.load_network(run.start_path), networks.network(run)
        network = networks.network(before)
    except (OSError, ValueError):
        return None
    have_same_classes = start.class_names == network.class_names == trained.class_names
    is_same = have_same_classes and has_same_layers(start, network)
    return before if is_same and not network.num_flips_since(start) else None


def has_same_layers(one: PackedNetwork, other: PackedNetwork) -> bool:
    """Returns whether the weights of all layers of the two networks have the same shapes."""
    shapes, other_shapes = ([layer.weights.shape for layer in each.layers] for each in (one, other))
    return shapes == other_shapes


def start_network(run: Run, network: PackedNetwork) -> PackedNetwork | None:
    """Returns the network with which the training started; None for random weights.

    Also returns None if that network had other classes, because then the dense layers started with random
    weights.
    """
    if not run.start_path.is_file():
        return None
    start = networks.load_network(run.start_path)
    return start if start.class_names == network.class_names else None
