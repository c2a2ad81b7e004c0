"""Measures networks: accuracy, calibration, damage, single neurons, memory, speed. Compares drawings, too."""
