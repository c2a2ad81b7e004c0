"""The layers of a recipe's network with their sizes and operations, as Larq's `summary` counts them.

Larq itself is not used. The pages show this table and must not load TensorFlow, but importing Larq loads it.
The rules are those of `larq.models.summary` (larq/models.py):

1. A weight of a quantized kernel takes 1 bit.
2. Batch normalization has two 32-bit numbers per channel, because its four parameters can be combined into a
   scale and an offset.
3. The number of multiply-accumulates (MACs) of a layer is its number of weights times the number of positions
   in its output before pooling. A MAC is as wide as the wider of its two factors, so a first layer that takes
   pixel values has 32-bit MACs.
"""

import pandas as pd

from bnn.recipes.layers import NUM_CLASSES, LayerShape, layer_shapes
from bnn.recipes.pixels import CODINGS
from bnn.recipes.recipe import Recipe

COLUMNS = ("layer", "input_bits", "output_shape", "num_1bit", "num_32bit", "macs_1bit", "macs_32bit")
# The values of one layer in the order of `COLUMNS`.
Row = tuple[str, int, tuple[int, ...], int, int, int, int]


def layer_table(recipe: Recipe, num_classes: int = NUM_CLASSES) -> pd.DataFrame:
    """Returns one row per layer of the recipe's network, first to last.

    The columns are `COLUMNS`, `memory_bytes` and `float32_bytes`. `input_bits` is 1 if the layer quantizes
    its input, and 0 if it does not. `num_1bit` and `num_32bit` are numbers of parameters. `memory_bytes` is
    the size of these parameters, and `float32_bytes` is their size if all of them are float32.
    """
    rows, shapes = [], layer_shapes(recipe, num_classes)
    for index, shape in enumerate(shapes):
        if shape.kind == "convolution":
            is_quantized = index > 0 or CODINGS[recipe.pixels].is_quantized
            rows += _convolution_rows(shape, is_quantized, recipe.pool_first)
        else:
            if index == 0 or shapes[index - 1].kind == "convolution":
                rows.append(_plain_row("Flatten", (shape.inputs,)))
            rows += [_dense_row(shape), _norm_row((shape.outputs,))]
    rows.append(_plain_row("Softmax", (num_classes,)))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    table["memory_bytes"] = table["num_1bit"] / 8 + 4 * table["num_32bit"]
    table["float32_bytes"] = 4 * (table["num_1bit"] + table["num_32bit"])
    return table


def totals(table: pd.DataFrame) -> pd.Series:
    """Returns the sums over all layers of a `layer_table`."""
    return table.drop(columns=["layer", "input_bits", "output_shape"]).sum()


def _convolution_rows(shape: LayerShape, is_quantized: bool, pool_first: bool) -> list[Row]:
    output_shape = (shape.side, shape.side, shape.outputs)
    pooled = (shape.side // shape.pool, shape.side // shape.pool, shape.outputs)
    macs = shape.num_weights * shape.side**2
    macs_1bit, macs_32bit = (macs, 0) if is_quantized else (0, macs)
    name = f"Convolution 3 × 3, {shape.outputs} neurons"
    convolution = (name, int(is_quantized), output_shape, shape.num_weights, 0, macs_1bit, macs_32bit)
    pool = [_plain_row("Max-pool 2 × 2", pooled)] if shape.pool > 1 else []
    if pool_first:
        return [convolution, *pool, _norm_row(pooled)]
    return [convolution, _norm_row(output_shape), *pool]


def _dense_row(shape: LayerShape) -> Row:
    name = f"Dense, {shape.outputs} neurons"
    return (name, 1, (shape.outputs,), shape.num_weights, 0, shape.num_weights, 0)


def _norm_row(output_shape: tuple[int, ...]) -> Row:
    return ("Batch norm", 0, output_shape, 0, 2 * output_shape[-1], 0, 0)


def _plain_row(name: str, output_shape: tuple[int, ...]) -> Row:
    return (name, 0, output_shape, 0, 0, 0, 0)
