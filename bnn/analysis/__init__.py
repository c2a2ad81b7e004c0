"""Examines networks, and finds classes that look alike.

Measures accuracy, memory and speed, calibrates probabilities, damages networks and images, and computes one
neuron step by step. Finds examples that look like another class, and classes that look alike, before a
network is trained on them.
"""
