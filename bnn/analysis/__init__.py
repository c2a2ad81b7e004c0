"""Measures trained networks: accuracy, calibration, effects of damage, single neurons, savings, speed."""
