"""Data sets, and random deformations of training images."""
