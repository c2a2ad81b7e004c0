"""Imports TensorFlow, Keras 2 and Larq in the only way in which they work together."""

import os

from bnn.system.garbage import without_collection
from bnn.system.streams import without_messages

# Larq 0.14 needs Keras 2. TensorFlow uses it only if this variable is set before TensorFlow is imported.
os.environ["TF_USE_LEGACY_KERAS"] = "1"
# This keeps TensorFlow's messages about processor features and missing GPUs out of the log.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# With this, TensorFlow keeps the memory of freed tensors for the next step. Returning it to the system would
# cost page faults.
os.environ.setdefault("TF_CPU_ALLOCATOR_USE_BFC", "1")
# With this, TensorFlow multiplies with oneDNN. By default, TensorFlow does so only on processors with AVX-512
# VNNI or later. On a processor that has only AVX2, a training step then takes nearly twice as long.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

# While TensorFlow is being imported, it prints some messages in spite of the log level above. The imported
# modules stay in memory until the end of the process, so looking for garbage in them would only take time.
with without_messages(), without_collection():
    import larq
    import tensorflow as tf

from llvmlite import binding

# The name of the variable that makes TensorFlow use Keras 2, for programs that load an exported model.
LEGACY_KERAS = "TF_USE_LEGACY_KERAS"
keras = tf.keras

# The names that LLVM gives to instructions for bfloat16, on x86 and on ARM.
_BFLOAT16 = ("avx512bf16", "amx-bf16", "bf16")
# With these values of ONEDNN_MAX_CPU_ISA, oneDNN uses no instructions for bfloat16. The documentation of
# oneDNN lists all values under "CPU Dispatcher Control".
_ISAS_WITHOUT_BFLOAT16 = ("SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX512_CORE", "AVX512_CORE_VNNI")

__all__ = ["keras", "larq", "multiply_in_bfloat16_if_possible", "tf"]


def multiply_in_bfloat16_if_possible() -> None:
    """Makes this process multiply in bfloat16 from now on, if the processor has instructions for it.

    Without these instructions, oneDNN can multiply in bfloat16, too, but a step takes many times as long.
    """
    if has_bfloat16():
        tf.config.optimizer.set_experimental_options({"auto_mixed_precision_onednn_bfloat16": True})


def has_bfloat16() -> bool:
    """Returns whether the processor has instructions for bfloat16, and oneDNN may use them."""
    if os.environ.get("ONEDNN_MAX_CPU_ISA", "").upper() in _ISAS_WITHOUT_BFLOAT16:
        return False
    features = binding.get_host_cpu_features()
    return any(features.get(name, False) for name in _BFLOAT16)
