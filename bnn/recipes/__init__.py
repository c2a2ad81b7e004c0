"""Recipes for training, the layers of their networks, and how pixels become the first layer's input."""
