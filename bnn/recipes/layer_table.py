"""Larq's layer table of a recipe, by our own arithmetic: it is shown where TensorFlow never is loaded.

The rules are those of `larq.models.summary` (larq/models.py):
1. A weight of a quantized kernel is 1 bit.
2. Batch normalisation counts two 32-bit numbers a channel: its four fuse into a scale and an offset.
3. A layer's multiply-accumulates (MACs) are its weights times the places of its output, before any pool.
   A MAC is as wide as the wider of its factors: a first layer that takes grey values has 32-bit MACs.
"""

import pandas as pd

from bnn.recipes.layers import NUM_CLASSES, layer_shapes
from bnn.recipes.recipe import Recipe

COLUMNS = ("layer", "input_bits", "output_shape", "num_1bit", "num_32bit", "macs_1bit", "macs_32bit")


def layer_table(recipe: Recipe) -> pd.DataFrame:
    """One row per layer of the recipe's network, first to last.

    Columns: `COLUMNS`, where `input_bits` is 0 for a layer that does not quantize its input, and
    `memory_bytes` and `float32_bytes`, what its weights take as they are and in float32.
    """
    rows, shapes = [], layer_shapes(recipe)
    for number, shape in enumerate(shapes):
        if shape.kind == "convolution":
            is_grey = number == 0 and recipe.pixels == "grey"
            rows += _convolution_rows(shape, is_grey, recipe.pool_first)
        else:
            if number == 0 or shapes[number - 1].kind == "convolution":
                rows.append(_plain("Flatten", (shape.inputs,)))
            rows += [_dense_row(shape), _norm("Batch norm", (shape.outputs,))]
    table = pd.DataFrame([*rows, _plain("Softmax", (NUM_CLASSES,))], columns=COLUMNS)
    table["memory_bytes"] = table["num_1bit"] / 8 + 4 * table["num_32bit"]
    table["float32_bytes"] = 4 * (table["num_1bit"] + table["num_32bit"])
    return table


def totals(table: pd.DataFrame) -> pd.Series:
    """The sums over all layers of a `layer_table`."""
    return table.drop(columns=["layer", "input_bits", "output_shape"]).sum()


def _convolution_rows(shape, is_grey, pool_first):
    inside = (shape.side, shape.side, shape.outputs)
    pooled = (shape.side // shape.pool, shape.side // shape.pool, shape.outputs)
    macs = shape.num_weights * shape.side**2
    macs = (0, macs) if is_grey else (macs, 0)
    name = f"Convolution 3×3, {shape.outputs} filters"
    convolution = (name, 0 if is_grey else 1, inside, shape.num_weights, 0, *macs)
    pool = [_plain("Max-pool 2×2", pooled)] if shape.pool > 1 else []
    if pool_first:
        return [convolution, *pool, _norm("Batch norm", pooled)]
    return [convolution, _norm("Batch norm", inside), *pool]


def _dense_row(shape):
    return (f"Dense, {shape.outputs} units", 1, (shape.outputs,), shape.num_weights, 0, shape.num_weights, 0)


def _norm(name, output_shape):
    return (name, 0, output_shape, 0, 2 * output_shape[-1], 0, 0)


def _plain(name, output_shape):
    return (name, 0, output_shape, 0, 0, 0, 0)
