"""The command `bnn runs`, which lists all runs."""

from argparse import ArgumentParser, Namespace
from typing import Any

from bnn.cli import output
from bnn.recipes.layers import layer_shapes
from bnn.runs import run_data, store, validation
from bnn.runs.labels import run_labels
from bnn.runs.run import Run


def add_arguments(parser: ArgumentParser) -> None:
    """Adds no arguments, because the command has none."""


def run(options: Namespace) -> int:
    """List all runs, the newest first and the example runs last."""
    runs = store.all_runs()
    names = run_labels(runs)
    rows = [row for listed in runs if (row := _row(listed, names[listed.id]))]
    for name, reason in store.passed_over().items():
        output.print_note(f"the folder {name} is not listed: {reason}")
    output.print_result(options, {"runs": rows}, _text)
    return 0


def _row(listed: Run, name: str) -> dict[str, Any] | None:
    try:
        recipe, history, test = listed.recipe(), listed.history(), listed.test()
        accuracy = validation.network_accuracy(listed)
        num_classes = len(run_data.facts(listed).class_names)
        size = listed.model_path.stat().st_size if listed.model_path.exists() else None
    except (ValueError, OSError) as error:
        output.print_note(error)
        return None
    return {
        "id": listed.id,
        "name": name,
        "recipe": recipe.name,
        "state": listed.status().state,
        "shipped": listed.shipped,
        "epochs": len(history),
        "validation_accuracy": accuracy,
        "test_accuracy": test["accuracy"] if test else None,
        "num_weights": sum(layer.num_weights for layer in layer_shapes(recipe, num_classes)),
        "model_bytes": size,
    }


def _text(result: dict[str, Any]) -> str:
    rows = result["runs"]
    widths = {key: max((len(row[key]) for row in rows), default=0) for key in ("id", "name", "state")}
    return "\n".join(_line(row, widths) for row in rows) or "there are no runs yet"


def _line(row: dict[str, Any], widths: dict[str, int]) -> str:
    texts = "  ".join(row[key].ljust(width) for key, width in widths.items())
    return (
        f"{texts}  {row['epochs']:4} epochs   validation "
        f"{output.percent(row['validation_accuracy']):>7}   test {output.percent(row['test_accuracy']):>7}"
    )
