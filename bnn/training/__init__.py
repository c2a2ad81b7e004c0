"""Trains the network of a run's recipe with TensorFlow and Larq, and saves packed networks in the run."""
