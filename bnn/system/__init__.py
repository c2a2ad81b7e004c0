"""Helpers for files, tables, locks and processes, independent of neural networks."""
