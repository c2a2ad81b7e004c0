"""Data sets, and how training images are deformed."""
