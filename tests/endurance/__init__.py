"""What can happen to the app on a day at a stand, tried out: `python -m tests.endurance`."""
