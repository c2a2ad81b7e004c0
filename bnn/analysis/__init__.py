"""Figures about a trained network: accuracy, calibration, damage, single neurons, savings, speed."""
