"""What a day at a stand does to the app, done to it: `python -m tests.endurance`."""
