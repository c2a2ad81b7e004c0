"""Trainings on a Ray cluster. Only this folder imports Ray, in processes of its own; see `launchers.ray`."""
