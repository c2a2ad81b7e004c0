"""Compares the speed of a training step in several variants with the speed in plain Keras.

    python -m tests.benchmarks.steps [--rounds 3] [--steps 320]

Each variant trains `report-signed` for some steps, in a process of its own; every round runs all of them in
turn. The first 64 steps, in which the graph is built, are not counted. If two variants have the same digest
of the final weights, their arithmetic is the same to the last bit: with other rounding, a binary network soon
learns other bits.
"""

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from statistics import median

from tests.support.project import PROJECT

WARM_UP_STEPS = 64
# {variant: description}. `_train` trains with a variant. "..." stands for the variant "eight".
VARIANTS = {
    "plain": "plain Keras, from float arrays in memory, and oneDNN only if TensorFlow chooses it",
    "pipeline": "the trainer's own batches, one in each execution",
    "eight": "eight batches in each execution, as in the trainer, but with Keras's own functions",
    "ste-gradient": "... and the quantizers' gradient in one operation instead of three",
    "xla": "... and XLA for the whole step",
    "xla-adam": "... and XLA for the optimizer's step",
    "fused-adam": "... and Keras's older Adam, one operation for each tensor",
    "bfloat16": "... and products in bfloat16 (`half_precision`)",
    "neither": "... without Adam and the gradient of signs: learns nothing, but shows the time of the rest",
    "one-inter": "... and one operation at a time (inter-op threads)",
    "one-intra": "... and one thread for each operation (intra-op threads)",
    "no-onednn": "... and TensorFlow's own kernels instead of oneDNN's",
    "avx2": "... and oneDNN without AVX-512",
}
# The environment variables of some variants.
ENVIRONMENTS = {
    # -1 is the default: TensorFlow decides by the processor.
    "plain": {"TF_ENABLE_ONEDNN_OPTS": "-1"},
    "no-onednn": {"TF_ENABLE_ONEDNN_OPTS": "0"},
    "avx2": {"ONEDNN_MAX_CPU_ISA": "AVX2"},
}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=320)
    parser.add_argument("--variant", choices=VARIANTS, help="measure only this variant, and print JSON")
    options = parser.parse_args()
    if options.variant:
        print(json.dumps(_train(options.variant, options.steps)))
        return
    results = {variant: [] for variant in VARIANTS}
    for _ in range(options.rounds):
        for variant in VARIANTS:
            results[variant].append(_in_own_process(variant, options.steps))
    plain_ms = median(milliseconds for milliseconds, _ in results["plain"])
    for variant, rounds in results.items():
        variant_ms = median(milliseconds for milliseconds, _ in rounds)
        digests = ", ".join(sorted({digest for _, digest in rounds}))
        figures = f"{variant_ms:6.2f} ms  {plain_ms / variant_ms:5.2f} x"
        print(f"{variant:13} {figures}  weights {digests}  {VARIANTS[variant]}")


def _in_own_process(variant, steps):
    command = [sys.executable, "-m", "tests.benchmarks.steps", "--variant", variant, "--steps", str(steps)]
    environment = os.environ | ENVIRONMENTS.get(variant, {})
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _train(variant, steps):
    """Returns the milliseconds for each step, and a digest of the weights after the last step."""
    from bnn.data import mnist
    from bnn.recipes.presets import preset
    from bnn.training import batches, model
    from bnn.training.backend import keras, larq, tf

    if variant == "one-inter":
        tf.config.threading.set_inter_op_parallelism_threads(1)
    if variant == "one-intra":
        tf.config.threading.set_intra_op_parallelism_threads(1)
    if variant == "bfloat16":
        tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": True})
    if variant == "ste-gradient":
        _take_gradient_in_one_operation()
    if variant == "neither":
        larq.quantizers.SteSign.call = lambda self, inputs: tf.grad_pass_through(larq.math.sign)(inputs)
    recipe = preset("report-signed")
    network = model.build(recipe)
    optimizers = {
        "xla-adam": keras.optimizers.Adam(recipe.learning_rate, jit_compile=True),
        "fused-adam": keras.optimizers.legacy.Adam(recipe.learning_rate),
        "neither": keras.optimizers.legacy.SGD(recipe.learning_rate),
    }
    network.compile(
        optimizers.get(variant, keras.optimizers.Adam(recipe.learning_rate)),
        loss="categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=1 if variant in ("plain", "pipeline") else 8,
        jit_compile=variant == "xla" or None,
    )
    ends = []
    clock = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda step, logs: ends.append((step, time.perf_counter()))
    )
    split = mnist.train()
    if variant == "plain":
        count = steps * recipe.batch_size
        pixels = (split.images[:count].astype("float32") / 127.5 - 1.0).reshape(-1, 28, 28, 1)
        labels = keras.utils.to_categorical(split.labels[:count], 10)
        network.fit(pixels, labels, recipe.batch_size, epochs=1, verbose=0, callbacks=[clock])
    else:
        dataset = batches.training_batches(recipe, split)
        network.fit(dataset, epochs=1, steps_per_epoch=steps, verbose=0, callbacks=[clock])
    first, started = next(end for end in ends if end[0] >= WARM_UP_STEPS)
    last, ended = ends[-1]
    weights = b"".join(tensor.tobytes() for tensor in network.get_weights())
    return 1e3 * (ended - started) / (last - first), hashlib.sha256(weights).hexdigest()[:8]


def _take_gradient_in_one_operation():
    """Replaces the gradient of `ste_sign` (dy where |x| <= 1) by the equal gradient of fake quantization.

    The gradient of fake quantization to -1, 0, 1 is one operation. It exists for float32 only.
    """
    from bnn.training.backend import larq, tf

    @tf.custom_gradient
    def ste_sign(x):
        def gradient(dy):
            return tf.raw_ops.FakeQuantWithMinMaxArgsGradient(
                gradients=dy, inputs=x, min=-1.0, max=1.0, num_bits=2, narrow_range=True
            )

        return larq.math.sign(x), gradient

    larq.quantizers.SteSign.call = lambda self, inputs: ste_sign(inputs)


if __name__ == "__main__":
    main()
