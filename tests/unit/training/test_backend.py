"""The settings of TensorFlow, and which processors multiply in bfloat16."""

import sys

import pytest
from llvmlite import binding

from bnn.training import backend


@pytest.mark.skipif(sys.platform == "darwin", reason="TensorFlow for macOS is built without oneDNN")
def test_onednn_multiplies():
    # By itself, TensorFlow uses oneDNN only on some processors. `backend` changes this, and so must be
    # imported first.
    from tensorflow.python.util import _pywrap_util_port

    assert _pywrap_util_port.IsMklEnabled()


@pytest.mark.parametrize(
    "features,allowed,expected",
    [
        ({"avx2": True, "avx512bf16": False}, None, False),
        ({"avx512bf16": True}, None, True),
        ({"avx512bf16": True}, "DEFAULT", True),
        ({"avx512bf16": True}, "AVX2", False),
        ({"avx512bf16": True}, "avx512_core", False),
        ({"amx-bf16": True}, "AVX512_CORE_AMX", True),
        ({"neon": True, "bf16": True}, None, True),
        ({}, None, False),
    ],
)
def test_bfloat16_is_used_only_if_the_processor_has_it(monkeypatch, features, allowed, expected):
    monkeypatch.setattr(binding, "get_host_cpu_features", lambda: features)
    if allowed is None:
        monkeypatch.delenv("ONEDNN_MAX_CPU_ISA", raising=False)
    else:
        monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", allowed)
    assert backend.has_bfloat16() is expected
