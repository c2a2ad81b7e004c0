"""TensorFlow, Keras 2 and Larq, imported the one way in which they work together."""

import os

# Larq 0.14 needs Keras 2, which TensorFlow uses only if told so before it is first imported.
os.environ["TF_USE_LEGACY_KERAS"] = "1"
# Keep TensorFlow's messages on processor features and missing GPUs out of the log.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# Keep freed tensors for the next step instead of returning them to the system, which costs page faults.
os.environ.setdefault("TF_CPU_ALLOCATOR_USE_BFC", "1")

import larq
import tensorflow as tf

keras = tf.keras

__all__ = ["keras", "larq", "tf"]
