"""What single bits save and what they cost: a run's network beside its float32 twin."""

import json
from dataclasses import dataclass

from bnn.recipes.layer_table import layer_table, totals
from bnn.runs.run import Run
from bnn.system.files import read_text


@dataclass(frozen=True)
class Price:
    """Figures of a run's packed network and of the same network in float32.

    Args:
        packed_bytes: size of the packed network's file.
        float_bytes: its weights in float32, as Larq counts them.
        macs_1bit: multiply-accumulates for one digit that are an XNOR and a count here, as Larq counts them.
        macs_32bit: those that are not, here; in float32 all of them are.
    """

    packed_bytes: int
    float_bytes: int
    macs_1bit: int
    macs_32bit: int


def price(run: Run) -> Price:
    """The figures of a run's network.

    Raises:
        ValueError: if its recipe cannot be read.
        OSError: if its network cannot be.
    """
    total = totals(layer_table(run.recipe()))
    return Price(
        run.model_path.stat().st_size, int(total.float32_bytes), int(total.macs_1bit), int(total.macs_32bit)
    )


def twin_accuracy(run: Run) -> float | None:
    """The share of the test digits that the float32 twin read right; None where none was trained.

    Its file is believed only where its numbers fit each other.
    """
    try:
        found = json.loads(read_text(run.twin_path))
        num_correct, num_images = found["num_correct"], found["num_images"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    if not all(type(n) is int for n in (num_correct, num_images)) or not 0 <= num_correct <= num_images:
        return None
    return num_correct / num_images if num_images else None
