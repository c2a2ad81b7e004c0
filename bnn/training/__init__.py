"""Training with TensorFlow and Larq: recipe and run folder in, packed network out."""
