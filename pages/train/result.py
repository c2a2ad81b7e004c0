"""Says in words what the network of a run can do."""

from bnn.runs import run_data
from bnn.runs.run import Run
from pages.shared import networks


def only_answer(run: Run) -> str | None:
    """Returns the class that a blind network names for every image; None for any other run.

    The accuracy of a blind network is no achievement. It is the share of images of this class.
    """
    try:
        return networks.only_answer(run)
    except (OSError, ValueError):
        return None


def sentence(run: Run) -> str:
    """Returns what a finished run has reached, in a sentence; empty if it was not tested."""
    test = run.test()
    if test is None:
        return ""
    if only := only_answer(run):
        return f"It has learnt nothing: it says {only} to everything."
    return f"It now reads {_out_of(test['num_correct'], test['num_images'])} {_noun(run)} it has never seen."


def _noun(run: Run) -> str:
    try:
        return run_data.facts(run).noun
    except (OSError, ValueError):
        return "images"


def _out_of(num_correct: int, num_images: int) -> str:
    """Returns a share as "98 of 100" or "999 of 1,000". If it would round to none or all, it stays exact."""
    for number in (100, 1_000):
        rounded = round(number * num_correct / num_images)
        if number < num_images and 0 < rounded < number:
            return f"{rounded:,} of {number:,}"
    return f"{num_correct:,} of {num_images:,}"
