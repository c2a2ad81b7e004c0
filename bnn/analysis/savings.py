"""Compares the memory and arithmetic of a packed network with those of the same network in float32."""

import json
from dataclasses import dataclass

from bnn.recipes.layer_table import layer_table, totals
from bnn.runs import run_data
from bnn.runs.run import Run
from bnn.system.files import read_text


@dataclass(frozen=True)
class Savings:
    """The memory and arithmetic of a run's packed network, and of the same network in float32.

    The network in float32 has the same multiply-accumulates (MACs), all of them with 32 bits.

    Args:
        packed_bytes: size of the packed network's file.
        float_bytes: size of the network's parameters in float32, as Larq counts them.
        macs_1bit: MACs per digit that the packed network computes with XNOR and popcount.
        macs_32bit: all other MACs per digit of the packed network.
    """

    packed_bytes: int
    float_bytes: int
    macs_1bit: int
    macs_32bit: int


def of_run(run: Run) -> Savings:
    """Returns the savings of a run's network.

    Raises:
        ValueError: if the run's recipe or its `data.json` is damaged.
        OSError: if the run's network or its `data.json` cannot be read.
    """
    num_classes = len(run_data.facts(run).class_names)
    total = totals(layer_table(run.recipe(), num_classes)).to_dict()
    return Savings(
        packed_bytes=run.model_path.stat().st_size,
        float_bytes=int(total["float32_bytes"]),
        macs_1bit=int(total["macs_1bit"]),
        macs_32bit=int(total["macs_32bit"]),
    )


def twin_accuracy(run: Run) -> float | None:
    """Returns the test accuracy of the run's float32 twin, as a fraction.

    The twin has the same layers, with float32 weights and ReLU instead of sign. The accuracy is None if the
    run has no twin, or if the numbers in the twin's file are not valid.
    """
    try:
        result = json.loads(read_text(run.twin_path))
        num_correct, num_images = result["num_correct"], result["num_images"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    if not all(type(n) is int for n in (num_correct, num_images)) or not 0 <= num_correct <= num_images:
        return None
    return num_correct / num_images if num_images else None
