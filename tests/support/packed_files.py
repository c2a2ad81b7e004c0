"""Takes a packed network's file apart and puts it together again."""

import json

import safetensors.numpy


def tensors_of(content):
    """Returns the tensors of a file's content."""
    return safetensors.numpy.load(content)


def header_of(content):
    """Returns the network's description, which a file has in its metadata."""
    return json.loads(raw_header_of(content)["__metadata__"]["network"])


def raw_header_of(content):
    """Returns the whole safetensors header of a file's content."""
    return json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])


def content_of(header, tensors):
    """Returns a file's content, made of a network's description and tensors."""
    return safetensors.numpy.save(tensors, {"network": json.dumps(header)})


def changed(content, **changes):
    """Returns a file's content with some tensors replaced. A tensor whose replacement is None is left out."""
    tensors = {**tensors_of(content), **changes}
    return content_of(header_of(content), {name: t for name, t in tensors.items() if t is not None})
