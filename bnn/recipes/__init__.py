"""Recipes: what to train. The layers of their networks, and how pixels become the first layer's input."""
