"""Imports TensorFlow, Keras 2 and Larq in the only way in which they work together."""

import os

# Larq 0.14 needs Keras 2. TensorFlow uses it only if this variable is set before TensorFlow is imported.
os.environ["TF_USE_LEGACY_KERAS"] = "1"
# This keeps TensorFlow's messages about processor features and missing GPUs out of the log.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# With this, TensorFlow keeps the memory of freed tensors for the next step. Returning it to the system would
# cost page faults.
os.environ.setdefault("TF_CPU_ALLOCATOR_USE_BFC", "1")

import larq
import tensorflow as tf

# The name of that variable, for programs that load an exported model.
LEGACY_KERAS = "TF_USE_LEGACY_KERAS"
keras = tf.keras

__all__ = ["keras", "larq", "tf"]
