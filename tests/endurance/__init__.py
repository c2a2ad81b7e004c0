"""What a day at a stand does to the app, done to it: `python -m tests.endurance`."""

import sys
from pathlib import Path

# As in the tests: their helpers are imported by their own names.
sys.path.insert(0, str(Path(__file__).parents[1]))
