"""Shows the layers of a recipe's network in a table like Larq's, and gives its size in one line."""

from collections.abc import Hashable, Mapping
from typing import Any

import streamlit as st

from bnn.engine.file_size import packed_bytes
from bnn.recipes.layer_table import layer_table, totals
from bnn.recipes.recipe import Recipe
from bnn.system.size_text import bytes_text
from pages.shared import tables, text


def summary(recipe: Recipe, class_names: tuple[str, ...]) -> str:
    """Returns one line about the size of the recipe's network and its file."""
    total = totals(layer_table(recipe, len(class_names)))
    return (
        f"{int(total.num_1bit):,} weights of one bit: about"
        f" {bytes_text(packed_bytes(recipe, class_names))} instead of"
        f" {bytes_text(total.float32_bytes)}"
    )


def network_table(recipe: Recipe, class_names: tuple[str, ...]) -> None:
    """Shows the layers of the recipe's network."""
    st.subheader(
        f"What the network of the recipe {recipe.name} is made of",
        anchor=False,
        help="Counted as in `larq.models.summary`, with two 32\u2011bit numbers per channel for batch"
        " normalization.",
    )
    layers = layer_table(recipe, len(class_names))
    total = totals(layers).to_dict()
    rows = [_row(layer) for layer in layers.to_dict("records")]
    rows.append(_row({**total, "layer": "Total"}))
    if not total["macs_32bit"]:
        for row in rows:
            del row["32-bit MACs"]
    tables.table(rows, has_total=True)
    st.caption(_in_words(total, packed_bytes(recipe, class_names), text.noun(class_names)))


def _row(layer: Mapping[Hashable, Any]) -> tables.Row:
    """Returns a row of the table. The row of the total has neither input bits nor an output shape."""
    return {
        "Layer": layer["layer"],
        "Input bits": str(layer["input_bits"] or "–") if "input_bits" in layer else "",
        "Output": " × ".join(f"{size:,}" for size in layer.get("output_shape", ())),
        "1-bit weights": _count(layer["num_1bit"]),
        "32-bit weights": _count(layer["num_32bit"]),
        "Memory (kB)": f"{layer['memory_bytes'] / 1000:,.2f}",
        "In float32 (kB)": f"{layer['float32_bytes'] / 1000:,.2f}",
        "1-bit MACs": _count(layer["macs_1bit"]),
        "32-bit MACs": _count(layer["macs_32bit"]),
    }


def _count(number: float) -> str:
    return f"{int(number):,}" if number else "–"


def _in_words(total: Mapping[Hashable, float], file_bytes: int, noun: str) -> str:
    macs = total["macs_1bit"] + total["macs_32bit"]
    size = text.percent_text(total["memory_bytes"] / total["float32_bytes"], 1)
    share = text.percent_text(total["macs_1bit"] / macs, digits=1 if total["macs_32bit"] else 0)
    return (
        f"In memory, the network takes {size} of what it would take with 32\u2011bit numbers (float32). Its"
        f" packed file takes about {bytes_text(file_bytes)}: one bit per weight and one whole number per"
        f" channel. To read one {noun}, it needs {text.count_text(macs)} multiplications with addition"
        f" (MACs). {share} of them use single bits: the bits are compared and counted (XOR and popcount)."
    )
