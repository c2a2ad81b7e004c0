"""The Audience page: a wall with the drawings that phones send, a game, and a leaderboard of runs."""
