"""Turns pen strokes and pictures into 28x28 digits like MNIST's."""
