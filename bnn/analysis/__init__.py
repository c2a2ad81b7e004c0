"""Measures networks and drawings: accuracy, also by writer, calibration, damage, neurons, savings, speed."""
